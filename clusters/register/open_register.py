"""The register as everybody may read it: public fields only, and the state on a day (art. 15, 16).

Nothing here names a person, an instance or a draft. A revocation that is only proposed is no decision,
so it shows neither as a state nor in the history (D11).
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.people import regions
from clusters.register import register, register_status
from clusters.register.models import Cluster, DesignationDecision
from clusters.register.models_history import ClusterEvent
from engine.errors import NotFound

HOLDS, TO_COME, UNDECIDED, ENDED, REVOKED, EXITED = (
    "holds", "to_come", "undecided", "ended", "revoked", "exited",
)  # fmt: skip
STATES = {
    HOLDS: "有效",
    TO_COME: "尚未起效",
    UNDECIDED: "有效期届满，复核中",
    ENDED: "有效期已届满",
    REVOKED: "已撤销",
    EXITED: "已退出",
}


@dataclass(frozen=True)
class Entry:
    """One cluster on one day. `state` is a key of STATES; `decided_on` is None when no decision is kept."""

    cluster_no: str
    name: str
    city_code: str
    county_code: str
    leading_industry: str
    term_no: int
    valid_from: date
    valid_to: date
    state: str
    decision_no: str
    decided_on: date | None
    published_url: str
    rule_version: str
    fictional: bool

    @property
    def city(self) -> str:
        return regions.name_of(self.city_code)

    @property
    def county(self) -> str:
        return regions.name_of(self.county_code)

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    @property
    def holds(self) -> bool:
        return self.state == HOLDS


def state(cluster: Cluster, on: date) -> str:
    """What the cluster is on a day; a term that has run out is never valid (art. 16)."""
    if cluster.status in (REVOKED, EXITED):
        return cluster.status
    if register.holds_title(cluster, on):
        return HOLDS
    if on < cluster.valid_from:
        return TO_COME
    return UNDECIDED if cluster.status == "expired_pending" else ENDED


def entries(
    session: Session, on: date, *, city_code: str | None = None, words: str = "", wanted: str | None = None
) -> list[Entry]:
    """Clusters by number; `wanted` is a key of STATES."""
    found = register.search(session, city_code=city_code, words=words)
    decisions = _decisions(session, {c.decision_no for c in found})
    shown = [_entry(c, decisions.get(c.decision_no), on) for c in found]
    return [entry for entry in shown if not wanted or entry.state == wanted]


def entry(session: Session, cluster_no: str, on: date) -> Entry:
    cluster = session.get(Cluster, cluster_no)
    if cluster is None:
        raise NotFound(f"集群名录中没有“{cluster_no}”。")
    return _entry(cluster, session.get(DesignationDecision, cluster.decision_no), on)


def _decisions(session: Session, numbers: set[str]) -> dict[str, DesignationDecision]:
    query = sa.select(DesignationDecision).where(DesignationDecision.decision_no.in_(numbers))
    return {row.decision_no: row for row in session.scalars(query)}


def _entry(c: Cluster, decision: DesignationDecision | None, on: date) -> Entry:
    address, decided_on = (decision.published_url, decision.decision_date) if decision else ("", None)
    return Entry(
        cluster_no=c.cluster_no, name=c.name, city_code=c.city_code, county_code=c.county_code,
        leading_industry=c.leading_industry, term_no=c.term_no, valid_from=c.valid_from, valid_to=c.valid_to,
        state=state(c, on), decision_no=c.decision_no, decided_on=decided_on,
        published_url=address if address.startswith(("https://", "http://")) else "",
        rule_version=c.rule_version, fictional=c.fictional,
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One entry of a cluster's public history. `key` is the same for ever; `recorded_at` an instant."""

    key: str
    cluster_no: str
    name: str
    on: date
    text: str
    doc_no: str
    recorded_at: datetime


def history(session: Session, cluster_no: str) -> list[Step]:
    """What was decided about a cluster, oldest first."""
    cluster = register.get(session, cluster_no)
    return [_step(cluster, e) for e in register_status.history(session, cluster_no) if not _is_proposal(e)]


def latest_steps(session: Session, most: int) -> list[Step]:
    """The last entries of all clusters, newest first."""
    query = sa.select(Cluster, ClusterEvent).join(ClusterEvent, ClusterEvent.cluster_no == Cluster.cluster_no)
    rows = session.execute(query.order_by(ClusterEvent.id.desc()).limit(2 * most)).all()
    return [_step(cluster, event) for cluster, event in rows if not _is_proposal(event)][:most]


def _step(cluster: Cluster, event: ClusterEvent) -> Step:
    return Step(
        key=f"{cluster.cluster_no}/{event.id}", cluster_no=cluster.cluster_no, name=cluster.name, on=event.on,
        text=event.text, doc_no=event.doc_no, recorded_at=event.recorded_at,
    )  # fmt: skip


def _is_proposal(event: ClusterEvent) -> bool:
    """A proposed revocation, and its coming to nothing."""
    if event.status_from == "revocation_proposed":
        return event.status_to not in (REVOKED, EXITED)
    return event.status_to == "revocation_proposed"
