"""Nothing adverse but by people, with a reason, after notice, from announced calendars (第十九条)."""

from datetime import date

import sqlalchemy as sa

from clusters.annual.models import AnnualAssessment, AnnualReport, Award
from clusters.applications.models import Application
from clusters.changes.models import ChangeCase
from clusters.people.models import PersonRole
from clusters.reexamination.models import Reexamination, ReexaminationCall
from clusters.register.models import Cluster
from clusters.revocation.models import (
    RevocationDecision,
    RevocationNotice,
    RevocationProposal,
    RevocationStatement,
)
from engine.clock import legal_day
from engine.models import Urge, WorkItem
from engine.periods import end_of_february
from tests.soak.invariants.look import Faults, Look

NEEDED_URGES = 2
STATEMENT_DAYS = 10
GRACE_DAYS = 10
WITH_GRACE = ("19-3a", "19-4")
MAY_BE_AWARDED = frozenset({"valid", "reexam_open", "renewed", "expired_pending", "revocation_proposed"})


def _proposed(look: Look, kind: str, *grounds: str) -> list[RevocationProposal]:
    """Proposals that this invariant has not seen; of the timer alone where grounds are named."""
    row = RevocationProposal
    where = [row.ground.in_(grounds), row.proposed_by.is_(None)] if grounds else []
    fresh = look.new(kind, row.id, *where)
    return list(look.session.scalars(sa.select(row).where(row.id.in_(fresh)))) if fresh else []


def nothing_adverse_from_a_provisional_date(look: Look) -> Faults:
    """第十九条, D-15: neither a proposal nor a notice period nor a late mark from an unannounced calendar."""
    for proposal in _proposed(look, "provisional"):
        for item in proposal.evidence:
            if item["kind"] != "deadline":
                continue
            if item["provisional"] or (item["count"] or {}).get("provisional"):
                yield f"{proposal.no} rests on a provisional deadline"
            on = date.fromisoformat(item["on"])
            if not look.is_confirmed(on, _end_of_grace(look, proposal, on)):
                yield f"{proposal.no} of {proposal.proposed_on} was made before that calendar was announced"
    for decision, notice in _decided(look, "decided provisionally"):
        if not _waived(look, decision) and not look.is_confirmed(notice.served_on, notice.statement_due):
            yield f"{decision.decision_no} was decided within a provisional period"


def _end_of_grace(look: Look, proposal: RevocationProposal, on: date) -> date:
    """The last day that was counted for a proposal: of the period itself, or of the grace after it (A-10)."""
    if proposal.ground not in WITH_GRACE:
        return on
    begins = on
    if proposal.ground == "19-4":
        confirmed = _change_of(look, proposal).confirmed_at
        begins = max(on, legal_day(confirmed)) if confirmed else on
    return look.calendar.due(begins, GRACE_DAYS, look.clusters[proposal.cluster_no].county_code).due


def _change_of(look: Look, proposal: RevocationProposal) -> ChangeCase:
    keys = [item["key"] for item in proposal.evidence if item["kind"] == "case"]
    return look.session.scalars(sa.select(ChangeCase).where(ChangeCase.no.in_(keys))).one()


def nothing_adverse_from_the_citys_lateness(look: Look) -> Faults:
    """第十八条、第十九条（三）, D-04: who reached the city in time owes nothing more to the timer."""
    for proposal in _proposed(look, "late reports", "19-3a"):
        query = sa.select(AnnualReport).where(AnnualReport.proposal_id == proposal.id)
        report = look.session.scalars(query).one()
        arrived = look.reached_city.get(report.key)
        if arrived is not None and arrived < proposal.proposed_on:
            yield f"{proposal.no}: {report.key} had reached the city on {arrived}"
        yield from _urged_in_vain(look, proposal, report)
        if legal_day(report.opened_at) > report.opens_on:
            yield f"{proposal.no}: the system itself opened {report.key} late"
    fresh = look.new("arrived", AnnualReport.key, AnnualReport.at_city_at.is_not(None))
    query = sa.select(AnnualReport.key, AnnualReport.at_city_at).where(AnnualReport.key.in_(fresh))
    for key, at in look.session.execute(query) if fresh else ():
        if legal_day(at) != look.reached_city.get(key):
            yield f"{key} reached the city on another day than is kept"


