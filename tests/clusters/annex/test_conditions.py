"""附件二 titles, 附件八 and the judged criteria."""

from typing import Any

import pytest

from tests.builders import Document, a_document, result, verdict, verdicts

PLAIN: Document = {"champion_level": "none", "zjtx_level": "none", "is_hnte": False}
LITTLE_GIANT = {
    "zjtx_level": "little_giant",
    "zjtx_cert_no": "示例1号",
    "zjtx_valid_from": "2022-01-01",
    "zjtx_valid_to": "2025-01-01",
}
ZJTX = {**LITTLE_GIANT, "zjtx_level": "zjtx"}
INNOVATIVE = {**LITTLE_GIANT, "zjtx_level": "innovative"}
HIGH_TECH = {"is_hnte": True, "hnte_cert_no": "GR202262000001", "hnte_valid_to": "2025-01-01"}
CHAMPION = {"champion_level": "national", "champion_cert_no": "示例2号", "champion_valid_to": "2025-01-01"}
PROVINCIAL = {**CHAMPION, "champion_level": "provincial"}
LEADING, OTHER = {"is_leading_industry": True}, {"is_leading_industry": False}


def roster(*titles: Document) -> dict[str, Any]:
    """Everybody without a title, then the first rows with these."""
    rows = {index: dict(PLAIN) for index in range(len(a_document()["enterprises"]))}
    for index, title in enumerate(titles):
        rows[index].update(title)
    return {"roster": rows}


@pytest.mark.article("附件二")
@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ([ZJTX] * 6, "pass"),
        ([ZJTX] * 5, "fail"),
        ([INNOVATIVE] * 2 + [ZJTX] * 2 + [HIGH_TECH] * 2, "pass"),
        ([LITTLE_GIANT | LEADING], "pass"),
        ([CHAMPION | LEADING], "pass"),
        ([LITTLE_GIANT | OTHER], "fail"),
        ([CHAMPION | OTHER], "fail"),
        ([ZJTX | OTHER] * 6, "pass"),
        ([], "fail"),
    ],
)
def test_one_champion_of_the_leading_industry_or_six_others(titles: list[Document], expected: str) -> None:
    assert verdict("C2", **roster(*titles)) == expected


def test_one_firm_with_three_titles_counts_once() -> None:
    assert verdict("C2", **roster(ZJTX | HIGH_TECH | CHAMPION | OTHER, *[ZJTX] * 4)) == "fail"


def test_a_little_giant_of_another_industry_counts_among_the_six() -> None:
    """A-03: 小巨人 is also 专精特新."""
    assert verdict("C2", **roster(LITTLE_GIANT | OTHER, *[ZJTX] * 5)) == "pass"
    assert verdict("C2", **roster(CHAMPION | OTHER, *[ZJTX] * 5)) == "fail"


def test_a_provincial_champion_alone_is_for_a_person() -> None:
    """A-03."""
    answer = verdicts(**roster(PROVINCIAL | LEADING))
    assert answer["C2"].verdict == "needs_judgment"
    assert answer.passed


def test_a_provincial_champion_of_another_industry_does_not_help() -> None:
    assert verdict("C2", **roster(PROVINCIAL | OTHER)) == "fail"


def test_an_expired_provincial_champion_does_not_help() -> None:
    assert verdict("C2", **roster(PROVINCIAL | LEADING | {"champion_valid_to": "2024-05-19"})) == "fail"


def test_enough_other_titles_need_no_judgment_of_a_provincial_champion() -> None:
    assert verdict("C2", **roster(PROVINCIAL | LEADING, *[ZJTX] * 6)) == "pass"


@pytest.mark.parametrize(
    ("last_day", "expected"), [("2024-05-19", "fail"), ("2024-05-20", "pass"), ("2024-05-21", "pass")]
)
@pytest.mark.parametrize(
    ("title", "field"), [(LITTLE_GIANT, "zjtx_valid_to"), (CHAMPION, "champion_valid_to")]
)
def test_a_title_counts_until_its_last_day(title: Document, field: str, last_day: str, expected: str) -> None:
    assert verdict("C2", **roster(title | LEADING | {field: last_day})) == expected


@pytest.mark.parametrize(("last_day", "expected"), [("2024-05-19", "fail"), ("2024-05-20", "pass")])
def test_a_high_tech_certificate_counts_until_its_last_day(last_day: str, expected: str) -> None:
    assert verdict("C2", **roster(HIGH_TECH | {"hnte_valid_to": last_day}, *[ZJTX] * 5)) == expected


@pytest.mark.parametrize(("first_day", "expected"), [("2024-05-20", "pass"), ("2024-05-21", "fail")])
def test_a_title_counts_from_its_first_day(first_day: str, expected: str) -> None:
    assert verdict("C2", **roster(LITTLE_GIANT | LEADING | {"zjtx_valid_from": first_day})) == expected


