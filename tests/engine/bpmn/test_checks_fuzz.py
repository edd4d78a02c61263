"""Diagrams broken in every way that chance finds: the answer is always a report, and soon."""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn.checks import Report, examine
from engine.bpmn.checks.examination import Surroundings
from engine.bpmn.findings import CODES
from engine.bpmn.parser import parse_bundle
from qilian.deployment_rules import deployment_rules
from tests.diagrams import (
    TERMINATE,
    boundary,
    catch,
    chain,
    diagram,
    element,
    end,
    exclusive,
    flow,
    inclusive,
    inputs,
    message,
    messages,
    outputs,
    parallel,
    properties,
    service,
    start,
    subprocess,
    tag,
    throw,
    timer,
    user,
)
from tests.engine.bpmn.examining import ARTICLES, FORMS, ROLES, TERMS, TOPICS

AROUND = Surroundings.of(FORMS, TOPICS, ROLES, ARTICLES, TERMS)
PROCESSES = Path(__file__).parents[3] / "processes"
SHIPPED = [path.read_bytes() for path in sorted(PROCESSES.glob("*.bpmn"))]
AROUND_SHIPPED = deployment_rules().around(
    {path.stem: path.read_text("utf-8") for path in PROCESSES.glob("forms/*.form")}
)
INNER = [start("s"), service("deep", tag("standardLoopCharacteristics", "", 'loopMaximum="2"')), end("e")]
EVERYTHING = [
    start(),
    parallel("split"),
    catch("asked", message("told")),
    end("gone", TERMINATE),
    user(
        "fill",
        properties(remind="-5,0", article="第十四条", notBy="look") + outputs(decision="${decision}"),
        'camunda:dueDate="${working_days_after(x, 3)}"',
    ),
    boundary("late", "fill", timer("P10D", "timeDuration"), interrupting=False),
    service("urge"),
    end("urged"),
    exclusive("g", "g_to_look"),
    user("look", properties(opinions="all:2", clock="notice")),
    inclusive("many", "many_to_sub"),
    subprocess("sub", *INNER, chain("s", "deep", "e")),
    throw("tell", inputs(to="${key}", x="y") + message("told")),
    inclusive("all"),
    service("work", outputs(done="${done}"), attributes='camunda:asyncBefore="true"'),
    end("done", TERMINATE),
    element("eventBasedGateway", "wait"),
    catch("day", timer("${days_after(x, 1)}")),
    catch("word", message("told")),
    chain("start", "split", "asked", "gone"),
    chain("split", "fill", "g", "look", "many", "sub", "all", "wait", "day", "work", "done"),
    chain("late", "urge", "urged"),
    flow("g", "fill", "${decision == 'no'}"),
    flow("many", "tell", "${x > 1}"),
    flow("tell", "all"),
    chain("wait", "word", "work"),
]
RICH = diagram(*EVERYTHING, extra=messages("told"))
SAMPLES = [(RICH, AROUND), *((data, AROUND_SHIPPED) for data in SHIPPED)]

TAGS = (
    "scriptTask userTask task subProcess transaction endEvent startEvent boundaryEvent exclusiveGateway"
    " parallelGateway eventBasedGateway complexGateway timeCycle timeDate linkEventDefinition"
    " terminateEventDefinition process lane extensionElements documentation dataInputAssociation"
    " ioSpecification conditionExpression unheardOf"
)
VALUES = [
    "", " ", "start", "end", "fill", "${x}", "${", "#{}", "__class__", "a b", "true", "false", "-1",
    "9" * 5000, "²", "x" * 5000, "\u202e反", "'\"", "P1Y", "2024-02-30", "R/P1D", "groovy", "all:0",
    "daily:9..1", "Start", "../../etc",
]  # fmt: skip

AT_LENGTH = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
ROUNDS = 20_000 if AT_LENGTH else 100
SEED = random.randrange(1 << 30) if AT_LENGTH else 19  # at length always somewhere new

Mutation = Callable[[random.Random, etree._Element, list[etree._Element]], None]


