"""What follows from the roster for the latest year (A-22), and how rows come together."""

from typing import Any

import pytest

from clusters.annex.roster import counted, derive_latest_year, merge_by_code, who_has_not_answered
from tests.application_form import rows_of, table
from tests.builders import the_standard


def derived(rows: list[dict[str, Any]], patents: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return derive_latest_year(rows, the_standard().sizes, patents or [])


def roster(**changes: Any) -> list[dict[str, Any]]:
    """The sample's roster, with fields of its first row changed."""
    rows = rows_of("enterprises")
    rows[0].update(changes)
    return rows


def test_the_samples_latest_year_follows_from_its_roster() -> None:
    latest = rows_of("indicators")[-1]
    figures = derived(roster(), rows_of("patent_list"))
    for name in ("enterprise_count", "enterprise_count_production", "enterprise_count_service", "sme_count"):
        assert figures[name] == latest[name]
    for name in ("ind_internet_users", "ind_software_users", "cloud_users", "invention_patents"):
        assert figures[name] == latest[name]
    for name in ("total_output", "sme_output", "leading_output"):
        assert figures[name] == latest[name]


def test_every_derived_figure_is_a_column_of_the_yearly_table() -> None:
    columns = {column.key: column for column in table("indicators").columns}
    for name, figure in derived([{**row, "export_y1": "1.00"} for row in roster()]).items():
        assert isinstance(figure, int) is (columns[name].rules.digits == 0), name


def test_an_enterprise_outside_the_boundary_counts_nowhere() -> None:
    inside, outside = derived(roster()), derived(roster(in_boundary=False))
    assert outside["enterprise_count"] == inside["enterprise_count"] - 1
    assert outside["total_output"] == "277334.00"
    assert inside["total_output"] == "289000.00"


def test_an_enterprise_registered_elsewhere_counts() -> None:
    """A-04: what matters is where it produces or serves."""
    assert derived(roster(region_code="621121")) == derived(roster())


def test_an_enterprise_listed_twice_counts_once() -> None:
    rows = roster()
    assert derived([*rows, rows[0]]) == derived(rows)


def test_a_large_enterprise_is_no_sme() -> None:
    figures = derived(roster(employees=1000, revenue_y1="40000.00"))
    assert figures["sme_count"] == derived(roster())["sme_count"] - 1
    just_below = derived(roster(employees=999, revenue_y1="40000.00"))
    assert just_below["sme_count"] == derived(roster())["sme_count"]


def test_a_size_declared_with_a_reason_counts_as_declared() -> None:
    declared = roster(size_class="large", size_class_reason="适用其他行业标准")
    assert derived(declared)["sme_count"] == derived(roster())["sme_count"] - 1
    assert derived(roster(size_class="large"))["sme_count"] == derived(roster())["sme_count"]


def test_half_a_sum_is_not_offered() -> None:
    figures = derived(roster(rd_y1=None))
    assert "rd_spend_total" not in figures
    assert "rd_spend_sme" not in figures
    assert "total_output" in figures


def test_a_figure_that_is_no_number_is_not_summed() -> None:
    assert "total_output" not in derived(roster(output_y1="约 100"))


def test_sme_figures_wait_until_every_size_is_known() -> None:
    figures = derived(roster(employees=None))
    assert "sme_count" not in figures
    assert "sme_output" not in figures
    assert "employees" not in figures


def test_money_is_added_exactly() -> None:
    rows = [{**row, "output_y1": "0.10"} for row in roster()]
    assert derived(rows)["total_output"] == "2.40"


def test_patents_are_counted_from_the_list_and_only_those_in_force() -> None:
    patents = rows_of("patent_list")
    patents[0]["legal_status"] = "失效"
    assert derived(roster(), patents)["invention_patents"] == 15
    assert derived(roster(invention_patents=7))["invention_patents"] == 21


@pytest.mark.parametrize("rows", [[], [{}], [{"in_boundary": True}], [{"uscc": "91621122MA70000013"}]])
def test_an_empty_roster_says_nothing(rows: list[dict[str, Any]]) -> None:
    assert derived(rows) == {}
    assert counted(rows) == []


# --- coming together ------------------------------------------------------------------------------


def test_a_known_enterprise_is_updated_in_its_place() -> None:
    merged = merge_by_code(roster(), [{"uscc": roster()[2]["uscc"], "employees": 7}])
    assert (merged[2]["employees"], merged[2]["name"]) == (7, roster()[2]["name"])
    assert len(merged) == 24


def test_a_new_enterprise_comes_last_with_the_next_number() -> None:
    merged = merge_by_code(roster(), [{"uscc": "91621122MA70000300", "name": "新企业"}])
    assert (merged[-1]["seq"], merged[-1]["name"]) == (25, "新企业")


def test_a_blank_answer_erases_nothing_and_a_no_does() -> None:
    code = roster()[0]["uscc"]
    assert roster()[0]["uses_ind_platform"] is True
    (merged, *_) = merge_by_code(roster(), [{"uscc": code, "address": None, "uses_ind_platform": False}])
    assert merged["address"] == roster()[0]["address"]
    assert merged["uses_ind_platform"] is False


def test_merging_changes_neither_of_its_inputs() -> None:
    rows, answers = roster(), [{"uscc": roster()[0]["uscc"], "employees": 7}]
    merge_by_code(rows, answers)
    assert rows == roster()
    assert answers == [{"uscc": roster()[0]["uscc"], "employees": 7}]


def test_whoever_is_not_among_the_answers_has_not_answered() -> None:
    assert who_has_not_answered(roster(), roster()[1:]) == [roster()[0]]
