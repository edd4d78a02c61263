"""公示异议: taken in by staff, judged admissible or not, investigated, closed with a finding (F08, art. 15).

Whoever objects is known to the handlers alone: name and contact lie sealed in a row of their own.
An open objection holds back its own cluster, never the list (D-17).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import batches, notices, numbering, reviews
from clusters.models_applications import Application
from clusters.models_register import DesignationDecision, Objection, Objector
from clusters.vault import Vault
from engine.calendar import Calendar
from engine.clock import end_of, legal_day
from engine.errors import NotAllowed, NotFound, Problem, Refused

ARTICLE = "第十五条"
CHANNELS = {
    "online": "网上",
    "letter": "来信",
    "email": "邮件",
    "phone": "电话",
    "visit": "来访",
    "referral": "转办",
}
FINDINGS = {"not_established": "不成立", "partly_established": "部分成立", "established": "成立"}
EFFECTS = {"keep": "保留", "return_for_correction": "退回更正", "remove_from_list": "移出名单"}
OPEN = ("received", "investigating")


@dataclass(frozen=True)
class Closed:
    """What closing means for others. `wakes_batch`: a decision was already taken without this cluster,
    so the message `objection_closed` has to be sent to the batch."""

    objection: Objection
    batch_key: str
    wakes_batch: bool


def get(session: Session, no: str) -> Objection:
    objection = session.get(Objection, no)
    if objection is None:
        raise NotFound(f"没有异议“{no}”。")
    return objection


def of_notice(session: Session, notice_no: str) -> Sequence[Objection]:
    query = sa.select(Objection).where(Objection.notice_no == notice_no)
    return session.scalars(query.order_by(Objection.raised_at, Objection.no)).all()


def register(
    session: Session, vault: Vault, *, notice_no: str, case_no: str, channel: str, objector_type: str,
    name: str, contact: str, content: str, evidence: list[dict[str, Any]], raised_at: datetime,
    by: str | None, now: datetime,
) -> Objection:  # fmt: skip
    """Take an objection in. What is late or anonymous is kept as a lead and blocks nothing (A-16)."""
    notice = notices.get(session, notice_no)
    batches.locked(session, notice.batch_key)
    found = []
    if case_no not in {item.case_no for item in notice.items}:
        found.append(Problem("所指集群不在公示名单中。", "case_no", ARTICLE))
    if channel not in CHANNELS:
        found.append(Problem("请选择提出方式。", "channel", ARTICLE))
    if not content.strip():
        found.append(Problem("请填写异议内容。", "content", ARTICLE))
    if raised_at > now:
        found.append(Problem("提出时间不能晚于现在。", "raised_at", ARTICLE))
    if found:
        raise Refused(found)
    # A last day that is only provisional shuts nobody out (D6).
    is_over = raised_at >= end_of(notice.last_day) and not notice.provisional
    in_time = notice.published_at <= raised_at and not is_over
    is_objection = in_time and bool(name.strip()) and bool(contact.strip())
    row = Objection(
        no=numbering.objection_no(session, legal_day(now).year), notice_no=notice_no, case_no=case_no,
        channel=channel, objector_type=objector_type, content=content.strip(), evidence=evidence,
        raised_at=raised_at, registered_by=by, registered_at=now,
        status="received" if is_objection else "lead",
    )  # fmt: skip
    session.add(row)
    session.flush()
    if name.strip() or contact.strip():
        key = vault.new_key(session)
        sealed = vault.seal(session, key, {"name": name.strip(), "contact": contact.strip()})
        session.add(Objector(objection_no=row.no, key_id=key, sealed=sealed))
        session.flush()
    return row


def objector(session: Session, vault: Vault, no: str) -> dict[str, str] | None:
    """Name and contact, for handlers only; None when none were given or they have been deleted."""
    row = session.get(Objector, no)
    if row is None:
        return None
    try:
        return vault.open(session, row.key_id, row.sealed)
    except NotFound:
        return None


def forget_objector(session: Session, vault: Vault, no: str, now: datetime) -> None:
    """Delete the personal data of a closed objection for good."""
    if get(session, no).status in OPEN:
        raise Refused("异议尚未办结，不能删除提出人信息。")
    row = session.get(Objector, no)
    if row is not None:
        vault.destroy(session, row.key_id, now)


# --- handling ---------------------------------------------------------------------------------


def accept(
    session: Session, no: str, investigator: str, days: int, calendar: Calendar, now: datetime
) -> Objection:
    """Admissible: somebody who did not review the case investigates within the standard's days."""
    row = _open(session, no)
    if not row.evidence:
        raise Refused([Problem("没有佐证材料，请先通知补充，或不予受理。", "evidence", ARTICLE)])
    _require_outsider(session, row.case_no, investigator)
    due = calendar.due(legal_day(row.raised_at), days)
    row.status, row.admissibility, row.investigator = "investigating", "accepted", investigator
    row.investigation_due, row.due_trace = due.due, due.to_json()
    return row


