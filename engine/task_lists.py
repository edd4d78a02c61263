"""待办、已办、我发起的: what one person sees of all work, with counts. Reads only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, defer

from engine.clock import at_start_of, legal_day
from engine.directory import Person
from engine.models import Instance, Opinion, WorkItem

PAGE = 50


@dataclass(frozen=True)
class Filters:
    """`element` a step, `scope` a region prefix, `due_by` due until that day, `text` in title or number;
    `year` that in which the case was begun.
    """

    element: str | None = None
    year: int | None = None
    scope: str | None = None
    due_by: date | None = None
    text: str | None = None


@dataclass(frozen=True)
class Row:
    item: WorkItem
    instance: Instance


def _mine(person: Person) -> sa.ColumnElement[bool]:
    """Assigned to me, or to nobody and in one of my seats.

    Not what waits for others once I have signed, nor what four eyes keep from me.
    """
    assigned = _numbers(WorkItem.status == "open", WorkItem.assignee == person.id)
    free = [
        _numbers(
            WorkItem.status == "open", role == seat.role, scope == seat.scope, WorkItem.assignee.is_(None)
        )
        for seat in sorted(person.seats, key=lambda seat: (seat.role, seat.scope))
        for role, scope in (
            (WorkItem.role, WorkItem.scope),
            (WorkItem.also_role, WorkItem.also_scope),
        )
    ]
    return sa.and_(_one_of(assigned, *free), ~_signed(person), ~_barred(person))


def _signed(person: Person) -> sa.ColumnElement[bool]:
    """I have given my opinion on the item."""
    return sa.exists().where(
        Opinion.item_id == WorkItem.id, Opinion.person_id == person.id, Opinion.vote.is_not(None)
    )


def _barred(person: Person) -> sa.ColumnElement[bool]:
    """I took part in a step that the item's `notBy` names, in its case or in the one `notByCase` names."""
    other = sa.select(Instance.id).where(Instance.business_key == WorkItem.not_by_case).correlate(WorkItem)
    not_by = sa.type_coerce(WorkItem.not_by, sa.Text)
    return sa.and_(
        not_by != "[]",
        sa.or_(
            _took_part(person, not_by, lambda earlier: earlier.instance_id == WorkItem.instance_id),
            sa.and_(
                WorkItem.not_by_case.is_not(None),
                _took_part(person, not_by, lambda earlier: earlier.instance_id.in_(other)),
            ),
        ),
    )


def _took_part(
    person: Person, steps: sa.ColumnElement[str], belongs: Callable[[type[WorkItem]], sa.ColumnElement[bool]]
) -> sa.ColumnElement[bool]:
    """I completed or signed one of these steps (a JSON list) in a case that `belongs`."""
    earlier = aliased(WorkItem)
    listed = steps.like(sa.literal('%"').concat(earlier.element).concat('"%'))
    signed = sa.exists().where(
        Opinion.item_id == earlier.id, Opinion.person_id == person.id, Opinion.vote.is_not(None)
    )
    return sa.exists().where(
        belongs(earlier),
        earlier.status == "completed",
        listed,
        sa.or_(earlier.completed_by == person.id, signed),
    )


def _done(person: Person) -> sa.ColumnElement[bool]:
    """What I completed, and what I signed, whether or not others have still to sign."""
    completed = _numbers(WorkItem.completed_by == person.id, WorkItem.status == "completed")
    mine = sa.select(Opinion.item_id).where(Opinion.person_id == person.id, Opinion.vote.is_not(None))
    signed = _numbers(WorkItem.id.in_(mine), WorkItem.status.in_(("open", "completed")))
    return _one_of(completed, signed)


def _numbers(*conditions: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(WorkItem.number).where(*conditions)


def _one_of(*ranges: sa.Select[int]) -> sa.ColumnElement[bool]:
    """One range of an index for each seat: an OR over them would look at every open item there is."""
    return WorkItem.number.in_(sa.union_all(*ranges))


def _filtered(query: sa.Select[WorkItem, Instance], filters: Filters) -> sa.Select[WorkItem, Instance]:
    if filters.element:
        query = query.where(WorkItem.element == filters.element)
    if filters.scope:
        query = query.where(Instance.scope.startswith(filters.scope))
    if filters.year:
        query = query.where(Instance.started_at >= _new_year(filters.year))
        query = query.where(Instance.started_at < _new_year(filters.year + 1))
    if filters.due_by:
        query = query.where(WorkItem.due_on <= filters.due_by)
    if filters.text:
        like = f"%{filters.text}%"
        query = query.where(sa.or_(Instance.title.like(like), Instance.business_key.like(like)))
    return query


def _new_year(year: int) -> datetime:
    return at_start_of(date(year, 1, 1))


def _rows(session: Session, query: sa.Select[WorkItem, Instance], page: int) -> list[Row]:
    return [Row(i, n) for i, n in session.execute(query.limit(PAGE + 1).offset(page * PAGE))]


def _joined() -> sa.Select[WorkItem, Instance]:
    """The engine's own state of each case, the largest part of its row, stays where it is."""
    query = sa.select(WorkItem, Instance).join(Instance, Instance.id == WorkItem.instance_id)
    return query.options(defer(Instance.state))


def to_do(session: Session, person: Person, filters: Filters, page: int = 0) -> list[Row]:
    """Open items, the most urgent first; one row more than a page when there is a next page."""
    query = _filtered(_joined().where(_mine(person)), filters)
    order = (WorkItem.due_on.is_(None), WorkItem.due_on, WorkItem.number)
    return _rows(session, query.order_by(*order), page)


def done(session: Session, person: Person, filters: Filters, page: int = 0) -> list[Row]:
    query = _filtered(_joined().where(_done(person)), filters)
    newest = WorkItem.completed_at.desc().nulls_first()
    return _rows(session, query.order_by(newest, WorkItem.number.desc()), page)


def started(session: Session, person: Person, page: int = 0) -> Sequence[Instance]:
    query = sa.select(Instance).where(Instance.started_by == person.id)
    query = query.order_by(Instance.started_at.desc(), Instance.id).limit(PAGE + 1).offset(page * PAGE)
    return session.scalars(query).all()


@dataclass(frozen=True)
class Offered:
    """What a list can be narrowed to: the steps and years that are in it."""

    steps: Sequence[tuple[str, str]]
    years: Sequence[int]


def offered(session: Session, person: Person, is_done: bool) -> Offered:
    mine = _done(person) if is_done else _mine(person)
    joined = sa.select(WorkItem.element, WorkItem.name).where(mine).distinct()
    steps = [(row.element, row.name) for row in session.execute(joined.order_by(WorkItem.name))]
    span = sa.select(sa.func.min(Instance.started_at), sa.func.max(Instance.started_at))
    first, last = session.execute(span.join(WorkItem, Instance.id == WorkItem.instance_id).where(mine)).one()
    years = range(legal_day(last).year, legal_day(first).year - 1, -1) if first else ()
    return Offered(steps, tuple(years))


@dataclass(frozen=True)
class Counts:
    to_do: int
    overdue: int
    done: int
    started: int


def counts(session: Session, person: Person, today: date) -> Counts:
    def count(condition: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count()).select_from(WorkItem).where(condition)) or 0

    mine = _mine(person)
    started_by_me = sa.select(sa.func.count()).select_from(Instance).where(Instance.started_by == person.id)
    return Counts(
        to_do=count(mine),
        overdue=count(sa.and_(mine, WorkItem.due_on < today, WorkItem.provisional.is_(False))),
        done=count(_done(person)),
        started=session.scalar(started_by_me) or 0,
    )
