"""Branches that meet without a join, and joins whose branches never meet (D3: flow).

SpiffWorkflow runs a task once per arriving token, and waits for ever at a join that lacks one.
"""

from engine.bpmn.checks.concurrency import Concurrency, TooComplex
from engine.bpmn.checks.examination import Examination, label
from engine.bpmn.checks.graph import Graph, Node, reachable

MOST = 50


def check_tokens(exam: Examination) -> None:
    for graph in exam.graphs:
        try:
            concurrency = Concurrency(graph)
        except TooComplex:
            message = "的并行分支太多，无法核对，请拆成几个流程。"
            exam.problem(graph.container, "too_large", message)
            continue
        _check_meetings(exam, graph, concurrency)
        _check_joins(exam, graph, concurrency)


def _check_meetings(exam: Examination, graph: Graph, concurrency: Concurrency) -> None:
    met = [n for n in graph.nodes.values() if not _joins(n) and concurrency.two_arrive(n.incoming)]
    for node in _first_of([n for n in met[:MOST] if _leads_to_work(n)]):
        message = "会被两个并行的分支各走一遍：请在分支汇合处用并行网关（或包容网关）等齐后再继续。"
        exam.problem(node.element, "flow", message)


def _joins(node: Node) -> bool:
    return node.kind in ("parallelGateway", "inclusiveGateway") and len(node.incoming) > 1


def _leads_to_work(node: Node) -> bool:
    """Two tokens at an end event are one end reached twice; anywhere before, something is done twice."""
    return any(not n.is_gateway and n.kind != "endEvent" for n in reachable([node]))


def _first_of(candidates: list[Node]) -> list[Node]:
    """Those that do not merely stand behind another: one cause, one finding."""
    reached = {node: reachable(node.next()) for node in candidates}
    first: list[Node] = []
    for node in candidates:
        before = [n for n in candidates if n is not node and node in reached[n]]
        if all(n in reached[node] and n not in first for n in before):
            first.append(node)
    return first


def _check_joins(exam: Examination, graph: Graph, concurrency: Concurrency) -> None:
    live = reachable(graph.starts)
    apart = {n: concurrency.never_together(n.incoming) for n in graph.of_kind("parallelGateway") if n in live}
    for node in _first_of([n for n, pair in apart.items() if pair][:MOST]):
        one, other = (label(flow.source.element) for flow in apart[node] or ())
        message = f"永远等不齐：来自{one}与{other}的两路不会同时到达。择一的分支请用排他网关汇合。"
        exam.problem(node.element, "flow", message)
