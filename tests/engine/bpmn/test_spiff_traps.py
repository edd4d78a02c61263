"""What SpiffWorkflow 3.2.0 does wrong (D1). A test that fails here says that a workaround may go."""

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="t">'
)
MESSAGE = '<bpmn:message id="m" name="M"/>'
CATCH = '<bpmn:messageEventDefinition messageRef="m"/>'


def stock(body: str, extra: str = "") -> BpmnWorkflow:
    parser = BpmnParser()
    xml = f'{HEAD}{extra}<bpmn:process id="p" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
    parser.add_bpmn_str(xml.encode())
    return BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))


def flow(number: int, source: str, target: str, condition: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return (
        f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inner}'
        "</bpmn:sequenceFlow>"
    )


def ready(workflow: BpmnWorkflow) -> list[str]:
    return [t.task_spec.name for t in workflow.get_tasks(state=TaskState.READY, manual=True)]


def test_a_loaded_workflow_evaluates_any_python_again() -> None:
    workflow = stock('<bpmn:startEvent id="s"/><bpmn:userTask id="u"/>' + flow(1, "s", "u"))
    serializer = BpmnWorkflowSerializer()
    loaded = serializer.deserialize_json(serializer.serialize_json(workflow))
    assert loaded.script_engine.environment.evaluate("__import__('math').floor(2.5)", {}) == 2


def test_a_throw_is_swallowed_by_a_catch_of_the_same_instance() -> None:
    body = (
        '<bpmn:startEvent id="s"/><bpmn:parallelGateway id="g"/>'
        f'<bpmn:intermediateThrowEvent id="t">{CATCH}</bpmn:intermediateThrowEvent>'
        f'<bpmn:intermediateCatchEvent id="c">{CATCH}</bpmn:intermediateCatchEvent>'
        '<bpmn:userTask id="a"/><bpmn:userTask id="b"/>'
        + flow(1, "s", "g") + flow(2, "g", "c") + flow(3, "g", "t") + flow(4, "c", "a") + flow(5, "t", "b")
    )  # fmt: skip
    workflow = stock(body, MESSAGE)
    workflow.do_engine_steps()
    assert ready(workflow) == ["a", "b"]
    assert workflow.get_events() == []


def test_a_condition_on_a_flow_that_leaves_a_task_is_ignored() -> None:
    body = (
        '<bpmn:startEvent id="s"/><bpmn:userTask id="u"/><bpmn:userTask id="a"/>'
        + flow(1, "s", "u") + flow(2, "u", "a", "False")
    )  # fmt: skip
    workflow = stock(body)
    workflow.do_engine_steps()
    workflow.get_next_task(spec_name="u").run()
    workflow.do_engine_steps()
    assert ready(workflow) == ["a"]


def test_an_event_gateway_keeps_event_objects_that_no_state_can_hold() -> None:
    body = (
        '<bpmn:startEvent id="s"/><bpmn:eventBasedGateway id="g"/>'
        f'<bpmn:intermediateCatchEvent id="c">{CATCH}</bpmn:intermediateCatchEvent><bpmn:userTask id="a"/>'
        + flow(1, "s", "g") + flow(2, "g", "c") + flow(3, "c", "a")
    )  # fmt: skip
    workflow = stock(body, MESSAGE)
    workflow.do_engine_steps()
    workflow.send_event(BpmnEvent(MessageEventDefinition("M"), payload={}))
    workflow.do_engine_steps()
    gateway = workflow.get_next_task(spec_name="g")
    assert [type(e) for e in gateway.internal_data["seen_events"]] == [BpmnEvent]


def test_iterators_stop_at_a_depth_of_a_thousand() -> None:
    workflow = stock('<bpmn:startEvent id="s"/><bpmn:userTask id="u"/>' + flow(1, "s", "u"))
    assert workflow.get_tasks_iterator().max_depth == 1000


def test_a_completed_task_may_be_run_a_second_time() -> None:
    body = '<bpmn:startEvent id="s"/><bpmn:userTask id="u"/><bpmn:userTask id="a"/>'
    workflow = stock(body + flow(1, "s", "u") + flow(2, "u", "a"))
    workflow.do_engine_steps()
    task = workflow.get_next_task(spec_name="u")
    task.run()
    assert task.run() is True
