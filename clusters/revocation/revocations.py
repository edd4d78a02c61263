"""A revocation up to the notice: taken up or not, the city's word, served on the party (F15, art. 19).

Nothing adverse happens before people have acted: the cluster is shown as 拟撤销 only once the notice
has been served. What follows it stands in `clusters.revocation.revocation_decisions`.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.filed import Filed
from clusters.register import register, register_status
from clusters.register.models import Cluster
from clusters.revocation import evidence, proposals
from clusters.revocation.evidence import Paper
from clusters.revocation.grounds import ARTICLE, GROUNDS
from clusters.revocation.models import RevocationNotice, RevocationProposal
from clusters.revocation.proposals import OPEN
from engine.calendar import Calendar
from engine.clock import legal_day
from engine.due_dates import chinese
from engine.errors import NotAllowed, NotFound, Problem, Refused

BEFORE_NOTICE = frozenset({"proposed", "supplementing", "accepted"})
SERVICE_WAYS = {"direct": "直接送达", "post": "邮寄送达", "electronic": "电子送达", "public": "公告送达"}


def require(found: list[Problem]) -> None:
    if found:
        raise Refused(found)


def locked(session: Session, proposal_no: str) -> tuple[RevocationProposal, Cluster]:
    """The proposal and its cluster, held against other steps on the same title."""
    proposal = proposals.of_key(session, proposal_no)
    cluster = register.get(session, proposal.cluster_no)
    session.refresh(cluster, with_for_update=True)
    return proposal, cluster


def require_other_than_proposer(proposal: RevocationProposal, by: str, what: str) -> None:
    """Whoever proposed neither takes up, nor comments on, nor decides the proposal (10.3)."""
    if proposal.proposed_by == by:
        raise NotAllowed(f"本件由您提出，不能由您{what}，请由他人办理。")


# --- before it is taken up ------------------------------------------------------------------------


def check(proposal: RevocationProposal, form: Filed, today: date) -> str:
    """受理, 退回补充 or 不予立案; the last two with a reason. Returns the decision."""
    require_other_than_proposer(proposal, form.by, "审查受理")
    decision, reason = form.text("decision"), form.text("reason")
    if decision not in ("accept", "supplement", "dismiss"):
        raise Refused([Problem("请选择受理、退回补充或不予立案。", "decision", ARTICLE)])
    if decision != "accept" and not reason:
        raise Refused([Problem("退回补充或不予立案的，请写明理由。", "reason", ARTICLE)])
    if decision == "accept" and not form.data.get("evidence_complete"):
        raise Refused([Problem("受理前请确认证据齐全、与所列情形相符。", "evidence_complete", ARTICLE)])
    proposal.status = {"accept": "accepted", "supplement": "supplementing", "dismiss": "dismissed"}[decision]
    proposal.reason = reason
    if decision == "dismiss":
        proposal.closed_on = today
    return decision


def supplement(proposal: RevocationProposal, form: Filed) -> None:
    """The city adds documents; what was there before stays."""
    papers = [
        Paper(
            str(row.get("title") or ""), row.get("file") or [], str(row.get("doc_no") or ""),
            str(row.get("issued_by") or ""),
            date.fromisoformat(row["effective_on"]) if row.get("effective_on") else None,
        )
        for row in form.rows("papers")
    ]  # fmt: skip
    if not papers and not form.text("note"):
        raise Refused([Problem("请补充证据，或说明无法补充的理由。", "papers", ARTICLE)])
    proposal.evidence = [*proposal.evidence, *evidence.to_json(papers)]
    proposal.refs = list(dict.fromkeys([*proposal.refs, *evidence.refs(papers)]))
    proposal.status = "proposed"


def may_withdraw(proposal: RevocationProposal, by: str | None) -> bool:
    """Whether somebody may take it back now."""
    return by is not None and proposal.proposed_by == by and proposal.status in BEFORE_NOTICE


def withdraw(proposal: RevocationProposal, by: str | None, today: date) -> None:
    """Whoever proposed may take it back until the notice is served; afterwards people decide."""
    if by is None or proposal.proposed_by != by:
        raise NotAllowed("只有提出人本人可以撤回撤销建议。")
    if proposal.status not in BEFORE_NOTICE:
        raise Refused([Problem("已经告知当事人，不能撤回，请按程序作出决定。", article=ARTICLE)])
    proposal.status, proposal.closed_on = "withdrawn", today


def overtake(proposal: RevocationProposal, today: date) -> None:
    """The title is gone by another decision: there is nothing left to decide."""
    proposal.status, proposal.closed_on = "overtaken", today


# --- the city and the notice ----------------------------------------------------------------------


def opine(proposal: RevocationProposal, form: Filed) -> None:
    """第四条: the city's word is heard; it binds nobody."""
    require_other_than_proposer(proposal, form.by, "出具市州意见")
    if not form.text("opinion"):
        raise Refused([Problem("请写明市州意见。", "opinion", "第四条")])


