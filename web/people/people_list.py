"""Which accounts a list shows: by words of the address, fifty at a time. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.people.accounts import NOT_ISSUED
from clusters.people.models import Organisation, Person, PersonRole
from web.lists import Listing, escaped_like, listing, page_number

STATES = {
    "open": "在用",
    "unissued": "未发密码",
    "locked": "已锁定",
    "disabled": "已停用",
}


@dataclass(frozen=True)
class Filters:
    """`region`: a code whose own and lower organisations are meant; `state`: a key of STATES."""

    text: str = ""
    region: str = ""
    org: str = ""
    role: str = ""
    state: str = ""
    page: int = 1

    @classmethod
    def from_request(cls, arguments: Mapping[str, str]) -> "Filters":
        return cls(
            text=arguments.get("q", "").strip()[:60],
            region=arguments.get("region", ""),
            org=arguments.get("org", ""),
            role=arguments.get("role", ""),
            state=arguments.get("state", ""),
            page=page_number(arguments),
        )


def state_of(person: Person, now: datetime) -> str:
    """A key of STATES; `now` is system time, on which locks count (D7)."""
    if person.disabled:
        return "disabled"
    if person.locked_until is not None and person.locked_until > now:
        return "locked"
    return "unissued" if person.password_hash == NOT_ISSUED else "open"


def page_of(session: Session, filters: Filters, now: datetime) -> Listing:
    query = (
        sa.select(Person)
        .join(Organisation, Organisation.id == Person.org_id)
        .where(*_conditions(filters, now))
        .order_by(Organisation.region_code, Organisation.name, Person.name, Person.id)
    )
    return listing(session, query, filters.page)


def _conditions(filters: Filters, now: datetime) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.text:
        like = escaped_like(filters.text)
        found.append(
            sa.or_(Person.name.like(like, escape="\\"), Person.login.like(like.lower(), escape="\\"))
        )
    if filters.region:
        found.append(_in_region(filters.region))
    if filters.org:
        found.append(Person.org_id == filters.org)
    if filters.role:
        found.append(Person.id.in_(sa.select(PersonRole.person_id).where(PersonRole.role == filters.role)))
    state = _states(now).get(filters.state)
    return found if state is None else [*found, state]


def _in_region(code: str) -> sa.ColumnElement[bool]:
    """Codes of lower units begin with those of the unit above (GB/T 2260)."""
    return Organisation.region_code.startswith(code.removesuffix("00").removesuffix("00"))


def _states(now: datetime) -> dict[str, sa.ColumnElement[bool]]:
    stopped = Person.disabled_at.is_not(None)
    locked = sa.and_(~stopped, Person.locked_until.is_not(None), Person.locked_until > now)
    unlocked = sa.or_(Person.locked_until.is_(None), Person.locked_until <= now)
    unissued = sa.and_(~stopped, Person.password_hash == NOT_ISSUED)
    return {
        "disabled": stopped,
        "locked": locked,
        "unissued": unissued,
        "open": sa.and_(~stopped, ~unissued, unlocked),
    }
