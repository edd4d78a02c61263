"""The effective application as values: F01 with its years, roster, incidents and plan.

Knows what an application consists of and what makes it impossible; reads no file and no database.
What is impossible is refused with every problem; what is merely odd is for the cross-checks.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clusters.annex.enterprises import Enterprise, read_enterprise
from clusters.annex.incidents import Incident, read_incident
from clusters.annex.indicators import NO_YEAR, YearlyIndicators, read_year
from clusters.annex.narrative import Narrative, read_narrative
from clusters.annex.plan_rows import PlanMeasure, PlanTarget, read_measure, read_target
from clusters.annex.row_reader import NOWHERE, RowReader, Source
from engine.errors import Problem, Refused

DATA_YEARS = 4  # F01-Y asks for four rows: Y-4 to Y-1
OLDEST = date(1949, 10, 1)
TABLES = ("indicators", "enterprises", "incidents", "plan_targets", "plan_measures")


class ImpossibleInput(Refused):
    """申报数据不可能成立，无法核对。"""


@dataclass(frozen=True)
class Application:
    """An application whose every figure that a hard criterion reads is there and possible."""

    reference_date: date
    narrative: Narrative
    years: Mapping[int, YearlyIndicators]
    enterprises: tuple[Enterprise, ...]
    incidents: tuple[Incident, ...]
    plan_targets: tuple[PlanTarget, ...]
    plan_measures: tuple[PlanMeasure, ...]
    header: str  # where the fields of the narrative stand: "application" in a file, "" in a form

    @classmethod
    def from_json(cls, document: object) -> "Application":
        """From a file shaped like the sample; ImpossibleInput names every problem."""
        source = Source()
        whole = RowReader(document, source)
        if not isinstance(document, Mapping):
            raise ImpossibleInput(source.problems)
        day = _reference_date(whole)
        header = RowReader(whole.section("application"), source, "application")
        return _possible(_read(day, whole, header, source), source)

    @classmethod
    def from_submission(cls, data: Mapping[str, object], reference_date: date | None = None) -> "Application":
        """From a cleaned form: the header's fields stand flat beside the tables."""
        source = Source(is_form=True)
        whole = RowReader(data, source)
        day = reference_date or _reference_date(whole)
        return _possible(_read(day, whole, whole, source), source)

    @classmethod
    def from_draft(
        cls, data: Mapping[str, object], reference_date: date
    ) -> tuple["Application", list[Problem]]:
        """What can be read of a form that is still being filled in, with all that is missing or wrong.

        Values that are not there read as nothing or zero: look at the problems before using one.
        """
        source = Source(is_form=True)
        whole = RowReader(data, source)
        return _read(reference_date, whole, whole, source), source.problems

    @property
    def year(self) -> int:
        """Y, the application year: figures are those of Y-4 to Y-1 (D-07)."""
        return self.reference_date.year

    def before(self, years: int) -> YearlyIndicators:
        """The figures of Y - `years`."""
        return self.years[self.year - years]

    def members(self, on: date) -> tuple[Enterprise, ...]:
        """The enterprises that count on a day (A-04)."""
        return tuple(enterprise for enterprise in self.enterprises if enterprise.counts_on(on))

    def at(self, name: str) -> str:
        """The path of a field of the narrative."""
        return f"{self.header}.{name}" if self.header else name


def _possible(application: Application, source: Source) -> Application:
    if source.problems:
        raise ImpossibleInput(source.problems)
    return application


def _reference_date(whole: RowReader) -> date:
    day = whole.day("reference_date") if whole.given("reference_date") else None
    if day is not None and day < OLDEST:
        whole.fault("reference_date", f"参考日期不得早于 {OLDEST}")
    return day or NOWHERE


def _read(day: date, whole: RowReader, header: RowReader, source: Source) -> Application:
    needed_years = range(day.year - DATA_YEARS, day.year) if day >= OLDEST else range(0)
    narrative = read_narrative(header)
    missing = [table for table in TABLES if not source.is_form and not whole.given(table)]
    years = [read_year(row, needed_years) for row in whole.rows("indicators")]
    if "indicators" not in missing:
        source.problems += _wrong_years(years, needed_years)
    enterprises = tuple(read_enterprise(row) for row in whole.rows("enterprises"))
    source.problems += _repeated_codes(enterprises)
    application = Application(
        reference_date=day,
        narrative=narrative,
        years={row.year: row for row in years},
        enterprises=enterprises,
        incidents=tuple(read_incident(row) for row in whole.rows("incidents")),
        plan_targets=tuple(read_target(row) for row in whole.rows("plan_targets")),
        plan_measures=tuple(read_measure(row) for row in whole.rows("plan_measures")),
        header=header.path,
    )
    header.finish()
    if whole is not header:
        whole.finish()
    return application


def _wrong_years(years: Iterable[YearlyIndicators], needed: range) -> list[Problem]:
    """5.3 no. 7: each of the four years once. A year beyond them is merely not used."""
    seen: set[int] = set()
    problems = []
    for row in years:
        if row.year in seen and row.year != NO_YEAR:
            problems.append(Problem(f"{row.year} 年重复", f"{row.path}.year", row=row.row))
        seen.add(row.year)
    missing = [Problem(f"缺少 {year} 年的年度指标", "indicators") for year in needed if year not in seen]
    return problems + missing


def _repeated_codes(enterprises: Iterable[Enterprise]) -> list[Problem]:
    rows = list(enterprises)
    counts = Counter(row.uscc for row in rows if row.uscc)
    first: set[str] = set()
    problems = []
    for row in rows:
        if counts[row.uscc] > 1 and row.uscc in first:
            problems.append(Problem(f"统一社会信用代码 {row.uscc} 重复", f"{row.path}.uscc", row=row.row))
        first.add(row.uscc)
    return problems
