"""Where tokens go: gateways, conditions, ends, loops (D3: flow). The refused have accepted twins."""

import re

import pytest

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
    subprocess,
    timer,
    user,
)
from tests.engine.bpmn.examining import assert_accepted, assert_refused, problems, warnings

YES = "${decision == 'yes'}"


def decided(gateway: str, *flows: str) -> bytes:
    """start → ask → gateway → (one | other) → end."""
    steps = [start(), user("ask"), gateway, user("one"), user("other"), end()]
    return diagram(*steps, chain("start", "ask", "g"), *flows, flow("one", "end"), flow("other", "end"))


def test_a_straight_process_is_accepted() -> None:
    assert_accepted(diagram(start(), user("fill"), end(), chain("start", "fill", "end")))


# --- gateways -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("gateway", [exclusive, inclusive])
def test_a_diverging_gateway_needs_a_default(gateway: type) -> None:
    assert_accepted(decided(gateway("g", "g_to_other"), flow("g", "one", YES), flow("g", "other")))
    both = (flow("g", "one", YES), flow("g", "other", "${decision == 'no'}"))
    assert_refused(decided(gateway("g"), *both), "g", "flow")


def test_the_default_must_be_a_flow_of_the_gateway_itself() -> None:
    both = (flow("g", "one", YES), flow("g", "other", "${decision == 'no'}"))
    assert_refused(decided(exclusive("g", "one_to_end"), *both), "g", "flow")
    assert_refused(decided(exclusive("g", "nowhere"), *both), "g", "flow")


def test_every_other_way_out_of_a_gateway_needs_a_condition() -> None:
    assert_refused(
        decided(exclusive("g", "g_to_other"), flow("g", "one"), flow("g", "other")), "g_to_one", "flow"
    )
    empty = decided(exclusive("g", "g_to_other"), flow("g", "one", ""), flow("g", "other"))
    assert ("g_to_one", "flow") in problems(empty)
    assert ("g_to_one", "expression") in problems(empty)


def test_a_condition_on_the_only_way_out_needs_a_second_way() -> None:
    steps = [start(), exclusive("g"), user("one"), end(), flow("start", "g"), flow("one", "end")]
    assert_accepted(diagram(*steps, flow("g", "one")))
    assert_refused(diagram(*steps, flow("g", "one", YES)), "g_to_one", "flow")


def test_a_condition_on_the_default_is_ignored_with_a_warning() -> None:
    data = decided(exclusive("g", "g_to_other"), flow("g", "one", YES), flow("g", "other", YES))
    assert problems(data) == set()
    assert warnings(data) == {("g_to_other", "ignored")}


@pytest.mark.parametrize("source", ["start", "ask"])
def test_a_condition_on_a_flow_that_leaves_no_gateway_is_refused(source: str) -> None:
    flows = {"start": flow("start", "ask"), "ask": flow("ask", "end")}
    assert_accepted(diagram(start(), user("ask"), end(), *flows.values()))
    target = {"start": "ask", "ask": "end"}[source]
    flows[source] = flow(source, target, YES)
    refused = diagram(start(), user("ask"), end(), *flows.values())
    assert_refused(refused, f"{source}_to_{target}", "flow")


def test_a_condition_on_a_flow_out_of_a_parallel_gateway_is_refused() -> None:
    steps = [start(), parallel("g"), user("one"), user("other"), end(), end("end2")]
    flows = [flow("start", "g"), flow("g", "other"), flow("one", "end"), flow("other", "end2")]
    assert_accepted(diagram(*steps, *flows, flow("g", "one")))
    assert_refused(diagram(*steps, *flows, flow("g", "one", YES)), "g_to_one", "flow")


def test_a_task_has_one_way_out() -> None:
    steps = [start(), user("ask"), user("one"), user("other"), end(), end("end2")]
    flows = [chain("start", "ask", "one", "end"), flow("ask", "other"), flow("other", "end2")]
    assert_refused(diagram(*steps, *flows), "ask", "flow")


