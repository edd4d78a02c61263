"""Running instances move to another version of their diagram, or are refused in words (D10)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import definitions, migrations, work_items
from engine.clock import FixedClock
from engine.db import Database
from engine.engine import Engine
from engine.errors import Refused
from engine.migrations import Outcome
from engine.models import AuditEntry, Instance, ProcessDefinition, Reminder, Snapshot, Timer
from engine.ticking import tick
from tests.engine.errands import (
    FORMS,
    MONDAY,
    PROJECT,
    a_form,
    an_engine,
    an_errand,
    inspected,
    submit,
    the_item,
)

XML = (PROJECT / "tests/data/errand.bpmn").read_text()
LATER = (
    '<bpmn:userTask id="countersign" name="复核" camunda:formRef="archive">'
    "<bpmn:incoming>f5</bpmn:incoming><bpmn:outgoing>n1</bpmn:outgoing></bpmn:userTask>"
    '<bpmn:sequenceFlow id="n1" sourceRef="countersign" targetRef="approved" />'
)
COUNTERSIGNED = (
    XML.replace('sourceRef="approve" targetRef="approved"', 'sourceRef="approve" targetRef="countersign"')
    .replace('<bpmn:sequenceFlow id="f1"', LATER + '<bpmn:sequenceFlow id="f1"')
    .replace("<bpmn:flowNodeRef>approve</bpmn:flowNodeRef>", "<bpmn:flowNodeRef>approve</bpmn:flowNodeRef>"
             "<bpmn:flowNodeRef>countersign</bpmn:flowNodeRef>")
)  # fmt: skip


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def engine(database: Database, clock: FixedClock) -> Engine:
    return an_engine(database, clock)


def deployed(engine: Engine, xml: str, **forms: str) -> ProcessDefinition:
    with engine.database.write() as session:
        bundle = definitions.propose(session, MONDAY, "ann", "errand", xml, {**FORMS, **forms})
        definitions.deploy(session, MONDAY, bundle.id, "bob")
        row = definitions.latest(session, "errand")
    assert row is not None
    return row


def problems(engine: Engine, target: ProcessDefinition) -> list[str]:
    with engine.database.read() as session:
        found, total = migrations.candidates(engine, session, target, 10)
        assert total == len(found)
        return [problem for candidate in found for problem in candidate.problems]


def moved(engine: Engine, *cases: str, target: ProcessDefinition) -> migrations.Outcome:
    return migrations.migrate(engine, cases, target.id, by="ann", reason="新版增加复核")


def test_a_step_added_ahead_is_met_by_a_case_that_moved(engine: Engine) -> None:
    case = an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    target = deployed(engine, COUNTERSIGNED)
    assert problems(engine, target) == []
    assert moved(engine, case, target=target) == Outcome(1, [])
    submit(engine, "approve", "eve", decision="approve")
    submit(engine, "countersign", "ann", note="")
    submit(engine, "inspect", "i1", found="属实")
    submit(engine, "inspect", "i2")
    submit(engine, "register", "reg", note="")
    with engine.database.read() as session:
        assert session.get_one(Instance, case).definition_version == 2


def test_a_case_that_did_not_move_stays_on_its_version(engine: Engine) -> None:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    deployed(engine, COUNTERSIGNED)
    submit(engine, "approve", "eve", decision="approve")
    assert the_item(engine, "inspect").name == "核查"


def test_an_open_item_keeps_its_id_its_holder_its_draft_and_its_due_date(engine: Engine) -> None:
    case = an_errand(engine)
    before = the_item(engine, "fill")
    with engine.desk("bob") as desk:
        desk.claim(before.id)
        desk.save_draft(before.id, {"subject": "写到一半"})
    target = deployed(
        engine,
        COUNTERSIGNED.replace('name="填写事项"', 'name="填写申请事项"').replace("term('fill')", "9"),
    )
    moved(engine, case, target=target)
    after = the_item(engine, "fill")
    assert (after.id, after.assignee, after.due_on) == (before.id, "bob", before.due_on)
    assert (after.name, after.version > before.version) == ("填写申请事项", True)
    with engine.database.read() as session:
        assert work_items.prefill(session, after, "bob") == {"subject": "写到一半"}


@pytest.mark.parametrize(("new", "waiting"), [('value="-1"', ["-1"]), ('value=""', [])])
def test_reminders_follow_the_new_version(engine: Engine, new: str, waiting: list[str]) -> None:
    case = an_errand(engine)
    moved(engine, case, target=deployed(engine, XML.replace('value="-2,0,+1"', new)))
    with engine.database.read() as session:
        rows = session.scalars(sa.select(Reminder).where(Reminder.status == "waiting"))
        assert [row.label for row in rows] == waiting


def test_a_waiting_timer_keeps_its_date_and_fires_once(engine: Engine, clock: FixedClock) -> None:
    case = an_errand(engine)
    inspected(engine)
    submit(engine, "register", "reg", note="")
    with engine.database.read() as session:
        (before,) = session.scalars(sa.select(Timer).where(Timer.status == "waiting")).all()
    target = deployed(
        engine, XML.replace("working_days_after(filed_on, 3)", "working_days_after(filed_on, 30)")
    )
    moved(engine, case, target=target)
    with engine.database.read() as session:
        (after,) = session.scalars(sa.select(Timer).where(Timer.status == "waiting")).all()
    assert (after.id, after.due_at) == (before.id, before.due_at)
    clock.set(before.due_at + timedelta(minutes=5))
    tick(engine)
    assert the_item(engine, "archive").form == "archive"


def test_a_case_is_refused_where_the_step_that_is_open_disappears(engine: Engine) -> None:
    case = an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    other = an_errand(engine, "E-2")
    target = deployed(engine, XML.replace('"approve"', '"assent"').replace(">approve<", ">assent<"))
    assert problems(engine, target) == ["正在办理的环节“审核”在该版本中没有。"]
    outcome = moved(engine, case, other, target=target)
    refusal = "事项 E-1不能转入第 2 版：正在办理的环节“审核”在该版本中没有。"
    assert outcome == Outcome(1, [refusal])  # one that cannot holds up no other
    assert the_item(engine, "approve").status == "open"
    with engine.database.read() as session:
        assert session.get_one(Instance, case).definition_version == 1


def test_a_case_is_refused_where_a_step_that_it_has_passed_disappears(engine: Engine) -> None:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    target = deployed(engine, XML.replace('"fill"', '"apply"').replace(">fill<", ">apply<"))
    assert problems(engine, target) == ["已经走过的环节“填写事项”在该版本中没有。"]


def test_a_step_that_becomes_another_kind_is_refused(engine: Engine) -> None:
    an_errand(engine)
    task = XML[
        XML.index('<bpmn:userTask id="fill"') : XML.index("</bpmn:userTask>") + len("</bpmn:userTask>")
    ]
    service = (
        '<bpmn:serviceTask id="fill" name="填写事项" camunda:type="external" camunda:topic="errand.close">'
        "<bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing></bpmn:serviceTask>"
    )
    target = deployed(engine, XML.replace(task, service))
    assert problems(engine, target) == ["正在办理的环节“填写事项”在该版本中是另一种环节。"]


def test_a_boundary_event_cannot_be_hung_on_a_step_that_is_open(engine: Engine) -> None:
    an_errand(engine)
    boundary = (
        '<bpmn:boundaryEvent id="late" name="超期" attachedToRef="fill" cancelActivity="false">'
        "<bpmn:timerEventDefinition><bpmn:timeDuration>P10D</bpmn:timeDuration></bpmn:timerEventDefinition>"
        '</bpmn:boundaryEvent><bpmn:endEvent id="noted" name="已记录"/>'
        '<bpmn:sequenceFlow id="b1" sourceRef="late" targetRef="noted"/>'
    )
    target = deployed(
        engine, XML.replace('<bpmn:sequenceFlow id="f1"', boundary + '<bpmn:sequenceFlow id="f1"')
    )
    assert problems(engine, target) == ["正在办理的环节“填写事项”在该版本中的边界事件不同。"]


def test_an_item_that_goes_to_another_post_is_given_up_and_its_new_post_is_told(engine: Engine) -> None:
    case = an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    with engine.desk("eve") as desk:
        desk.claim(the_item(engine, "approve").id)
    approve, inspect = (f"<bpmn:flowNodeRef>{step}</bpmn:flowNodeRef>" for step in ("approve", "inspect"))
    xml = XML.replace(approve, "").replace(inspect, inspect + approve)
    target = deployed(engine, xml.replace('<bpmn:lane id="leader" name="负责人"></bpmn:lane>', ""))
    moved(engine, case, target=target)
    item = the_item(engine, "approve")
    assert (item.role, item.assignee) == ("inspector", None)
    submit(engine, "approve", "i1", decision="approve")


def test_a_new_form_is_asked_for_from_then_on(engine: Engine) -> None:
    case = an_errand(engine)
    stricter = a_form(
        "fill", {"type": "textfield", "key": "place", "label": "地点", "validate": {"required": True}}
    )
    moved(engine, case, target=deployed(engine, XML, fill=stricter))
    with pytest.raises(Refused, match="地点"):
        submit(engine, "fill", "bob", subject="修路")


def test_a_move_needs_a_reason_and_stands_in_the_trail(engine: Engine) -> None:
    case = an_errand(engine)
    target = deployed(engine, COUNTERSIGNED)
    with pytest.raises(Refused, match="写明"):
        migrations.migrate(engine, [case], target.id, by="ann", reason=" ")
    moved(engine, case, target=target)
    assert moved(engine, case, target=target).moved == 0  # it stands there already
    with engine.database.read() as session:
        (entry,) = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "instance.migrated"))
        assert (entry.actor, entry.facts["from"], entry.facts["to"]) == ("ann", 1, 2)


def test_a_step_cannot_be_recalled_into_the_version_that_was_left(engine: Engine) -> None:
    case = an_errand(engine)
    done = the_item(engine, "fill")
    submit(engine, "fill", "bob", subject="修路")
    moved(engine, case, target=deployed(engine, COUNTERSIGNED))
    with engine.database.read() as session:
        assert session.get(Snapshot, case) is None
    with pytest.raises(Refused, match="不能撤回"):
        engine.recall(done.id, by="bob")
