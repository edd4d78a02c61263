"""In-app messages: the record of truth of what somebody was told and when they read it.

What leaves by mail or web hook is made from these rows afterwards (clusters/post/posting).
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.models import InboxMessage

# What a message is about: a task that is new for somebody, a deadline, a person's urging, an outcome.
KINDS = ("task", "reminder", "urge", "result")


def put(
    session: Session,
    now: datetime,
    event: str,
    person_ids: Iterable[str],
    title: str,
    text: str,
    link: str | None,
    *,
    kind: str = "result",
    item_id: str | None = None,
) -> None:
    """One message per person and event; writing the same event again changes nothing.

    `kind` is one of KINDS; `item_id` the work item that the message asks somebody to do.
    """
    wanted = dict.fromkeys(person_ids)
    query = sa.select(InboxMessage.person_id).where(InboxMessage.event == event)
    for known in session.scalars(query):
        wanted.pop(known, None)
    session.add_all(
        InboxMessage(
            event=event, person_id=p, title=title, text=text, link=link, at=now, kind=kind, item_id=item_id
        )
        for p in wanted
    )


def messages_of(
    person_id: str, *, unread_only: bool = False, kind: str | None = None
) -> sa.Select[InboxMessage]:
    """The query for somebody's messages, newest first."""
    query = sa.select(InboxMessage).where(InboxMessage.person_id == person_id)
    if unread_only:
        query = query.where(InboxMessage.read_at.is_(None))
    if kind is not None:
        query = query.where(InboxMessage.kind == kind)
    return query.order_by(InboxMessage.at.desc(), InboxMessage.id.desc())


def unread_count(session: Session, person_id: str) -> int:
    query = sa.select(sa.func.count()).where(
        InboxMessage.person_id == person_id, InboxMessage.read_at.is_(None)
    )
    return session.scalar(query) or 0


def mark_unread(session: Session, person_id: str, message_id: int) -> None:
    """Back among the unread ones, for somebody who wants to come back to it."""
    mine = (InboxMessage.person_id == person_id, InboxMessage.id == message_id)
    session.execute(sa.update(InboxMessage).where(*mine).values(read_at=None))


def mark_read(session: Session, person_id: str, now: datetime, message_id: int | None = None) -> None:
    """One message, or all of them."""
    condition = [InboxMessage.person_id == person_id, InboxMessage.read_at.is_(None)]
    if message_id is not None:
        condition.append(InboxMessage.id == message_id)
    session.execute(sa.update(InboxMessage).where(*condition).values(read_at=now))
