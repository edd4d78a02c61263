"""Forms, lanes, people, topics and called processes (D3: form, lane, topic; D2, D13)."""

import pytest

from tests.diagrams import (
    chain,
    definitions,
    diagram,
    element,
    end,
    exclusive,
    extension,
    flow,
    inputs,
    lane,
    outputs,
    process,
    properties,
    service,
    start,
    subprocess,
    tag,
    user,
)
from tests.engine.bpmn.examining import assert_accepted, assert_refused, problems, report, warnings


def with_step(step: str, *more: str, **options: dict[str, list[str]]) -> bytes:
    return diagram(start(), step, *more, end(), chain("start", "at", "end"), **options)


# --- form ---------------------------------------------------------------------------------------------


def test_a_user_task_needs_a_form() -> None:
    assert_accepted(with_step(user("at", form="note")))
    assert_refused(with_step(user("at", form=None)), "at", "form")
    assert_refused(with_step(user("at", form="  ")), "at", "form")


@pytest.mark.parametrize("name", ["unknown", "missing", "../note", "${form}", "note.form", " note"])
def test_a_form_must_exist(name: str) -> None:
    assert ("at", "form") in problems(with_step(user("at", form=name)))


def test_a_form_must_be_valid_and_its_problems_are_told() -> None:
    data = with_step(user("at", form="broken"))
    assert_refused(data, "at", "form")
    assert "组件" in report(data).problems[0].message


@pytest.mark.parametrize(
    "task",
    [
        user("at", form=None, attributes='camunda:formKey="embedded:app:x.html"'),
        user("at", extension('<camunda:formData><camunda:formField id="x"/></camunda:formData>'), form=None),
    ],
)
def test_embedded_forms_are_refused(task: str) -> None:
    assert_refused(with_step(task), "at", "form")
    assert "内嵌表单" in report(with_step(task)).problems[0].message


def test_an_output_that_no_field_fills_is_warned_of() -> None:
    assert_accepted(with_step(user("at", outputs(decision="${decision}"))))
    assert warnings(with_step(user("at", outputs(descision="${descision}")))) == {("at", "variable")}


def test_a_form_bound_to_a_version_is_warned_of() -> None:
    assert_accepted(with_step(user("at", attributes='camunda:formRefBinding="latest"')))
    data = with_step(user("at", attributes='camunda:formRefBinding="version" camunda:formRefVersion="1"'))
    assert warnings(data) == {("at", "ignored")}


# --- lane ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", ["county_clerk", "city_clerk", "city_clerk.batch", "city_clerk.a.b"])
def test_the_lane_names_the_role_before_the_dot(id_: str) -> None:
    assert_accepted(with_step(user("at"), lanes={id_: ["at"]}))


@pytest.mark.parametrize("id_", ["clerk", "County_clerk", "batch.city_clerk", "city_clerk_batch", "Lane_0x1"])
def test_an_unknown_role_is_refused(id_: str) -> None:
    assert_refused(with_step(user("at"), lanes={id_: ["at"]}), "at", "lane")


def test_a_user_task_outside_every_lane_is_refused() -> None:
    assert_refused(with_step(user("at"), lanes={}), "at", "lane")
    assert_refused(with_step(user("at"), lanes={"county_clerk": [], "city_clerk": []}), "at", "lane")


def test_a_service_task_needs_no_lane() -> None:
    assert_accepted(with_step(service("at"), lanes={}))


def test_a_user_task_in_two_lanes_is_refused() -> None:
    lanes = {"county_clerk": ["at"], "city_clerk": ["at"]}
    assert_refused(with_step(user("at"), lanes=lanes), "at", "lane")


@pytest.mark.parametrize(("inner", "accepted"), [("city_clerk.inner", True), ("somebody", False)])
def test_the_innermost_lane_counts(inner: str, accepted: bool) -> None:
    nested = lane("county_clerk", "at", inside=lane(inner, "at"))
    lane_set = f'<bpmn:laneSet id="lanes">{nested}</bpmn:laneSet>'
    data = with_step(lane_set + user("at"), lanes={})
    if accepted:
        assert_accepted(data)
    else:
        assert_refused(data, "at", "lane")


def test_a_lane_that_claims_what_is_not_there_is_refused() -> None:
    data = with_step(user("at"), lanes={"county_clerk": ["at", "gone"]})
    assert_refused(data, "county_clerk", "flow")


def test_assignment_by_attributes_is_ignored_with_a_warning() -> None:
    for attribute in ("assignee", "candidateGroups", "candidateUsers"):
        data = with_step(user("at", attributes=f'camunda:{attribute}="x"'))
        assert problems(data) == set()
        assert warnings(data) == {("at", "ignored")}


# --- who may ------------------------------------------------------------------------------------------


def two_steps(**values: str) -> bytes:
    return diagram(
        start(), user("fill"), user("at", properties(**values)), end(), chain("start", "fill", "at", "end")
    )


def test_not_by_names_user_tasks_of_the_same_process() -> None:
    assert_accepted(two_steps(notBy="fill"))
    for wrong in ("fil", "", "start", "fill,", "at"):
        assert_refused(two_steps(notBy=wrong), "at", "lane")


def test_also_by_names_a_role() -> None:
    assert_accepted(two_steps(alsoBy="city_clerk"))
    for wrong in ("fill", "", "somebody"):
        assert_refused(two_steps(alsoBy=wrong), "at", "lane")


