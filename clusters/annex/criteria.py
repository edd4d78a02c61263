"""Whether an application meets the standard on a day: `check` is the whole of it. Pure.

Knows which metric belongs to which name in the standard; the metrics know how to measure. It decides
nothing about anyone: a failing verdict is a fact for the people who decide (D-13).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from clusters.annex import conditions, metrics, trends
from clusters.annex.application import DATA_YEARS, Application
from clusters.annex.cross_checks import cross_checks
from clusters.annex.indicators import READ_AMOUNTS, READ_COUNTS
from clusters.annex.metrics import DENOMINATORS, Case, Metric
from clusters.annex.narrative import LIST_LABELS
from clusters.annex.standard import Standard, StandardInvalid
from clusters.annex.standard_parts import Criterion
from clusters.annex.verdicts import Result, Verdicts

FIGURES = (*READ_AMOUNTS, *READ_COUNTS)


@dataclass(frozen=True)
class Measure:
    """A metric, which entries of a criterion it needs, and what may be measured with it."""

    metric: Metric
    needs: tuple[str, ...] = ()
    series: tuple[str, ...] = FIGURES
    reads: tuple[str, ...] = ()  # fields of the form beside the series that the criterion itself names


BOUND = ("operator", "threshold")
MEASURES: Mapping[str, Measure] = {
    "area": Measure(metrics.area, BOUND, reads=("area_km2",)),
    "roster_count": Measure(metrics.roster_count, BOUND, reads=("enterprises",)),
    "every_year": Measure(metrics.every_year, (*BOUND, "of")),
    "share": Measure(metrics.share, (*BOUND, "of", "per")),
    "growth": Measure(metrics.growth, (*BOUND, "of")),
    "per_ten_thousand": Measure(metrics.per_ten_thousand, (*BOUND, "of")),
    "rising_rate": Measure(trends.rising_rate, ("of", "per")),
    "falling_intensity": Measure(trends.falling_intensity, ("of", "per")),
    "below_benchmark": Measure(trends.below_benchmark, ("operator", "of"), trends.BENCHMARKS),
    "incidents": Measure(conditions.incidents, BOUND, reads=("incidents",)),
    "honours": Measure(conditions.honours, (*BOUND, "alternative_threshold"), reads=("enterprises",)),
    "operator_present": Measure(
        conditions.operator_present, reads=("operator_name", "operator_uscc", "operator_approval_no")
    ),
    "coverage": Measure(
        conditions.coverage, BOUND, reads=("policy_coverage_total", "policy_coverage_reached")
    ),
    "plan": Measure(conditions.plan, reads=("plan_file", "plan_targets", "plan_measures")),
    "evidence": Measure(conditions.evidence),
}


def check(application: Application, standard: Standard, on: date) -> Verdicts:
    """One result per criterion in the order of the annex. Titles and incidents are read as on `on`."""
    if wrong := list(faults(standard)):
        raise StandardInvalid(f"认定标准有误：{'；'.join(wrong)}。")
    case = Case(application, standard, on)
    results = tuple(
        Result(criterion, MEASURES[criterion.metric].metric(case, criterion))
        for criterion in standard.criteria
    )
    return Verdicts(standard.id, on, results, cross_checks(case))


def faults(standard: Standard) -> Iterator[str]:
    """What keeps a standard from being applied; a new version is asked before it is stored."""
    choices = standard.choices
    if choices.patent_denominator not in DENOMINATORS:
        yield f"专利分母“{choices.patent_denominator}”无法识别"
    if not 2 <= choices.growth_base <= DATA_YEARS or not 1 <= choices.recent_years <= DATA_YEARS:
        yield f"增长基期和近年数应在申报的 {DATA_YEARS} 年之内"
    for criterion in standard.criteria:
        yield from _criterion_faults(criterion)


def _criterion_faults(criterion: Criterion) -> Iterator[str]:
    measure = MEASURES.get(criterion.metric)
    if measure is None:
        yield f"指标 {criterion.id} 的算法“{criterion.metric}”不存在"
        return
    for name in measure.needs:
        if getattr(criterion, name) in (None, ""):
            yield f"指标 {criterion.id} 缺少 {name}"
    for name in (criterion.of, criterion.per):
        if name and name not in measure.series:
            yield f"指标 {criterion.id} 的数据“{name}”不在申报数据之内"
    for name in criterion.evidence:
        if name not in LIST_LABELS:
            yield f"指标 {criterion.id} 的材料清单“{name}”不存在"
