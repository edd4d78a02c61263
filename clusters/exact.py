"""Exact numbers as decimal text, and roots without floats (D-01, D18). Knows no criterion.

Verdicts compare fractions; what stands here is for people to read. Text is cut off towards zero, never
rounded, so that 69.99999 % is not shown as 70. A margin that would be cut to zero keeps digits up to
the first that matters: it must not look like none.
"""

from collections.abc import Callable
from fractions import Fraction

PLACES = 4
DEEPEST = 80  # beyond any difference that inputs of 18 + 18 digits can make


def cut(number: Fraction, places: int = PLACES) -> str:
    """The number with `places` decimals, cut off towards zero."""
    return _text(_scaled(number, places), places)


def margin_text(number: Fraction) -> str:
    """Like `cut`, but a number other than zero never reads as zero."""
    return _until_seen(lambda places: _scaled(number, places))


def plain(number: Fraction) -> str:
    """A finite decimal in full."""
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
        if places > DEEPEST:
            return cut(number, DEEPEST)
    return _text(int(number * 10**places), places)


def grouped(text: str) -> str:
    """Decimal text with thousands separators, digit for digit: 231,000.50."""
    whole, dot, places = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{dot}{places}"


def growth_text(ratio: Fraction, years: int) -> str:
    """The yearly rate in percent that makes `ratio` over `years` years, cut off (水平法, 2.9)."""
    return _text(_scaled_growth(ratio, years, Fraction(0), PLACES), PLACES)


def growth_margin_text(ratio: Fraction, years: int, threshold: Fraction) -> str:
    """By how many percentage points that rate exceeds the threshold."""
    return _until_seen(lambda places: _scaled_growth(ratio, years, threshold, places))


def _scaled(number: Fraction, places: int) -> int:
    return int(number * 10**places)  # int() cuts towards zero


def _scaled_growth(ratio: Fraction, years: int, threshold: Fraction, places: int) -> int:
    """(ratio^(1/years) - 1) * 100 - threshold in units of the last place, cut off towards zero."""
    scale = 100 * 10**places
    start = (1 + threshold / 100) * scale
    radicand = ratio * scale**years
    root = _whole_root(radicand.numerator // radicand.denominator, years)
    is_exact = Fraction(root) ** years == radicand
    below = root - start  # the true value lies in [below, below + 1)
    if below >= 0 or is_exact:
        return int(below)
    return min(int(below + 1), 0)


def _whole_root(number: int, degree: int) -> int:
    """The largest integer whose power does not exceed `number`."""
    low, high = 0, 1 << (number.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**degree <= number:
            low = middle
        else:
            high = middle - 1
    return low


def _until_seen(scaled: Callable[[int], int]) -> str:
    for places in (PLACES, *range(PLACES + 1, DEEPEST)):
        if number := scaled(places):
            return _text(number, places)
    return _text(0, PLACES)


def _text(scaled: int, places: int) -> str:
    sign = "-" if scaled < 0 else ""
    digits = str(abs(scaled)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits
