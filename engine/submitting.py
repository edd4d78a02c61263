"""A person submits a form: the step is taken, or an opinion is noted until there are enough of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import audit, instances, opinions, recalls, submissions, work_items
from engine.directory import Person
from engine.errors import Refused
from engine.forms import Form
from engine.models import Instance, WorkItem
from engine.row_journal import RowJournal
from engine.step import Parts

Data = Mapping[str, Any]


@dataclass
class Submitting:
    """One locked item in the hands of one person who may work on it; `form` is the item's."""

    parts: Parts
    session: Session
    now: datetime
    item: WorkItem
    person: Person
    form: Form

    def submit(self, data: Data, agree: bool, text: str) -> bool:
        """Whether the step is done; raises Refused with what the form or a handler has against it."""
        if self.item.opinions:
            return self._opine(data, agree, text)
        self._take_step(self._checked(data))
        return True

    def _take_step(self, data: Data) -> None:
        item, by = self.item, self.person.id
        submission = submissions.record(self.session, item, data, by, self.now)
        self._audit("item.completed", content_hash=submission.content_hash)
        state_before = self.session.get_one(Instance, item.instance_id).state
        with RowJournal(self.session) as written:
            step = instances.complete(self.parts, self.session, self.now, item, by, data)
        recalls.remember(step, item, by, state_before, written)

    def _opine(self, data: Data, agree: bool, text: str) -> bool:
        session, item = self.session, self.item
        recorded = opinions.tally(session, item).data
        if recorded is None and not agree:
            raise Refused("尚无记录可供会签，请先填写记录。")
        checked = self._checked(data) if recorded is None else None
        opinions.give(session, item, self.person.id, agree=agree, text=text, data=checked, at=self.now)
        if checked is not None:
            self._rehearse(checked)
        self._audit("item.opinion", agree=agree, text=text)
        if not agree and recorded is not None:
            opinions.void(session, item)
        item.version += 1
        tally = opinions.tally(session, item)
        if not tally.decided or tally.data is None:
            item.assignee = None
            return False
        self._take_step(tally.data)
        return True

    def _rehearse(self, data: Data) -> None:
        """Try the step and keep nothing: who records first learns at once what the last would be told."""
        trial = self.session.begin_nested()
        try:
            self._take_step(data)
        finally:
            if trial.is_active:
                trial.rollback()

    def _checked(self, data: Data) -> dict[str, Any]:
        clean = self.form.clean(data)
        problems = self.form.problems(clean)
        if problems:
            raise Refused(problems)
        return clean

    def _audit(self, action: str, **facts: Any) -> None:
        """Who works for an absent colleague is recorded with the colleague's name (代理)."""
        absent = work_items.stands_in_for(self.item, self.person)
        facts |= {"name": self.item.name} | ({"stands_in_for": absent} if absent else {})
        audit.record(
            self.session, self.now, self.person.id, action, instance_id=self.item.instance_id,
            element=self.item.element, subject=self.item.id, facts=facts,
        )  # fmt: skip
