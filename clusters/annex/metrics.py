"""How the numeric criteria are measured and compared: areas, counts, shares, growth.

Each metric takes a case and its criterion and says what it found. Thresholds come from the standard;
comparisons multiply instead of dividing or taking roots (2.9); text is made afterwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from clusters.annex.application import Application
from clusters.annex.indicators import YearlyIndicators
from clusters.annex.standard import Standard, StandardInvalid
from clusters.annex.standard_parts import Criterion, Operator
from clusters.annex.verdicts import VERDICT_LABELS, Finding, Verdict
from clusters.exact import cut, grouped, growth_margin_text, growth_text, margin_text, plain

PER_TEN_THOUSAND = 10_000
EMPLOYEES = "employees"
DENOMINATORS = {EMPLOYEES: "从业人员", "resident_population": "县域常住人口"}
PHRASES: Mapping[Operator, str] = {
    Operator.GE: "不低于",
    Operator.GT: "高于",
    Operator.LE: "不超过",
    Operator.LT: "低于",
}


@dataclass(frozen=True)
class Case:
    """An application looked at under a standard on a day."""

    application: Application
    standard: Standard
    on: date

    @property
    def recent(self) -> tuple[int, ...]:
        """近三年 as years before the application year, oldest first: 3, 2, 1."""
        return tuple(range(self.standard.choices.recent_years, 0, -1))

    def latest(self, name: str) -> Fraction:
        return self.application.before(1).figure(name)


Metric = Callable[[Case, Criterion], Finding]


@dataclass(frozen=True)
class Bound:
    """Operator and threshold of a criterion, known to be there."""

    operator: Operator
    threshold: Fraction

    @classmethod
    def of(cls, criterion: Criterion) -> "Bound":
        if criterion.operator is None or criterion.threshold is None:
            raise StandardInvalid(f"认定标准有误：指标 {criterion.id} 没有比较方式或界限。")
        return cls(criterion.operator, Fraction(criterion.threshold))

    def verdict(self, value: Fraction) -> Verdict:
        return Verdict.PASS if self.operator.holds(value, self.threshold) else Verdict.FAIL

    def margin(self, value: Fraction) -> Fraction:
        return self.operator.margin(value, self.threshold)


def area(case: Case, criterion: Criterion) -> Finding:
    return measured(criterion, Fraction(case.application.narrative.area_km2))


def roster_count(case: Case, criterion: Criterion) -> Finding:
    """Distinct enterprises that work inside the boundary, wherever they are registered (A-04)."""
    codes = {enterprise.uscc for enterprise in case.application.members(case.on)}
    return measured(criterion, Fraction(len(codes)))


def every_year(case: Case, criterion: Criterion) -> Finding:
    """均 = each of the years, not their mean: the lowest one decides."""
    figures = {before: case.application.before(before) for before in case.recent}
    lowest = min(row.figure(criterion.of) for row in figures.values())
    series = "、".join(
        f"{row.year} 年 {grouped(plain(row.figure(criterion.of)))}" for row in figures.values()
    )
    return measured(criterion, lowest, f"各年：{series}。", label=f"{criterion.label}最低值")


def share(case: Case, criterion: Criterion) -> Finding:
    """The share in the latest year (A-07); earlier years are shown."""
    part, whole = case.latest(criterion.of), case.latest(criterion.per)
    if not whole:
        return not_computable(criterion, f"{case.application.year - 1} 年的分母为 0")
    return percentage(criterion, part / whole, _earlier_shares(case, criterion))


def growth(case: Case, criterion: Criterion) -> Finding:
    """V-1 against V-4 times (1 + threshold) per year; 水平法, no root, no float (D-07, 2.9)."""
    bound = Bound.of(criterion)
    years = case.standard.choices.growth_base - 1
    base_row = case.application.before(years + 1)
    base, last = base_row.figure(criterion.of), case.latest(criterion.of)
    if not base:
        return not_computable(criterion, f"基期 {base_row.year} 年为 0")
    ratio = last / base
    margin = growth_margin_text(ratio, years, bound.threshold)
    verdict = grows(ratio, years, bound)
    return Finding(
        verdict,
        sentence(criterion, growth_text(ratio, years), margin, verdict) + _other_readings(case, criterion),
        value=growth_text(ratio, years),
        threshold=plain(bound.threshold),
        margin=margin,
        note=_other_readings(case, criterion),
    )


def grows(ratio: Fraction, years: int, bound: Bound) -> Verdict:
    needed = (1 + bound.threshold / 100) ** years
    return Verdict.PASS if bound.operator.holds(ratio, needed) else Verdict.FAIL


def per_ten_thousand(case: Case, criterion: Criterion) -> Finding:
    """Patents per ten thousand; the denominator is a choice of the standard (D-09)."""
    value = per_ten_thousand_in(case, criterion, case.application.before(1))
    if value is None:
        return not_computable(criterion, f"{case.application.year - 1} 年的人数为 0 或没有填报")
    return _cut_off(criterion, value, _other_denominator(case, criterion))


def per_ten_thousand_in(case: Case, criterion: Criterion, row: YearlyIndicators) -> Fraction | None:
    return _per_people(row, criterion, case.standard.choices.patent_denominator)


def _per_people(row: YearlyIndicators, criterion: Criterion, denominator: str) -> Fraction | None:
    people = row.get(denominator)
    if not people:
        return None
    # Employees are counted one by one, residents are given in 万人.
    units = people / PER_TEN_THOUSAND if denominator == EMPLOYEES else people
    return row.figure(criterion.of) / units


# --- findings ---------------------------------------------------------------------------------------


def measured(criterion: Criterion, value: Fraction, more: str = "", label: str = "") -> Finding:
    """A value that is a finite decimal, compared with the threshold."""
    bound = Bound.of(criterion)
    margin, verdict = plain(bound.margin(value)), bound.verdict(value)
    return Finding(
        verdict,
        sentence(criterion, plain(value), margin, verdict, label) + more,
        value=plain(value),
        threshold=plain(bound.threshold),
        margin=margin,
        note=more,
    )


def percentage(criterion: Criterion, part: Fraction, more: str = "") -> Finding:
    """A share, shown in percent cut off to four places."""
    return _cut_off(criterion, part * 100, more)


def not_computable(criterion: Criterion, why: str) -> Finding:
    explanation = f"{criterion.label}无法计算：{why}，由初审市州说明理由后判断。"
    threshold = None if criterion.threshold is None else plain(Fraction(criterion.threshold))
    return Finding(Verdict.NOT_COMPUTABLE, explanation, threshold=threshold)


def sentence(criterion: Criterion, value: str, margin: str, verdict: Verdict, label: str = "") -> str:
    """主导产业占比 70.0000%，要求高于 70%，恰在界限上，不符合。"""
    bound = Bound.of(criterion)
    unit = spaced(criterion.unit)
    demand = f"{PHRASES[bound.operator]} {grouped(plain(bound.threshold))}{unit}"
    found = f"{label or criterion.label} {grouped(value)}{unit}"
    return f"{found}，要求{demand}，{_distance(criterion, margin)}，{VERDICT_LABELS[verdict]}。"


def spaced(unit: str) -> str:
    return unit if unit == "%" else f" {unit}"


def _distance(criterion: Criterion, margin: str) -> str:
    unit = " 个百分点" if criterion.unit == "%" else spaced(criterion.unit)
    if not margin.strip("-0."):
        return "恰在界限上"
    if not margin.startswith("-"):
        return f"余 {grouped(margin)}{unit}"
    is_ceiling = criterion.operator in (Operator.LE, Operator.LT)
    return f"{'超出' if is_ceiling else '差'} {grouped(margin[1:])}{unit}"


def _cut_off(criterion: Criterion, value: Fraction, more: str) -> Finding:
    bound = Bound.of(criterion)
    margin, verdict = margin_text(bound.margin(value)), bound.verdict(value)
    return Finding(
        verdict,
        sentence(criterion, cut(value), margin, verdict) + more,
        value=cut(value),
        threshold=plain(bound.threshold),
        margin=margin,
        note=more,
    )


# --- what is shown beside ---------------------------------------------------------------------------


def _earlier_shares(case: Case, criterion: Criterion) -> str:
    shown = []
    for before in case.recent[:-1]:
        row = case.application.before(before)
        whole = row.figure(criterion.per)
        if whole:
            shown.append(f"{row.year} 年 {cut(row.figure(criterion.of) / whole * 100)}%")
    return f"此前：{'、'.join(shown)}。" if shown else ""


def _other_readings(case: Case, criterion: Criterion) -> str:
    """Two intervals and the mean of yearly rates, for information (D-07)."""
    readings = other_growths(case, criterion)
    shown = "，".join(f"{name} {rate}%" for name, rate, _ in readings)
    return f"对照：{shown}。" if shown else ""


def other_growths(case: Case, criterion: Criterion) -> list[tuple[str, str, Verdict]]:
    """Name, rate and verdict of the readings that are not used."""
    bound = Bound.of(criterion)
    rows = [case.application.before(before) for before in range(case.standard.choices.growth_base, 0, -1)]
    series = [row.figure(criterion.of) for row in rows]
    readings = []
    if len(series) > 2 and series[1]:
        ratio, years = series[-1] / series[1], len(series) - 2
        readings.append(("少取一年为基期", growth_text(ratio, years), grows(ratio, years, bound)))
    if all(series[:-1]):
        rates = [later / earlier - 1 for earlier, later in pairwise(series)]
        mean = sum(rates, Fraction(0)) / len(rates) * 100
        readings.append(("各年增速平均", cut(mean), bound.verdict(mean)))
    return readings


def _other_denominator(case: Case, criterion: Criterion) -> str:
    """The denominator that was not chosen, shown beside (D-09)."""
    for name, label in DENOMINATORS.items():
        if name != case.standard.choices.patent_denominator:
            value = _per_people(case.application.before(1), criterion, name)
            return "" if value is None else f"对照：按{label}计 {cut(value)}{spaced(criterion.unit)}。"
    return ""
