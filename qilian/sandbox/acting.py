"""One open form, one person, one answer: how the sandbox's people act by themselves.

The form, what it begins with and who may take it are the same as in the browser; what a visitor has typed
into a draft is kept before anything is made up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import applications
from engine import audit, work_items
from engine.clock import legal_day
from engine.directory import Person
from engine.errors import Conflict, NotAllowed, NotFound, Refused
from engine.forms import Form
from engine.models import Draft, Instance, WorkItem
from qilian.sandbox.answers import Answer, Turn
from qilian.sandbox.filling import filled
from qilian.sandbox.play import Data, Play
from web.tasks.task_data import starting_data

PLAYED = "sandbox.played"  # in the audit trail: the demonstration acted here, not a visitor
ATTEMPTS = 4  # answers that may be tried; a grade too high is refused, the next lower one is not


@dataclass(frozen=True)
class OpenTask:
    """Something on somebody's desk: which step of which case, since when."""

    id: str
    element: str
    since: date
    instance_id: str
    key: str
    county: str

    @property
    def year(self) -> int | None:
        """`NB-2024-GS-JQ-2024-001`: the year that a report or an assessment is about."""
        kind, _, rest = self.key.partition("-")
        return int(rest[:4]) if kind in ("NB", "KH") else None


@dataclass(frozen=True)
class Desk:
    """An open item with its form, as whoever may take it sees it. `able` is empty where nobody may."""

    item: WorkItem
    instance: Instance
    form: Form
    able: Sequence[Person]
    blank: Mapping[str, Any]
    typed: Mapping[str, Any]
    content: Mapping[str, Any]


class Acting:
    """Completes open work items with answers. Knows nothing of days and chapters."""

    def __init__(self, play: Play) -> None:
        self.play, self.engine = play, play.engine

    def open_tasks(self) -> list[OpenTask]:
        columns = (WorkItem.id, WorkItem.element, WorkItem.created_at, WorkItem.instance_id)
        query = sa.select(*columns, Instance.business_key, Instance.scope)
        query = query.join(Instance, Instance.id == WorkItem.instance_id).where(WorkItem.status == "open")
        with self.engine.database.read() as session:
            return [
                OpenTask(id_, element, legal_day(at), instance_id, key, scope)
                for id_, element, at, instance_id, key, scope in session.execute(
                    query.order_by(WorkItem.number)
                )
            ]

    def act(self, item_id: str, answer: Answer) -> str:
        """Open the form, answer and submit it; returns why the rules refused it, empty when they did not."""
        with self.engine.database.read() as session:
            desk = self._desk(session, item_id)
        why = "" if desk.able else "没有人可以办理。"
        for attempt in range(ATTEMPTS if desk.able else 0):
            try:
                self._submit(desk, self._data(desk, answer, attempt))
            except Refused as refusal:
                why = str(refusal)
            except (NotAllowed, Conflict) as refusal:  # a visitor was there first
                return str(refusal)
            else:
                return ""
        return why

    def _desk(self, session: Session, item_id: str) -> Desk:
        item = work_items.get(session, item_id)
        instance = session.get_one(Instance, item.instance_id)
        form = self.engine.form(session, instance.bundle_id, item.form)
        able = work_items.candidates(session, self.engine.directory, item)
        able = sorted(able, key=lambda person: person.id != item.assignee)
        blank = starting_data(session, form, item, instance, able[0].id, self.play.today) if able else {}
        return Desk(item, instance, form, able, blank, _typed(session, item), _content(session, instance))

    def _data(self, desk: Desk, answer: Answer, attempt: int) -> Data:
        """The answers, and over the first of them whatever a visitor has begun to write."""
        files = self.play.uploads(desk.form, desk.instance.id, desk.able[0].id, desk.item.number)
        turn = Turn(
            form=desk.form, today=self.play.today, blank=desk.blank, number=desk.item.number,
            files=files[:1], photos=files[1:], attempt=attempt, county=desk.instance.scope,
            key=desk.instance.business_key, team=[p.name for p in desk.able], content=desk.content,
        )  # fmt: skip
        answers = {**answer(turn), **({} if attempt else desk.typed)}
        return filled(desk.form, desk.blank, answers, self.play.today, files[:1])

    def _submit(self, desk: Desk, data: Data) -> None:
        """A task with opinions is countersigned by the next ones."""
        first, *others = (person.id for person in desk.able)
        done = self.engine.complete(desk.item.id, by=first, data=data)
        for other in others:
            if done.done:
                break
            done = self.engine.complete(desk.item.id, by=other, data={}, text="情况属实，同意。")
        self.note(first, desk.item.id, desk.instance.id, desk.item.element)

    def note(self, by: str, subject: str, instance_id: str | None = None, element: str | None = None) -> None:
        """Say in the audit trail that the demonstration acted for this person."""
        with self.engine.database.write() as session:
            now = self.engine.clock.now()
            audit.record(session, now, by, PLAYED, instance_id=instance_id, element=element, subject=subject)


def _typed(session: Session, item: WorkItem) -> Data:
    """The latest draft of the item, without what it leaves open."""
    query = sa.select(Draft).where(Draft.item_id == item.id).order_by(Draft.saved_at.desc())
    draft = session.scalars(query.limit(1)).first()
    return {k: v for k, v in (draft.data if draft else {}).items() if v not in (None, "", [], False)}


def _content(session: Session, instance: Instance) -> Mapping[str, Any]:
    """The application that the case rests on; most cases rest on none."""
    try:
        return applications.effective_application(session, instance.id)[0]
    except NotFound:
        return {}
