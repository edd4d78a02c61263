"""The only place that reads the time (D7). Legal time is Asia/Shanghai; instants are UTC."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A timer that stands on a date fires just after that day has begun.
START_OF_DAY = time(0, 5)


def legal_day(instant: datetime) -> date:
    """The calendar day in Shanghai on which `instant` falls."""
    return instant.astimezone(SHANGHAI).date()


def at_start_of(day: date) -> datetime:
    """00:05 in Shanghai on `day`, in UTC."""
    return datetime.combine(day, START_OF_DAY, SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """24:00 in Shanghai of `day`, in UTC: the moment a deadline on that day has passed."""
    return datetime.combine(day + timedelta(days=1), time(0), SHANGHAI).astimezone(UTC)


def system_now() -> datetime:
    """Wall time, for sessions, lock-outs, back-off and rate limits only."""
    return datetime.now(UTC)


class Clock(Protocol):
    """Legal time. Read once per step and passed on."""

    def now(self) -> datetime: ...


class SystemClock:
    """Wall time, guarded: a jump of the wall clock beyond the monotonic one holds the timers."""

    MAX_DRIFT = timedelta(seconds=60)

    def __init__(self) -> None:
        self.trust()

    def now(self) -> datetime:
        return system_now()

    def drift(self) -> timedelta:
        """How far the wall clock has run from the monotonic one since the start or the last `trust`."""
        elapsed = timedelta(seconds=monotonic() - self._mono_start)
        return abs((system_now() - self._wall_start) - elapsed)

    def is_trustworthy(self) -> bool:
        return self.drift() <= self.MAX_DRIFT

    def trust(self) -> None:
        """An administrator has looked at the clock: measure from here on."""
        self._wall_start, self._mono_start = system_now(), monotonic()


class FixedClock:
    """A clock that stands until it is set; for tests and simulation."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        self._now = now.astimezone(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        with self._lock:
            self._now = now.astimezone(UTC)
