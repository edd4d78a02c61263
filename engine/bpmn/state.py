"""An instance's state as text, without the specification (D9).

Standard converters write the task tree; the specification is taken from the cache of the bundle,
so the text holds only what happened. Plain JSON with floats: SpiffWorkflow keeps its own time
stamps in it; workflow data itself is flat and has none.
"""

import json
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.task_spec import BpmnTaskSpecConverter
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, WorkflowConverter
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskIterator, TaskState

from engine.bpmn.specs import Scripts, TopicTask

CODEC_VERSION = 1
MAX_DEPTH = 1_000_000  # stock iterators stop at 1000 and then call the instance complete


class LegalWorkflow(BpmnWorkflow):
    """A workflow that has our evaluator from its first moment and sees its whole tree."""

    completed: bool

    def __init__(self, spec: Any, subprocess_specs: Any, scripts: Scripts, **options: Any) -> None:
        super().__init__(spec, subprocess_specs, script_engine=scripts, **options)

    def get_tasks_iterator(self, first_task: Any = None, **options: Any) -> Any:
        options.setdefault("max_depth", MAX_DEPTH)
        return super().get_tasks_iterator(first_task, **options)

    def is_completed(self) -> bool:
        if not self.completed:
            unfinished = TaskIterator(self.task_tree, state=TaskState.NOT_FINISHED_MASK, max_depth=MAX_DEPTH)
            self.completed = next(unfinished, None) is None
        return self.completed


class _SpeclessConverter(BpmnWorkflowConverter):
    def to_dict(self, workflow: LegalWorkflow) -> dict[str, Any]:
        state = WorkflowConverter.to_dict(self, workflow)
        state["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        return state

    def restore(self, state: dict[str, Any], workflow: LegalWorkflow) -> LegalWorkflow:
        workflow.tasks = self.mapping_from_dict(state["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(state["root"])]
        self.set_default_attributes(workflow, state)
        self.subprocesses_from_dict(state["subprocesses"], workflow)
        return workflow


_config = {k: v for k, v in DEFAULT_CONFIG.items() if k is not BpmnWorkflow}
_config[TopicTask] = BpmnTaskSpecConverter
_registry = BpmnWorkflowSerializer.configure(_config)
_converter = _SpeclessConverter(LegalWorkflow, _registry)


def dump_state(workflow: LegalWorkflow) -> str:
    """The state as JSON text; key order matters and is kept."""
    return json.dumps(_converter.to_dict(workflow), ensure_ascii=False, separators=(",", ":"))


def load_state(text: str, spec: Any, subprocess_specs: Any, scripts: Scripts) -> LegalWorkflow:
    """The workflow that `dump_state` wrote, on the specification of its bundle."""
    workflow = LegalWorkflow(spec, subprocess_specs, scripts, deserializing=True)
    return _converter.restore(json.loads(text), workflow)
