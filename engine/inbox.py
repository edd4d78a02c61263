"""In-app messages: the record of truth of what somebody was told and when they read it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.models import InboxMessage


def put(
    session: Session,
    now: datetime,
    event: str,
    person_ids: Iterable[str],
    title: str,
    text: str,
    link: str | None,
) -> None:
    """One message per person and event; writing the same event again changes nothing."""
    wanted = dict.fromkeys(person_ids)
    query = sa.select(InboxMessage.person_id).where(InboxMessage.event == event)
    for known in session.scalars(query):
        wanted.pop(known, None)
    session.add_all(
        InboxMessage(event=event, person_id=p, title=title, text=text, link=link, at=now) for p in wanted
    )


def messages_of(session: Session, person_id: str, limit: int = 100) -> Sequence[InboxMessage]:
    query = sa.select(InboxMessage).where(InboxMessage.person_id == person_id)
    return session.scalars(query.order_by(InboxMessage.at.desc(), InboxMessage.id.desc()).limit(limit)).all()


def unread_count(session: Session, person_id: str) -> int:
    query = sa.select(sa.func.count()).where(
        InboxMessage.person_id == person_id, InboxMessage.read_at.is_(None)
    )
    return session.scalar(query) or 0


def mark_read(session: Session, person_id: str, now: datetime, message_id: int | None = None) -> None:
    """One message, or all of them."""
    condition = [InboxMessage.person_id == person_id, InboxMessage.read_at.is_(None)]
    if message_id is not None:
        condition.append(InboxMessage.id == message_id)
    session.execute(sa.update(InboxMessage).where(*condition).values(read_at=now))
