"""One loaded instance: run it, and ask what it waits for. The rest of the engine sees only this."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import EventBasedGateway
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import rounds
from engine.bpmn.model import ProcessModel, StartEvent, UserTask
from engine.bpmn.parser import ParsedBundle
from engine.bpmn.specs import LegalTimer, Scripts, StepServices, TopicTask, evaluated
from engine.bpmn.state import LegalWorkflow, dump_state, load_state
from engine.errors import QilianError

DEPTH_ALARM = 500


@dataclass(frozen=True)
class OpenTask:
    """A user task that waits for people, with the data it sees."""

    task_id: str
    model: UserTask
    data: Mapping[str, Any]


@dataclass(frozen=True)
class WaitingTimer:
    """A timer event (kind `timer`) or a put-off service task (kind `job`)."""

    task_id: str
    kind: str
    element: str
    name: str
    at: datetime | None
    due: Mapping[str, Any]


class Run:
    """A workflow in memory for the length of one step; never kept, never shared."""

    def __init__(self, workflow: LegalWorkflow, model: ProcessModel, services: StepServices) -> None:
        self._workflow, self.model, self._services = workflow, model, services

    @classmethod
    def start(
        cls,
        parsed: ParsedBundle,
        key: str,
        data: Mapping[str, Any],
        services: StepServices,
        *,
        at: StartEvent | None = None,
    ) -> "Run":
        """A new instance at this start event alone, by default at the plain one."""
        model, scripts = parsed.steps_of(key), Scripts(services)
        workflow = LegalWorkflow(parsed.specs[key], parsed.subprocess_specs[key], scripts)
        workflow.task_tree.data.update(data)
        run, start = cls(workflow, model, services), at or model.plain_start
        if start is not None:
            run._begin_only_at(start.id)
        run.settle()
        if start is not None and start.message is not None:
            run.deliver(start.message, data)
        elif start is not None and start.timer is not None:
            run._fire_start(start.id)
        return run

    @classmethod
    def load(cls, parsed: ParsedBundle, key: str, state: str, services: StepServices) -> "Run":
        scripts = Scripts(services)
        workflow = load_state(state, parsed.specs[key], parsed.subprocess_specs[key], scripts)
        return cls(workflow, parsed.steps_of(key), services)

    def dump(self) -> str:
        return dump_state(self._workflow)

    # --- acting -------------------------------------------------------------------------------

    def complete(self, task_id: str, form: Mapping[str, Any]) -> None:
        """A person is done: only the declared outputs enter the workflow data (D9)."""
        task = self._task(task_id, TaskState.READY)
        outputs = self.model.user_tasks[task.task_spec.bpmn_id].outputs
        task.data.update(evaluated(self._services, outputs, {**task.data, **form}))
        task.run()
        self.settle()

    def fire(self, task_id: str, element: str) -> None:
        """The row of a timer has come due. The task must leave WAITING, or the row would be lost."""
        task = self._task(task_id, TaskState.WAITING)
        definition = task.task_spec.event_definition
        timers = (
            definition.event_definitions if isinstance(definition, MultipleEventDefinition) else [definition]
        )
        for timer in timers:
            if isinstance(timer, LegalTimer):
                timer.fire(task)
        task.task_spec._update(task)
        if task.state == TaskState.WAITING:
            raise QilianError(f"定时事件 {element} 到期后流程没有继续。")
        self.settle()
        _forget_events(task)

    def _begin_only_at(self, element: str) -> None:
        """Of several start events one is used; the others would wait for ever."""
        others = {s.id for s in self.model.starts} - {element}
        for task in self._workflow.get_tasks():
            if getattr(task.task_spec, "bpmn_id", None) in others:
                task.cancel()

    def _fire_start(self, element: str) -> None:
        """The row of an armed start has come due."""
        task = next(t for t in self._catching() if t.task_spec.bpmn_id == element)
        self.fire(str(task.id), element)

    def run_job(self, task_id: str) -> None:
        """A put-off service task runs now."""
        task = self._task(task_id, TaskState.STARTED)
        task.task_spec.perform(task)
        task.complete()
        self.settle()

    def deliver(self, name: str, payload: Mapping[str, Any]) -> bool:
        """Hand a message to the one task that waits for it; False when none does."""
        task = next((t for t in self._catching() if self._catches(t, name)), None)
        if task is None:
            return False
        definition = next(d for d in _definitions(task) if _is_message(d, name))
        task.task_spec.catch(task, BpmnEvent(definition, payload=dict(payload)))
        task.task_spec._update(task)
        self.settle()
        _forget_events(task)
        return True

    def settle(self, limit: int = 1000) -> None:
        """Go on until only people, timers and messages are waited for (`do_engine_steps` stops early)."""
        for _ in range(limit):
            self._workflow.refresh_timers()
            self._workflow.do_engine_steps()
            if self._workflow.get_next_task(state=TaskState.READY, manual=False) is None:
                rounds.forget(self._workflow)
                return
        raise QilianError("流程没有停下来等待：可能存在死循环。")

    # --- asking -------------------------------------------------------------------------------

    def open_tasks(self) -> list[OpenTask]:
        ready = self._workflow.get_tasks(state=TaskState.READY, manual=True)
        users = self.model.user_tasks
        return [
            OpenTask(str(t.id), users[t.task_spec.bpmn_id], t.data)
            for t in ready
            if getattr(t.task_spec, "bpmn_id", None) in users
        ]

    def waiting_timers(self) -> list[WaitingTimer]:
        found = [
            self._job(t) for t in self._workflow.get_tasks(state=TaskState.STARTED, spec_class=TopicTask)
        ]
        for task in self._catching():
            due = task.internal_data.get("due")
            for definition, element in _placed_definitions(task):
                if isinstance(definition, LegalTimer) and due is not None:
                    at = datetime.fromisoformat(due["at"])
                    name = definition.name or ""
                    found.append(WaitingTimer(str(task.id), "timer", element, name, at, due))
        return found

    def waiting_messages(self) -> set[str]:
        """Names of the messages that this instance waits for."""
        definitions = (d for t in self._catching() for d in _definitions(t))
        return {d.name for d in definitions if isinstance(d, MessageEventDefinition)}

    def has_ended(self) -> bool:
        return bool(self._workflow.is_completed())

    def outcome(self) -> str | None:
        """The id of the end event that was reached last."""
        ends = self._workflow.get_tasks(state=TaskState.COMPLETED, spec_class=EndEvent)
        last = max(ends, key=lambda t: t.last_state_change, default=None)
        return None if last is None else str(last.task_spec.bpmn_id)

    def is_stuck(self) -> bool:
        """Unfinished, yet waiting for nobody and nothing."""
        if self.has_ended():
            return False
        waiting = TaskState.WAITING | TaskState.STARTED
        return not self.open_tasks() and self._workflow.get_next_task(state=waiting) is None

    def depth(self) -> int:
        depths: dict[Any, int] = {}
        deepest = 0
        for task in self._workflow.get_tasks():  # parents come before their children
            depths[task.id] = depths.get(task._parent, -1) + 1
            if task.has_state(TaskState.DEFINITE_MASK):
                deepest = max(deepest, depths[task.id])
        return deepest

    def progress(self) -> dict[str, str]:
        """Element id -> done | open, the latest state winning."""
        states: dict[str, str] = {}
        for task in sorted(self._workflow.get_tasks(), key=lambda t: t.last_state_change):
            element = str(getattr(task.task_spec, "bpmn_id", ""))
            if element not in self.model.nodes:
                continue
            if task.has_state(TaskState.READY | TaskState.WAITING | TaskState.STARTED):
                states[element] = "open"
            elif task.state == TaskState.COMPLETED:
                states[element] = "done"
        return states

    # --- inside -------------------------------------------------------------------------------

    def _task(self, task_id: str, state: int) -> Any:
        task = self._workflow.get_task_from_id(UUID(task_id))
        if task is None or task.state != state:
            raise QilianError("流程已经越过这一步。")
        return task

    def _catching(self) -> list[Any]:
        return list(self._workflow.event_manager.tasks.values())

    @staticmethod
    def _catches(task: Any, name: str) -> bool:
        return task.has_state(TaskState.WAITING) and any(_is_message(d, name) for d in _definitions(task))

    @staticmethod
    def _job(task: Any) -> WaitingTimer:
        model = task.task_spec.model
        return WaitingTimer(str(task.id), "job", model.id, model.name, None, {})


def _definitions(task: Any) -> list[Any]:
    definition = task.task_spec.event_definition
    return (
        list(definition.event_definitions)
        if isinstance(definition, MultipleEventDefinition)
        else [definition]
    )


def _placed_definitions(task: Any) -> list[tuple[Any, str]]:
    """Each definition with its own event: behind an event-based gateway that is not the gateway."""
    spec = task.task_spec
    if isinstance(spec, EventBasedGateway):
        return [(d, c.bpmn_id) for d, c in zip(_definitions(task), spec.outputs, strict=True)]
    return [(definition, spec.bpmn_id) for definition in _definitions(task)]


def _is_message(definition: Any, name: str) -> bool:
    return isinstance(definition, MessageEventDefinition) and definition.name == name


def _forget_events(task: Any) -> None:
    """An event-based gateway keeps the event objects it has seen, which no state can hold."""
    task.internal_data.pop("seen_events", None)
