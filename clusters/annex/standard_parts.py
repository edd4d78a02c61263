"""What a standard consists of: criteria with operators, periods, choices. Plain immutable values.

Knows no file format, no application and no verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType


class Operator(StrEnum):
    """以上, 不少于, 不低于 = ge; 高于, 超过 = gt; 不超过 = le (Civil Code 1259, D-01)."""

    GE = "ge"
    GT = "gt"
    LE = "le"
    LT = "lt"

    def holds(self, value: Fraction, threshold: Fraction) -> bool:
        match self:
            case Operator.GE:
                return value >= threshold
            case Operator.GT:
                return value > threshold
            case Operator.LE:
                return value <= threshold
            case Operator.LT:
                return value < threshold

    def margin(self, value: Fraction, threshold: Fraction) -> Fraction:
        """How far the value stands on the passing side; negative when it fails."""
        upwards = self in (Operator.GE, Operator.GT)
        return value - threshold if upwards else threshold - value


class Kind(StrEnum):
    """hard = the system computes the verdict; judged = a person decides on evidence."""

    HARD = "hard"
    JUDGED = "judged"


class Category(StrEnum):
    """What an incident is about: one list everywhere (A-05)."""

    SAFETY = "安全生产"
    QUALITY = "质量"
    POLLUTION = "环境污染"
    NETWORK = "网络安全"
    DATA = "数据安全"
    TAX = "偷税漏税"
    UNLAWFUL = "违法违规"
    DISHONEST = "严重失信"
    OTHER = "其他"


class Severity(StrEnum):
    """The grade of an incident, from low to high; the last one for categories without grades."""

    ORDINARY = "一般"
    LARGER = "较大"
    MAJOR = "重大"
    EXTREME = "特别重大"
    UNGRADED = "不适用"

    def reaches(self, threshold: "Severity") -> bool:
        """Whether a graded incident stands at or above the threshold (及以上)."""
        grades = list(Severity)
        return grades.index(self) >= grades.index(threshold)


@dataclass(frozen=True)
class Criterion:
    """One row of the annex. `metric` names how it is measured, `of` and `per` what is measured."""

    id: str
    article: str
    label: str
    kind: Kind
    metric: str
    operator: Operator | None = None
    threshold: Decimal | None = None
    alternative_threshold: Decimal | None = None
    unit: str = ""
    of: str = ""
    per: str = ""
    question: str = ""
    materials: tuple[str, ...] = ()
    evidence: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Period:
    """A length of time that the regulation sets (legal) or the department sets itself (internal)."""

    name: str
    label: str
    value: int
    unit: str
    article: str
    basis: str


@dataclass(frozen=True)
class Practice:
    """Another number of the procedure: how many reviewers, how large a sample."""

    name: str
    label: str
    value: Decimal
    unit: str
    article: str
    basis: str


@dataclass(frozen=True)
class Choices:
    """How open questions of the annex were decided for this version."""

    growth_base: int
    recent_years: int
    patent_denominator: str
    innovative_schemes: frozenset[str]


@dataclass(frozen=True)
class IncidentRule:
    """C0: `graded` gives the lowest excluding grade of a category; `judged` categories need a person."""

    years: int
    graded: Mapping[Category, Severity]
    judged: frozenset[Category]


@dataclass(frozen=True)
class SizeLimit:
    """An industrial enterprise is of this class when it reaches both limits."""

    size_class: str
    employees: int
    revenue: Decimal


@dataclass(frozen=True)
class Plausibility:
    """Limits beyond which figures are questioned. They make warnings, never verdicts."""

    roster_tolerance: Decimal
    yearly_change: Decimal
    plan_targets: int
    quantitative_targets: int
    plan_years: int
    plan_latest_start: int
    departments: tuple[str, ...]
