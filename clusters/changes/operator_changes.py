"""A change of operator moves accounts and open tasks to the new body (art. 17, A-09).

The seat of an operator is its county. A body that still operates another cluster of the county keeps
its seat and only hands back what it held for this one.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications.application_content import STANDING
from clusters.changes.models import ChangeCase
from clusters.people import people, roles
from clusters.people.models import Organisation, Person
from clusters.register import cluster_cases, register
from clusters.register.models import Cluster
from engine import audit, handover
from engine.ids import new_id

ROLE = "operator_clerk"
REASON = "运营管理机构变更备案"


@dataclass(frozen=True)
class Moved:
    """What moved: the new body, people who left the seat, and how many tasks they held."""

    organisation: Organisation
    is_new: bool
    left: list[Person] = field(default_factory=list)
    tasks: int = 0


def move(session: Session, cluster: Cluster, case: ChangeCase, by: str, now: datetime) -> Moved:
    """After the change is on record: link the new body, take the seat from the old one."""
    item = case.items["operator"]
    old = _body(session, cluster.county_code, item["before"])
    new = _body(session, cluster.county_code, item["after"])
    is_new = new is None
    new = new or _create(session, cluster.county_code, item["after"])
    moved = Moved(new, is_new)
    if old is not None and old.id != new.id:
        moved = _hand_over(session, cluster, old, moved, by, now)
    audit.record(
        session, now, by, "operator.changed", instance_id=case.instance_id, subject=cluster.cluster_no,
        facts={"from": old.name if old else None, "to": new.name, "left": [p.login for p in moved.left],
               "tasks": moved.tasks},
    )  # fmt: skip
    return moved


def _body(session: Session, county: str, said: dict[str, Any]) -> Organisation | None:
    """The body that a baseline speaks of: by its credit code, else by its name in the county."""
    code, name = str(said.get("operator_uscc") or "").strip(), str(said.get("operator_name") or "").strip()
    query = sa.select(Organisation).where(
        Organisation.level == roles.OPERATOR, Organisation.region_code == county, Organisation.active
    )
    bodies = session.scalars(query.order_by(Organisation.id)).all()
    by_code = (b for b in bodies if code and b.uscc == code)
    return next(by_code, next((b for b in bodies if b.name == name and not (b.uscc and code)), None))


def _create(session: Session, county: str, said: dict[str, Any]) -> Organisation:
    name = str(said["operator_name"]).strip()
    taken = session.scalar(sa.select(Organisation.id).where(Organisation.name == name))
    body = Organisation(
        id=new_id(), name=f"{name}（集群运营管理机构）" if taken else name, level=roles.OPERATOR,
        region_code=county, uscc=str(said.get("operator_uscc") or "").strip() or None,
    )  # fmt: skip
    session.add(body)
    session.flush()
    return body


def _hand_over(
    session: Session, cluster: Cluster, old: Organisation, moved: Moved, by: str, now: datetime
) -> Moved:
    stays = _operates_another(session, cluster, old)
    cases = {i.id for i in cluster_cases.running(session, cluster.cluster_no)}
    left, tasks = [], 0
    for person in people.list_people(session, [old.id]):
        held = {r.role for r in person.roles}
        if ROLE not in held:
            continue
        tasks += handover.hand_back(session, now, by, person.id, REASON, only=cases if stays else None)
        if not stays:
            people.set_roles(session, person.id, held - {ROLE})
            left.append(person)
    return Moved(moved.organisation, moved.is_new, left, tasks)


def _operates_another(session: Session, cluster: Cluster, body: Organisation) -> bool:
    others = register.search(session, county_code=cluster.county_code)
    return any(
        other.cluster_no != cluster.cluster_no
        and other.status in STANDING
        and (found := _body(session, cluster.county_code, other.baseline.get("operator") or {})) is not None
        and found.id == body.id
        for other in others
    )
