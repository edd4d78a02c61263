"""Timer rows: the database is the truth about time (D5). Fires nothing itself."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from engine.bpmn.runner import WaitingTimer
from engine.clock import system_now
from engine.models import Timer
from engine.step import Step

MAX_ATTEMPTS = 8


def reconcile(step: Step, waiting: Sequence[WaitingTimer]) -> None:
    """Rows for exactly what waits: new ones in, ended ones cancelled, the rest untouched (D8)."""
    wanted = {(w.task_id, w.kind): w for w in waiting}
    query = sa.select(Timer).where(
        Timer.instance_id == step.instance.id,
        sa.or_(Timer.status.in_(("waiting", "incident")), Timer.task_id.in_([w.task_id for w in waiting])),
    )
    rows = {(t.task_id, t.kind): t for t in step.session.scalars(query)}
    for key, row in rows.items():
        if row.status in ("waiting", "incident") and key not in wanted:
            row.status = "cancelled"
        elif row.status == "cancelled" and key in wanted:
            row.status = "waiting"  # a recalled step has brought the event back
    for key, timer in wanted.items():
        if key not in rows:
            step.session.add(_row(step, timer))


def _row(step: Step, timer: WaitingTimer) -> Timer:
    on = timer.due.get("on")
    return Timer(
        instance_id=step.instance.id, task_id=timer.task_id, kind=timer.kind, element=timer.element,
        name=timer.name, due_at=timer.at or step.now, due_on=None if on is None else date.fromisoformat(on),
        trace=timer.due.get("trace"), provisional=bool(timer.due.get("provisional")),
        calendar_version=step.calendar.version, status="waiting", attempts=0, late_seconds=0,
    )  # fmt: skip


def _due(now: datetime) -> sa.Select[Timer]:
    """The earliest timer that may fire. None stands behind an earlier one of its instance."""
    earlier = aliased(Timer)
    overtaken = sa.exists().where(
        earlier.instance_id == Timer.instance_id,
        earlier.status == "waiting",
        sa.or_(earlier.due_at < Timer.due_at, sa.and_(earlier.due_at == Timer.due_at, earlier.id < Timer.id)),
    )
    may_fire = sa.or_(Timer.not_before.is_(None), Timer.not_before <= system_now())
    query = sa.select(Timer).where(Timer.status == "waiting", Timer.due_at <= now, may_fire, ~overtaken)
    return query.order_by(Timer.due_at, Timer.id).limit(1)


def is_due(session: Session, now: datetime) -> bool:
    return session.scalar(_due(now).with_only_columns(Timer.id)) is not None


def claim_due(session: Session, now: datetime) -> Timer | None:
    """The timer that is due, row-locked against other workers."""
    return session.scalars(_due(now).with_for_update(skip_locked=True)).first()


def back_off(timer: Timer) -> None:
    """After a failed firing: wait longer each time, then stand as an incident."""
    if timer.attempts >= MAX_ATTEMPTS:
        timer.status = "incident"
    else:
        timer.not_before = system_now() + timedelta(seconds=min(3600, 2**timer.attempts))


def next_due(session: Session, after: datetime) -> datetime | None:
    """When the earliest timer later than `after` comes due."""
    query = sa.select(sa.func.min(Timer.due_at)).where(Timer.status == "waiting", Timer.due_at > after)
    return session.scalar(query)
