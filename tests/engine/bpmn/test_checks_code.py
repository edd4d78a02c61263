"""A diagram is data: nothing that could hold a program gets in (D3: code)."""

import pytest

from tests.diagrams import (
    TERMINATE,
    boundary,
    chain,
    diagram,
    element,
    end,
    exclusive,
    extension,
    flow,
    message,
    messages,
    start,
    user,
)
from tests.engine.bpmn.examining import assert_accepted, assert_refused, problems, warnings

ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
ACTIVITI = 'xmlns:activiti="http://activiti.org/bpmn"'
FLOWABLE = 'xmlns:flowable="http://flowable.org/bpmn"'
SPIFF = 'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
DROOLS = 'xmlns:drools="http://www.jboss.org/drools"'
OTHER = 'xmlns:other="http://example.org/tools"'


def with_task(inside: str = "", attributes: str = "", namespaces: str = "") -> bytes:
    """start → fill → end, with something in or on the user task."""
    task = user("fill", inside, attributes)
    return diagram(start(), task, end(), chain("start", "fill", "end"), namespaces=namespaces)


def test_the_plain_task_is_accepted() -> None:
    assert_accepted(with_task())


def test_script_tasks_are_refused() -> None:
    script = element("scriptTask", "run", "<bpmn:script>print(1)</bpmn:script>", 'scriptFormat="python"')
    assert_refused(diagram(start(), script, end(), chain("start", "run", "end")), "run", "code")
    bare = element("scriptTask", "run")
    assert_refused(diagram(start(), bare, end(), chain("start", "run", "end")), "run", "code")


@pytest.mark.parametrize(
    "inside",
    [
        '<camunda:executionListener event="start" class="com.example.Listener"/>',
        '<camunda:executionListener event="end" expression="${bean.run()}"/>',
        '<camunda:executionListener event="end"><camunda:script scriptFormat="groovy">1</camunda:script>'
        "</camunda:executionListener>",
        '<camunda:taskListener event="create" delegateExpression="${listener}"/>',
        '<camunda:script scriptFormat="javascript">1</camunda:script>',
        "<camunda:connector><camunda:connectorId>http-connector</camunda:connectorId></camunda:connector>",
        '<camunda:field name="x"><camunda:string>y</camunda:string></camunda:field>',
        '<camunda:field name="x"><camunda:expression>${y}</camunda:expression></camunda:field>',
        '<camunda:inputOutput><camunda:inputParameter name="x"><camunda:script scriptFormat="groovy">1'
        "</camunda:script></camunda:inputParameter></camunda:inputOutput>",
        '<camunda:formData><camunda:formField id="x"><camunda:validation><camunda:constraint name="validator"'
        ' config="com.example.V"/></camunda:validation></camunda:formField></camunda:formData>',
        '<camunda:errorEventDefinition id="x" expression="${true}"/>',
    ],
)
def test_camunda_extensions_that_hold_code_are_refused(inside: str) -> None:
    assert ("fill", "code") in problems(with_task(extension(inside)))


@pytest.mark.parametrize(
    "attribute",
    [
        'camunda:class="com.example.Delegate"',
        'camunda:delegateExpression="${bean}"',
        'camunda:expression="${bean.run()}"',
        'camunda:resource="deployment://x.groovy"',
        'scriptFormat="groovy"',
        'camunda:variableMappingClass="com.example.M"',
        'camunda:variableMappingDelegateExpression="${bean}"',
        'camunda:formHandlerClass="com.example.F"',
    ],
)
def test_attributes_that_name_code_are_refused(attribute: str) -> None:
    assert ("fill", "code") in problems(with_task(attributes=attribute))


@pytest.mark.parametrize("language", ["groovy", "javascript", "python", "${lang}"])
def test_scripts_as_conditions_are_refused(language: str) -> None:
    def conditioned(attribute: str) -> bytes:
        steps = [
            start(),
            exclusive("g", "g_to_end"),
            user("fill"),
            end(),
            flow("start", "g"),
            flow("g", "end"),
        ]
        condition = f"<bpmn:conditionExpression {attribute}>${{decision == 'x'}}</bpmn:conditionExpression>"
        asked = element("sequenceFlow", "asked", condition, 'sourceRef="g" targetRef="fill"')
        return diagram(*steps, asked, flow("fill", "end"))

    assert_accepted(conditioned(""))
    assert_accepted(conditioned('language="juel"'))
    assert_refused(conditioned(f'language="{language}"'), "asked", "code")
    assert_refused(conditioned('language="http://www.w3.org/1999/XPath"'), "asked", "expression")
    assert ("asked", "code") in problems(conditioned('camunda:resource="x.groovy"'))


LISTENER = extension('<camunda:executionListener event="start" class="com.example.L"/>')
PLACES = {
    "start": start("start", LISTENER),
    "fill": user("fill", LISTENER),
    "late": boundary("late", "fill", LISTENER + message("told")),
    "g": element("exclusiveGateway", "g", LISTENER),
    "end": end("end", LISTENER + TERMINATE),
    "g_to_end": element("sequenceFlow", "g_to_end", LISTENER, 'sourceRef="g" targetRef="end"'),
}
PLAIN = {
    "start": start(),
    "fill": user("fill"),
    "late": boundary("late", "fill", message("told")),
    "g": exclusive("g"),
    "end": end("end", TERMINATE),
    "g_to_end": flow("g", "end"),
}
FLOWS = [chain("start", "fill", "g"), flow("late", "end")]


