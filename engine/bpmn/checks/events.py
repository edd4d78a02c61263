"""What events may be: which definitions where, messages and their addressees
(D3: unsupported, flow, expression; D12)."""

from engine.bpmn.checks.examination import Examination, label, short
from engine.bpmn.checks.graph import Graph, Node
from engine.bpmn.xml import BPMN, Element, definitions_of, is_set, kind, parameters

# Which event may hold which definition; SpiffWorkflow would drop any other without a word.
ALLOWED = {
    "startEvent": {"message", "timer"},
    "endEvent": {"message", "error", "escalation", "terminate"},
    "intermediateCatchEvent": {"message", "timer", "signal", "conditional"},
    "intermediateThrowEvent": {"message", "signal", "escalation"},
    "boundaryEvent": {"message", "timer", "signal", "conditional", "error", "escalation"},
}
MUST_BE_DEFINED = frozenset({"intermediateCatchEvent", "boundaryEvent"})
WORDS = {
    "message": "消息",
    "timer": "定时",
    "signal": "信号",
    "conditional": "条件",
    "error": "错误",
    "escalation": "升级",
    "terminate": "终止",
}
REFUSED_ELSEWHERE = frozenset({"link", "compensate", "cancel"})
REFERENCES = {
    "messageRef": "message",
    "signalRef": "signal",
    "errorRef": "error",
    "escalationRef": "escalation",
}


def check_events(exam: Examination) -> None:
    for graph in exam.graphs:
        for node in graph.nodes.values():
            if node.kind in ALLOWED:
                _check_definitions(exam, node.element)
            if node.kind in ("sendTask", "receiveTask"):
                _check_reference(exam, node.element, node.element)
            if _throws_message(node):
                _check_addressee(exam, node.element)
        _check_gateway_timers(exam, graph)
        _check_interruptions(exam, graph)


def _check_definitions(exam: Examination, event: Element) -> None:
    found = [kind(d).removesuffix("EventDefinition") for d in definitions_of(event)]
    allowed = ALLOWED[kind(event)]
    for definition in found:
        if definition not in allowed and definition not in REFUSED_ELSEWHERE:
            what = WORDS.get(definition, definition)
            exam.problem(event, "unsupported", f"不能是{what}事件，请换一种事件。")
    if found.count("timer") > 1:
        exam.problem(event, "unsupported", "有两个定时，只有一个起作用，请拆成两个事件。")
    if not found and kind(event) in MUST_BE_DEFINED:
        exam.problem(event, "unsupported", "没有说明等什么，请设为消息、定时等事件。")
    for definition in definitions_of(event):
        _check_reference(exam, event, definition)
    if kind(event) == "boundaryEvent" and is_set(event, "parallelMultiple"):
        exam.problem(event, "unsupported", "不能同时等多个事件，请拆成几个事件。")


def _check_reference(exam: Examination, event: Element, holder: Element) -> None:
    """A reference that leads nowhere, and a message that nobody can name."""
    wanted = kind(holder) in ("sendTask", "receiveTask", "messageEventDefinition", "signalEventDefinition")
    given = [(a, str(holder.get(a))) for a in REFERENCES if holder.get(a) is not None]
    for attribute, reference in given:
        target = exam.diagram.by_id.get(reference)
        if target is None or kind(target) != REFERENCES[attribute]:
            message = f"引用的 {attribute}“{short(reference)}”不存在，请重新选择。"
            exam.problem(event, "flow", message)
        elif attribute in ("messageRef", "signalRef") and not (target.get("name") or "").strip():
            message = f"引用的{label(target)}没有名称，收发双方无从对应，请填写名称。"
            exam.problem(event, "flow", message)
    if wanted and not given:
        what = "信号" if kind(holder) == "signalEventDefinition" else "消息"
        exam.problem(event, "unsupported", f"没有指定{what}，请选择或新建一个。")


def _throws_message(node: Node) -> bool:
    if node.kind == "sendTask":
        return True
    is_throwing = node.kind in ("intermediateThrowEvent", "endEvent")
    return is_throwing and any(kind(d) == "messageEventDefinition" for d in definitions_of(node.element))


def _check_addressee(exam: Examination, event: Element) -> None:
    if "to" not in parameters(event, "input"):
        message = "没有写收件的业务编号：请加输入参数 to，如 ${batch_key}。"
        exam.problem(event, "expression", message)


def _check_gateway_timers(exam: Examination, graph: Graph) -> None:
    for gateway in graph.of_kind("eventBasedGateway"):
        timers = [f.target for f in gateway.outgoing if _is_timer(f.target)]
        if len(timers) > 1:
            both = "、".join(label(t.element) for t in timers[:3])
            message = f"之后有两个定时（{both}），较短的一个不会触发：请只留一个。"
            exam.problem(gateway.element, "unsupported", message)


def _is_timer(node: Node) -> bool:
    return any(kind(d) == "timerEventDefinition" for d in definitions_of(node.element))


def _check_interruptions(exam: Examination, graph: Graph) -> None:
    for node in graph.of_kind("subProcess", "callActivity"):
        repeated = node.element.find(f"{BPMN}multiInstanceLoopCharacteristics") is not None
        for event in node.boundary:
            if repeated and event.interrupts:
                message = f"会中断多实例的{label(node.element)}，引擎做不到：请改为不中断。"
                exam.problem(event.element, "unsupported", message)
