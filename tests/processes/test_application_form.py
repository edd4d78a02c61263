"""The application form: ten sections, the sample's keys, the limits of the data dictionary."""

import json
import re
from enum import StrEnum
from typing import Any

import pytest

from clusters.annex.application import Application
from clusters.annex.criteria import check
from clusters.annex.enterprises import (
    BusinessType,
    ChainPosition,
    Champion,
    CreditResult,
    Listing,
    SizeClass,
    Zjtx,
)
from clusters.annex.indicators import DataBasis, PriceBasis
from clusters.annex.plan_rows import Aspect, Direction
from clusters.annex.standard_parts import Category, Severity
from engine.forms import Field, Table
from tests.application_form import PATH, an_upload, application_form, filled_form, messages, table
from tests.builders import a_document, a_submission, an_application, an_incident, the_standard

ARTICLE = re.compile(r"第[一二三四五六七八九十]+条|附件[一二三四五六七八]|附件序言")
GENERATED = re.compile(
    r"(Field|Group|Text|Row|Form)_[0-9a-z]{5,7}"
)  # as the form builder names what nobody named
ON_PAPER_LATER = {"seal_scan"}  # sealed after the leader's approval: approve_application.form


def raw_components() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    stack = list(json.loads(PATH.read_text(encoding="utf-8"))["components"])
    while stack:
        component = stack.pop()
        found.append(component)
        stack.extend(component.get("components", []))
    return found


def every_field() -> list[Field]:
    fields = application_form().fields
    return [*fields, *(c for f in fields if isinstance(f, Table) for c in f.columns)]


# --- shape ----------------------------------------------------------------------------------------


def test_the_form_has_the_ten_sections_of_the_application_in_order() -> None:
    assert [section.label for section in application_form().sections] == [
        "封面与真实性承诺",
        "集群基本情况",
        "主导产业与产业链",
        "八方面指标数据",
        "企业名单",
        "创新、数字化、绿色、开放、治理",
        "近三年无重大问题声明及披露",
        "未来三年发展规划",
        "各级意见",
        "佐证材料目录",
    ]


def test_every_component_is_named_by_what_it_asks() -> None:
    ids = [component["id"] for component in raw_components()]
    assert len(set(ids)) == len(ids)
    assert not [name for name in ids if GENERATED.fullmatch(name)]


def test_every_article_has_the_one_spelling() -> None:
    cited = {c["properties"]["article"] for c in raw_components() if "article" in c.get("properties", {})}
    assert cited
    assert not [article for article in cited if not ARTICLE.fullmatch(article)]


def test_every_yearly_figure_explains_what_is_counted_and_in_which_unit() -> None:
    figures = [column for column in table("indicators").columns if column.type == "number"]
    assert not [column.key for column in figures if not column.look.help]
    assert not [c.key for c in figures if not c.look.unit and c.key != "year"]


def test_exact_decimals_leave_the_form_builders_preview_as_text() -> None:
    decimals = [c for c in raw_components() if c["type"] == "number" and c["decimalDigits"] > 0]
    assert decimals
    assert all(component["serializeToString"] is True for component in decimals)


def test_tables_offered_in_excel_hold_no_files() -> None:
    sheets = [f for f in application_form().fields if isinstance(f, Table) and f.sheet]
    assert {"enterprises", "indicators", "plan_targets", "patent_list"} <= {f.key for f in sheets}
    assert not [f.key for f in sheets if any(column.type == "filepicker" for column in f.columns)]


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("enterprises.0.champion_level", Champion),
        ("enterprises.0.zjtx_level", Zjtx),
        ("enterprises.0.size_class", SizeClass),
        ("enterprises.0.business_type", BusinessType),
        ("enterprises.0.chain_position", ChainPosition),
        ("enterprises.0.listed_status", Listing),
        ("enterprises.0.credit_check_result", CreditResult),
        ("indicators.0.price_basis", PriceBasis),
        ("indicators.0.data_basis", DataBasis),
        ("incidents.0.category", Category),
        ("incidents.0.severity", Severity),
        ("plan_targets.0.aspect", Aspect),
        ("plan_targets.0.direction", Direction),
        ("plan_measures.0.aspect", Aspect),
    ],
)
def test_choices_of_the_form_are_the_codes_of_the_domain(path: str, codes: type[StrEnum]) -> None:
    field = application_form().field(path)
    assert field is not None
    assert [option.value for option in field.options] == [code.value for code in codes]


# --- the sample -----------------------------------------------------------------------------------


