"""Which elements and events may stand in a diagram, and the file as a whole (D3: unsupported, not_xml)."""

import pytest

from engine.bpmn.checks import check_bundle
from engine.bpmn.parser import parse_bundle
from tests.diagrams import (
    TERMINATE,
    boundary,
    catch,
    chain,
    definitions,
    diagram,
    element,
    end,
    exclusive,
    extension,
    flow,
    message,
    messages,
    process,
    properties,
    service,
    start,
    subprocess,
    tag,
    throw,
    timer,
    user,
)
from tests.engine.bpmn.examining import assert_accepted, assert_refused, problems, report, warnings

DECLARED = (
    messages("told")
    + '<bpmn:signal id="signal" name="signal"/><bpmn:error id="error" name="e" errorCode="E1"/>'
    + '<bpmn:escalation id="escalation" name="e" escalationCode="E1"/>'
)
DEFINED = {
    "message": message("told"),
    "timer": timer("${due}"),
    "signal": '<bpmn:signalEventDefinition signalRef="signal"/>',
    "error": '<bpmn:errorEventDefinition errorRef="error"/>',
    "escalation": '<bpmn:escalationEventDefinition escalationRef="escalation"/>',
    "conditional": tag("conditionalEventDefinition", tag("condition", "${x == 1}")),
    "terminate": TERMINATE,
    "link": '<bpmn:linkEventDefinition name="elsewhere"/>',
    "compensate": "<bpmn:compensateEventDefinition/>",
    "cancel": "<bpmn:cancelEventDefinition/>",
    "none": "",
}
ADDRESSED = extension(
    '<camunda:inputOutput><camunda:inputParameter name="to">x</camunda:inputParameter></camunda:inputOutput>'
)


def through(step: str, *more: str) -> bytes:
    return diagram(start(), step, *more, end(), chain("start", "at", "end"), extra=DECLARED)


def starting(inside: str) -> bytes:
    subject = properties(forEach="designated_clusters") if "timer" in inside else ""
    return diagram(start("at", subject + inside), end(), flow("at", "end"), extra=DECLARED)


def ending(inside: str) -> bytes:
    return diagram(start(), end("at", ADDRESSED + inside), flow("start", "at"), extra=DECLARED)


def catching(inside: str) -> bytes:
    return through(catch("at", inside))


def throwing(inside: str) -> bytes:
    return through(throw("at", ADDRESSED + inside))


def attached(inside: str) -> bytes:
    steps = [start(), user("fill"), boundary("at", "fill", inside), end()]
    return diagram(*steps, chain("start", "fill", "end"), flow("at", "end"), extra=DECLARED)


ALLOWED = {
    starting: {"none", "message", "timer"},
    ending: {"none", "message", "error", "escalation", "terminate"},
    catching: {"message", "timer", "signal", "conditional"},
    throwing: {"none", "message", "signal", "escalation"},
    attached: {"message", "timer", "signal", "conditional", "error", "escalation"},
}


@pytest.mark.parametrize("event", ALLOWED)
@pytest.mark.parametrize("definition", DEFINED)
def test_which_event_may_be_what(event: type, definition: str) -> None:
    data = event(DEFINED[definition])
    if definition in ALLOWED[event]:
        assert_accepted(data)
    else:
        assert_refused(data, "at", "unsupported")


@pytest.mark.parametrize(
    "step",
    [
        element("task", "at"),
        element("manualTask", "at"),
        element("transaction", "at"),
        element("adHocSubProcess", "at"),
        element("complexGateway", "at"),
        element("userTask", "at", attributes='camunda:formRef="note" isForCompensation="true"'),
        element("receiveTask", "at", attributes='messageRef="message_told" instantiate="true"'),
        user("at", '<bpmn:somethingNew id="x"/>'),
        catch("at", message("told") + tag("eventDefinitionRef", "x")),
        user("at", extension("<camunda:somethingNew/>")),
    ],
)
def test_what_the_engine_cannot_do_is_refused(step: str) -> None:
    assert ("at", "unsupported") in problems(through(step))