def test_a_start_event_may_split() -> None:
    steps = [start(), user("one"), user("other"), end(), end("end2")]
    assert_accepted(diagram(*steps, chain("start", "one", "end"), chain("start", "other", "end2")))


def waiting(*targets: str) -> bytes:
    steps = [start(), element("eventBasedGateway", "g"), catch("told", message("told")), *targets, end()]
    return diagram(*steps, chain("start", "g", "told", "end"), extra=messages("told", "asked"))


def test_an_event_gateway_leads_to_catching_events_only() -> None:
    assert_accepted(waiting(catch("asked", message("asked")), chain("g", "asked", "end")))
    assert_accepted(waiting(catch("late", timer("${due}")), chain("g", "late", "end")))
    assert_refused(waiting(user("work"), chain("g", "work", "end")), "g_to_work", "flow")


def test_an_event_behind_an_event_gateway_has_no_other_way_in() -> None:
    data = waiting(
        catch("asked", message("asked")), user("work"), chain("g", "asked", "work"), flow("work", "told")
    )
    assert ("told", "flow") in problems(data)


# --- ends ------------------------------------------------------------------------------------------------


def test_a_process_needs_a_start_and_an_end() -> None:
    assert ("sample", "flow") in problems(diagram(user("fill"), end(), flow("fill", "end")))
    assert ("sample", "flow") in problems(diagram(start(), user("fill"), flow("start", "fill")))


def test_a_step_without_a_way_on_is_refused() -> None:
    steps = [start(), parallel("g"), user("one"), user("other"), end()]
    flows = [chain("start", "g", "one", "end"), flow("g", "other")]
    assert_refused(diagram(*steps, *flows), "other", "flow")


def test_a_second_plain_start_is_refused() -> None:
    steps = [start(), start("start2"), user("one"), user("other"), end()]
    assert_refused(
        diagram(*steps, chain("start", "one", "end"), chain("start2", "other", "end")), "start2", "flow"
    )


def test_starts_by_different_messages_are_accepted() -> None:
    steps = [start("a", message("a")), start("b", message("b")), user("one"), end()]
    flows = [chain("a", "one", "end"), flow("b", "one")]
    assert_accepted(diagram(*steps, *flows, extra=messages("a", "b")))


def test_a_plain_start_may_stand_beside_a_message_start() -> None:
    steps = [start(), start("b", message("b")), user("one"), end()]
    assert_accepted(diagram(*steps, chain("start", "one", "end"), flow("b", "one"), extra=messages("b")))


@pytest.mark.parametrize(
    ("broken", "at"),
    [
        (flow("fill", "nowhere"), "fill_to_nowhere"),
        (flow("nowhere", "end"), "nowhere_to_end"),
        (element("sequenceFlow", "loose"), "loose"),
    ],
)
def test_a_flow_must_have_both_ends(broken: str, at: str) -> None:
    data = diagram(start(), user("fill"), end(), chain("start", "fill", "end"), broken)
    assert_refused(data, at, "flow")


def test_no_flow_crosses_the_border_of_a_subprocess() -> None:
    inner = [start("s"), service("work"), end("e")]
    flows = chain("s", "work", "e")
    outer = [start(), user("after"), end(), chain("start", "sub", "after", "end")]
    assert_accepted(diagram(*outer, subprocess("sub", *inner, flows)))
    crossing = subprocess("sub", *inner, flows, flow("work", "after", id_="x"))
    assert_refused(diagram(*outer, crossing), "x", "flow")


def test_nothing_flows_into_a_start_or_out_of_an_end() -> None:
    steps = [start(), user("fill"), exclusive("g", "g_to_end"), end()]
    flows = [chain("start", "fill", "g"), flow("g", "end")]
    assert ("start", "flow") in problems(diagram(*steps, *flows, flow("g", "start", YES)))
    onward = diagram(start(), user("fill"), end(), chain("start", "fill", "end", "fill"))
    assert ("end", "flow") in problems(onward)


