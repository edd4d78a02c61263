"""A retry tells the truth: what is closed has been mended, what failed again stays open with its reason."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import ticking
from engine.clock import FixedClock
from engine.engine import Engine, StepFailed
from engine.errors import Conflict, Refused
from engine.models import AuditEntry, Incident, Message, Timer
from engine.retrying import can_retry, retry
from tests.engine.errands import MONDAY, an_engine, an_errand, inspected, submit, the_item

BROKEN = "errand.close"


def break_handler(engine, monkeypatch, topic=BROKEN, text="the machine is broken"):
    def fail(context):
        raise RuntimeError(text)

    handlers = engine.parts.catalogue._handlers
    monkeypatch.setitem(handlers, topic, replace(handlers[topic], function=fail))


def mend(monkeypatch):
    monkeypatch.undo()


@pytest.fixture
def clock():
    return FixedClock(MONDAY)


@pytest.fixture
def engine(database, clock):
    return an_engine(database, clock)


@pytest.fixture
def failed_timer(engine: Engine, clock, monkeypatch):
    """A put-off service task that has failed as often as it may."""
    break_handler(engine, monkeypatch)
    an_errand(engine)
    inspected(engine)
    submit(engine, "register", "reg")
    clock.set(MONDAY + timedelta(days=10))
    ticking.tick(engine)  # the timer fires; the job behind it fails for the first time
    with engine.database.write() as session:
        session.execute(sa.update(Timer).where(Timer.kind == "job").values(attempts=7, not_before=None))
    ticking.tick(engine)
    return the_incident(engine).id


def the_incident(engine):
    with engine.database.read() as session:
        return session.scalars(sa.select(Incident)).one()


def timer_of(engine):
    with engine.database.read() as session:
        return session.scalars(sa.select(Timer).where(Timer.kind == "job")).one()


def actions(engine):
    with engine.database.read() as session:
        return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_mended_timer_goes_through_at_once_and_closes_its_incident(engine, failed_timer, monkeypatch):
    mend(monkeypatch)
    outcome = retry(engine, failed_timer, "root")
    assert outcome.went_through
    assert timer_of(engine).status == "fired"
    assert the_item(engine, "archive").status == "open"
    assert the_incident(engine).resolved_by == "root"


def test_what_fails_again_stays_open_with_the_new_reason(engine, failed_timer, monkeypatch):
    break_handler(engine, monkeypatch, text="still broken")
    outcome = retry(engine, failed_timer, "root")
    assert not outcome.went_through
    assert outcome.text == "still broken"
    incident = the_incident(engine)
    assert incident.resolved_at is None
    assert incident.error == "still broken"
    assert timer_of(engine).status == "incident"
    assert actions(engine)[-1] == "incident.retry_failed"


def test_an_incident_is_mended_once(engine, failed_timer, monkeypatch):
    mend(monkeypatch)
    retry(engine, failed_timer, "root")
    with pytest.raises(Conflict):
        retry(engine, failed_timer, "root")


def test_a_timer_that_the_case_has_left_needs_no_retry(engine, failed_timer):
    engine.send("withdraw", "E-1", by="ann")
    assert timer_of(engine).status == "cancelled"
    assert retry(engine, failed_timer, "root").went_through
    assert the_incident(engine).resolved_at is not None


def test_the_act_of_a_person_is_not_repeated_by_an_administrator(engine):
    an_errand(engine)
    with pytest.raises(StepFailed):
        fill_until_broken(engine)
    incident = the_incident(engine)
    assert not can_retry(incident)
    with pytest.raises(Refused, match="本人重新提交"):
        retry(engine, incident.id, "root")


def fill_until_broken(engine):
    submit(engine, "fill", "bob", subject="机器坏了")
    submit(engine, "approve", "eve", decision="approve")
    submit(engine, "inspect", "i1", found="属实")
    submit(engine, "inspect", "i2")


def test_a_message_without_waiting_addressee_is_said_to_be_kept(engine):
    incident_id = a_failed_message(engine, to="E-none")
    outcome = retry(engine, incident_id, "root")
    assert outcome.went_through
    assert "暂存" in outcome.text
    assert message_status(engine) == "kept"


def test_a_message_to_an_ended_case_is_said_to_be_dead(engine):
    an_errand(engine)
    engine.send("withdraw", "E-1", by="ann")
    outcome = retry(engine, a_failed_message(engine, to="E-1"), "root")
    assert "无法送达" in outcome.text
    assert message_status(engine) == "dead"


def a_failed_message(engine, to):
    with engine.database.write() as session:
        message = Message(
            source="test", name="errand_registered", to=to, payload={}, status="incident", attempts=8,
            sent_at=MONDAY,
        )  # fmt: skip
        session.add(message)
        session.flush()
        incident = Incident(
            id="inc", kind="message", subject=str(message.id), error="x", detail="", at=MONDAY
        )
        session.add(incident)
    return "inc"


def message_status(engine):
    with engine.database.read() as session:
        return session.scalars(sa.select(Message.status).where(Message.source == "test")).one()