@pytest.mark.parametrize("name", ["choreographyTask", "globalUserTask", "callChoreography"])
def test_what_is_not_a_process_diagram_is_refused(name: str) -> None:
    data = diagram(start(), user("at"), end(), chain("start", "at", "end"), extra=element(name, "x"))
    assert ("x", "unsupported") in problems(data)


@pytest.mark.parametrize(
    "inside",
    [
        tag("dataInputAssociation", tag("sourceRef", "paper")),
        tag("dataOutputAssociation", tag("targetRef", "paper")),
        tag("ioSpecification", element("dataInput", "form") + tag("inputSet", tag("dataInputRefs", "form"))),
    ],
)
def test_documents_drawn_beside_a_step_are_ignored_with_a_warning(inside: str) -> None:
    paper = element("dataObjectReference", "paper", attributes='dataObjectRef="gone"')
    for step in (
        user("at", inside),
        subprocess("at", start("s"), service("w", inside), end("e"), chain("s", "w", "e")),
    ):
        data = through(step, paper)
        assert problems(data) == set()
        assert {code for _, code in warnings(data)} == {"ignored"}


def test_a_bpmn_name_nobody_knows_is_ignored_among_extensions_only() -> None:
    unknown = '<bpmn:attribute name="ExternalId"/>'
    assert warnings(through(user("at", extension(unknown)))) == {("at", "ignored")}
    assert_refused(through(user("at", unknown)), "at", "unsupported")


def test_an_event_definition_apart_from_its_event_is_refused() -> None:
    assert ("at", "unsupported") in problems(through(user("at", timer("${x}"))))
    apart = diagram(
        start(), user("at"), end(), chain("start", "at", "end"), extra=timer("R/P1D", "timeCycle")
    )
    assert ("definitions", "unsupported") in problems(apart)


def test_an_event_that_waits_for_several_at_once_is_refused() -> None:
    both = message("told") + timer("${due}")
    assert_accepted(attached(both))
    together = attached(both).replace(
        b'cancelActivity="true"', b'cancelActivity="true" parallelMultiple="true"'
    )
    assert_refused(together, "at", "unsupported")


def test_an_event_subprocess_is_refused() -> None:
    inner = [start("s", message("told")), service("work"), end("e"), chain("s", "work", "e")]
    apart = subprocess("sub", *inner, attributes='triggeredByEvent="true"')
    assert_refused(through(user("at"), apart), "sub", "unsupported")


def test_a_second_timer_in_one_event_or_behind_one_gateway_is_refused() -> None:
    assert_refused(catching(timer("${a}") + timer("${b}")), "at", "unsupported")

    def raced(first: str, second: str) -> bytes:
        steps = [start(), element("eventBasedGateway", "at"), catch("a", first), catch("b", second), end()]
        return diagram(*steps, chain("start", "at", "a", "end"), chain("at", "b", "end"), extra=DECLARED)

    assert_accepted(raced(message("told"), timer("${b}")))
    assert_refused(raced(timer("${a}"), timer("${b}")), "at", "unsupported")


