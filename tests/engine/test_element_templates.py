"""Templates for the modeler: every topic is offered, in the few types that the Camunda 7 flavour knows."""

import json

import pytest

from engine.contract import Catalogue
from engine.element_templates import FOLDER, template_file, templates
from handlers import catalogue
from qilian.config import SEEDS

KNOWN_TYPES = {"String", "Text", "Hidden", "Dropdown"}


@pytest.fixture
def errand():
    found = Catalogue()

    @found.handler("errand.file", label="登记", inputs={"subject": "事由"}, outputs={"number": "编号"})
    def file(context, subject):
        return {"number": 1}

    return templates(found.handlers())[0]


def bound(template, kind):
    return [p for p in template["properties"] if p["binding"]["type"] == kind]


def test_a_topic_is_an_external_task_with_its_inputs_and_results(errand):
    assert {p["binding"]["name"]: p["value"] for p in bound(errand, "property")} == {
        "camunda:type": "external",
        "camunda:topic": "errand.file",
    }
    (taken,) = bound(errand, "camunda:inputParameter")
    assert (taken["binding"]["name"], taken["value"]) == ("subject", "${subject}")
    (given,) = bound(errand, "camunda:outputParameter")
    assert (given["binding"]["source"], given["value"]) == ("${number}", "number")


def test_every_topic_of_ours_is_offered_once():
    ids = [t["id"] for t in templates(catalogue.handlers())]
    assert len(ids) == len(set(ids))
    assert {f"qilian.{topic}" for topic in catalogue} <= set(ids)


def test_no_template_uses_a_type_that_makes_it_disappear():
    for template in templates(catalogue.handlers()):
        assert {p["type"] for p in template["properties"]} <= KNOWN_TYPES, template["id"]


def test_the_templates_beside_the_shipped_diagrams_are_up_to_date():
    """If this fails, run scripts/write-element-templates."""
    kept = (SEEDS / FOLDER / "qilian.json").read_text(encoding="utf-8")
    assert json.loads(kept) == json.loads(template_file(templates(catalogue.handlers())))
