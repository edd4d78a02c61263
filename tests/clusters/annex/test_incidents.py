"""附件序言 (C0): which incident excludes, which needs judgment, and on which days (A-05)."""

from datetime import date

import pytest

from tests.builders import an_incident, result, verdict, verdicts

TO_LARGER = ["安全生产", "质量", "环境污染"]
TO_MAJOR = ["网络安全", "数据安全"]
UNGRADED = ["偷税漏税", "违法违规", "严重失信", "其他"]


def c0(**incident: object) -> str:
    return verdict("C0", incidents=[an_incident(**incident)])


@pytest.mark.article("附件序言")
@pytest.mark.parametrize("category", TO_LARGER)
@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ("一般", "pass"),
        ("较大", "fail"),
        ("重大", "fail"),
        ("特别重大", "fail"),
        ("不适用", "needs_judgment"),
    ],
)
def test_accidents_exclude_from_the_larger_grade(category: str, severity: str, expected: str) -> None:
    assert c0(category=category, severity=severity) == expected


@pytest.mark.parametrize("category", TO_LARGER + TO_MAJOR)
def test_a_graded_matter_without_a_grade_is_for_a_person(category: str) -> None:
    assert c0(category=category, severity="不适用") == "needs_judgment"


@pytest.mark.article("附件序言")
@pytest.mark.parametrize("category", TO_MAJOR)
@pytest.mark.parametrize(
    ("severity", "expected"), [("一般", "pass"), ("较大", "pass"), ("重大", "fail"), ("特别重大", "fail")]
)
def test_network_and_data_events_exclude_from_the_major_grade(
    category: str, severity: str, expected: str
) -> None:
    assert c0(category=category, severity=severity) == expected


@pytest.mark.parametrize("category", UNGRADED)
@pytest.mark.parametrize("severity", ["不适用", "特别重大"])
def test_what_has_no_grades_is_for_a_person(category: str, severity: str) -> None:
    answer = verdicts(incidents=[an_incident(category=category, severity=severity)])
    assert answer["C0"].verdict == "needs_judgment"
    assert answer.passed


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-05-20", "fail"),
        ("2024-05-21", "pass"),
        ("2021-05-20", "fail"),
        ("2021-05-19", "needs_judgment"),
        ("2021-01-01", "needs_judgment"),
        ("2020-12-31", "pass"),
    ],
)
def test_three_rolling_years_exclude_and_the_wider_window_asks(day: str, expected: str) -> None:
    assert c0(date=day) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2021-01-01", "needs_judgment"), ("2020-12-31", "pass"), ("2024-05-20", "needs_judgment")],
)
def test_ungraded_matters_count_from_the_first_of_january(day: str, expected: str) -> None:
    assert c0(date=day, category="违法违规", severity="不适用") == expected


@pytest.mark.parametrize(("day", "expected"), [("2021-02-28", "fail"), ("2021-02-27", "needs_judgment")])
def test_three_years_before_a_29_february_end_on_the_28th(day: str, expected: str) -> None:
    answer = verdicts(reference_date="2024-02-29", incidents=[an_incident(date=day)])
    assert answer["C0"].verdict == expected


def test_a_low_grade_in_the_wider_window_passes() -> None:
    assert c0(date="2021-02-01", severity="一般") == "pass"


def test_a_later_look_moves_the_rolling_window_but_not_the_calendar_years() -> None:
    """C0 is looked at again before designation; Y stays that of the application."""
    incidents = [an_incident(date="2021-06-01")]
    assert verdicts(incidents=incidents)["C0"].verdict == "fail"
    assert verdicts(on=date(2024, 6, 2), incidents=incidents)["C0"].verdict == "needs_judgment"
    happened_since = [an_incident(date="2024-06-01")]
    assert verdicts(incidents=happened_since)["C0"].verdict == "pass"
    assert verdicts(on=date(2024, 6, 2), incidents=happened_since)["C0"].verdict == "fail"


def test_one_excluding_incident_outweighs_any_number_of_others() -> None:
    incidents = [an_incident(severity="一般"), an_incident(category="其他"), an_incident(severity="重大")]
    found = result("C0", incidents=incidents)
    assert found.verdict == "fail"
    assert (found.finding.value, found.finding.margin) == ("1", "-1")


def test_serious_dishonesty_found_by_the_city_is_for_a_person() -> None:
    found = result("C0", roster={3: {"credit_check_result": "serious"}})
    assert found.verdict == "needs_judgment"
    assert "须由人员判断的 1 起（件）" in found.explanation


def test_an_incident_of_a_firm_that_is_not_on_the_roster_still_counts() -> None:
    answer = verdicts(incidents=[an_incident(uscc="91350100M000100Y43")])
    assert answer["C0"].verdict == "fail"
    assert "incidents.0.uscc" in [warning.path for warning in answer.warnings]


def test_a_flagged_enterprise_without_a_disclosure_is_a_warning() -> None:
    answer = verdicts(roster={2: {"incident_flag": True}})
    assert [(w.path, w.row) for w in answer.warnings] == [("enterprises.2.incident_flag", 3)]
