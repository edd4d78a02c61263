"""Topics of processes/designation.bpmn for the county: filling in, sending in, withdrawing (art. 12, 13)."""

from collections.abc import Mapping
from typing import Any

from clusters.annex.verdicts import Result as CriterionResult
from clusters.applications import application_content, applications, assessment, correction_rounds, reviews
from clusters.batches import batches, recommendations
from clusters.people import regions
from engine.contract import Context
from engine.due_dates import chinese
from engine.errors import Problem, Refused
from engine.submissions import content_hash
from handlers.designation.batch import end_if_empty
from handlers.topics import case_of, catalogue, filed
from handlers.words import (
    named,
    tell_city,
    tell_county,
    tell_province,
)

Result = Mapping[str, Any] | None


@catalogue.handler(
    "designation.set_fill_due", label="核定填报期限", outputs={"fill_due": "填报期限"}, recallable=True
)
def set_fill_due(context: Context) -> Result:
    """第十三条: read anew each time, because a batch may have been chosen or extended meanwhile."""
    return {"fill_due": correction_rounds.filling_due(context.session, case_of(context))}


@catalogue.handler(
    "designation.check_complete", label="核对材料齐全", outputs={"fill_due": "填报期限"}, recallable=True
)
def check_complete(context: Context) -> Result:
    """第十三条: what is missing is named at once; failing criteria do not stop anybody here."""
    application, form = case_of(context), filed(context, "fill_application")
    correction_rounds.record_answers(context.session, application, form, context.now)
    found = application_content.content_problems(context.session, application, form.data)
    found += _impossible_figures(context)
    if found:
        raise Refused(found)
    applications.record_content(application, form.submission_id, form.data, content_hash(form.data))
    context.rename(f"{application.cluster_name}认定申报")
    return {"fill_due": correction_rounds.filling_due(context.session, application)}


def _impossible_figures(context: Context) -> list[Problem]:
    try:
        assessment.figures_of(context.session, context.instance_id, context.today)
    except Refused as refusal:
        return refusal.problems
    return []


@catalogue.handler(
    "designation.submit",
    label="报送市级",
    outputs={"batch_key": "批次编号", "recommendation_key": "市州推荐编号", "fill_due": "清空的补正期限"},
    recallable=True,
)
def submit(context: Context) -> Result:
    """第十三条: sealed, in an open batch; a failing hard criterion has to be confirmed knowingly."""
    application, form = case_of(context), filed(context, "approve_application")
    filling = filed(context, "fill_application")
    reviews.require_outsider(context.session, form, {"fill_application": "填报过申报书"}, "审核上报")
    confirmed = form.data.get("confirm_failing") or filling.data.get("submit_despite_failing")
    verdicts = assessment.assess(context.session, context.instance_id, context.today)
    if verdicts.blocking and not confirmed:
        raise Refused(_to_confirm(result) for result in verdicts.blocking)
    scans = form.data.get("seal_scan") or []
    batch = applications.submit(context.session, application, scans, context.today, context.now)
    late = f"本件晚于批次的县级申报截止日{chinese(batch.county_due)}。" if application.late else ""
    tell_city(context, application, f"收到申报：{named(application)}", f"请办理受理审查。{late}")
    if application.late:
        tell_county(context, application, f"申报已迟报：{named(application)}", late)
    if regions.region(application.county_code).direct_applicant:
        # Applicant and reviewer stand in one region (D-14): the province keeps an eye on it.
        tell_province(context, f"直报单位申报：{named(application)}", "申报单位与受理单位同级，请关注回避。")
    key = f"{batch.key}/{application.city_code}"
    return {"batch_key": batch.key, "recommendation_key": key, "fill_due": None}


def _to_confirm(result: CriterionResult) -> Problem:
    message = f"{result.id}“{result.label}”：{result.explanation}仍要提交的，请勾选确认。"
    return Problem(message, "confirm_failing", result.article)


@catalogue.handler("designation.withdraw", label="登记撤回")
def withdraw(context: Context) -> Result:
    """第十二条: at any time before the notice, without anybody's consent (A-11)."""
    application = case_of(context)
    before = application.status
    reached_province = before in ("recommended", "qualified", "unqualified", "selected")
    applications.withdraw(context.session, application.case_no)
    recommendations.undo(context.session, application.case_no)
    title, text = f"申报已撤回：{named(application)}", "申报单位撤回了申报，本件不再办理。"
    if application.submitted_at is not None:
        tell_city(context, application, title, text)
    if reached_province:
        tell_province(context, title, text)
    if before == "selected":
        end_if_empty(context, batches.locked(context.session, str(application.batch_key)))
    return None
