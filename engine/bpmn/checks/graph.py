"""The flow of one process or sub-process as a graph: nodes, flows and boundary events.

Knows who follows whom; judges nothing.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from engine.bpmn.xml import Element, definitions_of, is_flow_node, is_set, kind

DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})


@dataclass(eq=False)
class Flow:
    """A sequence flow both of whose ends are known."""

    element: Element
    source: "Node"
    target: "Node"

    @property
    def id(self) -> str:
        return self.element.get("id") or ""


@dataclass(eq=False)
class Node:
    """A task, event, gateway or sub-process; `boundary` are the events attached to it."""

    element: Element
    id: str
    kind: str
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    boundary: list["Node"] = field(default_factory=list)

    @property
    def is_gateway(self) -> bool:
        return self.kind.endswith("Gateway")

    @property
    def interrupts(self) -> bool:
        return bool(self.element.get("cancelActivity", "true").lower() == "true")  # as SpiffWorkflow reads it

    @property
    def terminates(self) -> bool:
        return any(kind(d) == "terminateEventDefinition" for d in definitions_of(self.element))

    def next(self) -> Iterator["Node"]:
        """Where a token can go from here: along a flow, or to an event attached to this node."""
        for flow in self.outgoing:
            yield flow.target
        yield from self.boundary


class Graph:
    """The nodes and flows directly within one container. Ends that lead nowhere are left out."""

    def __init__(self, container: Element) -> None:
        self.container = container
        self.nodes: dict[str, Node] = {}
        self.flows: list[Flow] = []
        self.dangling: list[tuple[Element, str]] = []
        for element in container:
            if is_flow_node(element) and element.get("id") and not _stands_apart(element):
                self.nodes.setdefault(element.get("id"), Node(element, element.get("id"), kind(element)))
        for element in container:
            if kind(element) == "sequenceFlow":
                self._connect(element)
        for node in self.of_kind("boundaryEvent"):
            host = self.nodes.get(node.element.get("attachedToRef", ""))
            if host is not None:
                host.boundary.append(node)

    def _connect(self, element: Element) -> None:
        source, target = (self.nodes.get(element.get(end, "")) for end in ("sourceRef", "targetRef"))
        if source is None or target is None:
            self.dangling.append((element, "sourceRef" if source is None else "targetRef"))
            return
        flow = Flow(element, source, target)
        self.flows.append(flow)
        source.outgoing.append(flow)
        target.incoming.append(flow)

    def of_kind(self, *kinds: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind in kinds]

    @property
    def starts(self) -> list[Node]:
        return self.of_kind("startEvent")


def _stands_apart(element: Element) -> bool:
    """Outside the flow by its nature; refused as unsupported."""
    return is_set(element, "triggeredByEvent") or is_set(element, "isForCompensation")


def reachable(starts: Iterable[Node], onward: Callable[[Node], Iterable[Node]] = Node.next) -> set[Node]:
    """Every node that can be reached, the starts included."""
    found: set[Node] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(onward(node))
    return found


Vertex = TypeVar("Vertex", bound=Hashable)


def cycles(vertices: Iterable[Vertex], onward: Callable[[Vertex], Iterable[Vertex]]) -> list[list[Vertex]]:
    """The parts of a graph in which everything can reach itself, each in the order given."""
    return _Cycles(vertices, onward).found


class _Cycles(Generic[Vertex]):
    """Tarjan's strongly connected components, without recursion."""

    def __init__(self, vertices: Iterable[Vertex], onward: Callable[[Vertex], Iterable[Vertex]]) -> None:
        self._order = {node: place for place, node in enumerate(vertices)}
        self._onward = onward
        self._index: dict[Vertex, int] = {}
        self._low: dict[Vertex, int] = {}
        self._stack: list[Vertex] = []
        self._open: set[Vertex] = set()
        self.found: list[list[Vertex]] = []
        for node in self._order:
            if node not in self._index:
                self._explore(node)

    def _following(self, node: Vertex) -> Iterator[Vertex]:
        return (n for n in self._onward(node) if n in self._order)

    def _explore(self, root: Vertex) -> None:
        work = [(root, self._enter(root))]
        while work:
            node, following = work[-1]
            child = next(following, None)
            if child is None:
                work.pop()
                self._leave(node)
                if work:
                    parent = work[-1][0]
                    self._low[parent] = min(self._low[parent], self._low[node])
            elif child not in self._index:
                work.append((child, self._enter(child)))
            elif child in self._open:
                self._low[node] = min(self._low[node], self._index[child])

    def _enter(self, node: Vertex) -> Iterator[Vertex]:
        self._index[node] = self._low[node] = len(self._index)
        self._stack.append(node)
        self._open.add(node)
        return self._following(node)

    def _leave(self, node: Vertex) -> None:
        if self._low[node] != self._index[node]:
            return
        part = [self._stack.pop()]
        while part[-1] is not node:
            part.append(self._stack.pop())
        self._open.difference_update(part)
        if len(part) > 1 or node in self._following(node):
            self.found.append(sorted(part, key=self._order.__getitem__))
