"""The seed standard says what the regulation says, and a faulty one is refused in words."""

import dataclasses
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from clusters.annex.criteria import MEASURES, check, faults
from clusters.annex.enterprises import SizeClass
from clusters.annex.standard import Operator, Period, Standard, StandardInvalid
from tests.builders import SEED, a_document, an_application, the_standard

ANNEX = {
    "C0": "附件序言",
    **{f"C1.{n}": "附件一" for n in range(1, 10)},
    "C2": "附件二",
    **{f"C3.{n}": "附件三" for n in range(1, 4)},
    **{f"C4.{n}": "附件四" for n in range(1, 7)},
    **{f"C5.{n}": "附件五" for n in range(1, 5)},
    **{f"C6.{n}": "附件六" for n in range(1, 5)},
    "C7": "附件七",
    **{f"C8.{n}": "附件八" for n in range(1, 5)},
}
OPERATORS = {
    "C0": ("le", "0"),
    "C1.4": ("le", "100"),
    "C1.5": ("ge", "20"),
    "C1.6": ("ge", "200000"),
    "C1.7": ("ge", "70"),
    "C1.8": ("gt", "70"),
    "C1.9": ("gt", "7"),
    "C2": ("ge", "1"),
    "C4.1": ("gt", "8"),
    "C4.5": ("ge", "10"),
    "C4.6": ("ge", "10"),
    "C5.2": ("ge", "10"),
    "C8.3": ("ge", "100"),
}


def altered(old: str, new: str) -> Standard:
    text = SEED.read_text(encoding="utf-8")
    assert old in text
    return Standard.from_toml(text.replace(old, new, 1))


def test_every_row_of_the_annex_is_there_with_its_article_and_in_order() -> None:
    assert {c.id: c.article for c in the_standard().criteria} == ANNEX
    assert [c.id for c in the_standard().criteria] == list(ANNEX)


def test_operators_and_thresholds_are_those_of_the_annex() -> None:
    found = {c.id: (c.operator, str(c.threshold)) for c in the_standard().criteria if c.threshold is not None}
    assert found == OPERATORS
    assert the_standard().criterion("C2").alternative_threshold == 6


def test_the_seed_can_be_applied_and_uses_every_metric() -> None:
    assert list(faults(the_standard())) == []
    assert {c.metric for c in the_standard().criteria} == set(MEASURES)


def test_what_reviewers_are_pointed_to_is_in_the_application() -> None:
    document = a_document()
    known = {*document["application"], *document, *document["indicators"][0]}
    known |= {"segment_rank_national", "key_supply_ratio"}
    for criterion in the_standard().criteria:
        assert set(criterion.materials) <= known, criterion.id


def test_periods_of_the_law_and_of_the_department() -> None:
    terms = dict(the_standard().terms)
    assert terms["acceptance"] == 5
    assert (terms["correction"], terms["preliminary_review"], terms["re_review"]) == (10, 20, 30)
    assert (terms["notice"], terms["decision"], terms["objection"]) == (5, 10, 15)
    assert (terms["change_filing"], terms["statement"], terms["validity"]) == (15, 10, 3)
    legal = {name for name, period in the_standard().periods.items() if period.basis == "legal"}
    assert legal == {"notice", "validity", "change_filing"}


@pytest.mark.parametrize("period", the_standard().periods.values(), ids=lambda p: p.name)
def test_a_period_cites_an_article_and_says_whose_it_is(period: Period) -> None:
    assert re.fullmatch("第.+条", period.article)
    assert period.basis in ("legal", "internal")
    assert period.unit in ("working_days", "days", "years")


@pytest.mark.article("第二十一条")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2023, 1, 15), False),
        (date(2023, 1, 16), True),
        (date(2026, 1, 16), True),
        (date(2026, 1, 17), False),
    ],
)
def test_the_rule_is_in_force_for_three_years(day: date, expected: bool) -> None:
    assert the_standard().in_force_on(day) is expected


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"),
    [
        ("ge", False, True, True),
        ("gt", False, False, True),
        ("le", True, True, False),
        ("lt", True, False, False),
    ],
)
def test_operators_stand_exactly_at_the_threshold(operator: str, below: bool, at: bool, above: bool) -> None:
    threshold, hair = Fraction(70), Fraction(1, 10**30)
    values = (threshold - hair, threshold, threshold + hair)
    assert tuple(Operator(operator).holds(value, threshold) for value in values) == (below, at, above)
    assert Operator(operator).margin(threshold, threshold) == 0


