"""The working calendar in the database: the authority; files are seeds (D10, part 7.3)."""

import threading
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.calendar import Calendar
from engine.calendar_years import Year
from engine.models import CalendarYear


def seed(session: Session, now: datetime, years: Iterable[Year]) -> int:
    """Put in the years that are not there in any version; returns how many came.

    A year that is already kept changes only through an import with a second person, which counts the
    running deadlines again (`engine.calendar_imports`): never because a release ships another file.
    """
    known = {(r.year, r.region) for r in session.scalars(sa.select(CalendarYear))}
    missing = [y for y in years if (y.year, y.region or "") not in known]
    for year in missing:
        put(session, now, year)
    return len(missing)


def put(session: Session, now: datetime, year: Year, by: str | None = None) -> None:
    record = year.to_json()
    session.add(
        CalendarYear(
            year=year.year, region=year.region or "", version=year.version, status=year.status,
            source_doc=year.source_doc, days=record["days"], imported_by=by, imported_at=now,
        )
    )  # fmt: skip


def load_years(session: Session) -> list[Year]:
    """Every stored version; `Calendar` takes the newest of each year and region."""
    return [
        Year.from_json(
            {
                "year": row.year,
                "region": row.region,
                "status": row.status,
                "source_doc": row.source_doc,
                "version": row.version,
                "days": row.days,
            }
        )
        for row in session.scalars(sa.select(CalendarYear).order_by(CalendarYear.id))
    ]


class CalendarStore:
    """Gives each step the calendar as it stands, built anew only after an import."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: Any = None
        self._calendar = Calendar.from_years([])

    def __call__(self, session: Session) -> Calendar:
        # Not the id alone: SQLite gives it again to the next import after one that was rolled back.
        row = CalendarYear
        query = sa.select(row.id, row.year, row.region, row.version, row.imported_at)
        newest = session.execute(query.order_by(row.id.desc()).limit(1)).first()
        with self._lock:
            if newest == self._newest:
                return self._calendar
        calendar = Calendar.from_years(load_years(session))
        with self._lock:
            self._newest, self._calendar = newest, calendar
        return calendar
