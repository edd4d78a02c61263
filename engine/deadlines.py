"""Deadlines that become others: by a person's act, or because the working calendar has changed (D6, D15).

The only place that moves a due date or a timer. A running case never moves to an earlier day because
of a new calendar. Knows no page and, but for the port `DomainDates`, nothing of the domain.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import reminders
from engine.calendar import Calendar
from engine.clock import at_start_of, legal_day
from engine.directory import Seat
from engine.domain_dates import DomainDates, Moved, Recount
from engine.due_dates import DueDate, ending, succeeding
from engine.errors import CalendarUnavailable
from engine.models import ArmedStart, Instance, Timer, WorkItem
from engine.step import Parts, Step
from engine.work_items import seats_of

Dated = WorkItem | Timer
WAITING = ("waiting", "incident")


def recounted(count: DueDate, on: date, calendar: Calendar) -> DueDate | None:
    """The count of a date that stands on `on`, by another calendar; None when nothing about it changes.

    The new date is `max(on, result.on)`: it never lies earlier than it stood.
    """
    if count.calendar_version == calendar.version:
        return None
    try:
        found = calendar.recount(count)
    except CalendarUnavailable:
        return None
    same = (found.on, found.is_provisional, found.trace) == (count.on, count.is_provisional, count.trace)
    return None if same else succeeding(count, found, on)


# --- the calendar has changed -------------------------------------------------------------------


def recount(
    session: Session, now: datetime, calendar: Calendar, domain: DomainDates | None = None
) -> list[Moved]:
    """Bring every open legal date in line with this calendar; returns those whose day or standing changed.

    Writes no audit and tells nobody: a preview runs it in a transaction that is never committed.
    """
    sources: list[Recount] = [_timers, _work_items, _armed_starts]
    if domain is not None:  # first: timers and items follow the domain's dates
        sources.insert(0, domain.recount)
    moved: list[Moved] = []
    for source in sources:
        moved += source(session, now, calendar)
    return sorted(moved, key=lambda m: (m.case_no, m.new_on, m.name))


def hold(session: Session) -> None:
    """Keep every step out while dates are counted again; in one order, so that nobody waits in a ring."""
    query = sa.select(Instance.id).where(Instance.status == "running").order_by(Instance.id)
    session.execute(query.with_for_update())


def _timers(session: Session, now: datetime, calendar: Calendar) -> list[Moved]:
    query = (
        sa.select(Timer, Instance)
        .join(Instance, Instance.id == Timer.instance_id)
        .where(Timer.status.in_(WAITING), Timer.due_on.is_not(None))
        .order_by(Timer.id)
    )
    found = (_again(session, now, calendar, *row) for row in session.execute(query).all())
    return [moved for moved in found if moved is not None]


def _work_items(session: Session, now: datetime, calendar: Calendar) -> list[Moved]:
    query = (
        sa.select(WorkItem, Instance)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .where(WorkItem.status == "open", WorkItem.due_on.is_not(None))
        .order_by(WorkItem.number)
    )
    rows = session.execute(query).all()
    found = [_again(session, now, calendar, item, instance) for item, instance in rows]
    for item, _ in rows:
        reminders.arm(session, now, calendar, item)
    return [moved for moved in found if moved is not None]


def _armed_starts(session: Session, now: datetime, calendar: Calendar) -> list[Moved]:
    """What has not begun is no running case: it follows the calendar either way (`armed_starts`)."""
    query = sa.select(ArmedStart).where(ArmedStart.status == "waiting", ArmedStart.trace.is_not(None))
    moved = []
    for row in session.scalars(query.order_by(ArmedStart.id)).all():
        count, before = DueDate.from_json(row.trace or {}), (row.due_on, row.provisional)
        try:
            new = replace(calendar.recount(count), note="")
        except CalendarUnavailable:
            continue
        if before == (new.on, new.is_provisional):
            continue
        row.due_on, row.due_at, row.trace = new.on, at_start_of(new.on), new.to_json()
        row.provisional = new.is_provisional
        moved.append(
            Moved(
                kind="armed_start", case_id="", case_no=row.subject, case_title=row.title,
                element=row.element, name="自动发起", old_on=before[0], new_on=new.on,
                was_provisional=before[1], is_provisional=new.is_provisional,
            )
        )  # fmt: skip
    return moved


def _again(
    session: Session, now: datetime, calendar: Calendar, row: Dated, instance: Instance
) -> Moved | None:
    count = count_of(row)
    if count is None or row.due_on is None:
        return None
    new = recounted(count, row.due_on, calendar)
    if new is None:
        return None
    before = row.due_on, row.provisional
    _put(row, max(row.due_on, new.on), new)
    if row.legal_on is not None:
        row.legal_on = max(row.legal_on, new.on)
    return None if before == (row.due_on, row.provisional) else _moved(session, row, instance, *before)


# --- a person moves a deadline ------------------------------------------------------------------


def move(
    session: Session, now: datetime, calendar: Calendar, cases: Collection[str], element: str, on: date,
    *, count: DueDate | None = None, note: str = "",
) -> list[Moved]:  # fmt: skip
    """The legal date of a step or timer of these cases (business keys) is another day from now on.

    For what the law itself or a recorded document changes: a batch extended, a notice prolonged.
    `count` is the reckoning of the new day, when there is one. Reminders follow.
    """
    moved = []
    for row in _standing(session, cases, element):
        before = row.due_on or on, row.provisional
        _put(row, on, None if count is None else ending([count], on))
        row.legal_on, row.due_note = None, note
        _arm(session, now, calendar, row)
        moved.append(_moved(session, row, session.get_one(Instance, row.instance_id), *before))
    return moved


def move_by_diagram(
    parts: Parts, session: Session, now: datetime, cases: Collection[str], element: str,
    news: Mapping[str, Any], *, note: str = "",
) -> list[Moved]:  # fmt: skip
    """The same, the new day being counted by the step's own expression in the diagram.

    `news`: names whose values a recorded act has changed since the step opened. The workflow data
    stays; a diagram that comes back to the step reads them anew by a service task (D9).
    """
    calendar, moved = parts.calendar_of(session), []
    for row in _standing(session, cases, element):
        instance = session.get_one(Instance, row.instance_id)
        step = Step(parts, session, instance, now, None)
        task = next((t for t in step.load().open_tasks() if t.task_id == row.task_id), None)
        if task is None or task.model.due is None:
            continue
        on, count = step.due_date(task.model.due, {**task.data, **news})
        if on is not None and on != row.due_on:
            moved += move(
                session, now, calendar, [instance.business_key], element, on, count=count, note=note
            )
    return moved


def _standing(session: Session, cases: Collection[str], element: str) -> list[Dated]:
    """The open steps and waiting timers of this name, held against steps that run meanwhile."""
    these = sa.select(Instance.id).where(Instance.business_key.in_(cases))
    items = sa.select(WorkItem).where(
        WorkItem.instance_id.in_(these), WorkItem.element == element, WorkItem.status == "open"
    )
    timers = sa.select(Timer).where(
        Timer.instance_id.in_(these), Timer.element == element, Timer.status.in_(WAITING)
    )
    return [*session.scalars(items.with_for_update()), *session.scalars(timers.with_for_update())]


def _arm(session: Session, now: datetime, calendar: Calendar, row: Dated) -> None:
    if isinstance(row, WorkItem):
        reminders.arm(session, now, calendar, row)


def count_of(row: Dated) -> DueDate | None:
    """How the date was counted; None for a plain day that a document fixed."""
    kept = row.due_trace if isinstance(row, WorkItem) else row.trace
    return None if kept is None else DueDate.from_json(kept)


def amend(session: Session, now: datetime, calendar: Calendar, row: Dated, on: date, note: str) -> Moved:
    """An administrator's day beside the legal one, which is kept (`engine.amendments` checks and records)."""
    instance = session.get_one(Instance, row.instance_id)
    old_on = row.due_on or legal_day(row.due_at)  # type: ignore[union-attr]
    before, count = (old_on, row.provisional), count_of(row)
    row.legal_on = row.legal_on or old_on
    _put(row, on, count)
    row.due_note = note
    _arm(session, now, calendar, row)
    return _moved(session, row, instance, *before)


