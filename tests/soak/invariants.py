"""What must be true on every single day, whatever people did. Each gives the faults it finds, in words.

Read from the database alone, and reckoned anew where that is possible: nothing here asks the code
that took the step whether it was allowed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annual.models import AnnualAssessment, AnnualReport, Award
from clusters.applications.application_content import STANDING
from clusters.changes.models import ChangeCase
from clusters.models import Cluster, ClusterEvent
from clusters.people.models import PersonRole
from clusters.register.register_status import FOLLOWS
from clusters.revocation.models import (
    RevocationDecision,
    RevocationNotice,
    RevocationProposal,
    RevocationStatement,
)
from engine.calendar import Calendar
from engine.clock import legal_day
from engine.models import ArmedStart, CalendarYear, Incident, Instance, Submission, Timer, Urge, WorkItem
from engine.periods import end_of_february

NEEDED_URGES = 2
ONCE = ("annual_monitoring", "annual_assessment", "reexamination")


@dataclass
class Look:
    """One morning's look: the database, the day, the calendar, and what earlier looks remember."""

    session: Session
    today: date
    calendar: Calendar
    reached_city: dict[str, date]
    has_ticked: bool  # nobody has acted since the scheduler was last awake
    due_on: dict[str, date] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def new(self, kind: str, ids: set[str]) -> set[str]:
        """Those that no earlier look has seen."""
        known = self.seen.setdefault(kind, set())
        fresh = ids - known
        known |= fresh
        return fresh

    def knows(self, year: int) -> bool:
        """Whether there is any calendar of the year; without one, what needs it waits for the import."""
        return any(y.year == year and y.region is None for y in self.calendar.years)

    def is_confirmed(self, *days: date) -> bool:
        query = sa.select(CalendarYear.year).where(
            CalendarYear.status == "confirmed", CalendarYear.region == ""
        )
        return {d.year for d in days} <= set(self.session.scalars(query))


Faults = Iterator[str]
Invariant = Callable[[Look], Faults]


def each_obligation_exactly_once(look: Look) -> Faults:
    """第十六条、第十八条, D4: one report and one assessment for each year of each title; never two."""
    counted = sa.select(Instance.business_key).where(Instance.process_key.in_(ONCE))
    twice = counted.group_by(Instance.process_key, Instance.business_key).having(sa.func.count() > 1)
    yield from (f"{key} was begun twice" for key in look.session.scalars(twice))
    fired = sa.select(ArmedStart.instance_id).where(ArmedStart.instance_id.is_not(None))
    again = fired.group_by(ArmedStart.instance_id).having(sa.func.count() > 1)
    yield from (f"instance {found} was begun by two armed starts" for found in look.session.scalars(again))
    yield from _missing(look, look.today.year - 1)


def _missing(look: Look, year: int) -> Faults:
    keys = set(look.session.scalars(sa.select(Instance.business_key).where(Instance.process_key.in_(ONCE))))
    for cluster in look.session.scalars(sa.select(Cluster)):
        began = max(cluster.valid_from, legal_day(cluster.designated_at))
        owes = began.year <= year and cluster.status in STANDING
        for prefix, opens in (("NB", _report_opens(look, year)), ("KH", date(year + 1, 3, 1))):
            key = f"{prefix}-{year}-{cluster.cluster_no}"
            is_time = opens is not None and look.today >= opens and look.knows(look.today.year)
            if owes and is_time and key not in keys:
                yield f"{key} should have begun on {opens}"
            if began.year > year and key in keys:
                yield f"{key} asks for a year before {cluster.cluster_no} came into the register"


def _report_opens(look: Look, year: int) -> date | None:
    return look.calendar.on_or_after(date(year + 1, 1, 1)).due if look.knows(year + 1) else None


