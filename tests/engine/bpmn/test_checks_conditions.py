"""A condition that is a bare word holds for any answer: warned of where the word holds a text (D3)."""

import json

import pytest

from engine.bpmn.checks import check_bundle
from tests.diagrams import chain, diagram, end, exclusive, flow, outputs, start, user
from tests.engine.bpmn.examining import ROLES, TERMS, TOPICS

FORM = json.dumps(
    {
        "type": "default", "id": "note", "schemaVersion": 18,
        "components": [
            {"type": "checkbox", "id": "a", "key": "approved", "label": "同意"},
            {"type": "number", "id": "c", "key": "count", "label": "户数"},
            {"type": "group", "id": "g", "label": "结论", "components": [
                {"type": "radio", "id": "d", "key": "decision", "label": "决定", "values": [
                    {"label": "同意", "value": "approve"}, {"label": "退回", "value": "return"}]},
            ]},
        ],
    }
)  # fmt: skip


def said(condition: str, output: str = "decision=decision", form: str = FORM) -> list[tuple[str | None, str]]:
    """Warnings about a gateway that goes to `one` under this condition."""
    name, field = output.split("=")
    steps = [start(), user("ask", outputs(**{name: f"${{{field}}}"})), exclusive("g", "g_to_other")]
    flows = (flow("g", "one", condition), flow("g", "other"), flow("one", "end"), flow("other", "end"))
    data = diagram(*steps, user("one"), user("other"), end(), chain("start", "ask", "g"), *flows)
    report = check_bundle(data, {"note": form}, TOPICS, ROLES, None, TERMS)
    assert [f for f in report.problems if f.code != "form"] == []
    return [(f.element, f.message) for f in report.warnings if f.code == "expression"]


def test_a_bare_choice_is_warned_of_with_its_values() -> None:
    ((element, message),) = said("${decision}")
    assert element == "g_to_one"
    assert "approve、return" in message
    assert "${decision == 'approve'}" in message


def test_a_choice_under_another_name_is_known_by_its_field() -> None:
    assert len(said("#{ approval }", "approval=decision")) == 1


def test_yes_and_no_a_number_and_a_comparison_are_left_alone() -> None:
    assert said("${approved}", "approved=approved") == []
    assert said("${count}", "count=count") == []
    assert said("${decision == 'approve'}") == []
    assert said("${not decision}") == []


def test_a_word_of_which_nothing_is_known_is_left_alone() -> None:
    """Usual in diagrams made for Camunda: a truth value set by a program."""
    assert said("${approved}") == []
    assert said("${approved}", form='{"components": 3}') == []


def test_a_word_compared_with_a_text_elsewhere_is_no_truth_value() -> None:
    steps = [
        start(),
        user("ask"),
        exclusive("g", "g_to_other"),
        user("one"),
        user("two"),
        user("other"),
        end(),
    ]
    flows = (flow("g", "one", "${result == 'pass'}"), flow("g", "two", "${result}"), flow("g", "other"))
    ends = (flow("one", "end"), flow("two", "end"), flow("other", "end"))
    data = diagram(*steps, chain("start", "ask", "g"), *flows, *ends)
    report = check_bundle(data, {"note": FORM}, TOPICS, ROLES, None, TERMS)
    assert [f.element for f in report.warnings if f.code == "expression"] == ["g_to_two"]


# --- words that nothing sets --------------------------------------------------------------------------


def variables(condition: str, **given: str) -> list[str]:
    """Warnings about variables of a condition behind a task that gives these."""
    steps = [start(), user("ask", outputs(**given)), exclusive("g", "g_to_other"), user("one"), user("other")]
    flows = (flow("g", "one", condition), flow("g", "other"), flow("one", "end"), flow("other", "end"))
    data = diagram(*steps, end(), chain("start", "ask", "g"), *flows)
    found = check_bundle(data, {"note": FORM}, TOPICS, ROLES, None, TERMS).warnings
    return [f.message for f in found if f.code == "variable" and f.element == "g_to_one"]


@pytest.mark.parametrize("slip", ["decison", "desicion", "Decision", "decisiion", "de_cision"])
def test_a_misspelt_variable_is_warned_of_with_the_one_that_was_meant(slip: str) -> None:
    (message,) = variables(f"${{{slip} == 'approve'}}", decision="${decision}")
    assert slip in message
    assert "decision？" in message


def test_variables_that_somebody_else_may_bring_are_left_alone() -> None:
    """Handlers, messages and whoever starts the case set variables that no diagram shows."""
    assert variables("${batch_key == 'x'}", decision="${decision}") == []
    assert variables("${approver == 'x'}", approved="${approved}") == []
    assert variables("${decisions == 'x'}", decision="${decision}") == []
    assert variables("${opinion_1 == 'x'}", opinion_2="${opinion_2}") == []
    assert variables("${decision == 'approve'}", decision="${decision}") == []


def test_the_counters_of_camunda_do_not_exist_here() -> None:
    (message,) = variables("${nrOfCompletedInstances == 2}", decision="${decision}")
    assert "nrOfCompletedInstances" in message
