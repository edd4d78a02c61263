"""The criteria while an application is still being filled in: each one as soon as its own data are there.

Knows which fields a criterion reads; what is missing elsewhere does not keep it from being shown.
Nothing is decided on this: submissions are checked whole (`criteria.check`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clusters.annex.application import Application
from clusters.annex.criteria import FIGURES, MEASURES
from clusters.annex.metrics import Case
from clusters.annex.row_reader import NOT_GIVEN
from clusters.annex.standard import Standard
from clusters.annex.standard_parts import Criterion
from clusters.annex.verdicts import Result
from engine.errors import Problem

YEARS = "indicators"
ROSTER = "enterprises"
PLAN = "plan_file"


@dataclass(frozen=True)
class Look:
    """One criterion: its result, or the problems that stand in the way of one."""

    criterion: Criterion
    result: Result | None
    missing: tuple[Problem, ...] = ()


def look(data: Mapping[str, object], standard: Standard, reference: date, on: date) -> list[Look]:
    """Every criterion in the order of the annex."""
    application, problems = Application.from_draft(data, reference)
    # An empty list is a value to the check; to somebody who is still filling in it is not there yet.
    if not application.enterprises:
        problems = [*problems, Problem(NOT_GIVEN, ROSTER)]
    if not application.narrative.plan_file:
        problems = [*problems, Problem(NOT_GIVEN, PLAN)]
    case = Case(application, standard, on)
    return [_look(case, criterion, problems) for criterion in standard.criteria]


def _look(case: Case, criterion: Criterion, problems: Iterable[Problem]) -> Look:
    missing = tuple(problem for problem in problems if concerns(criterion, case.standard, problem.path or ""))
    if missing:
        return Look(criterion, None, missing)
    return Look(criterion, Result(criterion, MEASURES[criterion.metric].metric(case, criterion)))


def fields_of(criterion: Criterion, standard: Standard) -> frozenset[str]:
    """The fields of the form that it reads; `indicators.sme_output` is a column of every year."""
    measure = MEASURES[criterion.metric]
    if measure.series is not FIGURES:
        return frozenset({f"is_{criterion.of}_intensive", f"{criterion.of}_benchmarks"})
    columns = {name for name in (criterion.of, criterion.per) if name}
    if criterion.metric == "per_ten_thousand":
        columns.add(standard.choices.patent_denominator)
    if columns:
        columns.add("year")
    return frozenset({*measure.reads, *criterion.evidence, *(f"{YEARS}.{name}" for name in columns)})


def concerns(criterion: Criterion, standard: Standard, path: str) -> bool:
    """Whether what stands at a path is read by the criterion."""
    read = fields_of(criterion, standard)
    table, _, rest = path.partition(".")
    if table != YEARS:
        return table in read
    reads_years = any(name.startswith(f"{YEARS}.") for name in read)
    return reads_years if not rest else f"{YEARS}.{rest.rpartition('.')[2]}" in read