def notice_of(session: Session, proposal_id: str) -> RevocationNotice | None:
    return session.get(RevocationNotice, proposal_id)


def required_notice(session: Session, proposal: RevocationProposal) -> RevocationNotice:
    found = notice_of(session, proposal.id)
    if found is None:
        raise NotFound("本件尚未告知当事人。")
    return found


def serve(
    session: Session, proposal: RevocationProposal, cluster: Cluster, form: Filed, calendar: Calendar,
    days: int, region: str, now: datetime,
) -> RevocationNotice:  # fmt: skip
    """告知: the proof of service starts the period for a statement; from now on the title is 拟撤销."""
    served_on = form.day("served_on")
    require(_service_problems(proposal, form, served_on, legal_day(now)))
    assert served_on is not None
    due = calendar.due(served_on, days, region)
    notice = RevocationNotice(
        proposal_id=proposal.id, **form.source, notice_no=form.text("notice_no"), served_on=served_on,
        service_way=form.text("service_way"), receipt=form.text("receipt"), statement_due=due.due,
        due_trace=due.to_json(), served_by=form.by,
    )  # fmt: skip
    session.add(notice)
    proposal.status = "notified"
    if cluster.status != "revocation_proposed":
        why = f"已告知拟撤销认定：{GROUNDS[proposal.ground]}"
        register_status.move(
            session, cluster, "revocation_proposed", on=served_on, at=now, why=why,
            doc_no=notice.notice_no, act=form,
        )  # fmt: skip
    session.flush()
    return notice


def _service_problems(
    proposal: RevocationProposal, form: Filed, served_on: date | None, today: date
) -> list[Problem]:
    found = []
    for name, words in {
        "notice_no": "告知书文号", "receipt": "送达凭据（签收人、邮件号等）", "notice_file": "告知书",
        "receipt_file": "送达凭证",
    }.items():  # fmt: skip
        if not form.data.get(name):
            found.append(Problem(f"请提供{words}。", name, ARTICLE))
    if form.text("service_way") not in SERVICE_WAYS:
        found.append(Problem("请选择送达方式。", "service_way", ARTICLE))
    if served_on is None or not proposal.proposed_on <= served_on <= today:
        message = f"送达日期应在提出之日（{chinese(proposal.proposed_on)}）与今天之间，不能倒签。"
        found.append(Problem(message, "served_on", ARTICLE))
    return found


def others_notified(session: Session, proposal: RevocationProposal) -> bool:
    """Whether another proposal on the same title stands notified too, so that it stays 拟撤销."""
    query = sa.select(RevocationProposal.id).where(
        RevocationProposal.cluster_no == proposal.cluster_no,
        RevocationProposal.id != proposal.id,
        RevocationProposal.status.in_(OPEN - BEFORE_NOTICE),
    )
    return session.scalar(query.limit(1)) is not None