@pytest.mark.parametrize("place", PLACES)
def test_a_listener_is_refused_wherever_it_hides(place: str) -> None:
    assert_accepted(diagram(*PLAIN.values(), *FLOWS, extra=messages("told")))
    steps = {**PLAIN, place: PLACES[place]}
    assert_refused(diagram(*steps.values(), *FLOWS, extra=messages("told")), place, "code")


@pytest.mark.parametrize("place", ["process", "collaboration", "laneSet", "message"])
def test_a_listener_outside_the_steps_is_refused(place: str) -> None:
    wrapped = {
        "process": diagram(LISTENER, start(), user("fill"), end(), chain("start", "fill", "end")),
        "collaboration": diagram(
            start(), user("fill"), end(), chain("start", "fill", "end"),
            extra=element("collaboration", "together", LISTENER),
        ),
        "laneSet": with_task().replace(b"<bpmn:laneSet", LISTENER.encode() + b"<bpmn:laneSet"),
        "message": diagram(
            start(), user("fill"), end(), chain("start", "fill", "end"),
            extra=element("message", "m", LISTENER, 'name="m"'),
        ),
    }  # fmt: skip
    assert "code" in {code for _, code in problems(wrapped[place])}


@pytest.mark.parametrize(
    ("namespaces", "inside"),
    [
        (ZEEBE, '<zeebe:executionListeners><zeebe:executionListener type="x"/></zeebe:executionListeners>'),
        (ZEEBE, '<zeebe:ioMapping><zeebe:input source="=x" target="y"/></zeebe:ioMapping>'),
        (ZEEBE, '<zeebe:script expression="=1+1" resultVariable="x"/>'),
        (ZEEBE, '<zeebe:taskDefinition type="= secret()"/>'),
        (ACTIVITI, '<activiti:taskListener event="create" class="x"/>'),
        (ACTIVITI, '<activiti:executionListener event="start" expression="${x}"/>'),
        (
            FLOWABLE,
            "<flowable:field><flowable:expression>${y}</flowable:expression></flowable:field>",
        ),
        (FLOWABLE, "<flowable:somethingNew/>"),
        (SPIFF, "<spiffworkflow:preScript>import os</spiffworkflow:preScript>"),
        (SPIFF, "<spiffworkflow:serviceTaskOperator id='http/GetRequest'/>"),
        (DROOLS, "<drools:onEntry-script scriptFormat='http://www.java.com/java'/>"),
        (OTHER, "<other:script>1</other:script>"),
        (OTHER, "<other:onEntry>1</other:onEntry>"),
        (OTHER, "<other:outer><other:GroovyCode/></other:outer>"),
    ],
)
def test_extensions_of_other_engines_that_can_hold_code_are_refused(namespaces: str, inside: str) -> None:
    assert_refused(with_task(extension(inside), namespaces=namespaces), "fill", "code")


@pytest.mark.parametrize(
    ("namespaces", "attribute"),
    [
        (ACTIVITI, 'activiti:class="x"'),
        (FLOWABLE, 'flowable:delegateExpression="${x}"'),
        (FLOWABLE, 'flowable:assignee="${starter}"'),
        (OTHER, 'other:onEntry="x()"'),
    ],
)
def test_attributes_of_other_engines_that_can_hold_code_are_refused(namespaces: str, attribute: str) -> None:
    assert_refused(with_task(attributes=attribute, namespaces=namespaces), "fill", "code")


@pytest.mark.parametrize(
    ("namespaces", "inside"),
    [
        (ZEEBE, '<zeebe:formDefinition formId="note"/>'),
        (ZEEBE, '<zeebe:properties><zeebe:property name="a" value="b"/></zeebe:properties>'),
        (ZEEBE, '<zeebe:taskDefinition type="sample.work"/><zeebe:userTask/>'),
        (DROOLS, '<drools:metaData name="n"><drools:metaValue>填报</drools:metaValue></drools:metaData>'),
    ],
)
def test_extensions_of_other_engines_that_hold_data_are_ignored_with_a_warning(
    namespaces: str, inside: str
) -> None:
    data = with_task(extension(inside), namespaces=namespaces)
    assert problems(data) == set()
    assert warnings(data) == {("fill", "ignored")}


@pytest.mark.parametrize(
    ("namespaces", "inside"),
    [
        (OTHER, '<other:colour value="#ff0000"/>'),
        (OTHER, "<other:schemaObjectDescription/>"),
        (OTHER, "<other:connector/>"),
        (
            'xmlns:signavio="http://www.signavio.com"',
            '<signavio:signavioMetaData metaKey="bgcolor" metaValue="#fff"/>',
        ),
        ('xmlns:bizagi="http://www.bizagi.com/bpmn20"', "<bizagi:BizagiExtensions/>"),
    ],
)
def test_extensions_of_drawing_tools_are_accepted(namespaces: str, inside: str) -> None:
    assert_accepted(with_task(extension(inside), namespaces=namespaces))


def test_attributes_of_modellers_are_accepted() -> None:
    modeler = (
        'xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Platform"'
    )
    assert_accepted(with_task(namespaces=modeler))
    assert_accepted(with_task(namespaces=OTHER, attributes='other:colour="#ff0000" camunda:exclusive="true"'))


def test_text_that_only_looks_like_code_is_data() -> None:
    assert_accepted(
        with_task("<bpmn:documentation>&lt;script&gt;__import__('os')&lt;/script&gt;</bpmn:documentation>")
    )
    assert_accepted(with_task(attributes='name="&lt;script&gt;alert(1)&lt;/script&gt;"'))
