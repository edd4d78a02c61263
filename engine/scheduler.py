"""The clock that wakes the engine: APScheduler with jobs in memory; the truth stays in our tables (D5)."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from engine import audit
from engine.clock import SystemClock, system_now
from engine.engine import Engine
from engine.ticking import next_due, tick

log = logging.getLogger("qilian.scheduler")
AT_LEAST_EVERY = timedelta(minutes=1)
SEAL_EVERY_SECONDS = 1
POST_EVERY_SECONDS = 15
# Sends what waits; asks in between whether the process is about to stop.
Post = Callable[[Callable[[], bool]], object]


class Scheduler:
    """One tick job per process, woken at the earliest due time and at least once a minute.

    Sending has a job of its own: a mail server that does not answer never holds up a legal timer.
    """

    def __init__(self, engine: Engine, audit_key: bytes, post: Post | None = None) -> None:
        self._engine, self._audit_key, self._post = engine, audit_key, post
        self._stopping = threading.Event()
        self._jobs = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        self._woken = Event()
        self._jobs.add_listener(self._after_job, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)

    def start(self) -> None:
        self._jobs.add_job(
            self._tick,
            "interval",
            seconds=AT_LEAST_EVERY.total_seconds(),
            id="tick",
            next_run_time=system_now(),
        )
        self._jobs.add_job(self._seal, "interval", seconds=SEAL_EVERY_SECONDS, id="seal")
        if self._post is not None:
            self._jobs.add_job(
                self._send, "interval", seconds=POST_EVERY_SECONDS, id="post", next_run_time=system_now()
            )
        self._jobs.start()
        self._engine.wake = self.wake

    def stop(self) -> None:
        self._engine.wake = lambda: None
        self._stopping.set()
        self._jobs.shutdown(wait=True)

    def wake(self) -> None:
        """Something may be due at once, such as a put-off service task."""
        self._woken.set()
        self._run_at(system_now())

    def _after_job(self, event: JobExecutionEvent) -> None:
        """A bell during a tick reaches no job: the one that runs is the only one. So it rings again here."""
        if event.job_id == "tick" and self._woken.is_set():
            self._run_at(system_now())

    def _run_at(self, moment: datetime) -> None:
        self._jobs.modify_job("tick", next_run_time=moment)

    def _tick(self) -> None:
        try:
            self._woken.clear()
            if self._is_held():
                return
            tick(self._engine)
            self._plan()
        except Exception:
            log.exception("a tick failed; nothing is lost, the next one tries again")

    def _is_held(self) -> bool:
        """A jump of the wall clock would fire legal timers early: hold until somebody has looked."""
        clock = self._engine.clock
        if isinstance(clock, SystemClock) and not clock.is_trustworthy():
            log.error("the wall clock has jumped by %s; timers are held", clock.drift())
            return True
        return False

    def _plan(self) -> None:
        if not isinstance(self._engine.clock, SystemClock):
            return  # sandbox time moves by hand, which ticks by itself
        now = self._engine.clock.now()
        due = next_due(self._engine, now)
        self._run_at(min(due or now + AT_LEAST_EVERY, now + AT_LEAST_EVERY))

    def _send(self) -> None:
        try:
            assert self._post is not None
            self._post(self._stopping.is_set)
        except Exception:
            log.exception("sending failed; nothing is lost, the next round tries again")

    def _seal(self) -> None:
        try:
            with self._engine.database.write() as session:
                audit.seal(session, self._audit_key)
        except Exception:
            log.exception("sealing the audit trail failed; unsealed rows wait")
