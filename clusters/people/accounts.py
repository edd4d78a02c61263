"""What administrators do with accounts: open, change, stop, start again (三员分立).

The system administrator says who somebody is and what post they hold, the security administrator
hands out passwords: an account without an issued password lets nobody in. Nobody changes their own
post. Knows people, posts and delegations; pages and sessions live elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.people import delegations, passwords, people, roles
from clusters.people.models import Organisation, Person, PersonRole
from clusters.people.organisations import own_seats
from engine import audit, handover
from engine.db import Database
from engine.errors import NotAllowed, NotFound, Problem, Refused
from engine.forms import CHECKS

NOT_ISSUED = "!"  # fits no password


@dataclass(frozen=True)
class Entry:
    """What the system administrator writes about somebody."""

    name: str
    org_id: str
    roles: frozenset[str]
    phone: str = ""
    email: str = ""


def has_password(person: Person) -> bool:
    return person.password_hash != NOT_ISSUED


def open_account(session: Session, now: datetime, by: str, login: str, entry: Entry) -> Person:
    """A new account, which opens once the security administrator has issued a password."""
    if not entry.roles:
        raise Refused([Problem("请至少选择一个岗位。", path="roles")])
    _require_contact(entry.phone, entry.email)
    person = people.create(
        session, login=login, name=entry.name, org_id=entry.org_id, role_codes=entry.roles, now=now,
        password_hash=NOT_ISSUED, phone=entry.phone, email=entry.email,
    )  # fmt: skip
    _record(session, now, by, "account.created", person, login=person.login, roles=sorted(entry.roles))
    return person


def change(session: Session, now: datetime, by: str, person_id: str, entry: Entry) -> bool:
    """Write the entry over an account; returns whether its posts have changed."""
    person = people.get(session, person_id)
    before = _facts(person)
    _require_sound(session, entry)
    _require_contact(entry.phone, entry.email)
    moves = person.org_id != entry.org_id or {r.role for r in person.roles} != entry.roles
    if moves and by == person_id:
        raise NotAllowed("不能变更自己的单位和岗位，请由另一名系统管理员办理。")
    if moves:
        _require_another_holder(session, person, {r.role for r in person.roles} - entry.roles)
    person.name, person.phone, person.email = entry.name.strip(), entry.phone, entry.email
    if moves:
        _move(session, now, by, person, entry)
    _record(session, now, by, "account.changed", person, before=before, after=_facts(person))
    return moves


def _require_sound(session: Session, entry: Entry) -> None:
    organisation = session.get(Organisation, entry.org_id)
    if organisation is None:
        raise NotFound("没有这个单位。")
    found = roles.problems_of(set(entry.roles), organisation.level)
    if not entry.roles:
        found.append(Problem("请至少选择一个岗位。", path="roles"))
    if not entry.name.strip():
        found.append(Problem("请填写姓名。", path="name"))
    if found:
        raise Refused(found)


def _require_contact(phone: str, email: str) -> None:
    """Empty or well-formed; the same checks as in the forms that are prefilled from here."""
    texts = (("phone", "电话", phone), ("email", "电子邮箱", email))
    faults = ((path, label, CHECKS[path].verify(text) if text else None) for path, label, text in texts)
    found = [Problem(f"{label}{fault}。", path=path) for path, label, fault in faults if fault]
    if found:
        raise Refused(found)


def _move(session: Session, now: datetime, by: str, person: Person, entry: Entry) -> None:
    """Somebody takes another post: delegations end, and what they had claimed goes back."""
    person.org_id = entry.org_id
    session.flush()
    session.refresh(person)
    people.set_roles(session, person.id, entry.roles)
    delegations.revoke_all(session, person.id, now)
    handover.hand_back(session, now, by, person.id, "岗位变动", keeps=own_seats(session, person))


def stop(session: Session, now: datetime, by: str, person_id: str) -> int:
    """停用: nobody signs in any more, history stays; returns how many claimed items went back."""
    person = people.get(session, person_id)
    if by == person_id:
        raise NotAllowed("不能停用自己的账号。")
    if person.disabled:
        return 0
    _require_another_holder(session, person, {r.role for r in person.roles})
    people.disable(session, person_id, now)
    delegations.revoke_all(session, person_id, now)
    returned = handover.hand_back(session, now, by, person_id, "账号停用")
    _record(session, now, by, "account.disabled", person, items_returned=returned)
    return returned


def start_again(session: Session, now: datetime, by: str, person_id: str) -> None:
    """启用: the account opens again with its old password."""
    person = people.get(session, person_id)
    people.enable(session, person_id)
    _record(session, now, by, "account.enabled", person)


def issue_password(
    database: Database, now: datetime, system_now: datetime, by: str, person_id: str
) -> people.NewAccount:
    """A random password, to be told once and changed at the next sign-in. Hashed outside the transaction."""
    if by == person_id:
        raise NotAllowed("不能为自己发放密码，请用“修改密码”。")
    password = passwords.initial_password()
    hashed = passwords.hash_password(password)
    with database.write() as session:
        person = people.put_initial_password(session, person_id, hashed, system_now)
        _record(session, now, by, "password.issued", person)
        return people.NewAccount(person.id, person.login, password)


def unlock(session: Session, now: datetime, by: str, person_id: str) -> None:
    people.unlock(session, person_id)
    _record(session, now, by, "account.unlocked", people.get(session, person_id))


def set_contact(session: Session, now: datetime, person_id: str, phone: str, email: str) -> None:
    """A person's own telephone and address, with which forms are prefilled."""
    _require_contact(phone, email)
    person = people.get(session, person_id)
    person.phone, person.email = phone, email
    _record(session, now, person_id, "account.contact_changed", person)


def _require_another_holder(session: Session, person: Person, leaving: Iterable[str]) -> None:
    """Each of the three administrators has to be there, or nobody could ever be let in again."""
    for role in sorted(roles.ADMINISTRATORS.intersection(leaving)):
        others = (
            sa.select(Person.id)
            .join(PersonRole, PersonRole.person_id == Person.id)
            .where(PersonRole.role == role, Person.id != person.id, Person.disabled_at.is_(None))
        )
        if session.scalars(others.limit(1)).first() is None:
            raise Refused(f"须至少有一名在用的{roles.label(role)}，请先安排接替人员。")


def _facts(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "organisation": person.organisation.name,
        "roles": sorted(r.role for r in person.roles),
    }


def _record(session: Session, now: datetime, by: str, action: str, person: Person, **facts: object) -> None:
    audit.record(session, now, by, action, subject=person.id, facts={"of": person.name, **facts})
