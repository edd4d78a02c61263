"""The concurrency relation against the plain truth: playing every token game of small random graphs."""

import random
from collections.abc import Iterator

import pytest
from lxml import etree

from engine.bpmn.checks.concurrency import Concurrency
from engine.bpmn.checks.graph import Flow, Graph, Node
from tests.diagrams import DEFINITIONS, element, flow

Marking = tuple[Flow, ...]
MOST_TOKENS, MOST_MARKINGS = 4, 3000


def random_graph(dice: random.Random) -> Graph:
    """A start, an end and a few steps and gateways, connected at will."""
    kinds = dice.choices(("userTask", "exclusiveGateway", "parallelGateway"), k=dice.randint(2, 6))
    names = [f"n{number}" for number in range(len(kinds))]
    steps = [element(kind, name) for kind, name in zip(kinds, names, strict=True)]
    flows = {("start", names[0])}
    for kind, name in zip(kinds, names, strict=True):
        for _ in range(1 if kind == "userTask" else dice.randint(1, 2)):
            flows.add((name, dice.choice([*names, "end"])))
    body = [
        element("startEvent", "start"),
        element("endEvent", "end"),
        *steps,
        *(flow(*f) for f in sorted(flows)),
    ]
    return Graph(etree.fromstring(f'<bpmn:process id="p" {DEFINITIONS}>{"".join(body)}</bpmn:process>'))


def key(token: Flow) -> str:
    return token.id


def without(marking: Marking, taken: list[Flow]) -> list[Flow]:
    left = list(marking)
    for token in taken:
        left.remove(token)
    return left


def moves(node: Node, marking: Marking) -> Iterator[list[Flow]]:
    arrived = [f for f in node.incoming if f in marking]
    if node.kind == "parallelGateway":
        if node.incoming and len(arrived) == len(node.incoming):
            yield [*without(marking, arrived), *node.outgoing]
        return
    for token in arrived:
        ways = [[f] for f in node.outgoing] if node.kind == "exclusiveGateway" else [node.outgoing]
        for way in ways:
            yield [*without(marking, [token]), *way]


def played(graph: Graph) -> set[Marking]:
    """Every marking that a token game comes to, within bounds."""
    begin: Marking = tuple(graph.nodes["start"].outgoing)
    seen, waiting = {begin}, [begin]
    while waiting and len(seen) < MOST_MARKINGS:
        marking = waiting.pop()
        for node in graph.nodes.values():
            for move in moves(node, marking):
                following = tuple(sorted(move, key=key))
                if len(following) <= MOST_TOKENS and following not in seen:
                    seen.add(following)
                    waiting.append(following)
    return seen


def pairs_in(markings: set[Marking]) -> set[tuple[str, str]]:
    return {(a.id, b.id) for m in markings for i, a in enumerate(m) for b in m[i + 1 :]}


@pytest.mark.fuzz
def test_no_meeting_of_tokens_is_ever_missed() -> None:
    dice, met = random.Random(12), 0
    for _ in range(1500):
        graph = random_graph(dice)
        truth = pairs_in(played(graph))
        relation = Concurrency(graph)
        for node in graph.nodes.values():
            ways_in = {f.id for f in node.incoming}
            if any(a in ways_in and b in ways_in for a, b in truth):
                met += 1
                assert relation.two_arrive(node.incoming), etree.tostring(graph.container).decode()
    assert met > 100


@pytest.mark.fuzz
def test_without_a_parallel_gateway_no_tokens_meet() -> None:
    dice, looked_at = random.Random(15), 0
    for _ in range(600):
        graph = random_graph(dice)
        if not graph.of_kind("parallelGateway"):
            looked_at += 1
            relation = Concurrency(graph)
            assert not any(relation.two_arrive(node.incoming) for node in graph.nodes.values())
    assert looked_at > 20


@pytest.mark.fuzz
def test_a_join_that_is_said_to_wait_for_ever_never_fires() -> None:
    dice, waiting = random.Random(19), 0
    for _ in range(600):
        graph = random_graph(dice)
        markings = played(graph)
        relation = Concurrency(graph)
        for join in graph.of_kind("parallelGateway"):
            if len(join.incoming) > 1 and relation.never_together(join.incoming):
                waiting += 1
                assert not any(set(join.incoming) <= set(marking) for marking in markings)
    assert waiting > 20
