"""What a diagram says about its steps beyond control flow: forms, roles, due dates, topics, messages.

Read from the XML itself, because SpiffWorkflow drops the Camunda attributes without a word and
reports a lane's name instead of its id. Knows no engine and no database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.xml import BPMN, CAMUNDA, Element, is_flow_node, is_run, parameters, properties, text_of
from engine.bpmn.xml import kind as kind_of
from engine.expressions import as_expression


@dataclass(frozen=True)
class UserTask:
    """A step for people. `opinions` is `all:N` or `majority`; `due` an expression or None;
    `not_by_case` an expression for the business key of another case whose steps `not_by` names too.
    `also_by` is a second role that may do the step just as well as that of the lane.
    """

    id: str
    name: str
    form: str
    role: str
    due: str | None
    outputs: Mapping[str, str]
    article: str | None = None
    remind: str | None = None
    not_by: tuple[str, ...] = ()
    not_by_case: str | None = None
    also_by: str | None = None
    opinions: str | None = None
    clock: str | None = None
    stops_clock: str | None = None
    submit: str | None = None  # what its button says


@dataclass(frozen=True)
class ServiceTask:
    id: str
    name: str
    topic: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    put_off: bool


@dataclass(frozen=True)
class StartEvent:
    """Where an instance begins; `message` names what starts it, `for_each` arms it per subject (D4).

    `occurrence` (`year` or `term`) says how often a subject's obligation comes round, `key` is the
    first part of the business keys of what it starts.
    """

    id: str
    name: str
    message: str | None
    timer: str | None
    for_each: str | None
    occurrence: str | None = None
    key: str | None = None

    @property
    def is_plain(self) -> bool:
        return self.message is None and self.timer is None


@dataclass(frozen=True)
class FlowNode:
    """Any node of a process, in document order, for outlines and histories."""

    id: str
    kind: str
    name: str
    lane: str | None
    article: str | None
    timed: bool = False
    message: str | None = None  # the name of the message that it catches or throws


@dataclass(frozen=True)
class ProcessModel:
    """One process (pool) of a diagram."""

    key: str
    name: str
    user_tasks: Mapping[str, UserTask]
    service_tasks: Mapping[str, ServiceTask]
    starts: tuple[StartEvent, ...]
    nodes: Mapping[str, FlowNode]
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    outputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    calls: tuple[str, ...] = ()

    def start_for_message(self, name: str) -> StartEvent | None:
        return next((s for s in self.starts if s.message == name), None)

    @property
    def plain_start(self) -> StartEvent | None:
        """Where a person's start begins."""
        return next((s for s in self.starts if s.is_plain), None)

    @property
    def armed_starts(self) -> list[StartEvent]:
        return [s for s in self.starts if s.for_each is not None and s.timer is not None]


def _lanes(process: Element) -> dict[str, tuple[str, str]]:
    """Flow node id -> (lane id, lane name); the innermost lane wins."""
    found: dict[str, tuple[str, str]] = {}
    for lane in process.iter(f"{BPMN}lane"):
        for reference in lane.findall(f"{BPMN}flowNodeRef"):
            found[text_of(reference)] = (lane.get("id"), lane.get("name") or lane.get("id"))
    return found


def _user_task(node: Element, lane: str | None) -> UserTask:
    found, due = properties(node), node.get(f"{CAMUNDA}dueDate")
    return UserTask(
        id=node.get("id"),
        name=node.get("name") or node.get("id"),
        form=node.get(f"{CAMUNDA}formRef") or node.get("id"),
        role=(lane or "").split(".")[0],
        due=None if due is None else as_expression(due),
        outputs=parameters(node, "output"),
        article=found.get("article"),
        remind=found.get("remind"),
        not_by_case=as_expression(found["notByCase"]) if found.get("notByCase") else None,
        also_by=found.get("alsoBy") or None,
        not_by=tuple(n.strip() for n in found.get("notBy", "").split(",") if n.strip()),
        opinions=found.get("opinions"),
        clock=found.get("clock"),
        stops_clock=found.get("stopsClock"),
        submit=found.get("submit"),
    )


def _service_task(node: Element) -> ServiceTask:
    return ServiceTask(
        id=node.get("id"),
        name=node.get("name") or node.get("id"),
        topic=node.get(f"{CAMUNDA}topic") or "",
        inputs=parameters(node, "input"),
        outputs=parameters(node, "output"),
        put_off=node.get(f"{CAMUNDA}asyncBefore") == "true",
    )


def _start_event(node: Element, messages: Mapping[str, str]) -> StartEvent:
    found = properties(node)
    message = node.find(f"{BPMN}messageEventDefinition")
    timer = node.find(f"{BPMN}timerEventDefinition/{BPMN}timeDate")
    return StartEvent(
        id=node.get("id"),
        name=node.get("name") or node.get("id"),
        message=None if message is None else messages.get(message.get("messageRef")),
        timer=None if timer is None else text_of(timer),
        for_each=found.get("forEach"),
        occurrence=found.get("occurrence"),
        key=found.get("businessKey"),
    )


def read_process(process: Element, messages: Mapping[str, str]) -> ProcessModel:
    """The model of one `bpmn:process` element; `messages` maps message ids to names."""
    lanes = _lanes(process)
    users, services, nodes, inputs, outputs = {}, {}, {}, {}, {}
    for node in filter(is_flow_node, process.iter(etree.Element)):
        id_, kind = node.get("id"), kind_of(node)
        lane_id, lane_name = lanes.get(id_, (None, None))
        timed = node.find(f"{BPMN}timerEventDefinition") is not None
        article = properties(node).get("article")
        told = node.find(f"{BPMN}messageEventDefinition")
        message = None if told is None else messages.get(told.get("messageRef"))
        nodes[id_] = FlowNode(id_, kind, node.get("name") or "", lane_name, article, timed, message)
        inputs[id_], outputs[id_] = parameters(node, "input"), parameters(node, "output")
        if kind == "userTask":
            users[id_] = _user_task(node, lane_id)
        elif kind in ("serviceTask", "businessRuleTask"):
            services[id_] = _service_task(node)
    starts = tuple(_start_event(n, messages) for n in process.findall(f"{BPMN}startEvent"))
    name = process.get("name") or _participant_name(process) or process.get("id")
    calls = tuple(c.get("calledElement") or "" for c in process.iter(f"{BPMN}callActivity"))
    return ProcessModel(process.get("id"), name, users, services, starts, nodes, inputs, outputs, calls)


def _participant_name(process: Element) -> str | None:
    root = process.getroottree().getroot()
    for participant in root.iter(f"{BPMN}participant"):
        if participant.get("processRef") == process.get("id"):
            return str(participant.get("name") or "") or None
    return None


def read_processes(root: Element) -> dict[str, ProcessModel]:
    """Every executable process of a diagram by key."""
    messages = {m.get("id"): m.get("name") for m in root.iter(f"{BPMN}message")}
    return {p.get("id"): read_process(p, messages) for p in root.iter(f"{BPMN}process") if is_run(p)}
