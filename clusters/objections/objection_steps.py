"""An objection coming to its end: signed, replied to, closed; a lead disposed of (F08, art. 15).

People decide and give reasons; nothing here decides for them. Whoever investigated does not sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import applications, data_corrections
from clusters.applications.models import DataCorrection
from clusters.batches import batches
from clusters.filed import Filed
from clusters.notices import notices
from clusters.notices.notice_kinds import DESIGNATION, KINDS
from clusters.objections import objections
from clusters.objections.objection_finding import cluster_of, evidence_of
from clusters.register.models import Notice, Objection
from clusters.register.register_status import Act
from clusters.revocation import proposals
from clusters.revocation.models import RevocationProposal
from engine.clock import legal_day
from engine.errors import NotAllowed, Problem, Refused
from engine.models import Instance, WorkItem

ARTICLE = objections.ARTICLE
REPLY_CHANNELS = frozenset({"receipt", "letter", "phone", "email", "visit"})
LEAD_OUTCOMES = frozenset({"file", "transfer", "investigate"})


def locked(session: Session, no: str) -> Objection:
    """Held with its batch: a decision being taken must not miss what happens to an objection."""
    row = objections.get(session, no)
    batches.locked(session, notices.get(session, row.notice_no).batch_key)
    session.refresh(row)
    return row


def _refuse_if(found: Sequence[Problem]) -> None:
    if found:
        raise Refused(found)


# --- signature and reply ----------------------------------------------------------------------


@dataclass(frozen=True)
class Signed:
    """`way`: agree, or where a return leads: investigate_again or judge_again."""

    way: str
    corrections: Sequence[DataCorrection] = ()


def sign(session: Session, row: Objection, form: Filed, finding: Filed | None, now: datetime) -> Signed:
    """The office head agrees or returns. `finding` is the investigation's form, None when declined."""
    if form.by == row.investigator:
        raise NotAllowed("调查人不能签批自己的结论，请由他人签批。")
    if form.text("decision") == "return":
        if not form.text("opinion"):
            raise Refused([Problem("退回的，请写明要重新核实什么。", "opinion", ARTICLE)])
        row.status = "investigating" if row.finding else "received"
        return Signed("investigate_again" if row.finding else "judge_again")
    if form.text("decision") != "agree":
        raise Refused([Problem("请选择同意或退回。", "decision", ARTICLE)])
    row.signed_by, row.signed_at, row.status = form.by, now, "replying"
    if row.effect != "correct_data" or finding is None:
        return Signed("agree")
    application = applications.get(session, row.case_no)
    made = data_corrections.record(session, application, "objection", finding, now, whole=False)
    return Signed("agree", made)


def propose_revocation(
    session: Session, row: Objection, finding: Filed, context: Act, now: datetime
) -> tuple[RevocationProposal, dict[str, Any]]:
    """第十九条（二）: the signed finding as its investigator's proposal, and what that case begins with."""
    cluster = cluster_of(session, row)
    if cluster is None:
        raise Refused([Problem("这个集群尚未认定，不能提议撤销。", "effect", "第十九条")])
    made = proposals.propose(
        session, cluster, finding.text("revocation_ground"), facts=finding.text("finding_text"),
        evidence=evidence_of(row, finding), by=finding.by, on=legal_day(now), at=now, source=context,
        origin="complaint",
    )  # fmt: skip
    return made, proposals.start_data(made, cluster)


def reply(row: Objection, form: Filed, now: datetime) -> None:
    """What the objector is told, before the cluster is decided on; stands on the receipt page."""
    found = []
    if not form.text("reply_text"):
        found.append(Problem("请填写对提出人的答复。", "reply_text", ARTICLE))
    if form.text("reply_channel") not in REPLY_CHANNELS:
        found.append(Problem("请选择答复方式。", "reply_channel", ARTICLE))
    _refuse_if(found)
    row.reply_text, row.reply_channel, row.replied_at = (
        form.text("reply_text"), form.text("reply_channel"), now,
    )  # fmt: skip


def close(row: Objection, by: str, now: datetime) -> bool:
    """Closed, unless it was judged a lead and nobody has dealt with that: then True."""
    if row.admissibility == "lead" and row.lead_reason is None:
        row.lead_reason, row.status = "judged", "received"
        row.signed_by, row.signed_at = None, None
        return True
    row.status, row.closed_by, row.closed_at = "closed", by, now
    return False


def waiting(session: Session, row: Objection, now: datetime) -> str | None:
    """The business key of whoever waits for this objection to be closed and may go on now, or None."""
    notice = notices.get(session, row.notice_no)
    mine = objections.listed_item(session, row)
    if mine.result is not None or row.case_no in objections.held_back(session, notice.no):
        return None
    case = session.get_one(Instance, notice.instance_id)
    if case.status != "running" or not _has_passed_it_over(notice, now):
        return None
    deciding = sa.select(WorkItem.id).where(
        WorkItem.instance_id == case.id,
        WorkItem.element == KINDS[notice.kind].decided,
        WorkItem.status == "open",
    )
    return None if session.scalars(deciding).first() else case.business_key


def _has_passed_it_over(notice: Notice, now: datetime) -> bool:
    """Whether the decision came to this cluster and left it out, or waits with it."""
    if notice.kind == DESIGNATION:
        return any(item.result is not None for item in notice.items)
    return legal_day(now) > notice.last_day


def dispose_lead(row: Objection, form: Filed, now: datetime) -> str:
    """A person decides what becomes of a lead; it never acts by itself (D11). One of LEAD_OUTCOMES."""
    outcome, note = form.text("lead_outcome"), form.text("lead_note")
    found = []
    if outcome not in LEAD_OUTCOMES:
        found.append(Problem("请选择线索的处置。", "lead_outcome", ARTICLE))
    if not note:
        found.append(Problem("请写明处置的依据或去向。", "lead_note", ARTICLE))
    _refuse_if(found)
    row.lead_outcome, row.lead_note = outcome, note
    if outcome == "investigate":
        row.status = "investigating"
    else:
        row.status, row.closed_by, row.closed_at = "closed", form.by, now
    return outcome
