"""A year of the working calendar, laid out for a page. Counts nothing itself (D6)."""

import calendar as months_of
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.calendar import Calendar, Year

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
SATURDAY = 5


@dataclass(frozen=True)
class Day:
    """`kind`: off 放假, shift 调休上班, rest 周末, plain 工作日. `why` in the calendar's own words."""

    date: date
    kind: str
    why: str
    is_today: bool

    @property
    def mark(self) -> str:
        return {"off": "休", "shift": "班"}.get(self.kind, "")


@dataclass(frozen=True)
class Month:
    number: int
    weeks: Sequence[Sequence[Day | None]]
    working_days: int


@dataclass(frozen=True)
class Stretch:
    """Days in a row that one notice changes for one holiday."""

    name: str
    kind: str
    first: date
    last: date
    source: str
    is_local: bool

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def months(calendar: Calendar, year: int, region: str | None, today: date) -> list[Month]:
    return [_month(calendar, year, number, region, today) for number in range(1, 13)]


def _month(calendar: Calendar, year: int, number: int, region: str | None, today: date) -> Month:
    weeks = months_of.Calendar().monthdatescalendar(year, number)
    shown = [
        [_day(calendar, d, region, today) if d.month == number else None for d in week] for week in weeks
    ]
    counted = sum(day.kind in ("plain", "shift") for week in shown for day in week if day)
    return Month(number, shown, counted)


def _day(calendar: Calendar, day: date, region: str | None, today: date) -> Day:
    works, why = calendar.is_working_day(day, region), calendar.day_name(day, region)
    if works:
        return Day(day, "shift" if day.weekday() >= SATURDAY else "plain", why, day == today)
    return Day(day, "off" if why.endswith("放假") else "rest", why, day == today)


def records(calendar: Calendar, year: int, region: str | None) -> list[Year]:
    """The national record of a year and the overlay of the region, where there is one."""
    return [y for y in calendar.years if y.year == year and y.region in (None, region)]


def stretches(found: Sequence[Year]) -> list[Stretch]:
    """What the notices change, in the order of the year."""
    listed = [stretch for record in found for stretch in _stretches(record)]
    return sorted(listed, key=lambda s: (s.first, s.is_local))


def _stretches(record: Year) -> Iterator[Stretch]:
    run: list[date] = []
    for day in sorted(record.days):
        if run and not (day == run[-1] + timedelta(1) and record.days[day] == record.days[run[0]]):
            yield _stretch(record, run)
            run = []
        run.append(day)
    if run:
        yield _stretch(record, run)


def _stretch(record: Year, run: list[date]) -> Stretch:
    change = record.days[run[0]]
    return Stretch(change.name, change.kind, run[0], run[-1], record.source_doc, record.region is not None)
