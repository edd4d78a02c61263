"""A running instance on another version of its diagram (D10).

What has happened and what waits stays as it is, with its id, its draft and its date; only what lies ahead
is foreseen anew. SpiffWorkflow's own way restarts waiting timers and overwrites what stands ready.
"""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.parser import ParsedBundle
from engine.bpmn.specs import Scripts, StepServices
from engine.bpmn.state import LegalWorkflow, dump_state, load_state

LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED
AHEAD = TaskState.PREDICTED_MASK | TaskState.FUTURE


class Move:
    """One instance's state, held against another version. `problems` are in words; empty: it can move."""

    def __init__(
        self, state: str, key: str, old: ParsedBundle, new: ParsedBundle, services: StepServices
    ) -> None:
        self._key, self._new, self._services = key, new, services
        self._nodes = old.steps_of(key).nodes
        specs, subprocesses = old.specs[key], old.subprocess_specs[key]
        self._workflow = load_state(state, specs, subprocesses, Scripts(services))
        self.problems = list(dict.fromkeys(self._problems()))

    def state(self) -> str:
        """The state on the new version. Only where there are no problems."""
        for part, spec in self._parts():
            _forget_what_lies_ahead(part)
            part.spec = spec
            for task in part.tasks.values():
                task.task_spec = spec.task_specs[task.task_spec.name]
        moved = load_state(dump_state(self._workflow), *self._target(), Scripts(self._services))
        for part in (moved, *moved.subprocesses.values()):
            for task in list(part.tasks.values()):
                if task.has_state(LIVE):
                    task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
        return dump_state(moved)

    # --- inside -------------------------------------------------------------------------------

    def _target(self) -> tuple[Any, Any]:
        return self._new.specs[self._key], self._new.subprocess_specs[self._key]

    def _parts(self) -> Iterator[tuple[LegalWorkflow, Any]]:
        """The instance and each process that it has called, with its new specification (None: gone)."""
        spec, called = self._target()
        yield self._workflow, spec
        for part in self._workflow.subprocesses.values():
            yield part, called.get(part.spec.name)

    def _problems(self) -> Iterator[str]:
        for part, spec in self._parts():
            if spec is None:
                yield f"已调用的流程“{part.spec.description or part.spec.name}”在该版本中没有。"
                continue
            for task in part.tasks.values():
                if not task.has_state(AHEAD) or task.triggered:
                    yield from self._problems_of(task, spec)

    def _problems_of(self, task: Any, spec: Any) -> Iterator[str]:
        is_live = task.has_state(LIVE)
        found = spec.task_specs.get(task.task_spec.name)
        name = self._name(task)
        if found is None:
            yield f"{'正在办理' if is_live else '已经走过'}的环节“{name}”在该版本中没有。"
        elif is_live and type(found) is not type(task.task_spec):
            yield f"正在办理的环节“{name}”在该版本中是另一种环节。"
        elif is_live and _hangs_on(task.task_spec) != _hangs_on(found):
            yield f"正在办理的环节“{name}”在该版本中的边界事件不同。"

    def _name(self, task: Any) -> str:
        element = getattr(task.task_spec, "bpmn_id", None) or task.task_spec.name.partition(".")[0]
        node = self._nodes.get(element)
        return (node.name if node else "") or element


def _forget_what_lies_ahead(part: LegalWorkflow) -> None:
    for task in list(part.tasks.values()):
        if task.id in part.tasks and task.has_state(AHEAD) and not task.triggered:
            part._remove_task(task.id)


def _hangs_on(spec: Any) -> set[str]:
    """What stands beside a step and may interrupt it: its boundary events."""
    parents = (p for p in spec.inputs if p.name == f"{spec.name}.BoundaryEventSplit")
    return {child.name for parent in parents for child in parent.outputs}
