"""Branches that meet without a join, and joins that wait for ever (D3: flow)."""

import pytest

from engine.bpmn.checks import concurrency
from tests.diagrams import (
    TERMINATE,
    boundary,
    catch,
    chain,
    diagram,
    element,
    end,
    exclusive,
    flow,
    inclusive,
    message,
    messages,
    parallel,
    service,
    start,
    throw,
    timer,
    user,
)
from tests.engine.bpmn.examining import assert_accepted, assert_refused, problems, report

YES = "${decision == 'yes'}"
HALVES = [start(), parallel("split"), user("a"), user("b"), end()]
SPLIT = [flow("start", "split"), flow("split", "a"), flow("split", "b")]


def met_by(step: str, *more: str) -> bytes:
    """Two parallel branches lead into `step`, which is called x and leads to the end."""
    return diagram(*HALVES, *SPLIT, step, flow("a", "x"), flow("b", "x"), flow("x", "end"), *more)


@pytest.mark.parametrize("join", [parallel, inclusive])
def test_branches_that_a_gateway_joins_are_accepted(join: type) -> None:
    steps = [*HALVES, *SPLIT, join("j"), user("x")]
    assert_accepted(diagram(*steps, flow("a", "j"), flow("b", "j"), chain("j", "x", "end")))


@pytest.mark.parametrize("step", [user("x"), service("x"), throw("x", "")])
def test_branches_that_meet_at_a_step_are_refused(step: str) -> None:
    assert_refused(met_by(step), "x", "flow")


def test_branches_that_meet_at_a_waiting_event_are_refused() -> None:
    data = diagram(
        *HALVES, *SPLIT, catch("x", message("told")), flow("a", "x"), flow("b", "x"), flow("x", "end"),
        extra=messages("told"),
    )  # fmt: skip
    assert_refused(data, "x", "flow")


def test_branches_that_meet_at_an_exclusive_gateway_before_a_task_are_refused_there() -> None:
    steps = [*HALVES, *SPLIT, exclusive("m"), user("x")]
    assert_refused(diagram(*steps, flow("a", "m"), flow("b", "m"), chain("m", "x", "end")), "m", "flow")


def test_branches_that_meet_far_behind_are_refused_where_they_meet() -> None:
    steps = [*HALVES, *SPLIT, user("a2"), exclusive("g", "g_to_m"), user("a3"), exclusive("m"), user("x")]
    flows = [chain("a", "a2", "g"), flow("g", "a3", YES), flow("g", "m"), flow("b", "m"), flow("a3", "end")]
    assert_refused(diagram(*steps, *flows, chain("m", "x", "end")), "m", "flow")


def test_branches_that_meet_at_an_end_are_accepted() -> None:
    assert_accepted(diagram(*HALVES, *SPLIT, flow("a", "end"), flow("b", "end")))
    merged = [exclusive("m"), flow("a", "m"), flow("b", "m"), flow("m", "end")]
    assert_accepted(diagram(*HALVES, *SPLIT, *merged))


def test_only_the_first_meeting_is_reported() -> None:
    steps = [*HALVES, *SPLIT, user("x"), exclusive("g", "g_to_y"), user("y"), user("z")]
    flows = [flow("a", "x"), flow("b", "x"), flow("x", "g"), flow("g", "y"), flow("g", "z", YES)]
    assert_refused(diagram(*steps, *flows, chain("y", "z", "end")), "x", "flow")


def test_the_flows_of_a_start_event_are_parallel_branches() -> None:
    steps = [start(), user("a"), user("b"), user("x"), end()]
    flows = [flow("start", "a"), flow("start", "b"), flow("a", "x"), flow("b", "x"), flow("x", "end")]
    assert_refused(diagram(*steps, *flows), "x", "flow")


def test_alternatives_that_meet_without_a_gateway_are_accepted() -> None:
    steps = [start(), exclusive("g", "g_to_b"), user("a"), user("b"), user("x"), end()]
    flows = [flow("start", "g"), flow("g", "a", YES), flow("g", "b"), flow("a", "x"), flow("b", "x")]
    assert_accepted(diagram(*steps, *flows, flow("x", "end")))


