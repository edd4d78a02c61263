"""Properties of the whole check: exactness against integer arithmetic, monotony, and its promises."""

import copy
import random
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.annex.application import Application, ImpossibleInput
from clusters.annex.criteria import check
from clusters.annex.verdicts import Verdicts
from tests.builders import a_document, an_application, an_incident, the_standard, verdict, verdicts

FEN = 100
CODES = {"pass", "fail", "needs_judgment", "not_applicable", "not_computable"}
amounts = st.integers(1, 10**12)  # in fen


def yuan(fen: int) -> str:
    return f"{fen // FEN}.{fen % FEN:02}"


def near(value: int) -> st.SearchStrategy[int]:
    """A fen around the interesting value, or anything."""
    return st.one_of(st.integers(max(value - 2, 0), value + 2), st.integers(0, 3 * value + 1))


@given(st.data())
def test_growth_agrees_with_integer_arithmetic(data: st.DataObject) -> None:
    base = data.draw(amounts)
    last = data.draw(near(base * 108**3 // 100**3))
    expected = "pass" if last * 100**3 > base * 108**3 else "fail"
    found = verdict("C4.1", rd_spend_sme=[yuan(base), yuan(base), yuan(base), yuan(last)])
    assert found == expected


@given(st.data())
def test_a_share_agrees_with_integer_arithmetic(data: st.DataObject) -> None:
    total = data.draw(amounts)
    leading = min(data.draw(near(total * 7 // 10)), total)
    expected = "pass" if leading * 10 > total * 7 else "fail"
    figures = {"total_output": yuan(total), "sme_output": "0", "leading_output": yuan(leading)}
    assert verdict("C1.8", **figures) == expected


@given(st.integers(0, 10**6), st.integers(1, 10**8))
def test_patents_per_ten_thousand_agree_with_integer_arithmetic(patents: int, employees: int) -> None:
    expected = "pass" if patents * 10_000 >= 10 * employees else "fail"
    assert verdict("C4.6", invention_patents=patents, employees=employees) == expected


@given(st.integers(0, 289_000), st.integers(0, 289_000))
def test_more_leading_output_never_turns_a_pass_into_a_failure(one: int, other: int) -> None:
    less, more = sorted((one, other))
    before, after = (verdict("C1.8", leading_output=str(amount)) for amount in (less, more))
    assert (before, after) != ("pass", "fail")


@given(st.decimals(0, 300, places=4), st.decimals(0, 300, places=4))
def test_a_smaller_area_never_turns_a_pass_into_a_failure(one: Decimal, other: Decimal) -> None:
    smaller, larger = sorted((one, other))
    before, after = (verdict("C1.4", area_km2=str(area)) for area in (larger, smaller))
    assert (before, after) != ("pass", "fail")


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(shuffle: random.Random) -> None:
    document = a_document(
        incidents=[an_incident(), an_incident(date="2021-03-01"), an_incident(severity="一般")]
    )
    expected = [(r.id, r.verdict, r.finding.value) for r in checked(document).results]
    for table in ("indicators", "enterprises", "incidents", "plan_targets", "plan_measures"):
        shuffle.shuffle(document[table])
    assert [(r.id, r.verdict, r.finding.value) for r in checked(document).results] == expected


@given(
    st.lists(amounts, min_size=4, max_size=4),
    st.integers(0, 40),
    st.integers(0, 24),
    st.decimals(0, 200, places=4),
)
def test_the_margin_tells_the_same_as_the_verdict(
    outputs: list[int], users: int, enterprises: int, area: Decimal
) -> None:
    answer = verdicts(
        total_output=[yuan(fen) for fen in outputs],
        sme_output=[yuan(fen * 7 // 10) for fen in outputs],
        leading_output=[yuan(fen * 7 // 10 + 1) for fen in outputs],
        ind_internet_users=users,
        enterprises=enterprises,
        area_km2=str(area),
    )
    for result in answer.results:
        margin = result.finding.margin
        if margin is None or result.verdict == "needs_judgment":
            continue
        sign = Fraction(margin)
        assert sign >= 0 if result.verdict == "pass" else sign <= 0, result
        if sign == 0:
            assert (result.verdict == "pass") is (result.operator in ("ge", "le")), result


def test_a_result_carries_all_that_outside_checks_read() -> None:
    answer = verdicts().to_json()
    assert list(answer) == ["standard", "reference_date", "passed", "results", "warnings"]
    keys = "id article kind verdict value threshold operator unit margin explanation"
    for result in answer["results"]:  # type: ignore[attr-defined]
        assert list(result) == keys.split()
        assert result["verdict"] in CODES
        assert result["kind"] in ("hard", "judged")
        assert result["operator"] in ("ge", "gt", "le", "lt", None)
        assert result["explanation"]
        for number in ("value", "threshold", "margin"):
            assert result[number] is None or Fraction(result[number]) is not None


def test_the_sample_passes() -> None:
    answer = verdicts()
    assert answer.passed
    assert answer.blocking == ()
    assert answer["C1.8"].finding.value == "78.2006"
    assert answer["C1.9"].finding.value == "10.8801"


@pytest.mark.parametrize(
    "changes", [{"area_km2": "101"}, {"employees": 0}, {"operator_name": ""}, {"incidents": [an_incident()]}]
)
def test_one_hard_failure_is_enough(changes: dict[str, Any]) -> None:
    answer = verdicts(**changes)
    assert not answer.passed
    assert len(answer.blocking) == 1


def test_checking_changes_nothing() -> None:
    application = an_application()
    first = check(application, the_standard(), application.reference_date)
    assert check(application, the_standard(), application.reference_date) == first


# --- whatever is in a file --------------------------------------------------------------------------

NONSENSE: list[Any] = [
    None, True, False, "", "x", "NaN", "-1", "0", "2024-02-30", "0001-01-01", "9999-12-31", "\ud800",
    Decimal(0), Decimal(-1), Decimal("0.5"), Decimal(10**17), Decimal("NaN"), Decimal("1e400"),
    [], [[]], {}, {"a": {}},
]  # fmt: skip


def damage(document: Any, dice: random.Random) -> None:
    """Replace, remove or repeat something anywhere in the document."""
    place = document
    while True:
        key = dice.choice(list(place)) if isinstance(place, dict) else dice.randrange(len(place))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or dice.random() < 0.1:
            break
        place = inner
    match dice.choice(["replace", "remove", "repeat"]):
        case "repeat" if isinstance(place, list):
            place.append(copy.deepcopy(place[key]))
        case "remove":
            del place[key]
        case _:
            place[key] = copy.deepcopy(dice.choice(NONSENSE))


@pytest.mark.fuzz
@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_whatever_is_in_a_document_it_is_checked_or_refused(dice: random.Random, times: int) -> None:
    document = a_document(incidents=[an_incident()])
    for _ in range(times):
        damage(document, dice)
    try:
        said: Sequence[object] = checked(document).results
    except ImpossibleInput as refused:
        said = [problem.message for problem in refused.problems]
    assert said
    assert all(said)


def checked(document: Any) -> Verdicts:
    application = Application.from_json(document)
    return check(application, the_standard(), application.reference_date)
