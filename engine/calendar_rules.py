"""What a year of the working calendar must contain before anybody may count with it (D-15, D-16).

Holds a draft against the national measure on holidays (全国年节及纪念日放假办法, revised 2024) and against
the years already kept. All problems are told at once, each with what to do.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.calendar import Calendar
from engine.calendar_files import Entry, YearDraft
from engine.calendar_years import SATURDAY, DayChange, Year, is_region
from engine.due_dates import chinese
from engine.errors import Problem, Refused

MEASURE = "全国年节及纪念日放假办法"
STATUTE, LOCAL = f"{MEASURE}第二条", f"{MEASURE}第四条"
REVISED = 2025  # from this year on: 春节 four days, 劳动节 two
DOC_NO = re.compile(r"[〔\[（(【]\s*\d{4}\s*[〕\]）)】]\s*\d+\s*号")
ODD_YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Holiday:
    """Days off that the measure gives. `fixed`: (month, day) where the date does not move."""

    name: str
    days: int
    fixed: tuple[tuple[int, int], ...]
    first: tuple[int, int]
    last: tuple[int, int]


def statutory(year: int) -> tuple[Holiday, ...]:
    """The holidays of art. 2 and the stretch of the year in which each lies."""
    is_new = year >= REVISED
    return (
        Holiday("元旦", 1, ((1, 1),), (1, 1), (1, 1)),
        Holiday("春节", 4 if is_new else 3, (), (1, 20), (2, 24)),
        Holiday("清明节", 1, (), (4, 4), (4, 6)),
        Holiday("劳动节", 2 if is_new else 1, ((5, 1), (5, 2)) if is_new else ((5, 1),), (5, 1), (5, 2)),
        Holiday("端午节", 1, (), (5, 27), (6, 27)),
        Holiday("中秋节", 1, (), (9, 7), (10, 9)),
        Holiday("国庆节", 3, ((10, 1), (10, 2), (10, 3)), (10, 1), (10, 3)),
    )


def checked(draft: YearDraft, kept: Calendar) -> Year:
    """The record that may be counted with. Raises Refused with everything that stands against it."""
    versions = {(y.year, y.region): y for y in kept.years}
    found = [*_head_problems(draft, versions), *_day_problems(draft)]
    days = {day: _change(entry) for entry in draft.entries for day in _days(entry, draft.year)}
    if draft.region is None and not found:
        found += _missing(draft.year, days, exchanged=draft.status != "provisional")
    if found:
        raise Refused(found)
    old = versions.get((draft.year, draft.region))
    version = draft.version or (old.version + 1 if old else 1)
    status: Literal["confirmed", "provisional"]
    status = "provisional" if draft.status == "provisional" else "confirmed"
    year = Year(draft.year, draft.region, status, draft.source_doc.strip(), version, days)
    if old is not None and (old.status, dict(old.days), old.source_doc) == (status, days, year.source_doc):
        raise Refused([Problem(f"与现有的{year.title}日历（第{old.version}版）完全相同，无需导入。", "days")])
    if problems := year.problems():
        raise Refused(problems)
    return year


def _head_problems(draft: YearDraft, versions: Mapping[tuple[int, str | None], Year]) -> Iterator[Problem]:
    if draft.year not in ODD_YEARS:
        yield Problem("年度应为 2000 至 2100 之间的整数。", "year")
    if draft.region is not None and not is_region(draft.region):
        yield Problem(f"地区代码“{draft.region}”应为六位，请从列表中选择。", "region")
    if draft.status not in ("confirmed", "provisional"):
        yield Problem("请选择：已公布，或尚未公布（暂定）。", "status")
    yield from _document_problems(draft)
    old = versions.get((draft.year, draft.region))
    if old is None:
        return
    if draft.version is not None and draft.version <= old.version:
        advice = f"请改为{old.version + 1}，或删去版本号由系统递增。"
        yield Problem(f"版本号{draft.version}不高于现有的第{old.version}版；{advice}", "version")
    if draft.status == "provisional" and not old.is_provisional:
        yield Problem("该年度已有正式日历，不能改回暂定。", "status")


def _document_problems(draft: YearDraft) -> Iterator[Problem]:
    if draft.status == "provisional":
        return
    if not draft.source_doc.strip():
        yield Problem(
            "请填写放假通知的文号，如 国办发明电〔2025〕7号；没有文号的年度只能作为暂定。",
            "source_doc",
            STATUTE,
        )
    elif draft.region is None and not DOC_NO.search(draft.source_doc):
        message = f"“{draft.source_doc.strip()[:40]}”不像文号，请照放假通知填写，如 国办发明电〔2025〕7号。"
        yield Problem(message, "source_doc", STATUTE)


def _change(entry: Entry) -> DayChange:
    return DayChange("work" if entry.kind == "work" else "off", entry.name.strip())


def _days(entry: Entry, year: int) -> Iterator[dt.date]:
    """Each day of an entry that lies in the year; a stretch may reach over its ends by mistake only."""
    day = max(entry.first, dt.date(year, 1, 1)) if year in ODD_YEARS else entry.last + dt.timedelta(1)
    while day <= min(entry.last, dt.date(year, 12, 31)):
        yield day
        day += dt.timedelta(days=1)


def _day_problems(draft: YearDraft) -> Iterator[Problem]:
    if not draft.entries:
        yield Problem("没有列出任何放假日。", "days", STATUTE)
    for entry in draft.entries:
        yield from _entry_problems(entry, draft)
    listed = Counter((day, e.kind) for e in draft.entries for day in _days(e, draft.year))
    kinds = Counter(day for day, _ in listed)
    for day in sorted({d for (d, _), n in listed.items() if n > 1}):
        yield Problem(f"{chinese(day)}列了不止一次，请只保留一处。", "days")
    for day in sorted(d for d, n in kinds.items() if n > 1):
        yield Problem(f"{chinese(day)}既列为放假又列为上班，请核对通知后删去一处。", "days")


def _entry_problems(entry: Entry, draft: YearDraft) -> Iterator[Problem]:
    if not entry.name.strip():
        yield Problem(f"{chinese(entry.first)}没有写明节日名称。", "days")
    if entry.last < entry.first:
        yield Problem(f"“{entry.name}”的最后一天早于第一天。", "days")
    for day in dict.fromkeys((entry.first, entry.last)):
        if day.year != draft.year:
            yield Problem(f"{chinese(day)}不在{draft.year}年内；跨年的假期请分别列入两个年度。", "days")
    if entry.kind == "work" and entry.first.weekday() < SATURDAY:
        message = f"{chinese(entry.first)}本来就是工作日（周一至周五），不能列为调休上班日，请核对日期。"
        yield Problem(message, "days", STATUTE)
    if entry.kind == "work" and draft.region is not None:
        message = f"{chinese(entry.first)}：地区日历只能增加放假日，不能增加上班日。"
        yield Problem(message, "days", LOCAL)


def _missing(year: int, days: Mapping[dt.date, DayChange], *, exchanged: bool) -> Iterator[Problem]:
    """Every holiday of the measure, by name and in its season, and as many free weekdays as it gives.

    `exchanged`: a notice has made up for holidays on weekends; before it, they are lost in the count.
    """
    holidays = statutory(year)
    for holiday in holidays:
        named = [d for d, c in days.items() if c.kind == "off" and holiday.name[:2] in c.name]
        first, last = dt.date(year, *holiday.first), dt.date(year, *holiday.last)
        inside = [d for d in named if first <= d <= last]
        worked = [dt.date(year, m, d) for m, d in holiday.fixed if not _is_off(dt.date(year, m, d), days)]
        if worked:
            yield _lacks(holiday, f"{'、'.join(chinese(d) for d in worked)}没有放假")
        elif len(inside) < holiday.days and not holiday.fixed:
            season = f"{first.month}月{first.day}日至{last.month}月{last.day}日之间"
            yield _lacks(holiday, f"{season}以“{holiday.name}”为名的放假日只有{len(inside)}天")
        elif holiday.fixed and not named:
            yield _lacks(holiday, "没有以此为名的放假日")
    total, balance = sum(h.days for h in holidays), weekday_balance(days)
    if exchanged and balance < total:
        yield Problem(
            f"周一至周五的放假日减去调休上班日为{balance}天，少于法定的{total}天："
            "请核对是否漏列放假日，或多列了调休上班日。", "days", STATUTE,
        )  # fmt: skip


def _lacks(holiday: Holiday, what: str) -> Problem:
    message = f"缺少法定节假日：{holiday.name}应放假{holiday.days}天，但{what}。请补齐后重新导入。"
    return Problem(message, "days", STATUTE)


def _is_off(day: dt.date, days: Mapping[dt.date, DayChange]) -> bool:
    change = days.get(day)
    return change.kind == "off" if change else day.weekday() >= SATURDAY


def weekday_balance(days: Mapping[dt.date, DayChange]) -> int:
    """Free weekdays less weekends worked: what a year gives beyond its weekends.

    With every exchange complete this is exactly the number of statutory days (13 since 2025).
    """
    free = sum(c.kind == "off" and d.weekday() < SATURDAY for d, c in days.items())
    return free - sum(c.kind == "work" for c in days.values())


def warnings(year: Year) -> list[str]:
    """What is allowed and still deserves a second look."""
    if year.region is not None or year.is_provisional:
        return []
    surplus = weekday_balance(year.days) - sum(h.days for h in statutory(year.year))
    if surplus <= 0:
        return []
    return [f"比法定节假日多放{surplus}天：请核对是否漏列了调休上班日（临时增加的假日除外）。"]


# --- the difference -----------------------------------------------------------------------------


@dataclass(frozen=True)
class DayDifference:
    """One day that changes. `before` is None where there was no calendar."""

    date: dt.date
    before: str | None
    after: str
    counts: bool
    counted: bool | None


def day_differences(old: Calendar, new: Calendar, year: int, region: str | None) -> Sequence[DayDifference]:
    """Day by day what becomes another day, in the calendar's own words; names alone count too."""
    has_old = any(y.year == year and y.region is None for y in old.years)
    day, found = dt.date(year, 1, 1), []
    while day.year == year:
        after, counts = new.day_name(day, region), new.is_working_day(day, region)
        before = old.day_name(day, region) if has_old else None
        if before != after and (has_old or after not in ("工作日", "周六", "周日")):
            counted = old.is_working_day(day, region) if has_old else None
            found.append(DayDifference(day, before, after, counts, counted))
        day += dt.timedelta(days=1)
    return found
