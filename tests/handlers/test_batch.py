"""Opening a batch (art. 21, F18): a rule in force or a continuation document, ordered dates, definitions."""

from datetime import date

import pytest

from clusters.batches import rules
from tests.handlers.stage import FILE
from tests.handlers.test_filing import refusal, said

# The same rules run on both databases; the walk and the decision go through every query on each.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DATES_2026 = {"open_on": "2026-11-23", "county_due": "2026-12-18", "recommend_due": "2026-12-31"}


def opened(stage, day, **changes):
    dates = {"open_on": day, "county_due": day, "recommend_due": day}
    return stage.on(day).open_batch(f"GSPC-{day}", **{**dates, **changes})


@pytest.mark.article("第二十一条")
def test_the_last_day_of_the_rule_opens_a_batch_and_the_next_does_not(stage):
    opened(stage, "2026-01-16")
    assert said(refusal(opened, stage, "2026-01-17"), "2026年1月16日", "第二十一条")


@pytest.mark.article("第二十一条")
def test_on_2026_11_23_a_batch_without_continuation_document_is_refused(stage):
    stage.on("2026-11-23")
    found = refusal(stage.open_batch, "GSPC-2026-01", **DATES_2026)
    assert [(p.path, p.article) for p in found] == [("continuation_doc", "第二十一条")]


@pytest.mark.article("第二十一条")
def test_a_continuation_document_with_its_file_opens_the_batch_under_the_lapsed_rule(stage):
    stage.on("2026-11-23")
    doc = {"continuation_doc": "示例延续〔2026〕3号"}
    assert said(refusal(stage.open_batch, "GSPC-2026-01", **DATES_2026, **doc), "上传延续执行文件")
    stage.open_batch("GSPC-2026-01", **DATES_2026, **doc, continuation_file=FILE)
    batch = stage.batch("GSPC-2026-01")
    assert (batch.rule_version, batch.continuation_doc) == ("gs-2023", "示例延续〔2026〕3号")


def test_a_batch_cannot_be_backdated_into_the_life_of_the_rule(stage):
    stage.on("2026-11-23")
    found = refusal(stage.open_batch, "GSPC-2026-01", **{**DATES_2026, "open_on": "2026-01-10"})
    assert said(found, "延续执行", "第二十一条")


def test_a_recorded_continuation_carries_every_batch_of_its_days(stage):
    with stage.database.write() as session:
        rules.record_continuation(
            session, "gs-2023", "示例延续〔2026〕1号", date(2026, 1, 15), date(2026, 1, 17),
            date(2026, 11, 23), FILE, "pc", stage.now,
        )  # fmt: skip
    stage.on("2026-11-23").open_batch("GSPC-2026-01", **DATES_2026)
    assert said(refusal(opened, stage, "2026-11-24"), "延续执行")


def test_the_dates_of_a_batch_follow_each_other(stage):
    found = refusal(stage.open_batch, county_due="2024-05-19")
    assert {p.path for p in found} == {"county_due"}
    assert said(refusal(stage.open_batch, recommend_due="2024-06-27"), "依次")
    stage.open_batch(county_due="2024-05-20", recommend_due="2024-05-20")


def test_the_years_of_the_figures_are_the_four_before_unless_the_batch_says_so(stage):
    stage.open_batch()
    assert stage.batch().data_years == [2020, 2021, 2022, 2023]
    stage.open_batch("GSPC-2024-02", data_years="2019，2020、2021,2022")
    assert stage.batch("GSPC-2024-02").data_years == [2019, 2020, 2021, 2022]


@pytest.mark.parametrize("years", ["2021,2022,2023,2024", "2020,2021,2023", "2020,2021,2022", "近四年"])
def test_years_that_are_not_four_closed_ones_in_a_row_are_refused(stage, years):
    assert said(refusal(stage.open_batch, data_years=years), "连续四个")


@pytest.mark.article("第二十条")
def test_definitions_are_chosen_and_confirmed_and_the_criteria_can_compute_them(stage):
    assert said(refusal(stage.open_batch, growth_definition=""), "口径", "第二十条")
    assert said(refusal(stage.open_batch, definitions_confirmed=False), "确认", "第二十条")
    assert said(refusal(stage.open_batch, platform_definition="sme_only"), "新的规则版本", "第二十条")


def test_the_denominator_of_the_batch_is_the_one_that_is_computed_with(stage):
    """D-09: by residents the same patents fall short."""
    stage.open_batch(patent_definition="resident_population")
    case = stage.case()
    case.fill()
    assert said(refusal(case.submit), "C4.6")


def test_a_batch_is_opened_once(stage):
    stage.end(stage.open_batch().instance)
    assert said(refusal(stage.open_batch), "已经开放")


@pytest.mark.parametrize(("day", "words"), [("2026-01-16", "现行有效"), ("2026-01-17", "已届满")])
@pytest.mark.article("第二十一条")
def test_whoever_opens_a_batch_reads_whether_the_rule_is_in_force(stage, day, words):
    with stage.reading() as session:
        said = rules.state_in_words(session, date.fromisoformat(day))
    assert "甘工信发〔2023〕19号，有效期至2026年1月16日" in said
    assert words in said
