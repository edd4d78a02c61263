"""What the page of a batch shows: its cases by region, what it waits for, who is to act. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications.models import Application
from clusters.batches.models import Batch, Recommendation
from clusters.people import regions
from engine.db import Database
from engine.models import Instance, Timer, WorkItem
from web.cases.case_list import visible


@dataclass(frozen=True)
class BatchView:
    cases: Sequence[Application]
    items: Sequence[WorkItem]
    timers: Sequence[Timer]
    letters: Sequence[Recommendation]


def of_batch(session: Session, batch: Batch, scopes: Iterable[str]) -> BatchView:
    scopes = list(scopes)
    cases = sa.select(Application).where(Application.batch_key == batch.key, visible(scopes))
    items = sa.select(WorkItem).where(WorkItem.instance_id == batch.instance_id, WorkItem.status == "open")
    timers = sa.select(Timer).where(Timer.instance_id == batch.instance_id, Timer.status == "waiting")
    letters = sa.select(Recommendation).where(Recommendation.batch_key == batch.key)
    seen = [c for c in session.scalars(letters.order_by(Recommendation.city_code)) if _visible(c, scopes)]
    return BatchView(
        cases=session.scalars(cases.order_by(Application.city_code, Application.case_no)).all(),
        items=session.scalars(items.order_by(WorkItem.number)).all(),
        timers=session.scalars(timers.order_by(Timer.due_at)).all(),
        letters=seen,
    )


def _visible(letter: Recommendation, scopes: list[str]) -> bool:
    return any(regions.within(letter.city_code, scope) for scope in scopes)


def opening_instances(session: Session) -> Sequence[tuple[Instance, WorkItem]]:
    """Batches that somebody has begun but not opened yet, each with its open form."""
    query = (
        sa.select(Instance, WorkItem)
        .join(WorkItem, WorkItem.instance_id == Instance.id)
        .where(WorkItem.element.in_(("open_batch", "open_reexam_batch")), WorkItem.status == "open")
        .order_by(Instance.business_key)
    )
    return [(i, w) for i, w in session.execute(query)]


def first_item(database: Database, instance_id: str) -> str:
    with database.read() as session:
        query = sa.select(WorkItem.id).where(WorkItem.instance_id == instance_id, WorkItem.status == "open")
        return session.scalars(query.order_by(WorkItem.number)).one()
