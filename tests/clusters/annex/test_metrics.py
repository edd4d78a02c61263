"""附件一, 四 and 五: every numeric boundary at, just below and just above; the float traps of 2.9."""

from decimal import Decimal
from fractions import Fraction

import pytest

from clusters.annex.standard import Standard
from tests.builders import SEED, an_application, result, verdict, verdicts

# --- C1.4 area --------------------------------------------------------------------------------------


@pytest.mark.article("附件一")
@pytest.mark.parametrize(
    ("area", "expected"), [("99.9999", "pass"), ("100.0000", "pass"), ("100.0001", "fail"), (100, "pass")]
)
def test_an_area_of_100_square_kilometres_passes_and_not_a_hair_more(area: object, expected: str) -> None:
    assert verdict("C1.4", area_km2=area) == expected


def test_an_area_that_a_float_would_round_to_100_fails() -> None:
    assert verdict("C1.4", area_km2="100.00000000000000001") == "fail"


def test_the_margin_of_an_area_is_positive_when_it_passes() -> None:
    assert result("C1.4", area_km2="99.9999").finding.margin == "0.0001"
    assert result("C1.4", area_km2="100.0001").finding.margin == "-0.0001"
    assert "超出 0.0001 平方公里" in result("C1.4", area_km2="100.0001").explanation


# --- C1.5 enterprises -------------------------------------------------------------------------------


@pytest.mark.article("附件一")
@pytest.mark.parametrize(("count", "expected"), [(19, "fail"), (20, "pass"), (21, "pass")])
def test_twenty_enterprises_are_required(count: int, expected: str) -> None:
    assert verdict("C1.5", enterprises=count) == expected


def test_an_enterprise_outside_the_boundary_does_not_count() -> None:
    assert verdict("C1.5", enterprises=20, roster={7: {"in_boundary": False}}) == "fail"


def test_an_enterprise_registered_elsewhere_counts_with_a_warning() -> None:
    """A-04: it works inside the boundary."""
    answer = verdicts(enterprises=20, roster={7: {"region_code": "621121"}})
    assert answer["C1.5"].verdict == "pass"
    assert "enterprises.7.region_code" in [warning.path for warning in answer.warnings]


@pytest.mark.parametrize(
    ("member_to", "expected"), [("2024-05-19", "fail"), ("2024-05-20", "pass"), ("2024-05-21", "pass")]
)
def test_an_enterprise_counts_until_the_day_it_left(member_to: str, expected: str) -> None:
    assert verdict("C1.5", enterprises=20, roster={7: {"member_to": member_to}}) == expected


@pytest.mark.parametrize(("member_from", "expected"), [("2024-05-20", "pass"), ("2024-05-21", "fail")])
def test_an_enterprise_counts_from_the_day_it_joined(member_from: str, expected: str) -> None:
    assert verdict("C1.5", enterprises=20, roster={7: {"member_from": member_from}}) == expected


# --- C1.6 output of each year -----------------------------------------------------------------------


@pytest.mark.article("附件一")
@pytest.mark.parametrize("year", [1, 2, 3])
@pytest.mark.parametrize(
    ("lowest", "expected"), [("199999.99", "fail"), ("200000.00", "pass"), ("200000.01", "pass")]
)
def test_each_of_three_years_needs_two_billion(year: int, lowest: str, expected: str) -> None:
    """均 = each: a high mean does not help."""
    output = ["200000.00", "900000.00", "900000.00", "900000.00"]
    output[year] = lowest
    assert verdict("C1.6", total_output=output, sme_output=["0"] * 4, leading_output=["0"] * 4) == expected


def test_the_base_year_need_not_reach_two_billion() -> None:
    output = ["199999.99", "200000", "200000", "200000"]
    assert verdict("C1.6", total_output=output, sme_output=["1"] * 4, leading_output=["1"] * 4) == "pass"


# --- C1.7 and C1.8 shares ---------------------------------------------------------------------------


@pytest.mark.article("附件一")
@pytest.mark.parametrize(
    ("sme", "expected"), [("202299.99", "fail"), ("202300.00", "pass"), ("202300.01", "pass")]
)
def test_a_share_of_small_enterprises_of_exactly_70_percent_passes(sme: str, expected: str) -> None:
    assert verdict("C1.7", sme_output=sme) == expected


@pytest.mark.article("附件一")
@pytest.mark.parametrize("leading", ["202300.00", "202299.99"])
def test_leading_share_of_exactly_70_percent_fails(leading: str) -> None:
    assert verdict("C1.8", leading_output=leading) == "fail"


