"""What the page of a batch shows: its cases by region, its documents, its list and decisions. Reads only.

Whose turn it is stands in `batch_turn`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications.models import Application
from clusters.batches import selections
from clusters.batches.models import Batch, BatchExtension, Recommendation, Selection
from clusters.notices import notices
from clusters.objections import objections
from clusters.people import regions
from clusters.register.models import Cluster, DesignationDecision, Notice
from engine.db import Database
from engine.models import Instance, WorkItem
from web.cases.case_list import visible


@dataclass(frozen=True)
class Listed:
    """The list as the meeting formed it, with the record that holds the minutes."""

    selection: Selection
    left_out: int

    @property
    def chosen(self) -> int:
        return len(self.selection.items) - self.left_out


@dataclass(frozen=True)
class BatchView:
    """`held`: cases that an objection holds back; `clusters`: what each case has led to, by its number."""

    cases: Sequence[Application]
    letters: Sequence[Recommendation]
    extensions: Sequence[BatchExtension]
    listed: Listed | None
    decisions: Sequence[DesignationDecision]
    clusters: Mapping[str, Cluster]
    held: Collection[str]
    cancelled: Sequence[Notice]


def of_batch(session: Session, batch: Batch, scopes: Iterable[str], notice: Notice | None) -> BatchView:
    scopes = list(scopes)
    cases = sa.select(Application).where(Application.batch_key == batch.key, visible(scopes))
    letters = sa.select(Recommendation).where(Recommendation.batch_key == batch.key)
    later = sa.select(BatchExtension).where(BatchExtension.batch_key == batch.key)
    found = session.scalars(cases.order_by(Application.city_code, Application.case_no)).all()
    sent = session.scalars(letters.order_by(Recommendation.city_code))
    return BatchView(
        cases=found,
        letters=[letter for letter in sent if _visible(letter, scopes)],
        extensions=session.scalars(later.order_by(BatchExtension.recorded_at)).all(),
        listed=_listed(session, batch),
        decisions=_decisions(session, notice),
        clusters=_clusters(session, [case.case_no for case in found]),
        held=objections.held_back(session, notice.no) if notice else (),
        cancelled=notices.cancelled(session, batch.key),
    )


def _listed(session: Session, batch: Batch) -> Listed | None:
    selection = selections.of_batch(session, batch.key)
    if selection is None:
        return None
    return Listed(selection, sum(not item.selected for item in selection.items))


def _decisions(session: Session, notice: Notice | None) -> Sequence[DesignationDecision]:
    if notice is None:
        return ()
    query = sa.select(DesignationDecision).where(DesignationDecision.notice_no == notice.no)
    return session.scalars(query.order_by(DesignationDecision.decided_at)).all()


def _clusters(session: Session, case_numbers: Iterable[str]) -> dict[str, Cluster]:
    query = sa.select(Cluster).where(Cluster.case_no.in_(list(case_numbers)))
    return {cluster.case_no: cluster for cluster in session.scalars(query) if cluster.case_no}


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
