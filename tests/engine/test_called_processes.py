"""A call activity: people, timers and messages inside the called process are the instance's own."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from engine import definitions
from engine.calendar import Calendar
from engine.clock import FixedClock
from engine.contract import Catalogue
from engine.engine import Engine
from engine.instances import NewInstance
from engine.models import Instance, Timer
from engine.ticking import tick
from tests.diagrams import (
    a_form,
    catch,
    chain,
    element,
    end,
    message,
    messages,
    process,
    start,
    timer,
    user,
)
from tests.diagrams import (
    definitions as drawn,
)
from tests.engine.errands import MONDAY, PROJECT, People, submit, the_item

CALLED = process(
    start("begin_check"), user("check"), catch("cool_down", timer("2024-06-03")),
    catch("answered", message("answer")), user("conclude"), end("checked"),
    chain("begin_check", "check", "cool_down", "answered", "conclude", "checked"),
    key="checking", lanes={"clerk.checking": ["check", "conclude"]},
)  # fmt: skip
CALLING = process(
    start(), element("callActivity", "call", attributes='calledElement="checking"'), user("archive"), end(),
    chain("start", "call", "archive", "end"), key="calling", lanes={"clerk": ["archive"]},
)  # fmt: skip


@pytest.fixture
def engine(database) -> Engine:
    calendar = Calendar.load(PROJECT / "processes/calendars/cn.toml")
    engine = Engine(
        database, FixedClock(MONDAY), Catalogue(), People(),
        terms=lambda *_: {}, calendar_of=lambda _: calendar,
    )  # fmt: skip
    xml = drawn(messages("answer"), CALLING, CALLED).decode()
    with database.write() as session:
        bundle = definitions.propose(session, MONDAY, "ann", "calling", xml, {"note": a_form("note")})
        definitions.deploy(session, MONDAY, bundle.id, "bob")
    return engine


def test_a_called_process_is_worked_through_like_a_part_of_its_caller(engine: Engine) -> None:
    instance_id = engine.start(NewInstance("calling", "C-1", "调用", "621122"), by="ann")
    assert the_item(engine, "check").role == "clerk"
    submit(engine, "check", "bob", note="一")
    with engine.database.read() as session:
        assert session.scalars(sa.select(Timer.element)).all() == ["cool_down"]
    engine.clock.set(datetime(2024, 6, 3, 1, tzinfo=UTC))
    tick(engine)
    engine.send("answer", "C-1", by="ann")
    submit(engine, "conclude", "ann", note="二")
    submit(engine, "archive", "bob", note="三")
    with engine.database.read() as session:
        ended = session.get_one(Instance, instance_id)
        assert (ended.status, ended.outcome) == ("ended", "end")
