"""Internal service clocks: a ledger of running intervals; corrections stop them (D14).

Service periods bind offices, not applicants. Legal periods never stop and are not kept here.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.bpmn.model import UserTask
from engine.calendar import Calendar, DueDate
from engine.clock import legal_day
from engine.errors import QilianError
from engine.models import ServiceInterval, WorkItem
from engine.step import Step


def intervals(session: Session, instance_id: str, clock: str | None = None) -> list[ServiceInterval]:
    query = sa.select(ServiceInterval).where(ServiceInterval.instance_id == instance_id)
    if clock is not None:
        query = query.where(ServiceInterval.clock == clock)
    return list(session.scalars(query.order_by(ServiceInterval.id)))


def used_days(rows: list[ServiceInterval], calendar: Calendar, region: str, today: date) -> int:
    """Working days that the clock has run: in each interval the start day is not counted."""
    return sum(
        calendar.working_days_between(
            legal_day(r.started_at), today if r.stopped_at is None else legal_day(r.stopped_at), region
        )
        for r in rows
    )


def due(step: Step, clock: str) -> DueDate:
    """The day on which what remains of the period ends, counted from today."""
    days = step.terms.get(clock)
    if days is None:
        raise QilianError(f"标准中没有名为“{clock}”的期限。")
    rows = intervals(step.session, step.instance.id, clock)
    used = used_days(rows, step.calendar, step.instance.scope, step.today)
    return step.calendar.due(step.today, max(1, days - used), step.instance.scope)


def on_open(step: Step, model: UserTask, item: WorkItem) -> None:
    """A task that consumes a period starts its clock; one that stops a clock ends the running interval."""
    if model.stops_clock:
        _stop(step, model.stops_clock)
    if model.clock:
        step.session.add(
            ServiceInterval(
                instance_id=step.instance.id, clock=model.clock, item_id=item.id, started_at=step.now
            )
        )


def on_close(step: Step, model: UserTask | None) -> None:
    if model is not None and model.clock:
        _stop(step, model.clock)


def _stop(step: Step, clock: str) -> None:
    for row in intervals(step.session, step.instance.id, clock):
        if row.stopped_at is None:
            row.stopped_at = step.now