def test_every_key_of_the_sample_has_its_field() -> None:
    sample = a_submission(incidents=[an_incident()])
    form = application_form()
    assert set(sample) - {field.key for field in form.fields} == ON_PAPER_LATER
    for field in form.fields:
        if isinstance(field, Table):
            known = {column.key for column in field.columns}
            assert {key for row in sample.get(field.key) or [] for key in row} <= known, field.key


def test_the_sample_is_a_complete_application() -> None:
    assert application_form().problems(filled_form()) == []


def test_a_submission_gives_the_same_verdicts_as_the_file() -> None:
    cleaned = application_form().clean(filled_form())
    from_file = an_application()
    submitted = Application.from_submission(cleaned, from_file.reference_date)
    on = from_file.reference_date
    assert check(submitted, the_standard(), on).results == check(from_file, the_standard(), on).results


def test_a_form_nobody_has_filled_names_every_required_field_once() -> None:
    form = application_form()
    problems = form.problems(form.blank({}))
    missing = {problem.path for problem in problems}
    required = {f.key for f in form.fields if f.rules.required and not f.hides and not isinstance(f, Table)}
    assert required <= missing
    assert len([p for p in problems if p.path in required]) == len(required)


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "accepted"),
    [
        ("cluster_name", "产业群", False),
        ("cluster_name", "产业集群", True),
        ("cluster_name", "群" * 60, True),
        ("cluster_name", "群" * 61, False),
        ("overview", "字" * 299, False),
        ("overview", "字" * 300, True),
        ("overview", "字" * 2000, True),
        ("overview", "字" * 2001, False),
        ("area_km2", "0", False),
        ("area_km2", "0.0001", True),
        ("area_km2", "100.0001", True),  # the criterion fails it, the form does not
        ("area_km2", "86.50001", False),
        ("established_year", 1948, False),
        ("established_year", 1949, True),
        ("leading_industry_gbt4754", [], False),
        ("leading_industry_gbt4754", ["2730"], True),
        ("leading_industry_gbt4754", "2730、2740 273", True),
        ("leading_industry_gbt4754", ["27"], False),
        ("leading_industry_gbt4754", ["2710", "2720", "2730", "2740", "2750", "2760"], False),
        ("key_supply_ratio", "100.00", True),
        ("key_supply_ratio", "100.01", False),
        ("operator_uscc", "", True),
        ("operator_uscc", "12621122MB7000012F", False),
        ("contact_phone", "0932-6621234", True),
        ("contact_phone", "6621234", False),
        ("contact_email", "", True),
        ("contact_email", "not an address", False),
        ("incident_declaration", False, False),
        ("submit_despite_failing", False, True),
        ("plan_file", [], False),
    ],
)
def test_limits_of_the_dictionary(key: str, value: object, accepted: bool) -> None:
    assert (messages({**filled_form(), key: value}, key) == []) is accepted


@pytest.mark.parametrize(
    ("column", "value", "accepted"),
    [
        ("total_output", "289000.00", True),
        ("total_output", "289000.005", False),
        ("total_output", "-0.01", False),
        ("profit", "-1200.00", True),
        ("employees", 0, False),
        ("employees", 1, True),
        ("invention_patents", "16.5", False),
        ("export_value", "0", True),
        ("price_basis", "nominal", False),
    ],
)
def test_limits_of_a_yearly_figure(column: str, value: object, accepted: bool) -> None:
    data = filled_form(years={2023: {column: value}})
    assert (messages(data, f"indicators.3.{column}") == []) is accepted


@pytest.mark.parametrize("count", [3, 5])
def test_there_are_exactly_four_years(count: int) -> None:
    data = filled_form()
    data["indicators"] = [{**data["indicators"][0], "year": 2016 + year} for year in range(count)]
    assert messages(data, "indicators") != []


@pytest.mark.parametrize(
    "list_key",
    [
        "innovation_platforms",
        "industry_uni_coop",
        "standards_list",
        "key_tech_list",
        "open_coop_events",
        "service_orgs",
        "enterprises",
    ],
)
def test_lists_of_evidence_need_at_least_one_row(list_key: str) -> None:
    assert messages({**filled_form(), list_key: []}, list_key) != []


@pytest.mark.parametrize("list_key", ["branches_outside", "incidents", "attachments", "patent_list"])
def test_other_lists_may_stay_empty(list_key: str) -> None:
    assert messages({**filled_form(), list_key: []}, list_key) == []


