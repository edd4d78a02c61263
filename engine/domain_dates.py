"""Legal dates that stand in the domain's own rows: the port through which the engine keeps them right.

Knows no notice and no objection; `clusters.dates` answers (D6).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from engine.calendar import Calendar
from engine.directory import Seat
from engine.due_dates import DueDate


@dataclass(frozen=True)
class Moved:
    """One deadline that is another one now, and whom it concerns.

    `kind`: work_item, timer, or the domain's own word. `name`: what falls due, in Chinese.
    """

    kind: str
    case_id: str
    case_no: str
    case_title: str
    element: str
    name: str
    old_on: date
    new_on: date
    was_provisional: bool
    is_provisional: bool
    note: str = ""
    seats: tuple[Seat, ...] = ()
    people: tuple[str, ...] = ()


Recount = Callable[[Session, datetime, Calendar], list[Moved]]


class DomainDates(Protocol):
    """Answered by the domain; without it the engine knows only its own rows."""

    def count_of(self, session: Session, business_key: str, day: date) -> DueDate | None:
        """The count behind a day of a case as it stands now; None for a day that was never counted.

        `day` may be one that has moved since (`DueDate.was`): workflow data keeps what it was told.
        """

    def recount(self, session: Session, now: datetime, calendar: Calendar) -> list[Moved]:
        """Count the domain's dates again; never to an earlier day. Changes rows, flushes nothing."""
