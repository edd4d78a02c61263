"""A revocation after the notice: statements, their review, the decision, its publication (F15, art. 19).

The decision is a person's: no period that ends decides anything (D-13). 情形不成立 gives the cluster
back the state it had; 责令整改 needs a basis that somebody cites (A-10).
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.filed import Filed
from clusters.register import operators, register_status
from clusters.register.models import Cluster
from clusters.revocation.grounds import ARTICLE, GROUNDS
from clusters.revocation.models import (
    RevocationDecision,
    RevocationNotice,
    RevocationProposal,
    RevocationStatement,
)
from clusters.revocation.revocations import (
    others_notified,
    require,
    require_other_than_proposer,
    required_notice,
)
from engine.calendar import Calendar
from engine.clock import legal_day
from engine.due_dates import DueDate, chinese
from engine.errors import Problem, Refused
from engine.ids import new_id
from engine.models import Submission

OUTCOMES = {"revoke": "撤销认定", "not_established": "情形不成立", "rectify": "责令整改"}
STATED_BY = {"operator": "集群运营管理机构", "county": "县级工信部门", "enterprise": "涉事企业"}


def statements(session: Session, proposal_id: str) -> Sequence[RevocationStatement]:
    """In the order in which they were handed in; the ids of one day say nothing about it."""
    query = sa.select(RevocationStatement).where(RevocationStatement.proposal_id == proposal_id)
    query = query.outerjoin(Submission, Submission.id == RevocationStatement.submission_id)
    return session.scalars(query.order_by(RevocationStatement.received_on, Submission.number)).all()


def decisions(session: Session, proposal_id: str) -> Sequence[RevocationDecision]:
    query = sa.select(RevocationDecision).where(RevocationDecision.proposal_id == proposal_id)
    return session.scalars(query.order_by(RevocationDecision.decided_at)).all()


# --- the party speaks -----------------------------------------------------------------------------


def state(session: Session, proposal: RevocationProposal, form: Filed, today: date) -> RevocationStatement:
    """One statement of the party: its own, or filed by the county on its behalf."""
    found = []
    if not form.text("statement_text") and not form.data.get("statement_files"):
        found.append(Problem("请填写陈述申辩意见或上传材料；没有意见的写“无”。", "statement_text", ARTICLE))
    if form.text("stated_by") not in STATED_BY:
        found.append(Problem("请选择陈述申辩人。", "stated_by", ARTICLE))
    if form.text("stated_by") == "county" and operators.is_of_one(session, form.by):
        found.append(Problem("县级工信部门的意见由县级提交。", "stated_by", ARTICLE))
    if form.data.get("waived") and not form.data.get("waiver_file"):
        found.append(Problem("放弃其余陈述申辩期限的，请上传当事人盖章的书面声明。", "waiver_file", ARTICLE))
    require(found)
    return _keep(
        session, proposal, form, "statement", form.text("stated_by"), form.text("statement_text"), today
    )


def rectified(session: Session, proposal: RevocationProposal, form: Filed, today: date) -> None:
    """What the party did about an order to rectify; the matter goes back to review."""
    if not form.text("rectification_text"):
        raise Refused([Problem("请说明整改情况。", "rectification_text", ARTICLE)])
    by = "operator" if operators.is_of_one(session, form.by) else "county"
    _keep(session, proposal, form, "rectified", by, form.text("rectification_text"), today)


def _keep(
    session: Session, proposal: RevocationProposal, form: Filed, kind: str, stated_by: str, text: str,
    on: date,
) -> RevocationStatement:  # fmt: skip
    row = RevocationStatement(
        id=new_id(), proposal_id=proposal.id, **form.source, kind=kind, stated_by=stated_by, text=text,
        wants_hearing=bool(form.data.get("wants_hearing")), waived=bool(form.data.get("waived")),
        received_on=on,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def review(session: Session, proposal: RevocationProposal, form: Filed) -> None:
    """Each point of each statement is answered; a hearing that was asked for is accounted for."""
    said = statements(session, proposal.id)
    found = []
    if (said or form.data.get("paper_statement")) and not form.rows("points"):
        found.append(Problem("当事人有陈述申辩，请逐点列出并答复。", "points", ARTICLE))
    for n, row in enumerate(form.rows("points")):
        if not str(row.get("answer") or "").strip():
            found.append(Problem("请答复这一点，写明是否采纳和理由。", f"points.{n}.answer", ARTICLE, n + 1))
    if any(s.wants_hearing for s in said) and not form.text("hearing_note"):
        found.append(Problem("当事人申请当面听取意见，请写明听取情况。", "hearing_note", ARTICLE))
    if not form.text("review_opinion"):
        found.append(Problem("请写明复核意见。", "review_opinion", ARTICLE))
    require(found)


# --- the decision ---------------------------------------------------------------------------------


def decide(
    session: Session, proposal: RevocationProposal, cluster: Cluster, form: Filed, calendar: Calendar,
    now: datetime,
) -> RevocationDecision:  # fmt: skip
    """The province's leader decides; never the proposer, never before the period has run (10.3)."""
    require_other_than_proposer(proposal, form.by, "作出决定")
    notice, today = required_notice(session, proposal), legal_day(now)
    decided_on = form.day("decision_date")
    require(
        [
            *_period_problems(session, proposal, notice, calendar, decided_on, today),
            *_content_problems(form, decided_on, today),
        ]
    )
    assert decided_on is not None
    decision = RevocationDecision(
        id=new_id(), proposal_id=proposal.id, **form.source, outcome=form.text("outcome"),
        reasons=form.text("reasons"), basis=form.text("basis"), decision_no=form.text("decision_no"),
        decision_date=decided_on, rectify_due=form.day("rectify_due"), remedy_text=form.text("remedy_text"),
        award_clawback=form.text("award_clawback"), decided_by=form.by, decided_at=now,
    )  # fmt: skip
    session.add(decision)
    _take_effect(session, proposal, cluster, decision, form, now)
    session.flush()
    return decision


