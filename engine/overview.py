"""The running system in numbers: what waits, what is late, what needs a hand. Reads only."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.audit import SEAL_WITHIN
from engine.models import AuditEntry, Incident, Instance, Message, Outbox, Timer


@dataclass(frozen=True)
class Overview:
    """Counts, and the instant at which the next timer is due (None when none waits)."""

    running: int
    incidents: int
    timers_waiting: int
    timers_due: int
    timers_provisional: int
    next_timer: datetime | None
    messages: dict[str, int]
    outbox: dict[str, int]
    audit_sealed: int
    audit_waiting: int
    audit_late: int


def overview(session: Session, now: datetime, system_now: datetime) -> Overview:
    """`now` is legal time, on which timers stand; `system_now` wall time, on which sealing is measured."""
    waiting = Timer.status == "waiting"
    unsealed = AuditEntry.sequence.is_(None)
    earliest = sa.func.min(Timer.due_at, type_=Timer.due_at.type)
    return Overview(
        running=_count(session, Instance, Instance.status == "running"),
        incidents=_count(session, Incident, Incident.resolved_at.is_(None)),
        timers_waiting=_count(session, Timer, waiting),
        timers_due=_count(session, Timer, waiting, Timer.due_at <= now),
        timers_provisional=_count(session, Timer, waiting, Timer.provisional.is_(True)),
        next_timer=session.scalar(sa.select(earliest).where(waiting)),
        messages=_by_status(session, Message),
        outbox=_by_status(session, Outbox),
        audit_sealed=_count(session, AuditEntry, AuditEntry.sequence.is_not(None)),
        audit_waiting=_count(session, AuditEntry, unsealed),
        audit_late=_count(session, AuditEntry, unsealed, AuditEntry.recorded_at < system_now - SEAL_WITHIN),
    )


def _count(session: Session, table: type, *conditions: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0


def _by_status(session: Session, table: type[Message] | type[Outbox]) -> dict[str, int]:
    query = sa.select(table.status, sa.func.count()).group_by(table.status)
    return dict(session.execute(query).all())
