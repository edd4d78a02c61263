"""An application as values: years, text, and the same from a file and from a form."""

from datetime import date
from decimal import Decimal

import pytest

from clusters.annex.application import Application, ImpossibleInput
from tests.builders import TABLES, a_submission, an_application


def test_the_sample_is_possible() -> None:
    application = an_application()
    assert application.reference_date == date(2024, 5, 20)
    assert (application.year, sorted(application.years)) == (2024, [2020, 2021, 2022, 2023])


def test_full_width_digits_and_spaces_are_read() -> None:
    application = an_application(area_km2=" ８６．５ ", roster={0: {"uscc": "９1621122MA70000013 "}})
    assert application.narrative.area_km2 == Decimal("86.5")
    assert application.enterprises[0].uscc == "91621122MA70000013"


@pytest.mark.parametrize("area", ["86.5", "+86.50", "8.65E+1", Decimal("0.865e2")])
def test_a_decimal_may_be_written_in_any_exact_way(area: object) -> None:
    assert an_application(area_km2=area).narrative.area_km2 == Decimal("86.5")


def test_a_submission_is_read_like_a_file() -> None:
    from_form = Application.from_submission(a_submission(), date(2024, 5, 20))
    from_file = an_application()
    assert from_form.narrative.evidence == from_file.narrative.evidence
    assert from_form.narrative.policy_coverage_total == from_file.narrative.policy_coverage_total
    assert from_form.years == from_file.years
    assert from_form.enterprises == from_file.enterprises
    assert from_form.at("area_km2") == "area_km2"
    assert from_file.at("area_km2") == "application.area_km2"


def test_a_submission_may_carry_fields_of_its_own_and_blanks() -> None:
    data = a_submission(roster={0: {"hnte_valid_to": "", "remark": "x"}})
    data |= {"approval_note": "同意", "established_year": "", "plan_file": [{"id": "1", "name": "规划.pdf"}]}
    application = Application.from_submission(data, date(2024, 5, 20))
    assert application.narrative.plan_file == ("规划.pdf",)
    assert application.narrative.established_year is None


def test_a_blank_that_a_hard_criterion_reads_is_missing_in_a_form() -> None:
    with pytest.raises(ImpossibleInput) as refused:
        Application.from_submission({**a_submission(), "area_km2": ""}, date(2024, 5, 20))
    assert [p.path for p in refused.value.problems] == ["area_km2"]


def test_a_submission_without_tables_says_what_is_missing() -> None:
    data = {key: value for key, value in a_submission().items() if key not in TABLES}
    with pytest.raises(ImpossibleInput) as refused:
        Application.from_submission(data, date(2024, 5, 20))
    assert {p.path for p in refused.value.problems} == {"indicators"}


def test_a_submission_needs_a_reference_date_from_somewhere() -> None:
    with pytest.raises(ImpossibleInput):
        Application.from_submission(a_submission())
    data = {**a_submission(), "reference_date": "2024-05-20"}
    assert Application.from_submission(data).year == 2024
