"""Changes that an annual report brings to light: one case per matter that has none yet (art. 17, A-09).

Two things bring one to light: content that differs from the baseline, and a row of `major_changes`
that names no filing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.annual import annual_reports
from clusters.annual.models import AnnualReport
from clusters.annual.report_differences import BaselineDifference, compare
from clusters.changes import change_kinds, changes
from clusters.changes.models import ChangeCase
from clusters.register.models import Cluster
from engine.due_dates import chinese
from engine.errors import Problem
from engine.models import Message

FOUND_IN = "annual_report"
ROWS = "major_changes"
SETTLED = frozenset({"minor", "none"})  # the city has judged; the register keeps what it held


@dataclass(frozen=True)
class ToOpen:
    """A change case to be opened: its business key, what starts it, and what was found in words."""

    key: str
    payload: Mapping[str, Any]
    words: str


@dataclass(frozen=True)
class Declared:
    """A change that the report itself names. `filed_no` is empty while it has not been filed."""

    kind: str
    content: str
    completed_on: date
    filed_no: str

    @property
    def words(self) -> str:
        what = f"（{self.content}）" if self.content else ""
        return f"{change_kinds.KINDS[self.kind]}变更{what}，{chinese(self.completed_on)}完成，尚未报备"


def declared(data: Mapping[str, Any]) -> list[Declared]:
    return [
        Declared(
            str(row["type"]), str(row.get("content") or "").strip(), date.fromisoformat(row["completed_on"]),
            str(row.get("filed_no") or "").strip(),
        )
        for row in data.get(ROWS) or []
    ]  # fmt: skip


def problems(data: Mapping[str, Any], today: date) -> Iterator[Problem]:
    """第十七条: only what is completed can be filed."""
    for at, row in enumerate(declared(data)):
        if row.completed_on > today:
            message = "变更完成日期晚于今天；没有完成的变更不在这里填写。"
            yield Problem(message, f"{ROWS}.{at}.completed_on", changes.ARTICLE, at + 1)


def differences_of(session: Session, report: AnnualReport, cluster: Cluster) -> list[BaselineDifference]:
    return compare(cluster.name, cluster.baseline, annual_reports.effective(session, report))


def unfiled(session: Session, report: AnnualReport) -> list[Declared]:
    """Rows that name no filing, of matters that no case has dealt with; one per kind of change."""
    known = changes.of_cluster(session, report.cluster_no)
    rows = declared(annual_reports.effective(session, report))
    open_ones = [r for r in rows if not r.filed_no and not _is_dealt_with(r, known)]
    return list({row.kind: row for row in open_ones}.values())


def unknown_filings(session: Session, report: AnnualReport) -> list[Declared]:
    """Rows whose number of filing the register does not hold; people look after them."""
    numbers = {case.filed_no for case in changes.of_cluster(session, report.cluster_no) if case.filed_no}
    rows = declared(annual_reports.effective(session, report))
    return [row for row in rows if row.filed_no and row.filed_no not in numbers]


def to_open(session: Session, report: AnnualReport, cluster: Cluster) -> ToOpen | None:
    """None where the report brings nothing to light, or every matter has an open case (A-09)."""
    under_way = _kinds_under_way(session, cluster.cluster_no)
    known = changes.of_cluster(session, cluster.cluster_no)
    found = [
        d
        for d in differences_of(session, report, cluster)
        if d.kind not in under_way and not _is_settled(d, known)
    ]
    rows = [row for row in unfiled(session, report) if row.kind not in under_way]
    kinds = change_kinds.known([d.kind for d in found] + [row.kind for row in rows])
    if not kinds:
        return None
    report.change_key = numbering.change_key(session, cluster.cluster_no)
    words = "；".join(
        [f"{d.label}由“{d.before}”变为“{d.after}”" for d in found] + [row.words for row in rows]
    )
    payload = {
        "cluster_no": cluster.cluster_no, "kinds": kinds, "found_in": FOUND_IN, "found_case": report.key,
        "note": words, "title": f"{cluster.name}变更报备", "scope": cluster.county_code,
    }  # fmt: skip
    return ToOpen(report.change_key, payload, words)


def _is_dealt_with(row: Declared, known: Sequence[ChangeCase]) -> bool:
    """The county left the number out, yet a closed case is about this very change."""
    return any(
        row.kind in case.kinds and case.completed_on == row.completed_on and case.status not in changes.OPEN
        for case in known
    )


def _is_settled(difference: BaselineDifference, known: Sequence[ChangeCase]) -> bool:
    """The city has judged this very content to be no major change: it is not asked about every year."""
    return any(
        case.status in SETTLED
        and change_kinds.shown((case.items.get(difference.kind) or {}).get("after", {}).get(difference.field))
        == difference.after
        for case in known
    )


def _kinds_under_way(session: Session, cluster_no: str) -> set[str]:
    """Kinds of change of the cluster that have an open case, or one that is just being asked for."""
    asked = sa.select(Message).where(
        Message.name == changes.MESSAGE,
        Message.to.startswith(f"BG-{cluster_no}-"),
        Message.status.in_(("pending", "kept")),
    )
    coming = {str(kind) for m in session.scalars(asked) for kind in m.payload.get("kinds") or ()}
    return coming | changes.under_way(session, cluster_no).keys()
