"""Effects outside the database: one row per event, sent after the commit, tried again on failure (D8).

In-app messages are rows of their own. Here wait e-mails and web hooks; a repeat after a crash
carries the same event name, so that the receiver can tell.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.clock import system_now
from engine.db import Database
from engine.models import Outbox

MAX_ATTEMPTS = 10
Sender = Callable[[str, Mapping[str, Any]], None]


def put(session: Session, now: datetime, event: str, kind: str, payload: Mapping[str, Any]) -> None:
    """Write one event; the same event again changes nothing."""
    known = session.scalar(sa.select(Outbox.id).where(Outbox.event == event))
    if known is None:
        session.add(
            Outbox(
                event=event, kind=kind, payload=dict(payload), status="pending", attempts=0, created_at=now
            )
        )


def deliver(database: Database, senders: Mapping[str, Sender], limit: int = 100) -> int:
    """Send what waits; returns how many left. A kind without sender stays pending."""
    return sum(1 for _ in range(limit) if _deliver_one(database, senders))


def _deliver_one(database: Database, senders: Mapping[str, Sender]) -> bool:
    with database.write() as session:
        moment = system_now()
        query = (
            sa.select(Outbox)
            .where(
                Outbox.status == "pending",
                Outbox.kind.in_(list(senders)),
                sa.or_(Outbox.not_before.is_(None), Outbox.not_before <= moment),
            )
            .order_by(Outbox.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = session.scalars(query).first()
        if row is None:
            return False
        row.attempts += 1
        try:
            senders[row.kind](row.event, row.payload)
        except OSError:
            row.not_before = moment + timedelta(seconds=min(3600, 2**row.attempts))
            row.status = "failed" if row.attempts >= MAX_ATTEMPTS else "pending"
            return False
        row.status, row.sent_at = "sent", moment
        return True