def register_moves_as_allowed(look: Look) -> Faults:
    """第十五条、第十六条、第十九条: states follow one another as the table says, without a gap."""
    stands: dict[str, str | None] = {}
    for event in look.session.scalars(sa.select(ClusterEvent).order_by(ClusterEvent.id)):
        if event.status_to is None:
            continue
        before = stands.get(event.cluster_no)
        if event.status_from != before:
            yield f"{event.cluster_no}: from {event.status_from}, but it stood at {before}"
        if before is not None and event.status_to not in FOLLOWS[before]:
            yield f"{event.cluster_no}: {before} -> {event.status_to} is no allowed move"
        stands[event.cluster_no] = event.status_to
    for cluster in look.session.scalars(sa.select(Cluster)):
        if stands.get(cluster.cluster_no) != cluster.status:
            yield f"{cluster.cluster_no} stands at {cluster.status}, its history says otherwise"


def nothing_adverse_from_a_provisional_date(look: Look) -> Faults:
    """第十九条, D-15: neither a proposal nor a notice period nor a late mark from an unannounced calendar."""
    proposed = {p.id: p for p in look.session.scalars(sa.select(RevocationProposal))}
    for fresh in look.new("provisional", set(proposed)):
        proposal = proposed[fresh]
        for item in proposal.evidence:
            if item["kind"] != "deadline":
                continue
            if item["provisional"] or (item["count"] or {}).get("provisional"):
                yield f"{proposal.no} rests on a provisional deadline"
            if not look.is_confirmed(date.fromisoformat(item["on"]), proposal.proposed_on):
                yield f"{proposal.no} of {proposal.proposed_on} was made before that calendar was announced"
    for decision, notice in _decided(look, "decided provisionally"):
        if not _waived(look, decision) and not look.is_confirmed(notice.served_on, notice.statement_due):
            yield f"{decision.decision_no} was decided within a provisional period"


def nothing_adverse_from_the_citys_lateness(look: Look) -> Faults:
    """第十八条、第十九条（三）, D-04: who reached the city in time owes nothing more to the timer."""
    timed = sa.select(RevocationProposal).where(
        RevocationProposal.ground == "19-3a", RevocationProposal.proposed_by.is_(None)
    )
    reports = {r.proposal_id: r for r in look.session.scalars(sa.select(AnnualReport)) if r.proposal_id}
    for proposal in look.session.scalars(timed):
        report = reports[proposal.id]
        arrived = look.reached_city.get(report.key)
        if arrived is not None and arrived < proposal.proposed_on:
            yield f"{proposal.no}: {report.key} had reached the city on {arrived}"
        yield from _urged_in_vain(look, proposal, report)
        if legal_day(report.opened_at) > report.opens_on:
            yield f"{proposal.no}: the system itself opened {report.key} late"
    for report in look.session.scalars(sa.select(AnnualReport).where(AnnualReport.at_city_at.is_not(None))):
        assert report.at_city_at is not None
        if legal_day(report.at_city_at) != look.reached_city.get(report.key):
            yield f"{report.key} reached the city on another day than is kept"


def _urged_in_vain(look: Look, proposal: RevocationProposal, report: AnnualReport) -> Faults:
    """A-10: the last of February, rolled to a working day, then grace, and two urges with receipt."""
    due = look.calendar.on_or_after(end_of_february(report.year + 1), report.county_code).due
    grace = look.calendar.due(due, 10, report.county_code).due
    if proposal.proposed_on <= grace:
        yield f"{proposal.no} came on {proposal.proposed_on}, within the grace to {grace}"
    query = sa.select(Urge).join(WorkItem, WorkItem.id == Urge.item_id)
    made = look.session.scalars(query.where(WorkItem.instance_id == report.instance_id))
    with_receipt = [u for u in made if u.by and u.receipt and due < legal_day(u.at) <= proposal.proposed_on]
    if len(with_receipt) < NEEDED_URGES:
        yield f"{proposal.no} came after {len(with_receipt)} urges with receipt"


