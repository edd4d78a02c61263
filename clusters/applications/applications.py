"""Applications: starting, content, sending in, acceptance, ends (art. 12–14).

`effective_application` is the one way to a case's data: the latest F01 submission with the ordered
corrections upon it (D9). Reviews, recommendation and selection live in modules of their own.
"""

import copy
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering, paths
from clusters.applications import batch_choice, seals, statuses
from clusters.applications.application_content import name_key
from clusters.applications.models import Application, DataCorrection
from clusters.batches import batches
from clusters.batches.models import Batch
from clusters.people import regions
from engine.clock import legal_day
from engine.errors import NotFound, Problem, Refused
from engine.models import Submission

FILL = "fill_application"
DUE_WITH_BATCH = (FILL, "approve_application")  # the county's steps: both end with the batch's closing date
ART_13 = "第十三条"


# --- finding and starting ---------------------------------------------------------------------


def get(session: Session, case_no: str) -> Application:
    found = session.get(Application, case_no)
    if found is None:
        raise NotFound(f"没有办件“{case_no}”。")
    return found


def by_instance(session: Session, instance_id: str) -> Application:
    found = session.scalars(sa.select(Application).where(Application.instance_id == instance_id)).first()
    if found is None:
        raise NotFound("没有这个办件。")
    return found


def start(
    session: Session, county_code: str, by: str, now: datetime, batch_key: str | None = None,
    copied_from: str | None = None, fictional: bool = False,
) -> Application:  # fmt: skip
    """Begin an application and give it its number; a batch need not be open yet (预填)."""
    place = regions.region(county_code)
    if not place.may_apply or not place.is_active(legal_day(now)):
        raise Refused([Problem(f"{place.name}不是县级申报主体，不能申报。", "county_code", ART_13)])
    if copied_from is not None and get(session, copied_from).county_code != county_code:
        raise Refused([Problem("只能复制本县以前的申报。", "copied_from", ART_13)])
    application = Application(
        case_no=numbering.case_no(session, legal_day(now).year, county_code), county_code=county_code,
        city_code=regions.city_of(county_code).code, batch_key=batch_key, copied_from=copied_from,
        started_by=by, started_at=now, fictional=fictional,
    )  # fmt: skip
    session.add(application)
    session.flush()
    return application


def not_sent_in(session: Session, batch_key: str) -> list[str]:
    """Numbers of the batch's cases that the county has still to send in for the first time."""
    query = sa.select(Application.case_no).where(
        Application.batch_key == batch_key,
        Application.status == "drafting",
        Application.first_submitted_at.is_(None),
    )
    return list(session.scalars(query))


def first_data(session: Session, application: Application) -> dict[str, Any]:
    """The flat data that the process of an application begins with; due with the batch, if it has one."""
    batch = batches.get(session, application.batch_key) if application.batch_key else None
    return {
        "case_no": application.case_no,
        "batch_key": application.batch_key,
        "recommendation_key": None,
        "fill_due": batch.county_due.isoformat() if batch else None,
    }


def attach(session: Session, case_no: str, instance_id: str) -> Application:
    """Tie the case to the process instance that runs it."""
    application = get(session, case_no)
    if application.instance_id not in (None, instance_id):
        raise Refused(f"办件“{case_no}”已有流程在办。")
    application.instance_id = instance_id
    return application


# --- content ----------------------------------------------------------------------------------


def latest_submission(session: Session, instance_id: str, element: str = FILL) -> Submission | None:
    query = sa.select(Submission).where(
        Submission.instance_id == instance_id,
        Submission.element == element,
        Submission.recalled_at.is_(None),
    )
    return session.scalars(query.order_by(Submission.number.desc()).limit(1)).first()


def submission(session: Session, submission_id: str) -> Submission:
    """One submission by its id; it is there because a row of ours cites it."""
    return session.scalars(sa.select(Submission).where(Submission.id == submission_id)).one()


def latest_content(session: Session, application: Application) -> Submission | None:
    """What the county last filed for the case, whatever its kind."""
    if application.instance_id is None:
        return None
    return latest_submission(session, application.instance_id, application.fill_element)


