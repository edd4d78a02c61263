"""Timers on more than one node, late timers, incidents and their retry (D5)."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import incidents, instances
from engine.clock import FixedClock
from engine.db import Database
from engine.engine import Engine
from engine.models import AuditEntry, Incident, Instance, Message, Timer, WorkItem
from engine.ticking import tick
from engine.timers import MAX_ATTEMPTS
from tests.engine.errands import MONDAY, an_engine, an_errand, inspected, submit

LATER = MONDAY + timedelta(days=30)
ERRANDS = 6


@pytest.fixture
def engine(database: Database) -> Engine:
    return an_engine(database)


def waiting_for_the_timer(engine: Engine, case_no: str) -> None:
    """Bring an errand to its cooling-off timer without the help of other errands' items."""
    an_errand(engine, case_no)
    inspected(engine)
    submit(engine, "register", "reg", note="")


def actions(engine: Engine, action: str) -> list[str | None]:
    with engine.database.read() as session:
        query = sa.select(AuditEntry.instance_id).where(AuditEntry.action == action)
        return list(session.scalars(query))


def test_two_nodes_fire_every_timer_once(database_url: str) -> None:
    database = Database(database_url)
    engine = an_engine(database)
    for number in range(ERRANDS):
        waiting_for_the_timer(engine, f"E-{number}")
    failures: list[BaseException] = []

    def node() -> None:
        own = Database(database_url)
        try:
            tick(an_engine(own, FixedClock(LATER)))
        except BaseException as error:
            failures.append(error)
        finally:
            own.dispose()

    threads = [threading.Thread(target=node) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    fired = actions(engine, "timer.fired")
    assert len(fired) == len(set(fired)) == ERRANDS
    assert len(actions(engine, "job.fired")) == ERRANDS
    with database.read() as session:
        ready = sa.select(sa.func.count()).where(WorkItem.element == "archive", WorkItem.status == "open")
        assert session.scalar(ready) == ERRANDS
    database.dispose()


def test_missed_timers_fire_after_an_outage_in_due_order_and_are_marked_late(engine: Engine) -> None:
    clock = engine.clock
    assert isinstance(clock, FixedClock)
    waiting_for_the_timer(engine, "E-first")
    clock.set(MONDAY + timedelta(days=2))
    waiting_for_the_timer(engine, "E-second")
    clock.set(LATER)
    tick(engine)
    with engine.database.read() as session:
        query = (
            sa.select(Instance.business_key, Timer.late_seconds)
            .join(Instance, Instance.id == Timer.instance_id)
            .join(AuditEntry, AuditEntry.instance_id == Instance.id)
            .where(Timer.kind == "timer", AuditEntry.action == "timer.fired")
            .order_by(AuditEntry.id)
        )
        fired = session.execute(query).all()
    assert [row[0] for row in fired] == ["E-first", "E-second"]
    assert all(row[1] > 20 * 86_400 for row in fired)


def test_a_failing_timer_backs_off_becomes_an_incident_and_can_be_retried(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = engine.clock
    assert isinstance(clock, FixedClock)
    waiting_for_the_timer(engine, "E-1")
    clock.set(LATER)

    def broken(*_: object) -> None:
        raise RuntimeError("no paper in the printer")

    with monkeypatch.context() as patch:
        patch.setattr(instances, "fire", broken)
        for _ in range(MAX_ATTEMPTS):
            tick(engine)
            with engine.database.write() as session:
                session.execute(sa.update(Timer).values(not_before=None))
    with engine.database.read() as session:
        incident = session.scalars(sa.select(Incident)).one()
        assert session.scalars(sa.select(Timer.status).where(Timer.kind == "timer")).one() == "incident"
    assert "no paper" in incident.error
    with engine.database.write() as session:
        incidents.resolve(session, LATER, incident.id, "ann")
    tick(engine)
    assert len(actions(engine, "timer.fired")) == 1


def test_a_message_that_cannot_be_delivered_waits_longer_each_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("nobody at the door")

    an_errand(engine)
    with monkeypatch.context() as patch:
        patch.setattr(instances, "deliver", broken)
        inspected(engine)
    with engine.database.read() as session:
        message = session.scalars(sa.select(Message)).one()
    assert (message.status, message.attempts) == ("pending", 1)
    assert message.not_before is not None


def test_a_tick_that_finds_nothing_due_waits_for_nobody_who_writes(database: Database) -> None:
    engine = an_engine(database)
    tick(engine)
    with database.write() as session:
        session.add(AuditEntry(at=MONDAY, recorded_at=MONDAY, action="test", facts={}))
        session.flush()
        done: list[int] = []
        thread = threading.Thread(target=lambda: done.append(tick(engine)))
        thread.start()
        thread.join(timeout=5)
        assert done == [0]
