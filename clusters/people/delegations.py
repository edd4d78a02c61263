"""代理: who works for whom on a day. Knows people and dates; what work it is does not matter here."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.people import people, roles
from clusters.people.models import Delegation
from engine.errors import NotAllowed, NotFound, Problem, Refused
from engine.ids import new_id


def delegate(
    session: Session, from_person: str, to_person: str, starts_on: date, ends_on: date, reason: str,
    by: str, today: date, now: datetime,
) -> Delegation:  # fmt: skip
    """Let a colleague of the same organisation work in one's seats for a period."""
    giver, taker = people.get(session, from_person), people.get(session, to_person)
    found: list[Problem] = []
    if from_person == to_person:
        found.append(Problem("不能委托给本人。", path="to_person"))
    if giver.org_id != taker.org_id or taker.disabled:
        found.append(Problem("只能委托给本单位在用账号的同事。", path="to_person"))
    if any(r.role in roles.ADMINISTRATORS for r in (*giver.roles, *taker.roles)):
        found.append(Problem("系统、安全、审计管理员的岗位不能代理，也不能代理他人。", path="to_person"))
    if ends_on < starts_on or ends_on < today:
        found.append(Problem("代理期的截止日不能早于起始日和今天。", path="ends_on"))
    if not reason.strip():
        found.append(Problem("请填写代理原因。", path="reason"))
    if found:
        raise Refused(found)
    row = Delegation(
        id=new_id(), from_person=from_person, to_person=to_person, starts_on=starts_on, ends_on=ends_on,
        reason=reason.strip(), created_by=by, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def revoke(session: Session, delegation_id: str, by: str, now: datetime) -> None:
    row = session.get(Delegation, delegation_id)
    if row is None:
        raise NotFound("没有这项代理。")
    if by not in (row.from_person, row.created_by):
        raise NotAllowed("只有委托人可以收回代理。")
    row.revoked_at = row.revoked_at or now


def revoke_all(session: Session, person_id: str, now: datetime) -> None:
    """Somebody changes post or leaves: what they gave and what they took ends."""
    for row in list_for(session, person_id):
        row.revoked_at = row.revoked_at or now


def _standing(on: date) -> sa.ColumnElement[bool]:
    return sa.and_(Delegation.revoked_at.is_(None), Delegation.starts_on <= on, Delegation.ends_on >= on)


def stood_in_for(session: Session, person_ids: Sequence[str], on: date) -> dict[str, list[str]]:
    """For whom each of `person_ids` works on this day; who works for nobody else is not in it."""
    row = Delegation
    query = sa.select(row.to_person, row.from_person).where(row.to_person.in_(person_ids), _standing(on))
    found: dict[str, list[str]] = {}
    for taker, giver in session.execute(query):
        found.setdefault(taker, []).append(giver)
    return found


def delegates_of(givers: sa.Select[str], on: date) -> sa.Select[str]:
    """The people who work for any of `givers` on this day, as a query."""
    return sa.select(Delegation.to_person).where(Delegation.from_person.in_(givers), _standing(on))


def list_for(session: Session, person_id: str) -> list[Delegation]:
    """Given and taken, newest first, for the person's own page."""
    mine = sa.or_(Delegation.from_person == person_id, Delegation.to_person == person_id)
    return list(session.scalars(sa.select(Delegation).where(mine).order_by(Delegation.starts_on.desc())))
