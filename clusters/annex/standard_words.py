"""The standard in sentences that anybody can read: one per criterion, made from its own entries (D18).

Says what is required, never whether somebody meets it. Every number comes from the standard.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from clusters.annex.metrics import DENOMINATORS, PHRASES
from clusters.annex.standard import Standard
from clusters.annex.standard_parts import Criterion, Kind, Operator, Severity
from clusters.exact import plain

SIGNS: Mapping[Operator, str] = {Operator.GE: "≥", Operator.GT: ">", Operator.LE: "≤", Operator.LT: "<"}
# What happens exactly at the threshold is what people ask most often.
AT_THE_THRESHOLD: Mapping[Operator, str] = {
    Operator.GE: "正好达到即符合",
    Operator.GT: "正好等于不符合",
    Operator.LE: "正好等于即符合",
    Operator.LT: "正好等于不符合",
}
UNITS = {"working_days": "个工作日", "days": "天", "years": "年"}
GRADED = frozenset({"incidents"})  # compares grades of accidents, not numbers
BASES = {"legal": "细则规定", "internal": "省工业和信息化厅自定时限"}


@dataclass(frozen=True)
class Line:
    """One criterion: `requirement` with the sign in `sign` (empty where people judge), `note` explains."""

    id: str
    article: str
    label: str
    requirement: str
    sign: str
    note: str
    is_judged: bool


@dataclass(frozen=True)
class PeriodLine:
    """One period: `length` with its unit, `basis` says who set it."""

    label: str
    length: str
    article: str
    basis: str


Words = Callable[[Standard, Criterion], tuple[str, str]]


def lines(standard: Standard) -> list[Line]:
    """Every criterion in the order of the annex."""
    return [_line(standard, criterion) for criterion in standard.criteria]


def periods(standard: Standard) -> list[PeriodLine]:
    """Every period that runs in the procedure, legal ones and the department's own."""
    return [
        PeriodLine(p.label, f"{p.value} {UNITS[p.unit]}", p.article, BASES[p.basis])
        for p in standard.periods.values()
    ]


def _line(standard: Standard, criterion: Criterion) -> Line:
    requirement, note = WORDS[criterion.metric](standard, criterion)
    sign = "" if criterion.metric in GRADED else _sign(criterion)
    if sign and criterion.operator is not None:
        note = "；".join(filter(None, (note, AT_THE_THRESHOLD[criterion.operator])))
    is_judged = criterion.kind is Kind.JUDGED
    return Line(criterion.id, criterion.article, criterion.label, requirement, sign, note, is_judged)


def _sign(criterion: Criterion) -> str:
    """≥ 20 户; either of two thresholds with 或; empty where no number is compared."""
    thresholds = [t for t in (criterion.threshold, criterion.alternative_threshold) if t is not None]
    if criterion.operator is None:
        return ""
    return " 或 ".join(f"{SIGNS[criterion.operator]} {_amount(t, criterion.unit)}" for t in thresholds)


def _amount(number: Decimal, unit: str) -> str:
    whole, _, decimals = plain(Fraction(number)).partition(".")
    text = f"{int(whole):,}" + (f".{decimals}" if decimals else "")
    return f"{text}{unit}" if unit == "%" else f"{text} {unit}"


def _bound(criterion: Criterion) -> str:
    assert criterion.operator is not None, criterion.id
    assert criterion.threshold is not None, criterion.id
    return f"{PHRASES[criterion.operator]} {_amount(criterion.threshold, criterion.unit)}"


def _plain_bound(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    return _bound(criterion), ""


def _every_year(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    years = standard.choices.recent_years
    return f"近 {years} 年每一年都{_bound(criterion)}", "看每一年，不看平均数"


def _latest(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    return _bound(criterion), "看申报年度的上一年"


def _growth(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    base = standard.choices.growth_base
    note = f"以申报年度前第 {base} 年为基期，到上一年共 {base - 1} 次增长；基期为零的无法计算，由市州判断"
    return f"年均增长{_bound(criterion)}", note


def _per_ten_thousand(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    return _bound(criterion), f"每万人按{DENOMINATORS[standard.choices.patent_denominator]}计"


def _rising(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    years = standard.choices.recent_years
    return f"近 {years} 年逐年不降，且最后一年高于第一年", "其他走势由评审人员判断是否稳步提升"


def _falling(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    return f"近 {standard.choices.recent_years} 年逐年下降", "单位产值的排放量，每一年都低于上一年"


def _benchmark(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    return "每种产品的单耗都低于行业基准值", "只适用于该类行业；正好等于不符合"


def _incidents(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    rule = standard.incidents
    by_grade: dict[Severity, list[str]] = {}
    for category, grade in rule.graded.items():
        by_grade.setdefault(grade, []).append(category.value)
    grades = "；".join(f"{'、'.join(names)}达到“{grade}”及以上" for grade, names in by_grade.items())
    judged = "、".join(sorted(category.value for category in rule.judged))
    return f"近 {rule.years} 年没有发生：{grades}", f"{judged}由评审人员判断"


def _honours(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    first, second = criterion.threshold, criterion.alternative_threshold
    assert first is not None, criterion.id
    assert second is not None, criterion.id
    return (
        f"主导产业的全国单项冠军或“小巨人”企业不少于 {_amount(first, criterion.unit)}；"
        f"或者专精特新、创新型、高新技术企业合计不少于 {_amount(second, criterion.unit)}",
        "具备其一即可，同一家企业只计一次；只有省级单项冠军的，由评审人员判断",
    )


def _operator_present(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    return "已经设立，并有批准设立的文件", ""


def _plan(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    return "规划文件和各方面的目标、措施齐全", f"{criterion.question}，由评审人员判断"


def _evidence(standard: Standard, criterion: Criterion) -> tuple[str, str]:
    return criterion.question, "由评审人员根据材料判断"


WORDS: Mapping[str, Words] = {
    "area": _plain_bound,
    "roster_count": _plain_bound,
    "every_year": _every_year,
    "share": _latest,
    "growth": _growth,
    "per_ten_thousand": _per_ten_thousand,
    "rising_rate": _rising,
    "falling_intensity": _falling,
    "below_benchmark": _benchmark,
    "incidents": _incidents,
    "honours": _honours,
    "operator_present": _operator_present,
    "coverage": _plain_bound,
    "plan": _plan,
    "evidence": _evidence,
}
