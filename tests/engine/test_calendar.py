"""Worked examples of working-day periods, notices, overlays and provisional years."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from engine.calendar import Calendar, DayChange, DueDate, Year
from engine.errors import CalendarUnavailable, Refused
from engine.periods import ImpossiblePeriod, end_of_february

SEED = Path(__file__).parents[2] / "processes" / "calendars" / "cn.toml"
LINXIA, LINXIA_COUNTY, LONGXI = "622900", "622921", "621122"


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return Calendar.load(SEED)


def day(text: str) -> date:
    return date.fromisoformat(text)


def counted(due: DueDate) -> list[str]:
    return [d.date.isoformat() for d in due.trace if d.counted]


def a_year(
    year: int = 2026,
    region: str | None = None,
    status: str = "confirmed",
    version: int = 1,
    off: Iterable[str] = (),
    work: Iterable[str] = (),
) -> Year:
    days = {day(d): DayChange("off", "节") for d in off} | {day(d): DayChange("work", "节") for d in work}
    return Year(year, region, status, "号", version, days)


NOTICES = [  # published, last day if five full days run, last day if the day of publication counts
    ("2023-08-15", "2023-08-22", "2023-08-21"),
    ("2023-07-31", "2023-08-07", "2023-08-04"),
    ("2022-12-29", "2023-01-06", "2023-01-05"),
    ("2023-09-27", "2023-10-10", "2023-10-09"),
    ("2024-02-07", "2024-02-20", "2024-02-19"),
    ("2025-01-24", "2025-02-07", "2025-02-06"),
    ("2026-02-12", "2026-02-26", "2026-02-25"),
    ("2026-02-14", "2026-02-28", "2026-02-27"),
    ("2026-04-30", "2026-05-11", "2026-05-09"),
    ("2026-09-18", "2026-09-24", "2026-09-23"),
    ("2026-09-29", "2026-10-12", "2026-10-10"),
    ("2026-11-23", "2026-11-30", "2026-11-27"),
    ("2026-11-28", "2026-12-04", "2026-12-04"),
    ("2026-12-24", "2026-12-31", "2026-12-30"),
]


class TestNotice:
    """Art. 15: the list stands in public for five working days."""

    @pytest.mark.parametrize(("published", "last_full", "last_inclusive"), NOTICES)
    def test_five_working_days_end_as_in_the_worked_examples(
        self, calendar: Calendar, published: str, last_full: str, last_inclusive: str
    ) -> None:
        assert calendar.notice_window(day(published), 5).last_day == day(last_full)
        assert calendar.notice_window(day(published), 5, "INCLUSIVE").last_day == day(last_inclusive)

    def test_make_up_saturday_and_sunday_count_in_the_real_notice_of_september_2023(
        self, calendar: Calendar
    ) -> None:
        window = calendar.notice_window(day("2023-09-27"), 5)
        assert counted(window.due) == ["2023-09-28", "2023-10-07", "2023-10-08", "2023-10-09", "2023-10-10"]
        assert (window.first_day, window.last_day) == (day("2023-09-28"), day("2023-10-10"))

    def test_inclusive_notice_published_on_a_day_off_begins_on_the_next_working_day(
        self, calendar: Calendar
    ) -> None:
        window = calendar.notice_window(day("2026-11-28"), 5, "INCLUSIVE")
        assert window.first_day == day("2026-11-30")
        assert window.due.trace[0].date == day("2026-11-28")
        assert not window.due.trace[0].counted

    def test_inclusive_notice_of_one_day_is_the_day_of_publication(self, calendar: Calendar) -> None:
        window = calendar.notice_window(day("2026-11-23"), 1, "INCLUSIVE")
        assert window.first_day == window.last_day == day("2026-11-23")

    def test_each_working_day_of_outage_is_made_up_at_the_end(self, calendar: Calendar) -> None:
        assert calendar.notice_window(day("2026-11-23"), 5, interruptions=1).last_day == day("2026-12-01")
        assert calendar.notice_window(day("2026-09-29"), 5, interruptions=2).last_day == day("2026-10-14")

    def test_notice_into_an_unannounced_year_is_provisional(self, calendar: Calendar) -> None:
        assert calendar.notice_window(day("2026-12-28"), 5).due.provisional
        assert not calendar.notice_window(day("2026-12-24"), 5).due.provisional

    def test_provisional_notice_becomes_final_once_the_year_is_imported(self, calendar: Calendar) -> None:
        announced = a_year(2027, version=2, off=["2027-01-01", "2027-01-04"], work=["2027-01-02"])
        later = Calendar.from_years([*calendar.years, announced])
        window = later.notice_window(day("2026-12-28"), 5)
        assert not window.due.provisional
        assert counted(window.due)[-2:] == ["2027-01-02", "2027-01-05"]

    def test_designation_is_open_from_the_first_working_day_after_the_last_day(
        self, calendar: Calendar
    ) -> None:
        last_day = calendar.notice_window(day("2026-11-23"), 5).last_day
        assert calendar.next_working_day(last_day).due == day("2026-12-01")

    @pytest.mark.parametrize(("days", "interruptions"), [(0, 0), (0, 5), (-1, 0), (5, -1)])
    def test_a_notice_without_days_or_with_negative_outage_is_impossible(
        self, calendar: Calendar, days: int, interruptions: int
    ) -> None:
        with pytest.raises(ImpossiblePeriod):
            calendar.notice_window(day("2026-11-23"), days, interruptions=interruptions)

    def test_an_unknown_way_of_counting_is_refused(self, calendar: Calendar) -> None:
        with pytest.raises(Refused, match="LOOSE"):
            calendar.notice_window(day("2026-11-23"), 5, "LOOSE")


CHANGES = [  # completed on, day 1, due on the 15th working day
    ("2023-09-20", "2023-09-21", "2023-10-17"),
    ("2024-01-31", "2024-02-01", "2024-02-26"),
    ("2025-01-15", "2025-01-16", "2025-02-11"),
    ("2026-01-26", "2026-01-27", "2026-02-14"),
    ("2026-02-10", "2026-02-11", "2026-03-09"),
    ("2026-02-20", "2026-02-24", "2026-03-13"),
    ("2026-04-20", "2026-04-21", "2026-05-13"),
    ("2026-09-10", "2026-09-11", "2026-10-08"),
    ("2026-10-01", "2026-10-08", "2026-10-27"),
    ("2026-11-10", "2026-11-11", "2026-12-01"),
    ("2026-11-23", "2026-11-24", "2026-12-14"),
    ("2026-12-10", "2026-12-11", "2026-12-31"),
]


class TestChangeFiling:
    """Art. 17: within fifteen working days after the change is complete."""

    @pytest.mark.parametrize(("completed", "day_one", "due"), CHANGES)
    def test_fifteenth_working_day_is_as_in_the_worked_examples(
        self, calendar: Calendar, completed: str, day_one: str, due: str
    ) -> None:
        found = calendar.due(day(completed), 15)
        assert (counted(found)[0], found.due.isoformat()) == (day_one, due)
        assert not found.provisional

    def test_due_date_in_2027_is_provisional_and_new_years_day_is_off(self, calendar: Calendar) -> None:
        found = calendar.due(day("2026-12-20"), 15)
        assert (found.due, found.provisional) == (day("2027-01-11"), True)

    def test_day_zero_is_not_in_the_trace(self, calendar: Calendar) -> None:
        trace = calendar.due(day("2026-02-10"), 15).trace
        assert trace[0].date == day("2026-02-11")
        assert trace[-1].date == day("2026-03-09")
        assert sum(d.counted for d in trace) == 15

    def test_trace_names_every_day_between_start_and_due(self, calendar: Calendar) -> None:
        found = calendar.due(day("2026-02-10"), 15)
        dates = [d.date for d in found.trace]
        assert dates == [day("2026-02-11") + timedelta(days=n) for n in range(len(dates))]

    def test_trace_says_why_each_day_counts_or_does_not(self, calendar: Calendar) -> None:
        why = {d.date.isoformat(): d.why for d in calendar.due(day("2026-02-12"), 10).trace}
        assert why["2026-02-13"] == "工作日"
        assert why["2026-02-14"] == "调休上班（春节）"
        assert why["2026-02-17"] == "春节放假"
        assert why["2026-03-01"] == "周日"


class TestNeighbouringDays:
    def test_nth_working_day_before_goes_backwards_over_the_holiday(self, calendar: Calendar) -> None:
        found = calendar.before(day("2026-10-08"), 2)
        assert found.due == day("2026-09-29")
        assert found.trace[0].date == day("2026-10-07")

    def test_reminder_for_a_february_end_on_sunday_aims_at_friday(self, calendar: Calendar) -> None:
        assert calendar.before(end_of_february(2027), 1).due == day("2027-02-26")

    def test_consequences_of_a_february_end_on_sunday_start_after_monday(self, calendar: Calendar) -> None:
        assert calendar.on_or_after(end_of_february(2027)).due == day("2027-03-01")

    def test_february_end_2026_is_a_make_up_saturday_and_stands(self, calendar: Calendar) -> None:
        found = calendar.on_or_after(end_of_february(2026))
        assert found.due == day("2026-02-28")
        assert found.trace[0].why == "调休上班（春节）"

    def test_next_working_day_never_is_the_day_itself(self, calendar: Calendar) -> None:
        assert calendar.next_working_day(day("2026-11-23")).due == day("2026-11-24")
        assert calendar.on_or_after(day("2026-11-23")).due == day("2026-11-23")

    def test_act_due_on_a_saturday_may_be_done_on_monday(self, calendar: Calendar) -> None:
        assert calendar.on_or_after(day("2026-11-28")).due == day("2026-11-30")

    @pytest.mark.parametrize(
        ("start", "end", "count"),
        [
            ("2026-02-10", "2026-03-09", 15),
            ("2026-02-13", "2026-02-14", 1),
            ("2026-02-14", "2026-02-23", 0),
            ("2026-11-23", "2026-11-23", 0),
            ("2026-11-24", "2026-11-23", 0),
        ],
    )
    def test_working_days_between_leave_out_the_first_day_and_include_the_last(
        self, calendar: Calendar, start: str, end: str, count: int
    ) -> None:
        assert calendar.working_days_between(day(start), day(end)) == count

    @pytest.mark.parametrize(
        ("start", "due"),
        [("2024-02-28", "2024-02-29"), ("2025-02-28", "2025-03-03"), ("2023-12-29", "2024-01-02")],
    )
    def test_the_next_working_day_crosses_leap_days_months_and_years(
        self, calendar: Calendar, start: str, due: str
    ) -> None:
        assert calendar.due(day(start), 1).due == day(due)


class TestRegions:
    """Local holidays add days off in filings made to that city bureau."""

    def test_prefecture_day_moves_the_due_date_of_a_filing_made_there(self, calendar: Calendar) -> None:
        found = calendar.due(day("2026-11-10"), 15, LINXIA)
        assert found.due == day("2026-12-02")
        assert {d.date: d.why for d in found.trace}[day("2026-11-19")] == "临夏回族自治州州庆放假"
        assert not found.provisional

    def test_counties_observe_the_holiday_of_their_prefecture(self, calendar: Calendar) -> None:
        assert calendar.due(day("2026-11-10"), 15, LINXIA_COUNTY).due == day("2026-12-02")

    @pytest.mark.parametrize("region", [None, LONGXI, "62LZXQ", "620000"])
    def test_elsewhere_the_national_calendar_holds(self, calendar: Calendar, region: str | None) -> None:
        assert calendar.due(day("2026-11-10"), 15, region).due == day("2026-12-01")

    def test_prefecture_day_on_a_sunday_is_kept_on_monday(self, calendar: Calendar) -> None:
        assert not calendar.is_working_day(day("2023-11-20"), LINXIA)
        assert calendar.is_working_day(day("2023-11-20"))
        assert calendar.is_working_day(day("2024-11-20"), LINXIA)

    def test_a_county_may_add_to_the_holidays_of_its_prefecture(self) -> None:
        years = [a_year(), a_year(region=LINXIA, off=["2026-11-19"])]
        calendar = Calendar.from_years([*years, a_year(region=LINXIA_COUNTY, off=["2026-11-20"])])
        assert calendar.due(day("2026-11-18"), 1, LINXIA_COUNTY).due == day("2026-11-23")
        assert calendar.due(day("2026-11-18"), 1, "622922").due == day("2026-11-20")

    def test_a_local_holiday_beats_a_national_make_up_day(self) -> None:
        years = [a_year(work=["2026-11-21"]), a_year(region=LINXIA, off=["2026-11-21"])]
        calendar = Calendar.from_years(years)
        assert calendar.is_working_day(day("2026-11-21"))
        assert not calendar.is_working_day(day("2026-11-21"), LINXIA)

    def test_a_missing_local_notice_makes_the_year_provisional_for_that_region_only(self) -> None:
        calendar = Calendar.from_years([a_year(2026), a_year(2027), a_year(2026, region=LINXIA)])
        assert calendar.is_provisional(day("2027-05-05"), LINXIA_COUNTY)
        assert not calendar.is_provisional(day("2027-05-05"), LONGXI)
        assert not calendar.is_provisional(day("2026-05-05"), LINXIA_COUNTY)

    @pytest.mark.parametrize("region", ["", "6229", "6229000", "62290x", "６２２９００", "甘肃省临夏州"])
    def test_a_malformed_region_code_is_refused(self, calendar: Calendar, region: str) -> None:
        with pytest.raises(Refused, match="六位"):
            calendar.due(day("2026-11-10"), 15, region)


class TestUnknownYears:
    @pytest.mark.parametrize("start", ["2027-12-31", "2028-01-01", "2035-06-01", "2021-12-31", "2020-01-01"])
    def test_no_date_is_computed_outside_the_known_years(self, calendar: Calendar, start: str) -> None:
        with pytest.raises(CalendarUnavailable, match="2022—2027年"):
            calendar.due(day(start), 1)

    def test_the_last_working_day_of_the_last_known_year_can_be_reached(self, calendar: Calendar) -> None:
        assert calendar.due(day("2027-12-30"), 1).due == day("2027-12-31")
        with pytest.raises(CalendarUnavailable):
            calendar.due(day("2027-12-30"), 2)

    def test_counting_back_stops_at_the_first_known_year(self, calendar: Calendar) -> None:
        assert calendar.before(day("2022-01-05"), 1).due == day("2022-01-04")
        with pytest.raises(CalendarUnavailable, match="2021年"):
            calendar.before(day("2022-01-05"), 2)

    def test_a_gap_between_known_years_is_not_jumped(self) -> None:
        calendar = Calendar.from_years([a_year(2025), a_year(2027)])
        with pytest.raises(CalendarUnavailable, match="2026年"):
            calendar.due(day("2025-12-31"), 1)

    def test_an_endless_period_is_turned_away_without_counting(self, calendar: Calendar) -> None:
        with pytest.raises(CalendarUnavailable, match="超出"):
            calendar.due(day("2026-11-23"), 10**18)

    def test_an_empty_calendar_knows_nothing(self) -> None:
        with pytest.raises(CalendarUnavailable):
            Calendar.from_years([]).is_working_day(day("2026-01-05"))

    @pytest.mark.parametrize("edge", [date.max, date.min])
    def test_the_edge_of_time_is_no_crash(self, calendar: Calendar, edge: date) -> None:
        with pytest.raises((CalendarUnavailable, ImpossiblePeriod)):
            calendar.due(edge, 1)
        with pytest.raises((CalendarUnavailable, ImpossiblePeriod)):
            calendar.before(edge, 1)

    @pytest.mark.parametrize("days", [0, -1])
    def test_a_period_has_at_least_one_working_day(self, calendar: Calendar, days: int) -> None:
        with pytest.raises(ImpossiblePeriod):
            calendar.due(day("2026-11-23"), days)

    def test_an_instant_is_not_a_legal_day(self, calendar: Calendar) -> None:
        instant = datetime(2026, 10, 1, 9, 0)
        for ask in (calendar.is_working_day, calendar.next_working_day, calendar.on_or_after):
            with pytest.raises(TypeError):
                ask(instant)
        with pytest.raises(TypeError):
            calendar.notice_window(instant, 5)


class TestProvisional:
    def test_provisional_if_any_traversed_day_is(self, calendar: Calendar) -> None:
        assert calendar.due(day("2026-12-31"), 1).provisional
        assert not calendar.due(day("2026-12-30"), 1).provisional
        assert calendar.before(day("2027-01-05"), 3).provisional

    def test_day_zero_alone_does_not_make_a_date_provisional(self, calendar: Calendar) -> None:
        assert not calendar.before(day("2027-01-01"), 1).provisional

    def test_the_middle_year_of_a_long_period_makes_it_provisional(self) -> None:
        calendar = Calendar.from_years([a_year(2025), a_year(2026, status="provisional"), a_year(2027)])
        assert calendar.due(day("2025-12-01"), 300).due.year == 2027
        assert calendar.due(day("2025-12-01"), 300).provisional


class TestVersions:
    def test_the_newest_version_of_a_year_holds(self) -> None:
        calendar = Calendar.from_years([a_year(version=2, off=["2026-05-05"]), a_year(version=1)])
        assert not calendar.is_working_day(day("2026-05-05"))

    def test_two_records_of_the_same_version_are_refused(self) -> None:
        with pytest.raises(Refused, match="第1版"):
            Calendar.from_years([a_year(), a_year(off=["2026-05-05"])])

    def test_version_changes_with_any_record_and_not_with_their_order(self) -> None:
        one, two = a_year(2025), a_year(2026)
        same = Calendar.from_years([two, one]).version
        assert Calendar.from_years([one, two]).version == same
        assert Calendar.from_years([one, a_year(2026, off=["2026-05-05"])]).version != same
        assert Calendar.from_years([one, a_year(2026, status="provisional")]).version != same
        assert len(same) <= 80

    def test_a_due_date_keeps_its_calendar_version_and_survives_storage(self, calendar: Calendar) -> None:
        found = calendar.due(day("2026-12-20"), 15, LINXIA)
        assert found.calendar_version == calendar.version
        assert DueDate.from_json(found.to_json()) == found
