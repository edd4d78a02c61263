"""附件五 software and 附件六: courses over three years, and benchmarks of energy and water."""

import pytest

from tests.builders import Document, result, verdict, verdicts

OUTPUT = ["200000", "200000", "200000", "200000"]


def carbon(*tonnes: str, output: list[str] = OUTPUT) -> str:
    figures = {"sme_output": ["0"] * 4, "leading_output": ["0"] * 4, "total_output": output}
    return verdict("C6.2", co2_emission=["0", *tonnes], **figures)


@pytest.mark.article("附件六")
@pytest.mark.parametrize(
    ("tonnes", "expected"),
    [
        (("240000", "220000", "200000"), "pass"),
        (("240000", "240000", "200000"), "fail"),
        (("240000", "220000", "220000"), "fail"),
        (("240000", "220000", "219999.99"), "pass"),
        (("240000", "240000.01", "200000"), "fail"),
        (("0", "0", "0"), "fail"),
    ],
)
def test_carbon_intensity_falls_every_year(tonnes: tuple[str, ...], expected: str) -> None:
    assert carbon(*tonnes) == expected


def test_intensity_falls_although_emissions_rise() -> None:
    assert carbon("100", "110", "120", output=["1", "1000", "1101", "1202"]) == "pass"


def test_equal_intensities_with_different_outputs_are_not_a_fall() -> None:
    """1/3, 2/6: a division would have to round."""
    assert carbon("1000", "2000", "1", output=["1", "3000", "6000", "6000"]) == "fail"


@pytest.mark.parametrize("year", [1, 2, 3])
def test_intensity_without_output_cannot_be_computed(year: int) -> None:
    output = [*OUTPUT]
    output[year] = "0"
    assert carbon("3", "2", "1", output=output) == "not_computable"


def test_the_base_year_is_not_part_of_the_fall() -> None:
    assert verdict("C6.2", co2_emission=["0", "87780", "91800", "98260"]) == "pass"


def test_the_course_of_the_intensity_is_shown_with_six_places() -> None:
    found = result("C6.2")
    assert "2021 年 0.380000、2022 年 0.360000、2023 年 0.340000 吨/万元，逐年下降，符合" in found.explanation
    assert found.finding.value == "0.340000"


# --- C5.3 -------------------------------------------------------------------------------------------


@pytest.mark.article("附件五")
@pytest.mark.parametrize(
    ("users", "expected"),
    [
        ((5, 6, 7), "pass"),
        ((5, 5, 6), "pass"),
        ((5, 6, 6), "pass"),
        ((5, 5, 5), "needs_judgment"),
        ((5, 4, 6), "needs_judgment"),
        ((7, 6, 5), "needs_judgment"),
    ],
)
def test_software_use_that_does_not_rise_steadily_is_for_a_person(
    users: tuple[int, ...], expected: str
) -> None:
    """A-06: 稳步提升 is not a number."""
    assert verdict("C5.3", ind_software_users=[1, *users], enterprise_count=[20, 20, 20, 20]) == expected


def test_more_users_at_a_falling_rate_are_for_a_person() -> None:
    assert verdict("C5.3", ind_software_users=[1, 10, 11, 12], enterprise_count=[20, 20, 22, 30]) == (
        "needs_judgment"
    )


def test_a_software_rate_of_no_enterprises_is_for_a_person() -> None:
    assert verdict("C5.3", enterprise_count=[21, 0, 23, 24], ind_software_users=[0, 0, 11, 12]) == (
        "needs_judgment"
    )


def test_the_course_of_the_software_rate_is_shown_in_percent() -> None:
    found = result("C5.3")
    assert "2021 年 45.4545%、2022 年 47.8260%、2023 年 50.0000%" in found.explanation
    assert (found.finding.value, found.operator, found.finding.threshold) == ("50.0000", None, None)
    gap = result("C5.3", enterprise_count=[21, 0, 23, 24], ind_software_users=[0, 0, 11, 12])
    assert "2021 年 无法计算、2022 年 47.8260%" in gap.explanation


# --- C6.3 and C6.4 ----------------------------------------------------------------------------------

KINDS = [
    ("C6.3", "is_energy_intensive", "energy_benchmarks", "unit_consumption"),
    ("C6.4", "is_water_intensive", "water_benchmarks", "unit_water"),
]


def benchmark(field: str, consumption: object, against: object = "1.00", product: str = "饮片") -> Document:
    return {
        "product": product,
        field: consumption,
        "unit": "千克标准煤/吨",
        "benchmark_value": against,
        "standard_ref": "示例标准",
        "year": 2023,
    }


@pytest.mark.article("附件六")
@pytest.mark.parametrize(("criterion", "flag", "table", "field"), KINDS)
@pytest.mark.parametrize(
    ("consumption", "expected"), [("0.99", "pass"), ("1.00", "fail"), ("1.01", "fail"), ("0.9999999", "pass")]
)
def test_consumption_stays_below_the_benchmark(
    criterion: str, flag: str, table: str, field: str, consumption: str, expected: str
) -> None:
    assert verdict(criterion, **{flag: True, table: [benchmark(field, consumption)]}) == expected


@pytest.mark.parametrize(("criterion", "flag", "table", "field"), KINDS)
def test_every_product_stays_below_its_benchmark(criterion: str, flag: str, table: str, field: str) -> None:
    rows = [benchmark(field, "50", "100"), benchmark(field, "2.01", "2", "浸膏"), benchmark(field, "0.1")]
    found = result(criterion, **{flag: True, table: rows})
    assert found.verdict == "fail"
    assert (found.finding.value, found.finding.threshold, found.finding.margin) == ("2.01", "2", "-0.01")
    assert found.explanation.startswith("3 种产品中最不利的“浸膏”单耗")
    alone = result(criterion, **{flag: True, table: rows[1:2]})
    assert alone.explanation.startswith("“浸膏”单耗")


@pytest.mark.parametrize(("criterion", "flag", "table", "field"), KINDS)
def test_an_industry_of_another_kind_is_not_bound(criterion: str, flag: str, table: str, field: str) -> None:
    answer = verdicts(**{flag: False, table: [benchmark(field, "9")]})
    assert answer[criterion].verdict == "not_applicable"
    assert answer.passed


@pytest.mark.parametrize(("criterion", "flag", "table", "field"), KINDS)
def test_no_product_at_all_is_not_a_pass(criterion: str, flag: str, table: str, field: str) -> None:
    answer = verdicts(**{flag: True, table: []})
    assert answer[criterion].verdict == "not_computable"
    assert not answer.passed


@pytest.mark.parametrize(("criterion", "flag", "table", "field"), KINDS)
def test_a_benchmark_of_zero_cannot_be_met(criterion: str, flag: str, table: str, field: str) -> None:
    rows = [benchmark(field, "0", "0"), benchmark(field, "0.5", "1")]
    assert verdict(criterion, **{flag: True, table: rows}) == "fail"
