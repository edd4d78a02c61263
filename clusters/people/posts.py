"""Who holds which post, and which posts nobody holds. Reads only; changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.people import organisations, regions, roles
from clusters.people.models import Organisation, Person, PersonRole
from engine.directory import Directory

# Posts without which cases of a level stand still (art. 4, 13-15). Operators and experts come and go.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    level: tuple(r.code for r in roles.ROLES.values() if r.level == level)
    for level in (roles.COUNTY, roles.CITY, roles.PROVINCE)
}


@dataclass(frozen=True)
class Post:
    """One role of one organisation with those who hold it. `needed`: how many people it takes."""

    role: str
    people: Sequence[Person]
    needed: int = 1

    @property
    def label(self) -> str:
        return roles.label(self.role)

    @property
    def shortage(self) -> str:
        """What is missing, in words; empty when nothing is."""
        if not self.people:
            return "本单位无人担任此岗"
        missing = self.needed - len(self.people)
        return f"须 {self.needed} 人共同办理，还缺 {missing} 人" if missing > 0 else ""


@dataclass(frozen=True)
class Office:
    """One organisation with its posts."""

    organisation: Organisation
    posts: Sequence[Post]

    @property
    def shortages(self) -> list[Post]:
        return [post for post in self.posts if post.shortage]


@dataclass(frozen=True)
class Branch:
    """A city-level region: its bureau and everything below it."""

    region: regions.Region
    offices: Sequence[Office]

    @property
    def shortages(self) -> int:
        return sum(len(office.shortages) for office in self.offices)


def people_in(session: Session, directory: Directory, seats: Iterable[tuple[str, str]]) -> list[str]:
    """Ids of everybody who may work for one of these (role, region) today, each once."""
    found = (p.id for role, scope in dict.fromkeys(seats) for p in directory.candidates(session, role, scope))
    return list(dict.fromkeys(found))


def offices(
    session: Session, scope: str | None = None, needed: Mapping[str, int] | None = None
) -> list[Office]:
    """Every organisation inside `scope` with its posts; `needed` tells how many people a role takes."""
    holders = _holders(session)
    takes = needed or {}

    def posts(organisation: Organisation) -> list[Post]:
        held = _roles_at(organisation, holders)
        return [Post(r, holders.get((r, organisation.id), ()), takes.get(r, 1)) for r in held]

    active = (o for o in organisations.list_organisations(session, scope) if o.active)
    return [Office(o, posts(o)) for o in active]


def _roles_at(organisation: Organisation, holders: Mapping[tuple[str, str], object]) -> Iterable[str]:
    required = REQUIRED.get(organisation.level, ())
    other = (r.code for r in roles.ROLES.values() if (r.code, organisation.id) in holders)
    return dict.fromkeys((*required, *other))


def _holders(session: Session) -> dict[tuple[str, str], list[Person]]:
    query = (
        sa.select(PersonRole.role, Person)
        .join(Person, Person.id == PersonRole.person_id)
        .where(Person.disabled_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    found: dict[tuple[str, str], list[Person]] = {}
    for role, person in session.execute(query):
        found.setdefault((role, person.org_id), []).append(person)
    return found


def tree(found: Iterable[Office]) -> tuple[list[Office], list[Branch]]:
    """The province's offices, and one branch per city in the order of the table of regions."""
    top: list[Office] = []
    below: dict[str, list[Office]] = {}
    for office in found:
        region_code = office.organisation.region_code
        if region_code == regions.province().code:
            top.append(office)
        else:
            below.setdefault(regions.city_of(region_code).code, []).append(office)
    order = [roles.CITY, roles.COUNTY, roles.OPERATOR, roles.EXPERT]
    branches = [
        Branch(c, sorted(below[c.code], key=lambda o: order.index(o.organisation.level)))
        for c in regions.cities()
        if c.code in below
    ]
    return top, branches