def test_leading_share_one_fen_above_70_percent_passes() -> None:
    found = result("C1.8", leading_output="202300.01")
    assert found.verdict == "pass"
    assert found.finding.value == "70.0000"
    assert Decimal(found.finding.margin or 0) > 0


def test_a_share_at_the_boundary_says_so() -> None:
    explanation = result("C1.8", leading_output="202300").explanation
    assert explanation.startswith("主导产业占比 70.0000%，要求高于 70%，恰在界限上，不符合。")


def test_earlier_shares_are_shown() -> None:
    assert result("C1.8").explanation.endswith("此前：2021 年 76.1904%、2022 年 77.2549%。")


def test_a_failing_share_says_by_how_much() -> None:
    assert "差 10.0000 个百分点" in result("C1.8", leading_output="173400").explanation


@pytest.mark.parametrize("criterion", ["C1.7", "C1.8"])
def test_a_share_of_no_output_cannot_be_computed(criterion: str) -> None:
    answer = verdicts(total_output="0", sme_output="0", leading_output="0")
    assert answer[criterion].verdict == "not_computable"
    assert "2023 年的分母为 0" in answer[criterion].explanation
    assert not answer.passed


def test_only_the_latest_share_decides_and_an_earlier_failure_warns() -> None:
    """A-07."""
    answer = verdicts(leading_output=["160000", "161700", "197000", "226000"])
    assert answer["C1.8"].verdict == "pass"
    assert [w.path for w in answer.warnings] == ["indicators.1.leading_output"]


# --- C1.9 and C4.1 growth, strictly above -----------------------------------------------------------


def growth_of_output(last: str, base: str = "200000") -> str:
    years = [base, "200000", "200000", last]
    return verdict("C1.9", total_output=years, sme_output=["0"] * 4, leading_output=["0"] * 4)


@pytest.mark.article("附件一")
@pytest.mark.parametrize(
    ("last", "expected"), [("245008.59", "fail"), ("245008.60", "fail"), ("245008.61", "pass")]
)
def test_output_growth_of_exactly_7_percent_fails(last: str, expected: str) -> None:
    """A float makes 0.07000000000000006 of the exact case."""
    assert growth_of_output(last) == expected


def test_growth_uses_three_intervals() -> None:
    """Case 1 of 2.9: two intervals would fail."""
    answer = verdicts(
        total_output=["190000", "230000", "240000", "255000"],
        sme_output=["190000"] * 4,
        leading_output=["190000"] * 4,
    )
    assert answer["C1.9"].verdict == "pass"
    assert any("少取一年为基期" in w.message for w in answer.warnings)


def test_growth_is_not_the_mean_of_yearly_rates() -> None:
    """Case 2 of 2.9: the arithmetic mean would pass wrongly."""
    answer = verdicts(
        total_output=["200000", "260000", "205000", "244000"],
        sme_output=["200000"] * 4,
        leading_output=["200000"] * 4,
    )
    assert answer["C1.9"].verdict == "fail"
    assert answer["C1.9"].finding.value == "6.8529"
    assert any("各年增速平均" in w.message for w in answer.warnings)


@pytest.mark.parametrize(
    ("output", "two_intervals", "mean"),
    [
        (["190000", "230000", "240000", "255000"], "5.2946", "10.5501"),
        (["200000", "260000", "205000", "244000"], "-3.1257", "9.2901"),
    ],
)
def test_the_readings_that_are_not_used_are_shown(output: list[str], two_intervals: str, mean: str) -> None:
    figures = {"total_output": output, "sme_output": ["1"] * 4, "leading_output": ["1"] * 4}
    explanation = result("C1.9", **figures).explanation
    assert explanation.endswith(f"对照：少取一年为基期 {two_intervals}%，各年增速平均 {mean}%。")


def test_the_base_of_growth_is_a_choice_of_the_standard() -> None:
    """With two intervals case 1 of 2.9 fails, and there is one reading less to compare."""
    shorter = Standard.from_toml(the_standard_text().replace("growth_base = 4", "growth_base = 3"))
    shortest = Standard.from_toml(the_standard_text().replace("growth_base = 4", "growth_base = 2"))
    output = ["190000", "230000", "240000", "255000"]
    figures = {"total_output": output, "sme_output": ["1"] * 4, "leading_output": ["1"] * 4}
    found = verdicts(standard=shorter, **figures)["C1.9"]
    assert (found.verdict, found.finding.value) == ("fail", "5.2946")
    assert "少取一年为基期 6.2500%" in found.explanation
    assert "少取一年" not in verdicts(standard=shortest, **figures)["C1.9"].explanation


