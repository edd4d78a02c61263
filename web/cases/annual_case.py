"""What the page of an annual report shows beyond its steps: both clocks, urging, corrected figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clusters.annual import annual_overview, annual_reports
from clusters.annual.annual_checks import name_of
from clusters.annual.annual_overview import Line
from clusters.annual.models import AnnualCorrection
from engine.calendar import Calendar
from engine.models import Instance

PROCESS = "annual_monitoring"


@dataclass(frozen=True)
class AnnualCase:
    line: Line
    corrections: Sequence[AnnualCorrection]
    words: Callable[[str], str] = name_of


def of_instance(session: Session, instance: Instance, calendar: Calendar, today: date) -> AnnualCase | None:
    """None for every other kind of case."""
    if instance.process_key != PROCESS:
        return None
    report = annual_reports.by_instance(session, instance.id)
    if report is None:
        return None
    cluster = annual_reports.cluster_of(session, report)
    line = annual_overview.line_of(session, cluster, report.year, calendar, today)
    return AnnualCase(line, annual_reports.corrections_of(session, report.submission_id))
