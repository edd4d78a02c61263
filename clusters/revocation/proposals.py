"""Proposals to revoke a title (art. 19): the one way in for processes and people. Decides nothing (D-13).

Any process or page proposes by one row and one message; whether it comes to a revocation is decided by
people in processes/revocation.bpmn. A handler copies two lines, with the evidence it has:

    proposal = proposals.propose(context.session, cluster, "19-3a", facts="…", evidence=[…],
                                 by=context.actor, on=context.today, at=context.now, source=context)
    context.send(proposals.MESSAGE, proposal.no, proposals.start_data(proposal, cluster))

`evidence` are items of `evidence`: `deadline_of(work_item_or_timer, "…年度报告报送期限")`,
`urges_of(session, item.id)`, `Case(business_key, title)`, `Paper(…)`, `Served(…)`, `Happened(…)`.
`propose` raises Refused with everything that stands against it; a timer that may meet a refusal asks
`problems` first and leaves the matter to people (D11).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.applications import applications
from clusters.applications.application_content import STANDING
from clusters.register import register_status
from clusters.register.models import Cluster
from clusters.register.register_status import Act
from clusters.revocation import grounds
from clusters.revocation.evidence import Item, refs, to_json
from clusters.revocation.grounds import ARTICLE, GROUNDS
from clusters.revocation.models import RevocationProposal
from engine.errors import NotFound, Problem, Refused
from engine.ids import new_id

MESSAGE = "propose_revocation"
PROCESS = "revocation"
ORIGINS = {
    "timer": "期限届至",
    "reexam": "复核",
    "onsite": "实地核查",
    "complaint": "举报或异议",
    "department": "部门通报",
    "manual": "日常监管",
}
STATUSES = {
    "proposed": "待受理",
    "supplementing": "退回补充",
    "accepted": "已受理",
    "notified": "已告知，陈述申辩",
    "rectifying": "责令整改",
    "revoked": "已撤销",
    "not_established": "情形不成立",
    "dismissed": "不予立案",
    "withdrawn": "提案已撤回",
    "overtaken": "因其他决定终止",
}
OPEN = frozenset({"proposed", "supplementing", "accepted", "notified", "rectifying"})


def propose(
    session: Session, cluster: Cluster, ground: str, *, facts: str, evidence: Sequence[Item], by: str | None,
    on: date, at: datetime, source: Act | None, origin: str = "",
) -> RevocationProposal:  # fmt: skip
    """Record a proposal on the legal day `on`; `by` is None where a process proposes.

    The message that starts the case has still to be sent. Raises Refused with every reason against it.
    """
    session.refresh(cluster, with_for_update=True)  # of two proposals on the same facts one loses
    found = problems(session, cluster, ground, facts=facts, evidence=evidence, by=by, on=on)
    if found:
        raise Refused(found)
    proposal = RevocationProposal(
        id=new_id(), no=numbering.revocation_key(session, cluster.cluster_no), cluster_no=cluster.cluster_no,
        ground=ground, origin=origin or ("timer" if by is None else "manual"), facts=facts.strip(),
        evidence=to_json(evidence), refs=refs(evidence), status="proposed", proposed_by=by, proposed_on=on,
        proposed_at=at, instance_id=source.instance_id if source else None,
        task_id=source.task_id if source else None,
    )  # fmt: skip
    session.add(proposal)
    session.flush()
    return proposal


def start_data(proposal: RevocationProposal, cluster: Cluster) -> dict[str, Any]:
    """What the case begins with, and by which its instance is named and placed."""
    return {
        "cluster_no": cluster.cluster_no,
        "ground": proposal.ground,
        "proposal_id": proposal.id,
        "scope": cluster.county_code,
        "title": title(cluster, proposal.ground),
    }


def title(cluster: Cluster, ground: str) -> str:
    return f"{cluster.name}撤销认定（{GROUNDS[ground]}）"


def get(session: Session, proposal_id: str) -> RevocationProposal:
    found = session.get(RevocationProposal, proposal_id)
    if found is None:
        raise NotFound("没有这份撤销提案。")
    return found


def of_key(session: Session, no: str) -> RevocationProposal:
    """The proposal behind a case, by its business key."""
    query = sa.select(RevocationProposal).where(RevocationProposal.no == no)
    found = session.scalars(query).first()
    if found is None:
        raise NotFound(f"没有撤销提案“{no}”。")
    return found


def of_cluster(session: Session, cluster_no: str) -> Sequence[RevocationProposal]:
    """Newest first."""
    query = sa.select(RevocationProposal).where(RevocationProposal.cluster_no == cluster_no)
    newest = RevocationProposal.proposed_at.desc(), RevocationProposal.no.desc()
    return session.scalars(query.order_by(*newest)).all()


def is_open(session: Session, cluster_no: str) -> bool:
    """Whether a revocation is under way: no award meanwhile (art. 16, F12)."""
    return any(p.status in OPEN for p in of_cluster(session, cluster_no))


def on_roster(session: Session, cluster: Cluster, uscc: str) -> bool:
    """Whether the enterprise stands on the roster with which the cluster was designated (F15)."""
    if cluster.case_no is None:
        return False  # taken over from paper: nobody knows its roster here
    application = applications.get(session, cluster.case_no)
    data, _ = applications.effective_application(session, application.instance_id or "")
    return any(row.get("uscc") == uscc for row in data.get("enterprises") or [])


# --- what stands against a proposal ---------------------------------------------------------------


def problems(
    session: Session, cluster: Cluster, ground: str, *, facts: str, evidence: Sequence[Item], by: str | None,
    on: date,
) -> list[Problem]:  # fmt: skip
    """Everything that stands against proposing this; empty when it may be proposed."""
    if ground not in GROUNDS:
        return [Problem("请选择第十九条所列的撤销情形。", "ground", ARTICLE)]
    found = []
    if cluster.status not in STANDING:
        label = register_status.LABELS[cluster.status]
        found.append(Problem(f"“{cluster.name}”现为“{label}”，不能再提出撤销。", None, ARTICLE))
    if not facts.strip():
        found.append(Problem("请写明事实摘要。", "facts", ARTICLE))
    found += _same_facts(session, cluster, ground, refs(evidence))
    return found + grounds.missing(session, cluster, ground, evidence, by, on)


def _same_facts(session: Session, cluster: Cluster, ground: str, known: Sequence[str]) -> list[Problem]:
    """One ground and one set of facts make one proposal; what was decided is not proposed again."""
    for earlier in of_cluster(session, cluster.cluster_no):
        if earlier.ground != ground or not set(earlier.refs) & set(known):
            continue
        if earlier.status in OPEN:
            message = f"同一事实的撤销提案{earlier.no}正在办理，不必重复提出。"
            return [Problem(message, "evidence", ARTICLE)]
        nothing_new = not set(known) - set(earlier.refs)
        if earlier.status == "not_established" or (earlier.status == "dismissed" and nothing_new):
            label = STATUSES[earlier.status]
            message = f"同一事实已有结论（{earlier.no}：{label}），没有新的事实不能再次提出。"
            return [Problem(message, "evidence", ARTICLE)]
    return []