def _urged_in_vain(look: Look, proposal: RevocationProposal, report: AnnualReport) -> Faults:
    """A-10: the last of February, rolled to a working day, then grace, and two urges with receipt."""
    due = look.calendar.on_or_after(end_of_february(report.year + 1), report.county_code).due
    grace = look.calendar.due(due, GRACE_DAYS, report.county_code).due
    if proposal.proposed_on <= grace:
        yield f"{proposal.no} came on {proposal.proposed_on}, within the grace to {grace}"
    yield from _urged(look, proposal, report.instance_id, due)


def _urged(look: Look, proposal: RevocationProposal, instance_id: str, after: date) -> Faults:
    query = sa.select(Urge).join(WorkItem, WorkItem.id == Urge.item_id)
    made = look.session.scalars(query.where(WorkItem.instance_id == instance_id))
    with_receipt = [u for u in made if u.by and u.receipt and after < legal_day(u.at) <= proposal.proposed_on]
    if len(with_receipt) < NEEDED_URGES:
        yield f"{proposal.no} came after {len(with_receipt)} urges with receipt"


def nothing_adverse_for_a_change_that_was_reported(look: Look) -> Faults:
    """第十七条、第十九条（四）, A-09: only for a confirmed change, after urges and grace, unfiled."""
    for proposal in _proposed(look, "late changes", "19-4"):
        change = _change_of(look, proposal)
        if change.completed_on is None or (change.found_in != "self_report" and change.confirmed_by is None):
            yield f"{proposal.no}: nobody has confirmed {change.no}"
            continue
        region = look.clusters[proposal.cluster_no].county_code
        due = look.calendar.due(change.completed_on, 15, region).due
        if proposal.proposed_on <= look.calendar.due(due, GRACE_DAYS, region).due:
            yield f"{proposal.no} came within the grace of {change.no}, due on {due}"
        if change.reported_at is not None and legal_day(change.reported_at) < proposal.proposed_on:
            yield f"{proposal.no}: {change.no} had reached the city"
        yield from _urged(look, proposal, str(change.instance_id), due)


def nothing_adverse_for_who_applied_or_was_not_called(look: Look) -> Faults:
    """第十六条、第十九条（一）, D-08: a missing application counts where a batch was served."""
    for proposal in _proposed(look, "no application", "19-1a"):
        cluster = look.session.get_one(Cluster, proposal.cluster_no)
        where = Reexamination.cluster_no == cluster.cluster_no, Reexamination.term_no == cluster.term_no
        row = look.session.scalars(sa.select(Reexamination).where(*where)).one()
        filed = look.session.get_one(Application, row.case_no).first_submitted_at
        if filed is not None and filed <= proposal.proposed_at:
            yield f"{proposal.no}: {row.case_no} had been applied for on {filed}"
        called = sa.select(ReexaminationCall.served_on).where(
            ReexaminationCall.cluster_no == cluster.cluster_no, ReexaminationCall.term_no == cluster.term_no
        )
        served = [day for day in look.session.scalars(called) if day is not None]
        if not served or min(served) > proposal.proposed_on:
            yield f"{proposal.no}: no notice of a batch had been served on {cluster.cluster_no}"
        if row.apply_due is None or proposal.proposed_on <= max(row.valid_to, row.apply_due):
            yield f"{proposal.no} came within the period to {row.apply_due}"


def late_only_by_a_confirmed_date(look: Look) -> Faults:
    """第十八条, D-15: an assessment marks a report late only when it came late to the city."""
    fresh = look.new("late marks", AnnualAssessment.key, AnnualAssessment.late_report)
    for row in look.session.scalars(sa.select(AnnualAssessment).where(AnnualAssessment.key.in_(fresh))):
        arrived = look.reached_city.get(f"NB-{row.year}-{row.cluster_no}")
        if arrived is not None and arrived <= end_of_february(row.year + 1):
            yield f"{row.key} calls a report late that reached the city on {arrived}"


def every_adverse_act_has_person_reason_and_notice(look: Look) -> Faults:
    """第四条、第十九条, D-13, 10.3: a leader who did not propose, with reasons, after notice."""
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
        region = look.clusters[proposal.cluster_no].county_code
        full = look.calendar.due(notice.served_on, STATEMENT_DAYS, region)
        if _waived(look, decision):
            continue
        if decision.decision_date <= max(notice.statement_due, full.due):
            yield f"{proposal.no} was decided on {decision.decision_date}, within {notice.statement_due}"