def test_not_by_does_not_reach_into_another_process() -> None:
    other = process(start("s"), user("there"), end("e"), chain("s", "there", "e"), key="other")
    here = process(start(), user("at", properties(notBy="there")), end(), chain("start", "at", "end"))
    assert_refused(definitions(here, other), "at", "lane")


@pytest.mark.parametrize("opinions", ["all:1", "all:2", "all:12", "majority"])
def test_rules_of_opinions(opinions: str) -> None:
    assert_accepted(two_steps(opinions=opinions))


@pytest.mark.parametrize(
    "opinions", ["", "all", "all:", "all:0", "all:-1", "all:x", "all:2.5", "Majority", "any:2", "${n}"]
)
def test_malformed_rules_of_opinions_are_refused(opinions: str) -> None:
    assert ("at", "unsupported") in problems(two_steps(opinions=opinions))


# --- topic ----------------------------------------------------------------------------------------------


def test_a_service_task_calls_a_known_topic() -> None:
    assert_accepted(with_step(service("at", topic="sample.work")))
    for topic in ("sample.wrok", "", " ", " sample.work", "${topic}"):
        assert ("at", "topic") in problems(with_step(service("at", topic=topic)))


@pytest.mark.parametrize(
    "attributes", ["", 'camunda:topic="sample.work"', 'implementation="##WebService"', 'camunda:type="mail"']
)
def test_a_service_task_without_an_external_topic_is_refused(attributes: str) -> None:
    assert_refused(with_step(element("serviceTask", "at", attributes=attributes)), "at", "topic")


def test_a_business_rule_task_calls_a_topic_or_is_refused() -> None:
    external = 'camunda:type="external" camunda:topic="sample.work"'
    assert_accepted(with_step(element("businessRuleTask", "at", attributes=external)))
    decision = element("businessRuleTask", "at", attributes='camunda:decisionRef="eligibility"')
    assert_refused(with_step(decision), "at", "unsupported")


def test_async_before_works_on_service_tasks_only() -> None:
    assert_accepted(with_step(service("at", attributes='camunda:asyncBefore="true"')))
    assert warnings(with_step(user("at", attributes='camunda:asyncBefore="true"'))) == {("at", "ignored")}
    assert warnings(with_step(service("at", attributes='camunda:asyncAfter="true"'))) == {("at", "ignored")}


# --- place and number -----------------------------------------------------------------------------------


def test_a_user_task_in_a_subprocess_is_refused() -> None:
    inner = [start("s"), user("at"), end("e"), chain("s", "at", "e")]
    data = diagram(start(), subprocess("sub", *inner), end(), chain("start", "sub", "end"))
    assert_refused(data, "at", "unsupported")
    deeper = subprocess("sub", start("s2"), subprocess("in", *inner), end("e2"), chain("s2", "in", "e2"))
    assert_refused(diagram(start(), deeper, end(), chain("start", "sub", "end")), "at", "unsupported")


def test_a_service_task_in_a_subprocess_is_accepted() -> None:
    inner = [start("s"), service("at"), end("e"), chain("s", "at", "e")]
    assert_accepted(diagram(start(), subprocess("sub", *inner), end(), chain("start", "sub", "end")))


def test_a_user_task_of_many_instances_is_refused() -> None:
    many = tag("multiInstanceLoopCharacteristics", tag("loopCardinality", "3"))
    assert_refused(with_step(user("at", many)), "at", "unsupported")
    loop = tag("standardLoopCharacteristics", "", 'loopMaximum="3"')
    assert_refused(with_step(user("at", loop)), "at", "unsupported")
    assert_accepted(with_step(service("at", many)))
    assert_accepted(with_step(service("at", loop)))


# --- called processes -------------------------------------------------------------------------------------


def calling(called: str, *others: str) -> bytes:
    activity = element("callActivity", "at", attributes=f'calledElement="{called}"')
    return definitions(process(start(), activity, end(), chain("start", "at", "end")), *others)


OTHER = process(start("s"), user("there"), end("e"), chain("s", "there", "e"), key="other")


def test_a_called_process_stands_in_the_same_diagram() -> None:
    assert_accepted(calling("other", OTHER))
    assert_refused(calling("elsewhere", OTHER), "at", "unsupported")
    assert_refused(calling("", OTHER), "at", "unsupported")
    assert ("at", "unsupported") in problems(calling("${which}", OTHER))


def test_a_process_that_calls_itself_is_refused() -> None:
    assert ("sample", "flow") in problems(calling("sample"))
    back = element("callActivity", "back", attributes='calledElement="sample"')
    other = process(start("s"), back, end("e"), chain("s", "back", "e"), key="other")
    assert {("sample", "flow"), ("other", "flow")} <= problems(calling("other", other))


def test_a_choice_after_a_task_reads_its_output() -> None:
    """The everyday shape: decide, then go back or on."""
    steps = [start(), user("fill"), user("at", outputs(decision="${decision}")), exclusive("g", "g_to_work")]
    steps += [service("work", inputs(x="${decision}")), end(), flow("g", "fill", "${decision == 'return'}")]
    assert_accepted(diagram(*steps, chain("start", "fill", "at", "g", "work", "end")))