def _period_problems(
    session: Session, proposal: RevocationProposal, notice: RevocationNotice, calendar: Calendar,
    decided_on: date | None, today: date,
) -> list[Problem]:  # fmt: skip
    """The period for a statement, by the calendar of today and never shorter than the party was told."""
    said = statements(session, proposal.id)
    heard = [notice.served_on, *(s.received_on for s in said)]
    heard += [d.decision_date for d in decisions(session, proposal.id)]
    if decided_on is not None and decided_on < max(heard):
        message = f"决定日期不能早于{max(heard)}：当日才告知、收到陈述申辩或作出前一决定。"
        return [Problem(message, "decision_date", ARTICLE)]
    if any(s.waived for s in said):
        return []
    count = calendar.recount(DueDate.from_json(notice.due_trace))
    if count.is_provisional:
        message = "陈述申辩期限依据暂定日历，放假安排公布前不能作出决定。"
        return [Problem(message, None, ARTICLE)]
    due = max(notice.statement_due, count.due)
    if today <= due or (decided_on is not None and decided_on <= due):
        message = f"陈述申辩期限到{due}24时届满，届满前不能作出决定（当事人已陈述并书面放弃其余期限的除外）。"
        return [Problem(message, "decision_date", ARTICLE)]
    return []


def _content_problems(form: Filed, decided_on: date | None, today: date) -> list[Problem]:
    outcome, found = form.text("outcome"), []
    if outcome not in OUTCOMES:
        found.append(Problem("请选择撤销认定、情形不成立或责令整改。", "outcome", ARTICLE))
    if not form.text("reasons"):
        found.append(Problem("请写明理由。", "reasons", ARTICLE))
    if decided_on is None or decided_on > today:
        found.append(Problem("决定日期不能为空，也不能晚于今天。", "decision_date", ARTICLE))
    if outcome == "rectify":
        due = form.day("rectify_due")
        if not form.text("basis"):
            found.append(Problem("责令整改须引用依据（条款或文号）。", "basis", ARTICLE))
        if due is None or due <= today:
            found.append(Problem("请填写今天以后的整改期限。", "rectify_due", ARTICLE))
    elif outcome in OUTCOMES:
        for name, words in {"decision_no": "决定文号", "decision_file": "决定书"}.items():
            if not form.data.get(name):
                found.append(Problem(f"请提供{words}。", name, ARTICLE))
    if outcome == "revoke" and not form.text("remedy_text"):
        found.append(Problem("撤销决定须告知救济途径。", "remedy_text", ARTICLE))
    return found


def _take_effect(
    session: Session, proposal: RevocationProposal, cluster: Cluster, decision: RevocationDecision,
    form: Filed, now: datetime,
) -> None:  # fmt: skip
    if decision.outcome == "rectify":
        proposal.status = "rectifying"
        return
    ground, on = GROUNDS[proposal.ground], decision.decision_date
    proposal.closed_on = on
    if decision.outcome == "revoke":
        proposal.status = "revoked"
        register_status.move(
            session, cluster, "revoked", on=on, at=now, why=f"撤销认定：{ground}",
            doc_no=decision.decision_no, act=form,
        )  # fmt: skip
        return
    proposal.status = "not_established"
    if not others_notified(session, proposal):
        why = f"经审查，撤销情形不成立：{ground}"
        register_status.restore(session, cluster, on=on, at=now, why=why, act=form)


def publish(session: Session, proposal: RevocationProposal, form: Filed, today: date) -> RevocationDecision:
    """The decision on the department's portal; the title was gone from the decision's date."""
    decision = next(d for d in reversed(decisions(session, proposal.id)) if d.outcome == "revoke")
    published_on, found = form.day("published_on"), []
    if not form.text("published_url").startswith(("https://", "http://")):
        found.append(Problem("请填写公布网址。", "published_url", ARTICLE))
    if published_on is None or not decision.decision_date <= published_on <= today:
        message = f"公布日期应在决定之日（{chinese(decision.decision_date)}）与今天之间。"
        found.append(Problem(message, "published_on", ARTICLE))
    if not form.data.get("evidence_file"):
        found.append(Problem("请上传公布留痕。", "evidence_file", ARTICLE))
    require(found)
    decision.published_url, decision.published_on = form.text("published_url"), published_on
    return decision
