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

from engine import audit, delivery, incidents, instances, messages, opinions, recalls, submissions, work_items
from engine.bpmn.parser import BundleCache
from engine.clock import Clock
from engine.contract import Catalogue, Duty
from engine.db import Database, one_at_a_time
from engine.desk import Desk
from engine.directory import Directory
from engine.domain_dates import DomainDates
from engine.errors import Conflict, NotAllowed, NotFound, QilianError, Refused
from engine.forms import Form
from engine.instances import NewInstance
from engine.models import Bundle, Instance, WorkItem
from engine.row_journal import RowJournal
from engine.step import Parts, Terms

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
            _instance, item = self._locked(session, item_id, by, version)
            completion = self._complete(session, item, by, data, now, agree, text)
        self.settle()
        return completion

    def _locked(
        self, session: Session, item_id: str, by: str, version: int | None
    ) -> tuple[Instance, WorkItem]:
        """Instance first, item second: every step locks in this order, so none waits in a ring."""
        instance = instances.lock(session, work_items.instance_of(session, item_id))
        item = work_items.lock_open(session, item_id)
        work_items.require_may_work(session, item, self.directory.person(session, by))
        if version is not None and version != item.version:
            raise Conflict
        return instance, item

    def _complete(
        self,
        session: Session,
        item: WorkItem,
        by: str,
        data: Mapping[str, Any],
        now: datetime,
        agree: bool,
        text: str,
    ) -> Completion:
        if item.opinions:
            return self._opine(session, item, by, data, now, agree, text)
        self._submit(session, item, by, self._checked(session, item, data), now)
        return Completion(item.id, item.instance_id, True)

    def _submit(
        self, session: Session, item: WorkItem, by: str, data: Mapping[str, Any], now: datetime
    ) -> None:
        submission = submissions.record(session, item, data, by, now)
        state_before = session.get_one(Instance, item.instance_id).state
        with RowJournal(session) as written:
            step = instances.complete(self.parts, session, now, item, by, data)
        recalls.remember(step, item, by, state_before, written)
        audit.record(
            session,
            now,
            by,
            "item.completed",
            instance_id=item.instance_id,
            element=item.element,
            subject=item.id,
            facts={"name": item.name, "content_hash": submission.content_hash},
        )

    def _opine(
        self,
        session: Session,
        item: WorkItem,
        by: str,
        data: Mapping[str, Any],
        now: datetime,
        agree: bool,
        text: str,
    ) -> Completion:
        recorded = opinions.tally(session, item).data
        if recorded is None and not agree:
            raise Refused("尚无记录可供会签，请先填写记录。")
        checked = self._checked(session, item, data) if recorded is None else None
        opinions.give(session, item, by, agree=agree, text=text, data=checked, at=now)
        if checked is not None:
            self._rehearse(session, item, by, checked, now)
        facts = {"name": item.name, "agree": agree, "text": text}
        audit.record(
            session,
            now,
            by,
            "item.opinion",
            instance_id=item.instance_id,
            element=item.element,
            subject=item.id,
            facts=facts,
        )
        if not agree and recorded is not None:
            opinions.void(session, item)
            item.assignee = None
        tally = opinions.tally(session, item)
        item.version += 1
        if not tally.decided or tally.data is None:
            item.assignee = None
            return Completion(item.id, item.instance_id, False)
        self._submit(session, item, by, tally.data, now)
        return Completion(item.id, item.instance_id, True)

    def _rehearse(
        self, session: Session, item: WorkItem, by: str, data: Mapping[str, Any], now: datetime
    ) -> None:
        """Try the step and keep nothing: who records first learns at once what the last would be told."""
        trial = session.begin_nested()
        try:
            self._submit(session, item, by, data, now)
        finally:
            if trial.is_active:
                trial.rollback()

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

    def _checked(self, session: Session, item: WorkItem, data: Mapping[str, Any]) -> dict[str, Any]:
        instance = session.get_one(Instance, item.instance_id)  # locked with the item
        form = self.form(session, instance.bundle_id, item.form)
        clean = form.clean(data)
        problems = form.problems(clean)
        if problems:
            raise Refused(problems)
        return clean

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
