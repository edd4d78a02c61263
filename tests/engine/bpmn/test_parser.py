"""What the parser makes ready before SpiffWorkflow reads a diagram (D2, D3)."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from engine.bpmn.parser import parse_bundle
from engine.bpmn.runner import Run
from engine.deployment import Rules, read_bundle
from engine.expressions import compile_expression
from tests.diagrams import a_form, chain, diagram, end, exclusive, flow, start, user
from tests.engine.bpmn.examining import ROLES, TOPICS


def due_of(attribute: str) -> str | None:
    data = diagram(start(), user("fill", attributes=attribute), end(), chain("start", "fill", "end"))
    return parse_bundle(data.decode()).models["sample"].user_tasks["fill"].due


def test_a_literal_due_date_is_that_date_and_not_a_subtraction() -> None:
    due = due_of('camunda:dueDate="2024-05-20"')
    assert due is not None
    assert compile_expression(due).evaluate({}) == "2024-05-20"


def test_a_computed_due_date_is_kept_and_a_missing_one_is_none() -> None:
    assert due_of('camunda:dueDate="${due}"') == "${due}"
    assert due_of("") is None


class Evaluator:
    """As much of a step as a gateway needs."""

    def evaluate(self, expression: str, names: Mapping[str, Any]) -> Any:
        return compile_expression(expression).evaluate(names)


@pytest.mark.parametrize(("x", "expected"), [(True, "a"), (False, "b")])
def test_flows_without_id_are_followed_as_those_that_have_one(x: bool, expected: str) -> None:
    steps = (start(), exclusive("g", "g_to_b"), user("a"), user("b"), end())
    flows = (chain("start", "g", "b", "end"), flow("g", "a", "${x}"), flow("a", "end"))
    data = re.sub(rb' id="(?!g_to_b)\w+_to_\w+"', b"", diagram(*steps, *flows))
    run = Run.start(parse_bundle(data.decode()), "sample", {"x": x}, Evaluator())  # type: ignore[arg-type]
    assert [task.model.id for task in run.open_tasks()] == [expected]


def test_what_is_deployed_is_utf8_whatever_was_handed_in() -> None:
    """Later versions, pages and the engine all read the text that the check has read."""
    data = diagram(start(), user("fill"), end(), chain("start", "fill", "end"), drawn=False)
    text = data.decode().replace("UTF-8", "GBK").replace('name="county_clerk"', 'name="县级经办"')
    rules = Rules(TOPICS, ROLES)
    bundle = read_bundle("sample", text.encode("gbk"), {"note": a_form("note")}, rules, ours=True)
    assert bundle.problems == []
    assert 'encoding="UTF-8"' in bundle.xml
    assert "县级经办" in bundle.xml
    assert parse_bundle(bundle.xml).models["sample"].nodes["fill"].lane == "县级经办"
