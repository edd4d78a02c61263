"""What people do with work beside completing it, and what may not go wrong around it."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine import deadlines, definitions, task_lists, work_items
from engine.clock import FixedClock
from engine.db import Base, Database
from engine.engine import Engine
from engine.errors import CalendarUnavailable, Conflict, NotAllowed, Refused
from engine.models import Draft, InboxMessage, Opinion, Reminder, WorkItem
from engine.task_lists import Filters
from engine.ticking import tick
from tests.engine.errands import FORMS, MONDAY, PROJECT, an_engine, an_errand, submit, the_item


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def engine(database: Database, clock: FixedClock) -> Engine:
    return an_engine(database, clock)


def to_inspect(engine: Engine) -> WorkItem:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    submit(engine, "approve", "eve", decision="approve")
    return the_item(engine, "inspect")


@pytest.mark.parametrize("outsider", ["bob", "reg", "nobody"])
def test_nobody_outside_the_seat_is_asked_for_an_opinion_that_they_could_not_give(
    engine: Engine, outsider: str
) -> None:
    item = to_inspect(engine)
    with pytest.raises(Refused, match="同岗位"), engine.desk("i1") as desk:
        desk.ask_opinion(item.id, outsider)
    submit(engine, "inspect", "i1", found="属实")
    submit(engine, "inspect", "i2")
    assert the_item(engine, "register").status == "open"


def test_whoever_records_first_cannot_object_to_the_own_record(engine: Engine) -> None:
    item = to_inspect(engine)
    with pytest.raises(Refused, match="尚无记录"):
        engine.complete(item.id, by="i1", data={"found": "属实"}, agree=False, text="不对")
    submit(engine, "inspect", "i1", found="属实")
    submit(engine, "inspect", "i2")
    assert the_item(engine, "register").status == "open"


def test_whoever_records_first_learns_of_faults_at_once_and_nothing_of_the_trial_stays(
    engine: Engine,
) -> None:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="不予登记")
    submit(engine, "approve", "eve", decision="approve")
    item = the_item(engine, "inspect")
    with pytest.raises(Refused, match="不予登记"):
        submit(engine, "inspect", "i1", found="属实")
    with engine.database.read() as session:
        assert session.scalars(sa.select(Opinion)).all() == []
        assert work_items.prefill(session, item, "i1") == {"found": "属实"}


def test_a_trial_leaves_no_trace_when_the_record_is_sound(engine: Engine) -> None:
    item = to_inspect(engine)
    before = counted(engine)
    submit(engine, "inspect", "i1", found="属实")
    after = counted(engine)
    assert after == before | {"opinion": before["opinion"] + 1, "audit_entry": before["audit_entry"] + 1}
    assert the_item(engine, "inspect").version == item.version + 1
    with pytest.raises(NotAllowed, match="已经签署"):
        submit(engine, "inspect", "i1")
    submit(engine, "inspect", "i2")
    assert the_item(engine, "register").status == "open"


def counted(engine: Engine) -> dict[str, int]:
    with engine.database.read() as session:
        return {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name in {"opinion", "audit_entry", "work_item", "submission", "message", "inbox_message"}
        }


def test_a_signed_item_leaves_the_list_of_whoever_signed_until_somebody_objects(engine: Engine) -> None:
    to_inspect(engine)
    submit(engine, "inspect", "i1", found="属实")
    assert [lists(engine, p) for p in ("i1", "i2")] == [(0, 1), (1, 0)]
    item = the_item(engine, "inspect")
    with engine.database.read() as session:
        assert {p.id for p in work_items.candidates(session, engine.directory, item)} == {"i2", "i3"}
    engine.complete(item.id, by="i2", data={}, agree=False, text="户数不符")
    assert [lists(engine, p) for p in ("i1", "i2")] == [(1, 0), (1, 0)]


def lists(engine: Engine, person_id: str) -> tuple[int, int]:
    """How many items stand in 待办 and in 已办 of one person."""
    with engine.database.read() as session:
        person = engine.directory.person(session, person_id)
        assert person is not None
        found = task_lists.to_do(session, person, Filters()), task_lists.done(session, person, Filters())
        counts = task_lists.counts(session, person, date(2024, 5, 20))
    assert (counts.to_do, counts.done) == (len(found[0]), len(found[1]))
    return len(found[0]), len(found[1])


def test_what_four_eyes_keep_from_me_is_not_on_my_list(engine: Engine) -> None:
    """ann holds both seats: whoever filled a matter in finds nothing of it to approve."""
    an_errand(engine)
    submit(engine, "fill", "ann", subject="修路")
    assert lists(engine, "ann") == (0, 1)
    assert lists(engine, "eve") == (1, 0)
    approval, other = the_item(engine, "approve").id, an_errand(engine, "E-2")
    with engine.database.write() as session:  # an approval that another matter's filler may not give
        item = work_items.get(session, approval)
        item.instance_id, item.not_by_case = other, "E-1"
    assert lists(engine, "ann")[0] == 1  # the filling of E-2 alone
    assert lists(engine, "eve") == (1, 0)


def test_what_a_colleague_has_typed_since_is_not_lost_behind_an_older_draft(
    engine: Engine, clock: FixedClock
) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")
    for hour, person, text in ((1, "ann", "一稿"), (2, "bob", "一稿，补充二"), (3, "ann", None)):
        clock.set(datetime(2024, 5, 20, hour, tzinfo=UTC))
        if text is not None:
            with engine.desk(person) as desk:
                desk.save_draft(item.id, {"subject": text})
    with engine.database.read() as session:
        assert work_items.prefill(session, item, "ann") == {"subject": "一稿，补充二"}


def test_a_reminder_in_a_year_without_calendar_is_sent_and_holds_up_no_other(
    engine: Engine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_errand(engine)

    def unknown(*_: object) -> int:
        raise CalendarUnavailable

    monkeypatch.setattr("engine.calendar.Calendar.working_days_between", unknown)
    clock.set(datetime(2024, 6, 20, 1, tzinfo=UTC))
    tick(engine)
    with engine.database.read() as session:
        assert set(session.scalars(sa.select(Reminder.status))) == {"sent"}
        told = session.scalars(sa.select(InboxMessage.text).where(InboxMessage.title.contains("逾期"))).all()
    assert any("应于2024年" in text for text in told)


def test_reminders_move_with_the_due_date(engine: Engine, clock: FixedClock) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")
    before = reminders_of(engine, item)
    assert before
    later = date(2024, 7, 1)
    with engine.database.write() as session:
        calendar = engine.parts.calendar_of(session)
        (moved,) = deadlines.move(session, clock.now(), calendar, ["E-1"], "fill", later)
    assert moved.new_on == later
    after = reminders_of(engine, item)
    assert after["+0"] == later
    assert all(after[label] > before[label] for label in before)


def reminders_of(engine: Engine, item: WorkItem) -> dict[str, date]:
    with engine.database.read() as session:
        rows = session.scalars(sa.select(Reminder).where(Reminder.item_id == item.id)).all()
    assert {r.status for r in rows} == {"waiting"}
    return {r.label: r.due_at.date() for r in rows}


def test_an_error_of_the_database_does_not_tell_what_was_typed(engine: Engine) -> None:
    draft = Draft(item_id="nowhere", person_id="i1", data={"found": "不得外传"}, saved_at=MONDAY)
    with engine.database.write() as session:
        session.add(draft)
        with pytest.raises(IntegrityError) as error:
            session.flush()
        session.rollback()
    assert "不得外传" not in str(error.value)


def test_a_stranger_keeps_no_draft_on_somebody_elses_item(engine: Engine) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")
    with pytest.raises(NotAllowed):
        engine.complete(item.id, by="reg", data={"subject": "冒充"})
    with engine.database.read() as session:
        assert session.get(Draft, (item.id, "reg")) is None


def test_a_rejected_diagram_is_not_deployed(engine: Engine) -> None:
    xml = (PROJECT / "tests/data/errand.bpmn").read_text().replace("修", "改")
    with engine.database.write() as session:
        bundle = definitions.propose(session, MONDAY, "ann", "errand", xml + "\n", FORMS)
        definitions.reject(session, MONDAY, bundle.id, "bob", "不合适")
        with pytest.raises(Conflict, match="退回"):
            definitions.deploy(session, MONDAY, bundle.id, "eve")
