"""Legal timers and sending are two jobs: neither waits for the other (D5, D8)."""

import threading
from collections.abc import Callable

import pytest

from engine import scheduler
from engine.clock import FixedClock
from engine.db import Database
from engine.engine import Engine
from engine.scheduler import Scheduler
from tests.engine.errands import an_engine

PATIENCE = 20


def test_a_mail_server_that_does_not_answer_holds_up_no_timer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, clock = an_engine(database), FixedClock
    assert isinstance(engine.clock, clock)
    hangs, answers, ticked = threading.Event(), threading.Event(), threading.Event()
    told_to_stop: list[bool] = []

    def post(stopped: Callable[[], bool]) -> None:
        hangs.set()
        answers.wait(PATIENCE)
        told_to_stop.append(stopped())

    def tick(engine: Engine) -> int:
        assert hangs.wait(PATIENCE)
        ticked.set()
        return 0

    monkeypatch.setattr(scheduler, "tick", tick)
    running = Scheduler(engine, b"k" * 32, post)
    running.start()
    try:
        assert ticked.wait(PATIENCE)  # while the sending still hangs
        ticked.clear()
        engine.wake()
        assert ticked.wait(PATIENCE)
    finally:
        threading.Timer(0.05, answers.set).start()
        running.stop()
    assert told_to_stop == [True]
