"""The review tasks taking effect: corrections first, then the criteria on corrected data, then the opinion.

Brings together what `reviews`, `onsite`, `data_corrections` and `assessment` know (art. 14, 15).
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import applications, assessment, data_corrections, onsite, reviews
from clusters.applications.models import Application, DataCorrection, OnsiteCheck, Review
from clusters.batches import recommendations
from clusters.batches.models import SamplingPlan
from clusters.filed import Filed
from engine.errors import Problem, Refused
from engine.ids import new_id

ART_15 = "第十五条"


def check_onsite(
    session: Session, application: Application, level: str, form: Filed, today: date, now: datetime
) -> OnsiteCheck:
    insiders = reviews.APPLICANT_TASKS | (reviews.CITY_TASKS if level == "province" else {})
    reviews.require_outsider(session, form, insiders, "参加抽查")
    standard = assessment.binding_standard(session, application, today)
    return onsite.record(session, application, level, form, standard, today, now)


def review_by_city(
    session: Session, application: Application, form: Filed, today: date, now: datetime
) -> tuple[Review, list[DataCorrection]]:
    """The preliminary opinion; `favourable` means that the case may be recommended."""
    review, corrections = city_opinion(session, application, form, today, now, "出具初审意见")
    application.status = "recommendable" if review.favourable else "accepted"
    return review, corrections


def city_opinion(
    session: Session, application: Application, form: Filed, today: date, now: datetime, act: str
) -> tuple[Review, list[DataCorrection]]:
    """The city's word on corrected data, by nobody who applied; `act` names it where it is refused."""
    reviews.require_outsider(session, form, reviews.APPLICANT_TASKS, act)
    corrections = data_corrections.record(session, application, "city", form, now)
    verdicts = assessment.assess(session, form.instance_id, today)
    standard = assessment.binding_standard(session, application, today)
    check = onsite.latest(session, application.case_no, "city")
    found = reviews.city_review_problems(form.data, verdicts, check, standard)
    if found:
        raise Refused(found)
    favourable, reason = bool(form.data.get("recommend")), form.text("not_recommend_reason")
    review = reviews.keep(session, application, "city", form, verdicts, favourable, reason, now)
    return review, corrections


def formal_check(session: Session, application: Application, form: Filed) -> str:
    """The province's formal check; returns pass, return or fail."""
    insiders = reviews.APPLICANT_TASKS | reviews.CITY_TASKS
    reviews.require_outsider(session, form, insiders, "办理形式审查")
    result = form.text("formal_result")
    if result not in ("pass", "return", "fail"):
        raise Refused([Problem("请填写形式审查结果。", "formal_result", ART_15)])
    if result != "pass" and not form.text("formal_note"):
        raise Refused([Problem("退回或不通过的，必须写明理由。", "formal_note", ART_15)])
    if result == "pass" and form.data.get("onsite_exempt"):
        _exempt_from_onsite(session, application, form)
    if result == "return":
        recommendations.undo(session, application.case_no)
        application.status = "returned"
    return result


def _exempt_from_onsite(session: Session, application: Application, form: Filed) -> None:
    """No case skips the province's inspection but by a recorded sampling plan (D-19)."""
    found = []
    if not form.text("sampling_plan_no"):
        found.append(Problem("免予省级抽查的，请填写抽样方案的文号。", "sampling_plan_no", ART_15))
    if not form.data.get("sampling_plan_file"):
        found.append(Problem("免予省级抽查的，请上传抽样方案。", "sampling_plan_file", ART_15))
    if found:
        raise Refused(found)
    session.add(
        SamplingPlan(
            id=new_id(), **form.source, case_no=application.case_no, plan_no=form.text("sampling_plan_no"),
            files=form.data["sampling_plan_file"],
        )
    )  # fmt: skip
    session.flush()


def re_review(
    session: Session, application: Application, form: Filed, today: date, now: datetime
) -> tuple[Review, list[DataCorrection]]:
    """The province's conclusion on one case; `favourable` means qualified."""
    insiders = reviews.APPLICANT_TASKS | reviews.CITY_TASKS
    reviews.require_outsider(session, form, insiders, "办理复审")
    corrections = data_corrections.record(session, application, "province", form, now)
    verdicts = assessment.assess(session, form.instance_id, today)
    check = onsite.latest(session, application.case_no, "province")
    is_exempt = _is_exempt(session, application.case_no)
    found = reviews.province_review_problems(form.data, verdicts, check, is_exempt)
    if found:
        raise Refused(found)
    favourable = form.text("result") == "qualified"
    review = reviews.keep(
        session, application, "province", form, verdicts, favourable, form.text("result_reason"), now
    )
    return review, corrections


def _is_exempt(session: Session, case_no: str) -> bool:
    query = sa.select(SamplingPlan.id).where(SamplingPlan.case_no == case_no)
    return session.scalars(query.limit(1)).first() is not None


def close_re_review(session: Session, application: Application) -> Review:
    """The signed conclusion becomes the case's standing for the list."""
    review = reviews.latest(session, application.case_no, "province")
    if review is None:
        raise Refused([Problem("没有复审意见。", article=ART_15)])
    application.status = "qualified" if review.favourable else "unqualified"
    return review


def not_recommended_reason(session: Session, application: Application) -> str:
    """What the county is told: the city list's reason, else the opinion's."""
    item = recommendations.item_of(session, application.case_no)
    if item is not None and not item.recommended:
        return item.reason
    review = reviews.latest(session, application.case_no, "city")
    return review.reason if review is not None else ""


def false_data_reason(session: Session, application: Application) -> str:
    """What the inspectors wrote down when they found false data."""
    submission = applications.latest_submission(
        session, str(application.instance_id), onsite.ELEMENTS["city"]
    )
    rows = submission.data.get("problems") or [] if submission is not None else []
    found = "；".join(str(row.get("desc") or "").strip() for row in rows)
    return f"实地抽查发现涉嫌虚假申报：{found or '见抽查记录'}"