def _decided(look: Look, kind: str) -> list[tuple[RevocationDecision, RevocationNotice]]:
    """Decisions that this invariant has not seen yet, with their notice; a missing one is the worst fault."""
    fresh, found = look.new(kind, RevocationDecision.id), []
    rows = sa.select(RevocationDecision).where(RevocationDecision.id.in_(fresh))
    for row in look.session.scalars(rows) if fresh else ():
        notice = look.session.get(RevocationNotice, row.proposal_id)
        assert notice is not None, f"decision {row.decision_no} on {look.today} without notice (第十九条)"
        found.append((row, notice))
    return found


def _waived(look: Look, decision: RevocationDecision) -> bool:
    said = sa.select(RevocationStatement.id).where(
        RevocationStatement.proposal_id == decision.proposal_id, RevocationStatement.waived
    )
    return look.session.scalar(said.limit(1)) is not None


def no_state_without_its_ground(look: Look) -> Faults:
    """第十六条、第十九条: 拟撤销 after a notice, 已撤销 by a decision, 已退出 by a conclusion."""
    for no, cluster in look.clusters.items():
        if cluster.status in ("revocation_proposed", "revoked"):
            query = sa.select(RevocationProposal.id).where(RevocationProposal.cluster_no == no)
            query = query.join(RevocationNotice, RevocationNotice.proposal_id == RevocationProposal.id)
            if cluster.status == "revoked":
                decided = RevocationDecision.proposal_id == RevocationProposal.id
                query = query.join(RevocationDecision, decided).where(RevocationDecision.outcome == "revoke")
        elif cluster.status == "exited":
            query = sa.select(Reexamination.case_no).where(
                Reexamination.cluster_no == no, Reexamination.conclusion == "withdrawn"
            )
        else:
            continue
        if look.session.scalar(query.limit(1)) is None:
            yield f"{no} stands at {cluster.status} without what must precede it"


def conclusions_and_grades_are_peoples(look: Look) -> Faults:
    """第十六条: whoever fails is told by a leader why; grades have a second person and a document."""
    row = Reexamination
    fresh = look.new("conclusions", row.case_no, row.conclusion.is_not(None))
    for found in look.session.scalars(sa.select(row).where(row.case_no.in_(fresh))) if fresh else ():
        if not found.decided_by or not found.decision_no or found.decision_date is None:
            yield f"{found.case_no} was concluded without a person or a document"
        if found.conclusion != "pass" and not found.reasons.strip():
            yield f"{found.case_no} was concluded without reasons"
    signed = look.new("grades", AnnualAssessment.key, AnnualAssessment.status == "signed")
    for one in look.session.scalars(sa.select(AnnualAssessment).where(AnnualAssessment.key.in_(signed))):
        if not one.signed_by or one.signed_by == one.scored_by or not one.decision_no:
            yield f"{one.key} was graded {one.grade} without a second person and a document"


def awards_go_to_the_excellent_who_held_the_title(look: Look) -> Faults:
    """第十六条, A-02: 优秀, a fund document, and the title on 31 December; a refusal says why."""
    fresh = look.new("awards", Award.key)
    for award in look.session.scalars(sa.select(Award).where(Award.key.in_(fresh))) if fresh else ():
        assessed = look.session.get(AnnualAssessment, award.key)
        if not award.granted:
            if not award.reason.strip():
                yield f"{award.key} was refused without reason"
            continue
        if assessed is None or assessed.grade != "优秀" or not award.fund_doc_no:
            yield f"{award.key} was awarded without grade or fund"
        last_day = date(award.year, 12, 31)
        then = [state for on, state in look.memory.states.get(award.cluster_no, ()) if on <= last_day]
        if not then or then[-1] not in MAY_BE_AWARDED or then[-1] != award.status_then:
            yield f"{award.key} was awarded though the cluster stood at {then[-1:]} on {last_day}"
        if look.clusters[award.cluster_no].status == "revocation_proposed":
            yield f"{award.key} was awarded while a revocation is proposed"
