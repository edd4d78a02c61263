"""Plain periods at month ends, leap days and the edges of time."""

from datetime import date

import pytest

from engine.periods import ImpossiblePeriod, add_months, add_years, days_after, end_of_february, months_before


@pytest.mark.parametrize(
    ("year", "last"), [(2024, 29), (2025, 28), (2026, 28), (2027, 28), (2028, 29), (2029, 28), (2032, 29)]
)
def test_february_ends_on_the_29th_in_leap_years_only(year: int, last: int) -> None:
    assert end_of_february(year) == date(year, 2, last)


def test_february_of_a_century_follows_the_gregorian_rule() -> None:
    assert end_of_february(2000).day == 29
    assert end_of_february(2100).day == 28


def test_leap_day_becomes_28_february_in_a_common_year() -> None:
    assert add_years(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert add_years(date(2023, 2, 28), 1) == date(2024, 2, 28)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 31), 6, date(2026, 6, 30)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 29), 12, date(2025, 12, 29)),
        (date(2026, 6, 30), 0, date(2026, 6, 30)),
    ],
)
def test_months_before_stops_at_the_end_of_a_shorter_month(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


def test_months_after_31_january_end_with_february() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)


def test_days_after_count_every_day() -> None:
    assert days_after(date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert days_after(date(2026, 12, 29), -180) == date(2026, 7, 2)


@pytest.mark.parametrize("days", [1, 10**12, -(10**12)])
def test_days_beyond_the_edge_of_time_are_impossible(days: int) -> None:
    with pytest.raises(ImpossiblePeriod, match="超出"):
        days_after(date.max, days)


@pytest.mark.parametrize("year", [0, -1, 10000, 10**30])
def test_years_beyond_the_edge_of_time_are_impossible(year: int) -> None:
    with pytest.raises(ImpossiblePeriod):
        end_of_february(year)
    with pytest.raises(ImpossiblePeriod):
        add_years(date(2026, 1, 1), year - 2026)
