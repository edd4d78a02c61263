"""What a calendar record must look like, and what stands in the shipped calendar."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.calendar import Calendar, DayChange, Year
from engine.calendar_years import read_years
from engine.errors import Refused

SEED = Path(__file__).parents[2] / "processes" / "calendars" / "cn.toml"
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
HEAD = '[[year]]\nyear = 2026\nstatus = "confirmed"\nversion = 1\nsource_doc = "号"\n'


def a_record(**changes: object) -> Year:
    return replace(Year(2026, None, "confirmed", "号", 1, {}), **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def seed() -> Calendar:
    return Calendar.load(SEED)


def national(calendar: Calendar, year: int) -> Year:
    return next(y for y in calendar.years if y.year == year and y.region is None)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (a_record(days={FRIDAY: DayChange("work", "节")}), "不是周末"),
        (a_record(region="622900", days={SATURDAY: DayChange("work", "节")}), "只能增加放假日"),
        (a_record(year=2025, days={FRIDAY: DayChange("off", "节")}), "不在本年度"),
        (a_record(days={FRIDAY: DayChange("off", " ")}), "没有写明节日名称"),
        (a_record(days={FRIDAY: DayChange("half", "节")}), "half"),  # type: ignore[arg-type]
        (a_record(source_doc=" "), "文号"),
        (a_record(status="guessed"), "guessed"),
        (a_record(version=0), "版本号"),
        (a_record(region="6229"), "六位"),
        (a_record(year=1), "年度不合理"),
    ],
)
def test_a_wrong_record_is_refused_with_its_reason(record: Year, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        Calendar.from_years([record])


def test_all_problems_of_all_records_are_told_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        Calendar.from_years([a_record(source_doc=""), a_record(year=2027, source_doc="", version=0)])
    assert len(refusal.value.problems) == 3


def test_a_weekend_may_be_worked_and_a_provisional_year_needs_no_notice() -> None:
    assert a_record(days={SATURDAY: DayChange("work", "节")}).problems() == []
    assert a_record(status="provisional", source_doc="").problems() == []


def test_a_record_survives_storage() -> None:
    record = a_record(region="622900", days={FRIDAY: DayChange("off", "州庆")})
    assert Year.from_json(record.to_json()) == record


def test_an_empty_region_in_storage_is_the_national_calendar() -> None:
    assert Year.from_json({**a_record().to_json(), "region": ""}).region is None


class TestFile:
    def write(self, folder: Path, text: str) -> Path:
        path = folder / "cn.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def test_a_range_takes_off_its_first_and_last_day(self, tmp_path: Path) -> None:
        text = HEAD + 'off = [{ name = "节", first = 2026-05-01, last = 2026-05-03 }]\n'
        (year,) = read_years(self.write(tmp_path, text))
        assert sorted(year.days) == [date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 3)]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("year = ", "TOML"),
            ("", "缺少内容"),
            ("[[year]]\nyear = 2026\n", "缺少内容"),
            (HEAD + 'off = [{ name = "节", first = "5月1日", last = 2026-05-03 }]', "类型不对"),
            (HEAD + 'off = [{ name = "节", first = 2026-05-03, last = 2026-05-01 }]', "早于"),
            (
                HEAD + 'off = [{ name = "节", first = 2026-05-02, last = 2026-05-02 }]\n'
                'work = [{ name = "节", date = 2026-05-02 }]',
                "列了两次",
            ),
        ],
    )
    def test_an_unusable_file_is_refused_in_plain_words(self, tmp_path: Path, text: str, reason: str) -> None:
        with pytest.raises(Refused, match=reason):
            read_years(self.write(tmp_path, text))

    def test_a_missing_file_is_refused_in_plain_words(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="无法读取"):
            read_years(tmp_path / "none.toml")


class TestSeed:
    @pytest.mark.parametrize(
        ("year", "notice"),
        [
            (2022, "国办发明电〔2021〕11号，2021-10-25"),
            (2023, "国办发明电〔2022〕16号，2022-12-08"),
            (2024, "国办发明电〔2023〕7号，2023-10-25"),
            (2025, "国办发明电〔2024〕12号，2024-11-12"),
            (2026, "国办发明电〔2025〕7号，2025-11-04"),
        ],
    )
    def test_each_confirmed_year_names_the_notice(self, seed: Calendar, year: int, notice: str) -> None:
        record = national(seed, year)
        assert (record.status, record.source_doc) == ("confirmed", notice)

    @pytest.mark.parametrize(
        ("year", "count"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
    )
    def test_working_days_of_a_year_add_up(self, seed: Calendar, year: int, count: int) -> None:
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        assert sum(seed.is_working_day(d) for d in days if d.year == year) == count

    def test_2027_has_the_thirteen_statutory_days_and_no_make_up_days(self, seed: Calendar) -> None:
        record = national(seed, 2027)
        assert record.status == "provisional"
        assert {change.kind for change in record.days.values()} == {"off"}
        assert sorted(d.isoformat()[5:] for d in record.days) == [
            *("01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02"),
            *("06-09", "09-15", "10-01", "10-02", "10-03"),
        ]

    def test_linxia_keeps_19_november_or_the_monday_after(self, seed: Calendar) -> None:
        days = [d for y in seed.years if y.region == "622900" for d in y.days]
        assert [d.isoformat()[5:] for d in days] == ["11-19", "11-20", "11-19", "11-19", "11-19", "11-19"]
        assert all(d.isoweekday() != 7 for d in days)
