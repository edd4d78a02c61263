"""A process goes through the engine on both databases: the rules of D8, D12, D13 in one small world."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine import audit, calendar_wait
from engine.case_view import view
from engine.clock import FixedClock, legal_day
from engine.db import Database
from engine.engine import Engine, StepFailed
from engine.errors import CalendarUnavailable, Conflict, NotAllowed, Refused, TaskAlreadyCompleted
from engine.models import (
    Draft,
    InboxMessage,
    Incident,
    Instance,
    Message,
    Reminder,
    Submission,
    Timer,
    WorkItem,
)
from engine.ticking import next_due, tick
from tests.engine.errands import MONDAY, an_engine, an_errand, inspected, submit, the_item


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def engine(database: Database, clock: FixedClock) -> Engine:
    return an_engine(database, clock)


def the_instance(engine: Engine, key: str = "E-1") -> Instance:
    with engine.database.read() as session:
        return session.scalars(sa.select(Instance).where(Instance.business_key == key)).one()


def open_elements(engine: Engine) -> set[str]:
    with engine.database.read() as session:
        return set(session.scalars(sa.select(WorkItem.element).where(WorkItem.status == "open")))


def count(engine: Engine, table: type, **where: object) -> int:
    with engine.database.read() as session:
        return session.query(table).filter_by(**where).count()


def test_an_errand_travels_through_people_messages_timer_and_put_off_work_to_its_end(
    engine: Engine, clock: FixedClock
) -> None:
    an_errand(engine)
    inspected(engine)
    assert open_elements(engine) == {"register"}
    submit(engine, "register", "reg", note="")
    assert open_elements(engine) == set()
    due = next_due(engine, clock.now())
    assert due is not None
    assert legal_day(due) == date(2024, 5, 23)  # the third working day after Monday
    clock.set(due - timedelta(seconds=1))
    assert tick(engine) == 0
    clock.set(due)
    tick(engine)
    assert open_elements(engine) == {"archive"}
    submit(engine, "archive", "bob", note="完")
    ended = the_instance(engine)
    assert (ended.status, ended.outcome) == ("ended", "errand_archived")


def test_due_date_and_reminders_stand_on_working_days_with_their_count(engine: Engine) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")
    assert item.due_on == date(2024, 5, 27)
    assert item.due_trace is not None
    assert [d["date"] for d in item.due_trace["trace"] if not d["counted"]] == ["2024-05-25", "2024-05-26"]
    with engine.database.read() as session:
        days = [legal_day(r.due_at) for r in session.scalars(sa.select(Reminder).order_by(Reminder.due_at))]
    assert days == [date(2024, 5, 23), date(2024, 5, 27), date(2024, 5, 28)]


def test_a_reminder_reaches_everybody_who_may_take_the_item_once(engine: Engine, clock: FixedClock) -> None:
    an_errand(engine)
    for day in (23, 27, 28):
        clock.set(datetime(2024, 5, day, 2, 0, tzinfo=UTC))
        tick(engine)
        tick(engine)
    with engine.database.read() as session:
        titles = session.scalars(
            sa.select(InboxMessage.title).where(InboxMessage.person_id == "bob").order_by(InboxMessage.id)
        ).all()
    assert titles == ["新待办：填写事项", "即将到期：填写事项", "即将到期：填写事项", "已逾期：填写事项"]


def test_a_returned_task_is_prefilled_and_its_reminders_are_armed_again(engine: Engine) -> None:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修桥")
    assert count(engine, Reminder, status="waiting") == 0
    submit(engine, "approve", "eve", decision="return")
    item = the_item(engine, "fill")
    from engine import work_items

    with engine.database.read() as session:
        assert work_items.prefill(session, item, "bob")["subject"] == "修桥"
    assert count(engine, Reminder, status="waiting") == 3
    clock = engine.clock
    assert isinstance(clock, FixedClock)
    clock.set(datetime(2024, 5, 23, 2, 0, tzinfo=UTC))
    tick(engine)
    assert count(engine, InboxMessage, kind="reminder", item_id=item.id, person_id="bob") == 1
    assert count(engine, InboxMessage, kind="reminder") == count(
        engine, InboxMessage, kind="reminder", item_id=item.id
    )


def test_thirty_returns_of_one_errand(engine: Engine) -> None:
    an_errand(engine)
    for n in range(30):
        submit(engine, "fill", "bob", subject=f"第{n}稿")
        submit(engine, "approve", "eve", decision="return")
    assert open_elements(engine) == {"fill"}
    assert the_instance(engine).status == "running"


def test_nobody_approves_what_he_filled_in(engine: Engine) -> None:
    an_errand(engine)
    submit(engine, "fill", "ann", subject="修路")
    with pytest.raises(NotAllowed, match="两人复核"):
        submit(engine, "approve", "ann", decision="approve")
    with engine.desk("ann") as desk, pytest.raises(NotAllowed, match="两人复核"):
        desk.claim(the_item(engine, "approve").id)
    submit(engine, "approve", "eve", decision="approve")


def test_a_stranger_and_a_foreign_county_may_not_work(engine: Engine) -> None:
    an_errand(engine)
    for stranger in ("i1", "reg", "nobody"):
        with pytest.raises(NotAllowed):
            submit(engine, "fill", stranger, subject="x")


def test_what_one_has_claimed_another_may_not_complete(engine: Engine) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")
    with engine.desk("bob") as desk:
        desk.claim(item.id)
    with pytest.raises(NotAllowed, match="签收"):
        submit(engine, "fill", "ann", subject="x")
    with engine.desk("bob") as desk:
        desk.transfer(item.id, "ann", "休假")
    submit(engine, "fill", "ann", subject="x")


def test_the_second_of_two_clerks_learns_who_was_first_and_keeps_the_draft(engine: Engine) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")
    engine.complete(item.id, by="bob", data={"subject": "先"}, version=item.version)
    with pytest.raises(TaskAlreadyCompleted) as lost:
        engine.complete(item.id, by="ann", data={"subject": "后"}, version=item.version)
    assert lost.value.by == "bob"
    with engine.database.read() as session:
        draft = session.get(Draft, (item.id, "ann"))
    assert draft is not None
    assert draft.data["subject"] == "后"


def test_a_stale_page_is_refused_and_a_reminder_disturbs_no_page(engine: Engine, clock: FixedClock) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")
    clock.set(datetime(2024, 5, 23, 2, 0, tzinfo=UTC))
    assert tick(engine) == 1
    assert the_item(engine, "fill").version == item.version
    with engine.desk("bob") as desk:
        desk.claim(item.id)
    with pytest.raises(Conflict):
        engine.complete(item.id, by="bob", data={"subject": "x"}, version=item.version)


def test_a_missing_field_is_refused_with_its_path(engine: Engine) -> None:
    an_errand(engine)
    with pytest.raises(Refused) as refused:
        submit(engine, "fill", "bob", urgent=True)
    assert [p.path for p in refused.value.problems] == ["subject"]


def test_a_handlers_refusal_rolls_the_whole_step_back(engine: Engine) -> None:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    submit(engine, "approve", "eve", decision="approve")
    submit(engine, "inspect", "i1", found="属实")
    with engine.database.write() as session:  # what the handler looks at has changed between two signatures
        filled = session.scalars(sa.select(Submission).where(Submission.element == "fill")).one()
        filled.data = {"subject": "不予登记"}
    with pytest.raises(Refused, match="不予登记"):
        submit(engine, "inspect", "i2")
    assert open_elements(engine) == {"inspect"}
    assert count(engine, Incident) == 0


def test_an_unexpected_error_becomes_an_incident_and_loses_nothing(engine: Engine) -> None:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="机器坏了")
    submit(engine, "approve", "eve", decision="approve")
    before = the_instance(engine).version
    with pytest.raises(StepFailed):
        submit(engine, "inspect", "i1", found="属实")
    assert the_instance(engine).version == before
    assert count(engine, Incident, kind="complete") == 1
    assert count(engine, Draft, person_id="i1") == 1


def test_what_needs_a_year_without_calendar_is_refused_in_words_and_is_no_fault(
    engine: Engine, clock: FixedClock
) -> None:
    """D-15: the administrators are asked for the calendar every day; nothing has to be mended here."""
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    before = the_instance(engine).version
    clock.set(datetime(2031, 1, 6, 1, tzinfo=UTC))
    with pytest.raises(Refused, match="2031年的工作日历尚未导入"):
        submit(engine, "approve", "eve", decision="return")
    assert (open_elements(engine), the_instance(engine).version) == ({"approve"}, before)
    assert count(engine, Incident) == 0


def test_a_timer_that_needs_a_year_without_calendar_waits_for_it_and_is_no_fault(
    engine: Engine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_errand(engine)
    inspected(engine)
    submit(engine, "register", "reg", note="")
    clock.set(MONDAY + timedelta(days=400))

    def unknown(*_: object, **__: object) -> None:
        raise CalendarUnavailable

    with monkeypatch.context() as without:
        without.setattr("engine.instances.fire", unknown)
        for _ in range(12):
            tick(engine)
            with engine.database.write() as session:
                session.execute(sa.update(Timer).values(not_before=None))
    assert count(engine, Incident) == 0
    assert count(engine, Timer, status="waiting") == 1
    with engine.database.write() as session:
        session.execute(sa.update(Timer).values(not_before=datetime(2099, 1, 1, tzinfo=UTC)))
        calendar_wait.release(session)
    tick(engine)
    assert count(engine, Timer, status="waiting") == 0


def test_two_inspectors_must_agree_and_one_objection_voids_the_record(engine: Engine) -> None:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    submit(engine, "approve", "eve", decision="approve")
    submit(engine, "inspect", "i1", found="属实")
    with pytest.raises(NotAllowed, match="已经签署"):
        submit(engine, "inspect", "i1", found="属实")
    item = the_item(engine, "inspect")
    engine.complete(item.id, by="i2", data={}, agree=False, text="面积不符")
    assert open_elements(engine) == {"inspect"}
    submit(engine, "inspect", "i2", found="面积已更正")
    submit(engine, "inspect", "i1")
    assert open_elements(engine) == {"register"}


def test_an_added_signature_is_waited_for(engine: Engine) -> None:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    submit(engine, "approve", "eve", decision="approve")
    submit(engine, "inspect", "i1", found="属实")
    item = the_item(engine, "inspect")
    with engine.desk("i2") as desk:
        desk.ask_opinion(item.id, "i3")
    submit(engine, "inspect", "i2")
    assert open_elements(engine) == {"inspect"}
    submit(engine, "inspect", "i3")
    assert open_elements(engine) == {"register"}


def test_a_step_may_be_recalled_until_somebody_touches_its_successor(engine: Engine) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")
    submit(engine, "fill", "bob", subject="修路")
    engine.recall(item.id, by="bob")
    assert open_elements(engine) == {"fill"}
    item = the_item(engine, "fill")
    submit(engine, "fill", "bob", subject="修路")
    with engine.desk("eve") as desk:
        desk.claim(the_item(engine, "approve").id)
    with pytest.raises(Refused, match="签收"):
        engine.recall(item.id, by="bob")


def test_taking_a_step_back_does_not_lengthen_its_period(engine: Engine, clock: FixedClock) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")
    submit(engine, "fill", "bob", subject="修路")
    clock.set(clock.now() + timedelta(days=1))
    engine.recall(item.id, by="bob")
    again = the_item(engine, "fill")
    assert item.due_on is not None
    assert (again.due_on, again.due_trace, again.round) == (item.due_on, item.due_trace, 1)


def test_a_recalled_step_goes_on_to_its_end(engine: Engine) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")
    submit(engine, "fill", "bob", subject="一稿")
    engine.recall(item.id, by="bob")
    submit(engine, "fill", "bob", subject="二稿")
    submit(engine, "approve", "eve", decision="approve")
    assert open_elements(engine) == {"inspect"}


def test_withdrawal_ends_the_errand_wherever_it_stands(engine: Engine) -> None:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    engine.send("withdraw", "E-1", by="ann")
    assert open_elements(engine) == set()
    assert the_instance(engine).outcome == "errand_withdrawn"


def test_a_message_is_delivered_once_and_dead_when_its_addressee_has_ended(engine: Engine) -> None:
    an_errand(engine)
    inspected(engine)
    engine.send("withdraw", "E-1", by="ann")
    submit(engine, "register", "reg", note="")
    with engine.database.read() as session:
        states = {m.name: m.status for m in session.scalars(sa.select(Message))}
    assert states == {"errand_filed": "delivered", "withdraw": "delivered", "errand_registered": "dead"}


def test_a_message_that_comes_too_early_is_kept_and_delivered_later(engine: Engine) -> None:
    from engine import messages

    an_errand(engine)
    with engine.database.write() as session:
        messages.post(
            session,
            MONDAY,
            None,
            source="early",
            name="errand_registered",
            to="E-1",
            payload={"register_no": "R-0"},
        )
    tick(engine)
    assert count(engine, Message, status="kept") == 1
    inspected(engine)
    assert count(engine, Timer, element="cooling_off", status="waiting") == 1


def test_the_same_key_does_not_run_twice(engine: Engine) -> None:
    an_errand(engine)
    with pytest.raises(Refused, match="E-1"):
        an_errand(engine)


def test_the_service_clock_stops_while_the_errand_is_with_the_applicant(
    engine: Engine, clock: FixedClock
) -> None:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    assert the_item(engine, "approve").due_on == date(2024, 6, 3)  # ten working days
    clock.set(MONDAY + timedelta(days=2))  # two working days are used
    submit(engine, "approve", "eve", decision="return")
    clock.set(MONDAY + timedelta(days=10))  # eight more days do not count
    submit(engine, "fill", "bob", subject="修路")
    assert the_item(engine, "approve").due_on == date(2024, 6, 12)  # eight left, dragon boat day off


def test_an_urge_by_telephone_needs_its_receipt(engine: Engine) -> None:
    an_errand(engine)
    item = the_item(engine, "fill")
    with pytest.raises(Refused, match="凭据"), engine.desk("eve") as desk:
        desk.urge(item.id, "phone", "请尽快")
    with engine.desk("eve") as desk:
        desk.urge(item.id, "phone", "请尽快", "乙接听")
    assert count(engine, InboxMessage, title="催办：填写事项") == 2


def test_the_view_of_a_case_says_what_is_done_and_who_must_act(engine: Engine) -> None:
    instance_id = an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    with engine.database.read() as session:
        seen = view(engine, session, instance_id)
    assert seen.states["fill"] == "done"
    assert seen.states["approve"] == "open"
    assert {p.id for p in seen.open_items[0].people} == {"ann", "eve"}
    assert [s.node.id for s in seen.outline][:3] == ["withdrawal_asked", "fill", "approve"]


def test_the_audit_chain_names_the_first_row_that_was_changed(engine: Engine) -> None:
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    key = b"k" * 32
    with engine.database.write() as session:
        assert audit.seal(session, key) >= 3
    with engine.database.read() as session:
        assert audit.verify(session, key).broken is None
    with engine.database.write() as session:
        session.execute(sa.text("UPDATE audit_entry SET actor = 'eve' WHERE sequence = 2"))
    with engine.database.read() as session:
        result = audit.verify(session, key)
    assert (result.broken is not None, result.checked) == (True, 1)
