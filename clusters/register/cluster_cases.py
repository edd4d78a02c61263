"""The cases that run for one designated cluster, by the numbers they carry (art. 16–19).

Annual reports, re-examination, changes, publicity and revocations have business keys that hold the
cluster's number. Knows these keys, and no process.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.reexamination.models import Reexamination
from clusters.register import register
from clusters.register.models import Cluster
from engine.models import Instance

TITLE_LOST = "title_lost"  # the message by which every running case learns that the title is gone
NUMBER_LAST = ("NB", "KH", "FH")  # `NB-2024-<no>` and `FH-1-<no>` end with the number
NUMBER_FIRST = ("BG", "XC", "CX")  # `BG-<no>-3` goes on behind it


def _keys(cluster_no: str) -> sa.ColumnElement[bool]:
    ends = (Instance.business_key.like(f"{prefix}-%-{cluster_no}") for prefix in NUMBER_LAST)
    goes_on = (Instance.business_key.like(f"{prefix}-{cluster_no}-%") for prefix in NUMBER_FIRST)
    return sa.or_(*ends, *goes_on)


def subject_of(business_key: str) -> str | None:
    """The number of the cluster that a case is about, read from its business key."""
    prefix, _, rest = business_key.partition("-")
    if prefix in NUMBER_LAST:
        return rest.partition("-")[2] or None
    return rest.rpartition("-")[0] or None if prefix in NUMBER_FIRST else None


def of_cluster(session: Session, cluster_no: str) -> Sequence[Instance]:
    """Newest first, ended ones included."""
    query = sa.select(Instance).where(_keys(cluster_no))
    return session.scalars(query.order_by(Instance.started_at.desc(), Instance.business_key)).all()


def titled(session: Session, case_no: str) -> Cluster | None:
    """The cluster that has its title by this application, or asks in this re-examination to keep it."""
    term = session.get(Reexamination, case_no)
    return register.get(session, term.cluster_no) if term else register.of_case(session, case_no)


def running(session: Session, cluster_no: str) -> Sequence[Instance]:
    """Everything that has still to be stopped when the title is gone."""
    return [i for i in of_cluster(session, cluster_no) if i.status == "running"]
