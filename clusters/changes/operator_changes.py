"""A change of operator moves accounts and open tasks to the new body; a renaming renames (art. 17, A-09).

A body that still operates another cluster of the county keeps its post and only hands back what it
held for this one; one that operates none any more leaves the roll.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications.application_content import STANDING
from clusters.changes.models import ChangeCase
from clusters.people import people, roles
from clusters.people.models import Organisation, Person
from clusters.register import cluster_cases, operators
from clusters.register.models import Cluster
from engine import audit, handover
from engine.ids import new_id

REASON = "运营管理机构变更备案"


@dataclass(frozen=True)
class Moved:
    """What moved: the body that operates now, people who left the seat, and how many tasks they held."""

    organisation: Organisation
    is_replaced: bool = False
    left: list[Person] = field(default_factory=list)
    tasks: int = 0


def is_renaming(item: Mapping[str, Any]) -> bool:
    """The same body under another name: by its credit code, else as the county says."""
    before, after = (str(item[side].get("operator_uscc") or "").strip() for side in ("before", "after"))
    return before == after if before and after else bool(item.get("renamed"))


def move(session: Session, cluster: Cluster, case: ChangeCase, by: str, now: datetime) -> Moved:
    """After the change is on record: the old body's row is renamed, or the new one takes its place."""
    item, county = case.items["operator"], cluster.county_code
    old = operators.body(session, county, item["before"])
    if old is not None and is_renaming(item):
        return _rename(session, old, item["after"], case, by, now)
    new = operators.body(session, county, item["after"]) or _create(session, county, item["after"])
    moved = Moved(new, is_replaced=True)
    if old is not None and old.id != new.id:
        moved = _hand_over(session, cluster, old, moved, by, now)
    audit.record(
        session, now, by, "operator.changed", instance_id=case.instance_id, subject=cluster.cluster_no,
        facts={"from": old.name if old else None, "to": new.name, "left": [p.login for p in moved.left],
               "tasks": moved.tasks},
    )  # fmt: skip
    return moved


def _rename(
    session: Session, body: Organisation, said: Mapping[str, Any], case: ChangeCase, by: str, now: datetime
) -> Moved:
    before, body.name = body.name, _free_name(session, said, body.id)
    body.uscc = str(said.get("operator_uscc") or "").strip() or body.uscc
    session.flush()
    audit.record(
        session, now, by, "organisation.changed", instance_id=case.instance_id, subject=body.id,
        facts={"before": before, "after": body.name, "uscc": body.uscc},
    )  # fmt: skip
    return Moved(body)


def _create(session: Session, county: str, said: Mapping[str, Any]) -> Organisation:
    body = Organisation(
        id=new_id(), name=_free_name(session, said, ""), level=roles.OPERATOR, region_code=county,
        uscc=str(said.get("operator_uscc") or "").strip() or None,
    )  # fmt: skip
    session.add(body)
    session.flush()
    return body


def _free_name(session: Session, said: Mapping[str, Any], own_id: str) -> str:
    """Names of organisations are unique; a bureau that operates a cluster itself stands twice on the roll."""
    name = str(said["operator_name"]).strip()
    same = sa.select(Organisation.id).where(Organisation.name == name, Organisation.id != own_id)
    return f"{name}（集群运营管理机构）" if session.scalar(same) else name


def _hand_over(
    session: Session, cluster: Cluster, old: Organisation, moved: Moved, by: str, now: datetime
) -> Moved:
    stays = any(c.status in STANDING for c in operators.clusters_of(session, old))
    cases = {i.id for i in cluster_cases.running(session, cluster.cluster_no)}
    left, tasks = [], 0
    for person in people.list_people(session, [old.id]):
        held = {r.role for r in person.roles}
        if operators.ROLE not in held:
            continue
        tasks += handover.hand_back(session, now, by, person.id, REASON, only=cases if stays else None)
        if not stays:
            people.set_roles(session, person.id, held - {operators.ROLE})
            left.append(person)
    old.active = stays
    return Moved(moved.organisation, True, left, tasks)
