"""The dates of the annual report and what it says differently from the baseline (art. 17, 18; 10.4 no. 4)."""

from datetime import date

import pytest

from clusters.annual import report_differences
from clusters.annual.annual_deadlines import (
    Arrivals,
    city_deadline,
    city_is_late,
    cluster_is_late,
    deadline_of,
)
from clusters.annual.annual_lateness import who_is_late
from tests.handlers.season import CALENDAR, CITY, COUNTY, confirmed

pytestmark = pytest.mark.article("第十八条")
FORESEEN = confirmed(2027)


@pytest.mark.parametrize(
    ("year", "due", "flags_after", "provisional"),
    [
        (2023, "2024-02-29", "2024-02-29", False),  # leap year, a Thursday
        (2024, "2025-02-28", "2025-02-28", False),
        (2025, "2026-02-28", "2026-02-28", False),  # a Saturday on which people work (调休)
        (2026, "2027-02-28", "2027-03-01", True),  # a Sunday; the notice for 2027 is not out
    ],
)
def test_the_legal_date_stays_and_consequences_wait_for_a_working_day(year, due, flags_after, provisional):
    found = deadline_of(year, CALENDAR, COUNTY, 10)
    assert (found.due, found.flags_after) == (date.fromisoformat(due), date.fromisoformat(flags_after))
    assert found.provisional is provisional


@pytest.mark.parametrize(
    ("calendar", "arrived", "late"),
    [
        (FORESEEN, "2027-02-28", ""),
        (FORESEEN, "2027-03-01", ""),
        (FORESEEN, "2027-03-02", "cluster"),
        (CALENDAR, "2027-03-02", ""),  # nobody is late by a provisional calendar
    ],
)
def test_the_cluster_is_late_from_the_day_after(calendar, arrived, late):
    deadline = deadline_of(2026, calendar, COUNTY, 10)
    day = date.fromisoformat(arrived)
    assert who_is_late(deadline, None, Arrivals(None, None), day) == late
    assert cluster_is_late(deadline, Arrivals(day, None), day) is (day > date(2027, 3, 1))


@pytest.mark.parametrize(("at_province", "late"), [("2025-02-28", False), ("2025-03-01", True)])
def test_what_reached_the_city_in_time_is_the_citys_to_send_by_the_same_day(at_province, late):
    deadline = deadline_of(2024, CALENDAR, COUNTY, 10)
    due = city_deadline(deadline, date(2025, 2, 28), CALENDAR, CITY, 10)
    assert city_is_late(due, Arrivals(date(2025, 2, 28), date.fromisoformat(at_province)), due) is late


def test_what_reached_the_city_late_leaves_it_ten_working_days():
    deadline = deadline_of(2024, CALENDAR, COUNTY, 10)
    assert city_deadline(deadline, date(2025, 3, 3), CALENDAR, CITY, 10) == date(2025, 3, 17)


@pytest.mark.article("第十七条")
def test_numbers_are_compared_by_value_and_names_without_spaces():
    baseline = {"boundary": {"area_km2": "86.5000"}, "operator": {"operator_name": "示例 管委会"}}
    same = {"cluster_name": "示例集群", "area_km2": "86.5", "operator_name": "示例管委会"}
    assert report_differences.compare("示例集群", baseline, same) == []
    other = {**same, "area_km2": "86.51", "cluster_name": "另一集群"}
    assert [d.kind for d in report_differences.compare("示例集群", baseline, other)] == [
        "name", "spatial_scope"
    ]  # fmt: skip
