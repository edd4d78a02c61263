"""Which flows of a graph can hold tokens at the same time.

The structural concurrency relation of Petri nets (Kovalyov and Esparza): a gateway that splits makes
its outgoing flows concurrent, and what is concurrent with everything that a step consumes is
concurrent with everything it produces. It contains every true concurrency, and for diagrams whose
splits and joins match it contains nothing else. Knows the shape of a graph, not its meaning.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.checks.graph import Flow, Graph, Node

MAX_PAIRS = 300_000


class TooComplex(Exception):
    """More concurrent pairs than can be looked at in the time of one check."""


@dataclass(frozen=True)
class Firing:
    """A step that takes a token from `takes` and puts one on `puts`.

    It takes from each place, or from `any_of` them; it puts on each place, or on `one_of` them.
    `apart` are the places that cannot hold a token meanwhile: those from which one could still come
    to an inclusive join, and those behind a non-interrupting event, because what an earlier round
    left there is not met again in this one.
    """

    takes: tuple[int, ...]
    puts: tuple[int, ...]
    any_of: bool = False
    one_of: bool = False
    apart: int = 0


class Concurrency:
    """The relation for one graph. Places are flows (straight chains are one) and busy hosts of events."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._count = 0
        self._place: dict[Flow, int] = {}
        self._inside: dict[Node, int] = {}
        self._name_places()
        self._together = [0] * self._count
        self._reached = 0
        self._pairs = 0
        self._firings: list[Firing] = []
        self._takers: list[list[int]] = [[] for _ in range(self._count)]
        self._due: deque[int] = deque()
        self._queued: set[int] = set()
        for node in graph.nodes.values():
            for firing in self._firings_of(node):
                self._add(firing)
        self._begin()
        self._spread()

    # --- the answer ---------------------------------------------------------------------------------

    def two_arrive(self, flows: list[Flow]) -> bool:
        """Two tokens can be on these flows at the same time: on two of them, or both on one."""
        places = self._places(flows)
        every = _bits(places)
        return any(self._together[place] & every for place in places)

    def never_together(self, flows: list[Flow]) -> tuple[Flow, Flow] | None:
        """Two of the flows that never hold a token at the same time, or at all."""
        every = _bits(self._places(flows))
        for flow in flows:
            place = self._place[flow]
            apart = every & ~self._together[place] & ~(1 << place)
            if apart:
                return flow, next(f for f in flows if apart >> self._place[f] & 1)
        return None

    # --- the net ---------------------------------------------------------------------------------

    def _new_place(self) -> int:
        self._count += 1
        return self._count - 1

    def _name_places(self) -> None:
        for flow in self._graph.flows:
            if flow in self._place:
                continue
            place = self._new_place()
            for link in _chain(flow):
                self._place[link] = place
        for node in self._graph.nodes.values():
            if node.boundary:
                self._inside[node] = self._new_place()

    def _firings_of(self, node: Node) -> Iterator[Firing]:
        takes, puts = self._places(node.incoming), self._places(node.outgoing)
        if node.boundary:
            yield Firing(takes, (self._inside[node],), any_of=True)
            yield from self._ways_out(node, puts)
        elif node.kind == "parallelGateway":
            yield Firing(takes, puts)
        elif node.kind == "inclusiveGateway" and len(takes) > 1:
            yield Firing(takes, puts, any_of=True, apart=self._upstream(node))
        elif node.is_gateway and node.kind != "inclusiveGateway":
            yield Firing(takes, puts, any_of=True, one_of=True)
        elif takes != puts:
            yield Firing(takes, puts, any_of=True)

    def _ways_out(self, node: Node, puts: tuple[int, ...]) -> Iterator[Firing]:
        inside = self._inside[node]
        yield Firing((inside,), puts)
        for event in node.boundary:
            after = self._places(event.outgoing)
            if event.interrupts:
                yield Firing((inside,), after)
            else:
                yield Firing((inside,), (inside, *after), apart=self._behind(event))

    def _places(self, flows: list[Flow]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._place[flow] for flow in flows))

    def _behind(self, event: Node) -> int:
        """The places that a token of this event can come to."""
        found, seen, nodes = 0, {event}, [event]
        while nodes:
            node = nodes.pop()
            for flow in node.outgoing:
                found |= 1 << self._place[flow]
            following = [n for n in node.next() if n not in seen]
            seen.update(following)
            nodes.extend(following)
        return found

    def _upstream(self, join: Node) -> int:
        """The places from which a token can still come to the join."""
        found, seen, nodes = 0, {join}, [join]
        while nodes:
            node = nodes.pop()
            for flow in node.incoming:
                found |= 1 << self._place[flow]
            before = [flow.source for flow in node.incoming]
            if node.kind == "boundaryEvent":
                before += [n for n in self._inside if node in n.boundary]
            if node in self._inside:
                found |= 1 << self._inside[node]
            new = [n for n in before if n not in seen]
            seen.update(new)
            nodes.extend(new)
        return found

    # --- the relation --------------------------------------------------------------------------------

    def _add(self, firing: Firing) -> None:
        for place in firing.takes:
            self._takers[place].append(len(self._firings))
        self._firings.append(firing)

    def _begin(self) -> None:
        """Each instance begins at one start event only (D4); several of its flows are a split."""
        for start in self._graph.starts:
            self._put(self._places(start.outgoing), beside=0)

    def _spread(self) -> None:
        while self._due:
            number = self._due.popleft()
            self._queued.discard(number)
            firing = self._firings[number]
            if self._can_fire(firing):
                self._put(firing.puts, self._beside(firing), firing.one_of)

    def _can_fire(self, firing: Firing) -> bool:
        if firing.any_of:
            return any(self._reached >> place & 1 for place in firing.takes)
        if not all(self._reached >> place & 1 for place in firing.takes):
            return False
        needed = _bits(firing.takes)
        return bool(needed) and all(
            needed & ~(1 << place) & ~self._together[place] == 0 for place in firing.takes
        )

    def _beside(self, firing: Firing) -> int:
        """What can hold a token while this firing takes place, besides what it takes."""
        beside = 0 if firing.any_of else -1
        for place in firing.takes:
            if firing.any_of:
                beside |= self._together[place]
            else:
                beside &= self._together[place]
        return beside & ~firing.apart

    def _put(self, places: tuple[int, ...], beside: int, one_of: bool = False) -> None:
        every = _bits(places)
        if every & ~self._reached:
            self._reached |= every
            for place in places:
                self._look_again(place)
        for place in places:
            self._pair(place, beside if one_of else beside | every & ~(1 << place))

    def _look_again(self, place: int) -> None:
        for number in self._takers[place]:
            if number not in self._queued:
                self._queued.add(number)
                self._due.append(number)

    def _pair(self, place: int, others: int) -> None:
        new = others & ~self._together[place]
        if not new:
            return
        self._together[place] |= new
        self._look_again(place)
        while new:
            lowest = new & -new
            other = lowest.bit_length() - 1
            new ^= lowest
            self._pairs += 1
            if self._pairs > MAX_PAIRS:
                raise TooComplex
            if not self._together[other] >> place & 1:
                self._together[other] |= 1 << place
                self._look_again(other)


def _chain(flow: Flow) -> Iterator[Flow]:
    """The flow and its continuations through nodes with one way in and one way out."""
    seen = {flow}
    yield flow
    for onward in (True, False):
        link = flow
        while True:
            node = link.target if onward else link.source
            if node.boundary or len(node.incoming) != 1 or len(node.outgoing) != 1:
                break
            link = node.outgoing[0] if onward else node.incoming[0]
            if link in seen:
                break
            seen.add(link)
            yield link


def _bits(places: tuple[int, ...]) -> int:
    found = 0
    for place in places:
        found |= 1 << place
    return found
