"""The filing and the reviews of a re-examination taking effect (F14, art. 16).

The annex is tested again by the code that tests applications; beside it every frozen target of the
three-year plan is accounted for. Conclusions are people's; contradictions are refused (D-13).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from clusters.applications import (
    application_content,
    applications,
    assessment,
    correction_rounds,
    data_corrections,
    review_steps,
    reviews,
    seals,
)
from clusters.applications.models import Application, DataCorrection, OnsiteCheck, Review
from clusters.batches import batches
from clusters.filed import Filed
from clusters.reexamination import plan_completion
from clusters.reexamination.models import Reexamination
from clusters.register import register  # fmt: skip
from clusters.register.models import Cluster
from engine.due_dates import DueDate
from engine.errors import Problem, Refused
from engine.submissions import content_hash

ARTICLE = "第十六条"
NOT_PUBLISHED = "建议不通过的不公示，结论作出后按撤销程序告知当事人"
LEAST_WORDS = 500  # of the report on oneself, unless it comes as a file (S11)


def frozen_targets(cluster: Cluster) -> list[dict[str, Any]]:
    return list((cluster.baseline.get("plan") or {}).get("plan_targets") or [])


def completions(session: Session, case_no: str, cluster: Cluster) -> list[plan_completion.Completion]:
    """Each target with what the effective filing says of it; corrections included."""
    instance_id = applications.get(session, case_no).instance_id or ""
    data, _ = applications.effective_application(session, instance_id)
    return plan_completion.completions(frozen_targets(cluster), data.get("plan_completion") or [])


def file(
    session: Session, application: Application, cluster: Cluster, form: Filed, now: datetime, today: date
) -> None:
    """Take in what the county filled in; Refused with everything that is missing or impossible."""
    correction_rounds.record_answers(session, application, form, now)
    found = application_content.standing_problems(application, form.data)
    found += plan_completion.problems(frozen_targets(cluster), form.rows("plan_completion"))
    found += _identity_problems(cluster, form)
    words = len("".join(form.text("self_evaluation").split()))
    if words < LEAST_WORDS and not form.data.get("self_evaluation_file"):
        message = f"自评报告应不少于{LEAST_WORDS}字（现{words}字），或上传自评报告文件。"
        found.append(Problem(message, "self_evaluation", ARTICLE))
    try:
        assessment.figures_of(session, form.instance_id, today)
    except Refused as refusal:
        found += refusal.problems
    if found:
        raise Refused(found)
    applications.record_content(application, form.submission_id, form.data, content_hash(form.data))


def _identity_problems(cluster: Cluster, form: Filed) -> list[Problem]:
    """A new name or operator is a change to be filed, not a line in a re-examination (art. 17)."""
    if application_content.name_key(form.text("cluster_name")) == cluster.name_key:
        return []
    message = f"名录中的集群名称为“{cluster.name}”；更名须先办理变更备案。"
    return [Problem(message, "cluster_name", "第十七条")]


def submit(
    session: Session, row: Reexamination, application: Application, form: Filed, today: date, now: datetime
) -> str:
    """Sealed and sent to the city; binds to the rule of this day (part 9). Returns its version."""
    reviews.require_outsider(session, form, {"fill_reexamination": "填报过复核申请"}, "审核上报")
    filling = applications.latest_content(session, application)
    confirmed = form.data.get("confirm_failing") or (filling and filling.data.get("submit_despite_failing"))
    found = seals.problems(application, form.data.get("seal_scan") or [], "复核申请书", ARTICLE)
    if not confirmed:
        blocking = assessment.assess(session, form.instance_id, today).blocking
        text = "仍要提交的，请勾选确认。"
        found += [
            Problem(f"{r.id}“{r.label}”：{r.explanation}{text}", "confirm_failing", r.article)
            for r in blocking
        ]
    if found:
        raise Refused(found)
    batch = batches.get(session, str(application.batch_key))
    version = application.rule_version or batches.rule_for(session, batch, today).code
    application.rule_version = version
    due = row.apply_due or batch.county_due
    applications.send_in(application, form.data.get("seal_scan") or [], due, today, now)
    return version


# --- the city -------------------------------------------------------------------------------------


def check_onsite(
    session: Session, application: Application, form: Filed, today: date, now: datetime
) -> OnsiteCheck:
    return review_steps.check_onsite(session, application, "city", form, today, now)


def review_by_city(
    session: Session, application: Application, form: Filed, today: date, now: datetime
) -> tuple[Review, Sequence[DataCorrection]]:
    """The city's opinion on corrected data; for or against, it goes to the province."""
    review, corrections = review_steps.city_opinion(session, application, form, today, now, "出具复核意见")
    application.status = "accepted"
    return review, corrections


def return_for_correction(
    session: Session, application: Application, form: Filed, due: DueDate
) -> Sequence[Any]:
    """一次性告知: everything at once, and once."""
    if application.correction_round:
        message = "本件已退回补正一次，不能再次退回；请就现有材料出具意见。"
        raise Refused([Problem(message, "city_result", "第十四条")])
    return correction_rounds.open_round(session, application, form, due)


# --- the province ---------------------------------------------------------------------------------


def review_by_province(
    session: Session, row: Reexamination, application: Application, form: Filed, today: date, now: datetime
) -> tuple[Review, Sequence[DataCorrection]]:
    """The annex once more, and a proposed conclusion for whoever decides."""
    insiders = reviews.APPLICANT_TASKS | reviews.CITY_TASKS
    reviews.require_outsider(session, form, insiders, "办理省级复核审查")
    corrections = data_corrections.record(session, application, "province", form, now)
    verdicts = assessment.assess(session, form.instance_id, today)
    found = reviews.province_review_problems(form.data, verdicts, None, is_exempt=True)
    favourable = form.text("result") == "qualified"
    wants = favourable and form.data.get("wants_notice") is not False
    if favourable and not wants and not form.text("no_notice_reason"):
        found.append(Problem("不公示的，请写明理由。", "no_notice_reason", ARTICLE))
    if found:
        raise Refused(found)
    row.wants_notice = wants
    row.no_notice_reason = form.text("no_notice_reason") if favourable else NOT_PUBLISHED
    reason = form.text("result_reason")
    review = reviews.keep(session, application, "province", form, verdicts, favourable, reason, now)
    application.status = "qualified" if favourable else "unqualified"
    return review, corrections


def cluster_of(session: Session, row: Reexamination) -> Cluster:
    return register.get(session, row.cluster_no)


def shown(found: Sequence[plan_completion.Completion]) -> list[Mapping[str, Any]]:
    """The completion table as every later step reads it, computed and not typed."""
    return [
        {
            "name": c.target.get("name"),
            "unit": c.target.get("unit"),
            "baseline_value": c.target.get("baseline_value"),
            "target_y3": c.target.get("target_y3"),
            "actual_y3": c.row.get("actual_y3"),
            "completion_pct": plan_completion.percent(c.share) if c.actual is not None else "定性目标",
            "met": "已完成" if c.is_met else "未完成",
            "reason": c.reason,
        }
        for c in found
    ]
