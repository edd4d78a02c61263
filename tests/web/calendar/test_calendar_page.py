"""The calendar page: each day as the law has it, each change with its notice, each reckoning explained."""

import re
from datetime import date

import pytest

from engine.calendar import Calendar
from qilian.config import SEEDS
from web.calendar.calendar_view import months, records, stretches


@pytest.fixture(scope="module")
def calendar():
    return Calendar.load(SEEDS / "calendars" / "cn.toml")


def day(calendar, on, region=None):
    month = months(calendar, on.year, region, date(2024, 5, 20))[on.month - 1]
    return next(d for week in month.weeks for d in week if d and d.date == on)


@pytest.mark.parametrize(
    ("on", "kind", "why"),
    [
        (date(2024, 10, 1), "off", "国庆节放假"),
        (date(2024, 10, 12), "shift", "调休上班（国庆节）"),
        (date(2024, 10, 13), "rest", "周日"),
        (date(2024, 10, 14), "plain", "工作日"),
    ],
)
def test_a_day_is_shown_as_the_calendar_counts_it(calendar, on, kind, why):
    shown = day(calendar, on)
    assert (shown.kind, shown.why) == (kind, why)


@pytest.mark.parametrize("year", range(2022, 2028))
def test_the_months_show_every_day_of_the_year_and_agree_with_the_count(calendar, year):
    shown = months(calendar, year, None, date(2024, 5, 20))
    days = [d.date for m in shown for week in m.weeks for d in week if d]
    assert len(days) == (date(year + 1, 1, 1) - date(year, 1, 1)).days
    counted = calendar.working_days_between(date(year, 1, 1), date(year, 12, 31))  # 1 January is off
    assert sum(m.working_days for m in shown) == counted


def test_an_overlay_adds_the_days_off_of_its_region_only(calendar):
    local = next(y for y in calendar.years if y.region and y.year == 2024)
    on = next(d for d in sorted(local.days) if calendar.is_working_day(d))
    assert day(calendar, on).kind in ("plain", "shift")
    assert day(calendar, on, local.region).kind == "off"


def test_a_holiday_is_one_stretch_with_its_notice(calendar):
    found = {(s.name, s.kind): s for s in stretches(records(calendar, 2024, None)) if s.kind == "off"}
    national_day = found["国庆节", "off"]
    assert (national_day.first, national_day.last) == (date(2024, 10, 1), date(2024, 10, 7))
    assert "国办发明电" in national_day.source


def shown(world, query, role="county_clerk"):
    answer = world.client_of(role).get(f"/calendar?{query}")
    assert answer.status_code == 200
    return answer.text


def test_the_page_opens_on_the_year_of_legal_time(world):
    assert "<h1>2024 年工作日历" in shown(world, "")


def test_a_year_without_notice_is_marked_provisional(world):
    assert "暂定" in re.search(r"<h1>.*?</h1>", shown(world, "year=2027"))[0]
    assert "暂定" not in re.search(r"<h1>.*?</h1>", shown(world, "year=2026"))[0]


def test_a_year_that_nobody_has_imported_is_said_to_be_missing(world):
    assert "2028 年的工作日历尚未导入" in shown(world, "year=2028")
    assert "<h1>2024 年工作日历" in shown(world, "year=nonsense")


def test_a_due_date_is_explained_day_by_day(world):
    text = shown(world, "start=2024-09-27&days=5")
    answer = text[text.index('class="answer"') :]
    assert "到期日 <strong>2024年10月10日（周四）" in answer  # Sunday 29 September was worked in exchange
    assert answer.count('class="counted"') == 5
    assert answer.count('class="skipped"') == 8  # Saturday 28 September and seven days of the holiday
    assert "国庆节放假" in text


def test_a_provisional_due_date_says_so(world):
    answer = shown(world, "start=2026-12-28&days=5&year=2026")
    assert "暂定" in answer[answer.index('class="answer"') :]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("start=&days=5", "请填写起算日期"),
        ("start=2024-05-20&days=0", "工作日数应为"),
        ("start=2024-05-20&days=9999999999", "工作日数应为"),
        ("start=2024-05-20&days=x", "工作日数应为"),
        ("start=2031-01-01&days=5", "尚未导入"),
    ],
)
def test_what_cannot_be_reckoned_is_said_beside_the_field(world, query, reason):
    assert reason in shown(world, query)


def test_the_regional_choice_is_kept_in_the_reckoning(world):
    text = shown(world, "region=622900")
    assert '<option value="622900" selected>' in text
    assert '<input type="hidden" name="region" value="622900">' in text


def test_experts_have_no_calendar_in_their_menu_and_strangers_sign_in_first(world):
    assert world.client_of("expert").get("/calendar").status_code == 403
    assert world.anybody().get("/calendar").status_code == 302
