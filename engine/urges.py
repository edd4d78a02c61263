"""催办 as evidence: what was urged in an instance, by whom, with which receipt (A-10).

People urge at their desk (`engine.desk`); here the system's own urges are written and all are read.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.models import Urge, WorkItem


def open_items(session: Session, instance_id: str) -> Sequence[WorkItem]:
    query = sa.select(WorkItem).where(WorkItem.instance_id == instance_id, WorkItem.status == "open")
    return session.scalars(query.order_by(WorkItem.number)).all()


def by_system(session: Session, item: WorkItem, text: str, now: datetime) -> Urge:
    """An urge that no person made: it has no receipt, so it proves nothing (A-10)."""
    urge = Urge(item_id=item.id, by=None, channel="system", text=text, receipt="", at=now)
    session.add(urge)
    session.flush()
    return urge


def of_instance(
    session: Session, instance_id: str, elements: Collection[str] | None = None
) -> Sequence[Urge]:
    """Every urge of these steps of an instance, oldest first."""
    query = sa.select(Urge).join(WorkItem, WorkItem.id == Urge.item_id)
    query = query.where(WorkItem.instance_id == instance_id)
    if elements is not None:
        query = query.where(WorkItem.element.in_(elements))
    return session.scalars(query.order_by(Urge.number)).all()