def drop(dice: random.Random, root: etree._Element, every: list[etree._Element]) -> None:
    victim = dice.choice(every[1:])
    victim.getparent().remove(victim)


def repeat(dice: random.Random, root: etree._Element, every: list[etree._Element]) -> None:
    victim = dice.choice(every[1:])
    victim.getparent().insert(0, etree.fromstring(etree.tostring(victim)))


def move(dice: random.Random, root: etree._Element, every: list[etree._Element]) -> None:
    victim, target = dice.choice(every[1:]), dice.choice(every)
    if victim not in target.iterancestors() and victim is not target:
        target.append(victim)


def rename(dice: random.Random, root: etree._Element, every: list[etree._Element]) -> None:
    victim = dice.choice(every)
    victim.tag = "{http://www.omg.org/spec/BPMN/20100524/MODEL}" + dice.choice(TAGS.split())


def set_attribute(dice: random.Random, root: etree._Element, every: list[etree._Element]) -> None:
    victim = dice.choice([e for e in every if e.attrib] or every)
    names = list(victim.attrib) or ["id"]
    victim.set(dice.choice(names), dice.choice(VALUES))


def drop_attribute(dice: random.Random, root: etree._Element, every: list[etree._Element]) -> None:
    victim = dice.choice(every)
    for name in dice.sample(sorted(victim.attrib), k=min(1, len(victim.attrib))):
        del victim.attrib[name]


def swap_attributes(dice: random.Random, root: etree._Element, every: list[etree._Element]) -> None:
    one, other = dice.choice(every), dice.choice(every)
    for name in set(one.attrib) & set(other.attrib):
        one.attrib[name], other.attrib[name] = other.attrib[name], one.attrib[name]


def set_text(dice: random.Random, root: etree._Element, every: list[etree._Element]) -> None:
    dice.choice(every).text = dice.choice(VALUES)


MUTATIONS: list[Mutation] = [
    drop, repeat, move, rename, set_attribute, set_attribute, drop_attribute, swap_attributes, set_text,
]  # fmt: skip


def mutated(dice: random.Random, data: bytes) -> bytes:
    root = etree.fromstring(data)
    for _ in range(dice.randint(1, 4)):
        dice.choice(MUTATIONS)(dice, root, list(root.iter("*")))
    return etree.tostring(root)


def scrambled(dice: random.Random, data: bytes) -> bytes:
    """Bytes changed without regard for XML."""
    broken = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(broken))
        broken[at : at + dice.randint(0, 20)] = dice.randbytes(dice.randint(0, 4))
    return bytes(broken)


def answered(data: bytes, around: Surroundings) -> Report:
    began = time.monotonic()
    report = examine(data, around)
    assert time.monotonic() - began < 20
    for finding in report.problems:
        assert finding.code in CODES
        assert finding.message
    report.to_json()
    return report


def fuzz(seed: int, rounds: int) -> tuple[int, int]:
    """How many mutants were refused, and how many accepted; what is accepted, the engine can read."""
    print("seed", seed)  # shown when a mutant fails
    dice, refused, accepted = random.Random(seed), 0, 0
    for _ in range(rounds):
        sample, around = dice.choice(SAMPLES)
        data = mutated(dice, sample)
        if answered(data, around).problems:
            refused += 1
        else:
            accepted += 1
            parse_bundle(data.decode())
    return refused, accepted


@pytest.mark.parametrize(("sample", "around"), SAMPLES)
def test_each_sample_is_accepted_before_it_is_mutated(sample: bytes, around: Surroundings) -> None:
    assert examine(sample, around) == Report([], [])


@pytest.mark.fuzz
def test_mutated_diagrams_always_get_a_report() -> None:
    refused, accepted = fuzz(SEED, ROUNDS)
    assert refused > ROUNDS // 4
    assert accepted > ROUNDS // 4


@pytest.mark.fuzz
def test_scrambled_bytes_always_get_a_report() -> None:
    dice = random.Random(SEED)
    for _ in range(ROUNDS):
        sample, around = dice.choice(SAMPLES)
        answered(scrambled(dice, sample), around)
