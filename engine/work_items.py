"""Work items: who may hold them, and how they open and close with the process (D8, D13)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import reminders, service_clocks
from engine.bpmn.runner import OpenTask
from engine.directory import Directory, Person, Seat
from engine.errors import Conflict, NotAllowed, NotFound, TaskAlreadyCompleted
from engine.ids import new_id
from engine.models import Draft, Instance, Opinion, Submission, WorkItem
from engine.step import Step


def get(session: Session, item_id: str) -> WorkItem:
    item = session.scalars(sa.select(WorkItem).where(WorkItem.id == item_id)).first()
    if item is None:
        raise NotFound
    return item


def instance_of(session: Session, item_id: str) -> str:
    """To which instance the item belongs; that never changes, so nothing has to be locked for it."""
    found = session.scalar(sa.select(WorkItem.instance_id).where(WorkItem.id == item_id))
    if found is None:
        raise NotFound
    return found


def lock_open(session: Session, item_id: str) -> WorkItem:
    """The item for change; says who completed it when it is no longer open."""
    query = sa.select(WorkItem).where(WorkItem.id == item_id).with_for_update()
    item = session.scalars(query).first()
    if item is None:
        raise NotFound
    if item.status == "completed":
        raise TaskAlreadyCompleted(item.id, item.completed_by, item.completed_at)
    if item.status != "open":
        raise Conflict("此事项已撤销，无需再办。")
    return item


def is_overdue(item: WorkItem, today: date) -> bool:
    """A date of a year that is not announced makes nobody late (D-15)."""
    return item.due_on is not None and item.due_on < today and not item.provisional


def seats_of(item: WorkItem) -> tuple[Seat, ...]:
    """The seats that may do an item: that of its lane, then the one that `alsoBy` names."""
    first = Seat(item.role, item.scope)
    if item.also_role is None or item.also_scope is None:
        return (first,)
    return (first, Seat(item.also_role, item.also_scope))


def is_for(item: WorkItem, person: Person) -> bool:
    """Whether the item lies in one of the person's seats."""
    return not person.seats.isdisjoint(seats_of(item))


def stands_in_for(item: WorkItem, person: Person) -> str:
    """The absent colleagues for whom the person would do it; "" in one's own right."""
    seats = [seat for seat in seats_of(item) if seat in person.seats]
    absent = {person.lent[seat] for seat in seats if seat in person.lent}
    return "、".join(sorted(absent)) if all(seat in person.lent for seat in seats) else ""


def who_did(session: Session, instance_id: str, elements: Sequence[str]) -> set[str]:
    """Everybody who completed one of these steps, or gave an opinion on it, in this instance."""
    done = sa.select(WorkItem.completed_by).where(
        WorkItem.instance_id == instance_id, WorkItem.element.in_(elements), WorkItem.status == "completed"
    )
    opined = (
        sa.select(Opinion.person_id)
        .join(WorkItem, WorkItem.id == Opinion.item_id)
        .where(
            WorkItem.instance_id == instance_id,
            WorkItem.element.in_(elements),
            WorkItem.status == "completed",
            Opinion.vote.is_not(None),
        )
    )
    return {p for p in [*session.scalars(done), *session.scalars(opined)] if p}


def barred(session: Session, item: WorkItem) -> set[str]:
    """Whom the four-eyes rule keeps away: by steps of this case and of the case `notByCase` names."""
    if not item.not_by:
        return set()
    found = who_did(session, item.instance_id, item.not_by)
    if item.not_by_case:
        others = sa.select(Instance.id).where(Instance.business_key == item.not_by_case)
        for instance_id in session.scalars(others):
            found |= who_did(session, instance_id, item.not_by)
    return found


def require_may_work(session: Session, item: WorkItem, person: Person | None) -> Person:
    """Role, scope, assignee and the four-eyes rule; raises NotAllowed with the reason in words."""
    if person is None or not is_for(item, person):
        raise NotAllowed("此事项不在您的岗位和辖区之内。")
    if item.assignee not in (None, person.id):
        raise NotAllowed("此事项已由他人签收，请先请其退回或转办。")
    if person.id in barred(session, item):
        raise NotAllowed("您办理过本案或其所涉办件的前一环节，按回避和两人复核的要求，本环节应由他人办理。")
    return person


