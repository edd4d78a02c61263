"""Each obligation exactly once, asked of nobody who owes it no more; nothing hangs (第十六条—第十八条)."""

from datetime import date

import sqlalchemy as sa

from clusters.annual.models import AnnualReport
from clusters.applications.application_content import STANDING
from clusters.reexamination.models import Reexamination
from clusters.register.models_history import ClusterEvent
from clusters.register.register_status import FOLLOWS
from engine.models import ArmedStart, Incident, Instance, Reminder, Submission, Timer, WorkItem
from engine.periods import add_years
from tests.soak.invariants.look import Faults, Look

ONCE = ("annual_monitoring", "annual_assessment", "reexamination")
GOES_ON = ("CX-", "XC-")  # a revocation tells of its own decision, a case study is taken down


def each_obligation_exactly_once(look: Look) -> Faults:
    """第十六条、第十八条, D4: one report and one assessment for each year of each title; never two."""
    if look.touched:
        begun = sa.select(Instance.business_key).where(
            Instance.id.in_(look.touched), Instance.process_key.in_(ONCE)
        )
        keys = Instance.business_key
        again = sa.select(keys).where(keys.in_(begun), Instance.process_key.in_(ONCE))
        twice = again.group_by(Instance.process_key, keys).having(sa.func.count() > 1)
        yield from (f"{key} was begun twice" for key in look.session.scalars(twice))
        started = sa.select(ArmedStart.instance_id).where(ArmedStart.instance_id.in_(look.touched))
        again = started.group_by(ArmedStart.instance_id).having(sa.func.count() > 1)
        yield from (
            f"instance {found} was begun by two armed starts" for found in look.session.scalars(again)
        )
    yield from _missing(look, look.today.year - 1)


def _missing(look: Look, year: int) -> Faults:
    if not look.knows(look.today.year):
        return
    opens, first_of_march = look.calendar.on_or_after(date(year + 1, 1, 1)).due, date(year + 1, 3, 1)
    keys = look.begun()
    for cluster_no, cluster in look.clusters.items():
        for prefix, day in (("NB", opens), ("KH", first_of_march)):
            key = f"{prefix}-{year}-{cluster_no}"
            owes = cluster.began.year <= year and cluster.status in STANDING
            if owes and look.today >= day and key not in keys:
                yield f"{key} should have begun on {day}"
            if cluster.began.year > year and key in keys:
                yield f"{key} asks for a year before {cluster_no} came into the register"


def register_moves_as_allowed(look: Look) -> Faults:
    """第十五条、第十六条、第十九条: states follow one another as the table says, without a gap."""
    event, stands = ClusterEvent, look.memory.stands
    for no, before, after, on in look.added(
        event, event.cluster_no, event.status_from, event.status_to, event.on
    ):
        if after is None:
            continue
        if before != stands.get(no):
            yield f"{no}: from {before}, but it stood at {stands.get(no)}"
        if before is not None and after not in FOLLOWS[before]:
            yield f"{no}: {before} -> {after} is no allowed move"
        stands[no] = after
        look.memory.states.setdefault(no, []).append((on, after))
    for no, cluster in look.clusters.items():
        if stands.get(no) != cluster.status:
            yield f"{no} stands at {cluster.status}, its history says otherwise"


def an_expired_title_is_kept_while_undecided(look: Look) -> Faults:
    """第十六条, D-08: 届满待复核 begins after the last day and ends with a conclusion, never by itself."""
    for no, cluster in look.clusters.items():
        if cluster.status != "expired_pending":
            continue
        if look.today <= cluster.valid_to:
            yield f"{no} is shown as expired within its term to {cluster.valid_to}"
        decided = sa.select(Reexamination.conclusion).where(
            Reexamination.cluster_no == no, Reexamination.term_no == cluster.term_no
        )
        conclusion = look.session.scalar(decided)
        if conclusion == "pass":
            yield f"{no} has passed its re-examination and is still shown as undecided"


