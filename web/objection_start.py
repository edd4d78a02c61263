"""What brings an objection into the house, from the public page or by staff: one way for both (F08).

Runs in the caller's transaction; the caller calls `services().engine.settle()` after its commit.
"""

from sqlalchemy.orm import Session

from clusters import objections
from engine import audit
from web.services import services


def raise_objection(session: Session, raised: objections.Raised, *, by: str | None) -> objections.Registered:
    """Register and begin to handle it; `by` is None on the public page. Raises Refused."""
    now = services().now()
    registered = objections.register(session, services().vault, raised, by=by, now=now)
    row = registered.objection
    facts = {"case_no": row.case_no, "channel": row.channel, "lead": row.lead_reason}
    audit.record(session, now, by, "objection.registered", subject=row.no, facts=facts)
    return registered
