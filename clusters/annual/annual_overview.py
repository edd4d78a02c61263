"""年报情况: of one year, which clusters have filed, who is late and whose lateness it is (art. 18)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annual import annual_lateness, annual_reports
from clusters.annual.annual_lateness import Standing
from clusters.annual.models import AnnualAssessment, AnnualReport, Award, ReportChase
from clusters.applications.application_content import STANDING
from clusters.people import regions
from clusters.register.models import Cluster
from engine.calendar import Calendar

LATE_LABELS = {"cluster": "集群迟延", "city": "市州迟延", "": ""}


@dataclass(frozen=True)
class Line:
    """One cluster in one year; `report` is None where none was opened, then `standing` is too."""

    cluster: Cluster
    report: AnnualReport | None
    standing: Standing | None
    chases: Sequence[ReportChase]
    assessment: AnnualAssessment | None
    award: Award | None

    @property
    def state(self) -> str:
        return annual_reports.LABELS[self.report.status] if self.report else "未建立"

    @property
    def late(self) -> str:
        return LATE_LABELS[self.standing.late] if self.standing else ""

    @property
    def at_city(self) -> date | None:
        return annual_reports.arrivals(self.report).at_city if self.report else None

    @property
    def at_province(self) -> date | None:
        return annual_reports.arrivals(self.report).at_province if self.report else None

    @property
    def provisional(self) -> bool:
        return self.standing is not None and self.standing.deadline.provisional

    @property
    def urges(self) -> Sequence[ReportChase]:
        """The rounds that found something to urge: the round that finds everything reported is none."""
        return [chase for chase in self.chases if chase.action == "urge"]


def of_year(
    session: Session, year: int, scopes: Collection[str], calendar: Calendar, today: date
) -> list[Line]:
    """Clusters of these regions that hold the title or were asked to report on the year."""
    asked = sa.select(AnnualReport.cluster_no).where(AnnualReport.year == year)
    held = sa.and_(Cluster.status.in_(STANDING), Cluster.valid_from <= date(year, 12, 31))
    query = sa.select(Cluster).where(sa.or_(Cluster.cluster_no.in_(asked), held))
    found = session.scalars(query.order_by(Cluster.city_code, Cluster.cluster_no))
    seen = [c for c in found if any(regions.within(c.county_code, scope) for scope in scopes)]
    return [line_of(session, cluster, year, calendar, today) for cluster in seen]


def of_cluster(session: Session, cluster: Cluster, calendar: Calendar, today: date) -> list[Line]:
    """Every year about which something is known, newest first."""
    years = {r.year for r in annual_reports.of_cluster(session, cluster.cluster_no)}
    query = sa.select(AnnualAssessment.year).where(AnnualAssessment.cluster_no == cluster.cluster_no)
    years |= set(session.scalars(query))
    return [line_of(session, cluster, year, calendar, today) for year in sorted(years, reverse=True)]


def line_of(session: Session, cluster: Cluster, year: int, calendar: Calendar, today: date) -> Line:
    report = annual_reports.on_year(session, cluster.cluster_no, year)
    standing: Standing | None = None
    chases: tuple[ReportChase, ...] = ()
    if report is not None:
        standing = annual_lateness.standing(session, report, calendar, today)
        chases = tuple(annual_lateness.chases_of(session, report.key))
    same = {"cluster_no": cluster.cluster_no, "year": year}
    assessment = session.scalars(sa.select(AnnualAssessment).filter_by(**same, status="signed")).first()
    award = session.scalars(sa.select(Award).filter_by(**same)).first()
    return Line(cluster, report, standing, chases, assessment, award)
