"""5.3 and the notes of F01: each oddity warns at its place, and no warning ever changes a verdict."""

from datetime import date
from typing import Any

import pytest

from tests.builders import a_document, an_incident, verdicts

LARGE = next(i for i, row in enumerate(a_document()["enterprises"]) if row["employees"] == 1200)


def warned(**changes: Any) -> list[tuple[str | None, int | None]]:
    return [(warning.path, warning.row) for warning in verdicts(**changes).warnings]


def rows(table: str, **first: Any) -> list[Any]:
    """A table of the header whose first row is changed."""
    found = a_document()["application"][table]
    found[0].update(first)
    return list(found)


def patents(**first: Any) -> list[Any]:
    return rows("patent_list", **first)


def mechanisms(**first: Any) -> list[Any]:
    return rows("shared_mechanisms", **first)


def header(field: str) -> str:
    return f"application.{field}"


def targets(**first: Any) -> list[Any]:
    found = a_document()["plan_targets"]
    found[0].update(first)
    return list(found)


def test_the_sample_is_in_order() -> None:
    assert warned() == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        # 5.3 no. 1 and 2: sums of the roster, one percent
        ({"roster": {0: {"output_y1": "14557.00"}}}, ("indicators.3.total_output", 4)),
        ({"roster": {0: {"output_y3": "6355.00"}}}, ("indicators.1.total_output", 2)),
        ({"sme_output": "240500.00"}, ("indicators.3.sme_output", 4)),
        # no. 3 to 5: counts
        ({"enterprise_count": 25}, ("indicators.3.enterprise_count", 4)),
        ({"sme_count": 24}, ("indicators.3.sme_count", 4)),
        ({"invention_patents": 17}, ("indicators.3.invention_patents", 4)),
        ({"patent_list": []}, ("indicators.3.invention_patents", 4)),
        ({"ind_internet_users": 6}, ("indicators.3.ind_internet_users", 4)),
        ({"ind_software_users": 13}, ("indicators.3.ind_software_users", 4)),
        ({"cloud_users": 9}, ("indicators.3.cloud_users", 4)),
        # no. 6: titles
        ({"roster": {1: {"zjtx_valid_to": "2024-01-01"}}}, ("enterprises.1.zjtx_cert_no", 2)),
        ({"roster": {0: {"is_hnte": True}}}, ("enterprises.0.hnte_cert_no", 1)),
        ({"roster": {0: {"champion_level": "national"}}}, ("enterprises.0.champion_cert_no", 1)),
        ({"roster": {2: {"innovative_scheme": "x"}}}, ("enterprises.2.innovative_scheme", 3)),
        # no. 8: a jump beyond 50 percent
        ({"export_value": "3480.01"}, ("indicators.3.export_value", 4)),
        ({"years": {2022: {"water_total": "444499.99"}}}, ("indicators.2.water_total", 3)),
        # yearly figures
        ({"years": {2020: {"above_scale_count": 22}}}, ("indicators.0.above_scale_count", 1)),
        ({"years": {2020: {"cloud_users": 22}}}, ("indicators.0.cloud_users", 1)),
        ({"years": {2020: {"enterprise_count_service": 6}}}, ("indicators.0.enterprise_count_production", 1)),
        ({"years": {2021: {"clean_energy": "31900.01"}}}, ("indicators.1.clean_energy", 2)),
        ({"years": {2021: {"rd_spend_total": "3559.99"}}}, ("indicators.1.rd_spend_sme", 2)),
        ({"years": {2022: {"price_basis": "constant"}}}, ("indicators", None)),
        ({"years": {2022: {"employees": 0}}}, ("indicators.2.employees", 3)),
        # roster
        ({"roster": {0: {"uscc": "12621122MB7000012E"}}}, ("enterprises.0.uscc", 1)),
        ({"roster": {0: {"in_boundary": False}}}, ("enterprises.0.in_boundary", 1)),
        ({"roster": {0: {"ind_platform_name": ""}}}, ("enterprises.0.ind_platform_name", 1)),
        ({"roster": {0: {"size_class": "large"}}}, ("enterprises.0.size_class", 1)),
        ({"roster": {0: {"credit_check_result": "abnormal"}}}, ("enterprises.0.credit_check_result", 1)),
        # disclosures
        ({"incidents": [an_incident(date="2024-05-21")]}, ("incidents.0.date", 1)),
        ({"incidents": [an_incident(severity="不适用")]}, ("incidents.0.severity", 1)),
        ({"incidents": [an_incident(doc_no="")]}, ("incidents.0.doc_no", 1)),
        ({"incident_declaration": False}, (header("incident_declaration"), None)),
        # header
        ({"is_within_county": False}, (header("is_within_county"), None)),
        ({"county_code": "621100"}, (header("county_code"), None)),
        ({"area_km2": "0"}, (header("area_km2"), None)),
        ({"established_year": 2025}, (header("established_year"), None)),
        ({"key_supply_ratio": "100.01"}, (header("key_supply_ratio"), None)),
        ({"policy_coverage_total": 25}, (header("policy_coverage_total"), None)),
        # lists
        ({"innovation_platforms": []}, (header("innovation_platforms"), None)),
        ({"industry_uni_coop": []}, (header("industry_uni_coop"), None)),
        ({"standards_list": []}, (header("standards_list"), None)),
        ({"key_tech_list": []}, (header("key_tech_list"), None)),
        ({"open_coop_events": []}, (header("open_coop_events"), None)),
        ({"service_orgs": []}, (header("service_orgs"), None)),
        ({"authority_proofs": rows("authority_proofs", file="")}, (header("authority_proofs"), None)),
        ({"shared_mechanisms": mechanisms(established=False)}, (header("shared_mechanisms"), None)),
        ({"shared_mechanisms": mechanisms(kind="other")}, (header("shared_mechanisms"), None)),
        ({"shared_mechanisms": mechanisms(proof=[])}, (header("shared_mechanisms.0.proof"), 1)),
        ({"is_energy_intensive": True}, (header("energy_benchmarks"), None)),
        ({"is_water_intensive": True}, (header("water_benchmarks"), None)),
        ({"patent_list": patents(patent_no="ZL201920120000.0")}, (header("patent_list.0.patent_no"), 1)),
        ({"patent_list": patents(legal_status="失效")}, (header("patent_list.0.legal_status"), 1)),
        ({"patent_list": patents(grant_date="2024-01-01")}, (header("patent_list.0.grant_date"), 1)),
        ({"patent_list": patents(expires_on="2023-12-30")}, (header("patent_list.0.expires_on"), 1)),
        # plan
        ({"plan_targets": 6}, ("plan_targets", None)),
        ({"plan_targets": targets(weight="50")}, ("plan_targets", None)),
        ({"plan_targets": targets(unit="")}, ("plan_targets.0.unit", 1)),
        ({"plan_targets": targets(baseline_year=None)}, ("plan_targets.0.baseline_value", 1)),
        ({"plan_targets": targets(target_y3=None)}, ("plan_targets.0.target_y1", 1)),
        ({"plan_targets": targets(target_y2="10.9")}, ("plan_targets.0.target_y1", 1)),
        ({"plan_targets": targets(direction="lower_better")}, ("plan_targets.0.target_y1", 1)),
        ({"plan_targets": targets(quantitative=False)}, ("plan_targets.0.qualitative_criterion", 1)),
        ({"plan_start_year": 2026, "plan_end_year": 2028}, (header("plan_start_year"), None)),
        ({"plan_end_year": 2027}, (header("plan_end_year"), None)),
    ],
    ids=str,
)  # fmt: skip
def test_an_oddity_warns_at_its_place(changes: dict[str, Any], place: tuple[str, int | None]) -> None:
    assert place in warned(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"export_value": "3480.00"},
        {"roster": {LARGE: {"output_y1": "53890.00"}}},
        {"plan_start_year": 2025, "plan_end_year": 2027},
        {"plan_targets": targets(target_y2="11")},
        {"patent_list": patents(expires_on="2023-12-31")},
        {"patent_list": patents(grant_date="2023-12-31")},
        {"years": {2020: {"enterprise_count_service": 5}}},
        {"years": {2020: {"sme_count": 21}}},
        {"incidents": [an_incident(date="2024-05-20")]},
    ],
    ids=str,
)
def test_what_stands_at_the_limit_does_not_warn(changes: dict[str, Any]) -> None:
    assert warned(**changes) == []


