"""The criteria while the application is being filled in: each as soon as its own data are there."""

from datetime import date

from clusters.annex import progress
from clusters.annex.verdicts import Verdict
from tests.builders import a_submission, the_standard, verdicts

TODAY = date(2024, 5, 20)


def looks(**data):
    return {look.criterion.id: look for look in progress.look(data, the_standard(), TODAY, TODAY)}


def without(*columns):
    data = a_submission()
    for row in data["indicators"]:
        for column in columns:
            row[column] = None
    return looks(**data)


def test_a_complete_application_is_looked_at_as_the_check_does():
    seen = looks(**a_submission())
    assert {id_: look.result.verdict for id_, look in seen.items()} == {
        result.id: result.verdict for result in verdicts(on=TODAY).results
    }


def test_the_area_alone_is_enough_for_the_criterion_of_the_area():
    seen = looks(area_km2="100.0001")
    assert seen["C1.4"].result.verdict is Verdict.FAIL
    assert seen["C1.8"].result is None


def test_a_missing_column_of_the_years_holds_back_only_the_criteria_that_read_it():
    seen = without("rd_spend_sme")
    assert {id_ for id_, look in seen.items() if look.result is None} == {"C4.1"}
    assert {problem.path.rpartition(".")[2] for problem in seen["C4.1"].missing} == {"rd_spend_sme"}


def test_without_the_years_no_criterion_of_a_year_is_shown():
    data = a_submission() | {"indicators": []}
    missing = {id_ for id_, look in looks(**data).items() if look.result is None}
    assert missing == {"C1.6", "C1.7", "C1.8", "C1.9", "C4.1", "C4.5", "C4.6", "C5.2", "C5.3", "C6.2"}


def test_an_empty_roster_has_not_failed_yet():
    seen = looks(**(a_submission() | {"enterprises": []}))
    assert seen["C1.5"].result is None
    assert seen["C2"].result is None


def test_an_untouched_form_breaks_nothing_and_fails_in_nothing():
    verdict = {look.result.verdict for look in looks().values() if look.result}
    assert Verdict.FAIL not in verdict


def test_numbers_in_explanations_are_grouped_and_the_note_repeats_no_column():
    result = verdicts()["C1.6"]
    assert "最低值 231,000 万元，要求不低于 200,000 万元，余 31,000 万元" in result.explanation
    assert result.note == "各年：2021 年 231,000、2022 年 255,000、2023 年 289,000。"