def test_a_standard_cannot_be_changed() -> None:
    standard = the_standard()
    with pytest.raises(dataclasses.FrozenInstanceError):
        standard.valid_to = date(2030, 1, 1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        standard.terms["notice"] = 1  # type: ignore[index]
    with pytest.raises(TypeError):
        standard.incidents.graded["质量"] = "一般"  # type: ignore[index]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "hard"', 'kind = "soft"'),
        ('operator = "le"', 'operator = "approximately"'),
        ('threshold = "100"', "threshold = 100.0"),
        ('threshold = "100"', 'threshold = "hundred"'),
        ('id = "C1.5"', 'id = "C1.4"'),
        ('id = "C1.5"', 'number = "C1.5"'),
        ("value = 5", "value = 0"),
        ("value = 5", 'value = "5"'),
        ('"质量" = "较大"', '"质量" = "轻微"'),
        ('"质量" = "较大"\n', ""),
        ("valid_to = 2026-01-16", "valid_to = 2022-01-16"),
        ("[choices]", "[choices"),
        ("growth_base = 4", "surprise = 4"),
    ],
)
def test_a_faulty_standard_is_refused_in_words(old: str, new: str) -> None:
    with pytest.raises(StandardInvalid):
        altered(old, new)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('metric = "area"', 'metric = "volume"', "C1.4"),
        ('operator = "le"\nthreshold = "100"\n', "", "C1.4"),
        ('of = "sme_output"', 'of = "smee_output"', "C1.7"),
        ('of = "energy"', 'of = "steam"', "C6.3"),
        ("evidence = { standards_list = 1 }", "evidence = { standards = 1 }", "C4.3"),
        ('patent_denominator = "employees"', 'patent_denominator = "firms"', "firms"),
        ("growth_base = 4", "growth_base = 5", "基期"),
        ("growth_base = 4", "growth_base = 1", "基期"),
    ],
)
def test_a_standard_that_cannot_be_applied_names_its_fault(old: str, new: str, named: str) -> None:
    standard = altered(old, new)
    assert any(named in fault for fault in faults(standard))
    with pytest.raises(StandardInvalid, match=named):
        check(an_application(), standard, date(2024, 5, 20))


# --- sizes (工信部联企业〔2011〕300号) ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("employees", "revenue", "expected"),
    [
        (1000, "40000", SizeClass.LARGE),
        (999, "90000", SizeClass.MEDIUM),
        (5000, "39999.99", SizeClass.MEDIUM),
        (300, "2000", SizeClass.MEDIUM),
        (299, "2000", SizeClass.SMALL),
        (300, "1999.99", SizeClass.SMALL),
        (20, "300", SizeClass.SMALL),
        (19, "300", SizeClass.MICRO),
        (20, "299.99", SizeClass.MICRO),
    ],
)
def test_a_size_class_needs_both_employees_and_revenue(
    employees: int, revenue: str, expected: SizeClass
) -> None:
    application = an_application(roster={0: {"employees": employees, "revenue_y1": revenue}})
    assert application.enterprises[0].size_class(the_standard().sizes) is expected


def test_a_declared_size_counts_only_with_a_reason() -> None:
    """D-12."""
    large = {"employees": 2000, "revenue_y1": Decimal(90_000), "size_class": "medium"}
    sizes = the_standard().sizes
    assert an_application(roster={0: large}).enterprises[0].is_sme(sizes) is False
    reasoned = {**large, "size_class_reason": "集团口径"}
    assert an_application(roster={0: reasoned}).enterprises[0].is_sme(sizes) is True


@pytest.mark.parametrize("absent", ["employees", "revenue_y1"])
def test_a_size_without_employees_or_revenue_is_unknown(absent: str) -> None:
    enterprise = an_application(roster={0: {absent: None}}).enterprises[0]
    assert enterprise.size_class(the_standard().sizes) is None
    assert enterprise.is_sme(the_standard().sizes) is None
