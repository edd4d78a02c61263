"""Dates in expressions: the legal calendar behind the functions of D3."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.calendar import Calendar, DueDate
from engine.date_functions import date_functions
from engine.errors import CalendarUnavailable, QilianError
from engine.expressions import FUNCTIONS, ExpressionError, compile_expression

SEED = Path(__file__).parents[2] / "processes" / "calendars" / "cn.toml"
TODAY = date(2024, 5, 20)


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return Calendar.load(SEED)


class Compute:
    """Evaluates expressions as a step on TODAY for a case in 陇西 would."""

    def __init__(self, calendar: Calendar) -> None:
        self.log: list[DueDate] = []
        self._functions = date_functions(calendar, TODAY, {"notice": 5}, "621122", self.log)

    def __call__(self, text: str, **names: Any) -> Any:
        return compile_expression(text).evaluate(names, self._functions)


@pytest.fixture
def compute(calendar: Calendar) -> Compute:
    return Compute(calendar)


def test_every_function_of_the_language_is_supplied(calendar: Calendar) -> None:
    assert set(date_functions(calendar, TODAY, {}, None, [])) | {"count"} == set(FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today()", TODAY),
        ("date(2024, 2, 29)", date(2024, 2, 29)),
        ("year(today()) + 1", 2025),
        ("days_after('2024-02-28', 2)", date(2024, 3, 1)),
        ("days_after(start, -1)", date(2024, 5, 19)),
        ("months_before('2024-03-31', 1)", date(2024, 2, 29)),
        ("years_after('2024-02-29', 3)", date(2027, 2, 28)),
        ("end_of_february(2024)", date(2024, 2, 29)),
        ("end_of_february(year(today()) + 1)", date(2025, 2, 28)),
        ("working_days_after('2024-09-27', 1)", date(2024, 9, 29)),  # a Sunday made a working day
        ("working_days_after('2024-09-30', 1)", date(2024, 10, 8)),
        ("working_days_before('2024-10-08', 1)", date(2024, 9, 30)),
        ("next_working_day('2024-05-17')", date(2024, 5, 20)),
        ("working_days_after(start, term('notice'))", date(2024, 5, 27)),
    ],
)
def test_dates(compute: Compute, text: str, expected: object) -> None:
    assert compute(text, start="2024-05-20") == expected


def test_an_instant_stands_for_its_day_in_shanghai(compute: Compute) -> None:
    assert compute("days_after(at, 0)", at="2024-05-20T17:00:00+00:00") == date(2024, 5, 21)


def test_an_instant_without_zone_is_refused(compute: Compute) -> None:
    with pytest.raises(ExpressionError, match="时区"):
        compute("days_after(at, 0)", at="2024-05-20T17:00:00")


def test_working_days_leave_their_count_in_the_log(compute: Compute) -> None:
    due = compute("working_days_after(today(), 3)")
    assert [d.due for d in compute.log] == [due]
    assert compute.log[0].trace[-1].date == due


def test_the_region_of_the_case_is_used(compute: Compute) -> None:
    compute("next_working_day(today())")
    assert compute.log[0].region == "621122"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date(2023, 2, 29)", "没有2023年2月29日"),
        ("date(1, 2, 99999)", "没有"),
        ("days_after('someday', 1)", "不是日期"),
        ("days_after('2024-13-01', 1)", "不是日期"),
        ("days_after(null, 1)", "不是日期"),
        ("days_after(true, 1)", "不是日期"),
        ("days_after(today(), '1')", "整数"),
        ("days_after(today(), 1.5)", "整数"),
        ("days_after(today(), true)", "整数"),
        ("days_after(today(), 999999)", "整数"),
        ("term('holiday')", "没有“holiday”"),
    ],
)
def test_impossible_arguments_are_refused(compute: Compute, text: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said):
        compute(text)


@pytest.mark.parametrize(
    "text", ["end_of_february(99999)", "years_after(today(), 99999)", "working_days_after(today(), 0)"]
)
def test_dates_beyond_reckoning_are_refused(compute: Compute, text: str) -> None:
    with pytest.raises(QilianError):
        compute(text)


def test_a_year_without_calendar_is_said_as_such(compute: Compute) -> None:
    with pytest.raises(CalendarUnavailable):
        compute("working_days_after('2035-01-01', 1)")
