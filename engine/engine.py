"""The facade: everything that pages, commands and the scheduler ask of the engine.

Each act opens its transaction, does one thing, commits, and drains messages. On failure the step
is rolled back, the typed input stays as a draft, and what nobody expected becomes an incident.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import delivery, incidents, instances, messages, recalls, work_items
from engine.bpmn.parser import BundleCache
from engine.clock import Clock
from engine.contract import Catalogue, Duty
from engine.db import Database, one_at_a_time
from engine.desk import Desk
from engine.directory import Directory, Person
from engine.domain_dates import DomainDates
from engine.errors import Conflict, NotAllowed, NotFound, QilianError, Refused
from engine.forms import Form
from engine.instances import NewInstance
from engine.models import Bundle, Instance, WorkItem
from engine.step import Parts, Terms
from engine.submitting import Submitting

EXPECTED = (Refused, NotAllowed, Conflict, NotFound)


class StepFailed(QilianError):
    """系统在办理中出现意外，本次操作没有生效；您填写的内容已存为草稿，异常已报告管理员。"""


@dataclass(frozen=True)
class Completion:
    """What became of a submitted form: `done` is False while further opinions are awaited."""

    item_id: str
    instance_id: str
    done: bool


class Engine:
    """One per process; holds no state of its own beyond caches."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        catalogue: Catalogue,
        directory: Directory,
        terms: Terms,
        calendar_of: Callable[[Session], Any],
        dates: DomainDates | None = None,
        duties: Sequence[Duty] = (),
    ) -> None:
        self.database, self.clock, self.directory = database, clock, directory
        self.parts = Parts(BundleCache(self._xml_of), catalogue, directory, terms, calendar_of, dates, duties)
        self.wake: Callable[[], None] = lambda: None  # the scheduler puts its bell here
        self.armed_for: object = None  # what the armed starts were last computed from
        self.armed: Mapping[Any, object] = {}
        self._forms: dict[tuple[str, str], Form] = {}

    def _xml_of(self, bundle_id: str) -> str:
        with self.database.read() as session:
            bundle = session.get(Bundle, bundle_id)
        if bundle is None:
            raise NotFound
        return bundle.xml

    # --- instances ----------------------------------------------------------------------------

    def start(self, new: NewInstance, *, by: str | None, data: Mapping[str, Any] | None = None) -> str:
        """Start a process; returns the instance's id. Raises Refused when its key already runs."""
        with self.database.write() as session:
            instance_id = self.start_in(session, new, by=by, data=data)
        self.settle()
        return instance_id

    def start_in(
        self, session: Session, new: NewInstance, *, by: str | None, data: Mapping[str, Any] | None = None
    ) -> str:
        """Start inside the caller's transaction, together with rows of its own; `settle` afterwards."""
        return instances.begin(self.parts, session, self.clock.now(), by, new, data or {}).id

    def complete(
        self,
        item_id: str,
        *,
        by: str,
        data: Mapping[str, Any],
        version: int | None = None,
        agree: bool = True,
        text: str = "",
    ) -> Completion:
        """Submit a form. Raises Refused (with problems), NotAllowed, Conflict or StepFailed."""
        now = self.clock.now()
        with self._guarded(item_id, by, data, now), self.database.write() as session:
            # Held until the commit: a session forgets what nobody holds, and would read it again.
            instance, item, person = self._locked(session, item_id, by, version)
            form = self.form(session, instance.bundle_id, item.form)
            submitting = Submitting(self.parts, session, now, item, person, form)
            completion = Completion(item.id, instance.id, submitting.submit(data, agree, text))
        self.settle()
        return completion

    def _locked(
        self, session: Session, item_id: str, by: str, version: int | None
    ) -> tuple[Instance, WorkItem, Person]:
        """Instance first, item second: every step locks in this order, so none waits in a ring."""
        instance = instances.lock(session, work_items.instance_of(session, item_id))
        item = work_items.lock_open(session, item_id)
        person = work_items.require_may_work(session, item, self.directory.person(session, by))
        if version is not None and version != item.version:
            raise Conflict
        return instance, item, person

    def recall(self, item_id: str, *, by: str) -> None:
        """撤回: take the last step back while nobody has gone on from it (engine.recalls)."""
        with self.database.write() as session:
            recalls.recall(self.parts, session, self.clock.now(), item_id, by)

    def send(self, name: str, to: str, *, by: str, payload: Mapping[str, Any] | None = None) -> None:
        """A person's message to a case, e.g. `withdraw`: handed over at once or refused."""
        now = self.clock.now()
        with self.database.write() as session:
            one_at_a_time(session, to)  # before any row of it is locked, as everywhere
            found = instances.running(session, to)
            if not found:
                raise NotFound
            source = f"person:{by}:{found[0].id}:{found[0].version}"
            message = messages.post(session, now, by, source=source, name=name, to=to, payload=payload or {})
            session.flush()
            instances.deliver(self.parts, session, now, message)
            if message.status != "delivered":
                raise Conflict("本案目前不能接受此项操作，请刷新后查看最新状态。")
        self.settle()

    # --- work items ---------------------------------------------------------------------------

    @contextmanager
    def desk(self, by: str) -> Iterator[Desk]:
        """Claim, release, transfer, urge, ask for opinions, keep drafts; committed at the end."""
        with self.database.write() as session:
            yield Desk(session, self.directory, self.clock.now(), by)

    def form(self, session: Session, bundle_id: str, name: str) -> Form:
        """The parsed form of a bundle (shared, immutable)."""
        key = (bundle_id, name)
        if key not in self._forms:
            bundle = session.get(Bundle, bundle_id)
            if bundle is None or name not in bundle.forms:
                raise NotFound(f"没有名为“{name}”的表单。")
            self._forms[key] = Form.parse(name, bundle.forms[name])
        return self._forms[key]

    # --- after and around -----------------------------------------------------------------------

    @contextmanager
    def _guarded(self, item_id: str, by: str, data: Mapping[str, Any], now: datetime) -> Iterator[None]:
        """Roll back, keep the input, and turn the unexpected into an incident."""
        try:
            yield
        except EXPECTED:
            self._keep_input(item_id, by, data, now)
            raise
        except Exception as error:
            self._keep_input(item_id, by, data, now)
            with self.database.write() as session:
                item = work_items.get(session, item_id)
                incidents.open_incident(
                    session,
                    now,
                    kind="complete",
                    subject=item_id,
                    error=error,
                    instance_id=item.instance_id,
                    element=item.element,
                )
            raise StepFailed from error

    def _keep_input(self, item_id: str, by: str, data: Mapping[str, Any], now: datetime) -> None:
        if not data:
            return
        with self.database.write() as session:
            item = session.scalars(sa.select(WorkItem).where(WorkItem.id == item_id)).first()
            person = self.directory.person(session, by)
            if item is not None and person is not None and work_items.is_for(item, person):
                work_items.save_draft(session, item, by, dict(data), now)

    def settle(self) -> None:
        """After a commit: hand over the messages that it left, and ring for work put off."""
        delivery.drain(self.database, self.parts, self.clock.now)
        self.wake()
