"""A case that looks again and again keeps its newest round and forgets the older ones."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.bpmn.parser import ParsedBundle, parse_bundle
from engine.bpmn.runner import Run
from engine.calendar import Calendar
from tests.diagrams import (
    catch,
    chain,
    diagram,
    end,
    exclusive,
    flow,
    outputs,
    parallel,
    service,
    start,
    timer,
    user,
)
from tests.support.walk import Desk, Walk

CALENDAR = Calendar.load(Path(__file__).resolve().parents[3] / "processes" / "calendars" / "cn.toml")
WEEKLY = "${days_after(today(), 7)}"


@pytest.fixture
def desk() -> Desk:
    found = Desk(date(2024, 1, 8), CALENDAR, {})
    found.topics = {"sample.work": {"late": False}}
    return found


@pytest.fixture(scope="module")
def chasing() -> ParsedBundle:
    """A report is written while every week somebody is reminded; when it is very late, they are scolded."""
    xml = diagram(
        start(), parallel("both"), user("write"), end("written"),
        exclusive("again"), service("remind", outputs(late="${late}")), exclusive("reminded", "goes_on"),
        catch("week", timer(WEEKLY)),
        service("scold"), exclusive("meanwhile"), end("stop"),
        chain("start", "both", "write", "written"), flow("both", "again"), flow("again", "remind"),
        flow("remind", "reminded"), flow("reminded", "meanwhile", id_="goes_on"),
        flow("reminded", "scold", "${late}"), flow("scold", "meanwhile"), flow("meanwhile", "week"),
        flow("week", "again"),
    )  # fmt: skip
    return parse_bundle(xml.decode())


def a_week_later(parsed: ParsedBundle, desk: Desk, state: str, late: bool = False) -> Run:
    desk.today += timedelta(days=7)
    desk.topics = {"sample.work": {"late": late}}
    run = Run.load(parsed, "sample", state, desk)
    (due,) = run.waiting_timers()
    run.fire(due.task_id, due.element)
    return run


def begun(parsed: ParsedBundle, desk: Desk) -> str:
    return Walk(parsed, "sample", desk, {}).run.dump()


def test_the_state_of_a_case_does_not_grow_with_the_weeks_it_waits(chasing: ParsedBundle, desk: Desk) -> None:
    state, sizes = begun(chasing, desk), []
    for _ in range(60):
        state = a_week_later(chasing, desk, state).dump()
        sizes.append(len(state))
    assert max(sizes[3:]) <= sizes[2] + 50
    assert len(desk.called) == 61


def test_what_was_passed_in_a_forgotten_round_still_counts_as_passed(
    chasing: ParsedBundle, desk: Desk
) -> None:
    state = begun(chasing, desk)
    state = a_week_later(chasing, desk, state, late=True).dump()
    for _ in range(20):
        run = a_week_later(chasing, desk, state)
        state = run.dump()
    assert run.progress() == {
        "start": "done", "both": "done", "write": "open", "again": "done", "remind": "done",
        "reminded": "done", "scold": "done", "meanwhile": "done", "week": "open",
    }  # fmt: skip


def test_a_case_goes_on_to_its_end_after_rounds_were_forgotten(chasing: ParsedBundle, desk: Desk) -> None:
    state = begun(chasing, desk)
    for _ in range(20):
        run = a_week_later(chasing, desk, state)
        state = run.dump()
    (task,) = Run.load(chasing, "sample", state, desk).open_tasks()
    run.complete(task.task_id, {})
    assert not run.has_ended()  # the reminding goes on
    assert run.depth() < 20


def test_rounds_in_which_people_took_part_stay(desk: Desk) -> None:
    xml = diagram(
        start(), exclusive("again"), user("write"), exclusive("done_", "no"), end(),
        chain("start", "again", "write", "done_"), flow("done_", "again", id_="no"),
        flow("done_", "end", "${finished}"),
    )  # fmt: skip
    walk = Walk(parse_bundle(xml.decode()), "sample", desk, {"finished": False})
    for _ in range(5):
        walk.do("write")
    assert walk.run.depth() > 15