@pytest.mark.parametrize("field", ["zjtx_cert_no", "zjtx_valid_to"])
def test_a_level_without_certificate_or_term_does_not_count(field: str) -> None:
    """5.3 no. 6: not counted, with a warning."""
    title = {key: value for key, value in LITTLE_GIANT.items() if key != field}
    changes = roster(title | LEADING)
    document = a_document(**changes)
    assert field not in document["enterprises"][0]
    answer = verdicts(**changes)
    assert answer["C2"].verdict == "fail"
    assert "enterprises.0.zjtx_cert_no" in [warning.path for warning in answer.warnings]


def test_titles_of_an_enterprise_outside_the_boundary_do_not_count() -> None:
    assert verdict("C2", **roster(CHAMPION | LEADING | {"in_boundary": False})) == "fail"


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("创新型中小企业-2022办法", "pass"),
        ("科技和创新型中小企业-2026办法", "pass"),
        ("自行评定的创新企业", "fail"),
    ],
)
def test_the_standard_names_the_schemes_that_make_an_innovative_firm(scheme: str, expected: str) -> None:
    """D-10."""
    assert verdict("C2", **roster(INNOVATIVE | {"innovative_scheme": scheme}, *[ZJTX] * 5)) == expected


def test_the_margin_belongs_to_the_way_that_was_taken() -> None:
    by_champion = result("C2", **roster(CHAMPION | LEADING)).finding
    assert (by_champion.value, by_champion.threshold, by_champion.margin) == ("1", "1", "0")
    by_number = result("C2", **roster(*[ZJTX] * 4)).finding
    assert (by_number.value, by_number.threshold, by_number.margin) == ("4", "6", "-2")


# --- 附件八 -------------------------------------------------------------------------------------------


@pytest.mark.article("附件八")
@pytest.mark.parametrize("field", ["operator_name", "operator_approval_no"])
def test_an_operator_needs_a_name_and_a_document(field: str) -> None:
    assert verdict("C8.1", **{field: "  "}) == "fail"


def test_an_operator_without_a_code_of_its_own_is_accepted() -> None:
    """An internal office has none; its approval document stands for it."""
    assert verdict("C8.1", operator_uscc="") == "pass"


@pytest.mark.article("附件八")
@pytest.mark.parametrize(
    ("reached", "total", "expected"),
    [(100, 100, "pass"), (99, 100, "fail"), (101, 100, "fail"), (0, 0, "not_computable"), (0, 1, "fail")],
)
def test_policy_reaches_everybody(reached: int, total: int, expected: str) -> None:
    assert verdict("C8.3", policy_coverage_reached=reached, policy_coverage_total=total) == expected


def test_a_coverage_beyond_everybody_shows_its_figure_and_no_margin() -> None:
    found = result("C8.3", policy_coverage_reached=26, policy_coverage_total=24).finding
    assert (found.value, found.margin) == ("108.3333", None)


@pytest.mark.article("附件八")
@pytest.mark.parametrize("table", ["plan_targets", "plan_measures"])
@pytest.mark.parametrize("aspect", ["A1", "A2", "A3", "A4", "A5", "A6", "A7"])
def test_a_plan_without_one_of_the_seven_aspects_fails(table: str, aspect: str) -> None:
    rows = [row for row in a_document()[table] if row["aspect"] != aspect]
    answer = verdicts(**{table: rows})
    assert answer["C8.4"].verdict == "fail"
    assert not answer.passed


@pytest.mark.parametrize("nothing", ["", [], [{"id": "1", "name": ""}]])
def test_a_plan_without_a_file_fails(nothing: object) -> None:
    assert verdict("C8.4", plan_file=nothing) == "fail"


def test_the_quality_of_a_complete_plan_is_for_a_person() -> None:
    assert verdict("C8.4", plan_file=[{"id": "1", "name": "规划.pdf"}]) == "needs_judgment"


# --- judged -----------------------------------------------------------------------------------------


def test_what_only_people_can_judge_neither_passes_nor_fails() -> None:
    judged = [r for r in verdicts().results if r.kind == "judged"]
    assert len(judged) == 14
    assert {r.verdict.value for r in judged} == {"needs_judgment"}
    assert all((r.finding.value, r.finding.margin, r.operator) == (None, None, None) for r in judged)


def test_missing_evidence_is_a_warning_and_no_failure() -> None:
    answer = verdicts(standards_list=[], service_orgs=[])
    assert answer["C4.3"].verdict == "needs_judgment"
    assert answer.passed
    assert {"application.standards_list", "application.service_orgs"} <= {w.path for w in answer.warnings}
