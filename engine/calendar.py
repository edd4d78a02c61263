"""Legal dates: working days with make-up days, regional holidays, confirmed and provisional years (D6).

The only place where working days are counted. Every date carries its trace. Knows no article's
number of days: those stand in the standard.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from engine.calendar_years import SATURDAY, DayChange, Year, is_region, read_years
from engine.due_dates import CountedDay, DueDate
from engine.errors import CalendarUnavailable, Problem, Refused
from engine.periods import ImpossiblePeriod, days_after

__all__ = ["Calendar", "CountedDay", "DayChange", "DueDate", "NoticePolicy", "NoticeWindow", "Year"]

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
FORWARD, BACKWARD = 1, -1


class NoticePolicy(StrEnum):
    """Whether the day of publication is the first day of a notice (requirements D-03)."""

    FULL_DAYS = "FULL_DAYS"
    INCLUSIVE = "INCLUSIVE"


@dataclass(frozen=True, slots=True)
class NoticeWindow:
    """The days a public notice stands, both inclusive (art. 15)."""

    first_day: dt.date
    last_day: dt.date
    due: DueDate


class Calendar:
    """Which days are working days, and what follows from that. Immutable."""

    def __init__(self, years: Iterable[Year]) -> None:
        self.years = _latest_versions(years)
        problems = [problem for year in self.years for problem in year.problems()]
        if problems:
            raise Refused(problems)
        self._national = {y.year: y for y in self.years if y.region is None}
        self._overlays: dict[str, dict[int, Year]] = {}
        for year in self.years:
            if year.region is not None:
                self._overlays.setdefault(year.region, {})[year.year] = year
        self.version = _fingerprint(self.years)

    @classmethod
    def load(cls, path: Path) -> "Calendar":
        return cls(read_years(path))

    @classmethod
    def from_years(cls, years: Iterable[Year]) -> "Calendar":
        return cls(years)

    def is_working_day(self, day: dt.date, region: str | None = None) -> bool:
        return self._kind_of(_legal(day), self._overlays_of(region)).counted

    def day_name(self, day: dt.date, region: str | None = None) -> str:
        """Why the day counts or does not: 工作日, 周六, 春节放假, 调休上班（春节）."""
        return self._kind_of(_legal(day), self._overlays_of(region)).why

    def is_provisional(self, day: dt.date, region: str | None = None) -> bool:
        return self._is_provisional_year(_legal(day).year, self._overlays_of(region))

    def due(self, start: dt.date, working_days: int, region: str | None = None) -> DueDate:
        """The end of a period of working days; its start is day 0 and never counts (Civil Code 201)."""
        return self._count(start, days_after(start, 1), FORWARD, working_days, region)

    def before(self, day: dt.date, working_days: int, region: str | None = None) -> DueDate:
        """The n-th working day before `day`."""
        return self._count(day, days_after(day, -1), BACKWARD, working_days, region)

    def next_working_day(self, day: dt.date, region: str | None = None) -> DueDate:
        """The first working day strictly after `day`."""
        return self.due(day, 1, region)

    def on_or_after(self, day: dt.date, region: str | None = None) -> DueDate:
        """`day` itself if it is a working day, else the next one (Civil Code 203)."""
        return self._count(day, day, FORWARD, 1, region)

    def recount(self, old: DueDate) -> DueDate:
        """The same count by this calendar, with the counts that it starts from (D6)."""
        earlier = tuple(self.recount(count) for count in old.earlier)
        moved = {was.due: now.due for was, now in zip(old.earlier, earlier, strict=True)}
        start = moved.get(old.start, old.start)
        gap = old.trace[0].date - old.start  # the day after, the day before, or the day itself
        step = BACKWARD if gap.days < 0 else FORWARD
        found = self._count(start, start + gap, step, old.days, old.region)
        return replace(found, offset=old.offset, earlier=earlier)

    def working_days_between(self, start: dt.date, end: dt.date, region: str | None = None) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not later."""
        days = (start + dt.timedelta(n) for n in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day, region) for day in days)

    def notice_window(
        self,
        published_on: dt.date,
        days: int,
        policy: str = NoticePolicy.FULL_DAYS,
        interruptions: int = 0,
        region: str | None = None,
    ) -> NoticeWindow:
        """The window of a notice; each working day the portal was down is made up at its end (A-15)."""
        if interruptions < 0:
            raise ImpossiblePeriod("公示中断的工作日数不能为负。")
        if policy not in list(NoticePolicy):
            raise Refused(f"公示期计算方式“{policy}”无法识别。")
        _require_positive(days)
        first = published_on if policy == NoticePolicy.INCLUSIVE else days_after(published_on, 1)
        end = self._count(published_on, first, FORWARD, days + interruptions, region)
        return NoticeWindow(next(d.date for d in end.trace if d.counted), end.due, end)

    def _count(
        self, start: dt.date, first: dt.date, step: int, working_days: int, region: str | None
    ) -> DueDate:
        _require_positive(working_days)
        if working_days > 366 * len(self._national):
            raise CalendarUnavailable(f"{working_days}个工作日超出已有的工作日历（{self._span()}）。")
        overlays = self._overlays_of(region)
        self._kind_of(_legal(start), overlays)  # a period that starts in an unknown year is not computed
        trace = tuple(self._walk(first, step, working_days, overlays))
        ends = sorted((trace[0].date.year, trace[-1].date.year))
        provisional = any(self._is_provisional_year(y, overlays) for y in range(ends[0], ends[1] + 1))
        return DueDate(start, working_days, trace[-1].date, provisional, region, self.version, trace)

    def _walk(
        self, day: dt.date, step: int, working_days: int, overlays: list[dict[int, Year]]
    ) -> Iterator[CountedDay]:
        one_day = dt.timedelta(days=step)
        while working_days:
            counted_day = self._kind_of(day, overlays)
            yield counted_day
            working_days -= counted_day.counted
            day += one_day

    def _kind_of(self, day: dt.date, overlays: list[dict[int, Year]]) -> CountedDay:
        national = self._national.get(day.year)
        if national is None:
            raise CalendarUnavailable(
                f"{day.year}年的工作日历尚未导入，无法计算期限（已有：{self._span()}）。"
            )
        for overlay in overlays:
            local = overlay[day.year].days.get(day) if day.year in overlay else None
            if local is not None:
                return CountedDay(day, False, f"{local.name}放假")
        change = national.days.get(day)
        if change is None:
            weekday = day.weekday()
            return CountedDay(day, weekday < SATURDAY, "工作日" if weekday < SATURDAY else WEEKDAYS[weekday])
        if change.kind == "work":
            return CountedDay(day, True, f"调休上班（{change.name}）")
        return CountedDay(day, False, f"{change.name}放假")

    def _is_provisional_year(self, year: int, overlays: list[dict[int, Year]]) -> bool:
        if year not in self._national:
            raise CalendarUnavailable(f"{year}年的工作日历尚未导入（已有：{self._span()}）。")
        # A region with local holidays whose notice for this year is missing may still get days off.
        return self._national[year].is_provisional or any(
            year not in overlay or overlay[year].is_provisional for overlay in overlays
        )

    def _overlays_of(self, region: str | None) -> list[dict[int, Year]]:
        """The overlays that bind a region: its own and those of the units above it (GB/T 2260)."""
        if region is None:
            return []
        if not is_region(region):
            raise Refused(f"地区代码“{region}”应为六位，如 621122。")
        chain = dict.fromkeys((region, region[:4] + "00", region[:2] + "0000"))
        return [self._overlays[code] for code in chain if code in self._overlays]

    def _span(self) -> str:
        known = sorted(self._national)
        return f"{known[0]}—{known[-1]}年" if known else "无"


def _legal(day: dt.date) -> dt.date:
    if isinstance(day, dt.datetime):
        raise TypeError("a legal day is a date in Shanghai, not an instant: use engine.clock.legal_day")
    return day


def _require_positive(working_days: int) -> None:
    if working_days < 1:
        raise ImpossiblePeriod("工作日数必须是正整数。")


def _latest_versions(years: Iterable[Year]) -> tuple[Year, ...]:
    latest: dict[tuple[int, str], Year] = {}
    for year in years:
        key = (year.year, year.region or "")
        known = latest.get(key)
        if known is not None and known.version == year.version:
            raise Refused([Problem(f"{year.title}工作日历的第{year.version}版出现了两次。")])
        if known is None or known.version < year.version:
            latest[key] = year
    return tuple(latest[key] for key in sorted(latest))


def _fingerprint(years: tuple[Year, ...]) -> str:
    """Names exactly these records, so that a stored date tells what it was computed with (D10)."""
    known = [y.year for y in years if y.region is None]
    content = json.dumps([y.to_json() for y in years], ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    return f"{min(known)}-{max(known)}-{digest}" if known else f"empty-{digest}"
