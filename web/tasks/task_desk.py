"""One task on the desk: the item, its case, its form and the data so far, for one person."""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.people import roles
from clusters.workbooks.workbook_rows import number_rows
from engine import opinions, work_items
from engine.errors import NotAllowed
from engine.forms import Form
from engine.models import Draft, Instance, Submission, WorkItem
from engine.opinions import Tally
from web.access import person
from web.services import services
from web.tasks.choices import with_choices
from web.tasks.task_data import starting_data

UNFILED = "办理中的内容只有承办单位可见，提交后可在办件页查看。"
LONG_FORM = 8  # from so many sections on, each has a page of its own


@dataclass(frozen=True)
class Desk:
    """What is on the desk: the item, its case, its form, and the data so far."""

    item: WorkItem
    instance: Instance
    form: Form
    data: dict[str, Any]
    why_not: str | None  # why this person may not work on it
    tally: Tally | None
    has_signed: bool = False  # this person's opinion is given; others have still to sign
    is_late: bool = False  # a colleague was faster: `data` is what this person had typed

    @property
    def is_long(self) -> bool:
        return len(self.form.sections) >= LONG_FORM

    @property
    def may_work(self) -> bool:
        return self.why_not is None

    @property
    def stands_in_for(self) -> str:
        """The absent colleagues whose step this is (代理)."""
        return work_items.stands_in_for(self.item, person())

    @property
    def is_countersigning(self) -> bool:
        """Somebody has recorded; this person agrees or objects."""
        return self.tally is not None and self.tally.data is not None


def open_desk(session: Session, item_id: str) -> Desk:
    item = work_items.get(session, item_id)
    instance = session.scalars(sa.select(Instance).where(Instance.id == item.instance_id)).one()
    form = with_choices(session, services().engine.form(session, instance.bundle_id, item.form), instance)
    why_not = _why_not(session, item)
    if item.status != "open":
        return _closed(session, Desk(item, instance, form, {}, why_not, None))
    if not _is_of_the_office(item):
        return Desk(item, instance, form, {}, f"{why_not or ''}{UNFILED}", None)
    tally = opinions.tally(session, item) if item.opinions else None
    if tally is not None and tally.data is not None:
        data = dict(tally.data)
    else:
        data = starting_data(session, form, item, instance, person().id, services().today())
    votes = opinions.given(session, item.id) if tally is not None else []
    has_signed = any(o.person_id == person().id and o.vote is not None for o in votes)
    return Desk(item, instance, form, data, why_not, tally, has_signed)


def _closed(session: Session, desk: Desk) -> Desk:
    """What was filed; whoever lost the race to file it finds the own draft instead."""
    item, mine = desk.item, session.get(Draft, (desk.item.id, person().id))
    was_slower = item.completed_at is not None and item.completed_by != person().id
    if mine is not None and was_slower and mine.saved_at >= item.completed_at:
        return replace(desk, data=dict(mine.data), is_late=True)
    filed = sa.select(Submission.data).where(Submission.item_id == item.id)
    return replace(desk, data=dict(session.scalars(filed.order_by(Submission.number.desc())).first() or {}))


def _is_of_the_office(item: WorkItem) -> bool:
    """What is not filed yet stays with the office that works on it: nobody inspected knows the sample."""
    if work_items.is_for(item, person()):
        return True
    level = roles.ROLES[item.role].level
    return any(s.scope == item.scope and roles.ROLES[s.role].level == level for s in person().seats)


def _why_not(session: Session, item: WorkItem) -> str | None:
    if item.status != "open":
        return "此事项已经办结。" if item.status == "completed" else "此事项已撤销。"
    try:
        work_items.require_may_work(session, item, services().engine.directory.person(session, person().id))
    except NotAllowed as reason:
        return str(reason)
    return None


def keep_draft(desk: Desk, data: dict[str, Any]) -> None:
    """Save what has been typed; rows get the numbers that only the system gives."""
    clean = desk.form.clean(data, draft=True)
    for rows in clean.values():
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            number_rows(rows)
    with services().engine.desk(person().id) as acts:
        acts.save_draft(desk.item.id, clean)
