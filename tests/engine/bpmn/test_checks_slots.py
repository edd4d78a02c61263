"""Expressions in every slot of a diagram (D3: expression)."""

import pytest

from tests.diagrams import (
    boundary,
    catch,
    chain,
    diagram,
    element,
    end,
    exclusive,
    extension,
    flow,
    inputs,
    message,
    messages,
    outputs,
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

BAD = [
    "${}",
    "${ }",
    "${x",
    "${${x}}",
    "${x} and ${y}",
    "before ${x}",
    "${x} after",
    "#{x.__class__}",
    "${x.__class__.__mro__}",
    "${().__class__}",
    "${x.get('y')}",
    "${unknown(x)}",
    "${x ** 9}",
    "${'%1000000000d' % 1}",
    "${lambda: 1}",
    "${[y for y in x]}",
    "${x if y else z}",
    "${term('holiday')}",
    "${" + "x" * 600 + "}",
    "${" + "(" * 100 + "x" + ")" * 100 + "}",
    "${java.lang.Runtime.getRuntime()}",
    "${execution.setVariable('x', 1)}",
]
GOOD = "${x == 'yes'}"
DATE = "${working_days_after(x, term('notice'))}"


def condition(text: str) -> bytes:
    steps = [start(), exclusive("g", "g_to_end"), user("fill"), end()]
    return diagram(
        *steps, flow("start", "g"), flow("g", "fill", text, id_="at"), flow("g", "end"), flow("fill", "end")
    )


def straight(step: str, *more: str, extra: str = "") -> bytes:
    return diagram(start(), step, *more, end(), chain("start", "at", "end"), extra=extra)


def timed(text: str) -> bytes:
    return straight(catch("at", timer(text)))


def lasting(text: str) -> bytes:
    return straight(catch("at", timer(text, "timeDuration")))


def due(text: str) -> bytes:
    return straight(user("at", attributes=f'camunda:dueDate="{text}"'))


def follow_up(text: str) -> bytes:
    return straight(user("at", attributes=f'camunda:followUpDate="{text}"'))


def task_output(text: str) -> bytes:
    return straight(user("at", outputs(x=text)))


def service_input(text: str) -> bytes:
    return straight(service("at", inputs(x=text)))


def service_output(text: str) -> bytes:
    return straight(service("at", outputs(x=text)))


def payload(text: str) -> bytes:
    return straight(throw("at", inputs(to="${key}", x=text) + message("told")), extra=messages("told"))


def received(text: str) -> bytes:
    return straight(catch("at", outputs(x=text) + message("told")), extra=messages("told"))


def addressee(text: str) -> bytes:
    return straight(
        element("sendTask", "at", inputs(to=text), 'messageRef="message_told"'), extra=messages("told")
    )


def conditional(text: str) -> bytes:
    return straight(catch("at", tag("conditionalEventDefinition", tag("condition", text))))


def many(text: str) -> bytes:
    return straight(service("at", tag("multiInstanceLoopCharacteristics", tag("loopCardinality", text))))


def until(text: str) -> bytes:
    inside = tag("loopCardinality", "2") + tag("completionCondition", text)
    return straight(service("at", tag("multiInstanceLoopCharacteristics", inside)))


def repeated(text: str) -> bytes:
    return straight(service("at", tag("standardLoopCharacteristics", tag("loopCondition", text))))


def on_boundary(text: str) -> bytes:
    event = boundary("at", "fill", timer(text))
    return diagram(start(), user("fill"), event, end(), chain("start", "fill", "end"), flow("at", "end"))


def within(text: str) -> bytes:
    inner = [start("s"), service("at", inputs(x=text)), end("e"), chain("s", "at", "e")]
    return diagram(start(), subprocess("sub", *inner), end(), chain("start", "sub", "end"))


def owner(text: str) -> bytes:
    expression = tag("resourceAssignmentExpression", tag("formalExpression", text))
    return straight(user("at", tag("potentialOwner", expression)))


CONDITIONS = [condition, conditional, until, repeated]
TEXTS = [task_output, service_input, service_output, payload, received, addressee, within, many, owner]
DATES = [timed, due, follow_up, on_boundary]
SLOTS = [*CONDITIONS, *TEXTS, *DATES, lasting]


@pytest.mark.parametrize("slot", CONDITIONS)
def test_a_condition_is_accepted_in(slot: type) -> None:
    assert_accepted(slot(GOOD))


@pytest.mark.parametrize("slot", TEXTS)
def test_an_expression_is_accepted_in(slot: type) -> None:
    assert_accepted(slot("${x}"))
    assert_accepted(slot("#{x}"))


@pytest.mark.parametrize("slot", [*DATES, lasting])
def test_a_computed_date_is_accepted_in(slot: type) -> None:
    assert_accepted(slot(DATE))


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize("text", BAD)
def test_a_bad_expression_is_refused_in(slot: type, text: str) -> None:
    assert_refused(slot(text), "at", "expression")


@pytest.mark.parametrize("slot", [task_output, service_input, payload, addressee])
def test_a_text_without_braces_stands_for_itself_in(slot: type) -> None:
    assert_accepted(slot("GSPC-2024-01"))


def test_a_condition_without_braces_is_read_with_a_warning() -> None:
    data = condition("x == 'yes'")
    assert problems(data) == set()
    assert warnings(data) == {("at", "expression")}
    assert_refused(condition("x ="), "at", "expression")
    assert_refused(condition("= x"), "at", "expression")


def test_an_expression_in_any_other_camunda_attribute_is_read() -> None:
    assert ("at", "expression") in problems(straight(user("at", attributes='camunda:priority="${x.y()}"')))
    assert_accepted(straight(user("at", attributes='camunda:priority="${x}"')))


def test_an_expression_in_a_property_is_read() -> None:
    assert ("at", "expression") in problems(straight(user("at", properties(article="${x.y()}"))))


def mapped(direction: str, attributes: str, inside: str) -> bytes:
    entry = f"<camunda:{direction}Parameter {attributes}>{inside}</camunda:{direction}Parameter>"
    return straight(service("at", extension(f"<camunda:inputOutput>{entry}</camunda:inputOutput>")))


@pytest.mark.parametrize(
    "name",
    ["", " x", "a b", "a-b", "1x", "_x", "__class__", "typename", "and", "null", "true", "class", "a.b"],
)
def test_a_parameter_needs_a_name_that_expressions_can_read(name: str) -> None:
    assert_refused(mapped("output", f'name="{name}"', "1"), "at", "expression")
    assert_refused(mapped("output", "", "1"), "at", "expression")


@pytest.mark.parametrize("text", ["${x.y()}", "x.y()", "x ="])
def test_the_source_of_a_call_is_an_expression(text: str) -> None:
    passed = extension(f'<camunda:in sourceExpression="{text}" target="x"/>')
    assert_refused(straight(service("at", passed)), "at", "expression")
    assert (
        problems(straight(service("at", extension('<camunda:in sourceExpression="x + 1" target="x"/>'))))
        == set()
    )


def test_a_parameter_may_have_a_chinese_name() -> None:
    assert_accepted(straight(service("at", outputs(结论="${x}"))))


@pytest.mark.parametrize(
    "inside",
    ["", "<camunda:list><camunda:value>1</camunda:value></camunda:list>", "<camunda:map/>"],
)
def test_a_parameter_is_one_text_or_expression(inside: str) -> None:
    assert_refused(mapped("input", 'name="x"', inside), "at", "expression")


def test_a_message_needs_an_addressee() -> None:
    assert_accepted(payload("${x}"))
    nameless = straight(throw("at", message("told")), extra=messages("told"))
    assert_refused(nameless, "at", "expression")
    ended = diagram(start(), end("at", message("told")), flow("start", "at"), extra=messages("told"))
    assert_refused(ended, "at", "expression")


def test_the_name_of_a_message_is_no_expression() -> None:
    data = straight(
        catch("at", message("told")), extra=messages("told").replace('name="told"', 'name="${x}"')
    )
    assert_refused(data, "message_told", "expression")


def test_the_number_of_instances_is_bounded() -> None:
    assert_accepted(many("1000"))
    assert_refused(many("1001"), "at", "expression")
    for text in ("99999999999", "9" * 5000, "²", "-1 -"):
        assert_refused(many(text), "at", "expression")


def looped(attributes: str) -> bytes:
    return straight(service("at", f"<bpmn:standardLoopCharacteristics {attributes}/>"))


def test_the_number_of_rounds_is_bounded() -> None:
    assert_accepted(looped('loopMaximum="1000"'))
    for attributes in ("", 'loopMaximum="0"', 'loopMaximum="1001"', 'loopMaximum="x"', 'loopMaximum="²"'):
        assert_refused(looped(attributes), "at", "expression")


@pytest.mark.parametrize("collection", ["items", "${items}", "#{ items }"])
def test_a_collection_is_the_name_of_a_variable(collection: str) -> None:
    def over(text: str) -> bytes:
        attributes = f'camunda:collection="{text}" camunda:elementVariable="item"'
        return straight(service("at", f"<bpmn:multiInstanceLoopCharacteristics {attributes}/>"))

    assert_accepted(over(collection))
    for bad in ("${items.all()}", "a b", "", "${x.y}", "__dict__"):
        assert ("at", "expression") in problems(over(bad))


def test_the_message_says_what_is_wrong_with_which_expression() -> None:
    (finding,) = report(condition("${x = 1}")).problems
    assert "连线“at”" in finding.message
    assert "${x = 1}" in finding.message
    assert "==" in finding.message
