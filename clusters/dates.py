"""Legal dates in the domain's own rows, kept in line with the working calendar (D6).

Answers the engine's port `DomainDates`. A module that stores a counted date adds a `Source` here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications.models import Application, CorrectionItem
from clusters.notices import notices
from clusters.notices.notice_kinds import KINDS
from clusters.objections import objections
from clusters.people import regions
from clusters.register.models import Notice
from clusters.revocation.models import RevocationNotice, RevocationProposal
from engine import deadlines
from engine.calendar import Calendar
from engine.directory import Seat
from engine.domain_dates import Moved, Recount
from engine.due_dates import DueDate
from engine.periods import days_after

PROVINCE = regions.province().code


@dataclass(frozen=True)
class Source:
    """One kind of date: `of_case` finds the counts that a case's days may stand for."""

    recount: Recount
    of_case: Callable[[Session, str], Sequence[DueDate]]


class ClusterDates:
    """All sources together."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)

    def count_of(self, session: Session, business_key: str, day: date) -> DueDate | None:
        counts = (count for source in self._sources for count in source.of_case(session, business_key))
        return next((count for count in counts if count.stood_for(day)), None)

    def recount(self, session: Session, now: datetime, calendar: Calendar) -> list[Moved]:
        return [moved for source in self._sources for moved in source.recount(session, now, calendar)]


def as_it_stands(trace: dict[str, object], on: date, provisional: bool) -> DueDate:
    """A stored count together with the date that is kept with it."""
    count = DueDate.from_json(trace)
    return replace(count, offset=(on - count.due).days, provisional=provisional)


# --- 公示 ---------------------------------------------------------------------------------------


def _notice_dates(session: Session, business_key: str) -> list[DueDate]:
    notice = notices.of_batch(session, business_key) or notices.of_case(session, business_key)
    if notice is None or notices.deciding_key(notice) != business_key:
        return []
    return [as_it_stands(notice.trace, notice.last_day, notice.provisional)]


def _recount_notices(session: Session, now: datetime, calendar: Calendar) -> list[Moved]:
    running = sa.select(Notice).where(Notice.outcome.is_(None)).order_by(Notice.no)
    moved = []
    for notice in session.scalars(running).all():
        if notice.calendar_version == calendar.version:
            continue
        before = notice.last_day, notice.provisional
        notices.recompute(notice, calendar)
        objections.reread(session, notice, None, now)
        if before == (notice.last_day, notice.provisional):
            continue
        moved.append(_of_notice(notice, *before))
        count = as_it_stands(notice.trace, notice.last_day, notice.provisional)
        key, ended = notices.deciding_key(notice), KINDS[notice.kind].ended
        moved += deadlines.move(
            session, now, calendar, [key], ended, days_after(notice.last_day, 1), count=count
        )
    return moved


def _of_notice(notice: Notice, old_on: date, was_provisional: bool) -> Moved:
    counties = dict.fromkeys(item.county_code for item in notice.items)
    return Moved(
        kind="notice", case_id=notice.instance_id, case_no=notices.deciding_key(notice),
        case_title=notice.title, element=KINDS[notice.kind].published, name="公示截止日", old_on=old_on,
        new_on=notice.last_day, was_provisional=was_provisional, is_provisional=notice.provisional,
        note=DueDate.from_json(notice.trace).note,
        seats=(Seat("prov_clerk", PROVINCE), *(Seat("county_clerk", code) for code in counties)),
    )  # fmt: skip


# --- 补正 ---------------------------------------------------------------------------------------


def _correction_dates(session: Session, business_key: str) -> list[DueDate]:
    query = sa.select(CorrectionItem).where(CorrectionItem.case_no == business_key)
    rows = session.scalars(query.order_by(CorrectionItem.round.desc(), CorrectionItem.no)).all()
    return [as_it_stands(r.due_trace, r.due_on, DueDate.from_json(r.due_trace).is_provisional) for r in rows]


def _recount_corrections(session: Session, now: datetime, calendar: Calendar) -> list[Moved]:
    """The county's open step shows the date; it is counted again with the other steps."""
    query = (
        sa.select(CorrectionItem)
        .join(Application, Application.case_no == CorrectionItem.case_no)
        .where(Application.status == "correcting", Application.correction_round == CorrectionItem.round)
    )
    for row in session.scalars(query).all():
        new = deadlines.recounted(DueDate.from_json(row.due_trace), row.due_on, calendar)
        if new is not None:
            row.due_on, row.due_trace = max(row.due_on, new.on), new.to_json()
    return []


# --- 陈述申辩 -----------------------------------------------------------------------------------


def _statement_dates(session: Session, business_key: str) -> list[DueDate]:
    return [
        as_it_stands(n.due_trace, n.statement_due, DueDate.from_json(n.due_trace).is_provisional)
        for n in session.scalars(_statement_notices(RevocationProposal.no == business_key))
    ]


def _statement_notices(which: sa.ColumnElement[bool]) -> sa.Select[RevocationNotice]:
    query = sa.select(RevocationNotice).join(RevocationProposal)
    return query.where(which).order_by(RevocationNotice.proposal_id)


def _recount_statements(session: Session, now: datetime, calendar: Calendar) -> list[Moved]:
    """The county's open step shows the date; it is counted again with the other steps."""
    for row in session.scalars(_statement_notices(RevocationProposal.status == "notified")).all():
        new = deadlines.recounted(DueDate.from_json(row.due_trace), row.statement_due, calendar)
        if new is not None:
            row.statement_due, row.due_trace = max(row.statement_due, new.on), new.to_json()
    return []


SOURCES = (
    Source(_recount_notices, _notice_dates),
    Source(_recount_corrections, _correction_dates),
    Source(_recount_statements, _statement_dates),
)
