"""Topics of processes/reexamination.bpmn for county and city: filing, inspection, opinion (第十六条)."""

from collections.abc import Mapping
from typing import Any

from clusters.applications import acceptance
from clusters.reexamination import reexamination_steps
from engine.contract import Context
from engine.due_dates import chinese
from handlers.reexamination.case import case_and_cluster
from handlers.topics import catalogue, filed
from handlers.words import named, tell_city, tell_corrections, tell_defects

Result = Mapping[str, Any] | None


@catalogue.handler("reexamination.check_complete", label="核对复核材料", recallable=True)
def check_complete(context: Context) -> Result:
    """第十六条: every frozen target is accounted for, and the annex can be computed again."""
    _, application, cluster = case_and_cluster(context)
    form = filed(context, "fill_reexamination")
    reexamination_steps.file(context.session, application, cluster, form, context.now, context.today)
    return None


@catalogue.handler(
    "reexamination.submit", label="报送市级", outputs={"onsite_done": "市级是否已抽查"}, recallable=True
)
def submit(context: Context) -> Result:
    """第十六条: the rule in force on the day of the application binds the case (part 9)."""
    row, application, _ = case_and_cluster(context)
    form = filed(context, "approve_reexamination")
    is_first = application.rule_version is None
    version = reexamination_steps.submit(context.session, row, application, form, context.today, context.now)
    if is_first:
        context.bind_rule(version)
    late = f"本件晚于申请截止日{chinese(row.apply_due)}。" if application.late else ""
    tell_city(context, application, f"收到复核申请：{named(application)}", f"请办理抽查和复核意见。{late}")
    return {"onsite_done": application.correction_round > 0}


@catalogue.handler("reexamination.check_onsite", label="核对抽查记录", recallable=True)
def check_onsite(context: Context) -> Result:
    """第十六条: the city looks for itself before it speaks."""
    _, application, _ = case_and_cluster(context)
    form = filed(context, "reexam_onsite_check")
    reexamination_steps.check_onsite(context.session, application, form, context.today, context.now)
    return None


@catalogue.handler(
    "reexamination.check_city",
    label="登记市州意见",
    outputs={"city_result": "出具意见或退回补正", "fill_due": "补正期限"},
    recallable=True,
)
def check_city(context: Context) -> Result:
    """第十六条: an opinion either way goes to the province; a return names everything, once."""
    row, application, _ = case_and_cluster(context)
    form = filed(context, "city_reexam_check")
    if form.text("city_result") == "return":
        region = acceptance.calendar_region(application)
        due = context.calendar.due(context.today, context.terms["correction"], region)
        items = reexamination_steps.return_for_correction(context.session, application, form, due)
        tell_defects(context, application, items, due)
        return {"city_result": "return", "fill_due": due.due}
    _, corrections = reexamination_steps.review_by_city(
        context.session, application, form, context.today, context.now
    )
    tell_corrections(context, application, corrections)
    return {"city_result": "opinion", "fill_due": row.apply_due}
