"""A confirmed major change that nobody files: whether the clock may propose anything (art. 17, 19, A-09).

Never for a filed change, late or not; never from a provisional date; never before the city has
confirmed the change and its completion, urged with receipts, and the grace is over (D11, T8).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.changes import change_kinds
from clusters.changes.models import ChangeCase
from clusters.register.models import Cluster
from clusters.register.register_status import Act
from clusters.revocation import evidence, proposals
from clusters.revocation.evidence import Case, Item, Urged
from clusters.revocation.models import RevocationProposal
from engine.calendar import Calendar, DueDate
from engine.clock import legal_day
from engine.due_dates import chinese
from engine.models import WorkItem

GROUND = "19-4"
COUNTY_STEPS = ("file_change", "approve_change")


@dataclass(frozen=True)
class Answer:
    """`result`: filed (nothing to propose), proposed, or later (asked again), and why."""

    result: str
    why: str
    proposal: RevocationProposal | None = None


def consider(
    session: Session, case: ChangeCase, cluster: Cluster, calendar: Calendar, region: str,
    terms: Mapping[str, int], now: datetime, act: Act,
) -> Answer:  # fmt: skip
    """Propose ground 19-4 where the rules allow it; otherwise say why not. Kept with the case."""
    answer = _answer(session, case, cluster, calendar, region, terms, now, act)
    case.looked = [
        *case.looked,
        {"on": legal_day(now).isoformat(), "result": answer.result, "why": answer.why},
    ]
    return answer


def _answer(
    session: Session, case: ChangeCase, cluster: Cluster, calendar: Calendar, region: str,
    terms: Mapping[str, int], now: datetime, act: Act,
) -> Answer:  # fmt: skip
    if case.reported_at is not None:
        return Answer("filed", f"已于{legal_day(case.reported_at)}报备，逾期的只作标记，不由系统提出撤销。")
    if case.confirmed_on is None or case.confirmed_at is None:
        return Answer("filed", "市州没有认定发生重大变更及其完成日期，不由系统提出撤销。")
    due = calendar.due(case.confirmed_on, terms["change_filing"], region)
    begins = max(due.due, legal_day(case.confirmed_at))
    grace = calendar.due(begins, terms["change_grace"], region)
    why = _too_early(due, grace, legal_day(now))
    if why:
        return Answer("later", why)
    items = _evidence(session, case, due, region)
    facts = (
        f"市州于{chinese(legal_day(case.confirmed_at))}认定{change_kinds.words(case.kinds)}变更已于{chinese(case.confirmed_on)}完成"
        f"（{case.basis_kind}{case.basis_doc_no}），报备截止日{chinese(due.due)}，宽限至{chinese(grace.due)}，催报后仍未报备。"
    )
    against = proposals.problems(
        session, cluster, GROUND, facts=facts, evidence=items, by=None, on=legal_day(now)
    )
    if against:
        return Answer("later", "；".join(p.message.rstrip("。") for p in against) + "。")
    proposal = proposals.propose(
        session, cluster, GROUND, facts=facts, evidence=items, by=None, on=legal_day(now), at=now, source=act
    )
    return Answer("proposed", f"已提出撤销建议{proposal.no}，由省级审查。", proposal)


def _too_early(due: DueDate, grace: DueDate, today: date) -> str:
    if due.is_provisional or grace.is_provisional:
        return "期限依据暂定日历，放假安排公布前不产生不利后果。"
    return f"宽限到{chinese(grace.due)}，尚未届满。" if today <= grace.due else ""


def _evidence(session: Session, case: ChangeCase, due: DueDate, region: str) -> Sequence[Item]:
    """The period day by day and every urge made after it had run out."""
    what = f"{change_kinds.words(case.kinds)}变更完成后报备期限"
    deadline = evidence.Deadline(what, due.due, due.to_json(), due.is_provisional, case_key=case.no)
    steps = sa.select(WorkItem.id).where(
        WorkItem.instance_id == case.instance_id, WorkItem.element.in_(COUNTY_STEPS)
    )
    urges: list[Urged] = []
    for item_id in session.scalars(steps.order_by(WorkItem.number)):
        urges += [u for u in evidence.urges_of(session, item_id) if u.on > due.due]
    return [Case(case.no, "变更报备办件"), deadline, *urges]