@pytest.mark.parametrize(
    ("criterion", "figure"),
    [("C4.1", "rd_spend_sme"), ("C4.5", "invention_patents")],
)
def test_growth_from_a_base_of_zero_cannot_be_computed(criterion: str, figure: str) -> None:
    """D-07, A-08: never an automatic pass; the city decides with a reason."""
    answer = verdicts(**{figure: [0, 10, 20, 30]})
    assert answer[criterion].verdict == "not_computable"
    assert answer[criterion].finding.margin is None
    assert not answer.passed


def test_growth_of_output_from_zero_cannot_be_computed() -> None:
    assert growth_of_output("300000", base="0") == "not_computable"


@pytest.mark.article("附件四")
@pytest.mark.parametrize(
    ("last", "expected"), [("12597.11", "fail"), ("12597.12", "fail"), ("12597.13", "pass")]
)
def test_research_growth_of_exactly_8_percent_fails(last: str, expected: str) -> None:
    assert verdict("C4.1", rd_spend_sme=["10000", "11000", "12000", last]) == expected


# --- C4.5 and C4.6 patents --------------------------------------------------------------------------


@pytest.mark.article("附件四")
@pytest.mark.parametrize(
    ("base", "last", "expected"),
    [
        (1000, 1330, "fail"),
        (1000, 1331, "pass"),
        (1000, 1332, "pass"),
        (100, 133, "fail"),
        (100, 134, "pass"),
    ],
)
def test_patent_growth_of_exactly_10_percent_passes(base: int, last: int, expected: str) -> None:
    assert verdict("C4.5", invention_patents=[base, base, base, last]) == expected


@pytest.mark.article("附件四")
@pytest.mark.parametrize(
    ("patents", "employees", "expected"),
    [
        (10, 10_000, "pass"),
        (10, 10_001, "fail"),
        (9, 9_000, "pass"),
        (9, 9_001, "fail"),
        (999, 10**6, "fail"),
    ],
)
def test_ten_patents_per_ten_thousand_employees_pass(patents: int, employees: int, expected: str) -> None:
    assert verdict("C4.6", invention_patents=patents, employees=employees) == expected


def test_patents_per_nobody_cannot_be_computed() -> None:
    found = result("C4.6", employees=0)
    assert found.verdict == "not_computable"
    assert "2023 年的人数" in found.explanation


def test_the_patent_denominator_is_a_choice_of_the_standard() -> None:
    """D-09: with the population of the county the same cluster fails."""
    source = the_standard_text().replace('"employees" #', '"resident_population" #')
    changed = Standard.from_toml(source)
    assert verdicts(standard=changed)["C4.6"].finding.value == "0.3782"
    assert verdicts(standard=changed, invention_patents=423)["C4.6"].verdict == "pass"
    assert verdicts(standard=changed, invention_patents=422)["C4.6"].verdict == "fail"


def test_the_other_denominator_is_shown_beside() -> None:
    assert "按县域常住人口计 0.3782" in result("C4.6").explanation


# --- C5.2 industrial internet -----------------------------------------------------------------------


@pytest.mark.article("附件五")
@pytest.mark.parametrize(
    ("users", "enterprises", "expected"), [(2, 19, "pass"), (2, 20, "pass"), (2, 21, "fail"), (0, 20, "fail")]
)
def test_ten_percent_of_enterprises_on_a_platform_pass(users: int, enterprises: int, expected: str) -> None:
    assert verdict("C5.2", ind_internet_users=users, enterprise_count=enterprises) == expected


def test_a_rate_of_no_enterprises_cannot_be_computed() -> None:
    assert verdict("C5.2", enterprise_count=0, ind_internet_users=0) == "not_computable"


# --- the rest ---------------------------------------------------------------------------------------


def test_thresholds_come_from_the_standard_and_not_from_the_code() -> None:
    lower = the_standard_text().replace('threshold = "20"', 'threshold = "25"')
    assert verdicts(standard=Standard.from_toml(lower))["C1.5"].verdict == "fail"


def test_figures_are_read_from_the_four_years_before_the_reference_date() -> None:
    application = an_application()
    assert application.before(4).year == 2020
    assert application.before(1).figure("total_output") == Fraction(289_000)


def the_standard_text() -> str:
    return SEED.read_text(encoding="utf-8")
