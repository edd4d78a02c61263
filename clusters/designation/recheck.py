"""部门意见复核 (A-22): the departments are asked once more before the list and before the decision.

Nothing is decided here: whoever finds something leaves the cluster out, or holds it back by an objection.
"""

from datetime import date

from clusters.filed import Filed
from clusters.register.models import Notice
from engine.clock import legal_day
from engine.errors import Problem

ARTICLE = "附件序言"
DAY, CLEAN, FOUND = "recheck_on", "recheck_clean", "found"


def before_listing(form: Filed, today: date) -> list[Problem]:
    """Forms older than the recheck have no such field: cases begun with them go on as they are (D10)."""
    if DAY not in form.data:
        return []
    found = []
    day, meeting = form.day(DAY), form.day("meeting_date") or today
    if day is None:
        found.append(Problem("请填写部门复核的日期。", DAY, ARTICLE))
    elif day > min(meeting, today):
        found.append(Problem("部门复核应在会议审议之前完成，日期不能晚于会议日期。", DAY, ARTICLE))
    for index, row in enumerate(form.rows("items")):
        if row.get("selected") and row.get("recheck") == FOUND:
            message = f"{row.get('case_no')}经部门复核有新情形，不能列入名单；核实清楚后再列入。"
            found.append(Problem(message, f"items.{index}.recheck", ARTICLE, row=index + 1))
    return found


def before_decision(form: Filed, notice: Notice) -> list[Problem]:
    if DAY not in form.data:
        return []
    found = []
    day, decided = form.day(DAY), form.day("decision_date")
    if day is None:
        found.append(Problem("请填写认定前部门复核的日期。", DAY, ARTICLE))
    elif day < legal_day(notice.published_at) or (decided and day > decided):
        found.append(Problem("认定前的部门复核应在公示发布以后、认定日期以前。", DAY, ARTICLE))
    if not form.data.get(CLEAN):
        message = (
            "请确认复核没有新情形；有新情形的，先在批次页就该集群登记异议，该集群单独暂缓，其他集群照常认定。"
        )
        found.append(Problem(message, CLEAN, ARTICLE))
    return found
