"""When things happen: timers, due dates, reminders, service clocks, arming (D3: timer; D4, D5, D14)."""

import pytest

from engine.bpmn.checks import Surroundings, examine
from tests.diagrams import (
    a_form,
    boundary,
    catch,
    chain,
    diagram,
    end,
    exclusive,
    flow,
    properties,
    start,
    subprocess,
    tag,
    timer,
    user,
)
from tests.engine.bpmn.examining import assert_accepted, assert_refused, problems, warnings


def waiting(text: str, what: str = "timeDate") -> bytes:
    return diagram(start(), catch("at", timer(text, what)), end(), chain("start", "at", "end"))


def task(attributes: str = "", **values: str) -> bytes:
    return diagram(start(), user("at", properties(**values), attributes), end(), chain("start", "at", "end"))


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-20",
        "2024-02-29",
        "2024-05-20T09:00:00+08:00",
        "2024-05-20T01:00:00Z",
        "${days_after(last_day, 1)}",
        "#{last_day}",
    ],
)
def test_a_date_is_computed_or_literal(text: str) -> None:
    assert_accepted(waiting(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024-13-01",
        "2023-02-29",
        "2024-5-1",
        "20/05/2024",
        "2024-05-20T09:00:00",
        "P3D",
        "now()",
        "0001-01-01",
    ],
)
def test_a_malformed_date_is_refused(text: str) -> None:
    assert_refused(waiting(text), "at", "timer")


@pytest.mark.parametrize("text", ["P10D", "PT2H", "PT90M", "P1DT12H", "P2W", "PT30S", "${wait}"])
def test_a_duration_of_weeks_days_and_times_is_accepted(text: str) -> None:
    assert_accepted(waiting(text, "timeDuration"))


@pytest.mark.parametrize("text", ["P3Y", "P1M", "P1Y6M", "P1M2D", "P1Y2M3DT4H"])
def test_a_duration_of_years_or_months_is_refused(text: str) -> None:
    assert_refused(waiting(text, "timeDuration"), "at", "timer")


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "1D", "-P1D", "P1.5D", "P1H", "PT1D", "P9999999999D", "10 days", "2024-05-20"],
)
def test_a_malformed_duration_is_refused(text: str) -> None:
    assert_refused(waiting(text, "timeDuration"), "at", "timer")


@pytest.mark.parametrize("text", ["R3/PT10M", "R/P1D", "0 0 9 * * ?", "${cycle}", ""])
def test_a_cycle_is_refused_everywhere(text: str) -> None:
    cycle = timer(text, "timeCycle")
    assert_refused(waiting(text, "timeCycle"), "at", "timer")
    steps = [start(), user("fill"), end(), chain("start", "fill", "end"), flow("at", "end")]
    assert_refused(diagram(*steps, boundary("at", "fill", cycle, interrupting=False)), "at", "timer")
    assert ("at", "timer") in problems(diagram(start("at", cycle), end(), flow("at", "end")))
    inner = subprocess("sub", start("s"), catch("at", cycle), end("e"), chain("s", "at", "e"))
    assert_refused(diagram(start(), inner, end(), chain("start", "sub", "end")), "at", "timer")


def test_a_timer_says_one_time() -> None:
    none = diagram(start(), catch("at", tag("timerEventDefinition", "")), end(), chain("start", "at", "end"))
    assert_refused(none, "at", "timer")
    both = tag("timerEventDefinition", tag("timeDate", "2024-05-20") + tag("timeDuration", "P1D"))
    assert_refused(diagram(start(), catch("at", both), end(), chain("start", "at", "end")), "at", "timer")


def test_a_time_outside_a_timer_is_refused() -> None:
    stray = tag("timeCycle", "R/P1D")
    assert_refused(diagram(start(), user("at", stray), end(), chain("start", "at", "end")), "at", "timer")


@pytest.mark.parametrize("name", ["dueDate", "followUpDate"])
def test_due_dates_are_computed_or_literal(name: str) -> None:
    assert_accepted(task(f'camunda:{name}="${{due}}"'))
    assert_accepted(task(f'camunda:{name}="2024-05-20"'))
    assert_refused(task(f'camunda:{name}="in two weeks"'), "at", "timer")
    assert_refused(task(f'camunda:{name}="P10D"'), "at", "timer")


# --- reminders ---------------------------------------------------------------------------------------

