"""Recurring duties of the system itself: on certain legal days it reminds somebody of something.

A duty is no deadline of a case. It says on which day it next has something to say; after an outage it
speaks once, of today. Driven by legal time through the tick, so that the sandbox sees it too. The port is
`engine.contract.Duty`.
"""

from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.clock import SHANGHAI, legal_day
from engine.contract import Duty
from engine.models import DutyMark
from engine.step import Parts

AT = time(9, 0)


def due_at(parts: Parts, session: Session, now: datetime) -> list[tuple[datetime, Duty]]:
    """When each duty is next due, the earliest first; before now means at once."""
    marks = {mark.name: mark.done_on for mark in session.scalars(sa.select(DutyMark))}
    found = []
    for duty in parts.duties:
        # A duty seen for the first time begins today: nothing is said about days long past.
        done_on = marks.get(duty.name, legal_day(now) - timedelta(days=1))
        day = duty.next_day(session, parts.calendar_of(session), done_on)
        if day is not None:
            found.append((datetime.combine(day, AT, SHANGHAI), duty))
    return sorted(found, key=lambda entry: (entry[0], entry[1].name))


def perform(parts: Parts, session: Session, now: datetime, duty: Duty) -> bool:
    """See to one duty unless another process has just done so."""
    mark = session.get(DutyMark, duty.name, with_for_update=True)
    today = legal_day(now)
    if mark is not None and mark.done_on >= today:
        return False
    if mark is None:
        session.add(DutyMark(name=duty.name, done_on=today))
    else:
        mark.done_on = today
    duty.perform(session, parts.calendar_of(session), parts.directory, now)
    return True