def _put(row: Dated, on: date, count: DueDate | None) -> None:
    kept = None if count is None else count.to_json()
    row.due_on, row.provisional = on, bool(count and count.is_provisional)
    if isinstance(row, WorkItem):
        row.due_trace = kept
    else:
        row.due_at, row.trace = at_start_of(on), kept
        row.calendar_version = count.calendar_version if count else row.calendar_version


def _moved(session: Session, row: Dated, instance: Instance, old_on: date, was_provisional: bool) -> Moved:
    assert row.due_on is not None
    count = count_of(row)
    seats, people = _concerned(session, row, instance)
    return Moved(
        kind=row.__tablename__, case_id=instance.id, case_no=instance.business_key,
        case_title=instance.title, element=row.element, name=row.name or row.element,
        old_on=old_on, new_on=row.due_on, was_provisional=was_provisional, is_provisional=row.provisional,
        note=count.note if count else "", seats=seats, people=people,
    )  # fmt: skip


def _concerned(session: Session, row: Dated, instance: Instance) -> tuple[tuple[Seat, ...], tuple[str, ...]]:
    """Who holds the item or may; for a timer, whoever has the case in hand, else who began it."""
    if isinstance(row, WorkItem):
        return ((), (row.assignee,)) if row.assignee else (seats_of(row), ())
    query = sa.select(WorkItem).where(WorkItem.instance_id == instance.id, WorkItem.status == "open")
    items = session.scalars(query.order_by(WorkItem.number)).all()
    seats = tuple(dict.fromkeys(s for item in items if not item.assignee for s in seats_of(item)))
    people = tuple(dict.fromkeys(item.assignee for item in items if item.assignee))
    if not seats and not people and instance.started_by:
        people = (instance.started_by,)
    return seats, people
