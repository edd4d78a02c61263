"""受理: accept, return for correction, refuse (F02, art. 14). Acceptance binds the rule version (part 9)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from clusters.applications import application_content, applications, correction_rounds, reviews
from clusters.applications.models import Application, CorrectionItem
from clusters.batches import batches
from clusters.filed import Filed
from clusters.people import regions
from engine.calendar import DueDate
from engine.errors import Problem, Refused

ARTICLE = "第十四条"
GROUNDS = {
    "not_applicant": "非申报主体",
    "not_in_county": "不在县级区划范围内",
    "duplicate": "重复申报",
    "batch_closed": "批次未开放",
    "other": "其他",
}


def accept(session: Session, application: Application, form: Filed, today: date, now: datetime) -> str:
    """Accept a complete file; returns the version of the rule that binds the case from now on."""
    _require_outsider(session, form)
    data, _ = applications.effective_application(session, form.instance_id)
    found = [*_checklist_problems(form), *application_content.missing_documents(data)]
    if found:
        raise Refused(found)
    if application.batch_key is None:
        raise Refused([Problem("申报尚未归入批次，不能受理。", article=ARTICLE)])
    batch = batches.get(session, application.batch_key)
    rule_version = batches.rule_for(session, batch, today).code
    applications.accept(session, application, rule_version, now)
    return rule_version


def _checklist_problems(form: Filed) -> list[Problem]:
    rows = form.rows("completeness_checklist")
    if not rows:
        return [Problem("请逐项核对材料是否齐全。", "completeness_checklist", ARTICLE)]
    return [
        Problem(
            f"“{row.get('item')}”不齐全，不能受理；请退回补正。",
            f"completeness_checklist.{index}",
            ARTICLE,
            row=index + 1,
        )
        for index, row in enumerate(rows)
        if row.get("ok") is not True
    ]


def return_for_correction(
    session: Session, application: Application, form: Filed, due: DueDate
) -> list[CorrectionItem]:
    _require_outsider(session, form)
    return correction_rounds.open_round(session, application, form, due)


def refuse(session: Session, application: Application, form: Filed) -> str:
    """Refuse on one of the known grounds, with a reason in words. Returns both for the applicant."""
    _require_outsider(session, form)
    found = []
    if form.text("refuse_ground") not in GROUNDS:
        found.append(Problem("请选择不予受理的情形。", "refuse_ground", ARTICLE))
    if not form.text("refuse_reason"):
        found.append(Problem("请写明不予受理的理由。", "refuse_reason", ARTICLE))
    if found:
        raise Refused(found)
    reason = f"{GROUNDS[form.text('refuse_ground')]}：{form.text('refuse_reason')}"
    applications.close(application, "refused", reason)
    return reason


def _require_outsider(session: Session, form: Filed) -> None:
    reviews.require_outsider(session, form, reviews.APPLICANT_TASKS, "办理受理")


def calendar_region(application: Application) -> str:
    """Local holidays count for what is filed with this city's bureau (D-16)."""
    return regions.city_of(application.county_code).code
