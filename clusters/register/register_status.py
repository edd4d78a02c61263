"""The states of a designated cluster, how they may follow one another, and the history they leave.

Nothing else changes `Cluster.status`: each move is one row of the history that the register page and
the public site show (art. 15, 16, 19).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.register.models import Cluster
from clusters.register.models_history import ClusterEvent
from engine.errors import Problem, Refused

LABELS = {
    "valid": "有效",
    "reexam_open": "有效，复核已开始",
    "expired_pending": "有效期届满，复核中",
    "renewed": "复核通过，有效",
    "revocation_proposed": "拟撤销",
    "revoked": "已撤销",
    "exited": "已退出",
}
# From each state to those that people's decisions, or the end of the term, may lead to.
# A revocation that does not come about gives back the state before it (art. 19).
FOLLOWS: Mapping[str, frozenset[str]] = {
    "valid": frozenset({"reexam_open", "expired_pending", "revocation_proposed", "exited"}),
    "reexam_open": frozenset({"valid", "expired_pending", "renewed", "revocation_proposed", "exited"}),
    "expired_pending": frozenset({"renewed", "revocation_proposed", "exited"}),
    "renewed": frozenset({"reexam_open", "expired_pending", "revocation_proposed", "exited"}),
    "revocation_proposed": frozenset(
        {"valid", "reexam_open", "expired_pending", "renewed", "revoked", "exited"}
    ),
    "revoked": frozenset(),
    "exited": frozenset(),
}


class Act(Protocol):
    """Where an entry comes from: a form that was filed, or the step of a handler. Both carry these."""

    @property
    def instance_id(self) -> str: ...

    @property
    def task_id(self) -> str: ...


def move(
    session: Session, cluster: Cluster, to: str, *, on: date, at: datetime, why: str, doc_no: str = "",
    act: Act | None = None,
) -> ClusterEvent:  # fmt: skip
    """Bring a cluster into the state `to` from the legal day `on`. Raises Refused for an impossible move.

    `why` is shown to everybody in the history, so it names no person. `at` is legal time.
    """
    if to not in FOLLOWS[cluster.status]:
        message = f"“{cluster.name}”现为“{LABELS[cluster.status]}”，不能改为“{LABELS[to]}”。"
        raise Refused([Problem(message, article="第十九条" if to == "revoked" else "第十六条")])
    before, cluster.status = cluster.status, to
    return record(
        session, cluster, "status", on=on, at=at, text=why, doc_no=doc_no, act=act, states=(before, to)
    )


def restore(
    session: Session, cluster: Cluster, *, on: date, at: datetime, why: str, act: Act
) -> ClusterEvent:
    """The proposed revocation does not come about: back to the state before it (art. 19)."""
    query = sa.select(ClusterEvent.status_from).where(
        ClusterEvent.cluster_no == cluster.cluster_no, ClusterEvent.status_to == "revocation_proposed"
    )
    before = session.scalar(query.order_by(ClusterEvent.id.desc()).limit(1)) or "valid"
    return move(session, cluster, before, on=on, at=at, why=why, act=act)


def record(
    session: Session, cluster: Cluster, kind: str, *, on: date, at: datetime, text: str, doc_no: str = "",
    act: Act | None = None, states: tuple[str | None, str | None] = (None, None),
) -> ClusterEvent:  # fmt: skip
    """An entry that does not change the state, such as a filed change."""
    event = ClusterEvent(
        cluster_no=cluster.cluster_no, kind=kind, status_from=states[0], status_to=states[1], on=on,
        text=text, doc_no=doc_no, instance_id=act.instance_id if act else None,
        task_id=act.task_id if act else None, recorded_at=at,
    )  # fmt: skip
    session.add(event)
    session.flush()
    return event


def history(session: Session, cluster_no: str) -> Sequence[ClusterEvent]:
    """Oldest first."""
    query = sa.select(ClusterEvent).where(ClusterEvent.cluster_no == cluster_no)
    return session.scalars(query.order_by(ClusterEvent.id)).all()


def status_on(session: Session, cluster: Cluster, day: date) -> str | None:
    """The state at the end of a legal day, by the history; None before the cluster was designated."""
    if day < cluster.valid_from and cluster.term_no == 1:
        return None
    query = sa.select(ClusterEvent.status_to).where(
        ClusterEvent.cluster_no == cluster.cluster_no,
        ClusterEvent.status_to.is_not(None),
        ClusterEvent.on <= day,
    )
    return session.scalar(query.order_by(ClusterEvent.on.desc(), ClusterEvent.id.desc()).limit(1))


def revision(session: Session) -> int:
    """Grows with every entry: what depends on the register is computed anew when it has changed."""
    return session.scalar(sa.select(sa.func.max(ClusterEvent.id))) or 0
