"""The working calendar in the database: the authority; files are seeds (D10, part 7.3)."""

import threading
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.calendar import Calendar
from engine.calendar_years import Year
from engine.models import CalendarYear


def seed(session: Session, now: datetime, years: Iterable[Year]) -> int:
    """Put in the years and versions that are not there yet; returns how many came."""
    known = {(r.year, r.region, r.version) for r in session.scalars(sa.select(CalendarYear))}
    missing = [y for y in years if (y.year, y.region or "", y.version) not in known]
    session.add_all(_row(year, now) for year in missing)
    return len(missing)


def _row(year: Year, now: datetime) -> CalendarYear:
    record = year.to_json()
    return CalendarYear(
        year=year.year, region=year.region or "", version=year.version, status=year.status,
        source_doc=year.source_doc, days=record["days"], imported_at=now,
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
        self._newest, self._calendar = 0, Calendar.from_years([])

    def __call__(self, session: Session) -> Calendar:
        newest = session.scalar(sa.select(sa.func.max(CalendarYear.id))) or 0
        with self._lock:
            if newest == self._newest:
                return self._calendar
        calendar = Calendar.from_years(load_years(session))
        with self._lock:
            self._newest, self._calendar = newest, calendar
        return calendar
