"""From the inbox to the outbox: who gets which message by which channel, at once or in the day's digest.

Only decides and writes rows; sending is engine/outbox's. Works on legal time, because a digest
belongs to a legal day. Every message is routed once; each person has one digest a day and channel.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.people.models import Person
from clusters.post import letters, mail_preferences
from clusters.post.channels import MAIL
from clusters.post.letters import Note
from clusters.post.mail_preferences import AT_ONCE, DEFAULTS, NONE
from clusters.post.models import Parcel
from engine import outbox, reminders
from engine.clock import SHANGHAI, legal_day
from engine.db import Database
from engine.models import InboxMessage, WorkItem

AT_A_TIME = 200
# What nobody could send for so long is no news any more; it stands in the inbox.
NEWS_FOR = timedelta(days=7)


def route(database: Database, now: datetime, channels: Collection[str], base_url: str) -> int:
    """Decide for every new in-app message what leaves; returns how many were looked at."""
    fresh = sa.select(InboxMessage).where(InboxMessage.routed_at.is_(None)).order_by(InboxMessage.id)
    fresh = fresh.limit(AT_A_TIME)
    with database.read() as session:
        if session.scalars(fresh.limit(1)).first() is None:
            return 0
    with database.write() as session:
        found = session.scalars(fresh.with_for_update(skip_locked=True)).all()
        for message in found:
            message.routed_at = now
            if message.at > now - NEWS_FOR:
                for channel in channels:
                    _route(session, now, message, channel, base_url)
        return len(found)


def _route(session: Session, now: datetime, message: InboxMessage, channel: str, base_url: str) -> None:
    person = session.get(Person, message.person_id)
    if person is None or person.disabled or (channel == MAIL and not person.email):
        return
    wish = _wish(session, person, message.kind, channel)
    if wish == NONE:
        return
    parcel = Parcel(message_id=message.id, channel=channel, person_id=person.id)
    if wish == AT_ONCE:
        title, payload = letters.single(_note(session, message), person.name, base_url)
        event = f"{channel}:{message.id}"
        row = outbox.put(session, now, event, channel, payload, person_id=person.id, title=title)
        parcel.outbox_id = row.id
    session.add(parcel)


def _wish(session: Session, person: Person, kind: str, channel: str) -> str:
    """Wishes are about mail; a web hook follows the defaults, its receiver has settings of its own."""
    wishes = mail_preferences.wishes_of(session, person.id) if channel == MAIL else DEFAULTS
    return wishes[kind]


def gather(database: Database, now: datetime, base_url: str) -> int:
    """Write the day's digests from nine o'clock on, when all of the day's reminders are in the inbox."""
    opens = datetime.combine(legal_day(now), reminders.AT, SHANGHAI)
    if now < opens:
        return 0
    with database.read() as session:
        if reminders.is_due(session, now):
            return 0
        waiting = (
            sa.select(Parcel.person_id, Parcel.channel)
            .join(InboxMessage, InboxMessage.id == Parcel.message_id)
            .where(Parcel.outbox_id.is_(None))
            .where(sa.or_(InboxMessage.kind == "reminder", InboxMessage.at < opens))
            .distinct()
        )
        people = session.execute(waiting.order_by(Parcel.person_id, Parcel.channel)).all()
    return sum(_gather_one(database, now, person_id, channel, base_url) for person_id, channel in people)


def _gather_one(database: Database, now: datetime, person_id: str, channel: str, base_url: str) -> bool:
    today = legal_day(now)
    event = f"{channel}:digest:{person_id}:{today.isoformat()}"
    with database.write() as session:
        # The person's row is the lock: two workers never write two digests for one day.
        person = session.get(Person, person_id, with_for_update=True)
        if person is None or outbox.exists(session, event):
            return False
        messages = _waiting(session, person_id, channel)
        notes = [_note(session, m) for m in messages if _is_still_news(session, m)]
        if not notes:
            _forget(session, messages, channel)
            return False
        title, payload = letters.digest(_newest_per_item(notes), person.name, today, base_url)
        row = outbox.put(session, now, event, channel, payload, person_id=person_id, title=title)
        _assign(session, messages, channel, row.id)
    return True


def _waiting(session: Session, person_id: str, channel: str) -> Sequence[InboxMessage]:
    query = (
        sa.select(InboxMessage)
        .join(Parcel, Parcel.message_id == InboxMessage.id)
        .where(Parcel.person_id == person_id, Parcel.channel == channel, Parcel.outbox_id.is_(None))
        .order_by(InboxMessage.id)
    )
    return session.scalars(query).all()


def _is_still_news(session: Session, message: InboxMessage) -> bool:
    """What is done or in a colleague's hands needs no mail, nor what was read; a deadline is told even so."""
    item = _item(session, message)
    if item is not None and (item.status != "open" or item.assignee not in (None, message.person_id)):
        return False
    return message.read_at is None or message.kind == "reminder"


def _note(session: Session, message: InboxMessage) -> Note:
    item = _item(session, message)
    due_on, provisional = (None, False) if item is None else (item.due_on, item.provisional)
    told_on = legal_day(message.at)
    return Note(message.kind, message.title, message.text, message.link, told_on, due_on, provisional)


def _item(session: Session, message: InboxMessage) -> WorkItem | None:
    if message.item_id is None:
        return None
    return session.scalars(sa.select(WorkItem).where(WorkItem.id == message.item_id)).first()


def _newest_per_item(notes: Sequence[Note]) -> list[Note]:
    """One line per task, however often it was reminded of or announced; other messages all stay."""
    newest = {(n.link if n.due_on else None) or index: n for index, n in enumerate(notes)}
    return list(newest.values())


def _assign(session: Session, messages: Sequence[InboxMessage], channel: str, outbox_id: int) -> None:
    ids = [m.id for m in messages]
    mine = (Parcel.channel == channel, Parcel.message_id.in_(ids))
    session.execute(sa.update(Parcel).where(*mine).values(outbox_id=outbox_id))


def _forget(session: Session, messages: Sequence[InboxMessage], channel: str) -> None:
    ids = [m.id for m in messages]
    session.execute(sa.delete(Parcel).where(Parcel.channel == channel, Parcel.message_id.in_(ids)))


def route_all(
    database: Database, now: datetime, channels: Collection[str], base_url: str, stopped: Callable[[], bool]
) -> None:
    while not stopped() and route(database, now, channels, base_url) == AT_A_TIME:
        pass
