"""Dates of the domain when a year is announced: notices and what is counted from them (D6, 10.4 no. 6)."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from clusters import dates
from clusters.batches.batches import get as batch_of
from clusters.designation import designation
from clusters.filed import Filed
from clusters.notices import notices
from clusters.register.models import Notice
from engine import deadlines
from engine.calendar import Calendar, DayChange
from engine.errors import Refused
from engine.models import Timer
from tests.handlers.stage import BATCH, CALENDAR, at

# Which database keeps the rows makes no difference to how they are counted.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DOMAIN = dates.ClusterDates(dates.SOURCES)


def announced(**days):
    """2027 as a notice may have it: `d0104="off"`."""
    old = next(y for y in CALENDAR.years if (y.year, y.region) == (2027, None))
    changes = {date(2027, int(d[1:3]), int(d[3:])): DayChange(kind, "元旦") for d, kind in days.items()}
    new = replace(old, status="confirmed", version=2, source_doc="号", days={**old.days, **changes})
    return Calendar.from_years([*CALENDAR.years, new])


LONGER, SHORTER = announced(d0104="off"), announced(d0102="work", d0103="work")


@pytest.fixture
def published(stage):
    """A notice of Monday 28 December 2026: three days of 2026 and two of 2027; and its timer."""
    batch = stage.open_batch()
    stage.case().qualified()
    with stage.database.write() as session:
        stage.on("2026-12-28")
        count = CALENDAR.notice_window(stage.today, 5)
        found = Notice(
            no="GS-2026-1", instance_id=batch.instance, task_id="t", submission_id="s", batch_key=BATCH,
            title="公示", text="", portal_url="", published_at=stage.now, first_day=count.first_day,
            last_day=count.last_day, trace=count.due.to_json(), calendar_version=CALENDAR.version,
            provisional=count.due.provisional, days=5, policy="FULL_DAYS", contact={}, list_hash="",
        )  # fmt: skip
        session.add(found)
        ended = date(2027, 1, 6)
        session.add(
            Timer(
                instance_id=batch.instance, task_id="t", kind="timer", element="notice_ended",
                due_on=ended, due_at=at("2027-01-06", "00:05"), calendar_version=CALENDAR.version,
                status="waiting",
            )
        )  # fmt: skip
    return batch


def recount(stage, calendar):
    with stage.database.write() as session:
        return deadlines.recount(session, stage.now, calendar, DOMAIN)


def standing(stage):
    with stage.reading() as session:
        found = notices.of_batch(session, BATCH)
        return found.last_day, found.provisional, session.scalars(sa.select(Timer.due_on)).one()


@pytest.mark.article("第十五条")
@pytest.mark.parametrize(
    ("calendar", "last_day"),
    [(announced(), "2027-01-05"), (LONGER, "2027-01-06"), (SHORTER, "2027-01-05")],
    ids=["as expected", "longer", "shorter"],
)
def test_a_notice_of_28_december_2026_is_provisional_and_final_after_the_import(
    stage, published, calendar, last_day
):
    """10.4 no. 6. A running notice never ends earlier than it said; its timer follows."""
    assert standing(stage) == (date(2027, 1, 5), True, date(2027, 1, 6))
    moved = recount(stage, calendar)
    day = date.fromisoformat(last_day)
    assert standing(stage) == (day, False, date.fromordinal(day.toordinal() + 1))
    assert {m.kind for m in moved} == {"timer", "notice"}
    notice = next(m for m in moved if m.kind == "notice")
    assert ("早于原定的2027年1月5日" in notice.note) == (calendar is SHORTER)
    assert ("prov_clerk", "620000") in {(s.role, s.scope) for s in notice.seats}


@pytest.mark.article("第十五条")
def test_nothing_is_decided_on_a_provisional_notice_however_late_it_is(stage, published):
    stage.on("2027-01-20")
    form = Filed({"decision_date": "2027-01-20"}, published.instance, "t", "s", "pl")
    with stage.database.write() as session:
        batch = batch_of(session, BATCH)
        with pytest.raises(Refused, match="暂定工作日历"):
            designation.decide(session, batch, form, CALENDAR, stage.today, stage.now)


@pytest.mark.article("第十五条")
def test_the_day_that_workflow_data_still_holds_stands_for_the_day_it_has_become(stage, published):
    recount(stage, LONGER)
    with stage.reading() as session:
        old = DOMAIN.count_of(session, BATCH, date(2027, 1, 5))
        assert (old.on, old.is_provisional) == (date(2027, 1, 6), False)
        assert DOMAIN.count_of(session, BATCH, date(2027, 1, 4)) is None
        assert DOMAIN.count_of(session, "GSPC-1999-01", date(2027, 1, 5)) is None


# --- requirements 3.3 -----------------------------------------------------------------------------


@pytest.mark.article("第十七条")
@pytest.mark.parametrize(
    ("completed", "calendar", "due", "provisional"),
    [
        ("2026-12-10", CALENDAR, "2026-12-31", False),
        ("2026-12-20", CALENDAR, "2027-01-11", True),
        ("2026-12-20", announced(), "2027-01-11", False),
        ("2026-12-20", LONGER, "2027-01-12", False),
    ],
)
def test_a_change_completed_at_the_end_of_2026_falls_due_in_the_unannounced_year(
    stage, completed, calendar, due, provisional
):
    counted = CALENDAR.due(date.fromisoformat(completed), 15)
    again = deadlines.recounted(counted, counted.due, calendar) or counted
    assert (again.on.isoformat(), again.is_provisional) == (due, provisional)