def candidates(session: Session, directory: Directory, item: WorkItem) -> list[Person]:
    """Who may take the item: holders of its seats, less those barred by `notBy` and those who have signed."""
    kept_away = barred(session, item)
    if item.opinions:
        signed = sa.select(Opinion.person_id).where(Opinion.item_id == item.id, Opinion.vote.is_not(None))
        kept_away |= set(session.scalars(signed))
    seated = {p.id: p for s in seats_of(item) for p in directory.candidates(session, s.role, s.scope)}
    return [p for p in seated.values() if p.id not in kept_away]


def takes_part(session: Session, directory: Directory, instance_id: str, person_id: str) -> bool:
    """Whether somebody handles the case: has completed a step of it, or may take one that is open."""
    items = list(session.scalars(sa.select(WorkItem).where(WorkItem.instance_id == instance_id)))
    if any(item.completed_by == person_id for item in items):
        return True
    return any(
        person_id in {p.id for p in candidates(session, directory, item)}
        for item in items
        if item.status == "open"
    )


def reconcile(step: Step, open_tasks: Sequence[OpenTask]) -> None:
    """Insert what is new, close what has ended, leave the rest untouched with its draft (D8)."""
    wanted = {t.task_id: t for t in open_tasks}
    query = sa.select(WorkItem).where(
        WorkItem.instance_id == step.instance.id,
        sa.or_(WorkItem.status == "open", WorkItem.task_id.in_(wanted)),
    )
    rows = {r.task_id: r for r in sorted(step.session.scalars(query), key=lambda r: r.round)}
    for task_id, row in rows.items():
        if row.status == "open" and task_id not in wanted:
            close(step, row, "cancelled")
    for task_id, task in wanted.items():
        known = rows.get(task_id)
        if known is None or known.status != "open":
            _open(step, task, known)


def _open(step: Step, task: OpenTask, recalled: WorkItem | None) -> None:
    model = task.model
    item = WorkItem(
        id=new_id(), instance_id=step.instance.id, task_id=task.task_id, element=model.id,
        round=recalled.round + 1 if recalled else 0, status="open", version=1, created_at=step.now,
    )  # fmt: skip
    _describe(step, task, item)
    _set_due(step, task, item, recalled)
    step.session.add(item)
    step.session.flush()
    service_clocks.on_open(step, model, item)
    reminders.arm(step.session, step.now, step.calendar, item)
    _announce(step, item)


def renew(step: Step, open_tasks: Sequence[OpenTask]) -> None:
    """After a move to another version (D10): what each open item is called and who may hold it.

    Draft and due date stay. Where a seat is lost, whoever held the item gives it up; who may hold it is told.
    """
    wanted = {t.task_id: t for t in open_tasks}
    query = sa.select(WorkItem).where(WorkItem.instance_id == step.instance.id, WorkItem.status == "open")
    for item in step.session.scalars(query):
        task = wanted[item.task_id]
        seats, remind = seats_of(item), item.remind
        _describe(step, task, item)
        item.version += 1
        if item.remind != remind:
            reminders.cancel(step.session, item.id)
        if item.remind and item.remind != remind:
            reminders.arm(step.session, step.now, step.calendar, item)
        if seats_of(item) != seats:
            item.assignee = item.assignee if set(seats) <= set(seats_of(item)) else None
            _announce(step, item)


def _describe(step: Step, task: OpenTask, item: WorkItem) -> None:
    """What the diagram says of a step."""
    model = task.model
    item.name, item.form, item.article, item.remind = model.name, model.form, model.article, model.remind
    directory, case = step.parts.directory, step.instance
    item.role, item.scope = model.role, directory.scope_of(model.role, case.scope)
    item.also_role, item.also_scope = model.also_by, None
    if model.also_by:
        item.also_scope = directory.scope_of(model.also_by, case.scope, case.business_key)
    item.not_by, item.not_by_case = list(model.not_by), _other_case(step, task)
    item.opinions = model.opinions


