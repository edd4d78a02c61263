"""Sendings that failed for good: one incident per channel, and what an administrator does about them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import audit, incidents
from engine.errors import Conflict, NotFound, QilianError
from engine.models import Incident, Outbox


class SendingFailed(QilianError):
    """外发未成功。"""


def report(session: Session, now: datetime, row: Outbox, reason: str) -> None:
    """However many letters fail, a channel stands once among the incidents."""
    incidents.open_incident(session, now, kind="outbox", subject=row.kind, error=SendingFailed(reason))


def send_again(session: Session, now: datetime, row_id: int, by: str) -> None:
    """重发: back into the queue, with all its attempts before it."""
    row = _failed(session, row_id)
    _requeue(row)
    audit.record(session, now, by, "outbox.requeued", subject=row.event[:120])


def send_all_again(session: Session, now: datetime, kind: str, by: str) -> int:
    """Every failed sending of a channel; returns how many."""
    query = sa.select(Outbox).where(Outbox.kind == kind, Outbox.status == "failed")
    rows = session.scalars(query.with_for_update()).all()
    for row in rows:
        _requeue(row)
    audit.record(session, now, by, "outbox.requeued", subject=kind, facts={"rows": len(rows)})
    session.flush()
    close_if_mended(session, now, kind, by)
    return len(rows)


def drop(session: Session, now: datetime, row_id: int, by: str, reason: str) -> None:
    """不再发送: the in-app message stands; what could not leave is let go, with a reason."""
    row = _failed(session, row_id)
    row.status = "dropped"
    audit.record(session, now, by, "outbox.dropped", subject=row.event[:120], facts={"reason": reason})
    session.flush()
    close_if_mended(session, now, row.kind, by)


def close_if_mended(session: Session, now: datetime, kind: str, by: str | None) -> None:
    """The channel's incident ends when nothing that had failed is left."""
    troubled = sa.or_(
        Outbox.status == "failed", sa.and_(Outbox.status == "pending", Outbox.last_error.is_not(None))
    )
    query = sa.select(Incident.id).where(
        Incident.kind == "outbox", Incident.subject == kind, Incident.resolved_at.is_(None)
    )
    incident_id = session.scalar(query)
    if incident_id is None:
        return
    if session.scalar(sa.select(Outbox.id).where(Outbox.kind == kind, troubled).limit(1)) is None:
        incidents.resolve(session, now, incident_id, by, note="未发出的均已发出或不再发送。")


def _requeue(row: Outbox) -> None:
    row.status, row.attempts, row.not_before = "pending", 0, None


def _failed(session: Session, row_id: int) -> Outbox:
    row = session.get(Outbox, row_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.status != "failed":
        raise Conflict("这条外发已不在失败之列。")
    return row
