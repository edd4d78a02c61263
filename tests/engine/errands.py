"""A small world for tests of the engine: a process of errands that knows nothing of clusters."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from engine import definitions
from engine.calendar import Calendar
from engine.clock import FixedClock
from engine.contract import Catalogue, Context
from engine.db import Database
from engine.directory import Person, Seat
from engine.engine import Engine
from engine.errors import Refused
from engine.instances import NewInstance
from engine.models import WorkItem

PROJECT = Path(__file__).parents[2]
MONDAY = datetime(2024, 5, 20, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
TERMS = {"fill": 5, "review": 10}


def a_form(name: str, *fields: dict[str, object]) -> str:
    return json.dumps({"type": "default", "id": name, "schemaVersion": 18, "components": list(fields)})


FORMS = {
    "fill": a_form(
        "fill",
        {"type": "textfield", "key": "subject", "label": "事由", "validate": {"required": True}},
        {"type": "checkbox", "key": "urgent", "label": "加急"},
    ),
    "approve": a_form(
        "approve",
        {
            "type": "radio", "key": "decision", "label": "决定", "validate": {"required": True},
            "values": [{"label": "同意", "value": "approve"}, {"label": "退回", "value": "return"}],
        }
    ),
    "inspect": a_form(
        "inspect", {"type": "textfield", "key": "found", "label": "情况", "validate": {"required": True}}
    ),
    "archive": a_form("archive", {"type": "textfield", "key": "note", "label": "备注"}),
}  # fmt: skip


class People:
    """A directory written by hand: two clerks, one leader, three inspectors in one county."""

    def __init__(self) -> None:
        self.people = {
            p.id: p
            for p in (
                Person("ann", "甲", "县", frozenset({Seat("clerk", "621122"), Seat("leader", "621122")})),
                Person("bob", "乙", "县", frozenset({Seat("clerk", "621122")})),
                Person("eve", "丙", "县", frozenset({Seat("leader", "621122")})),
                *(Person(n, n, "县", frozenset({Seat("inspector", "621122")})) for n in ("i1", "i2", "i3")),
                Person("reg", "丁", "省", frozenset({Seat("clerk", "620000")})),
            )
        }

    def person(self, session: Session, person_id: str) -> Person | None:
        return self.people.get(person_id)

    def candidates(self, session: Session, role: str, scope: str) -> Sequence[Person]:
        return [p for p in self.people.values() if Seat(role, scope) in p.seats]

    def scope_of(self, role: str, case_scope: str, case_key: str = "") -> str:
        return case_scope

    def superior(self, role: str, scope: str) -> Seat | None:
        return None if scope == "620000" else Seat("clerk", "620000")


def a_catalogue() -> Catalogue:
    catalogue = Catalogue()

    @catalogue.handler("errand.record", label="登记事项")
    def record(context: Context) -> Mapping[str, object]:
        filled = context.submission("fill")
        assert filled is not None
        if filled.data["subject"] == "不予登记":
            raise Refused("此类事项不予登记。")
        if filled.data["subject"] == "机器坏了":
            raise RuntimeError("the machine is broken")
        return {"filed_on": context.today}

    @catalogue.handler("errand.withdraw", label="登记撤回")
    def withdraw(context: Context) -> None:
        context.notify_role("leader", context.scope, "已撤回", "")

    @catalogue.handler("errand.close", label="结案准备")
    def close(context: Context) -> None:
        context.notify(["ann"], "可以归档", "")

    @catalogue.handler("registry.answer", label="回复")
    def answer(context: Context) -> None:
        context.send("errand_registered", str(context.data["case_no"]), {"register_no": "R-1"})

    return catalogue


def an_engine(database: Database, clock: FixedClock | None = None, people: People | None = None) -> Engine:
    """An engine with the errand processes deployed (once per database)."""
    calendar = Calendar.load(PROJECT / "processes/calendars/cn.toml")
    engine = Engine(
        database, clock or FixedClock(MONDAY), a_catalogue(), people or People(),
        terms=lambda session, rule, today: TERMS, calendar_of=lambda session: calendar,
    )  # fmt: skip
    with database.write() as session:
        if definitions.latest(session, "errand") is None:
            xml = (PROJECT / "tests/data/errand.bpmn").read_text()
            bundle = definitions.propose(session, MONDAY, "ann", "errand", xml, FORMS)
            definitions.deploy(session, MONDAY, bundle.id, "bob")
    return engine


def an_errand(engine: Engine, case_no: str = "E-1") -> str:
    data = {"case_no": case_no, "register_key": f"REG/{case_no}", "registry_scope": "620000"}
    return engine.start(NewInstance("errand", case_no, f"事项 {case_no}", "621122"), by="ann", data=data)


def the_item(engine: Engine, element: str) -> WorkItem:
    """The one open work item of this step."""
    with engine.database.read() as session:
        (item,) = session.query(WorkItem).filter_by(element=element, status="open").all()
    return item


def submit(engine: Engine, element: str, by: str, **data: object) -> None:
    engine.complete(the_item(engine, element).id, by=by, data=data)


def inspected(engine: Engine) -> None:
    """Filled, approved and inspected by two."""
    submit(engine, "fill", "bob", subject="修路")
    submit(engine, "approve", "eve", decision="approve")
    submit(engine, "inspect", "i1", found="属实")
    submit(engine, "inspect", "i2")
