"""A wrong calendar year is refused, with ground and advice, before anybody counts with it (D-15, D-16)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.calendar import Calendar
from engine.calendar_files import Entry, YearDraft, days_in, read
from engine.calendar_rules import LOCAL, STATUTE, checked, day_differences, warnings
from engine.errors import Problem, Refused

SEED = Path(__file__).parents[2] / "processes" / "calendars" / "cn.toml"
KEPT = Calendar.load(SEED)
NOTICE = "国办发明电〔2026〕5号"


def off(name: str, first: str, last: str = "") -> Entry:
    return Entry("off", name, date.fromisoformat(first), date.fromisoformat(last or first))


def work(name: str, day: str) -> Entry:
    return Entry("work", name, date.fromisoformat(day), date.fromisoformat(day))


# A year as a notice may have it: six weekends worked, so that the balance is the statutory 13 days.
ENTRIES = (
    off("元旦", "2027-01-01", "2027-01-03"),
    off("春节", "2027-02-05", "2027-02-11"), work("春节", "2027-02-14"),
    off("清明节", "2027-04-03", "2027-04-05"),
    off("劳动节", "2027-05-01", "2027-05-05"), work("劳动节", "2027-05-08"),
    off("端午节", "2027-06-09"),
    off("中秋节", "2027-09-15"),
    off("国庆节", "2027-10-01", "2027-10-07"), work("国庆节", "2027-09-26"), work("国庆节", "2027-10-09"),
)  # fmt: skip
DRAFT = YearDraft(2027, None, "confirmed", NOTICE, None, ENTRIES)


def without(name: str) -> tuple[Entry, ...]:
    return tuple(e for e in ENTRIES if e.name != name)


def problems(draft: YearDraft) -> list[Problem]:
    with pytest.raises(Refused) as refusal:
        checked(draft, KEPT)
    return refusal.value.problems


def test_a_complete_year_with_its_notice_becomes_the_next_version() -> None:
    year = checked(DRAFT, KEPT)
    assert (year.version, year.status, year.source_doc) == (2, "confirmed", NOTICE)
    assert warnings(year) == []


@pytest.mark.parametrize("year", range(2022, 2027))
def test_every_announced_year_passes_and_a_missing_make_up_day_is_noticed(year: int) -> None:
    draft = read("cn.toml", SEED.read_bytes(), year, None, "")
    assert warnings(checked(draft, Calendar.from_years([]))) == []
    one_less = tuple(e for e in draft.entries if e.kind == "off")
    surplus = warnings(checked(replace(draft, entries=one_less), Calendar.from_years([])))
    assert "漏列了调休上班日" in surplus[0]


Change = Callable[[YearDraft], YearDraft]


def plus(*entries: Entry) -> Change:
    return lambda draft: replace(draft, entries=(*draft.entries, *entries))


@pytest.mark.parametrize(
    ("change", "said", "article"),
    [
        (plus(work("国庆节", "2027-10-08")), "本来就是工作日", STATUTE),  # a Friday
        (plus(off("元旦", "2026-12-31")), "不在2027年内", None),
        (plus(off("春节", "2027-02-06")), "2027年2月6日列了不止一次", None),
        (plus(work("春节", "2027-02-07")), "既列为放假又列为上班", None),
        (plus(off("端午节", "2027-06-12", "2027-06-11")), "最后一天早于第一天", None),
        (plus(off(" ", "2027-06-12")), "没有写明节日名称", None),
        (lambda d: replace(d, source_doc=" "), "请填写放假通知的文号", STATUTE),
        (lambda d: replace(d, source_doc="http://www.gov.cn/1.htm"), "不像文号", STATUTE),
        (lambda d: replace(d, version=1), "不高于现有的第1版；请改为2", None),
        (lambda d: replace(d, entries=()), "没有列出任何放假日", STATUTE),
        (lambda d: replace(d, year=1999), "年度应为", None),
        (lambda d: replace(d, status="guessed"), "请选择", None),
        (lambda d: replace(d, region="6229"), "六位", None),
        (lambda d: replace(d, region="622900"), "不能增加上班日", LOCAL),
        (plus(work("国庆节", "2027-10-10")), "少于法定的13天", STATUTE),
    ],
)
def test_what_cannot_be_counted_with_is_refused(change: Change, said: str, article: str | None) -> None:
    found = [p for p in problems(change(DRAFT)) if said in p.message]
    assert found, problems(change(DRAFT))
    assert found[0].article == article


@pytest.mark.parametrize("name", ["元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"])
def test_a_missing_statutory_holiday_is_refused_by_its_name(name: str) -> None:
    found = problems(replace(DRAFT, entries=without(name)))
    assert any(f"缺少法定节假日：{name}" in p.message and p.article == STATUTE for p in found)


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("春节", off("春节", "2027-02-05", "2027-02-07")),  # three days, four are due since 2025
        (
            "劳动节",
            off("劳动节", "2027-05-01"),
        ),  # too few free weekdays
        ("国庆节", off("国庆节", "2027-10-02", "2027-10-08")),  # without the 1st
        ("元旦", off("元旦", "2027-01-02", "2027-01-03")),
        ("端午节", off("端午节", "2027-08-09")),  # in no possible season
    ],
)
def test_a_holiday_shorter_than_the_measure_or_out_of_season_is_refused(name: str, entry: Entry) -> None:
    found = problems(replace(DRAFT, entries=(*without(name), entry)))
    assert any(name in p.message or "少于法定" in p.message for p in found)


def test_before_2025_three_days_of_spring_festival_are_enough() -> None:
    draft = read("cn.toml", SEED.read_bytes(), 2024, None, "")
    assert sum(e.name == "春节" and e.kind == "off" for e in draft.entries) == 1
    checked(draft, Calendar.from_years([]))


def test_the_same_year_again_is_no_news_and_an_announced_year_does_not_become_provisional() -> None:
    (problem,) = problems(replace(read("cn.toml", SEED.read_bytes(), 2026, None, ""), version=None))
    assert "完全相同" in problem.message
    old = read("cn.toml", SEED.read_bytes(), 2026, None, "")
    assert any("不能改回暂定" in p.message for p in problems(replace(old, status="provisional", version=2)))


def test_a_provisional_year_needs_the_statutory_days_and_no_notice() -> None:
    statutory = replace(
        read("cn.toml", SEED.read_bytes(), 2027, None, ""), version=None, year=2027, source_doc=""
    )
    assert checked(statutory, Calendar.from_years([])).is_provisional
    short = replace(statutory, entries=tuple(e for e in statutory.entries if e.name != "清明节"))
    with pytest.raises(Refused, match="清明节"):
        checked(short, Calendar.from_years([]))


# --- files ----------------------------------------------------------------------------------------


def as_json(**changes: object) -> bytes:
    days = {
        "off_weekdays": [
            "2027-01-01", "2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11", "2027-04-05",
            "2027-05-03", "2027-05-04", "2027-05-05", "2027-06-09", "2027-09-15", "2027-10-01", "2027-10-04",
            "2027-10-05", "2027-10-06", "2027-10-07",
        ],
        "makeup_workdays": ["2027-02-14", "2027-05-08", "2027-09-26", "2027-10-09"],
        "source_doc": "http://www.gov.cn/x.htm",
    }  # fmt: skip
    return json.dumps({"years": {"2027": {**days, **changes}}}).encode()


def test_the_list_of_days_without_names_reads_as_the_same_year() -> None:
    from_json = checked(read("2027.json", as_json(), None, None, NOTICE), KEPT)
    by_hand = checked(DRAFT, KEPT)
    assert {d: c.kind for d, c in from_json.days.items()} == {d: c.kind for d, c in by_hand.days.items()}
    assert {c.name for c in from_json.days.values()} == {c.name for c in by_hand.days.values()}


def test_an_address_is_no_document_number() -> None:
    assert any("文号" in p.message for p in problems(read("2027.json", as_json(), None, None, "")))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.toml", b"\xff\xfe"), ("x.toml", b"year = "), ("x.toml", b"[[year]]\nyear = 2027\noff = 3"),
        ("x.toml", b"[[year]]\nyear = '2027'"), ("x.json", b"[" * 5000), ("x.json", b"[]"),
        ("x.json", b'{"years": {"2027": {}}}'), ("x.json", as_json(off_weekdays=["2027-02-30"])),
        ("x.toml", b"[[year]]\nyear=2027\noff=[{name='a',first=2027-01-01T00:00:00,last=2027-01-01}]"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_calendar_is_refused_in_one_sentence(name: str, content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read(name, content, None, None, "")
    (problem,) = refusal.value.problems
    assert problem.path == "file"


def test_a_file_of_several_years_asks_for_the_year() -> None:
    with pytest.raises(Refused, match="不止一个年度"):
        read("cn.toml", SEED.read_bytes(), None, None, "")
    with pytest.raises(Refused, match="没有2031年"):
        read("cn.toml", SEED.read_bytes(), 2031, None, "")


def test_days_are_read_as_a_notice_writes_them() -> None:
    assert days_in("2月14日、2月28日和 2027-10-09", 2027) == [
        date(2027, 2, 14), date(2027, 2, 28), date(2027, 10, 9),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="周日"):
        days_in("2月14日（周日）".replace("（", ""), 2027)


def test_the_difference_is_told_day_by_day() -> None:
    found = day_differences(KEPT, Calendar.from_years([*KEPT.years, checked(DRAFT, KEPT)]), 2027, None)
    told = {d.date: (d.before, d.after, d.counted, d.counts) for d in found}
    assert told[date(2027, 2, 9)] == ("工作日", "春节放假", True, False)
    assert told[date(2027, 2, 14)] == ("周日", "调休上班（春节）", False, True)
    assert date(2027, 2, 8) not in told  # off before and after, by the same name
