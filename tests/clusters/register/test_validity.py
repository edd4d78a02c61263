"""Art. 16: three years, read in four ways, and unbroken renewal."""

from collections.abc import Callable
from datetime import date

import pytest

from clusters.register.validity import Validity, renewal, validity
from engine.errors import Refused
from engine.periods import ImpossiblePeriod


def day(text: str) -> date:
    return date.fromisoformat(text)


TERMS = [  # decision, CIVIL_CODE, INCLUSIVE_START, renewal under CIVIL_CODE
    ("2023-06-15", "2026-06-15", "2026-06-14", ("2026-06-16", "2029-06-15")),
    ("2023-12-29", "2026-12-29", "2026-12-28", ("2026-12-30", "2029-12-29")),
    ("2024-02-29", "2027-02-28", "2027-02-27", ("2027-03-01", "2030-02-28")),
    ("2026-01-01", "2029-01-01", "2028-12-31", ("2029-01-02", "2032-01-01")),
]


@pytest.mark.parametrize(("decided", "civil", "inclusive", "renewed"), TERMS)
def test_terms_end_as_in_the_worked_examples(
    decided: str, civil: str, inclusive: str, renewed: tuple[str, str]
) -> None:
    assert validity(day(decided), 3) == Validity(day(decided), day(civil), "CIVIL_CODE")
    assert validity(day(decided), 3, "INCLUSIVE_START").valid_to == day(inclusive)
    term = renewal(day(civil), 3)
    assert (term.valid_from, term.valid_to) == (day(renewed[0]), day(renewed[1]))


@pytest.mark.parametrize("decided", ["2023-01-01", "2023-01-11", "2023-12-31"])
def test_calendar_years_end_with_the_third_year_counted_from_the_decision_year(decided: str) -> None:
    term = validity(day(decided), 3, "CALENDAR_YEARS")
    assert (term.valid_from, term.valid_to) == (day(decided), day("2025-12-31"))


def test_renewal_under_calendar_years_runs_from_new_year_to_the_third_december() -> None:
    term = renewal(day("2025-12-31"), 3, "CALENDAR_YEARS")
    assert (term.valid_from, term.valid_to) == (day("2026-01-01"), day("2028-12-31"))
    assert term.policy == "CALENDAR_YEARS"


def test_explicit_term_is_taken_as_printed() -> None:
    term = validity(day("2023-06-20"), 3, "EXPLICIT", (day("2023-07-01"), day("2026-06-30")))
    assert term == Validity(day("2023-07-01"), day("2026-06-30"), "EXPLICIT")


def test_explicit_term_of_exactly_two_years_and_eleven_months_passes() -> None:
    term = validity(day("2023-06-20"), 3, "EXPLICIT", (day("2023-07-01"), day("2026-06-01")))
    assert term.valid_to == day("2026-06-01")


def test_explicit_term_one_day_short_of_two_years_and_eleven_months_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        validity(day("2023-06-20"), 3, "EXPLICIT", (day("2023-07-01"), day("2026-05-31")))
    (problem,) = refusal.value.problems
    assert (problem.path, problem.article) == ("valid_to", "第十六条")


def test_calendar_years_need_not_reach_two_years_and_eleven_months() -> None:
    assert validity(day("2023-12-31"), 3, "CALENDAR_YEARS").valid_to == day("2025-12-31")


def test_explicit_policy_without_dates_is_refused() -> None:
    with pytest.raises(Refused, match="起止日期"):
        validity(day("2023-06-20"), 3, "EXPLICIT")


def test_explicit_dates_are_not_read_under_another_policy() -> None:
    term = validity(day("2023-06-15"), 3, "CIVIL_CODE", (day("2020-01-01"), day("2020-01-02")))
    assert term.valid_to == day("2026-06-15")


@pytest.mark.parametrize("term", [validity, renewal])
def test_an_unknown_policy_is_refused(term: Callable[[date, int, str], Validity]) -> None:
    with pytest.raises(Refused, match="FOREVER"):
        term(day("2023-06-15"), 3, "FOREVER")


def test_a_term_has_at_least_one_year() -> None:
    with pytest.raises(ImpossiblePeriod):
        validity(day("2023-06-15"), 0)
    with pytest.raises(ImpossiblePeriod):
        validity(day("9998-06-15"), 3, "CALENDAR_YEARS")


def test_both_printed_days_belong_to_the_term_and_their_neighbours_do_not() -> None:
    term = validity(day("2023-12-29"), 3)
    assert term.covers(day("2023-12-29"))
    assert term.covers(day("2026-12-29"))
    assert not term.covers(day("2023-12-28"))
    assert not term.covers(day("2026-12-30"))


def test_renewal_leaves_no_day_uncovered() -> None:
    first = validity(day("2024-02-29"), 3)
    second = renewal(first.valid_to, 3)
    assert (second.valid_from - first.valid_to).days == 1