def nothing_adverse_for_a_change_that_was_reported(look: Look) -> Faults:
    """第十七条、第十九条（四）, A-09: the timer proposes only for a confirmed change that nobody reported."""
    timed = sa.select(RevocationProposal).where(
        RevocationProposal.ground == "19-4", RevocationProposal.proposed_by.is_(None)
    )
    changes = {c.no: c for c in look.session.scalars(sa.select(ChangeCase))}
    for proposal in look.session.scalars(timed):
        (change,) = (
            changes[i["key"]] for i in proposal.evidence if i["kind"] == "case" and i["key"] in changes
        )
        if change.confirmed_by is None or change.completed_on is None:
            yield f"{proposal.no}: nobody has confirmed {change.no}"
            continue
        due = look.calendar.due(change.completed_on, 15, proposal_region(look, proposal)).due
        if proposal.proposed_on <= due:
            yield f"{proposal.no} came before {change.no} was due on {due}"
        if change.reported_at is not None and legal_day(change.reported_at) < proposal.proposed_on:
            yield f"{proposal.no}: {change.no} had reached the city"


def proposal_region(look: Look, proposal: RevocationProposal) -> str:
    return look.session.get_one(Cluster, proposal.cluster_no).county_code


def late_only_by_a_confirmed_date(look: Look) -> Faults:
    """第十八条, D-15: an assessment marks a report late only when it came late to the city."""
    query = sa.select(AnnualAssessment).where(AnnualAssessment.late_report)
    for row in look.session.scalars(query):
        arrived = look.reached_city.get(f"NB-{row.year}-{row.cluster_no}")
        if arrived is not None and arrived <= end_of_february(row.year + 1):
            yield f"{row.key} calls a report late that reached the city on {arrived}"


def every_adverse_act_has_person_reason_and_notice(look: Look) -> Faults:
    """第四条、第十九条, D-13, 10.3: a leader who did not propose, with reasons, after notice and period."""
    leaders = set(
        look.session.scalars(sa.select(PersonRole.person_id).where(PersonRole.role == "prov_leader"))
    )
    for decision, notice in _decided(look, "decided"):
        proposal = look.session.get_one(RevocationProposal, decision.proposal_id)
        if decision.decided_by not in leaders or decision.decided_by == proposal.proposed_by:
            yield f"{proposal.no} was decided by somebody who may not"
        if not decision.reasons.strip() or (decision.outcome == "rectify" and not decision.basis.strip()):
            yield f"{proposal.no} was decided without reasons"
        if not notice.receipt.strip() or notice.served_on < proposal.proposed_on:
            yield f"{proposal.no} was decided without proof that the party knew"
        if not _waived(look, decision) and decision.decision_date <= notice.statement_due:
            yield f"{proposal.no} was decided on {decision.decision_date}, within {notice.statement_due}"
    yield from _states_without_ground(look)
    yield from _assessed_without_person(look)


def _decided(look: Look, kind: str) -> list[tuple[RevocationDecision, RevocationNotice]]:
    """Decisions that this invariant has not seen yet, with their notice; a missing one is the worst fault."""
    rows = {d.id: d for d in look.session.scalars(sa.select(RevocationDecision))}
    found = []
    for fresh in look.new(kind, set(rows)):
        notice = look.session.get(RevocationNotice, rows[fresh].proposal_id)
        assert notice is not None, f"decision {fresh} on {look.today} without notice (第十九条)"
        found.append((rows[fresh], notice))
    return found


def _waived(look: Look, decision: RevocationDecision) -> bool:
    said = sa.select(RevocationStatement.id).where(
        RevocationStatement.proposal_id == decision.proposal_id, RevocationStatement.waived
    )
    return look.session.scalar(said.limit(1)) is not None


def _states_without_ground(look: Look) -> Faults:
    """The register shows 拟撤销 only after a notice, 已撤销 only after a decision."""
    for status, outcomes in (("revocation_proposed", None), ("revoked", "revoke")):
        grounds = sa.select(RevocationProposal.cluster_no).join(
            RevocationNotice, RevocationNotice.proposal_id == RevocationProposal.id
        )
        if outcomes is not None:
            grounds = grounds.join(
                RevocationDecision, RevocationDecision.proposal_id == RevocationProposal.id
            )
            grounds = grounds.where(RevocationDecision.outcome == outcomes)
        bare = sa.select(Cluster.cluster_no).where(
            Cluster.status == status, Cluster.cluster_no.not_in(grounds)
        )
        yield from (
            f"{no} stands at {status} without what must precede it" for no in look.session.scalars(bare)
        )


