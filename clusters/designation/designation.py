"""认定: people decide on the list after the notice has run out, with one document (F09, art. 15).

Checks that the day has come and nothing stands against a cluster; the register keeps the result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from clusters.applications import applications
from clusters.batches.models import Batch
from clusters.designation import recheck
from clusters.filed import Filed
from clusters.notices import notices
from clusters.objections import objections
from clusters.register import register
from clusters.register.models import Cluster, DesignationDecision, Notice, NoticeItem
from engine.calendar import Calendar
from engine.due_dates import chinese
from engine.errors import Problem, Refused

ARTICLE = "第十五条"


@dataclass(frozen=True)
class Outcome:
    """What one decision did to the list of a notice."""

    designated: Sequence[Cluster] = ()
    removed: Mapping[str, str] = field(default_factory=dict)
    held_back: Sequence[NoticeItem] = ()


def decide(
    session: Session, batch: Batch, form: Filed, calendar: Calendar, today: date, now: datetime
) -> Outcome:
    """Designate every listed cluster that nothing stands against; hold back those under objection."""
    notice = notices.of_batch(session, batch.key)
    if notice is None:
        raise Refused([Problem("本批次尚未公示。", article=ARTICLE)])
    notices.recompute(notice, calendar)
    undecided = [item for item in notice.items if item.result is None]
    waiting = objections.held_back(session, notice.no)
    taken_off = objections.removed(session, notice.no)
    held = [item for item in undecided if item.case_no in waiting]
    off = [i for i in undecided if i.case_no in taken_off and i.case_no not in waiting]
    ready = [item for item in undecided if item not in held and item not in off]
    found = _notice_problems(notice, form, calendar, today, bool(ready))
    if not ready and not off:
        found.append(Problem("名单中没有可以认定的集群：异议尚未办结，或均已认定。", article=ARTICLE))
    if ready:
        found += [*_document_problems(session, form), *recheck.before_decision(form, notice)]
    if found:
        raise Refused(found)
    designated = _designate(session, form, notice, ready, now) if ready else []
    reasons = {item.case_no: f"异议处理结果：{taken_off[item.case_no]}" for item in off}
    for item in off:
        item.result = "removed"
        applications.close(applications.get(session, item.case_no), "removed", reasons[item.case_no])
    if not held:
        notice.outcome, batch.status = _notice_outcome(session, notice), "decided"
    session.flush()
    return Outcome(designated, reasons, held)


def _notice_problems(
    notice: Notice, form: Filed, calendar: Calendar, today: date, dated: bool
) -> list[Problem]:
    """No decision before the first working day after the last day, none dated ahead (A-17)."""
    earliest = calendar.next_working_day(notice.last_day)
    found = []
    if notice.provisional or earliest.provisional:
        found.append(Problem("公示期限是按暂定工作日历计算的，须先导入该年度的正式日历。", article=ARTICLE))
    if today < earliest.due:
        message = f"公示到{chinese(notice.last_day)}届满，最早可在{chinese(earliest.due)}作出认定。"
        return [*found, Problem(message, "decision_date", ARTICLE)]
    if notices.list_hash(notice) != notice.list_hash:
        found.append(Problem("公示名单与发布时不一致，不能据此认定。", article=ARTICLE))
    decided = form.day("decision_date")
    if not decided:
        return [*found, Problem("请填写认定日期。", "decision_date", ARTICLE)] if dated else found
    if decided < earliest.due:
        message = f"认定日期不能早于公示届满后的第一个工作日{chinese(earliest.due)}。"
        found.append(Problem(message, "decision_date", ARTICLE))
    if decided > today:
        found.append(Problem("认定日期不能晚于今天。", "decision_date", ARTICLE))
    return found


def _document_problems(session: Session, form: Filed) -> list[Problem]:
    found = []
    number = form.text("decision_no")
    if not number:
        found.append(Problem("请填写认定文件的文号。", "decision_no", ARTICLE))
    elif session.get(DesignationDecision, number) is not None:
        found.append(Problem(f"认定文号“{number}”已经用过。", "decision_no", ARTICLE))
    if not form.data.get("decision_file"):
        found.append(Problem("请上传认定文件。", "decision_file", ARTICLE))
    if not form.data.get("evidence_end_file"):
        found.append(Problem("请上传公示期满时的留痕。", "evidence_end_file", ARTICLE))
    return found


def _notice_outcome(session: Session, notice: Notice) -> str:
    if any(item.result == "removed" for item in notice.items):
        return "partly_removed"
    raised = any(o.admissibility == "accepted" for o in objections.of_notice(session, notice.no))
    return "objection_rejected" if raised else "no_objection"


def _designate(
    session: Session, form: Filed, notice: Notice, items: Sequence[NoticeItem], now: datetime
) -> list[Cluster]:
    decision = DesignationDecision(
        decision_no=form.text("decision_no"), **form.source, notice_no=notice.no,
        decision_date=form.day("decision_date"), published_url=form.text("published_url"),
        decided_by=form.by, decided_at=now,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    clusters = []
    for item in items:
        application = applications.get(session, item.case_no)
        clusters.append(register.enter(session, application, decision, form, now))
        item.result = "designated"
    session.flush()
    return clusters
