"""Where tokens go: ends, gateways, conditions, reachability and loops (D3: flow).

What SpiffWorkflow would silently ignore or run into the ground is refused here.
"""

from collections.abc import Iterator

from engine.bpmn.checks.examination import Examination, label
from engine.bpmn.checks.graph import DECIDING, Flow, Graph, Node, cycles, reachable
from engine.bpmn.xml import BPMN, CONTAINERS, definitions_of, kind

TASKS = frozenset({"userTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "callActivity"})
HOSTS = TASKS | CONTAINERS | {"task", "manualTask", "scriptTask"}
CATCHING = frozenset({"intermediateCatchEvent", "receiveTask"})
ONE_WAY_OUT = HOSTS | {"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}


def check_flow(exam: Examination) -> None:
    for graph in exam.graphs:
        _check_ends(exam, graph)
        _check_starts(exam, graph)
        for node in graph.nodes.values():
            _check_ways(exam, node)
            _check_gateway(exam, node)
        for flow in graph.flows:
            _check_condition(exam, flow)
        _check_reach(exam, graph)
        _check_loops(exam, graph)


def _check_ends(exam: Examination, graph: Graph) -> None:
    for element, end in graph.dangling:
        where = "起点" if end == "sourceRef" else "终点"
        target = element.get(end)
        what = f"{target} 不在同一流程或子流程中" if target else "没有写"
        exam.problem(element, "flow", f"的{where}（{end}）{what}，请重新连线。")
    for node in graph.of_kind("boundaryEvent"):
        host = graph.nodes.get(node.element.get("attachedToRef", ""))
        if host is None or host.kind not in HOSTS:
            message = "没有附着在同一流程的任务上，请拖到任务边框上。"
            exam.problem(node.element, "flow", message)


def _check_starts(exam: Examination, graph: Graph) -> None:
    container = graph.container
    is_process = kind(container) == "process"
    plain = [s for s in graph.starts if not definitions_of(s.element)]
    if not graph.starts:
        exam.problem(container, "flow", "没有开始事件，请加一个。")
    elif not is_process and len(graph.starts) > 1:
        exam.problem(container, "flow", "只能有一个开始事件。")
    elif len(plain) > 1:
        exam.problem(plain[1].element, "flow", f"是{label(container)}的又一个普通开始事件，请只保留一个。")
    if graph.nodes and not graph.of_kind("endEvent"):
        exam.problem(container, "flow", "没有结束事件，请加一个。")


def _check_ways(exam: Examination, node: Node) -> None:
    if node.kind in ("startEvent", "boundaryEvent") and node.incoming:
        exam.problem(node.element, "flow", "不能有连线流入，请连到它后面的步骤。")
    if node.kind == "endEvent" and node.outgoing:
        exam.problem(node.element, "flow", "不能有连线流出。")
    if node.kind != "endEvent" and not node.outgoing:
        exam.problem(node.element, "flow", "没有连线流出，流程到此中断，请连到下一步或结束事件。")
    if node.kind in ONE_WAY_OUT and len(node.outgoing) > 1:
        message = "有多条连线流出：请在其后加网关，并行用并行网关，择一用排他网关。"
        exam.problem(node.element, "flow", message)


def _check_gateway(exam: Examination, node: Node) -> None:
    if node.kind == "eventBasedGateway":
        _check_event_gateway(exam, node)
    elif node.kind in ("exclusiveGateway", "inclusiveGateway"):
        _check_default(exam, node)


def _check_event_gateway(exam: Examination, node: Node) -> None:
    for flow in node.outgoing:
        if flow.target.kind not in CATCHING:
            message = f"接在事件网关之后，只能通往捕获事件，不能通往{label(flow.target.element)}。"
            exam.problem(flow.element, "flow", message)
        elif len(flow.target.incoming) > 1:
            message = "在事件网关之后，不能再有别的连线流入。"
            exam.problem(flow.target.element, "flow", message)


def _check_default(exam: Examination, node: Node) -> None:
    default = node.element.get("default")
    if default is not None and all(default != f.id for f in node.outgoing):
        exam.problem(node.element, "flow", f"的默认流 {default} 不是从它流出的连线，请重新设置。")
    elif default is None and len(node.outgoing) > 1:
        message = "有多条连线流出却没有默认流：条件都不成立时流程会停住，请设一条为默认流。"
        exam.problem(node.element, "flow", message)
    if len(node.outgoing) == 1 and default is None and _condition(node.outgoing[0]):
        message = "带条件却是唯一的出路：条件不成立时流程会停住，请再加一条默认流。"
        exam.problem(node.outgoing[0].element, "flow", message)
    if len(node.outgoing) > 1:
        for flow in node.outgoing:
            if flow.id != default and not _condition(flow):
                message = f"从{label(node.element)}流出，既无条件也不是默认流，请写条件。"
                exam.problem(flow.element, "flow", message)


def _condition(flow: Flow) -> str:
    found = flow.element.find(f"{BPMN}conditionExpression")
    return "" if found is None else (found.text or "").strip()


def _check_condition(exam: Examination, flow: Flow) -> None:
    element, source = flow.element, flow.source
    if element.find(f"{BPMN}conditionExpression") is None:
        return
    if source.kind not in ("exclusiveGateway", "inclusiveGateway"):
        message = f"带条件，但从{label(source.element)}流出，条件会被忽略：请改从排他网关流出。"
        exam.problem(element, "flow", message)
    elif flow.id == source.element.get("default"):
        exam.warning(element, "ignored", "是默认流，其条件不起作用，请删去。")


def _check_reach(exam: Examination, graph: Graph) -> None:
    if not graph.starts:
        return
    reached = reachable(graph.starts)
    for node in graph.nodes.values():
        if node not in reached and node.kind != "boundaryEvent":
            message = "从开始事件走不到，请连线或删去。"
            exam.problem(node.element, "flow", message)


def _check_loops(exam: Examination, graph: Graph) -> None:
    """SpiffWorkflow follows a loop without a decision for ever, already when it reads the diagram."""
    undecided = [n for n in graph.nodes.values() if n.kind not in DECIDING]
    for loop in cycles(undecided, _along_flows):
        message = "处的循环不经过排他网关，永远走不出来：请用网关判断是否返回。"
        exam.problem(loop[0].element, "flow", message)
    if any(n.terminates for n in graph.nodes.values()):
        return  # another branch may end it
    for loop in cycles(graph.nodes.values(), Node.next):
        members = set(loop)
        if not any(n not in members for node in loop for n in node.next()):
            message = "处的循环没有出口，请加一条通往结束事件的连线。"
            exam.problem(loop[0].element, "flow", message)


def _along_flows(node: Node) -> Iterator[Node]:
    """A boundary event decides, too: the loop through it is left when it does not occur."""
    return (flow.target for flow in node.outgoing)