def _assessed_without_person(look: Look) -> Faults:
    """第十六条: grades and refused awards are signed by people, an award only for 优秀 with its fund."""
    for row in look.session.scalars(sa.select(AnnualAssessment).where(AnnualAssessment.status == "signed")):
        if not row.signed_by or row.signed_by == row.scored_by or not row.decision_no:
            yield f"{row.key} was graded {row.grade} without a second person and a document"
    for award in look.session.scalars(sa.select(Award)):
        assessed = look.session.get(AnnualAssessment, award.key)
        if award.granted and (assessed is None or assessed.grade != "优秀" or not award.fund_doc_no):
            yield f"{award.key} was awarded without grade or fund"
        if not award.granted and not award.reason.strip():
            yield f"{award.key} was refused without reason"


def a_lost_title_owes_nothing(look: Look) -> Faults:
    """第十九条: whoever has lost the title is asked for nothing any more."""
    gone = set(look.session.scalars(sa.select(Cluster.cluster_no).where(Cluster.status.not_in(STANDING))))
    # What is armed follows the register at the next tick, which comes within a minute and before any start.
    moved = sa.select(ClusterEvent.cluster_no).where(ClusterEvent.on == look.today)
    armed = sa.select(ArmedStart).where(
        ArmedStart.status == "waiting", ArmedStart.subject.in_(gone), ArmedStart.subject.not_in(moved)
    )
    yield from (f"{row.process_key} is still armed for {row.subject}" for row in look.session.scalars(armed))
    for key in look.session.scalars(sa.select(Instance.business_key).where(Instance.status == "running")):
        if not key.startswith("CX-") and any(no in key for no in gone):
            yield f"{key} still runs though the title is gone"


def no_running_date_moves_earlier(look: Look) -> Faults:
    """D6: whatever calendar is imported, what somebody was told before stays at least as late."""
    query = sa.select(WorkItem).where(WorkItem.status == "open", WorkItem.due_on.is_not(None))
    for item in look.session.scalars(query):
        assert item.due_on is not None
        if item.due_on < look.due_on.get(item.id, item.due_on):
            yield f"{item.element} {item.id} was due on {look.due_on[item.id]}, now on {item.due_on}"
        look.due_on[item.id] = item.due_on


def nothing_is_left_hanging(look: Look) -> Faults:
    """D8: no fault, no task or timer of a case that has ended, no submission without its task."""
    for incident in look.session.scalars(sa.select(Incident).where(Incident.resolved_at.is_(None))):
        yield f"incident {incident.kind} at {incident.element}: {incident.error} {incident.detail[-1500:]}"
    ended = sa.select(Instance.id).where(Instance.status == "ended")
    for table, status in ((WorkItem, "open"), (Timer, "waiting")):
        left = sa.select(table.element).where(table.status == status, table.instance_id.in_(ended))
        yield from (f"{name} is left of a case that has ended" for name in look.session.scalars(left))
    if look.has_ticked and look.knows(look.today.year):
        yield from _timers_passed_over(look)
    done = sa.select(WorkItem.id).where(WorkItem.status == "completed")
    odd = sa.select(Submission.element).where(
        Submission.item_id.not_in(done), Submission.recalled_at.is_(None)
    )
    yield from (f"{name} was submitted and its task is open" for name in look.session.scalars(odd))


def _timers_passed_over(look: Look) -> Faults:
    late = sa.select(Timer.element).where(Timer.status == "waiting", Timer.due_on < look.today)
    yield from (
        f"timer {name} came due before {look.today} and still waits" for name in look.session.scalars(late)
    )


EVERY_DAY: tuple[Invariant, ...] = (
    each_obligation_exactly_once,
    register_moves_as_allowed,
    nothing_adverse_from_a_provisional_date,
    nothing_adverse_from_the_citys_lateness,
    nothing_adverse_for_a_change_that_was_reported,
    late_only_by_a_confirmed_date,
    every_adverse_act_has_person_reason_and_notice,
    a_lost_title_owes_nothing,
    no_running_date_moves_earlier,
    nothing_is_left_hanging,
)
