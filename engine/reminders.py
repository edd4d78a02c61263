"""Reminders of open work items: rows that never enter the process (D5).

Property `remind` on a user task: working days around its due date (`-5,-2,0,+1`), a stretch of them
(`daily:-5..0`), days of the calendar before it (`-90d`: where that is a day off, the working day before),
a day of the due date's year (`01-20`) or one certain day (`2025-01-20`; where these are days off, the
working day after). They are sent at nine in the morning.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.calendar import Calendar
from engine.clock import SHANGHAI
from engine.errors import CalendarUnavailable
from engine.models import Reminder, WorkItem
from engine.periods import days_after

AT = time(9, 0)
STRETCH = re.compile(r"daily:([+-]?\d{1,3})\.\.([+-]?\d{1,3})")
OFFSET = re.compile(r"[+-]?\d{1,3}")
PLAIN_DAYS = re.compile(r"-(\d{1,3})d")


def labels(remind: str) -> Iterator[str]:
    """What a `remind` property stands for, one by one: `-5` … `+1`, `-90d`, `01-20`, `2025-01-20`."""
    for part in (p.strip() for p in remind.split(",")):
        if stretch := STRETCH.fullmatch(part):
            yield from (f"{n:+d}" for n in range(int(stretch[1]), int(stretch[2]) + 1))
        else:
            yield f"{int(part):+d}" if OFFSET.fullmatch(part) else part


def day_of(calendar: Calendar, due_on: date, label: str, region: str) -> date:
    """The day that a label means for this due date. Raises CalendarUnavailable."""
    if plain := PLAIN_DAYS.fullmatch(label):
        day = days_after(due_on, -int(plain[1]))
        return day if calendar.is_working_day(day, region) else calendar.before(day, 1, region).due
    if not OFFSET.fullmatch(label):
        text = label if len(label) > len("01-20") else f"{due_on.year:04d}-{label}"
        return calendar.on_or_after(date.fromisoformat(text), region).due
    offset = int(label)
    if offset < 0:
        return calendar.before(due_on, -offset, region).due
    return calendar.due(due_on, offset, region).due if offset else due_on


def arm(session: Session, now: datetime, calendar: Calendar, item: WorkItem) -> None:
    """A row for each reminder that lies ahead, at its distance from the due date as it is now.

    Past ones are never sent afterwards; those beyond the known calendar come when the year is imported.
    """
    if item.due_on is None:
        return
    known = {r.label: r for r in session.scalars(sa.select(Reminder).where(Reminder.item_id == item.id))}
    for label in dict.fromkeys(labels(item.remind) if item.remind else known):
        try:
            at = _at(day_of(calendar, item.due_on, label, item.scope))
        except CalendarUnavailable:
            continue
        _put(session, item, label, known.get(label), at, now)


def _put(
    session: Session, item: WorkItem, label: str, row: Reminder | None, at: datetime, now: datetime
) -> None:
    if row is None:
        if at > now:
            session.add(Reminder(item_id=item.id, label=label, due_at=at, status="waiting"))
    elif at <= now and row.status == "waiting" and row.due_at > now:
        row.status = "cancelled"  # the due date is an earlier one now: this one would come too late
    elif at > now and (row.due_at != at or row.status == "cancelled"):
        row.due_at, row.status, row.sent_at = at, "waiting", None


def _at(day: date) -> datetime:
    return datetime.combine(day, AT, SHANGHAI).astimezone(UTC)


def cancel(session: Session, item_id: str) -> None:
    session.execute(
        sa.update(Reminder)
        .where(Reminder.item_id == item_id, Reminder.status == "waiting")
        .values(status="cancelled")
    )


def _due(now: datetime) -> sa.Select[Reminder]:
    query = sa.select(Reminder).where(Reminder.status == "waiting", Reminder.due_at <= now)
    return query.order_by(Reminder.due_at, Reminder.id).limit(1)


def is_due(session: Session, now: datetime) -> bool:
    return session.scalar(_due(now).with_only_columns(Reminder.id)) is not None


def claim_due(session: Session, now: datetime) -> Reminder | None:
    return session.scalars(_due(now).with_for_update(skip_locked=True)).first()


def join_late_ones(session: Session, taken: Reminder, now: datetime) -> None:
    """After an outage several reminders of one item are due at once; people are told once."""
    session.execute(
        sa.update(Reminder)
        .where(Reminder.item_id == taken.item_id, Reminder.status == "waiting", Reminder.due_at <= now)
        .values(status="sent", sent_at=now)
    )


def next_due(session: Session, after: datetime) -> datetime | None:
    query = sa.select(sa.func.min(Reminder.due_at))
    return session.scalar(query.where(Reminder.status == "waiting", Reminder.due_at > after))


def wording(item: WorkItem, calendar: Calendar, today: date) -> tuple[str, str]:
    """Title and text; overdue said in working days, in plain days where the calendar is missing."""
    assert item.due_on is not None
    due = f"{item.due_on.year}年{item.due_on.month}月{item.due_on.day}日"
    if item.provisional:  # not announced: nothing is late yet (D-15)
        return f"请留意：{item.name}", f"应于{due}（暂定）前办结，该年度放假安排公布后确定。"
    if today > item.due_on:
        late = _days(calendar, item.due_on, today, item.scope)
        return f"已逾期：{item.name}", f"应于{due}前办结，已逾期 {late}，请尽快办理。"
    left = _days(calendar, today, item.due_on, item.scope)
    return f"即将到期：{item.name}", f"应于{due}前办结，还有 {left}。"


def _days(calendar: Calendar, start: date, end: date, region: str) -> str:
    try:
        return f"{calendar.working_days_between(start, end, region)} 个工作日"
    except CalendarUnavailable:
        return f"{(end - start).days} 天"