def test_a_boundary_event_hangs_on_a_task_of_the_same_process() -> None:
    steps = [start(), exclusive("g"), user("fill"), end(), chain("start", "g", "fill", "end")]
    steps.append(flow("late", "end"))
    assert_accepted(diagram(*steps, boundary("late", "fill", timer("${due}"))))
    assert_refused(diagram(*steps, boundary("late", "nowhere", timer("${due}"))), "late", "flow")
    assert_refused(diagram(*steps, boundary("late", "g", timer("${due}"))), "late", "flow")


def test_a_step_that_no_start_leads_to_is_refused() -> None:
    steps = [start(), user("fill"), user("island"), end()]
    assert_refused(diagram(*steps, chain("start", "fill", "end"), flow("island", "end")), "island", "flow")


def test_a_subprocess_begins_once_and_ends() -> None:
    outer = [start(), end(), chain("start", "sub", "end")]
    none = subprocess("sub", service("work"), end("e"), flow("work", "e"))
    two = subprocess("sub", start("s"), start("s2", timer("${x}")), end("e"), flow("s", "e"), flow("s2", "e"))
    assert ("sub", "flow") in problems(diagram(*outer, none))
    assert ("sub", "flow") in problems(diagram(*outer, two))


# --- loops -------------------------------------------------------------------------------------------------


def test_a_loop_through_a_gateway_is_accepted_with_and_without_a_merging_gateway() -> None:
    steps = [start(), user("fill"), user("check"), exclusive("g", "g_to_end"), end()]
    flows = [flow("fill", "check"), flow("check", "g"), flow("g", "end")]
    assert_accepted(diagram(*steps, flow("start", "fill"), *flows, flow("g", "fill", YES)))
    merge = [exclusive("m"), flow("start", "m"), flow("m", "fill"), flow("g", "m", YES)]
    assert_accepted(diagram(*steps, *flows, *merge))


def test_a_loop_without_a_gateway_is_refused() -> None:
    steps = [start(), user("fill"), user("check"), end()]
    flows = [chain("start", "fill", "check", "fill"), flow("check", "end")]
    assert ("fill", "flow") in problems(diagram(*steps, *flows))


def test_a_task_that_leads_to_itself_is_refused() -> None:
    assert ("fill", "flow") in problems(diagram(start(), user("fill"), end(), chain("start", "fill", "fill")))


def test_a_loop_of_a_parallel_gateway_only_is_refused() -> None:
    steps = [start(), parallel("g"), user("fill"), end()]
    flows = [chain("start", "g", "fill", "g"), flow("g", "end")]
    assert ("g", "flow") in problems(diagram(*steps, *flows))


def test_a_loop_through_a_boundary_event_is_accepted() -> None:
    steps = [start(), user("fill"), boundary("late", "fill", timer("${due}")), service("urge"), end()]
    assert_accepted(diagram(*steps, chain("start", "fill", "end"), chain("late", "urge", "fill")))


def test_a_loop_without_a_way_out_is_refused() -> None:
    steps = [start(), parallel("split"), user("fill"), end(), exclusive("m")]
    steps.append(catch("day", timer("P1D", "timeDuration")))
    flows = [chain("start", "split", "fill", "end"), chain("split", "m", "day", "m")]
    assert_refused(diagram(*steps, *flows), "m", "flow")


def test_a_loop_that_another_branch_terminates_is_accepted() -> None:
    steps = [start(), parallel("split"), user("fill"), end("end", TERMINATE), exclusive("m")]
    steps.append(catch("day", timer("P1D", "timeDuration")))
    flows = [chain("start", "split", "fill", "end"), chain("split", "m", "day", "m")]
    assert_accepted(diagram(*steps, *flows))


def test_a_flow_needs_an_id_only_as_a_default() -> None:
    """BPMN asks for none; diagrams written by hand and by programs often have none."""
    data = decided(exclusive("g", "g_to_other"), flow("g", "one", YES), flow("g", "other"))
    anonymous = re.sub(rb' id="(?!g_to_other)\w+_to_\w+"', b"", data)
    assert data.count(b"_to_") > anonymous.count(b"_to_")
    assert_accepted(anonymous)
