"""Deadlines counted again when the calendar changes (D6), and moved by an administrator with a reason."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from engine import amendments, deadlines
from engine.calendar import Calendar, DayChange
from engine.clock import FixedClock
from engine.db import Database
from engine.engine import Engine
from engine.errors import Conflict, Refused
from engine.models import AuditEntry, InboxMessage, Reminder, Timer, WorkItem
from tests.engine.errands import PROJECT, an_engine, an_errand, inspected, submit, the_item

CALENDAR = Calendar.load(PROJECT / "processes/calendars/cn.toml")
LATE_DECEMBER = datetime(2026, 12, 28, 1, tzinfo=UTC)  # Monday; five working days end on 5 January 2027
TUESDAY = date(2027, 1, 5)


def announced(**days: str) -> Calendar:
    """2027 as a notice may have it: `d0104="off"`; New Year's Day is off in any case."""
    old = next(y for y in CALENDAR.years if y.year == 2027 and y.region is None)
    changes = {date(2027, int(d[1:3]), int(d[3:])): DayChange(kind, "元旦") for d, kind in days.items()}
    new = replace(old, status="confirmed", version=2, source_doc="号", days={**old.days, **changes})
    return Calendar.from_years([*CALENDAR.years, new])


ONE_DAY_LONGER, ONE_DAY_SHORTER, AS_EXPECTED = announced(d0104="off"), announced(d0102="work"), announced()


@pytest.fixture
def engine(database: Database) -> Engine:
    return an_engine(database, FixedClock(LATE_DECEMBER))


def recount(engine: Engine, calendar: Calendar) -> list[deadlines.Moved]:
    with engine.database.write() as session:
        return deadlines.recount(session, engine.clock.now(), calendar)


def reminders(engine: Engine) -> dict[str, date]:
    with engine.database.read() as session:
        return {r.label: r.due_at.date() for r in session.scalars(sa.select(Reminder))}


@pytest.mark.parametrize(
    ("calendar", "due"),
    [(AS_EXPECTED, TUESDAY), (ONE_DAY_LONGER, date(2027, 1, 6)), (ONE_DAY_SHORTER, TUESDAY)],
)
def test_an_open_step_becomes_final_with_the_year_and_never_earlier(
    engine: Engine, calendar: Calendar, due: date
) -> None:
    an_errand(engine)
    before = the_item(engine, "fill")
    assert (before.due_on, before.provisional) == (TUESDAY, True)
    (moved,) = recount(engine, calendar)
    after = the_item(engine, "fill")
    assert (after.due_on, after.provisional) == (due, False)
    assert (moved.old_on, moved.new_on, moved.was_provisional, moved.is_provisional) == (
        TUESDAY, due, True, False,
    )  # fmt: skip
    assert ("早于原定的2027年1月5日" in moved.note) == (calendar is ONE_DAY_SHORTER)
    assert [(s.role, s.scope) for s in moved.seats] == [("clerk", "621122")]
    assert recount(engine, calendar) == []  # once is enough


def test_reminders_follow_the_new_calendar_even_where_the_due_date_stays(engine: Engine) -> None:
    an_errand(engine)
    assert reminders(engine) == {"-2": date(2026, 12, 31), "+0": TUESDAY, "+1": date(2027, 1, 6)}
    recount(engine, announced(d0106="off"))
    assert reminders(engine) == {"-2": date(2026, 12, 31), "+0": TUESDAY, "+1": date(2027, 1, 7)}


def test_a_timer_moves_with_its_trace_and_a_preview_keeps_nothing(engine: Engine) -> None:
    an_errand(engine)
    inspected(engine)
    engine.clock.set(datetime(2026, 12, 30, 1, tzinfo=UTC))  # type: ignore[attr-defined]
    submit(engine, "register", "reg", note="")
    with engine.database.read() as session:
        timer = session.scalars(sa.select(Timer).where(Timer.kind == "timer")).one()
        assert (timer.due_on, timer.provisional) == (date(2026, 12, 31), False)
        old = timer.due_on
    with engine.database.read() as session:  # a preview: a transaction that is never committed
        preview = deadlines.recount(session, engine.clock.now(), _extra_day_off(2026, 12, 30))
    assert [(m.kind, m.new_on) for m in preview] == [("timer", date(2027, 1, 4))]
    with engine.database.read() as session:
        assert session.scalars(sa.select(Timer.due_on).where(Timer.kind == "timer")).one() == old
    recount(engine, _extra_day_off(2026, 12, 30))
    with engine.database.read() as session:
        timer = session.scalars(sa.select(Timer).where(Timer.kind == "timer")).one()
    assert (timer.due_on, timer.provisional) == (date(2027, 1, 4), True)
    assert timer.due_at == datetime(2027, 1, 3, 16, 5, tzinfo=UTC)
    assert timer.trace is not None
    assert [d["why"] for d in timer.trace["trace"]][1] == "元旦放假"


