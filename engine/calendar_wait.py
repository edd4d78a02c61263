"""What cannot go on before the calendar of a year has come: it waits, and nothing is at fault (D6, D-15).

Timers, armed starts and messages are tried again from time to time; an import lets them go at once.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.clock import system_now
from engine.models import ArmedStart, Message, Timer

AGAIN = timedelta(minutes=10)


def put_off(row: Timer | ArmedStart | Message) -> None:
    """Try again later; what lacks a calendar never becomes an incident, however long it takes."""
    row.attempts, later = 0, system_now() + AGAIN
    if isinstance(row, ArmedStart):
        row.retry_after = later
    else:
        row.not_before = later


def release(session: Session) -> None:
    """A year has been imported: whatever was put off is tried at the next tick."""
    for table, status in ((Timer, "waiting"), (Message, "pending")):
        put = sa.update(table).where(table.status == status, table.attempts == 0)
        session.execute(put.values(not_before=None))
    starts = sa.update(ArmedStart).where(ArmedStart.status == "waiting", ArmedStart.attempts == 0)
    session.execute(starts.values(retry_after=None))
