"""How dates, periods and deadlines read in Chinese. Knows no page; counts nothing itself (D6)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from engine.clock import SHANGHAI, legal_day
from engine.errors import CalendarUnavailable

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
# Beyond some two months nobody plans in working days.
FAR = 60
SOON = 3


class WorkingDays(Protocol):
    """The part of engine.calendar.Calendar that a phrase needs."""

    def working_days_between(self, start: date, end: date, region: str | None = None) -> int: ...


@dataclass(frozen=True)
class Due:
    """A deadline in words. `state` is one of far, soon, today, late; `provisional` = 暂定 (D6)."""

    date: date
    text: str
    state: str
    provisional: bool = False

    @property
    def day(self) -> str:
        return cn_date(self.date, weekday=True)


def cn_date(value: date | datetime | str | None, weekday: bool = False) -> str:
    """2024年6月18日, with （周二） if asked; instants fall on their day in Shanghai."""
    day = _day(value)
    if day is None:
        return ""
    text = f"{day.year}年{day.month}月{day.day}日"
    return f"{text}（{WEEKDAYS[day.weekday()]}）" if weekday else text


def cn_datetime(value: datetime | None) -> str:
    """2024年6月18日 09:15, Beijing time."""
    if value is None:
        return ""
    return f"{cn_date(value)} {value.astimezone(SHANGHAI):%H:%M}"


def cn_period(first: date | None, last: date | None) -> str:
    """2024年6月18日至6月24日: the year, the month said once."""
    if first is None or last is None:
        return cn_date(first or last)
    year = f"{last.year}年" if last.year != first.year else ""
    return f"{cn_date(first)}至{year}{last.month}月{last.day}日"


def iso_date(value: date | datetime | str | None) -> str:
    """For the datetime attribute of <time>."""
    day = _day(value)
    return "" if day is None else day.isoformat()


def due_phrase(
    due: date, today: date, calendar: WorkingDays, region: str | None = None, provisional: bool = False
) -> Due:
    """还有3个工作日 / 今天到期 / 逾期 2 个工作日. A deadline ends at 24:00 of its day (A-17)."""
    if due == today:
        return Due(due, "今天到期", "today", provisional)
    if due < today and provisional:  # nothing adverse before the year is announced (D-15)
        return Due(due, "暂定日期已过，待放假安排公布后确定", "today", provisional)
    if due < today:
        return Due(due, f"逾期 {_days(due, today, calendar, region)}", "late", provisional)
    days = (due - today).days
    state = "soon" if days <= SOON else "far"
    left = f"{days} 天" if days > FAR else _days(today, due, calendar, region)
    return Due(due, f"还有 {left}", state, provisional)


def _days(start: date, end: date, calendar: WorkingDays, region: str | None) -> str:
    """`2 个工作日`; plain days where no working day lies between or the calendar is missing."""
    try:
        working = calendar.working_days_between(start, end, region)
    except CalendarUnavailable:
        working = 0
    return f"{working} 个工作日" if working else f"{(end - start).days} 天"


NOTICEABLE = 60  # seconds; less than that is no lateness


def late_words(seconds: int) -> str:
    """How late something happened, in the largest unit that says it: 3 天, 5 小时, 12 分钟."""
    for size, unit in ((86_400, "天"), (3_600, "小时")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(1, seconds // 60)} 分钟"


def _day(value: date | datetime | str | None) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return legal_day(value)
    return date.fromisoformat(value) if isinstance(value, str) else value
