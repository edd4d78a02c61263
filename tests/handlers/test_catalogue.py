"""One id everywhere: a topic is a function of the module before the dot, and the diagram knows it."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from handlers import catalogue

DIAGRAM = Path(__file__).parents[2] / "processes" / "designation.bpmn"


@pytest.mark.parametrize("topic", sorted(catalogue))
def test_a_topic_is_the_function_of_that_name_in_the_module_of_that_name(topic):
    """A long module is a folder of that name, one room for each desk."""
    module, name = topic.split(".")
    function = catalogue[topic].function
    assert f"{function.__module__}.".startswith(f"handlers.{module}.")
    assert getattr(import_module(function.__module__), name) is function
    assert catalogue[topic].label


def test_every_topic_of_the_diagram_is_answered_and_every_designation_topic_is_drawn():
    drawn = set(re.findall(r'camunda:topic="([^"]+)"', DIAGRAM.read_text(encoding="utf-8")))
    assert drawn - set(catalogue) == set()
    answered = {t for t in catalogue if t.startswith(("designation.", "notice."))}
    assert answered - drawn == set()


def test_no_handler_module_is_long_or_knows_the_web():
    for path in (Path(__file__).parents[2] / "handlers").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "flask" not in text.lower()
        assert "from web" not in text
