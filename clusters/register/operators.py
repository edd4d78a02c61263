"""Which body operates which cluster (art. 17): organisations of the register's baseline.

A body is the one that a baseline speaks of when its credit code is the same or, where one of the two
has none, its name. Nothing is copied: once a change of operator is on record, the new body's people
hold the cluster's seat and those of the old one no longer do.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications.application_content import name_key
from clusters.people import roles
from clusters.people.models import Organisation, Person, PersonRole
from clusters.register.models import Cluster

ROLE = "operator_clerk"


def body(session: Session, county: str, said: Mapping[str, Any]) -> Organisation | None:
    """The body that the operator's part of a baseline speaks of, if it is on the roll."""
    return _among(_bodies(session, county), said)


def of_cluster(session: Session, cluster_no: str) -> Organisation | None:
    cluster = session.get(Cluster, cluster_no)
    return None if cluster is None else body(session, cluster.county_code, _said(cluster))


def clusters_of(session: Session, organisation: Organisation) -> list[Cluster]:
    """The clusters that a body operates; several may share a county."""
    bodies = _bodies(session, organisation.region_code)
    query = sa.select(Cluster).where(Cluster.county_code == organisation.region_code)
    found = session.scalars(query.order_by(Cluster.cluster_no)).all()
    return [c for c in found if _among(bodies, _said(c)) is organisation]


def has_account(session: Session, cluster_no: str) -> bool:
    """Whether somebody of the cluster's operator can act in the system."""
    found = of_cluster(session, cluster_no)
    query = sa.select(Person.id).join(PersonRole, PersonRole.person_id == Person.id)
    query = query.where(PersonRole.role == ROLE, Person.disabled_at.is_(None))
    return found is not None and session.scalar(query.where(Person.org_id == found.id).limit(1)) is not None


def is_of_one(session: Session, person_id: str) -> bool:
    """Whether somebody works for an operator, not for an office."""
    found = session.get(Person, person_id)
    return found is not None and found.organisation.level == roles.OPERATOR


def _said(cluster: Cluster) -> Mapping[str, Any]:
    return cluster.baseline.get("operator") or {}


def _bodies(session: Session, county: str) -> Sequence[Organisation]:
    query = sa.select(Organisation).where(
        Organisation.level == roles.OPERATOR, Organisation.region_code == county, Organisation.active
    )
    return session.scalars(query.order_by(Organisation.id)).all()


def _among(bodies: Sequence[Organisation], said: Mapping[str, Any]) -> Organisation | None:
    code, name = str(said.get("operator_uscc") or "").strip(), name_key(str(said.get("operator_name") or ""))
    by_code = (b for b in bodies if code and b.uscc == code)
    by_name = (b for b in bodies if name and name_key(b.name) == name and not (b.uscc and code))
    return next(by_code, None) or next(by_name, None)