def decline(session: Session, no: str, admissibility: str, reason: str, by: str, now: datetime) -> Closed:
    """Inadmissible or passed on to another body; either way with a reason that can be told."""
    row = _open(session, no)
    found = []
    if admissibility not in ("inadmissible", "transferred"):
        found.append(Problem("请选择不予受理或转办。", "admissibility", ARTICLE))
    if not reason.strip():
        found.append(Problem("请写明理由。", "reason", ARTICLE))
    if found:
        raise Refused(found)
    row.admissibility, row.admissibility_reason = admissibility, reason.strip()
    return _closed(session, row, by, now)


def add_evidence(session: Session, no: str, files: list[dict[str, Any]]) -> None:
    row = _open(session, no)
    row.evidence = [*row.evidence, *files]


def close(
    session: Session, no: str, *, finding: str, finding_text: str, effect: str, reply_text: str, by: str,
    now: datetime,
) -> Closed:  # fmt: skip
    """The finding, what it does to the cluster, and the reply that the objector is owed."""
    row = _open(session, no)
    _require_outsider(session, row.case_no, by)
    found = []
    if row.status != "investigating":
        found.append(Problem("异议尚未受理，不能作出结论。", article=ARTICLE))
    if finding not in FINDINGS:
        found.append(Problem("请选择调查结论。", "finding", ARTICLE))
    if effect not in EFFECTS:
        found.append(Problem("请选择处理结果。", "effect", ARTICLE))
    if finding == "established" and effect == "keep":
        found.append(Problem("异议成立的，不能保留在名单中。", "effect", ARTICLE))
    if finding == "not_established" and effect != "keep":
        found.append(Problem("异议不成立的，应保留在名单中。", "effect", ARTICLE))
    if not finding_text.strip():
        found.append(Problem("请写明调查情况。", "finding_text", ARTICLE))
    if not reply_text.strip():
        found.append(Problem("请填写对异议人的答复。", "reply_text", ARTICLE))
    if found:
        raise Refused(found)
    row.finding, row.finding_text, row.effect = finding, finding_text.strip(), effect
    row.reply_text, row.replied_at = reply_text.strip(), now
    return _closed(session, row, by, now)


def _closed(session: Session, row: Objection, by: str, now: datetime) -> Closed:
    row.status, row.closed_by, row.closed_at = "closed", by, now
    session.flush()
    notice = notices.get(session, row.notice_no)
    decided = sa.select(DesignationDecision).where(DesignationDecision.notice_no == notice.no)
    still_open = row.case_no in held_back(session, notice.no)
    wakes = session.scalars(decided).first() is not None and not still_open
    return Closed(row, notice.batch_key, wakes)


def _open(session: Session, no: str) -> Objection:
    """Held with its batch: a decision taken meanwhile must not miss what is registered or closed here."""
    row = get(session, no)
    batches.locked(session, notices.get(session, row.notice_no).batch_key)
    session.refresh(row)
    if row.status not in OPEN:
        raise Refused("此异议已经办结，或只作为线索留存。")
    return row


def _require_outsider(session: Session, case_no: str, person: str) -> None:
    if person in reviewers(session, case_no):
        raise NotAllowed("异议不能由审查过该集群的人员核查。")


def reviewers(session: Session, case_no: str) -> set[str]:
    """Everybody with a hand in the reviews of a case, including those who signed and inspected."""
    application = session.get(Application, case_no)
    if application is None or application.instance_id is None:
        return set()
    return reviews.people_of(session, application.instance_id) | reviews.reviewers_of(session, case_no)


# --- what the decision asks -------------------------------------------------------------------


def held_back(session: Session, notice_no: str) -> set[str]:
    """The cases with an objection that is not closed."""
    query = sa.select(Objection.case_no).where(Objection.notice_no == notice_no, Objection.status.in_(OPEN))
    return set(session.scalars(query))


def removed(session: Session, notice_no: str) -> Mapping[str, str]:
    """Cases that an objection took off the list, with the reason."""
    query = sa.select(Objection).where(
        Objection.notice_no == notice_no,
        Objection.status == "closed",
        Objection.effect.in_(("remove_from_list", "return_for_correction")),
    )
    return {row.case_no: row.finding_text for row in session.scalars(query.order_by(Objection.no))}
