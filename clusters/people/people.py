"""Accounts: creating, signing in, passwords, locking. Rules of sessions and pages live elsewhere.

Hashing is slow by design, so it happens outside transactions (D8): functions that hash take the
Database and open their own; the others take the caller's session. `now` is system time (D7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.people import passwords, roles
from clusters.people.models import Organisation, PastPassword, Person, PersonRole
from engine.db import Database
from engine.errors import NotAllowed, NotFound, Problem, Refused
from engine.ids import new_id

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=30)


@dataclass(frozen=True)
class SignIn:
    """What came of an attempt. `reason`: ok, wrong, locked or disabled."""

    reason: str
    person_id: str | None = None
    must_change_password: bool = False
    locked_until: datetime | None = None

    @property
    def ok(self) -> bool:
        return self.reason == "ok"


@dataclass(frozen=True)
class NewAccount:
    """A person just created or reset, with the password to be told once."""

    person_id: str
    login: str
    initial_password: str


def normal_login(login: str) -> str:
    return login.strip().casefold()


def by_login(session: Session, login: str) -> Person | None:
    return session.scalars(sa.select(Person).where(Person.login == normal_login(login))).first()


def get(session: Session, person_id: str) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("没有这个人员账号。")
    return person


def list_people(session: Session, org_ids: Iterable[str] | None = None) -> list[Person]:
    query = sa.select(Person).order_by(Person.org_id, Person.name)
    if org_ids is not None:
        query = query.where(Person.org_id.in_(list(org_ids)))
    return list(session.scalars(query))


# --- accounts ---------------------------------------------------------------------------------


def create(
    session: Session, *, login: str, name: str, org_id: str, role_codes: Iterable[str], now: datetime,
    password_hash: str, must_change: bool = True, phone: str = "", email: str = "", fictional: bool = False,
) -> Person:  # fmt: skip
    """A new account. The hash is made beforehand, outside the transaction (`passwords.hash_password`)."""
    organisation = session.get(Organisation, org_id)
    if organisation is None:
        raise NotFound("没有这个单位。")
    wanted = set(role_codes)
    found = roles.problems_of(wanted, organisation.level)
    if not normal_login(login):
        found.append(Problem("请填写登录名。", path="login"))
    elif by_login(session, login) is not None:
        found.append(Problem(f"登录名“{normal_login(login)}”已被使用。", path="login"))
    if not name.strip():
        found.append(Problem("请填写姓名。", path="name"))
    if found:
        raise Refused(found)
    person = Person(
        id=new_id(), login=normal_login(login), name=name.strip(), org_id=org_id, phone=phone, email=email,
        password_hash=password_hash, must_change_password=must_change, fictional=fictional, created_at=now,
    )  # fmt: skip
    person.roles = [PersonRole(role=role) for role in sorted(wanted)]
    session.add(person)
    session.flush()
    _remember(session, person, now)
    return person


def add(
    database: Database, login: str, name: str, org_id: str, role_codes: Iterable[str], now: datetime,
    phone: str = "", email: str = "",
) -> NewAccount:  # fmt: skip
    """Create an account with a random initial password, which is returned once."""
    password = passwords.initial_password()
    hashed = passwords.hash_password(password)
    with database.write() as session:
        person = create(
            session, login=login, name=name, org_id=org_id, role_codes=role_codes, now=now,
            password_hash=hashed, phone=phone, email=email,
        )  # fmt: skip
        return NewAccount(person.id, person.login, password)


def set_roles(session: Session, person_id: str, role_codes: Iterable[str]) -> None:
    person, wanted = get(session, person_id), set(role_codes)
    found = roles.problems_of(wanted, person.organisation.level)
    if found:
        raise Refused(found)
    session.execute(sa.delete(PersonRole).where(PersonRole.person_id == person_id))
    session.add_all(PersonRole(person_id=person_id, role=role) for role in sorted(wanted))
    session.flush()
    session.refresh(person)


def disable(session: Session, person_id: str, now: datetime) -> None:
    person = get(session, person_id)
    person.disabled_at = person.disabled_at or now


def enable(session: Session, person_id: str) -> None:
    get(session, person_id).disabled_at = None


def unlock(session: Session, person_id: str) -> None:
    person = get(session, person_id)
    person.failed_attempts, person.locked_until = 0, None


# --- signing in -------------------------------------------------------------------------------


def sign_in(database: Database, login: str, password: str, now: datetime) -> SignIn:
    """Compare outside a transaction, then record the attempt in one; five failures lock for a while."""
    with database.read() as session:
        person = by_login(session, login)
        person_id = person.id if person else None
        known_hash = person.password_hash if person else None
    fits = passwords.matches(known_hash, password)
    if person_id is None:
        return SignIn("wrong")
    with database.write() as session:
        return _record_attempt(session, person_id, fits, now)


def _record_attempt(session: Session, person_id: str, fits: bool, now: datetime) -> SignIn:
    person = session.get_one(Person, person_id, with_for_update={"of": Person}, populate_existing=True)
    if person.locked_until is not None and person.locked_until > now:
        return SignIn("locked", locked_until=person.locked_until)
    if person.locked_until is not None:
        person.failed_attempts, person.locked_until = 0, None
    if not fits:
        person.failed_attempts += 1
        if person.failed_attempts >= MAX_FAILURES:
            person.locked_until = now + LOCKED_FOR
            return SignIn("locked", locked_until=person.locked_until)
        return SignIn("wrong")
    # Said only to somebody who knows the password, so that names cannot be probed.
    if person.disabled:
        return SignIn("disabled")
    person.failed_attempts = 0
    return SignIn("ok", person.id, person.must_change_password)


# --- passwords --------------------------------------------------------------------------------


def change_password(database: Database, person_id: str, old: str, new: str, now: datetime) -> None:
    """A person's own change: the old password must fit, the new one keeps the rules and the history."""
    with database.read() as session:
        person = get(session, person_id)
        login, current, past = person.login, person.password_hash, _past_hashes(session, person_id)
    if not passwords.matches(current, old):
        raise Refused([Problem("原密码不正确。", path="old_password")])
    found = passwords.password_problems(new, login, past)
    if found:
        raise Refused(found)
    hashed = passwords.hash_password(new)
    with database.write() as session:
        _set_hash(session, get(session, person_id), hashed, now, must_change=False)


