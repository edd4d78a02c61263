"""The process that every peer runs: four user tasks, two service tasks, a parallel split, a boundary timer.

Knows the diagram in the two dialects and the form of 10 KB; runs nothing.
"""

import json
from typing import Any

PROCESS = "bench"
TASKS = ("task_a", "task_b", "task_c", "task_d")
TIMED = "task_b"
FIELDS = 120
WORDS = "陇西县中医药产业集群各项指标填报内容" * 3  # 54 characters, 162 bytes in UTF-8
NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
FLOWS = (
    ("start", "task_a"), ("task_a", "check"), ("check", "decide"), ("decide", "task_b"),
    ("decide", "rejected"), ("task_b", "task_c"), ("late", "expired"), ("task_c", "split"),
    ("split", "price"), ("split", "notify"), ("price", "join"), ("notify", "join"),
    ("join", "task_d"), ("task_d", "done"),
)  # fmt: skip


def form_data() -> dict[str, Any]:
    """About 10 KB of what a person fills in."""
    return {"amount": 1234, **{f"field_{n}": WORDS[n % 20 :][:26] for n in range(FIELDS)}}


def form() -> str:
    """The .form file of `form_data`."""
    fields = [{"type": "number", "key": "amount", "label": "金额"}]
    fields += [{"type": "textfield", "key": f"field_{n}", "label": f"第{n}项"} for n in range(FIELDS)]
    return json.dumps({"type": "default", "id": "bench", "schemaVersion": 18, "components": fields})


def our_diagram() -> str:
    """In the dialect of Camunda 7, as process owners draw it."""
    lane = "".join(f"<bpmn:flowNodeRef>{task}</bpmn:flowNodeRef>" for task in TASKS)
    outputs = {"task_a": "amount", "check": "approved"}
    users = "".join(_ours("userTask", task, 'camunda:formRef="bench"', outputs) for task in TASKS)
    topic = 'camunda:type="external" camunda:topic="bench.{}"'
    services = "".join(
        _ours("serviceTask", name, topic.format(name), outputs) for name in ("check", "price", "notify")
    )
    lanes = (
        f'<bpmn:laneSet id="lanes"><bpmn:lane id="bench_clerk" name="经办">{lane}</bpmn:lane></bpmn:laneSet>'
    )
    return _diagram(lanes + users + services, "${approved}", "P15D")


def stock_diagram(duration: str) -> str:
    """The same for SpiffWorkflow as it comes: bare expressions, a duration in quotes."""
    users = "".join(f'<bpmn:userTask id="{task}" name="{task}"/>' for task in TASKS)
    services = "".join(f'<bpmn:serviceTask id="{name}"/>' for name in ("check", "price", "notify"))
    return _diagram(users + services, "approved", f'"{duration}"')


def _ours(kind: str, id_: str, attributes: str, outputs: dict[str, str]) -> str:
    inside = ""
    if id_ in outputs:
        name = outputs[id_]
        inside = (
            "<bpmn:extensionElements><camunda:inputOutput>"
            f'<camunda:outputParameter name="{name}">${{{name}}}</camunda:outputParameter>'
            "</camunda:inputOutput></bpmn:extensionElements>"
        )
    return f'<bpmn:{kind} id="{id_}" name="{id_}" {attributes}>{inside}</bpmn:{kind}>'


def _diagram(steps: str, condition: str, duration: str) -> str:
    flows = "".join(
        f'<bpmn:sequenceFlow id="{one}_to_{other}" sourceRef="{one}" targetRef="{other}">'
        + (f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if other == TIMED else "")
        + "</bpmn:sequenceFlow>"
        for one, other in FLOWS
    )
    return (
        f'<bpmn:definitions {NAMESPACES} id="bench_definitions" targetNamespace="urn:qilian:bench">'
        f'<bpmn:process id="{PROCESS}" isExecutable="true">{steps}'
        '<bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="decide" default="decide_to_rejected"/>'
        '<bpmn:parallelGateway id="split"/><bpmn:parallelGateway id="join"/>'
        '<bpmn:endEvent id="rejected"/><bpmn:endEvent id="expired"/><bpmn:endEvent id="done"/>'
        f'<bpmn:boundaryEvent id="late" attachedToRef="{TIMED}"><bpmn:timerEventDefinition id="late_timer">'
        f"<bpmn:timeDuration>{duration}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        f"{flows}</bpmn:process></bpmn:definitions>"
    )