def test_branches_of_an_inclusive_split_are_concurrent() -> None:
    steps = [start(), inclusive("g", "g_to_b"), user("a"), user("b"), user("x"), end()]
    split = [flow("start", "g"), flow("g", "a", YES), flow("g", "b")]
    assert_refused(diagram(*steps, *split, flow("a", "x"), flow("b", "x"), flow("x", "end")), "x", "flow")
    joined = [inclusive("j"), flow("a", "j"), flow("b", "j"), chain("j", "x", "end")]
    assert_accepted(diagram(*steps, *split, *joined))


def test_alternatives_behind_an_event_gateway_meet_freely() -> None:
    steps = [start(), element("eventBasedGateway", "g"), catch("a", message("a")), user("x"), end()]
    steps.append(catch("b", timer("${due}")))
    flows = [chain("start", "g", "a", "x", "end"), flow("g", "b"), flow("b", "x")]
    assert_accepted(diagram(*steps, *flows, extra=messages("a")))


def watched(interrupting: bool, *flows: str) -> bytes:
    """A task with a timer; both lead on."""
    event = boundary("late", "work", timer("${due}"), interrupting)
    steps = [start(), user("work"), event, user("urge"), user("x"), end()]
    return diagram(*steps, flow("start", "work"), flow("late", "urge"), flow("x", "end"), *flows)


def test_an_interrupting_event_may_meet_the_way_it_interrupts() -> None:
    assert_accepted(watched(True, flow("work", "x"), flow("urge", "x")))


def test_a_non_interrupting_event_may_not() -> None:
    assert_refused(watched(False, flow("work", "x"), flow("urge", "x")), "x", "flow")
    assert_accepted(watched(False, flow("work", "x"), flow("urge", "end")))


def test_a_reminder_on_a_task_within_a_loop_is_accepted() -> None:
    steps = [start(), user("work"), boundary("late", "work", timer("${due}"), False), user("urge"), end()]
    loop = [exclusive("g", "g_to_end"), chain("start", "work", "g"), flow("g", "end"), flow("g", "work", YES)]
    inner = [exclusive("h", "h_to_end"), user("u2"), chain("late", "urge", "h"), flow("h", "end")]
    assert_accepted(diagram(*steps, *loop, *inner, flow("h", "u2", YES), flow("u2", "end")))


def test_a_split_within_a_loop_that_is_joined_again_is_accepted() -> None:
    steps = [*HALVES, exclusive("m"), parallel("j"), user("x"), exclusive("g", "g_to_end")]
    flows = [flow("start", "m"), flow("m", "split"), flow("split", "a"), flow("split", "b"), flow("a", "j")]
    flows += [flow("b", "j"), chain("j", "x", "g"), flow("g", "end"), flow("g", "m", YES)]
    assert_accepted(diagram(*steps, *flows))


def test_a_split_within_a_loop_that_leaves_a_branch_behind_is_refused() -> None:
    steps = [*HALVES, exclusive("m"), exclusive("g", "g_to_end")]
    flows = [flow("start", "m"), flow("m", "split"), flow("split", "a"), flow("split", "b")]
    flows += [flow("a", "end"), flow("b", "g"), flow("g", "end"), flow("g", "m", YES)]
    assert ("a", "flow") in problems(diagram(*steps, *flows))


def test_withdrawal_at_any_time_is_accepted() -> None:
    """A branch beside the main path waits for the message; both end by terminating (D2)."""
    steps = [start(), parallel("watch"), catch("asked", message("withdraw")), service("withdraw")]
    steps += [end("withdrawn", TERMINATE), exclusive("m"), user("fill"), user("approve")]
    steps += [exclusive("g", "g_to_done"), end("done", TERMINATE)]
    flows = [flow("start", "watch"), chain("watch", "asked", "withdraw", "withdrawn"), flow("watch", "m")]
    flows += [chain("m", "fill", "approve", "g"), flow("g", "m", YES), flow("g", "done")]
    assert_accepted(diagram(*steps, *flows, extra=messages("withdraw")))


