"""Our own task and event specifications for SpiffWorkflow: topics, legal time, addressed messages.

Stock SpiffWorkflow evaluates any Python in every slot, fires timers by reading the wall clock and
delivers a message to every catch of its name. These classes close all three (D3, D5, D12).
"""

import re
from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimeDateEventDefinition, TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import EventBasedGateway

from engine.bpmn.model import ProcessModel, ServiceTask
from engine.errors import QilianError

DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


class StepServices(Protocol):
    """What a running step offers to the diagram; implemented by engine/instances."""

    def evaluate(self, expression: str, names: Mapping[str, Any]) -> Any: ...

    def call(self, task: ServiceTask, task_id: str, data: Mapping[str, Any]) -> Mapping[str, Any]: ...

    def send(self, task_id: str, name: str, to: str, payload: Mapping[str, Any]) -> None: ...

    def due(self, expression: str, names: Mapping[str, Any]) -> dict[str, Any]: ...

    def after(self, duration: timedelta) -> datetime: ...


class Environment(BasePythonScriptEngineEnvironment):
    """The only evaluator a workflow ever has; scripts do not exist here (D3)."""

    def __init__(self, services: StepServices) -> None:
        super().__init__()
        self.services = services

    def evaluate(
        self, expression: str, context: Mapping[str, Any], external_context: Mapping[str, Any] | None = None
    ) -> Any:
        return self.services.evaluate(expression, {**context, **(external_context or {})})

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        raise QilianError("流程图中不允许脚本。")


class Scripts(PythonScriptEngine):
    """SpiffWorkflow's script engine with our environment and nothing else."""

    def __init__(self, services: StepServices) -> None:
        super().__init__(Environment(services))
        self.services = services


def services_of(task: Any) -> StepServices:
    return task.workflow.script_engine.services


def evaluated(
    services: StepServices, parameters: Mapping[str, str], names: Mapping[str, Any]
) -> dict[str, Any]:
    """Camunda parameters: `${…}` is an expression, anything else stands for itself."""
    return {
        name: services.evaluate(text, names) if text.startswith(("${", "#{")) else text
        for name, text in parameters.items()
    }


class TopicTask(BpmnSpecMixin):
    """A Camunda external service task: calls the handler of its topic within the step.

    With `asyncBefore` it stays STARTED until its job fires, so that a person's act is
    committed before the work begins.
    """

    model: ServiceTask

    def _run_hook(self, task: Any) -> bool | None:
        if self.model.put_off and not task.internal_data.get("due_now"):
            return None
        self.perform(task)
        return True

    def perform(self, task: Any) -> None:
        services = services_of(task)
        result = services.call(self.model, str(task.id), task.data)
        if self.model.outputs:
            task.data.update(evaluated(services, self.model.outputs, {**task.data, **result}))


class LegalTimer(TimerEventDefinition):
    """A timer that only its own row in the database fires (D5); never a look at a clock."""

    def __init__(self, stock: TimerEventDefinition) -> None:
        super().__init__(stock.name, stock.expression, description=stock.description)
        self.is_duration = not isinstance(stock, TimeDateEventDefinition)

    def has_fired(self, task: Any) -> bool:
        if task.internal_data.get("due") is None:
            task.internal_data["due"] = self._due(services_of(task), task.data)
        return bool(task.internal_data.get("event_fired", False))

    def _due(self, services: StepServices, data: MutableMapping[str, Any]) -> dict[str, Any]:
        if not self.is_duration:
            return services.due(self.expression, data)
        text = self.expression.strip()
        if text.startswith(("${", "#{")):
            text = str(services.evaluate(text, data))
        match = DURATION.fullmatch(text)
        if match is None or not any(match.groups()):
            raise QilianError(f"无法识别的时长：{text}")
        length = timedelta(**{unit: int(n) for unit, n in match.groupdict().items() if n})
        return {"at": services.after(length).isoformat()}

    def fire(self, task: Any) -> None:
        task.internal_data["event_fired"] = True

    def reset(self, task: Any) -> None:
        task.internal_data.pop("due", None)
        super().reset(task)


class AddressedMessage(MessageEventDefinition):
    """A message thrown to one business key and caught by one task (D12)."""

    def __init__(self, stock: MessageEventDefinition, element: str, model: ProcessModel) -> None:
        super().__init__(stock.name, description=stock.description)
        self.element = element
        self.inputs = model.inputs.get(element, {})
        self.outputs = model.outputs.get(element, {})

    def throw(self, task: Any) -> None:
        services = services_of(task)
        values = evaluated(services, self.inputs, task.data)
        to = values.pop("to", None)
        if not to:
            raise QilianError(f"消息“{self.name}”没有收件业务编号（to）。")
        services.send(str(task.id), self.name, str(to), values)

    def update_task_data(self, task: Any) -> None:
        payload = task.internal_data.pop(self.name, None)
        if payload is not None:
            task.data.update(evaluated(services_of(task), self.outputs, {**task.data, **payload}))


def fence(spec: Any, model: ProcessModel) -> None:
    """Replace every stock timer and message definition of a parsed process by ours."""

    def ours(definition: Any, element: str) -> Any:
        if isinstance(definition, LegalTimer | AddressedMessage):
            return definition  # a called process is met again as part of its caller
        if isinstance(definition, TimerEventDefinition):
            return LegalTimer(definition)
        if isinstance(definition, MessageEventDefinition):
            return AddressedMessage(definition, element, model)
        return definition

    for task_spec in spec.task_specs.values():
        if isinstance(task_spec, TopicTask):
            task_spec.model = model.service_tasks[task_spec.bpmn_id]
        definition: Any = getattr(task_spec, "event_definition", None)
        if isinstance(task_spec, EventBasedGateway):
            pairs = zip(definition.event_definitions, task_spec.outputs, strict=True)
            definition.event_definitions = [ours(d, child.bpmn_id) for d, child in pairs]
        elif isinstance(definition, MultipleEventDefinition):
            definition.event_definitions = [ours(d, task_spec.bpmn_id) for d in definition.event_definitions]
        elif definition is not None:
            task_spec.event_definition = ours(definition, getattr(task_spec, "bpmn_id", ""))
