"""What the parser makes ready before SpiffWorkflow reads a diagram (D2, D3)."""

from engine.bpmn.parser import parse_bundle
from engine.expressions import compile_expression
from tests.diagrams import chain, diagram, end, start, user


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
