"""岗位变动: what somebody had claimed goes back to the seat, so that a colleague can take it.

Knows work items and seats, not why somebody leaves. Drafts stay with the person who typed them.
"""

from collections.abc import Collection, Container
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import audit
from engine.directory import Seat
from engine.models import WorkItem
from engine.work_items import seats_of


def hand_back(
    session: Session, now: datetime, by: str, person_id: str, reason: str, keeps: Container[Seat] = (),
    *, only: Collection[str] | None = None,
) -> int:  # fmt: skip
    """Release every open item that `person_id` holds outside the seats `keeps`; returns how many.

    `only`: ids of the instances it is about; None for all.
    """
    held = sa.select(WorkItem).where(WorkItem.status == "open", WorkItem.assignee == person_id)
    if only is not None:
        held = held.where(WorkItem.instance_id.in_(only))
    found = session.scalars(held.with_for_update())
    leaving = [item for item in found if not any(seat in keeps for seat in seats_of(item))]
    for item in leaving:
        item.assignee, item.version = None, item.version + 1
        audit.record(
            session, now, by, "item.released", instance_id=item.instance_id, element=item.element,
            subject=item.id, facts={"held_by": person_id, "reason": reason},
        )  # fmt: skip
    return len(leaving)
