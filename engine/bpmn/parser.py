"""From the XML of a bundle to SpiffWorkflow's specifications and our models, cached per bundle (D9)."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from engine.bpmn.model import ProcessModel, read_processes
from engine.bpmn.specs import TopicTask, fence
from engine.bpmn.xml import BPMN, CAMUNDA, read_diagram, text_of
from engine.expressions import as_expression


class CamundaParser(BpmnParser):
    """SpiffWorkflow's parser with service tasks that call topics."""

    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - the stock class reads it from the class
        full_tag("serviceTask"): (TaskParser, TopicTask),
        full_tag("businessRuleTask"): (TaskParser, TopicTask),
    }


@dataclass(frozen=True)
class ParsedBundle:
    """Specifications and models of every process of one diagram."""

    specs: dict[str, Any]
    subprocess_specs: dict[str, dict[str, Any]]
    models: dict[str, ProcessModel]

    def steps_of(self, key: str) -> ProcessModel:
        """The model of a process together with the steps of all that it calls: ids are unique in a file."""
        model, due, seen = self.models[key], [key], {key}
        users, services, nodes = dict(model.user_tasks), dict(model.service_tasks), dict(model.nodes)
        while due:
            for called in set(self.models[due.pop()].calls) & self.models.keys() - seen:
                inner = self.models[called]
                users, services = {**users, **inner.user_tasks}, {**services, **inner.service_tasks}
                nodes = {**nodes, **inner.nodes}
                seen.add(called)
                due.append(called)
        return replace(model, user_tasks=users, service_tasks=services, nodes=nodes)


def _quote_literal_times(root: Any) -> None:
    """A literal ISO date in `timeDate` becomes an expression, as every slot is one for us."""
    for node in root.iter(f"{BPMN}timeDate"):
        node.text = as_expression(text_of(node))


def _name_flows(root: Any) -> None:
    """A flow needs no id in BPMN; SpiffWorkflow takes one without for the default of every step."""
    taken = {node.get("id") for node in root.iter("*")}
    for number, node in enumerate(root.iter(f"{BPMN}sequenceFlow")):
        if node.get("id") is None:
            name = f"flow_{number}"
            while name in taken:
                name += "_"
            node.set("id", name)


def _fill_multi_instance(root: Any) -> None:
    """Camunda's `collection` attribute, in the words that SpiffWorkflow reads."""
    for node in root.iter(f"{BPMN}multiInstanceLoopCharacteristics"):
        collection, variable = node.get(f"{CAMUNDA}collection"), node.get(f"{CAMUNDA}elementVariable")
        if collection and node.find(f"{BPMN}loopDataInputRef") is None:
            reference = node.makeelement(f"{BPMN}loopDataInputRef", {}, None)
            reference.text = collection.removeprefix("${").removeprefix("#{").removesuffix("}")
            node.append(reference)
            if variable:
                node.append(
                    node.makeelement(f"{BPMN}inputDataItem", {"id": variable, "name": variable}, None)
                )


def _drop_drawn_data(root: Any) -> None:
    """Documents drawn beside a step: SpiffWorkflow would look for their data and fail."""
    for name in ("dataInputAssociation", "dataOutputAssociation", "ioSpecification"):
        for node in list(root.iter(f"{BPMN}{name}")):
            node.getparent().remove(node)


def parse_bundle(xml: str) -> ParsedBundle:
    """Parse a diagram that has passed the checks. Raises what SpiffWorkflow raises otherwise."""
    root = read_diagram(xml.encode()).root
    models = read_processes(root)
    _name_flows(root)
    _quote_literal_times(root)
    _fill_multi_instance(root)
    _drop_drawn_data(root)
    parser = CamundaParser()
    parser.add_bpmn_xml(root)
    specs = {key: parser.get_spec(key) for key in models}
    subprocesses = {key: parser.get_subprocess_specs(key) for key in models}
    for key, spec in specs.items():
        fence(spec, models[key])
        for sub in subprocesses[key].values():
            fence(sub, models.get(sub.name, models[key]))
    return ParsedBundle(specs, subprocesses, models)


class BundleCache:
    """Parsed bundles by id. Specifications are shared between threads, instances never are."""

    SIZE = 64

    def __init__(self, xml_of: Callable[[str], str]) -> None:
        self._xml_of = xml_of
        self._lock = threading.Lock()
        self._parsed: OrderedDict[str, ParsedBundle] = OrderedDict()

    def get(self, bundle_id: str, xml: str | None = None) -> ParsedBundle:
        with self._lock:
            found = self._parsed.get(bundle_id)
            if found is not None:
                self._parsed.move_to_end(bundle_id)
                return found
        parsed = parse_bundle(xml if xml is not None else self._xml_of(bundle_id))
        with self._lock:
            self._parsed[bundle_id] = parsed
            while len(self._parsed) > self.SIZE:
                self._parsed.popitem(last=False)
        return parsed
