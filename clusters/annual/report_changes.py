"""Changes that an annual report brings to light: one case per matter that has none yet (art. 17, A-09)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.annual import annual_reports
from clusters.annual.models import AnnualReport
from clusters.annual.report_differences import BaselineDifference, compare, kinds_of
from clusters.changes import changes
from clusters.register.models import Cluster
from engine.models import Message

FOUND_IN = "annual_report"


@dataclass(frozen=True)
class ToOpen:
    """A change case to be opened: its business key, what starts it, and the differences in words."""

    key: str
    payload: Mapping[str, Any]
    words: str


def differences_of(session: Session, report: AnnualReport, cluster: Cluster) -> list[BaselineDifference]:
    return compare(cluster.name, cluster.baseline, annual_reports.effective(session, report))


def to_open(session: Session, report: AnnualReport, cluster: Cluster) -> ToOpen | None:
    """None where the report agrees with the baseline, or every matter has an open case (A-09)."""
    under_way = _kinds_under_way(session, cluster.cluster_no)
    found = [d for d in differences_of(session, report, cluster) if d.kind not in under_way]
    if not found:
        return None
    report.change_key = numbering.change_key(session, cluster.cluster_no)
    words = "；".join(f"{d.label}由“{d.before}”变为“{d.after}”" for d in found)
    payload = {
        "cluster_no": cluster.cluster_no, "kinds": kinds_of(found), "found_in": FOUND_IN,
        "found_case": report.key, "title": f"{cluster.name}变更报备", "scope": cluster.county_code,
    }  # fmt: skip
    return ToOpen(report.change_key, payload, words)


def _kinds_under_way(session: Session, cluster_no: str) -> set[str]:
    """Kinds of change of the cluster that have an open case, or one that is just being asked for."""
    asked = sa.select(Message).where(
        Message.name == changes.MESSAGE,
        Message.to.startswith(f"BG-{cluster_no}-"),
        Message.status.in_(("pending", "kept")),
    )
    coming = {str(kind) for m in session.scalars(asked) for kind in m.payload.get("kinds") or ()}
    return coming | changes.under_way(session, cluster_no).keys()
