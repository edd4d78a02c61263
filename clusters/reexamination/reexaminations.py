"""复核: the case of one cluster and term up to its filing, and what its end of term asks (F14, art. 16, 19).

The content, its corrections and the reviews are those of an application (`applications`);
here stands what a term adds: when to apply, what becomes of a missing application.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import applications
from clusters.applications.models import Application
from clusters.batches import batches
from clusters.batches.models import Batch
from clusters.people import regions
from clusters.reexamination import reexamination_batches as calls
from clusters.reexamination.models import Reexamination, ReexaminationCall
from clusters.register import register, register_status
from clusters.register.models import Cluster
from clusters.register.register_status import Act
from clusters.revocation import evidence, proposals
from clusters.revocation.evidence import Case, Deadline, Item, Served
from clusters.revocation.models import RevocationProposal
from engine.calendar import Calendar
from engine.due_dates import chinese
from engine.errors import NotFound, Refused
from engine.models import WorkItem

PROCESS, MESSAGE = "reexamination", "reexam_batch_opened"
ARTICLE = "第十六条"
OWED = ("fill_reexamination", "approve_reexamination")
LATE_WORDS = "复核申请截止日"


def get(session: Session, case_no: str) -> Reexamination:
    found = session.get(Reexamination, case_no)
    if found is None:
        raise NotFound(f"没有复核办件“{case_no}”。")
    return found


def locked(session: Session, case_no: str) -> tuple[Reexamination, Application, Cluster]:
    """The case with its cluster, held against other steps on the same title."""
    row = get(session, case_no)
    cluster = register.get(session, row.cluster_no)
    session.refresh(cluster, with_for_update=True)
    return row, applications.get(session, case_no), cluster


def of_cluster(session: Session, cluster_no: str) -> list[Reexamination]:
    """Latest term first."""
    query = sa.select(Reexamination).where(Reexamination.cluster_no == cluster_no)
    return list(session.scalars(query.order_by(Reexamination.term_no.desc())))


def prepare(
    session: Session, case_no: str, cluster_no: str, instance_id: str, now: datetime
) -> tuple[Reexamination, Cluster, ReexaminationCall | None]:
    """The case begins, by the calendar or by a batch: content is kept as an application's is."""
    cluster = register.get(session, cluster_no)
    row = session.get(Reexamination, case_no)
    if row is None:
        application = Application(
            case_no=case_no, kind="reexamination", county_code=cluster.county_code,
            city_code=regions.city_of(cluster.county_code).code, cluster_name=cluster.name,
            name_key=cluster.name_key, leading_industry=cluster.leading_industry,
            started_by="", started_at=now, fictional=cluster.fictional,
        )  # fmt: skip
        session.add(application)
        session.flush()
        row = Reexamination(
            case_no=case_no, cluster_no=cluster_no, term_no=cluster.term_no, valid_to=cluster.valid_to
        )
        session.add(row)
        session.flush()
    applications.attach(session, case_no, instance_id)
    return row, cluster, calls.call_of(session, cluster_no, row.term_no)


def is_due_provisional(row: Reexamination, calendar: Calendar, county_code: str) -> bool:
    """Whether the closing day was rolled by a calendar not yet announced; one that people set is certain."""
    rolled = calendar.on_or_after(row.valid_to, county_code)
    return rolled.is_provisional and rolled.due == row.apply_due


def open_case(
    session: Session, case_no: str, calendar: Calendar, today: date, now: datetime, act: Act
) -> Batch:
    """The province has opened the batch: the application is due, never before the term ends (D-08).

    Applying is an act: where the term ends on a day off, it may still be done on the next working day.
    """
    row, application, cluster = locked(session, case_no)
    call = calls.call_of(session, row.cluster_no, row.term_no)
    if call is None:
        raise NotFound("省级尚未把本集群列入复核批次。")
    batch = batches.get(session, call.batch_key)
    application.batch_key = batch.key
    row.apply_due = max(calendar.on_or_after(row.valid_to, cluster.county_code).due, batch.county_due)
    if cluster.status in ("valid", "renewed") and today <= row.valid_to:
        why = f"列入复核批次“{batch.title}”，复核开始"
        register_status.move(
            session, cluster, "reexam_open", on=today, at=now, why=why, doc_no=batch.notice_no, act=act
        )
    session.flush()
    return batch


def end_term(session: Session, case_no: str, today: date, now: datetime, act: Act) -> Cluster:
    """The term has run out undecided: the title is kept, and shown as such. Proposes nothing (D-08)."""
    _, application, cluster = locked(session, case_no)
    if cluster.status in ("valid", "reexam_open", "renewed") and today > cluster.valid_to:
        filed = "复核申请已受理，尚未作出结论" if application.first_submitted_at else "复核尚未作出结论"
        register_status.move(
            session, cluster, "expired_pending", on=today, at=now, why=f"有效期届满，{filed}，称号保留",
            act=act,
        )  # fmt: skip
    return cluster


# --- no application (第十九条（一）) --------------------------------------------------------------


def missing_application(
    session: Session, row: Reexamination, instance_id: str, calendar: Calendar
) -> list[Item]:
    """What shows that the application is missing: the batch, its notice, the period, the urges."""
    call = calls.call_of(session, row.cluster_no, row.term_no)
    found: list[Item] = []
    if call is not None:
        batch = batches.get(session, call.batch_key)
        found.append(Case(batch.key, batch.title))
        if call.served_on is not None:
            found.append(Served(f"复核通知{batch.notice_no}", call.served_on, call.receipt, batch.key))
    if row.apply_due is not None:
        after = calendar.next_working_day(row.apply_due)
        uncertain = after.provisional or calendar.on_or_after(row.valid_to).provisional
        found.append(Deadline(LATE_WORDS, row.apply_due, after.to_json(), uncertain, case_key=row.case_no))
    items = sa.select(WorkItem.id).where(WorkItem.instance_id == instance_id, WorkItem.element.in_(OWED))
    for item_id in session.scalars(items):
        found += evidence.urges_of(session, item_id)
    return found


def propose_missing(
    session: Session, case_no: str, calendar: Calendar, today: date, now: datetime, act: Act
) -> RevocationProposal | None:
    """A proposal under 19-1a, where everything that it takes is there; else the reasons are kept (D11)."""
    row, application, cluster = locked(session, case_no)
    if application.first_submitted_at is not None or row.conclusion is not None:
        return None
    items = missing_application(session, row, act.instance_id, calendar)
    apply_due = chinese(row.apply_due) if row.apply_due else "—"
    facts = f"有效期至{chinese(row.valid_to)}，复核申请截止日为{apply_due}，至今没有提出复核申请。"
    try:
        proposal = proposals.propose(
            session, cluster, "19-1a", facts=facts, evidence=items, by=None, on=today, at=now, source=act
        )
    except Refused as refused:
        row.overdue_note = "".join(p.message for p in refused.problems)
        return None
    row.overdue_note = f"已提出撤销建议{proposal.no}。"
    return proposal


def lose_title(session: Session, case_no: str) -> None:
    """The title is gone by another decision: nothing is left to re-examine."""
    applications.get(session, case_no).status = "title_lost"