def test_a_parallel_gateway_that_joins_alternatives_is_refused() -> None:
    steps = [start(), exclusive("g", "g_to_b"), user("a"), user("b"), parallel("j"), end()]
    flows = [flow("start", "g"), flow("g", "a", YES), flow("g", "b"), flow("a", "j"), flow("b", "j")]
    assert_refused(diagram(*steps, *flows, flow("j", "end")), "j", "flow")


def test_an_inclusive_gateway_that_joins_alternatives_is_accepted() -> None:
    steps = [start(), exclusive("g", "g_to_b"), user("a"), user("b"), inclusive("j"), user("x"), end()]
    flows = [flow("start", "g"), flow("g", "a", YES), flow("g", "b"), flow("a", "j"), flow("b", "j")]
    assert_accepted(diagram(*steps, *flows, chain("j", "x", "end")))


def test_a_parallel_gateway_that_merges_a_loop_is_refused() -> None:
    steps = [start(), parallel("j"), user("a"), exclusive("g", "g_to_end"), end()]
    flows = [chain("start", "j", "a", "g"), flow("g", "end"), flow("g", "j", YES)]
    assert ("j", "flow") in problems(diagram(*steps, *flows))


def test_an_inclusive_join_keeps_the_branches_beside_it_concurrent() -> None:
    """Behind the join of b and c, branch a may still run: meeting it needs a join of its own."""
    steps = [*HALVES, inclusive("g", "g_to_c"), user("c"), inclusive("j"), user("x"), flow("x", "end")]
    flows = [flow("start", "split"), flow("split", "a"), flow("split", "g"), flow("g", "b", YES)]
    flows += [flow("g", "c"), flow("b", "j"), flow("c", "j")]
    assert_refused(diagram(*steps, *flows, flow("a", "x"), flow("j", "x")), "x", "flow")
    joined = [parallel("all"), flow("a", "all"), flow("j", "all"), flow("all", "x")]
    assert_accepted(diagram(*steps, *flows, *joined))


def test_more_parallel_branches_than_can_be_looked_at_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"u{n}" for n in range(30)]
    steps = [start(), parallel("split"), parallel("join"), end(), *(user(n) for n in names)]
    flows = [flow("start", "split"), flow("join", "end"), *(chain("split", n, "join") for n in names)]
    assert_accepted(diagram(*steps, *flows))
    monkeypatch.setattr(concurrency, "MAX_PAIRS", 200)
    assert_refused(diagram(*steps, *flows), "sample", "too_large")


def test_behind_a_join_that_never_fires_nothing_meets() -> None:
    steps = [start(), exclusive("g", "g_to_b"), user("a"), user("b"), parallel("j"), parallel("again")]
    steps += [user("c"), user("d"), user("x"), end(), flow("start", "g"), flow("g", "a", YES), flow("g", "b")]
    flows = [flow("a", "j"), flow("b", "j"), chain("j", "again", "c", "x", "end"), chain("again", "d", "x")]
    assert_refused(diagram(*steps, *flows), "j", "flow")


def test_an_inclusive_join_waits_for_the_event_that_may_still_occur() -> None:
    """While the task runs, its reminder may still come to the join: what is behind it begins once."""
    event = boundary("late", "work", timer("${due}"), interrupting=False)
    steps = [start(), user("work"), event, inclusive("j"), user("x"), end()]
    assert_accepted(diagram(*steps, chain("start", "work", "j", "x", "end"), flow("late", "j")))
    beside = [parallel("split"), user("a"), end("end2"), chain("start", "split", "a", "j", "x", "end")]
    assert_accepted(diagram(*steps, *beside, chain("split", "work", "end2"), flow("late", "j")))


def test_a_join_that_no_start_leads_to_is_only_said_to_be_out_of_reach() -> None:
    steps = [start(), user("a"), end(), parallel("j"), user("b"), user("c")]
    flows = [chain("start", "a", "end"), chain("b", "j", "end"), flow("c", "j")]
    assert problems(diagram(*steps, *flows)) == {("j", "flow"), ("b", "flow"), ("c", "flow")}
    assert all("走不到" in f.message for f in report(diagram(*steps, *flows)).problems)