def _extra_day_off(year: int, month: int, day: int) -> Calendar:
    """A change of a confirmed year in the middle of it, as 2019 and 2020 had."""
    old = next(y for y in CALENDAR.years if y.year == year and y.region is None)
    days = {**old.days, date(year, month, day): DayChange("off", "元旦")}
    return Calendar.from_years([*CALENDAR.years, replace(old, version=2, days=days)])


# --- by an administrator ------------------------------------------------------------------------


def amend(engine: Engine, on: date | None, reason: str = "断电三天", *, may_shorten: bool = False) -> None:
    item_id = the_item(engine, "fill").id
    with engine.database.write() as session:
        row, now = amendments.item(session, item_id), engine.clock.now()
        moved = amendments.amend(session, now, CALENDAR, row, on, reason, by="adm", may_shorten=may_shorten)
        amendments.tell(session, engine.directory, now, f"amended:{item_id}:{on}", [moved], "期限已改")


def test_a_deadline_is_lengthened_with_a_reason_and_everybody_concerned_is_told(engine: Engine) -> None:
    an_errand(engine)
    amend(engine, date(2027, 1, 12))
    item = the_item(engine, "fill")
    assert (item.due_on, item.legal_on, item.due_note) == (date(2027, 1, 12), TUESDAY, "断电三天")
    assert reminders(engine)["+0"] == date(2027, 1, 12)
    with engine.database.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "deadline.moved")).one()
        assert (entry.actor, entry.facts["to"]) == ("adm", "2027-01-12")
        told = session.scalars(sa.select(InboxMessage).where(InboxMessage.title == "期限已改")).all()
    assert {m.person_id for m in told} == {"ann", "bob"}
    assert "由2027年1月5日（暂定）改为2027年1月12日" in told[0].text


@pytest.mark.parametrize(
    ("on", "reason", "said"),
    [
        (date(2027, 1, 4), "快些", "不能早于法定日期2027年1月5日"),
        (date(2026, 12, 27), "快些", "不能早于今天"),
        (TUESDAY, "照旧", "没有变化"),
        (date(2027, 1, 6), " ", "理由"),
        (None, "快些", "新的到期日"),
    ],
)
def test_a_partys_deadline_is_never_shortened_nor_moved_without_reason(
    engine: Engine, on: date | None, reason: str, said: str
) -> None:
    an_errand(engine)
    with pytest.raises(Refused, match=said):
        amend(engine, on, reason)
    assert the_item(engine, "fill").due_on == TUESDAY


def test_an_offices_own_deadline_may_be_shortened_but_not_into_the_past(engine: Engine) -> None:
    an_errand(engine)
    with pytest.raises(Refused, match="不能早于今天"):
        amend(engine, date(2026, 12, 27), may_shorten=True)
    amend(engine, date(2026, 12, 28), may_shorten=True)
    assert the_item(engine, "fill").due_on == date(2026, 12, 28)


def test_a_lengthened_deadline_is_not_shortened_back_below_the_law(engine: Engine) -> None:
    an_errand(engine)
    amend(engine, date(2027, 1, 12))
    with pytest.raises(Refused, match="2027年1月5日"):
        amend(engine, date(2027, 1, 4))
    amend(engine, TUESDAY)


def test_a_new_calendar_moves_a_lengthened_deadline_only_beyond_itself(engine: Engine) -> None:
    an_errand(engine)
    amend(engine, date(2027, 1, 6))
    recount(engine, announced(d0104="off", d0106="off"))  # by law now the 7th
    item = the_item(engine, "fill")
    assert (item.due_on, item.legal_on) == (date(2027, 1, 7), date(2027, 1, 7))


def test_what_is_done_has_no_deadline_to_move(engine: Engine) -> None:
    an_errand(engine)
    item_id = the_item(engine, "fill").id
    submit(engine, "fill", "bob", subject="修路")
    with pytest.raises(Conflict), engine.database.write() as session:
        amendments.item(session, item_id)
    with engine.database.read() as session:
        assert session.scalars(sa.select(WorkItem.id).where(WorkItem.status == "completed")).all()
