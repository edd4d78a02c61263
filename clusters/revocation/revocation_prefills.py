"""What the forms of a revocation show of the proposal and of what has been said so far. Reads only."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from clusters.prefill_opening import Opening, Words
from clusters.register import operators, register
from clusters.revocation import evidence, proposals, revocation_decisions, revocations
from clusters.revocation.grounds import GROUNDS
from clusters.revocation.models import RevocationProposal, RevocationStatement
from engine import submissions
from engine.due_dates import DueDate, chinese
from engine.models import Submission

KINDS = {"statement": "陈述申辩", "rectified": "整改报告"}


def _proposal(opening: Opening) -> tuple[RevocationProposal, Words]:
    proposal = proposals.of_key(opening.session, opening.instance.business_key)
    cluster = register.get(opening.session, proposal.cluster_no)
    return proposal, {
        "proposal_cluster": f"{cluster.name}（{cluster.cluster_no}）",
        "proposal_ground": GROUNDS[proposal.ground],
        "proposal_facts": proposal.facts,
        "proposal_evidence": evidence.lines(proposal.evidence),
    }


def _shown(opening: Opening) -> Words:
    return _proposal(opening)[1]


def _state(opening: Opening) -> Words:
    """Whoever speaks for the operator itself is its own author; the county says whose words it hands in."""
    own = operators.is_of_one(opening.session, opening.person_id)
    return {**_shown(opening), "stated_by": "operator" if own else None}


def _review(opening: Opening) -> Words:
    proposal, words = _proposal(opening)
    said = revocation_decisions.statements(opening.session, proposal.id)
    by = revocation_decisions.STATED_BY
    rows = [
        {
            "on": s.received_on.isoformat(),
            "who": f"{by.get(s.stated_by, '')}（{KINDS[s.kind]}{_handed_in(opening, s)}）",
            "text": s.text,
        }
        for s in said
    ]
    return {**words, "statements": rows}


def _handed_in(opening: Opening, said: RevocationStatement) -> str:
    """The party may speak for itself or let its county do so; the record says which it was."""
    filed_by = opening.session.scalar(sa.select(Submission.by).where(Submission.id == said.submission_id))
    own = said.stated_by == "county" or operators.is_of_one(opening.session, filed_by or "")
    return "" if own else "，县级代交"


def _decide(opening: Opening) -> Words:
    proposal, words = _proposal(opening)
    return {
        **words,
        "statement_period": _period(opening, proposal),
        "city_word": _said(opening, "city_opinion", "opinion"),
        "review_word": _said(opening, "review_statement", "review_opinion"),
    }


def _period(opening: Opening, proposal: RevocationProposal) -> str:
    notice = revocations.notice_of(opening.session, proposal.id)
    if notice is None:
        return ""
    doubt = "（暂定）" if DueDate.from_json(notice.due_trace).is_provisional else ""
    said = revocation_decisions.statements(opening.session, proposal.id)
    waived = "，当事人已书面放弃其余期限" if any(s.waived for s in said) else ""
    return f"{chinese(notice.served_on)}送达，{chinese(notice.statement_due)}{doubt}届满{waived}"


def _said(opening: Opening, element: str, field: str) -> str:
    found = submissions.latest(opening.session, opening.instance.id, element)
    return str(found.data.get(field) or "") if found else ""


def _rectify(opening: Opening) -> Words:
    proposal, words = _proposal(opening)
    ordered = [
        d for d in revocation_decisions.decisions(opening.session, proposal.id) if d.outcome == "rectify"
    ]
    order = f"{ordered[-1].basis}：{ordered[-1].reasons}" if ordered else ""
    return {**words, "rectify_order": order}


def _publish(opening: Opening) -> Words:
    proposal, _ = _proposal(opening)
    taken = revocation_decisions.decisions(opening.session, proposal.id)
    return {"decision_shown": f"{taken[-1].decision_no}，{taken[-1].decision_date}" if taken else ""}


STEPS: Mapping[str, Callable[[Opening], Words]] = {
    "check_proposal": _shown,
    "supplement_proposal": _shown,
    "city_opinion": _shown,
    "serve_notice": _shown,
    "receive_statement": _state,
    "review_statement": _review,
    "decide_revocation": _decide,
    "report_rectification": _rectify,
    "publish_revocation": _publish,
}
