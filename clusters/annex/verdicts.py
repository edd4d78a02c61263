"""What a check says: one result per criterion, whether all passed, and warnings. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from clusters.annex.standard_parts import Criterion, Kind, Operator
from engine.errors import Problem


class Verdict(StrEnum):
    """`not_computable` (base of zero) is for the reviewing city to decide, with a reason (A-08)."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    NEEDS_JUDGMENT = "needs_judgment"
    NOT_APPLICABLE = "not_applicable"
    NOT_COMPUTABLE = "not_computable"


VERDICT_LABELS: Mapping[Verdict, str] = {
    Verdict.PASS: "符合",
    Verdict.FAIL: "不符合",
    Verdict.NEEDS_JUDGMENT: "待人工判断",
    Verdict.NOT_APPLICABLE: "不适用",
    Verdict.NOT_COMPUTABLE: "无法计算",
}
BLOCKING = (Verdict.FAIL, Verdict.NOT_COMPUTABLE)


@dataclass(frozen=True)
class Finding:
    """What a metric found. Numbers are decimal text for people; the verdict was reached exactly."""

    verdict: Verdict
    explanation: str
    value: str | None = None
    threshold: str | None = None
    margin: str | None = None
    unit: str | None = None
    note: str | None = None  # what the numbers do not say themselves; None = the explanation says it


@dataclass(frozen=True)
class Result:
    """The verdict on one criterion, with what is needed to explain it."""

    criterion: Criterion
    finding: Finding

    @property
    def id(self) -> str:
        return self.criterion.id

    @property
    def label(self) -> str:
        return self.criterion.label

    @property
    def article(self) -> str:
        return self.criterion.article

    @property
    def kind(self) -> Kind:
        return self.criterion.kind

    @property
    def operator(self) -> Operator | None:
        return self.criterion.operator

    @property
    def verdict(self) -> Verdict:
        return self.finding.verdict

    @property
    def explanation(self) -> str:
        return self.finding.explanation

    @property
    def note(self) -> str:
        """What stands under the label where value, threshold and margin have columns of their own."""
        return self.explanation if self.finding.note is None else self.finding.note

    @property
    def blocks(self) -> bool:
        """Whether this alone keeps the case from being recommended (art. 14)."""
        return self.kind is Kind.HARD and self.verdict in BLOCKING

    def to_json(self) -> dict[str, str | None]:
        return {
            "id": self.id,
            "article": self.article,
            "kind": self.kind.value,
            "verdict": self.verdict.value,
            "value": self.finding.value,
            "threshold": self.finding.threshold,
            "operator": self.operator.value if self.operator else None,
            "unit": self.finding.unit or self.criterion.unit or None,
            "margin": self.finding.margin,
            "explanation": self.explanation,
        }


@dataclass(frozen=True)
class Verdicts:
    """The answer of a check on one day under one standard."""

    standard: str
    reference_date: date
    results: tuple[Result, ...]
    warnings: tuple[Problem, ...]

    @property
    def passed(self) -> bool:
        return not any(result.blocks for result in self.results)

    @property
    def blocking(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.blocks)

    def __getitem__(self, criterion_id: str) -> Result:
        return self._by_id[criterion_id]

    def to_json(self) -> dict[str, object]:
        return {
            "standard": self.standard,
            "reference_date": self.reference_date.isoformat(),
            "passed": self.passed,
            "results": [result.to_json() for result in self.results],
            "warnings": [problem_to_json(warning) for warning in self.warnings],
        }

    @cached_property
    def _by_id(self) -> Mapping[str, Result]:
        return {result.id: result for result in self.results}


def problem_to_json(problem: Problem) -> dict[str, object]:
    return {"path": problem.path, "row": problem.row, "message": problem.message}