DUE = 'camunda:dueDate="${due}"'


@pytest.mark.parametrize(
    "remind",
    ["-5", "-5,-2,0,+1", "-5, -2, 0, +1", "daily:-5..0", "3", "-90d,-1d,0", "-3,2024-05-20", "01-20,02-28"],
)
def test_reminders(remind: str) -> None:
    assert_accepted(task(DUE, remind=remind))


@pytest.mark.parametrize(
    "remind",
    [
        "",
        "-5,",
        "soon",
        "P5D",
        "daily:",
        "+9d",
        "90d",
        "-1000d",
        "daily:-5",
        "daily:0..-5",
        "${x}",
        "2024-02-30",
        "-5;0",
        "02-29",
        "13-01",
        "1-20",
    ],
)
def test_malformed_reminders_are_refused(remind: str) -> None:
    assert ("at", "timer") in problems(task(DUE, remind=remind))


def test_a_reminder_without_a_due_date_is_warned_of() -> None:
    assert warnings(task(remind="-5")) == {("at", "property")}
    assert_accepted(task(remind="-5", clock="acceptance"))


# --- service clocks -------------------------------------------------------------------------------------


def correcting(stops: str, clock: str = "acceptance") -> bytes:
    steps = [start(), user("correct", properties(stopsClock=stops)), user("at", properties(clock=clock))]
    back = [exclusive("g", "g_to_end"), flow("g", "correct", "${decision == 'correct'}"), end()]
    return diagram(*steps, *back, chain("start", "correct", "at", "g", "end"))


def test_a_clock_that_is_stopped_must_run_somewhere() -> None:
    assert_accepted(correcting("acceptance"))
    assert_refused(correcting("acceptence"), "correct", "timer")


def test_a_clock_is_a_period_of_the_standard() -> None:
    assert_refused(correcting("holiday", "holiday"), "at", "timer")


def test_no_task_runs_and_stops_the_same_clock() -> None:
    assert_refused(task(clock="notice", stopsClock="notice"), "at", "timer")


# --- arming -----------------------------------------------------------------------------------------------


def armed(time: str, what: str = "timeDate", **values: str) -> bytes:
    inside = (properties(**values) if values else "") + timer(time, what)
    return diagram(start("at", inside), user("report"), end(), chain("at", "report", "end"))


def test_a_timer_start_is_armed_for_each_subject() -> None:
    assert_accepted(armed("${date(year, 1, 2)}", forEach="designated_clusters"))


@pytest.mark.parametrize("occurrence", ["year", "term"])
def test_an_obligation_comes_round_each_year_or_each_term(occurrence: str) -> None:
    about = {"forEach": "designated_clusters", "occurrence": occurrence, "businessKey": "NB"}
    assert_accepted(armed("${date(occurrence, 1, 2)}", **about))


def test_an_obligation_does_not_come_round_each_month() -> None:
    data = armed("${date(occurrence, 1, 2)}", forEach="designated_clusters", occurrence="month")
    assert_refused(data, "at", "timer")


def test_subjects_that_nobody_knows_are_warned_of() -> None:
    around = Surroundings.of({"note": a_form("note")}, [], ["county_clerk"], subjects=["designated_clusters"])
    known, unknown = (armed("2024-01-02", forEach=f) for f in ("designated_clusters", "designated_cities"))
    assert not examine(known, around).warnings
    assert [(w.element, w.code) for w in examine(unknown, around).warnings] == [("at", "property")]


def test_a_timer_start_without_subjects_is_warned_of() -> None:
    assert problems(armed("${date(year, 1, 2)}")) == set()
    assert warnings(armed("${date(year, 1, 2)}")) == {("at", "property")}


def test_a_start_has_nothing_to_count_a_duration_from() -> None:
    assert_refused(armed("P10D", "timeDuration", forEach="designated_clusters"), "at", "timer")


@pytest.mark.parametrize("subject", ["", "Designated Clusters", "x.y", "${clusters}"])
def test_the_subjects_are_named_plainly(subject: str) -> None:
    assert ("at", "timer") in problems(armed("2024-01-02", forEach=subject))


def test_only_a_timer_start_is_armed() -> None:
    data = diagram(start("at", properties(forEach="designated_clusters")), end(), flow("at", "end"))
    assert_refused(data, "at", "timer")
