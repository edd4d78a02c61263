"""Applications that cannot be: years, parts, codes, missing and unknown fields, each with its place."""

from decimal import Decimal
from typing import Any

import pytest

from clusters.annex.application import Application
from clusters.strict_json import read
from tests.builders import a_document, an_application, an_incident, places, problems, with_value, without

READ_EACH_YEAR = [
    "total_output",
    "sme_output",
    "leading_output",
    "rd_spend_sme",
    "co2_emission",
    "enterprise_count",
    "employees",
    "invention_patents",
    "ind_internet_users",
    "ind_software_users",
]
READ_OF_A_FIRM = ["uscc", "in_boundary", "is_leading_industry", "champion_level", "zjtx_level", "is_hnte"]
READ_OF_THE_HEADER = [
    "area_km2",
    "is_energy_intensive",
    "is_water_intensive",
    "operator_name",
    "operator_approval_no",
    "policy_coverage_total",
    "policy_coverage_reached",
    "plan_file",
]
TABLES = ["indicators", "enterprises", "incidents", "plan_targets", "plan_measures"]


@pytest.mark.parametrize("index", range(4))
def test_each_of_the_four_years_is_needed(index: int) -> None:
    found = problems(without(a_document(), "indicators", index))
    assert [(p.path, p.row) for p in found] == [("indicators", None)]
    assert f"缺少 {2020 + index} 年" in found[0].message


def test_a_year_given_twice_is_refused_where_it_stands_again() -> None:
    rows = a_document()["indicators"]
    assert places(a_document(indicators=[*rows, rows[1]])) == [("indicators.4.year", 5)]


def test_a_year_that_no_criterion_reads_may_be_incomplete() -> None:
    rows = a_document()["indicators"]
    assert len(an_application(indicators=[{"year": 2019}, *rows]).years) == 5


def test_the_reference_date_says_which_years_are_needed() -> None:
    missing = [p.message for p in problems(a_document(reference_date="2025-01-01"))]
    assert missing == ["缺少 2024 年的年度指标"]


@pytest.mark.parametrize("part", ["sme_output", "leading_output"])
@pytest.mark.parametrize("year", [2020, 2023])
def test_a_part_of_the_output_cannot_exceed_the_whole(part: str, year: int) -> None:
    index = year - 2020
    total = a_document()["indicators"][index]["total_output"]
    an_application(years={year: {part: total}})
    more = str(Decimal(total) + Decimal("0.01"))
    assert places(a_document(years={year: {part: more}})) == [(f"indicators.{index}.{part}", index + 1)]


@pytest.mark.parametrize("code", ["91350100M000100Y4Z", "91310115MA1H8R7C6D", "", "123"])
def test_a_bad_credit_code_is_refused_on_its_row(code: str) -> None:
    assert places(a_document(roster={6: {"uscc": code}})) == [("enterprises.6.uscc", 7)]


def test_a_credit_code_given_twice_is_refused_where_it_stands_again() -> None:
    first = a_document()["enterprises"][2]["uscc"]
    assert places(a_document(roster={9: {"uscc": first}})) == [("enterprises.9.uscc", 10)]


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ("innovation_platforms", "owner_uscc"),
        ("standards_list", "owner_uscc"),
        ("key_tech_list", "owner_uscc"),
        ("patent_list", "patentee_uscc"),
        ("service_orgs", "uscc"),
    ],
)
def test_every_other_credit_code_is_checked_too(table: str, field: str) -> None:
    document = a_document()
    document["application"][table][0][field] = "91350100M000100Y44"
    assert places(document) == [(f"application.{table}.0.{field}", 1)]


# --- missing and unknown ---


@pytest.mark.parametrize("figure", READ_EACH_YEAR)
def test_a_figure_that_a_hard_criterion_reads_is_needed(figure: str) -> None:
    assert places(without(a_document(), "indicators", 3, figure)) == [(f"indicators.3.{figure}", 4)]


@pytest.mark.parametrize("field", READ_OF_A_FIRM)
def test_a_roster_field_that_a_hard_criterion_reads_is_needed(field: str) -> None:
    assert places(without(a_document(), "enterprises", 8, field)) == [(f"enterprises.8.{field}", 9)]


@pytest.mark.parametrize("field", READ_OF_THE_HEADER)
def test_a_header_field_that_a_hard_criterion_reads_is_needed(field: str) -> None:
    assert places(without(a_document(), "application", field)) == [(f"application.{field}", None)]


