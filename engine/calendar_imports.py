"""The way of a calendar year into the system: drafted, submitted, confirmed by a second person (D6).

Confirming stores a new version and counts every open deadline again, in one transaction: either the
year is in and everybody concerned is told, or nothing has happened.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import amendments, audit, calendar_store, calendar_wait, deadlines
from engine.calendar import Calendar
from engine.calendar_files import YearDraft
from engine.calendar_rules import checked
from engine.calendar_years import Year
from engine.directory import Seat
from engine.domain_dates import Moved
from engine.errors import Conflict, NotAllowed, NotFound, Problem, Refused
from engine.ids import new_id
from engine.models import CalendarImport
from engine.step import Parts

OPEN = ("draft", "pending")


def get(session: Session, import_id: str, *, hold: bool = False) -> CalendarImport:
    found = session.get(CalendarImport, import_id, with_for_update=hold or None)
    if found is None:
        raise NotFound
    return found


def listed(session: Session, limit: int = 100) -> Sequence[CalendarImport]:
    newest = sa.select(CalendarImport).order_by(CalendarImport.proposed_at.desc(), CalendarImport.id)
    return session.scalars(newest.limit(limit)).all()


def open_for(session: Session, year: int) -> CalendarImport | None:
    """An import of this national year that has not been decided."""
    query = sa.select(CalendarImport).where(
        CalendarImport.year == year, CalendarImport.region == "", CalendarImport.status.in_(OPEN)
    )
    return session.scalars(query).first()


def year_of(row: CalendarImport) -> Year:
    return Year.from_json(
        {
            "year": row.year, "region": row.region, "status": row.year_status, "version": row.version,
            "source_doc": row.source_doc, "days": row.days,
        }
    )  # fmt: skip


def with_year(session: Session, year: Year) -> Calendar:
    """The calendar as it will be."""
    return Calendar.from_years([*calendar_store.load_years(session), year])


# --- proposing ------------------------------------------------------------------------------------


def draft(session: Session, now: datetime, wanted: YearDraft, origin: str, by: str) -> CalendarImport:
    """Keep a checked year for a look at what it changes. Raises Refused with every problem."""
    kept = Calendar.from_years(calendar_store.load_years(session))
    year = checked(wanted, kept)
    _require_alone(session, year)
    if year.region is not None and not any(y.year == year.year and y.region is None for y in kept.years):
        message = f"{year.year}年的全国日历尚未导入，不能先导入地区日历。"
        raise Refused([Problem(message, "year")])
    record = year.to_json()
    row = CalendarImport(
        id=new_id(), year=year.year, region=year.region or "", version=year.version, year_status=year.status,
        source_doc=year.source_doc, days=record["days"], origin=origin, status="draft", proposed_by=by,
        proposed_at=now, moved=[],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _require_alone(session: Session, year: Year) -> None:
    query = sa.select(CalendarImport).where(
        CalendarImport.year == year.year, CalendarImport.region == (year.region or ""),
        CalendarImport.status.in_(OPEN),
    )  # fmt: skip
    if session.scalars(query).first() is not None:
        message = f"{year.title}日历已有一份待办的导入，请先撤回或确认那一份。"
        raise Refused([Problem(message, "year")])


def submit(session: Session, now: datetime, import_id: str, by: str) -> CalendarImport:
    """Hand it to a second person."""
    row = _held(session, import_id, "draft")
    if row.proposed_by != by:
        raise NotAllowed("只有导入人可以提交。")
    row.status = "pending"
    _note(session, now, row, "calendar.submitted", by)
    return row


def withdraw(session: Session, now: datetime, import_id: str, by: str) -> CalendarImport:
    row = _held(session, import_id, *OPEN)
    if row.proposed_by != by:
        raise NotAllowed("只有导入人可以撤回；其他人可以退回并写明理由。")
    return _decided(session, now, row, "withdrawn", by)


def reject(session: Session, now: datetime, import_id: str, by: str, reason: str) -> CalendarImport:
    row = _held(session, import_id, "pending")
    _require_second(row, by)
    if not reason.strip():
        raise Refused([Problem("请写明退回的理由。", "reason")])
    row.reason = reason.strip()
    return _decided(session, now, row, "rejected", by)


# --- confirming -----------------------------------------------------------------------------------


def preview(parts: Parts, session: Session, now: datetime, row: CalendarImport) -> list[Moved]:
    """Every deadline that would move. The session must never be committed or flushed."""
    return deadlines.recount(session, now, with_year(session, year_of(row)), parts.dates)


def confirm(parts: Parts, session: Session, now: datetime, import_id: str, by: str) -> list[Moved]:
    """The second person's word: a new version, all open deadlines counted again, everybody told."""
    row = _held(session, import_id, "pending")
    _require_second(row, by)
    year = year_of(row)
    _require_newer(session, year)
    deadlines.hold(session)
    calendar = with_year(session, year)
    calendar_store.put(session, now, year, by=row.proposed_by)
    moved = deadlines.recount(session, now, calendar, parts.dates)
    calendar_wait.release(session)
    row.moved = [to_json(m) for m in moved]
    _decided(session, now, row, "confirmed", by)
    reason = f"导入{year.title}工作日历（{year.source_doc or '暂定'}）"
    amendments.record(session, now, by, moved, reason)
    title = f"{year.title}工作日历已导入，您有期限重新计算"
    amendments.tell(session, parts.directory, now, f"calendar:{row.id}", moved, title)
    return moved


def _held(session: Session, import_id: str, *wanted: str) -> CalendarImport:
    row = get(session, import_id, hold=True)
    if row.status not in wanted:
        raise Conflict("这份日历导入已经有人处理，请刷新后查看。")
    return row


def _require_second(row: CalendarImport, by: str) -> None:
    if row.proposed_by == by:
        raise NotAllowed("工作日历须由另一人确认，导入人不能自己确认或退回。")


def _require_newer(session: Session, year: Year) -> None:
    kept = Calendar.from_years(calendar_store.load_years(session)).years
    if any((y.year, y.region) == (year.year, year.region) and y.version >= year.version for y in kept):
        raise Conflict(f"{year.title}日历已有同样或更高的版本，请重新导入。")


def _decided(session: Session, now: datetime, row: CalendarImport, status: str, by: str) -> CalendarImport:
    row.status, row.decided_by, row.decided_at = status, by, now
    _note(session, now, row, f"calendar.{status}", by)
    return row


def _note(session: Session, now: datetime, row: CalendarImport, action: str, by: str) -> None:
    facts = {
        "year": row.year, "region": row.region, "version": row.version, "source_doc": row.source_doc,
        "reason": row.reason, "moved": len(row.moved),
    }  # fmt: skip
    audit.record(session, now, by, action, subject=row.id, facts=facts)


# --- what moved, kept for the record --------------------------------------------------------------


def to_json(m: Moved) -> dict[str, Any]:
    return {
        "kind": m.kind, "case_id": m.case_id, "case_no": m.case_no, "case_title": m.case_title,
        "element": m.element, "name": m.name, "old_on": m.old_on.isoformat(), "new_on": m.new_on.isoformat(),
        "was_provisional": m.was_provisional, "is_provisional": m.is_provisional, "note": m.note,
        "seats": [[s.role, s.scope] for s in m.seats], "people": list(m.people),
    }  # fmt: skip


def from_json(data: dict[str, Any]) -> Moved:
    day = date.fromisoformat
    return Moved(**{
        **data, "old_on": day(data["old_on"]), "new_on": day(data["new_on"]),
        "seats": tuple(Seat(*s) for s in data["seats"]), "people": tuple(data["people"]),
    })  # fmt: skip
