"""How dates and deadlines read."""

from datetime import UTC, date, datetime

import pytest

from engine.calendar import Calendar, DayChange, Year
from engine.errors import CalendarUnavailable
from web.dates import cn_date, cn_datetime, cn_period, due_phrase, iso_date

HOLIDAY = date(2024, 6, 10)  # 端午
CALENDAR = Calendar.from_years(
    [
        Year(
            year=2024,
            region=None,
            status="confirmed",
            source_doc="示例",
            version=1,
            days={HOLIDAY: DayChange("off", "端午节")},
        )
    ]
)
TUESDAY = date(2024, 6, 18)


def test_a_date_names_its_weekday_when_asked() -> None:
    assert cn_date(TUESDAY) == "2024年6月18日"
    assert cn_date(TUESDAY, weekday=True) == "2024年6月18日（周二）"
    assert cn_date("2024-06-18") == "2024年6月18日"
    assert cn_date(None) == ""


def test_an_instant_falls_on_its_day_in_shanghai() -> None:
    late = datetime(2024, 6, 17, 16, 30, tzinfo=UTC)
    assert cn_date(late) == "2024年6月18日"
    assert cn_datetime(late) == "2024年6月18日 00:30"
    assert iso_date(late) == "2024-06-18"


def test_a_period_says_the_year_once() -> None:
    assert cn_period(TUESDAY, date(2024, 6, 24)) == "2024年6月18日至6月24日"
    assert cn_period(date(2024, 12, 30), date(2025, 1, 6)) == "2024年12月30日至2025年1月6日"
    assert cn_period(TUESDAY, None) == "2024年6月18日"


@pytest.mark.parametrize(
    ("today", "text", "state"),
    [
        (date(2024, 6, 7), "还有 6 个工作日", "far"),  # over the weekend and the holiday
        (date(2024, 6, 14), "还有 2 个工作日", "far"),
        (date(2024, 6, 15), "还有 2 个工作日", "soon"),
        (date(2024, 6, 17), "还有 1 个工作日", "soon"),
        (TUESDAY, "今天到期", "today"),
        (date(2024, 6, 19), "逾期 1 个工作日", "late"),
        (date(2024, 6, 24), "逾期 4 个工作日", "late"),
        (date(2024, 4, 19), "还有 41 个工作日", "far"),
        (date(2024, 4, 18), "还有 61 天", "far"),
    ],
)
def test_a_deadline_is_counted_in_working_days(today: date, text: str, state: str) -> None:
    found = due_phrase(TUESDAY, today, CALENDAR)
    assert (found.text, found.state) == (text, state)


def test_a_deadline_passed_on_friday_is_late_on_saturday_although_no_working_day_has_gone() -> None:
    friday, saturday = date(2024, 6, 14), date(2024, 6, 15)
    assert due_phrase(friday, saturday, CALENDAR).text == "逾期 1 天"


def test_without_a_calendar_days_are_counted() -> None:
    class Missing:
        def working_days_between(self, start: date, end: date, region: str | None = None) -> int:
            raise CalendarUnavailable

    assert due_phrase(TUESDAY, date(2024, 6, 14), Missing()).text == "还有 4 天"


def test_a_provisional_deadline_stays_marked() -> None:
    assert due_phrase(TUESDAY, TUESDAY, CALENDAR, provisional=True).provisional