def a_renewal_follows_without_a_gap(look: Look) -> Faults:
    """第十六条: a further term runs from the end of the old one, whenever it was decided."""
    row = Reexamination
    fresh = look.new("renewals", row.case_no, row.conclusion == "pass")
    for found in look.session.scalars(sa.select(row).where(row.case_no.in_(fresh))):
        if found.new_valid_from is None or found.new_valid_to is None:
            yield f"{found.case_no} was passed without a further term"
            continue
        gap = (found.new_valid_from - found.valid_to).days
        if gap not in (0, 1) or found.new_valid_to != add_years(found.valid_to, 3):
            term = f"{found.new_valid_from}—{found.new_valid_to}"
            yield f"{found.case_no}: {found.valid_to} is followed by {term}"


def a_lost_title_owes_nothing(look: Look) -> Faults:
    """第十九条: whoever has lost the title is asked for nothing any more."""
    gone = {no for no, cluster in look.clusters.items() if cluster.status not in STANDING}
    if not gone:
        return
    if look.has_ticked:  # what is armed follows the register at the next tick, before any start
        waiting = sa.select(ArmedStart.process_key, ArmedStart.subject).where(ArmedStart.status == "waiting")
        for key, subject in look.session.execute(waiting):
            if subject in gone:
                yield f"{key} is still armed for {subject}"
    for key in look.session.scalars(sa.select(Instance.business_key).where(Instance.status == "running")):
        if not key.startswith(GOES_ON) and any(key.endswith(no) or f"{no}-" in key for no in gone):
            yield f"{key} still runs though the title is gone"


def nobody_is_reminded_of_what_is_past(look: Look) -> Faults:
    """第五条: nothing before a cluster came into the register is asked, reminded of or urged."""
    reminder = Reminder
    for item_id, due_at in look.added(reminder, reminder.item_id, reminder.due_at):
        made = look.session.scalar(sa.select(WorkItem.created_at).where(WorkItem.id == item_id))
        if made is not None and due_at <= made:
            yield f"a reminder of {due_at} for a task of {made}"
    report = AnnualReport
    for key in look.new("reports of the past", report.key):
        _, year, no = key.split("-", 2)
        if int(year) < look.clusters[no].began.year:
            yield f"{key} asks for a year before the register had {no}"


def no_running_date_moves_earlier(look: Look) -> Faults:
    """D6: whatever calendar is imported, what somebody was told before stays at least as late."""
    query = sa.select(WorkItem.id, WorkItem.element, WorkItem.due_on).where(
        WorkItem.status == "open", WorkItem.due_on.is_not(None)
    )
    now_due = {}
    for id_, element, due_on in look.session.execute(query):
        before = look.memory.due_on.get(id_, due_on)
        if due_on < before:
            yield f"{element} {id_} was due on {before}, now on {due_on}"
        now_due[id_] = due_on
    look.memory.due_on = now_due


def nothing_is_left_hanging(look: Look) -> Faults:
    """D8: no fault, no task or timer of a case that has ended, no submission without its task."""
    for incident in look.session.scalars(sa.select(Incident).where(Incident.resolved_at.is_(None))):
        yield f"incident {incident.kind} at {incident.element}: {incident.error} {incident.detail[-1500:]}"
    if look.has_ticked and look.knows(look.today.year):
        late = sa.select(Timer.element).where(Timer.status == "waiting", Timer.due_on < look.today)
        if not look.knows(look.today.year + 1):  # what it leads to has to be counted into that year: it waits
            late = late.where(sa.or_(Timer.attempts > 0, Timer.not_before.is_(None)))
        yield from (
            f"timer {name} came due before {look.today} and still waits"
            for name in look.session.scalars(late)
        )
    if not look.touched:
        return
    ended = sa.select(Instance.id).where(Instance.status == "ended", Instance.id.in_(look.touched))
    for table, status in ((WorkItem, "open"), (Timer, "waiting")):
        left = sa.select(table.element).where(table.status == status, table.instance_id.in_(ended))
        yield from (f"{name} is left of a case that has ended" for name in look.session.scalars(left))
    done = sa.select(WorkItem.id).where(
        WorkItem.status == "completed", WorkItem.instance_id.in_(look.touched)
    )
    odd = sa.select(Submission.element).where(
        Submission.instance_id.in_(look.touched), Submission.item_id.not_in(done),
        Submission.recalled_at.is_(None),
    )  # fmt: skip
    yield from (f"{name} was submitted and its task is open" for name in look.session.scalars(odd))
