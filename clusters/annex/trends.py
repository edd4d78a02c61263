"""Criteria about a course over years or about benchmarks: 附件五 software, 附件六 carbon, energy, water.

Rates of different years are compared by cross multiplication, so that a denominator never rounds.
"""

from fractions import Fraction
from itertools import pairwise

from clusters.annex.indicators import YearlyIndicators
from clusters.annex.metrics import Case, not_computable, spaced
from clusters.annex.narrative_rows import Benchmark
from clusters.annex.standard_parts import Criterion
from clusters.annex.verdicts import Finding, Verdict
from clusters.exact import cut, plain

BENCHMARKS = ("energy", "water")
INTENSITY_PLACES = 6  # tonnes per 万元 as F01-Y shows them


def rising_rate(case: Case, criterion: Criterion) -> Finding:
    """Never falling and higher at the end passes; anything else is for a person (A-06)."""
    rows = [case.application.before(before) for before in case.recent]
    rates = [rate(row, criterion) for row in rows]
    shown = _course(rows, [None if r is None else f"{cut(r * 100)}%" for r in rates])
    known = [r for r in rates if r is not None]
    value = None if rates[-1] is None else cut(rates[-1] * 100)
    if len(known) == len(rates) and known[0] < known[-1] and all(a <= b for a, b in pairwise(known)):
        return Finding(Verdict.PASS, f"{criterion.label}{shown}，逐年不降且有提升，符合。", value)
    why = "由评审人员判断是否稳步提升"
    return Finding(Verdict.NEEDS_JUDGMENT, f"{criterion.label}{shown}，{why}。", value)


def falling_intensity(case: Case, criterion: Criterion) -> Finding:
    """持续下降 = lower in each year than in the year before (C6.2)."""
    rows = [case.application.before(before) for before in case.recent]
    for row in rows:
        if not row.figure(criterion.per):
            return not_computable(criterion, f"{row.year} 年的分母为 0")
    intensities = [row.figure(criterion.of) / row.figure(criterion.per) for row in rows]
    shown = _course(rows, [cut(i, INTENSITY_PLACES) for i in intensities])
    falls = all(
        later.figure(criterion.of) * earlier.figure(criterion.per)
        < earlier.figure(criterion.of) * later.figure(criterion.per)
        for earlier, later in pairwise(rows)
    )
    outcome = "逐年下降，符合" if falls else "没有逐年下降，不符合"
    return Finding(
        Verdict.PASS if falls else Verdict.FAIL,
        f"{criterion.label}{shown}{spaced(criterion.unit)}，{outcome}。",
        value=cut(intensities[-1], INTENSITY_PLACES),
    )


def below_benchmark(case: Case, criterion: Criterion) -> Finding:
    """Binds only an industry of that kind; then every product must stay below its benchmark."""
    narrative = case.application.narrative
    tables = (
        (narrative.is_energy_intensive, narrative.energy_benchmarks),
        (narrative.is_water_intensive, narrative.water_benchmarks),
    )
    applies, rows = tables[BENCHMARKS.index(criterion.of)]
    if not applies:
        return Finding(Verdict.NOT_APPLICABLE, f"{criterion.label}：集群不属于该类行业，不适用。")
    if not rows:
        return not_computable(criterion, "没有填报对标产品")
    return _against_benchmark(criterion, max(rows, key=_excess), len(rows))


def _excess(row: Benchmark) -> tuple[bool, Fraction]:
    """Sorts rows by consumption relative to the benchmark; a benchmark of zero cannot be met."""
    if not row.benchmark:
        return True, Fraction(row.consumption)
    return False, Fraction(row.consumption) / Fraction(row.benchmark)


def _against_benchmark(criterion: Criterion, worst: Benchmark, count: int) -> Finding:
    assert criterion.operator is not None, criterion.id
    value, benchmark = Fraction(worst.consumption), Fraction(worst.benchmark)
    passes = criterion.operator.holds(value, benchmark)
    demand = f"基准值 {plain(benchmark)}，要求低于基准值"
    product = f"{count} 种产品中最不利的“{worst.product}”" if count > 1 else f"“{worst.product}”"
    return Finding(
        Verdict.PASS if passes else Verdict.FAIL,
        f"{product}单耗 {plain(value)}{spaced(worst.unit)}，{demand}，{'符合' if passes else '不符合'}。",
        value=plain(value),
        threshold=plain(benchmark),
        margin=plain(criterion.operator.margin(value, benchmark)),
        unit=worst.unit,
    )


def rate(row: YearlyIndicators, criterion: Criterion) -> Fraction | None:
    whole = row.figure(criterion.per)
    return row.figure(criterion.of) / whole if whole else None


def _course(rows: list[YearlyIndicators], values: list[str | None]) -> str:
    years = [f"{row.year} 年 {value or '无法计算'}" for row, value in zip(rows, values, strict=True)]
    return " " + "、".join(years)