@pytest.mark.parametrize(("repeated", "interrupting", "accepted"), [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_no_event_interrupts_a_subprocess_of_many_instances(
    repeated: int, interrupting: int, accepted: int
) -> None:
    many = tag("multiInstanceLoopCharacteristics", tag("loopCardinality", "3")) if repeated else ""
    sub = subprocess("sub", many, start("s"), service("work"), end("e"), chain("s", "work", "e"))
    event = boundary("at", "sub", message("told"), bool(interrupting))
    data = diagram(
        start(), sub, event, end(), chain("start", "sub", "end"), flow("at", "end"), extra=DECLARED
    )
    if accepted:
        assert_accepted(data)
    else:
        assert_refused(data, "at", "unsupported")


@pytest.mark.parametrize(
    "inside",
    [
        '<bpmn:messageEventDefinition messageRef="gone"/>',
        '<bpmn:messageEventDefinition messageRef="signal"/>',
        '<bpmn:signalEventDefinition signalRef="gone"/>',
    ],
)
def test_a_reference_must_lead_somewhere(inside: str) -> None:
    assert_refused(catching(inside), "at", "flow")


@pytest.mark.parametrize("inside", ["<bpmn:messageEventDefinition/>", "<bpmn:signalEventDefinition/>"])
def test_an_event_names_its_message_or_signal(inside: str) -> None:
    assert_refused(catching(inside), "at", "unsupported")


@pytest.mark.parametrize("name", ["sendTask", "receiveTask"])
def test_a_message_task_names_its_message(name: str) -> None:
    assert_accepted(through(element(name, "at", ADDRESSED, 'messageRef="message_told"')))
    assert_refused(through(element(name, "at", ADDRESSED)), "at", "unsupported")


def test_a_message_needs_a_name() -> None:
    nameless = diagram(
        start(), catch("at", '<bpmn:messageEventDefinition messageRef="m"/>'), end(),
        chain("start", "at", "end"), extra='<bpmn:message id="m"/>',
    )  # fmt: skip
    assert_refused(nameless, "at", "flow")


# --- the file as a whole ------------------------------------------------------------------------------


def test_a_file_without_a_process_is_refused() -> None:
    assert_refused(definitions(), None, "not_xml")
    assert_refused(definitions(element("collaboration", "together")), None, "not_xml")


def test_a_process_must_be_executable() -> None:
    steps = [start(), user("at"), end(), chain("start", "at", "end")]
    assert_accepted(definitions(process(*steps, attributes="")))
    assert_refused(definitions(process(*steps, attributes='isExecutable="false"')), "sample", "unsupported")


def test_a_process_for_illustration_beside_an_executable_one_is_warned_of_and_not_checked() -> None:
    steps = [start(), user("at"), end(), chain("start", "at", "end")]
    drawn_only = process(start("s"), user("there", form=None), key="shown", attributes='isExecutable="false"')
    data = definitions(process(*steps), drawn_only)
    assert problems(data) == set()
    assert warnings(data) == {("shown", "not_executable")}


def test_a_pool_with_nothing_in_it_is_for_illustration() -> None:
    """Several tools write a process for every pool, also for that of a partner who is only drawn."""
    steps = [start(), user("at"), end(), chain("start", "at", "end")]
    data = definitions(process(*steps), process(key="partner", attributes=""))
    assert problems(data) == set()
    assert warnings(data) == {("partner", "not_executable")}
    assert list(parse_bundle(data.decode()).models) == ["sample"]
    assert ("sample", "flow") in problems(definitions(process(attributes="")))


def test_code_is_refused_even_in_a_process_for_illustration() -> None:
    steps = [start(), user("at"), end(), chain("start", "at", "end")]
    script = process(start("s"), element("scriptTask", "run"), key="shown", attributes='isExecutable="false"')
    assert ("run", "code") in problems(definitions(process(*steps), script))


def test_an_id_stands_once() -> None:
    assert ("at", "not_xml") in problems(through(user("at"), user("at")))
    across = definitions(process(start(), end(), flow("start", "end")), process(start(), key="other"))
    assert ("start", "not_xml") in problems(across)


def test_every_step_has_an_id() -> None:
    nameless = diagram(start(), tag("userTask", ""), end(), flow("start", "end"))
    assert "not_xml" in {code for _, code in problems(nameless)}


@pytest.mark.parametrize("id_", ["a b", "a'b", 'a"b', "a]b", "a:b", "-a", "", "x" * 201])
def test_ids_are_plain_names(id_: str) -> None:
    data = diagram(start(), user(id_), end(), chain("start", "end"))
    assert "not_xml" in {code for _, code in problems(data)}


def test_ids_may_be_chinese() -> None:
    assert_accepted(diagram(start(), user("填报"), end(), chain("start", "填报", "end")))


@pytest.mark.parametrize("id_", ["Start", "End", "sample.EndJoin", "x.BoundaryEventSplit", "StartEventJoin"])
def test_ids_that_the_engine_uses_itself_are_refused(id_: str) -> None:
    assert_refused(diagram(start(), user(id_), end(), chain("start", id_, "end")), id_, "unsupported")


def test_a_process_key_is_ascii() -> None:
    data = definitions(process(start(), end(), flow("start", "end"), key="申报"))
    assert_refused(data, "申报", "not_xml")


def test_pools_and_message_flows_lead_somewhere() -> None:
    def together(reference: str, target: str) -> bytes:
        pools = element("participant", "pool", attributes=f'processRef="{reference}"')
        pools += element("messageFlow", "tells", attributes=f'sourceRef="at" targetRef="{target}"')
        return diagram(
            start(),
            user("at"),
            end(),
            chain("start", "at", "end"),
            extra=element("collaboration", "c", pools),
        )

    assert_accepted(together("sample", "pool"))
    assert_refused(together("gone", "pool"), "pool", "flow")
    assert_refused(together("sample", "gone"), "tells", "flow")


def test_xinclude_is_refused_as_an_outside_reference() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    assert ("at", "doctype") in problems(through(user("at", extension(include))))


def test_a_diagram_without_drawing_is_accepted_with_a_warning() -> None:
    steps = [start(), user("at"), end(), chain("start", "at", "end")]
    data = diagram(*steps, drawn=False)
    assert problems(data) == set()
    assert warnings(data) == {(None, "drawing")}


def test_a_step_that_is_not_drawn_is_warned_of() -> None:
    data = through(user("at")).replace(b'bpmnElement="at"', b'bpmnElement="gone"')
    assert problems(data) == set()
    assert warnings(data) == {("at", "drawing")}


def test_unknown_properties_are_warned_of() -> None:
    assert warnings(through(user("at", properties(remnid="-5")))) == {("at", "property")}
    assert warnings(through(service("at", properties(notBy="x")))) == {("at", "property")}


def test_articles_are_those_of_the_regulation() -> None:
    assert_accepted(through(user("at", properties(article="第十四条"))))
    assert_accepted(through(user("at", properties(article="第十四条、附件二"))))
    assert warnings(through(user("at", properties(article="第14条")))) == {("at", "article")}
    unknown = check_bundle(through(service("at", properties(article="x"))), {}, {"sample.work"}, {}, None)
    assert unknown.warnings == []


@pytest.mark.parametrize(
    "inside",
    [
        "<camunda:failedJobRetryTimeCycle>R3/PT10M</camunda:failedJobRetryTimeCycle>",
        '<camunda:in variables="all"/>',
    ],
)
def test_camunda_settings_without_effect_are_warned_of(inside: str) -> None:
    data = through(service("at", extension(inside)))
    assert problems(data) == set()
    assert warnings(data) == {("at", "ignored")}


def test_findings_stand_in_the_order_of_the_file_and_not_without_end() -> None:
    names = [f"t{n}" for n in range(300)]
    data = diagram(start(), *(element("task", n) for n in names), end(), chain("start", *names, "end"))
    found = report(data).problems
    assert len(found) == 201
    assert "另有100处" in found[-1].message
    assert [f.line for f in found[:-1]] == sorted(f.line or 0 for f in found[:-1])


def test_a_chain_too_long_for_the_engine_is_refused_not_broken() -> None:
    names = [f"t{n}" for n in range(1500)]
    steps = [start(), *(service(n) for n in names), end(), chain("start", *names, "end")]
    assert_refused(diagram(*steps), "sample", "too_large")


def test_what_the_engine_cannot_read_for_a_reason_unforeseen_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(text: str) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("engine.bpmn.parser.parse_bundle", broken)
    assert_refused(through(user("at")), None, "unsupported")


def test_an_exclusive_choice_is_the_simplest_accepted_diagram_with_a_gateway() -> None:
    steps = [start(), exclusive("g", "g_to_end"), user("at"), end()]
    assert_accepted(
        diagram(*steps, chain("start", "g", "end"), chain("at", "end"), flow("g", "at", "${x == 1}"))
    )