def corrections_of(session: Session, submission_id: str) -> Sequence[DataCorrection]:
    """The reviewers' corrections of one F01 submission in the order in which they were made."""
    query = sa.select(DataCorrection).where(DataCorrection.about_submission == submission_id)
    return session.scalars(query.order_by(DataCorrection.id)).all()


def effective_application(session: Session, instance_id: str) -> tuple[dict[str, Any], Application]:
    """What the case says now: the county's latest submission with every correction applied."""
    application = by_instance(session, instance_id)
    submission = latest_content(session, application)
    if submission is None:
        raise NotFound("本办件还没有提交过申报书。")
    data: dict[str, Any] = copy.deepcopy(dict(submission.data))
    for correction in corrections_of(session, submission.id):
        paths.put(data, correction.field, correction.new)
    return data, application


def reference_date(batch: Batch | None, first_submitted_at: datetime | None, today: date) -> date:
    """The day whose year is Y: the first submission's, kept inside the year that the batch asks for."""
    day = legal_day(first_submitted_at) if first_submitted_at else today
    if batch is None:
        return day
    year = batch.data_years[-1] + 1
    return min(max(day, date(year, 1, 1)), date(year, 12, 31))


def record_content(
    application: Application, submission_id: str, data: Mapping[str, Any], content_hash: str
) -> None:
    """Bring the columns that lists show up to the latest content."""
    application.submission_id, application.content_hash = submission_id, content_hash
    application.cluster_name = str(data.get("cluster_name") or "").strip()
    application.name_key = name_key(application.cluster_name)
    application.leading_industry = str(data.get("leading_industry_name") or "").strip()


# --- sending in -------------------------------------------------------------------------------


def submit(
    session: Session, application: Application, seal_scan: Sequence[Mapping[str, Any]], today: date,
    now: datetime,
) -> Batch:  # fmt: skip
    """Send the sealed application to the city, in a batch that takes applications (art. 13, A-13)."""
    found = seals.problems(application, seal_scan, "申报书", ART_13)
    batch = batch_choice.batch_for(session, application, today, found)
    if found or batch is None:
        raise Refused(found)
    application.batch_key = batch.key
    send_in(application, seal_scan, batch.county_due, today, now)
    return batch


def send_in(
    application: Application, seal_scan: Sequence[Mapping[str, Any]], due: date, today: date, now: datetime
) -> None:
    """Record that the sealed content went to the city; the first time decides whether it is late."""
    application.seal_hashes = seals.kept(application, seal_scan)
    application.status, application.submitted_at = "submitted", now
    if application.first_submitted_at is None:
        application.first_submitted_at = now
        application.late = today > due


# --- acceptance, ends -------------------------------------------------------------------------


def accept(session: Session, application: Application, rule_version: str, now: datetime) -> None:
    """Accepted: from here on this version of the rule binds the case (part 9)."""
    application.status, application.accepted_at = "accepted", now
    application.rule_version = rule_version


def close(application: Application, status: str, reason: str) -> None:
    """End the case. An adverse end owes a reason (10.3)."""
    if not reason.strip():
        raise Refused([Problem("对申报人不利的决定必须写明理由。", "reason")])
    application.status, application.outcome_reason = status, reason.strip()


def withdrawal_problems(session: Session, case_no: str) -> list[Problem]:
    """Why a case can no longer be withdrawn: only because it has ended or its list is public (A-11)."""
    application = get(session, case_no)
    if application.kind != "application":
        return [Problem("复核申请不能撤回；放弃续期的，请书面报省级。", article="第十六条")]
    status = statuses.STATUSES[application.status]
    if status.locked:
        return [Problem("名单已经公示，不能再撤回申报。", article="第十二条")]
    if status.ended:
        return [Problem(f"办件已经办结（{status.label}），无需撤回。", article="第十二条")]
    return []


def check_withdrawal(session: Session, case_no: str) -> None:
    found = withdrawal_problems(session, case_no)
    if found:
        raise Refused(found)


def withdraw(session: Session, case_no: str) -> Application:
    """Withdraw, holding the batch, so that a notice being published meanwhile cannot list the case."""
    application = get(session, case_no)
    if application.batch_key is not None:
        batches.locked(session, application.batch_key)
        session.refresh(application)
    check_withdrawal(session, case_no)
    application.status, application.outcome_reason = "withdrawn", "申报单位撤回"
    return application