def test_a_credit_code_stands_in_the_roster_once() -> None:
    code = filled_form()["enterprises"][0]["uscc"]
    data = filled_form(roster={1: {"uscc": code}})
    assert messages(data, "enterprises.1.uscc") == ["统一社会信用代码与第 1 行重复。"]


def test_a_wrong_check_digit_is_named() -> None:
    data = filled_form(roster={2: {"uscc": "91621122MA70000038"}})
    assert messages(data, "enterprises.2.uscc") == ["统一社会信用代码校验位不符。"]


@pytest.mark.parametrize(
    ("number", "accepted"),
    [
        ("ZL201910120000.0", True),
        ("ZL201980120000.X", True),
        ("ZL201920120000.0", False),
        ("ZL98123456.7", True),
        ("201910120000.0", True),
    ],
)
def test_only_inventions_enter_the_patent_list(number: str, accepted: bool) -> None:
    data = filled_form()
    data["patent_list"][0]["patent_no"] = number
    assert (messages(data, "patent_list.0.patent_no") == []) is accepted


# --- what depends on an answer --------------------------------------------------------------------


def test_a_cluster_across_counties_must_say_why_and_who_agreed() -> None:
    data = {**filled_form(), "is_within_county": False}
    assert messages(data, "cross_county_note") != []
    assert messages(data, "cross_county_doc") != []
    mended = {**data, "cross_county_note": "跨两县", "cross_county_doc": [an_upload("同意.pdf")]}
    assert application_form().problems(mended) == []


@pytest.mark.parametrize(
    ("question", "list_key"),
    [("is_energy_intensive", "energy_benchmarks"), ("is_water_intensive", "water_benchmarks")],
)
def test_intensive_industries_must_give_benchmarks(question: str, list_key: str) -> None:
    assert messages({**filled_form(), question: True}, list_key) != []
    assert messages({**filled_form(), question: False}, list_key) == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"champion_level": "national"}, "champion_cert_no"),
        ({"champion_level": "national"}, "champion_valid_to"),
        ({"uses_ind_platform": True, "ind_platform_name": None}, "ind_platform_name"),
    ],
)
def test_a_claim_in_the_roster_needs_its_particulars(given: dict[str, Any], wanted: str) -> None:
    assert messages(filled_form(roster={1: given}), f"enterprises.1.{wanted}") != []
    assert messages(filled_form(), f"enterprises.1.{wanted}") == []


def test_a_title_without_a_certificate_can_be_filed_and_does_not_count() -> None:
    data = filled_form(roster={1: {"zjtx_level": "zjtx", "zjtx_cert_no": None, "zjtx_valid_to": None}})
    assert application_form().problems(data) == []


def test_what_no_longer_applies_is_not_submitted() -> None:
    data = filled_form(roster={1: {"zjtx_level": "none"}})
    row = application_form().clean(data)["enterprises"][1]
    assert "zjtx_cert_no" not in row


@pytest.mark.parametrize("wanted", ["unit", "direction", "baseline_value", "baseline_year", "target_y3"])
def test_a_quantitative_target_can_be_measured(wanted: str) -> None:
    data = filled_form()
    data["plan_targets"][0][wanted] = None
    assert messages(data, f"plan_targets.0.{wanted}") != []


def test_a_qualitative_target_needs_a_criterion_and_no_figures() -> None:
    data = filled_form()
    data["plan_targets"][0] = {"target_id": "T1", "aspect": "A1", "name": "定性", "quantitative": False}
    assert [p.path for p in application_form().problems(data)] == ["plan_targets.0.qualitative_criterion"]


def test_a_shared_mechanism_that_does_not_exist_needs_no_proof() -> None:
    data = filled_form()
    data["shared_mechanisms"][0] = {"kind": "equipment", "established": False}
    assert application_form().problems(data) == []
    data["shared_mechanisms"][0]["established"] = True
    assert messages(data, "shared_mechanisms.0.proof") != []


def test_an_incident_disclosed_in_full_can_be_filed() -> None:
    """The declaration says that the disclosure is complete, not that nothing happened (A-12)."""
    assert application_form().problems(filled_form(incidents=[an_incident(severity="重大")])) == []


def test_a_missing_reply_of_a_department_does_not_stop_the_county() -> None:
    """The city may ask the departments instead."""
    data = filled_form()
    data["authority_proofs"] = [{"dept": "应急"}]
    assert application_form().problems(data) == []


def test_the_seal_is_not_asked_before_the_leader_has_approved() -> None:
    assert application_form().field("seal_scan") is None
    assert "seal_scan" in a_document()["application"]
