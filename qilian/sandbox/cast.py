"""The sandbox's people: every one fictional, named by post and place, so that nobody is mistaken.

Two counties and two people per inspecting role, so that the four-eyes rules can be seen; a third inspector
of the province investigates objections to what the first two have inspected.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.people import organisation_names, organisations, passwords, people, regions, roles
from clusters.people.models import Person, PersonRole
from clusters.register import operators, register

PROVINCE = "620000"
COUNTIES = ("621122", "621123", "621124", "621102", "621125", "620902", "620981", "620523")
CITIES = ("621100", "620900", "620500")
PASSWORD = "Sandbox-2024"  # noqa: S105 - shown on the sign-in page of the sandbox
LETTERS = "甲乙丙"


@dataclass(frozen=True)
class Post:
    """`count` people of one role in one region."""

    level: str
    region: str
    role: str
    count: int = 1


def posts() -> list[Post]:
    found = []
    for county in COUNTIES:
        clerks = 2 if county in COUNTIES[:2] else 1
        found.append(Post(roles.COUNTY, county, "county_clerk", clerks))
        found.append(Post(roles.COUNTY, county, "county_leader"))
    for city in CITIES:
        found += [
            Post(roles.CITY, city, "city_clerk", 2),
            Post(roles.CITY, city, "city_inspector", 2),
            Post(roles.CITY, city, "city_leader"),
        ]
    found += [
        Post(roles.PROVINCE, PROVINCE, "prov_clerk", 2),
        Post(roles.PROVINCE, PROVINCE, "prov_inspector", 3),
        Post(roles.PROVINCE, PROVINCE, "prov_office_head"),
        Post(roles.PROVINCE, PROVINCE, "prov_leader"),
        Post(roles.PROVINCE, PROVINCE, "process_owner", 2),
        Post(roles.PROVINCE, PROVINCE, "sys_admin"),
        Post(roles.PROVINCE, PROVINCE, "sec_admin"),
        Post(roles.PROVINCE, PROVINCE, "audit_admin"),
    ]
    return found


def seed(session: Session, now: datetime, password_hash: str) -> int:
    """Accounts that are not there yet; returns how many came. One password for all, said openly."""
    added = 0
    for post in posts():
        organisation = organisations.of_region(session, post.level, post.region)
        if organisation is None:
            continue
        for number in range(post.count):
            login = f"{post.role}.{post.region}.{number + 1}"
            if people.by_login(session, login) is None:
                people.create(
                    session, login=login, name=_name(post, number), org_id=organisation.id,
                    role_codes=[post.role], now=now, password_hash=password_hash, must_change=False,
                    phone=f"0932-66{int(post.region) % 100:02d}{number:03d}", email="sandbox@example.org",
                    fictional=True,
                )  # fmt: skip
                added += 1
    return added


def seat_operators(session: Session, now: datetime, password_hash: str) -> None:
    """One person in each body that operates a designated cluster; bodies come with the designations."""
    for cluster in register.standing(session):
        if operators.has_account(session, cluster.cluster_no):
            continue
        said = cluster.baseline["operator"]
        body = operators.of_cluster(session, cluster.cluster_no) or organisation_names.add(
            session, now, "sandbox", roles.OPERATOR, cluster.county_code, said["operator_name"],
            said.get("operator_uscc") or "",
        )  # fmt: skip
        people.create(
            session, login=f"{operators.ROLE}.{cluster.cluster_no}".lower(),
            name=f"{regions.name_of(cluster.county_code)}{cluster.leading_industry}运营机构", org_id=body.id,
            role_codes=[operators.ROLE], now=now, password_hash=password_hash, must_change=False,
            phone="0932-6600999", email="sandbox@example.org", fictional=True,
        )  # fmt: skip


def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


def _name(post: Post, number: int) -> str:
    place = regions.name_of(post.region) if post.level != roles.PROVINCE else "省厅"
    letter = LETTERS[number] if post.count > 1 else ""
    return f"{place}{roles.label(post.role)}{letter}"


def holders(session: Session) -> list[tuple[Person, str]]:
    """Every sandbox person with the role held, county first."""
    query = (
        sa.select(Person, PersonRole.role)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(Person.fictional)
        .order_by(Person.created_at, Person.login)
    )
    return [(person, role) for person, role in session.execute(query)]
