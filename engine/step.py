"""One step of one instance: everything that happens between loading and saving its state (D8).

A step evaluates the diagram's expressions, calls handlers and collects effects. It runs inside a
transaction that its caller opens, and knows nothing of pages or schedulers.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from engine import inbox, messages, submissions
from engine.bpmn.model import ProcessModel, ServiceTask, StartEvent
from engine.bpmn.parser import BundleCache, ParsedBundle
from engine.bpmn.runner import Run
from engine.bpmn.specs import evaluated
from engine.calendar import Calendar, DueDate
from engine.clock import at_start_of, legal_day
from engine.contract import Catalogue, Context, Duty, SubmittedForm
from engine.date_functions import date_functions
from engine.directory import Directory
from engine.domain_dates import DomainDates
from engine.due_dates import ending
from engine.errors import QilianError
from engine.expressions import compile_expression
from engine.models import Instance

ISO_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
Terms = Callable[[Session, str | None, date], Mapping[str, int]]


@dataclass(frozen=True)
class Parts:
    """What every step needs, put together once by the composition root.

    `terms(session, rule_version, today)` gives the periods of the standard that binds a case, of the
    one in force today for None; `calendar_of(session)` the working calendar as it stands in the database;
    `dates` knows the legal dates that stand in the domain's own rows; `duties` are recurring.
    """

    bundles: BundleCache
    catalogue: Catalogue
    directory: Directory
    terms: Terms
    calendar_of: Callable[[Session], Calendar]
    dates: DomainDates | None = None
    duties: Sequence[Duty] = ()


class Step:
    """Implements what a diagram (StepServices) and a handler (Effects) may ask of the engine."""

    def __init__(
        self, parts: Parts, session: Session, instance: Instance, now: datetime, actor: str | None
    ) -> None:
        self.parts, self.session, self.instance = parts, session, instance
        self.now, self.today, self.actor = now, legal_day(now), actor
        self.calendar = parts.calendar_of(session)
        self.is_recallable = True
        self.told: set[str] = set()
        self._dues: list[DueDate] = []
        self._terms: dict[str | None, Mapping[str, int]] = {}
        self._notified = 0
        self._caller = ""

    # --- the workflow -------------------------------------------------------------------------

    @property
    def parsed(self) -> ParsedBundle:
        return self.parts.bundles.get(self.instance.bundle_id)

    @property
    def model(self) -> ProcessModel:
        return self.parsed.steps_of(self.instance.process_key)

    def begin(self, data: Mapping[str, Any], at: StartEvent | None = None) -> Run:
        return Run.start(self.parsed, self.instance.process_key, data, self, at=at)

    def load(self) -> Run:
        return Run.load(self.parsed, self.instance.process_key, self.instance.state, self)

    # --- StepServices: what the diagram asks -----------------------------------------------------

    @property
    def terms(self) -> Mapping[str, int]:
        """The periods that bind the case; a step that binds a rule goes on under that one."""
        rule = self.instance.rule_version
        if rule not in self._terms:
            self._terms[rule] = self.parts.terms(self.session, rule, self.today)
        return self._terms[rule]

    def evaluate(self, expression: str, names: Mapping[str, Any]) -> Any:
        functions = date_functions(self.calendar, self.today, self.terms, self.instance.scope, self._dues)
        return _flat(compile_expression(expression).evaluate(names, functions))

    def due(self, expression: str, names: Mapping[str, Any]) -> dict[str, Any]:
        """The instant of a timer with the day and the count that led to it."""
        on, counted = self.due_date(expression, names)
        if on is None:
            value = self.evaluate(expression, names)
            return {"at": _instant(value).isoformat()}
        return {
            "at": at_start_of(on).isoformat(),
            "on": on.isoformat(),
            "trace": counted.to_json() if counted else None,
            "provisional": bool(counted and counted.is_provisional),
        }

    def due_date(self, expression: str, names: Mapping[str, Any]) -> tuple[date | None, DueDate | None]:
        """A legal day computed by an expression, with its count; (None, None) when it gives none.

        A day of the case that the domain has counted, such as the last day of a notice, is taken as it
        stands now and keeps its count; workflow data may still hold the day before an import.
        """
        self._dues.clear()
        known = self._counted_days(compile_expression(expression).names, names)
        value = self.evaluate(expression, {**names, **{k: c.on.isoformat() for k, c in known.items()}})
        if not isinstance(value, str) or len(value) != len("2024-05-20"):
            return None, None
        on, counts = date.fromisoformat(value), [*known.values(), *self._dues]
        return on, ending(counts, on) if counts else None

    def _counted_days(self, wanted: Iterable[str], names: Mapping[str, Any]) -> dict[str, DueDate]:
        domain, found = self.parts.dates, {}
        if domain is None:
            return {}
        for name in sorted(wanted):
            value = names.get(name)
            if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
                continue
            count = domain.count_of(self.session, self.instance.business_key, date.fromisoformat(value))
            if count is not None:
                found[name] = count
        return found

    def after(self, duration: timedelta) -> datetime:
        return self.now + duration

    def call(self, task: ServiceTask, task_id: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        handler = self.parts.catalogue[task.topic]
        self._caller = task_id
        self.is_recallable = self.is_recallable and handler.recallable
        inputs = evaluated(self, task.inputs, data)
        result = handler.function(self._context(task.id, task_id, data), **inputs) or {}
        return {name: _flat(value) for name, value in result.items()}

    def send(self, task_id: str, name: str, to: str, payload: Mapping[str, Any]) -> None:
        self.is_recallable = False
        messages.post(
            self.session,
            self.now,
            self.actor,
            source=task_id,
            name=name,
            to=to,
            payload={"scope": self.instance.scope, **payload},
        )

    def _context(self, element: str, task_id: str, data: Mapping[str, Any]) -> Context:
        i = self.instance
        return Context(
            session=self.session, now=self.now, today=self.today, actor=self.actor,
            instance_id=i.id, process_key=i.process_key, business_key=i.business_key, scope=i.scope,
            element=element, task_id=task_id, data=MappingProxyType(dict(data)),
            calendar=self.calendar, terms=self.terms, rule_version=i.rule_version,
            effects=_HandlerEffects(self),
        )  # fmt: skip

    # --- telling people -------------------------------------------------------------------------

    def tell(
        self, person_ids: Iterable[str], title: str, text: str, link: str | None, *,
        kind: str = "result", item_id: str | None = None,
    ) -> None:  # fmt: skip
        self._notified += 1
        person_ids = list(person_ids)
        self.told.update(person_ids)
        event = f"{self.instance.id}:{self._caller or self.instance.version}:{self._notified}"
        inbox.put(
            self.session, self.now, event, person_ids, title, text, link or self.link, kind=kind,
            item_id=item_id,
        )  # fmt: skip

    def seat_holders(self, role: str, scope: str) -> list[str]:
        directory = self.parts.directory
        scope = directory.scope_of(role, scope, self.instance.business_key)
        people = directory.candidates(self.session, role, scope)
        return [p.id for p in people]

    @property
    def link(self) -> str:
        return f"/cases/{self.instance.id}"


class _HandlerEffects:
    """The port that a handler's context holds (engine.contract.Effects)."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def send(self, name: str, to: str, payload: Mapping[str, Any]) -> None:
        self._step.send(self._step._caller, name, to, payload)

    def notify(self, person_ids: Iterable[str], title: str, text: str, link: str | None) -> None:
        self._step.tell(person_ids, title, text, link)

    def notify_role(self, role: str, scope: str, title: str, text: str, link: str | None) -> None:
        self._step.tell(self._step.seat_holders(role, scope), title, text, link)

    def bind_rule(self, rule_version: str) -> None:
        instance = self._step.instance
        if instance.rule_version not in (None, rule_version):
            raise QilianError("本案适用的规则版本已经确定，不得更改。")
        if instance.rule_version is None:
            instance.rule_version, self._step.is_recallable = rule_version, False

    def rename(self, title: str) -> None:
        self._step.instance.title = title

    def submission(self, instance_id: str, element: str) -> SubmittedForm | None:
        return submissions.latest(self._step.session, instance_id, element)


def _flat(value: Any) -> Any:
    """Workflow data is flat and plain: text, whole numbers, truth values, dates as ISO text (D9)."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, list | tuple) and all(isinstance(v, str | bool | int) for v in value):
        return list(value)
    raise QilianError(f"流程变量只能是文字、整数、是否或日期，不能是 {type(value).__name__}。")


def _instant(value: Any) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise QilianError(f"时刻“{value}”没有写明时区。")
    return moment
