"""A report that is missing: who is late, whom to urge, when a proposal may follow and why not (19-3a).

A timer asks once a week; what it may do is decided here and nothing of it is a decision against
anybody (D11). The proposal names the deadline's count and the urges with receipt as its evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annual import annual_reports
from clusters.annual.annual_deadlines import (
    Arrivals,
    Deadline,
    city_deadline,
    city_is_late,
    cluster_is_late,
    deadline_of,
)
from clusters.annual.models import AnnualReport, ReportChase
from clusters.applications.application_content import STANDING
from clusters.batches import rules
from clusters.register import register
from clusters.revocation import proposals
from clusters.revocation.evidence import Case, Item, Urged, urged
from clusters.revocation.evidence import Deadline as RunOut
from engine import urges
from engine.calendar import Calendar
from engine.clock import legal_day
from engine.due_dates import chinese
from engine.models import WorkItem

GROUND = "19-3a"
COUNTY_STEPS = frozenset({"fill_report", "approve_report"})


@dataclass(frozen=True)
class Standing:
    """How a report stands on a day. `late`: cluster, city, or empty. `why_not`: what bars a proposal."""

    late: str
    deadline: Deadline
    city_due: date | None
    receipts: Sequence[Urged] = ()
    why_not: Sequence[str] = ()

    @property
    def may_propose(self) -> bool:
        return self.late == "cluster" and not self.why_not


def standing(session: Session, report: AnnualReport, calendar: Calendar, today: date) -> Standing:
    """Both clocks against the dates, as the standard of the cluster's term has them (part 9)."""
    cluster = register.get(session, report.cluster_no)
    standard = rules.standard(session, cluster.rule_version)
    region = report.county_code
    deadline = deadline_of(report.year, calendar, region, standard.terms["report_grace"])
    arrivals = annual_reports.arrivals(report)
    city_due = None
    if arrivals.at_city is not None:
        days = standard.terms["report_verification"]
        city_due = city_deadline(deadline, arrivals.at_city, calendar, region, days)
    late = who_is_late(deadline, city_due, arrivals, today)
    receipts = receipts_of(session, report, deadline)
    why_not = _why_not(report, deadline, arrivals, today)
    needed = int(standard.practice["urges_before_proposal"].value)
    if len(receipts) < needed:
        why_not.append(f"有送达凭据的催报{len(receipts)}次，不足{needed}次")
    if cluster.status not in STANDING or proposals.is_open(session, cluster.cluster_no):
        why_not.append("集群称号已终止，或已有撤销提案在办")
    return Standing(late, deadline, city_due, receipts, why_not)


def who_is_late(deadline: Deadline, city_due: date | None, arrivals: Arrivals, today: date) -> str:
    """Whose turn it was when time ran out; nobody is late by a provisional calendar (D-15)."""
    if deadline.provisional:
        return ""
    if city_is_late(city_due, arrivals, today):
        return "city"
    return "cluster" if cluster_is_late(deadline, arrivals, today) else ""


def receipts_of(session: Session, report: AnnualReport, deadline: Deadline) -> list[Urged]:
    """Urges of the county by people, with proof of receipt, after the day on which lateness began (A-10)."""
    made = urges.of_instance(session, report.instance_id, COUNTY_STEPS)
    by_people = [urged(session, urge) for urge in made if urge.by is not None]
    return [one for one in by_people if one.receipt.strip() and one.on > deadline.flags_after]


def _why_not(report: AnnualReport, deadline: Deadline, arrivals: Arrivals, today: date) -> list[str]:
    """What bars a proposal by the timer. A person may still propose on other evidence."""
    found = []
    if deadline.provisional:
        found.append("期限按暂定工作日历计算，不产生不利后果")
    if arrivals.at_city is not None:
        late = arrivals.at_city > deadline.flags_after
        found.append("集群已经报送，迟报只作标记" if late else "集群已按期报市州，逾期不在集群")
    if today <= deadline.grace_ends:
        found.append(f"催报后的宽限期到{chinese(deadline.grace_ends)}届满")
    if legal_day(report.opened_at) > report.opens_on:
        found.append(f"填报任务应于{chinese(report.opens_on)}开启，系统迟开，逾期不归集群")
    return found


def evidence(report: AnnualReport, standing: Standing) -> list[Item]:
    """What a proposal rests on: the deadline with its count, and each urge with its receipt."""
    ran_out = standing.deadline
    what = f"{report.year}年度报告报送期限及宽限"
    count = ran_out.count.to_json()
    deadline = RunOut(what, ran_out.grace_ends, count, ran_out.provisional, case_key=report.key)
    return [Case(report.key, f"{report.year}年度报告"), deadline, *standing.receipts]


def facts(report: AnnualReport, standing: Standing) -> str:
    ran_out = standing.deadline
    return (
        f"{report.year}年度培育情况应于{chinese(ran_out.due)}前报送，至{chinese(ran_out.grace_ends)}宽限期满仍未报市州；"
        f"其间有送达凭据的催报{len(standing.receipts)}次。"
    )


# --- the weekly round -------------------------------------------------------------------------


def record_chase(
    session: Session, report: AnnualReport, action: str, late: str, why: Sequence[str], task_id: str,
    now: datetime,
) -> ReportChase:  # fmt: skip
    row = ReportChase(
        report_key=report.key, instance_id=report.instance_id, task_id=task_id, late=late, action=action,
        why=list(why), at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def chases_of(session: Session, key: str) -> Sequence[ReportChase]:
    query = sa.select(ReportChase).where(ReportChase.report_key == key).order_by(ReportChase.id)
    return session.scalars(query).all()


def holders(session: Session, report: AnnualReport) -> Sequence[WorkItem]:
    """The open work items of the report: who holds it now."""
    return urges.open_items(session, report.instance_id)
