"""What happens without a person: due timers, pending messages, reminders (D5, D12).

Each firing is counted in a committed row before it may crash the process, then done in one
transaction. Failures back off and end as incidents. Nothing here reads a clock of its own.
"""

import logging
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from engine import (
    armed_starts,
    calendar_wait,
    delivery,
    duties,
    inbox,
    incidents,
    instances,
    messages,
    reminders,
    timers,
    work_items,
)
from engine.clock import legal_day
from engine.engine import Engine
from engine.errors import CalendarUnavailable
from engine.models import ArmedStart, Instance, Timer

log = logging.getLogger("qilian.ticking")


def tick(engine: Engine, budget: int = 10_000) -> int:
    """Do everything that is due now; returns how many things happened."""
    done = 0
    now = engine.clock.now()
    rearm(engine, now)
    while done < budget and _next(engine, now):
        done += 1
    if done:
        rearm(engine, now)
    return done


def _next(engine: Engine, now: datetime) -> bool:
    """One thing: begin what is armed, fire what is due, hand over what was sent, remind.

    Looking whether anything is due takes no write lock: most ticks find nothing.
    """
    with engine.database.read() as session:
        acts: list[tuple[bool, Callable[[], bool]]] = [
            (armed_starts.is_due(session, now), lambda: start_next(engine, now)),
            (timers.is_due(session, now), lambda: fire_next(engine, now)),
            (messages.is_pending(session), lambda: delivery.deliver_next(engine.database, engine.parts, now)),
            (reminders.is_due(session, now), lambda: remind_next(engine, now)),
        ]
    return any(act() for is_due, act in acts if is_due) or see_to_next(engine, now)


def rearm(engine: Engine, now: datetime) -> None:
    """Recompute the armed starts when a diagram, a subject, the calendar or the day has changed."""
    with engine.database.read() as session:
        stamp = armed_starts.stamp(engine.parts, session, legal_day(now))
    if stamp == engine.armed_for:
        return
    try:
        with engine.database.write() as session:
            known = armed_starts.recompute(engine.parts, session, now, engine.armed)
    except sa.exc.IntegrityError:
        return  # another process does the same at this moment; the next tick looks again
    engine.armed_for, engine.armed = stamp, known


def start_next(engine: Engine, now: datetime) -> bool:
    """Begin at most one armed start. True when one was due, begun or failed."""
    with engine.database.write() as session:
        claimed = armed_starts.claim_due(session, now)
        if claimed is None:
            return False
        claimed.attempts += 1
        row_id, attempt = claimed.id, claimed.attempts
    try:
        with engine.database.write() as session:
            row = session.get(ArmedStart, row_id, with_for_update=True)
            if row is not None and row.status == "waiting" and row.attempts == attempt:
                armed_starts.fire(engine.parts, session, now, row)
    except sa.exc.OperationalError:
        raise
    except Exception as error:
        _start_failed(engine, now, row_id, error)
    return True


def _start_failed(engine: Engine, now: datetime, row_id: int, error: Exception) -> None:
    log.warning("armed start %s failed", row_id, exc_info=error)
    with engine.database.write() as session:
        row = session.get(ArmedStart, row_id, with_for_update=True)
        if row is None or row.status != "waiting":
            return
        back_off = calendar_wait.put_off if isinstance(error, CalendarUnavailable) else armed_starts.back_off
        back_off(row)
        if row.status == "incident":
            incidents.open_incident(
                session, now, kind="start", subject=str(row.id), error=error, element=row.element
            )


def fire_next(engine: Engine, now: datetime) -> bool:
    """Fire at most one due timer. True when one was due, fired or failed."""
    with engine.database.write() as session:
        claimed = timers.claim_due(session, now)
        if claimed is None:
            return False
        claimed.attempts += 1
        timer_id, instance_id, attempt = claimed.id, claimed.instance_id, claimed.attempts
    try:
        with engine.database.write() as session:
            instances.lock(session, instance_id)
            timer = session.get(Timer, timer_id, with_for_update=True)
            if timer is not None and timer.status == "waiting" and timer.attempts == attempt:
                instances.fire(engine.parts, session, now, timer)
    except sa.exc.OperationalError:
        raise  # the database itself: nothing was saved, the next tick tries again
    except Exception as error:
        _timer_failed(engine, now, timer_id, error)
    return True


def _timer_failed(engine: Engine, now: datetime, timer_id: int, error: Exception) -> None:
    log.warning("timer %s failed", timer_id, exc_info=error)
    with engine.database.write() as session:
        timer = session.get(Timer, timer_id, with_for_update=True)
        if timer is None or timer.status != "waiting":
            return
        back_off = calendar_wait.put_off if isinstance(error, CalendarUnavailable) else timers.back_off
        back_off(timer)
        if timer.status == "incident":
            incidents.open_incident(
                session,
                now,
                kind="timer",
                subject=str(timer.id),
                error=error,
                instance_id=timer.instance_id,
                element=timer.element,
            )


def remind_next(engine: Engine, now: datetime) -> bool:
    """Send at most one due reminder: one in-app message per person."""
    with engine.database.write() as session:
        reminder = reminders.claim_due(session, now)
        if reminder is None:
            return False
        reminder.status, reminder.sent_at = "sent", now
        reminders.join_late_ones(session, reminder, now)
        item = work_items.get(session, reminder.item_id)
        if item.status == "open" and item.due_on is not None:
            calendar = engine.parts.calendar_of(session)
            title, text = reminders.wording(item, calendar, legal_day(now))
            instance = session.scalars(sa.select(Instance).where(Instance.id == item.instance_id)).one()
            people = (
                [item.assignee]
                if item.assignee
                else [p.id for p in work_items.candidates(session, engine.directory, item)]
            )
            inbox.put(
                session,
                now,
                f"reminder:{reminder.id}",
                people,
                title,
                f"{instance.title}：{text}",
                f"/tasks/{item.id}",
                kind="reminder",
                item_id=item.id,
            )
    return True


def see_to_next(engine: Engine, now: datetime) -> bool:
    """See to at most one duty of the system that is due. A duty that fails is tried at the next tick."""
    with engine.database.read() as session:
        due = [duty for at, duty in duties.due_at(engine.parts, session, now) if at <= now]
    try:
        for duty in due[:1]:
            with engine.database.write() as session:
                return duties.perform(engine.parts, session, now, duty)
    except sa.exc.OperationalError:
        raise
    except Exception:
        log.exception("the duty %s failed", due[0].name)
    return False


def next_due(engine: Engine, after: datetime) -> datetime | None:
    """The earliest instant later than `after` at which something will be due."""
    with engine.database.read() as session:
        rooms = (timers, reminders, armed_starts)
        found = [room.next_due(session, after) for room in rooms]
        found += [at for at, _ in duties.due_at(engine.parts, session, after) if at > after]
    return min((d for d in found if d is not None), default=None)
