"""Walks a diagram with people and handlers played by the test: control flow alone, no database."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from engine.bpmn.model import ServiceTask
from engine.bpmn.parser import ParsedBundle
from engine.bpmn.runner import OpenTask, Run
from engine.calendar import Calendar
from engine.clock import at_start_of
from engine.date_functions import date_functions
from engine.expressions import compile_expression


class Desk:
    """What a step offers a diagram: handlers answer from `topics`, messages are noted."""

    def __init__(self, today: date, calendar: Calendar, terms: Mapping[str, int]) -> None:
        self.today, self.calendar, self.terms = today, calendar, terms
        self.topics: dict[str, Mapping[str, Any]] = {}
        self.called: list[str] = []
        self.sent: list[tuple[str, str]] = []

    def evaluate(self, expression: str, names: Mapping[str, Any]) -> Any:
        functions = date_functions(self.calendar, self.today, self.terms, None, [])
        value = compile_expression(expression).evaluate(names, functions)
        return value.isoformat() if isinstance(value, date) else value

    def call(self, task: ServiceTask, task_id: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        self.called.append(task.topic)
        return self.topics.get(task.topic, {})

    def send(self, task_id: str, name: str, to: str, payload: Mapping[str, Any]) -> None:
        self.sent.append((name, to))

    def due(self, expression: str, names: Mapping[str, Any]) -> dict[str, Any]:
        on = date.fromisoformat(self.evaluate(expression, names))
        return {"at": at_start_of(on).isoformat(), "on": on.isoformat()}

    def after(self, duration: timedelta) -> datetime:
        return at_start_of(self.today) + duration


class Walk:
    """One instance on its way."""

    def __init__(
        self, parsed: ParsedBundle, key: str, desk: Desk, data: Mapping[str, Any], message: str | None = None
    ) -> None:
        self.desk = desk
        at = parsed.models[key].start_for_message(message) if message else None
        self.run = Run.start(parsed, key, data, desk, at=at)

    @property
    def open(self) -> set[str]:
        return {task.model.id for task in self.run.open_tasks()}

    @property
    def outcome(self) -> str | None:
        return self.run.outcome() if self.run.has_ended() else None

    def data(self, element: str) -> Mapping[str, Any]:
        return self._task(element).data

    def due_on(self, element: str) -> str | None:
        task = self._task(element)
        return self.desk.evaluate(task.model.due, task.data) if task.model.due else None

    def do(self, element: str, **form: Any) -> "Walk":
        self.run.complete(self._task(element).task_id, form)
        return self

    def _task(self, element: str) -> OpenTask:
        return next(task for task in self.run.open_tasks() if task.model.id == element)

    def hear(self, message: str) -> "Walk":
        assert self.run.deliver(message, {}), f"nobody waits for {message}"
        return self

    def wait(self) -> "Walk":
        """Time passes until the one waiting timer."""
        (timer,) = self.run.waiting_timers()
        self.run.fire(timer.task_id, timer.element)
        return self

    @property
    def timer_element(self) -> str:
        """The event that waits for a date, also behind an event-based gateway."""
        (timer,) = self.run.waiting_timers()
        return timer.element

    @property
    def timer_on(self) -> str:
        (timer,) = self.run.waiting_timers()
        return str(timer.due["on"])
