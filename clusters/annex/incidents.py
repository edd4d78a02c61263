"""F01-X: disclosed accidents and violations, and how each weighs on the preamble (C0).

Knows the window and the grades (A-05); decides nothing about categories that need a person.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from clusters.annex.row_reader import RowReader
from clusters.annex.standard_parts import Category, IncidentRule, Severity
from engine.periods import add_years


class Weight(Enum):
    """What one incident means for the application."""

    EXCLUDES = "excludes"
    NEEDS_JUDGMENT = "needs_judgment"
    BELOW_GRADE = "below_grade"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Window:
    """`wide_from` covers the calendar years, `recent_from` the rolling ones; both end with the day itself."""

    wide_from: date
    recent_from: date
    until: date

    def is_recent(self, day: date) -> bool:
        return self.recent_from <= day <= self.until

    def holds(self, day: date) -> bool:
        return min(self.wide_from, self.recent_from) <= day <= self.until


def window(on: date, application_year: int, rule: IncidentRule) -> Window:
    """近三年 counts back from the day; the wider reading from 1 January only asks for judgment (A-05)."""
    return Window(date(application_year - rule.years, 1, 1), add_years(on, -rule.years), on)


@dataclass(frozen=True)
class Incident:
    """One row of the disclosure."""

    uscc: str
    happened_on: date
    category: Category
    severity: Severity
    doc_no: str
    path: str
    row: int

    def weight(self, window: Window, rule: IncidentRule) -> Weight:
        if not window.holds(self.happened_on):
            return Weight.OUTSIDE
        threshold = rule.graded.get(self.category)
        if threshold is None or self.severity is Severity.UNGRADED:
            return Weight.NEEDS_JUDGMENT
        if not self.severity.reaches(threshold):
            return Weight.BELOW_GRADE
        return Weight.EXCLUDES if window.is_recent(self.happened_on) else Weight.NEEDS_JUDGMENT


def read_incident(reader: RowReader) -> Incident:
    incident = Incident(
        uscc=reader.uscc("uscc"),
        happened_on=reader.needed_day("date"),
        category=reader.needed_code("category", Category),
        severity=reader.needed_code("severity", Severity),
        doc_no=reader.text("doc_no"),
        path=reader.path,
        row=reader.row or 0,
    )
    for name in ("authority", "description"):
        reader.text(name)
    reader.flag("rectified")
    reader.finish()
    return incident
