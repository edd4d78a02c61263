"""Working calendars as they are announced in the long run: those of the demonstration, then by rule.

Test data, none of it announced by anybody: the statutory days on their dates, those on weekends given
back on a neighbouring weekday, and one exchange of a Saturday a year so that it differs from a guess.
"""

from datetime import date, timedelta
from random import Random

from engine.calendar_files import Entry, YearDraft
from engine.calendar_years import read_years
from qilian.sandbox.demonstration import CALENDAR

DAY = timedelta(days=1)
# New year of the moon, dragon boat and mid-autumn.
MOON = {
    2031: ((1, 23), (6, 24), (9, 30)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
}
LAST = max(MOON)


def announced(year: int, random: Random) -> YearDraft:
    """The year as its notice has it."""
    shipped = {y.year: y for y in read_years(CALENDAR) if y.region is None}
    if year in shipped:
        entries = [Entry(c.kind, c.name, day, day) for day, c in sorted(shipped[year].days.items())]
    else:
        entries = _exchanged(_free_days(year), random)
    return YearDraft(
        year, None, "confirmed", f"测试发明电〔{year - 1}〕7号（虚构，测试数据）", None, tuple(entries)
    )


def foreseen(year: int) -> YearDraft:
    """The year as it can be guessed before the notice: statutory days and weekends alone."""
    days = {day: name for name, day, _ in reversed(_statutory(year))}
    entries = tuple(Entry("off", name, day, day) for day, name in sorted(days.items()))
    return YearDraft(year, None, "provisional", "测试推定（虚构，测试数据）", None, entries)


def _statutory(year: int) -> list[tuple[str, date, int]]:
    """Each day off of the measure with the direction in which it is given back when on a weekend."""
    moon = MOON.get(year) or {2027: ((2, 6), (6, 9), (9, 15)), 2028: ((1, 26), (5, 28), (10, 3))}.get(
        year, ((2, 3), (6, 5), (9, 12))
    )
    spring, boat, autumn = (date(year, *day) for day in moon)
    found = [("元旦", date(year, 1, 1), 1), ("清明节", date(year, 4, 5), 1)]
    found += [("春节", spring + n * DAY, 1) for n in range(-1, 3)]
    found += [("劳动节", date(year, 5, n), 1) for n in (1, 2)] + [("端午节", boat, 1), ("中秋节", autumn, -1)]
    return found + [("国庆节", date(year, 10, n), 1) for n in (1, 2, 3)]


def _free_days(year: int) -> dict[date, str]:
    days = {day: name for name, day, _ in _statutory(year)}
    for name, day, step in _statutory(year):
        if day.weekday() >= 5:
            days[_next_weekday(day, step, days)] = name
    return days


def _next_weekday(day: date, step: int, taken: dict[date, str]) -> date:
    while day.weekday() >= 5 or day in taken:
        day += step * DAY
    return day


def _exchanged(days: dict[date, str], random: Random) -> list[Entry]:
    """One more weekday off behind a holiday, and a Saturday far from it worked instead."""
    first = min(
        d for d, name in days.items() if name == random.choice(("劳动节", "国庆节", "春节")) or d.month == 10
    )
    extra = _next_weekday(first, 1, days)
    saturday = extra + DAY * ((5 - extra.weekday()) % 7 + 7)
    name = days[first]
    off = [Entry("off", n, d, d) for d, n in sorted({**days, extra: name}.items())]
    return [*off, Entry("work", name, saturday, saturday)]
