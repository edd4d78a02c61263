"""What two processes do at the same moment: neither loses anything, neither fails (D8, D12)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from apscheduler.events import EVENT_JOB_MAX_INSTANCES

from engine import instances, messages, work_items
from engine.clock import FixedClock
from engine.db import Database
from engine.delivery import deliver_next
from engine.engine import Engine
from engine.instances import NewInstance
from engine.models import Draft, Instance, Message
from engine.scheduler import Scheduler
from tests.engine.errands import MONDAY, an_engine, an_errand, the_item

LONG_ENOUGH = 20


@pytest.fixture
def engine(database: Database) -> Engine:
    return an_engine(database, FixedClock(MONDAY))


@contextmanager
def beside(act: Callable[[], object]) -> Iterator[threading.Thread]:
    """Run `act` beside the block; what it raised fails the test once both are over."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    try:
        yield thread
    finally:
        thread.join(LONG_ENOUGH)
    assert not thread.is_alive()
    assert raised == []


def test_two_first_saves_of_one_draft_at_once_both_succeed_and_the_later_stays(engine: Engine) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")

    def second() -> None:
        with engine.desk("bob") as desk:
            desk.save_draft(item.id, {"subject": "乙"})

    with beside(second) as thread, engine.database.write() as session:
        work_items.save_draft(session, item, "bob", {"subject": "甲"}, MONDAY)
        session.flush()
        thread.start()
        thread.join(0.3)
    with engine.database.read() as session:
        assert session.scalars(sa.select(Draft)).one().data == {"subject": "乙"}


def test_a_message_that_crosses_the_start_of_its_addressee_is_delivered(engine: Engine) -> None:
    with engine.database.write() as session:
        messages.post(session, MONDAY, "ann", source="x", name="withdraw", to="E-1", payload={})
    data = {"case_no": "E-1", "register_key": "REG/E-1", "registry_scope": "620000"}
    new = NewInstance("errand", "E-1", "事项", "621122")
    with (
        beside(lambda: deliver_next(engine.database, engine.parts, engine.clock.now())) as thread,
        engine.database.write() as session,
    ):
        instances.begin(engine.parts, session, MONDAY, "ann", new, data)
        thread.start()
        thread.join(0.3)
    with engine.database.read() as session:
        assert (
            session.scalars(sa.select(Message.status).where(Message.name == "withdraw")).one() == "delivered"
        )
        assert session.scalars(sa.select(Instance.outcome)).one() == "errand_withdrawn"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bell_during_a_tick_is_heard_after_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a put-off step would wait for the minute."""
    ticks, dropped, heard = [], threading.Event(), threading.Event()

    def a_tick(_: Engine) -> None:
        ticks.append(1)
        if len(ticks) == 1:
            scheduler.wake()
            assert dropped.wait(LONG_ENOUGH), "APScheduler starts no second tick beside the first"
        else:
            heard.set()

    monkeypatch.setattr("engine.scheduler.tick", a_tick)
    scheduler = Scheduler(engine, b"k" * 32)
    scheduler._jobs.add_listener(lambda event: dropped.set(), EVENT_JOB_MAX_INSTANCES)
    scheduler.start()
    try:
        assert heard.wait(LONG_ENOUGH)
    finally:
        scheduler.stop()
