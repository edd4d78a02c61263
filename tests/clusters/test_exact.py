"""Text of exact numbers: cut off towards zero, a margin never hidden."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.exact import cut, growth_margin_text, growth_text, margin_text, plain

fractions = st.fractions(min_value=-1000, max_value=1000, max_denominator=10**9)


def test_a_share_is_cut_off_and_not_rounded() -> None:
    assert cut(Fraction("69.99999")) == "69.9999"


def test_a_negative_number_is_cut_off_towards_zero() -> None:
    assert cut(Fraction(-2, 3)) == "-0.6666"


def test_zero_has_no_sign() -> None:
    assert cut(Fraction(-1, 10**6)) == "0.0000"
    assert margin_text(Fraction(0)) == "0.0000"


@pytest.mark.parametrize("sign", [1, -1])
def test_a_margin_too_small_for_four_places_keeps_its_first_digit(sign: int) -> None:
    assert margin_text(Fraction(sign * 37, 10**9)) == ("" if sign > 0 else "-") + "0.00000003"


@given(fractions)
def test_a_margin_has_the_sign_of_the_number(number: Fraction) -> None:
    shown = Fraction(margin_text(number))
    assert (shown > 0, shown < 0) == (number > 0, number < 0)


@given(fractions)
def test_cut_text_lies_between_zero_and_the_number(number: Fraction) -> None:
    shown = Fraction(cut(number))
    assert 0 <= shown * (1 if number >= 0 else -1) <= abs(number)
    assert abs(number - shown) < Fraction(1, 10**4)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=6))
def test_a_finite_decimal_is_shown_in_full(number: object) -> None:
    assert Fraction(plain(Fraction(str(number)))) == Fraction(str(number))


@pytest.mark.parametrize(
    ("series", "three", "two"),
    [((190_000, 230_000, 255_000), "10.3050", "5.2946"), ((200_000, 260_000, 244_000), "6.8529", "-3.1257")],
)
def test_growth_of_the_worked_examples(series: tuple[int, int, int], three: str, two: str) -> None:
    base, middle, last = series
    assert growth_text(Fraction(last, base), 3) == three
    assert growth_text(Fraction(last, middle), 2) == two


def test_growth_of_exactly_seven_percent_shows_seven_and_no_margin() -> None:
    ratio = Fraction("245008.60") / 200_000
    assert growth_text(ratio, 3) == "7.0000"
    assert growth_margin_text(ratio, 3, Fraction(7)) == "0.0000"


@pytest.mark.parametrize(("last", "sign"), [("245008.61", 1), ("245008.59", -1)])
def test_one_fen_beside_seven_percent_shows_a_margin(last: str, sign: int) -> None:
    margin = Fraction(growth_margin_text(Fraction(last) / 200_000, 3, Fraction(7)))
    assert margin * sign > 0


@given(
    st.fractions(min_value=0, max_value=100, max_denominator=10**12),
    st.integers(1, 4),
    st.integers(0, 20),
)
def test_growth_text_brackets_the_true_rate(ratio: Fraction, years: int, threshold: int) -> None:
    """The shown rate and the next one outwards lie on both sides of the true one, tested by powers."""
    shown = Fraction(growth_margin_text(ratio, years, Fraction(threshold)))
    needed = (1 + Fraction(threshold, 100)) ** years
    assert (shown > 0, shown < 0) == (ratio > needed, ratio < needed)
    rate = Fraction(growth_text(ratio, years))
    step = Fraction(1, 10**4)
    nearer, farther = (rate, rate + step) if ratio >= 1 else (rate, rate - step)
    low, high = sorted((nearer, farther))
    assert max(1 + low / 100, Fraction(0)) ** years <= ratio <= (1 + high / 100) ** years
