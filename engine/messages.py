"""Messages between instances: rows written in the sender's commit, delivered afterwards (D12)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.clock import system_now
from engine.models import Instance, Message

MAX_ATTEMPTS = 8
RESERVED = ("scope", "title")


def post(
    session: Session,
    now: datetime,
    by: str | None,
    *,
    source: str,
    name: str,
    to: str,
    payload: Mapping[str, Any],
) -> Message:
    """Write a message; the same source sends one name to one addressee only once."""
    message = Message(
        source=source,
        name=name,
        to=to,
        payload=dict(payload),
        by=by,
        sent_at=now,
        status="pending",
        attempts=0,
    )
    session.add(message)
    return message


def _pending() -> sa.Select[Message]:
    """The oldest message that may be delivered now."""
    may_go = sa.or_(Message.not_before.is_(None), Message.not_before <= system_now())
    return sa.select(Message).where(Message.status == "pending", may_go).order_by(Message.id).limit(1)


def is_pending(session: Session) -> bool:
    return session.scalar(_pending().with_only_columns(Message.id)) is not None


def next_pending(session: Session) -> Message | None:
    """The message that may be delivered, locked against other workers."""
    return session.scalars(_pending().with_for_update(skip_locked=True)).first()


def wake(session: Session, instance: Instance) -> None:
    """The addressee has moved: messages kept for it are tried again."""
    session.execute(
        sa.update(Message)
        .where(Message.status == "kept", Message.to == instance.business_key)
        .values(status="pending")
    )


def settle(message: Message, now: datetime, status: str, instance_id: str | None = None) -> None:
    """`delivered`, `kept` (nobody waits yet) or `dead` (the addressee has ended)."""
    message.status, message.instance_id = status, instance_id
    message.settled_at = None if status == "kept" else now


def payload_data(message: Message) -> dict[str, Any]:
    """What the addressee may see: the payload without the words that address it."""
    return {k: v for k, v in message.payload.items() if k not in RESERVED}


def back_off(message: Message) -> None:
    """After a failed delivery: wait longer each time, then stand as an incident."""
    message.attempts += 1
    if message.attempts >= MAX_ATTEMPTS:
        message.status = "incident"
    else:
        message.not_before = system_now() + timedelta(seconds=min(3600, 2**message.attempts))
