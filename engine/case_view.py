"""One case at a glance: what is done, open and overdue, why it waits, who must act. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import opinions, service_clocks, submissions, work_items
from engine.bpmn.model import FlowNode
from engine.directory import Person
from engine.engine import Engine
from engine.errors import NotFound
from engine.models import (
    AuditEntry,
    Incident,
    Instance,
    Opinion,
    ServiceInterval,
    Submission,
    Timer,
    Urge,
    WorkItem,
)
from engine.step import Step


@dataclass(frozen=True)
class OpenItem:
    """Somebody's turn: the item, who may take it, opinions so far, urges sent."""

    item: WorkItem
    people: Sequence[Person]
    opinions: Sequence[Opinion]
    urges: Sequence[Urge]
    is_overdue: bool


@dataclass(frozen=True)
class OutlineStep:
    """One node of the diagram in words, for those who do not see it."""

    node: FlowNode
    state: str  # done | open | overdue | ahead


@dataclass(frozen=True)
class CaseView:
    instance: Instance
    process_name: str
    open_items: Sequence[OpenItem]
    closed_items: Sequence[WorkItem]
    submissions: Mapping[str, Submission]  # by item id
    opinions: Mapping[str, Sequence[Opinion]]  # by item id
    timers: Sequence[Timer]
    messages: Sequence[str]
    timeline: Sequence[AuditEntry]
    incidents: Sequence[Incident]
    intervals: Sequence[ServiceInterval]
    states: Mapping[str, str]
    outline: Sequence[OutlineStep] = field(default_factory=list)


# Steps that somebody waits for; what the system does between them is on the diagram.
SHOWN_KINDS = ("userTask", "intermediateCatchEvent")


def view(engine: Engine, session: Session, instance_id: str) -> CaseView:
    """Everything the page of a case shows. Raises NotFound."""
    instance = session.get(Instance, instance_id)
    if instance is None:
        raise NotFound
    step = Step(engine.parts, session, instance, engine.clock.now(), None)
    run = step.load()
    items = session.scalars(_of(WorkItem, instance_id).order_by(WorkItem.number)).all()
    open_items = [_open_item(engine, session, i, step.today) for i in items if i.status == "open"]
    timers = session.scalars(_of(Timer, instance_id).order_by(Timer.due_at)).all()
    states = _states(run.progress(), open_items, timers, instance)
    nodes = [
        n for n in step.model.nodes.values() if n.name and (n.kind in SHOWN_KINDS or n.id == instance.outcome)
    ]
    return CaseView(
        instance=instance,
        process_name=step.model.name,
        open_items=open_items,
        closed_items=[i for i in items if i.status != "open"],
        submissions={s.item_id: s for s in submissions.history(session, instance_id)},
        opinions={i.id: opinions.given(session, i.id) for i in items if i.opinions},
        timers=timers,
        messages=[] if run.has_ended() else sorted(run.waiting_messages()),
        timeline=session.scalars(_of(AuditEntry, instance_id).order_by(AuditEntry.id)).all(),
        incidents=session.scalars(_of(Incident, instance_id).where(Incident.resolved_at.is_(None))).all(),
        intervals=service_clocks.intervals(session, instance_id),
        states=states,
        outline=[OutlineStep(n, states.get(n.id, "ahead")) for n in nodes],
    )


def turns_of(engine: Engine, session: Session, instance_id: str, today: date) -> list[OpenItem]:
    """Whose turn it is in a case, without loading the case itself."""
    query = _of(WorkItem, instance_id).where(WorkItem.status == "open").order_by(WorkItem.number)
    return [_open_item(engine, session, item, today) for item in session.scalars(query)]


T = TypeVar("T")


def _of(table: type[T], instance_id: str) -> sa.Select[T]:
    return sa.select(table).where(table.instance_id == instance_id)  # type: ignore[attr-defined]


def _open_item(engine: Engine, session: Session, item: WorkItem, today: date) -> OpenItem:
    urges = session.scalars(sa.select(Urge).where(Urge.item_id == item.id).order_by(Urge.number)).all()
    return OpenItem(
        item=item,
        people=work_items.candidates(session, engine.directory, item),
        opinions=opinions.given(session, item.id),
        urges=urges,
        is_overdue=work_items.is_overdue(item, today),
    )


def _states(
    progress: Mapping[str, str], open_items: Sequence[OpenItem], timers: Sequence[Timer], instance: Instance
) -> dict[str, str]:
    """A date behind an event-based gateway is waited for, though the engine stands on the gateway."""
    states = dict(progress) | {t.element: "open" for t in timers if t.status == "waiting"}
    if instance.status == "ended":
        states = {k: "done" for k, v in states.items() if v == "done"}
    for entry in open_items:
        states[entry.item.element] = "overdue" if entry.is_overdue else "open"
    return states
