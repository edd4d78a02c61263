"""Points of the yearly assessment (art. 16): exact at every boundary, with what they were computed from."""

from fractions import Fraction

import pytest

from clusters.annual.assessment_points import Filed, computed
from clusters.annual.assessment_scores import grade_problems
from clusters.annual.assessment_template import BadTemplate, read_template
from clusters.annual.plan_progress import Progress, average, completion, progress
from clusters.filed import Filed as FiledForm
from tests.handlers.stage import PROJECT

pytestmark = pytest.mark.article("第十六条")
SOURCE = (PROJECT / "processes/assessments/gs-2024.toml").read_text("utf-8")
TEMPLATE = read_template(SOURCE)
BEFORE = {"total_output": "1000", "rd_spend_sme": "100", "invention_patents": 100, "co2_emission": "500"}
NOW = {
    "total_output": "1050", "rd_spend_sme": "104", "invention_patents": 105, "co2_emission": "515.025",
    "enterprise_count": 100, "ind_internet_users": 10, "ind_software_users": 20,
}  # fmt: skip


def points(item, now=None, before=BEFORE, report=None, rows=()):
    filed = Filed(2024, {**NOW, **(now or {})}, before, {} if report is None else report, rows)
    return next(p for p in computed(TEMPLATE, filed) if p.item.id == item)


@pytest.mark.parametrize(
    ("output", "expected"),
    [("999.99", "0"), ("1000", "0"), ("1050", "5"), ("1099.99", "9.99"), ("1100", "10"), ("2000", "10")],
)
def test_growth_gives_points_between_none_and_ten_percent(output, expected):
    assert points("K1", {"total_output": output}).points == Fraction(expected)


def test_points_are_cut_off_and_never_rounded_up():
    # 9.9999…% of growth are 9.99 points: a float would have shown 10.
    assert points("K1", {"total_output": "1099.9999999999"}).points == Fraction("9.99")


def test_every_computed_item_says_how():
    found = points("K1")
    assert "由1000.00到1050.00，增长5.00%" in found.derivation
    assert "下降1.90%" in points("K6").derivation
    assert points("K5").points == Fraction(2)  # 15 % on average of 30


def test_honours_count_what_was_won_less_what_was_lost():
    report = {"a2_new_zjtx": 3, "a2_new_little_giant": 1, "a2_lost": 1}
    assert points("K4", report=report).points == Fraction(6)


@pytest.mark.parametrize("missing", [{"total_output": None}, {"total_output": "0"}])
def test_a_base_that_is_missing_or_zero_is_not_computable(missing):
    found = points("K1", before={**BEFORE, **missing})
    assert (found.points, found.derivation[:7]) == (None, "不能由系统计算")


# --- the plan ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("planned", "actual", "baseline", "lower", "share"),
    [
        ("110", "110", "100", False, "1"),
        ("110", "109", "100", False, "9/10"),
        ("110", "99", "100", False, "0"),
        ("110", "55", None, False, "1/2"),
        ("90", "90", "100", True, "1"),
        ("90", "95", "100", True, "1/2"),
        ("90", "180", None, True, "1/2"),
    ],
)
def test_a_target_counts_by_its_way_from_the_baseline(planned, actual, baseline, lower, share):
    base = None if baseline is None else Fraction(baseline)
    found, _ = completion(Fraction(planned), Fraction(actual), base, lower_better=lower)
    assert found == Fraction(share)


def test_progress_is_weighted_and_unknown_while_one_target_is_silent():
    plan = {"plan_start_year": 2024, "plan_targets": [
        {"target_id": "T1", "name": "甲", "quantitative": True, "target_y1": "10", "weight": "75"},
        {"target_id": "T2", "name": "乙", "quantitative": False, "weight": "25"}]}  # fmt: skip
    said = [{"target_id": "T1", "actual": "5"}, {"target_id": "T2", "state": "done"}]
    assert average(progress(plan, 2024, said)) == Fraction(5, 8)
    assert average(progress(plan, 2024, said[:1])) is None
    rows = [Progress("T1", "甲", "", "", Fraction(1, 2), Fraction(1), "")]
    assert points("K7", rows=rows).points == Fraction(20)


def test_each_year_of_the_plan_has_its_own_value():
    plan = {"plan_start_year": 2024, "plan_targets": [
        {"target_id": "T1", "name": "甲", "quantitative": True, "target_y1": "1", "target_y2": "2",
         "target_y3": "3"}]}  # fmt: skip
    assert [progress(plan, year, [])[0].planned for year in (2023, 2024, 2025, 2026, 2027)] == [
        "1", "1", "2", "3", "3"
    ]  # fmt: skip


# --- grades and the template ------------------------------------------------------------------------


def graded(total, grade, reason=""):
    form = FiledForm({"grade": grade, "grade_reason": reason}, "i", "t", "s", "pc")
    return [p.path for p in grade_problems(TEMPLATE, Fraction(total), form)]


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("85", "优秀"),
        ("84.99", "良好"),
        ("70", "良好"),
        ("69.99", "合格"),
        ("60", "合格"),
        ("59.99", "不合格"),
    ],
)
def test_a_grade_begins_at_its_threshold(total, grade):
    assert TEMPLATE.grade_of(Fraction(total)) == grade
    assert graded(total, grade) == []


def test_people_may_grade_lower_with_a_reason_and_never_higher():
    assert graded("84.99", "优秀", "理由") == ["grade"]
    assert graded("90", "良好") == ["grade_reason"]
    assert graded("90", "良好", "优秀比例已满") == []


@pytest.mark.parametrize(
    ("old", "new"), [('points = "8"', 'points = "9"'), ('from = "0"', 'from = "1"'), ('"growth"', '"guess"')]
)
def test_a_template_by_which_nobody_could_score_is_refused(old, new):
    with pytest.raises(BadTemplate):
        read_template(SOURCE.replace(old, new))
