"""What failed and needs a look. The step was rolled back; input is kept; a retry is a person's act."""

import traceback
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import audit
from engine.errors import Conflict, NotFound
from engine.ids import new_id
from engine.models import Incident, Message, Timer


def describe(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))[-4000:]


def open_incident(
    session: Session,
    now: datetime,
    *,
    kind: str,
    subject: str,
    error: BaseException,
    instance_id: str | None = None,
    element: str | None = None,
) -> Incident:
    """Record a failure in a transaction of its own; one open incident per subject."""
    query = sa.select(Incident).where(
        Incident.kind == kind, Incident.subject == subject, Incident.resolved_at.is_(None)
    )
    incident = session.scalars(query).first()
    if incident is None:
        incident = Incident(
            id=new_id(),
            kind=kind,
            subject=subject,
            instance_id=instance_id,
            element=element,
            at=now,
            error="",
            detail="",
        )
        session.add(incident)
        audit.record(
            session,
            now,
            None,
            "incident.opened",
            instance_id=instance_id,
            element=element,
            subject=incident.id,
            facts={"kind": kind, "error": str(error)},
        )
    incident.error, incident.detail = str(error) or type(error).__name__, describe(error)
    return incident


def unresolved(session: Session) -> Sequence[Incident]:
    return session.scalars(
        sa.select(Incident).where(Incident.resolved_at.is_(None)).order_by(Incident.at)
    ).all()


def resolve(session: Session, now: datetime, incident_id: str, by: str | None, note: str = "") -> None:
    """Close an incident. A timer or message that stands in it is tried once more from the start."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound
    if incident.resolved_at is not None:
        raise Conflict
    incident.resolved_at, incident.resolved_by = now, by
    if incident.kind == "timer":
        _again(session, sa.update(Timer).where(Timer.id == int(incident.subject)), "waiting")
    elif incident.kind == "message":
        _again(session, sa.update(Message).where(Message.id == int(incident.subject)), "pending")
    audit.record(
        session,
        now,
        by,
        "incident.resolved",
        instance_id=incident.instance_id,
        element=incident.element,
        subject=incident.id,
        facts={"note": note} if note else {},
    )


def _again(session: Session, statement: sa.Update, status: str) -> None:
    table = statement.table
    session.execute(
        statement.where(table.c.status == "incident").values(status=status, attempts=0, not_before=None)
    )
