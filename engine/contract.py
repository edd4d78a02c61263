"""What a handler sees: the catalogue it registers in and the context it is called with.

Knows no diagram and no SpiffWorkflow. A handler is the function behind a service task's topic.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from engine.calendar import Calendar
from engine.directory import Directory


class Effects(Protocol):
    """What a handler may cause beyond its own rows; everything leaves with the step's commit."""

    def send(self, name: str, to: str, payload: Mapping[str, Any]) -> None: ...

    def notify(self, person_ids: Iterable[str], title: str, text: str, link: str | None) -> None: ...

    def notify_role(self, role: str, scope: str, title: str, text: str, link: str | None) -> None: ...

    def bind_rule(self, rule_version: str) -> None: ...

    def rename(self, title: str) -> None: ...

    def submission(self, instance_id: str, element: str) -> "SubmittedForm | None": ...


@dataclass(frozen=True)
class SubmittedForm:
    """The latest valid submission of one user task."""

    id: str
    instance_id: str
    task_id: str
    element: str
    data: Mapping[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True)
class Context:
    """Everything a handler may know of the step it runs in. `data` is flat and read-only."""

    session: Session
    now: datetime
    today: date
    actor: str | None
    instance_id: str
    process_key: str
    business_key: str
    scope: str
    element: str
    task_id: str
    data: Mapping[str, Any]
    calendar: Calendar
    terms: Mapping[str, int]
    rule_version: str | None
    effects: Effects = field(repr=False)

    def submission(self, element: str) -> SubmittedForm | None:
        """What was last submitted for the user task `element` of this instance."""
        return self.effects.submission(self.instance_id, element)

    def submission_of(self, instance_id: str, element: str) -> SubmittedForm | None:
        return self.effects.submission(instance_id, element)

    def send(self, name: str, to: str, payload: Mapping[str, Any] | None = None) -> None:
        """Send a message to the instance with business key `to` when this step commits."""
        self.effects.send(name, to, payload or {})

    def notify(self, person_ids: Iterable[str], title: str, text: str, link: str | None = None) -> None:
        """Put a message into people's inboxes when this step commits. `link`: path in the application."""
        self.effects.notify(person_ids, title, text, link)

    def notify_role(self, role: str, scope: str, title: str, text: str, link: str | None = None) -> None:
        """The same to everybody who works for `role` in the scope of the case `scope`."""
        self.effects.notify_role(role, scope, title, text, link)

    def bind_rule(self, rule_version: str) -> None:
        """Fix the rule version of this instance for good (requirements part 9)."""
        self.effects.bind_rule(rule_version)

    def rename(self, title: str) -> None:
        """What people see as the title of this instance from now on."""
        self.effects.rename(title)


@dataclass(frozen=True)
class Subject:
    """One thing that a timer start event is armed for, such as a designated cluster (D4).

    `since` is the legal day from which its obligations count: earlier dates never start anything.
    `data` is flat; the event's expression sees it and the instance begins with it. A subject with
    obligations once a term has its number in `data["term_no"]`.
    """

    key: str
    title: str
    scope: str
    since: date
    data: Mapping[str, Any]


SubjectFunction = Callable[[Session, date], Iterable[Subject]]


@dataclass(frozen=True)
class SubjectSource:
    """Where the subjects of `forEach` come from. `revision` gives a small value that changes with them."""

    name: str
    label: str
    subjects: SubjectFunction
    revision: Callable[[Session], Any]


HandlerFunction = Callable[..., Mapping[str, Any] | None]


@dataclass(frozen=True)
class Handler:
    """One entry of the catalogue.

    `recallable`: what it writes may be put back with the step, while nobody has gone on from there. So are
    checks, opinions and what passes a case on; not what decides, publishes, ends or is served on paper.
    """

    topic: str
    label: str
    function: HandlerFunction
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    recallable: bool


class Catalogue:
    """Topics and their handlers; refuses duplicates. Iterating gives the topics."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._sources: dict[str, SubjectSource] = {}

    def handler(
        self,
        topic: str,
        *,
        label: str,
        inputs: Mapping[str, str] | None = None,
        outputs: Mapping[str, str] | None = None,
        recallable: bool = False,
    ) -> Callable[[HandlerFunction], HandlerFunction]:
        """Register the decorated function `(context, **inputs) -> outputs` under `topic`."""

        def register(function: HandlerFunction) -> HandlerFunction:
            if topic in self._handlers:
                raise ValueError(f"topic {topic} is registered twice")
            self._handlers[topic] = Handler(topic, label, function, inputs or {}, outputs or {}, recallable)
            return function

        return register

    def subjects(
        self, name: str, *, label: str, revision: Callable[[Session], Any]
    ) -> Callable[[SubjectFunction], SubjectFunction]:
        """Register the decorated function `(session, today) -> subjects` as what `forEach="name"` means."""

        def register(function: SubjectFunction) -> SubjectFunction:
            if name in self._sources:
                raise ValueError(f"subjects {name} are registered twice")
            self._sources[name] = SubjectSource(name, label, function, revision)
            return function

        return register

    def subject_source(self, name: str) -> SubjectSource | None:
        return self._sources.get(name)

    def subject_sources(self) -> list[SubjectSource]:
        return sorted(self._sources.values(), key=lambda s: s.name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._handlers)

    def __contains__(self, topic: object) -> bool:
        return topic in self._handlers

    def __getitem__(self, topic: str) -> Handler:
        return self._handlers[topic]

    def handlers(self) -> list[Handler]:
        return sorted(self._handlers.values(), key=lambda h: h.topic)


class Duty(Protocol):
    """A recurring duty of the system itself, such as asking for next year's calendar. `name`: its row."""

    @property
    def name(self) -> str: ...

    def next_day(self, session: Session, calendar: Calendar, after: date) -> date | None:
        """The first legal day later than `after` on which there is something to say."""

    def perform(self, session: Session, calendar: Calendar, directory: Directory, now: datetime) -> None:
        """Say it, for today: writes in-app messages, changes no case."""
