"""Organisations, and who may work where: answers the engine's Directory port (D13).

Knows people, roles, regions and delegations; no case and no process.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.people import delegations, regions, roles
from clusters.people.models import Organisation, Person, PersonRole, RegionRow
from clusters.register import cluster_cases, operators
from engine import directory
from engine.clock import Clock, legal_day
from engine.directory import Seat
from engine.errors import NotAllowed
from engine.ids import new_id

# Which level's organisation works for a region, and what it is called until somebody edits the name.
BUREAU = "工业和信息化局"


def seed(session: Session) -> int:
    """Regions and organisations of part 6 that are not there yet. Returns how many organisations came."""
    known = set(session.scalars(sa.select(RegionRow.code)))
    for place in regions.all_regions().values():
        if place.code not in known:
            session.add(_region_row(place))
    session.flush()
    present = {(o.level, o.region_code) for o in session.scalars(sa.select(Organisation))}
    added = [o for o in _first_organisations() if (o.level, o.region_code) not in present]
    session.add_all(added)
    session.flush()
    return len(added)


def _region_row(place: regions.Region) -> RegionRow:
    return RegionRow(
        code=place.code, name=place.name, level=place.level, parent_code=place.parent_code,
        direct_applicant=place.direct_applicant, active_from=place.active_from, active_to=place.active_to,
    )  # fmt: skip


def _first_organisations() -> list[Organisation]:
    """The department, the bureaus it addressed, the county bureaus, and the direct applicants (D-14)."""

    def body(level: str, place: regions.Region, name: str) -> Organisation:
        return Organisation(id=new_id(), name=name, level=level, region_code=place.code)

    top = regions.province()
    found = [body(roles.PROVINCE, top, f"{top.name}工业和信息化厅")]
    for city in regions.cities():
        special = city.level == regions.SPECIAL_AREA
        found.append(body(roles.CITY, city, city.name + ("经济发展局" if special else BUREAU)))
        if city.direct_applicant:
            unit = "园区申报单位" if special else "市直申报单位"
            found.append(body(roles.COUNTY, city, city.name + unit))
        found += [
            body(roles.COUNTY, county, regions.full_name(county.code) + BUREAU)
            for county in regions.counties_of(city.code)
        ]
    return found


def of_region(session: Session, level: str, region_code: str) -> Organisation | None:
    query = sa.select(Organisation).where(
        Organisation.level == level, Organisation.region_code == region_code, Organisation.active
    )
    return session.scalars(query.order_by(Organisation.id)).first()


def list_organisations(session: Session, scope: str | None = None) -> list[Organisation]:
    """All organisations inside a scope (own region and below), by region code."""
    query = sa.select(Organisation).order_by(Organisation.region_code, Organisation.level)
    found = session.scalars(query)
    return [o for o in found if scope is None or regions.within(o.region_code, scope)]


def own_seats(session: Session, person: Person) -> frozenset[Seat]:
    """Posts in the region of one's organisation; an operator's people have one for each of its clusters."""
    held = {row.role for row in person.roles}
    seats = {Seat(role, person.organisation.region_code) for role in held}
    if operators.ROLE in held:
        own = operators.clusters_of(session, person.organisation)
        seats |= {Seat(operators.ROLE, cluster.cluster_no) for cluster in own}
    return frozenset(seats)


def roles_of(session: Session, person_id: str) -> list[str]:
    """The roles that somebody holds in their own right."""
    return list(
        session.scalars(
            sa.select(PersonRole.role).where(PersonRole.person_id == person_id).order_by(PersonRole.role)
        )
    )


class OrganisationDirectory:
    """`engine.directory.Directory` on the tables of people. The clock tells which delegations stand."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def person(self, session: Session, person_id: str) -> directory.Person | None:
        row = session.get(Person, person_id)
        if row is None or row.disabled:
            return None
        return self._seen(session, [row], self._today())[0]

    def candidates(self, session: Session, role: str, scope: str) -> Sequence[directory.Person]:
        """Holders of the role in this scope and those who stand in for them today."""
        today, holders = self._today(), _holders(session, role, scope)
        query = sa.select(Person).where(
            sa.or_(Person.id.in_(holders), Person.id.in_(delegations.delegates_of(holders, today))),
            Person.disabled_at.is_(None),
        )
        return self._seen(session, session.scalars(query.order_by(Person.name, Person.id)).all(), today)

    def scope_of(self, role: str, case_scope: str, case_key: str = "") -> str:
        """A case about a cluster is that of its own operator only: several operators share a county."""
        level = roles.ROLES[role].level if role in roles.ROLES else roles.PROVINCE
        if level == roles.OPERATOR:
            return cluster_cases.subject_of(case_key) or case_scope
        if level == roles.COUNTY:
            return case_scope
        if level == roles.CITY:
            return regions.city_of(case_scope).code
        return regions.province().code

    def superior(self, role: str, scope: str) -> Seat | None:
        above = roles.ROLES[role].above if role in roles.ROLES else None
        return None if above is None else Seat(above, self.scope_of(above, scope))

    def may(self, session: Session, person_id: str, role: str, case_scope: str) -> bool:
        """Whether somebody may work for `role` on a case of `case_scope`, in own right or for another."""
        person = self.person(session, person_id)
        return person is not None and Seat(role, self.scope_of(role, case_scope)) in person.seats

    def require(self, session: Session, person_id: str, role: str, case_scope: str) -> None:
        if not self.may(session, person_id, role, case_scope):
            raise NotAllowed(f"此事项应由{regions.name_of(case_scope)}的{roles.label(role)}办理。")

    def _seen(self, session: Session, rows: Sequence[Person], today: date) -> list[directory.Person]:
        """People with their own seats and, today, with those of whom they stand in for."""
        absent = delegations.stood_in_for(session, [p.id for p in rows], today)
        wanted = {giver for givers in absent.values() for giver in givers}
        query = sa.select(Person).where(Person.id.in_(wanted), Person.disabled_at.is_(None))
        givers = {p.id: p for p in session.scalars(query)} if wanted else {}
        return [
            _person(session, p, [givers[id_] for id_ in absent.get(p.id, ()) if id_ in givers]) for p in rows
        ]

    def _today(self) -> date:
        return legal_day(self._clock.now())


def _person(session: Session, row: Person, absent: Sequence[Person]) -> directory.Person:
    own = own_seats(session, row)
    names: dict[Seat, list[str]] = {}
    for giver in absent:
        for seat in own_seats(session, giver) - own:
            names.setdefault(seat, []).append(giver.name)
    lent = {seat: "、".join(sorted(givers)) for seat, givers in names.items()}
    return directory.Person(row.id, row.name, row.organisation.name, own.union(lent), lent)


def _holders(session: Session, role: str, scope: str) -> sa.Select[str]:
    """`scope` is a region or, for an operator's people, the number of their cluster."""
    query = sa.select(PersonRole.person_id).join(Person, Person.id == PersonRole.person_id)
    query = query.where(PersonRole.role == role, Person.disabled_at.is_(None))
    if scope not in regions.all_regions():
        body = operators.of_cluster(session, scope)
        return query.where(Person.org_id == (body.id if body else None))
    return query.join(Organisation, Organisation.id == Person.org_id).where(Organisation.region_code == scope)