def _other_case(step: Step, task: OpenTask) -> str | None:
    expression = task.model.not_by_case
    return None if expression is None else str(step.evaluate(expression, task.data))


def _set_due(step: Step, task: OpenTask, item: WorkItem, recalled: WorkItem | None) -> None:
    """Taking a step back does not lengthen its period: the due date of the recalled item stays."""
    model = task.model
    if recalled is not None and not model.clock:
        item.due_on, item.due_trace = recalled.due_on, recalled.due_trace
        item.provisional = recalled.provisional
        item.legal_on, item.due_note = recalled.legal_on, recalled.due_note
        return
    due_on, counted = step.due_date(model.due, task.data) if model.due else (None, None)
    if model.clock and due_on is None:
        counted = service_clocks.due(step, model.clock)
        due_on = counted.due
    item.due_on, item.due_trace = due_on, None if counted is None else counted.to_json()
    item.provisional = bool(counted and counted.is_provisional)


def _announce(step: Step, item: WorkItem) -> None:
    """Tell whoever may take it; a post that nobody holds is raised to the level above."""
    people = candidates(step.session, step.parts.directory, item)
    link = f"/tasks/{item.id}"
    if people:
        step.tell(
            [p.id for p in people], f"新待办：{item.name}", step.instance.title, link, kind="task",
            item_id=item.id,
        )  # fmt: skip
        return
    above = step.parts.directory.superior(item.role, item.scope)
    holders = [] if above is None else step.parts.directory.candidates(step.session, above.role, above.scope)
    text = f"{step.instance.title}：“{item.name}”一步，本单位无人担任此岗，请协调安排。"
    title = f"无人担任此岗：{item.name}"
    step.tell([p.id for p in holders], title, text, step.link, kind="task", item_id=item.id)


def close(step: Step, item: WorkItem, status: str) -> None:
    item.status = status
    item.version += 1
    if item.remind:
        reminders.cancel(step.session, item.id)
    service_clocks.on_close(step, step.model.user_tasks.get(item.element))


def save_draft(
    session: Session, item: WorkItem, person_id: str, data: dict[str, object], now: datetime
) -> None:
    """Autosave touches neither the item's nor the instance's version (D8)."""
    others = sa.select(sa.func.max(Draft.saved_at)).where(
        Draft.item_id == item.id, Draft.person_id != person_id
    )
    if (newest := session.scalar(others)) is not None:
        now = max(now, newest + timedelta(microseconds=1))  # legal time may stand still; the last word counts
    draft = session.get(Draft, (item.id, person_id))
    if draft is not None:
        draft.data, draft.saved_at = data, now
        return
    # Two first saves may come at once, from two tabs: the later one stays.
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    first = (sqlite.insert(Draft) if is_sqlite else postgresql.insert(Draft)).values(
        item_id=item.id, person_id=person_id, data=data, saved_at=now
    )
    news = {"data": first.excluded.data, "saved_at": first.excluded.saved_at}
    session.execute(first.on_conflict_do_update(index_elements=["item_id", "person_id"], set_=news))


def prefill(session: Session, item: WorkItem, person_id: str) -> dict[str, object]:
    """What the form starts with: the newest draft, whoever of the seat typed it, else the last submission.

    Somebody's own older draft would hide, and on the next save undo, what a colleague did since.
    """
    drafts = session.scalars(sa.select(Draft).where(Draft.item_id == item.id)).all()
    if drafts:
        return dict(max(drafts, key=lambda d: (d.saved_at, d.person_id == person_id)).data)
    query = (
        sa.select(Submission.data)
        .where(Submission.instance_id == item.instance_id, Submission.element == item.element)
        .order_by(Submission.number.desc())
        .limit(1)
    )
    return dict(session.scalars(query).first() or {})
