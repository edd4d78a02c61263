"""Handing over what instances have sent each other, each message in a step of its own (D12)."""

import logging
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from engine import calendar_wait, incidents, instances, messages
from engine.db import Database
from engine.errors import CalendarUnavailable
from engine.models import Message
from engine.step import Parts

log = logging.getLogger("qilian.delivery")


def drain(database: Database, parts: Parts, now: Callable[[], datetime]) -> None:
    """Deliver until nothing is pending, also what the deliveries themselves have sent.

    After most steps nothing is: to see that takes no write lock.
    """
    while is_pending(database) and deliver_next(database, parts, now()):
        pass


def is_pending(database: Database) -> bool:
    with database.read() as session:
        return messages.is_pending(session)


def deliver_next(database: Database, parts: Parts, now: datetime) -> bool:
    """Deliver at most one pending message. True when there was one, delivered or failed."""
    message_id: int | None = None
    try:
        with database.write() as session:
            message = messages.next_pending(session)
            if message is None:
                return False
            message_id = message.id
            instances.deliver(parts, session, now, message)
    except sa.exc.OperationalError:
        raise  # the database itself: nothing was saved, the next tick tries again
    except Exception as error:
        if message_id is None:
            raise
        _failed(database, now, message_id, error)
    return True


def _failed(database: Database, now: datetime, message_id: int, error: Exception) -> None:
    log.warning("message %s failed", message_id, exc_info=error)
    with database.write() as session:
        message = session.get(Message, message_id, with_for_update=True)
        if message is None or message.status != "pending":
            return
        back_off = calendar_wait.put_off if isinstance(error, CalendarUnavailable) else messages.back_off
        back_off(message)
        if message.status == "incident":
            incidents.open_incident(session, now, kind="message", subject=str(message.id), error=error)
