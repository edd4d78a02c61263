"""Every day of 2022-2026 against two independent packages: chinesecalendar and holidays."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from engine.calendar import Calendar

SEED = Path(__file__).parents[2] / "processes" / "calendars" / "cn.toml"
FIRST, LAST = date(2022, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
CHINA = holidays.country_holidays("CN", years=range(2022, 2028), language="zh_CN")
ORACLES = {"chinesecalendar": chinese_calendar.is_workday, "holidays": CHINA.is_working_day}
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return Calendar.load(SEED)


@pytest.fixture(params=sorted(ORACLES))
def is_workday(request: pytest.FixtureRequest) -> Callable[[date], bool]:
    return ORACLES[request.param]


def test_every_day_of_five_years_agrees(calendar: Calendar, is_workday: Callable[[date], bool]) -> None:
    assert [d for d in DAYS if calendar.is_working_day(d) != is_workday(d)] == []


@pytest.mark.parametrize("n", [5, 15])
def test_every_due_date_of_five_years_agrees(
    calendar: Calendar, is_workday: Callable[[date], bool], n: int
) -> None:
    working = [d for d in DAYS if is_workday(d)]
    wrong, compared = [], 0
    for start in DAYS:
        after = working[bisect_right(working, start) :][:n]
        if len(after) == n:
            compared += 1
            found = calendar.due(start, n)
            if found.due != after[-1] or found.provisional:
                wrong.append((start, found.due, after[-1]))
    assert wrong == []
    assert compared > 1800


@pytest.mark.parametrize("n", [1, 5, 15])
def test_counting_back_from_a_due_date_finds_the_working_day_it_was_counted_from(
    calendar: Calendar, n: int
) -> None:
    starts = [d for d in DAYS if calendar.is_working_day(d)][:-n]
    assert [s for s in starts if calendar.before(calendar.due(s, n).due, n).due != s] == []


def test_every_changed_day_carries_the_name_that_chinesecalendar_gives_it(calendar: Calendar) -> None:
    records = {y.year: y for y in calendar.years if y.region is None}
    for day in DAYS:
        change = records[day.year].days.get(day)
        name = chinese_calendar.constants.holidays.get(day) or chinese_calendar.constants.workdays.get(day)
        assert (change.name if change else None) == (NAMES[name] if name else None), day


def test_statutory_days_of_2027_agree_with_the_lunar_calendar(calendar: Calendar) -> None:
    statutory = {d for d, name in CHINA.items() if d.year == 2027 and "休" not in name and "补" not in name}
    (record,) = (y for y in calendar.years if y.year == 2027 and y.region is None)
    assert set(record.days) == statutory