@pytest.mark.parametrize("field", ["date", "category", "severity"])
def test_an_incident_needs_what_the_preamble_reads(field: str) -> None:
    assert places(a_document(incidents=[without(an_incident(), field)])) == [(f"incidents.0.{field}", 1)]


@pytest.mark.parametrize("kind", ["energy", "water"])
def test_benchmarks_are_needed_only_where_they_bind(kind: str) -> None:
    flag, table = f"is_{kind}_intensive", f"{kind}_benchmarks"
    Application.from_json(without(a_document(), "application", table))
    an_application(**{table: [{"product": "饮片"}]})
    missing_table = without(a_document(**{flag: True}), "application", table)
    assert places(missing_table) == [(f"application.{table}", None)]
    found = places(a_document(**{flag: True, table: [{"product": "饮片"}]}))
    assert {place for _, place in found} == {1}
    assert len(found) == 2


@pytest.mark.parametrize("table", ["application", "reference_date", *TABLES])
def test_every_section_is_needed(table: str) -> None:
    assert places(without(a_document(), table)) == [(table, None)]


@pytest.mark.parametrize("field", ["brand_desc", "cluster_name", "contact_phone", "truth_commitment"])
def test_a_required_field_that_no_hard_criterion_reads_is_not_asked_here(field: str) -> None:
    Application.from_json(without(a_document(), "application", field))


@pytest.mark.parametrize("field", ["export_value", "cloud_users", "energy_total", "price_basis"])
def test_a_figure_that_no_hard_criterion_reads_may_be_absent(field: str) -> None:
    Application.from_json(without(a_document(), "indicators", 2, field))


def test_null_means_not_given() -> None:
    an_application(roster={0: {"hnte_valid_to": None}})
    assert places(a_document(area_km2=None)) == [("application.area_km2", None)]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("surprise",), ("surprise", None)),
        (("application", "total_output"), ("application.total_output", None)),
        (("indicators", 1, "gdp"), ("indicators.1.gdp", 2)),
        (("enterprises", 23, "USCC"), ("enterprises.23.USCC", 24)),
        (("incidents", 0, "grade"), ("incidents.0.grade", 1)),
        (("plan_targets", 0, "owner"), ("plan_targets.0.owner", 1)),
        (("plan_measures", 6, "x.y"), ("plan_measures.6.x.y", 7)),
        (("application", "patent_list", 2, "uscc"), ("application.patent_list.2.uscc", 3)),
        (("application", "shared_mechanisms", 0, ""), ("application.shared_mechanisms.0.", 1)),
    ],
)
def test_an_unknown_field_is_refused(path: tuple[Any, ...], place: tuple[str, int | None]) -> None:
    found = problems(with_value(path, "x"))
    assert [(p.path, p.row, p.message) for p in found] == [(*place, "未知字段")]


def test_a_key_given_twice_is_refused_with_its_place() -> None:
    document = a_document()
    document["application"] = read(b'{"area_km2": 1, "area_km2": 2, "area_km2": 3, "note": 1}')
    found = problems(document)
    assert (found[0].path, found[0].message) == ("application.area_km2", "字段重复出现")
    assert [p.path for p in found].count("application.area_km2") == 1


@pytest.mark.parametrize("document", [None, [], "申报", Decimal(1), True])
def test_a_document_is_an_object(document: object) -> None:
    assert places(document) == [(None, None)]


@pytest.mark.parametrize("row", [None, 1, "x", []])
def test_a_row_that_is_no_object_is_named_once(row: object) -> None:
    rows = a_document()["enterprises"]
    assert places(a_document(enterprises=[*rows, row])) == [("enterprises.24", 25)]


def test_all_problems_are_named_at_once() -> None:
    document = a_document(
        area_km2="-1",
        roster={0: {"uscc": "bad"}, 5: {"is_hnte": "yes"}},
        years={2021: {"sme_output": "999999"}},
        sample_note="?",
    )
    del document["indicators"][3]
    assert sorted(str(path) for path, _ in places(document)) == [
        "application.area_km2",
        "application.sample_note",
        "enterprises.0.uscc",
        "enterprises.5.is_hnte",
        "indicators",
        "indicators.1.sme_output",
    ]


def test_a_table_of_millions_of_rows_is_refused_without_reading_them_all() -> None:
    found = problems(with_value(("incidents",), [{}] * 20_000))
    assert any(p.path == "incidents" and "20000 行" in p.message for p in found)
    assert len(found) < 40_000
