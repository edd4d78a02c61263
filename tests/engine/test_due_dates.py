"""Due dates that move, and the reminders that go with them (D5, D6)."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import deadlines, definitions
from engine.clock import FixedClock
from engine.db import Database
from engine.engine import Engine
from engine.instances import NewInstance
from engine.models import InboxMessage, Reminder, WorkItem
from engine.ticking import tick
from tests.engine.errands import FORMS, MONDAY, PROJECT, an_engine, an_errand, the_item

DUE = date(2024, 5, 27)  # five working days after MONDAY


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def engine(database: Database, clock: FixedClock) -> Engine:
    return an_engine(database, clock)


def deploy(engine: Engine, remind: str, due: str = "working_days_after(today(), term('fill'))") -> None:
    xml = (PROJECT / "tests/data/errand.bpmn").read_text()
    xml = xml.replace('"-2,0,+1"', f'"{remind}"').replace("working_days_after(today(), term('fill'))", due)
    with engine.database.write() as session:
        bundle = definitions.propose(session, MONDAY, "ann", "errand", xml, FORMS)
        definitions.deploy(session, MONDAY, bundle.id, "bob")


def reminders(engine: Engine) -> dict[str, date]:
    with engine.database.read() as session:
        rows = session.scalars(sa.select(Reminder).where(Reminder.status == "waiting")).all()
    return {r.label: r.due_at.date() for r in rows}


def move(engine: Engine, due_on: date) -> None:
    with engine.database.write() as session:
        calendar = engine.parts.calendar_of(session)
        deadlines.move(session, engine.clock.now(), calendar, ["E-1"], "fill", due_on)


@pytest.mark.article("第十八条")
def test_reminders_on_days_of_the_year_fall_on_the_next_working_day(engine: Engine) -> None:
    """25 May and 1 June 2024 are Saturdays, 10 June is a holiday; 17 May is over."""
    deploy(engine, "05-17,05-24,05-25,06-01,2024-06-10,2025-01-26")
    an_errand(engine)
    assert reminders(engine) == {
        "05-24": date(2024, 5, 24),
        "05-25": date(2024, 5, 27),
        "06-01": date(2024, 6, 3),
        "2024-06-10": date(2024, 6, 11),
        "2025-01-26": date(2025, 1, 26),  # a Sunday on which people work (调休)
    }


def test_days_of_the_calendar_fall_on_the_working_day_on_or_before(engine: Engine) -> None:
    """第十六条: reminders 90, 60 … days before the end of a term; 2 June and 26 May 2024 are Sundays."""
    deploy(engine, "-1d,-2d,-9d", due="date(2024, 6, 4)")
    an_errand(engine)
    assert reminders(engine) == {
        "-1d": date(2024, 6, 3), "-2d": date(2024, 5, 31), "-9d": date(2024, 5, 24),
    }  # fmt: skip


def test_a_day_of_the_year_is_sent_once_at_nine(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, "05-24")
    an_errand(engine)
    for hours, told in ((96 - 1 / 60, 0), (96, 1), (120, 1)):
        clock.set(MONDAY + timedelta(hours=hours))
        tick(engine)
        with engine.database.read() as session:
            titles = session.scalars(
                sa.select(InboxMessage.title).where(
                    InboxMessage.person_id == "bob", InboxMessage.title.contains("到期")
                )
            ).all()
        assert len(titles) == told


def test_a_day_of_the_year_follows_the_due_date_into_another_year(engine: Engine) -> None:
    deploy(engine, "01-20")
    an_errand(engine)
    assert reminders(engine) == {}
    move(engine, date(2025, 2, 28))
    assert reminders(engine) == {"01-20": date(2025, 1, 20)}


def test_a_reminder_already_sent_is_sent_again_for_a_later_date_and_cancelled_for_an_earlier_one(
    engine: Engine, clock: FixedClock
) -> None:
    an_errand(engine)
    clock.set(MONDAY + timedelta(days=3))
    tick(engine)
    assert "-2" not in reminders(engine)
    move(engine, date(2024, 6, 28))
    assert reminders(engine)["-2"] == date(2024, 6, 26)
    move(engine, date(2024, 5, 24))
    assert reminders(engine) == {"+0": date(2024, 5, 24), "+1": date(2024, 5, 27)}
    move(engine, date(2024, 6, 28))
    assert reminders(engine)["-2"] == date(2024, 6, 26)


def test_a_step_that_had_no_due_date_is_reminded_of_once_it_has_one(engine: Engine) -> None:
    """预填: the application began without a batch, and a batch is chosen later."""
    deploy(engine, "-2,0,+1", due="null")
    an_errand(engine)
    assert (the_item(engine, "fill").due_on, reminders(engine)) == (None, {})
    move(engine, DUE)
    assert set(reminders(engine)) == {"-2", "+0", "+1"}


def test_open_steps_are_counted_anew_by_their_own_expression(engine: Engine) -> None:
    """Ten working days from the day that has changed, with the count shown; another case stays."""
    deploy(engine, "0", due="working_days_after(since, term('review'))")
    for case in ("E-1", "E-2"):
        data = {
            "case_no": case,
            "register_key": f"REG/{case}",
            "registry_scope": "620000",
            "since": "2024-05-20",
        }
        engine.start(NewInstance("errand", case, case, "621122"), by="ann", data=data)
    now = engine.clock.now()
    with engine.database.write() as session:
        news = {"since": "2024-06-03"}
        found = deadlines.move_by_diagram(engine.parts, session, now, ["E-1"], "fill", news)
        assert [(m.old_on, m.new_on) for m in found] == [(date(2024, 6, 3), date(2024, 6, 18))]
        assert deadlines.move_by_diagram(engine.parts, session, now, ["E-1"], "approve", news) == []
    with engine.database.read() as session:
        moved, other = session.scalars(sa.select(WorkItem).order_by(WorkItem.number)).all()
    assert (moved.due_on, other.due_on) == (date(2024, 6, 18), date(2024, 6, 3))
    assert moved.due_trace is not None
    assert (moved.due_trace["start"], moved.due_trace["days"]) == ("2024-06-03", 10)