def reset_password(database: Database, person_id: str, by: str, now: datetime) -> NewAccount:
    """An administrator's reset: a random password that has to be changed at the next sign-in."""
    if by == person_id:
        raise NotAllowed("不能重置自己的密码，请用“修改密码”。")
    password = passwords.initial_password()
    hashed = passwords.hash_password(password)
    with database.write() as session:
        person = put_initial_password(session, person_id, hashed, now)
        return NewAccount(person.id, person.login, password)


def put_initial_password(session: Session, person_id: str, hashed: str, now: datetime) -> Person:
    """A password hashed beforehand, to be changed at the next sign-in; the account is unlocked."""
    person = get(session, person_id)
    _set_hash(session, person, hashed, now, must_change=True)
    person.failed_attempts, person.locked_until = 0, None
    return person


def _set_hash(session: Session, person: Person, hashed: str, now: datetime, must_change: bool) -> None:
    person.password_hash, person.must_change_password = hashed, must_change
    _remember(session, person, now)


def _remember(session: Session, person: Person, now: datetime) -> None:
    session.add(PastPassword(person_id=person.id, password_hash=person.password_hash, set_at=now))
    session.flush()


def _past_hashes(session: Session, person_id: str) -> list[str]:
    query = sa.select(PastPassword.password_hash).where(PastPassword.person_id == person_id)
    return list(session.scalars(query.order_by(PastPassword.id.desc()).limit(passwords.HISTORY)))
