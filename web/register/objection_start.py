"""What brings an objection into the house, from the public page or by staff: one way for both (F08).

Runs in the caller's transaction; the caller calls `services().engine.settle()` after its commit.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from clusters.objections import objections
from clusters.people import regions
from clusters.register.models import Notice, Objection
from engine import audit, messages
from engine.instances import NewInstance, running
from web.services import services

# Only the province sees the case: nobody who is objected to reads what was brought forward.
SCOPE = regions.province().code


def raise_objection(session: Session, raised: objections.Raised, *, by: str | None) -> objections.Registered:
    """Register and begin to handle it; `by` is None on the public page. Raises Refused."""
    now = services().now()
    registered = objections.register(session, services().vault, raised, by=by, now=now)
    row = registered.objection
    facts = {"case_no": row.case_no, "channel": row.channel, "lead": row.lead_reason}
    audit.record(session, now, by, "objection.registered", subject=row.no, facts=facts)
    _begin(session, row, by)
    return registered


def _begin(session: Session, row: Objection, by: str | None) -> None:
    new = NewInstance(objections.PROCESS, row.no, f"异议 {row.no}", SCOPE)
    services().engine.start_in(session, new, by=by, data=objections.first_data(row))


def add_evidence(session: Session, no: str, files: Sequence[Mapping[str, Any]], *, by: str | None) -> None:
    """More evidence from whoever objected: a request for it counts as answered. Raises Refused."""
    now, row = services().now(), objections.get(session, no)
    was_awaited = row.status == "supplementing"
    objections.add_evidence(session, no, files)
    facts = {"files": [str(file["name"]) for file in files]}
    audit.record(
        session, now, by, "objection.supplemented", instance_id=row.instance_id, subject=no, facts=facts
    )
    if was_awaited:
        source = f"evidence:{no}:{len(row.evidence)}"
        messages.post(session, now, by, source=source, name="evidence_received", to=no, payload={})


def reread_leads(session: Session, notice: Notice, *, by: str | None) -> list[Objection]:
    """After the notice has become longer: leads that now fall inside it are handled as objections (A-15)."""
    found = objections.reread(session, notice, by, services().now())
    for row in found:
        if not running(session, row.no):
            _begin(session, row, by)
    return found
