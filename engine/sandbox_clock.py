"""Legal time that stands in the database and moves only when somebody moves it (D7).

For the sandbox, tests and simulation: moving forward passes each deadline in order.
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.clock import Clock, at_start_of, legal_day
from engine.db import Database
from engine.engine import Engine
from engine.errors import Refused
from engine.models import ClockSetting
from engine.ticking import next_due, tick


def is_sandbox(session: Session) -> bool:
    """Whether the time of this database has ever been moved by hand."""
    return session.get(ClockSetting, 1) is not None


class SandboxClock(Clock):
    """Every process that shares the database sees the same time."""

    def __init__(self, database: Database, start: datetime) -> None:
        self._database = database
        with database.write() as session:
            if session.get(ClockSetting, 1) is None:
                session.add(ClockSetting(id=1, now=start))

    def now(self) -> datetime:
        with self._database.read() as session:
            now = session.scalar(sa.select(ClockSetting.now).where(ClockSetting.id == 1))
        assert now is not None
        return now

    def set(self, now: datetime) -> None:
        """Forward only: of two people who move the time at once, the later time stays."""
        with self._database.write() as session:
            setting = session.get(ClockSetting, 1, with_for_update=True)
            assert setting is not None
            setting.now = max(setting.now, now.astimezone(UTC))


def advance(engine: Engine, target: datetime) -> int:
    """Move legal time to `target`, firing what comes due on the way, each at its own moment.

    Returns how many things happened. Time never runs backwards.
    """
    clock = engine.clock
    if not isinstance(clock, SandboxClock):
        raise Refused("只有沙箱可以拨动时间。")
    if target < clock.now():
        raise Refused("时间只能向前，不能倒回。")
    happened = tick(engine)
    while (stop := _next_stop(engine, clock.now())) <= target:
        clock.set(stop)
        happened += tick(engine)
    clock.set(target)
    return happened + tick(engine)


def _next_stop(engine: Engine, now: datetime) -> datetime:
    """The next thing due, and each new year at the latest: starts are armed for a year and the next."""
    new_year = at_start_of(date(legal_day(now).year + 1, 1, 1))
    due = next_due(engine, now)
    return new_year if due is None else min(due, new_year)
