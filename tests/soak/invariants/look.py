"""One look at the database, and what earlier looks remember: only what is new is read again.

Read from the database alone, and reckoned anew where that is possible: nothing here asks the code that
took a step whether it was allowed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.register.models import Cluster
from engine.calendar import Calendar
from engine.clock import legal_day
from engine.models import AuditEntry, CalendarYear, Instance


@dataclass(frozen=True)
class Known:
    """What is remembered of a cluster: enough to say what it owes."""

    county_code: str
    began: date
    status: str
    valid_to: date
    term_no: int


@dataclass
class Memory:
    """What earlier looks have seen."""

    audited: int = 0
    marks: dict[str, int] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    due_on: dict[str, date] = field(default_factory=dict)
    stands: dict[str, str | None] = field(default_factory=dict)
    states: dict[str, list[tuple[date, str]]] = field(default_factory=dict)  # of a cluster, by legal day
    began: dict[str, date] = field(default_factory=dict)  # a further term changes nothing about it
    keys: set[str] = field(default_factory=set)


@dataclass
class Look:
    """`has_ticked`: nobody has acted since the scheduler was last awake."""

    session: Session
    today: date
    now: datetime
    calendar: Calendar
    reached_city: dict[str, date]
    has_ticked: bool
    memory: Memory

    @cached_property
    def touched(self) -> set[str]:
        """The cases in which anything was recorded since the last look."""
        query = sa.select(AuditEntry.id, AuditEntry.instance_id).where(AuditEntry.id > self.memory.audited)
        rows = self.session.execute(query).all()
        self.memory.audited = max((id_ for id_, _ in rows), default=self.memory.audited)
        return {instance for _, instance in rows if instance}

    @cached_property
    def has_changed(self) -> bool:
        before = self.memory.audited
        return bool(self.touched) or self.memory.audited > before

    @cached_property
    def clusters(self) -> dict[str, Known]:
        c, began = Cluster, self.memory.began
        query = sa.select(
            c.cluster_no, c.county_code, c.valid_from, c.designated_at, c.status, c.valid_to, c.term_no
        )
        return {
            no: Known(county, began.setdefault(no, max(start, legal_day(made))), status, end, term)
            for no, county, start, made, status, end, term in self.session.execute(query)
        }

    def added(self, table: Any, *columns: Any) -> list[Any]:
        """Rows of a table with a counted id that no earlier look has seen."""
        mark = self.memory.marks.get(table.__tablename__, 0)
        chosen = [*columns] or [table]
        query = sa.select(table.id, *chosen).where(table.id > mark).order_by(table.id)
        rows = self.session.execute(query).all()
        if rows:
            self.memory.marks[table.__tablename__] = rows[-1][0]
        return [row[1] if len(chosen) == 1 else tuple(row[1:]) for row in rows]

    def new(self, kind: str, column: Any, *where: Any) -> set[str]:
        """Values of a column that no earlier look of this kind has seen."""
        known = self.memory.seen.setdefault(kind, set())
        fresh = set(self.session.scalars(sa.select(column).where(*where))) - known
        known |= fresh
        return fresh

    def knows(self, year: int) -> bool:
        """Whether there is any calendar of the year; without one, what needs it waits for the import."""
        return any(y.year == year and y.region is None for y in self.calendar.years)

    def is_confirmed(self, *days: date) -> bool:
        query = sa.select(CalendarYear.year).where(
            CalendarYear.status == "confirmed", CalendarYear.region == ""
        )
        return {d.year for d in days} <= set(self.session.scalars(query))

    def begun(self) -> set[str]:
        """The business keys of every case that has ever begun."""
        fresh = self.new("instances", Instance.id)
        query = sa.select(Instance.business_key).where(Instance.id.in_(fresh))
        self.memory.keys |= set(self.session.scalars(query)) if fresh else set()
        return self.memory.keys


Faults = Iterator[str]
Invariant = Callable[[Look], Faults]
