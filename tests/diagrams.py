"""Diagrams for tests, written as briefly as they are drawn.

    diagram(start(), user("fill"), end(), chain("start", "fill", "end"))

Steps are placed in lanes and drawn without being asked, so that a test shows only what it is about.
"""

import json
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
DEFINITIONS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
DRAWN = re.compile(
    r"<bpmn:(?:\w+(?:Task|Event|Gateway)|task|subProcess|callActivity)\b[^>]*?\bid=\"([^\"]+)\""
)
PEOPLE = re.compile(r"<bpmn:userTask\b[^>]*?\bid=\"([^\"]+)\"")
PROCESS = "sample"


def a_form(name: str, *keys: str) -> str:
    """A .form file with one text field per key."""
    fields = [{"type": "textfield", "key": k, "label": k, "id": f"Field_{k}"} for k in keys or ("note",)]
    return json.dumps({"type": "default", "id": name, "schemaVersion": 18, "components": fields})


# --- the whole --------------------------------------------------------------------------------------


def diagram(
    *body: str,
    lanes: Mapping[str, Iterable[str]] | None = None,
    extra: str = "",
    drawn: bool = True,
    namespaces: str = "",
) -> bytes:
    """One process; `extra` stands before it (messages, errors), `namespaces` are declared beside ours."""
    return definitions(extra, process(*body, lanes=lanes), drawn=drawn, namespaces=namespaces)


def definitions(*parts: str, drawn: bool = True, namespaces: str = "") -> bytes:
    inside = "\n".join(parts)
    drawing = _drawing(inside) if drawn else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions {DEFINITIONS} {namespaces} '
        f'id="definitions" targetNamespace="http://example.org/bpmn">\n{inside}\n{drawing}</bpmn:definitions>\n'
    ).encode()


def process(
    *body: str,
    key: str = PROCESS,
    lanes: Mapping[str, Iterable[str]] | None = None,
    attributes: str = 'isExecutable="true"',
) -> str:
    """`lanes` maps lane ids to the steps in them; by default one lane holds every user task."""
    inside = "\n".join(body)
    if lanes is None:
        lanes = {"county_clerk" if key == PROCESS else f"county_clerk.{key}": PEOPLE.findall(inside)}
    lane_set = "".join(lane(id_, *steps) for id_, steps in lanes.items() if steps or len(lanes) > 1)
    if lane_set:
        lane_set = f'<bpmn:laneSet id="lanes_of_{key}">{lane_set}</bpmn:laneSet>\n'
    return f'<bpmn:process id="{key}" {attributes}>\n{lane_set}{inside}\n</bpmn:process>'


def lane(id_: str, *steps: str, inside: str = "") -> str:
    references = "".join(f"<bpmn:flowNodeRef>{step}</bpmn:flowNodeRef>" for step in steps)
    nested = (
        f"<bpmn:childLaneSet id={quoteattr('within_' + id_)}>{inside}</bpmn:childLaneSet>" if inside else ""
    )
    return f"<bpmn:lane id={quoteattr(id_)} name={quoteattr(id_)}>{references}{nested}</bpmn:lane>"


def _drawing(inside: str) -> str:
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{id_}_shape" bpmnElement="{id_}">'
        f'<dc:Bounds x="{100 + 150 * place}" y="100" width="100" height="80"/></bpmndi:BPMNShape>'
        for place, id_ in enumerate(DRAWN.findall(inside))
    )
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="{PROCESS}">{shapes}</bpmndi:BPMNPlane>'
    return f'<bpmndi:BPMNDiagram id="drawing">{plane}</bpmndi:BPMNDiagram>\n'


# --- steps ------------------------------------------------------------------------------------------


def element(name: str, id_: str, inside: str = "", attributes: str = "") -> str:
    return f"<bpmn:{name} id={quoteattr(id_)} {attributes}>{inside}</bpmn:{name}>"


def tag(name: str, inside: str, attributes: str = "") -> str:
    """An element without an id."""
    return f"<bpmn:{name} {attributes}>{inside}</bpmn:{name}>"


def start(id_: str = "start", inside: str = "") -> str:
    return element("startEvent", id_, inside)


def end(id_: str = "end", inside: str = "") -> str:
    return element("endEvent", id_, inside)


TERMINATE = "<bpmn:terminateEventDefinition/>"


def user(id_: str, inside: str = "", attributes: str = "", form: str | None = "note") -> str:
    reference = "" if form is None else f'camunda:formRef="{form}" '
    return element("userTask", id_, inside, reference + attributes)


def service(id_: str, inside: str = "", topic: str = "sample.work", attributes: str = "") -> str:
    return element(
        "serviceTask", id_, inside, f'camunda:type="external" camunda:topic="{topic}" {attributes}'
    )


def exclusive(id_: str, default: str | None = None) -> str:
    return element("exclusiveGateway", id_, attributes="" if default is None else f'default="{default}"')


def parallel(id_: str) -> str:
    return element("parallelGateway", id_)


def inclusive(id_: str, default: str | None = None) -> str:
    return element("inclusiveGateway", id_, attributes="" if default is None else f'default="{default}"')


def catch(id_: str, inside: str) -> str:
    return element("intermediateCatchEvent", id_, inside)


def throw(id_: str, inside: str) -> str:
    return element("intermediateThrowEvent", id_, inside)


def boundary(id_: str, host: str, inside: str, interrupting: bool = True) -> str:
    cancels = "true" if interrupting else "false"
    return element("boundaryEvent", id_, inside, f'attachedToRef="{host}" cancelActivity="{cancels}"')


def subprocess(id_: str, *body: str, attributes: str = "") -> str:
    return element("subProcess", id_, "\n".join(body), attributes)


# --- what stands inside -----------------------------------------------------------------------------


def timer(text: str, what: str = "timeDate") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{what}>{escape(text)}</bpmn:{what}></bpmn:timerEventDefinition>"


def message(name: str) -> str:
    """A message event; the message itself is declared by `messages`."""
    return f'<bpmn:messageEventDefinition messageRef="message_{name}"/>'


def messages(*names: str) -> str:
    return "".join(f'<bpmn:message id="message_{name}" name="{name}"/>' for name in names)


def properties(**values: str) -> str:
    entries = (f"<camunda:property name={quoteattr(n)} value={quoteattr(v)}/>" for n, v in values.items())
    return extension(f"<camunda:properties>{''.join(entries)}</camunda:properties>")


def inputs(**values: str) -> str:
    return _mapping("input", values)


def outputs(**values: str) -> str:
    return _mapping("output", values)


def _mapping(direction: str, values: Mapping[str, str]) -> str:
    entries = (
        f"<camunda:{direction}Parameter name={quoteattr(n)}>{escape(v)}</camunda:{direction}Parameter>"
        for n, v in values.items()
    )
    return extension(f"<camunda:inputOutput>{''.join(entries)}</camunda:inputOutput>")


def extension(inside: str) -> str:
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


# --- flows ------------------------------------------------------------------------------------------


def flow(source: str, target: str, condition: str | None = None, id_: str | None = None) -> str:
    """Its id is `source_to_target` unless given."""
    inside = ""
    if condition is not None:
        inside = (
            '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
            f"{escape(condition)}</bpmn:conditionExpression>"
        )
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return element("sequenceFlow", id_ or f"{source}_to_{target}", inside, ends)


def chain(*steps: str) -> str:
    return "".join(flow(a, b) for a, b in pairwise(steps))