@pytest.mark.parametrize(("day", "warns"), [(date(2026, 1, 16), False), (date(2026, 1, 17), True)])
def test_a_day_after_the_rule_has_lapsed_is_named(day: date, warns: bool) -> None:
    assert ("reference_date" in [warning.path for warning in verdicts(on=day).warnings]) is warns


def test_a_year_that_is_not_used_is_named() -> None:
    years = a_document()["indicators"]
    assert ("indicators.4.year", 5) in warned(indicators=[*years, {"year": 2019}])


@pytest.mark.parametrize(("qualitative", "places"), [(2, []), (3, [("plan_targets", None)])])
def test_fewer_than_five_quantitative_targets_are_named(qualitative: int, places: list[Any]) -> None:
    table = a_document()["plan_targets"]
    for row in table[:qualitative]:
        row.update(quantitative=False, qualitative_criterion="示例")
    assert warned(plan_targets=table) == places


def test_a_jump_says_how_large_it_is() -> None:
    assert [w.message for w in verdicts(export_value="4640.00").warnings] == [
        "2023 年较上年变动 100.00%，请说明原因"
    ]


def test_weights_of_a_hundred_are_in_order() -> None:
    table = a_document()["plan_targets"]
    for row in table:
        row["weight"] = "14.28"
    table[0]["weight"] = "14.32"
    assert warned(plan_targets=table) == []


def test_a_disagreement_between_readings_of_growth_is_named() -> None:
    """D-07: the reviewer gives a reason."""
    found = verdicts(rd_spend_sme=["3200", "4400", "4450", "4480"])
    assert found["C4.1"].verdict == "pass"
    assert ("indicators.3.rd_spend_sme", 4) in [(w.path, w.row) for w in found.warnings]


def test_warnings_do_not_change_whether_an_application_passes() -> None:
    answer = verdicts(enterprise_count=25, area_km2="0", plan_targets=targets(unit=""))
    assert answer.warnings
    assert answer.passed
