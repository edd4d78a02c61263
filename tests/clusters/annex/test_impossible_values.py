"""Values that cannot be: of a wrong type, not finite, negative, beyond all measure."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import Document, a_document, an_application, an_incident, places, problems, with_value


def leaves(value: object, *path: Any) -> Iterator[tuple[tuple[Any, ...], object]]:
    """Every field of the sample, of the first row in each table."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, *path, key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield from leaves(value[0], *path, 0)
    else:
        yield path, value


LEAVES = list(leaves(a_document(incidents=[an_incident()])))
NUMBERS = [path for path, value in LEAVES if isinstance(value, Decimal)]
MAY_BE_NEGATIVE = ["baseline_value", "target_y1", "target_y2", "target_y3"]  # a plan may start from a loss
AMOUNTS = ["total_output", "sme_output", "rd_spend_sme", "co2_emission", "export_value"]


def dotted(path: tuple[Any, ...]) -> str:
    return ".".join(str(step) for step in path)


@pytest.mark.parametrize("path", [path for path, _ in LEAVES], ids=dotted)
@pytest.mark.parametrize("wrong", [{"a": 1}, [[]]], ids=str)
def test_no_field_takes_an_object_or_a_list_of_lists(path: tuple[Any, ...], wrong: object) -> None:
    assert str(places(with_value(path, wrong))[0][0]).startswith(dotted(path))


@pytest.mark.parametrize("path", [path for path, _ in LEAVES], ids=dotted)
def test_a_truth_value_is_neither_number_nor_text(path: tuple[Any, ...]) -> None:
    value = dict(LEAVES)[path]
    if isinstance(value, bool):
        assert places(with_value(path, "true"))[0][0] == dotted(path)
        assert places(with_value(path, Decimal(1)))[0][0] == dotted(path)
    else:
        assert places(with_value(path, True))[0][0] == dotted(path)


@pytest.mark.parametrize("path", NUMBERS, ids=dotted)
@pytest.mark.parametrize("wrong", ["二十", "", "1,000", "1_000", "0x10", "12a", ".", "1e", "5 000"])
def test_words_are_no_numbers(path: tuple[Any, ...], wrong: str) -> None:
    assert places(with_value(path, wrong))[0][0] == dotted(path)


@pytest.mark.parametrize("path", NUMBERS, ids=dotted)
def test_a_count_has_no_fraction(path: tuple[Any, ...]) -> None:
    assert places(with_value(path, Decimal("20.5")))[0][0] == dotted(path)


def test_a_binary_float_is_refused() -> None:
    """Whoever reads the JSON keeps decimals exact (D16)."""
    assert places(a_document(area_km2=86.5)) == [("application.area_km2", None)]


@pytest.mark.parametrize(
    "day", ["2024-02-30", "20240520", "2024-W21-1", "2024-5-20", "昨天", "2024-05-20T00:00"]
)
def test_a_date_is_written_with_year_month_and_day(day: str) -> None:
    assert ("reference_date", None) in places(a_document(reference_date=day))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"roster": {4: {"champion_level": "galactic"}}}, ("enterprises.4.champion_level", 5)),
        ({"roster": {4: {"zjtx_level": "None"}}}, ("enterprises.4.zjtx_level", 5)),
        ({"incidents": [an_incident(category="环境")]}, ("incidents.0.category", 1)),
        ({"incidents": [an_incident(severity="轻微")]}, ("incidents.0.severity", 1)),
        ({"years": {2021: {"price_basis": "现价"}}}, ("indicators.1.price_basis", 2)),
    ],
)
def test_a_code_comes_from_its_list(changes: Document, place: tuple[str, int]) -> None:
    assert places(a_document(**changes)) == [place]


# --- not finite, too large, negative ---


@pytest.mark.parametrize("figure", AMOUNTS)
@pytest.mark.parametrize(
    "wrong",
    [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity"), "NaN", "inf", "-Infinity", "+inf", "nan"],
    ids=str,
)
def test_what_is_not_finite_is_refused(figure: str, wrong: object) -> None:
    found = problems(a_document(years={2022: {figure: wrong}}))
    assert [(p.path, p.row, p.message) for p in found] == [(f"indicators.2.{figure}", 3, "不是有限的数")]


@pytest.mark.parametrize(
    "wrong",
    [Decimal("1e999999"), Decimal("1e-999999"), "1" * 5000, 10**40],
    ids=["1e999999", "1e-999999", "ones", "int"],
)
def test_a_number_beyond_all_measure_is_refused_at_once(wrong: object) -> None:
    assert places(a_document(area_km2=wrong)) == [("application.area_km2", None)]


@pytest.mark.parametrize("path", [path for path in NUMBERS if path[-1] not in MAY_BE_NEGATIVE], ids=dotted)
def test_a_negative_number_is_refused(path: tuple[Any, ...]) -> None:
    assert places(with_value(path, Decimal(-1)))[0][0] == dotted(path)


@pytest.mark.parametrize("figure", AMOUNTS)
def test_a_negative_amount_is_refused(figure: str) -> None:
    assert places(a_document(years={2022: {figure: "-0.01"}})) == [(f"indicators.2.{figure}", 3)]


def test_profit_may_be_negative() -> None:
    assert an_application(profit="-300.00").before(1).figure("profit") == -300


def test_a_target_may_start_from_a_loss() -> None:
    rows = a_document()["plan_targets"]
    rows[0].update(baseline_value="-200", target_y1="-100", target_y2="0", target_y3="50")
    assert an_application(plan_targets=rows).plan_targets[0].baseline_value == -200


@pytest.mark.parametrize("day", ["0001-01-01", "0003-06-01", "1949-09-30"])
def test_a_reference_date_before_there_were_statistics_is_refused(day: str) -> None:
    assert places(a_document(reference_date=day))[0] == ("reference_date", None)


def test_a_reference_date_at_the_end_of_time_only_lacks_its_years() -> None:
    assert {path for path, _ in places(a_document(reference_date="9999-12-31"))} == {"indicators"}
