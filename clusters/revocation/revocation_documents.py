"""Print views of a revocation: the notice to the party and the decision (F15, art. 19). Our own drafts."""

from sqlalchemy.orm import Session

from clusters.designation.documents import Document, Table
from clusters.notices.notice_text import DEPARTMENT
from clusters.people import organisations, regions, roles
from clusters.register.models import Cluster
from clusters.revocation import evidence, revocation_decisions, revocations
from clusters.revocation.grounds import GROUNDS
from clusters.revocation.models import RevocationProposal
from engine.due_dates import chinese
from engine.errors import NotFound

EVIDENCE = ("种类", "内容", "日期", "凭据")
RIGHTS = (
    "如有异议，可以自收到本告知书之日的次日起{days}个工作日内提出书面陈述申辩，也可以申请当面听取意见。"
    "期满没有提出的，我厅将依据已有材料作出决定。"
)


def _party(session: Session, cluster: Cluster) -> str:
    """The operator and the county's bureau: a cluster is no legal person (art. 2, 13)."""
    county = organisations.of_region(session, roles.COUNTY, cluster.county_code)
    operator = (cluster.baseline.get("operator") or {}).get("operator_name")
    bureau = county.name if county is not None else regions.full_name(cluster.county_code)
    return "、".join(name for name in (operator, bureau) if name)


def notice(session: Session, proposal: RevocationProposal, cluster: Cluster, days: int) -> Document:
    """拟撤销告知书: to be sealed and served; after service it names number and last day."""
    served = revocations.notice_of(session, proposal.id)
    until = (
        f"送达日期：{chinese(served.served_on)}，陈述申辩期限至{chinese(served.statement_due)}。"
        if served
        else ""
    )
    return Document(
        title="拟撤销甘肃省中小企业特色产业集群认定告知书",
        number=served.notice_no if served else "",
        addressee=_party(session, cluster),
        paragraphs=(
            f"经查，“{cluster.name}”（编号{cluster.cluster_no}）存在下列事实：{proposal.facts}",
            f"上述事实涉及实施细则第十九条所列“{GROUNDS[proposal.ground]}”情形，我厅拟撤销其认定。",
            RIGHTS.format(days=served.due_trace["days"] if served else days),
            until,
        ),
        tables=(_evidence(proposal),),
        signed_by=DEPARTMENT,
        day=served.served_on if served else None,
    )


def _evidence(proposal: RevocationProposal) -> Table:
    rows = evidence.lines(proposal.evidence)
    return Table(EVIDENCE, tuple((r["kind"], r["what"], r["on"], r["proof"]) for r in rows))


def decision(session: Session, proposal: RevocationProposal, cluster: Cluster) -> Document:
    """The latest decision; an order to rectify names its basis and its day."""
    taken = revocation_decisions.decisions(session, proposal.id)
    if not taken:
        raise NotFound("本件还没有作出决定。")
    last = taken[-1]
    outcome = {
        "revoke": f"撤销“{cluster.name}”的认定，自{chinese(last.decision_date)}起生效。",
        "not_established": f"“{GROUNDS[proposal.ground]}”情形不成立，“{cluster.name}”恢复原状态。",
        "rectify": f"依据{last.basis}，责令于{chinese(last.rectify_due or last.decision_date)}前完成整改。",
    }[last.outcome]
    return Document(
        title={"revoke": "撤销认定决定书", "rectify": "责令整改通知书"}.get(
            last.outcome, "撤销情形不成立通知书"
        ),
        number=last.decision_no,
        addressee=_party(session, cluster),
        paragraphs=(
            f"关于“{cluster.name}”（编号{cluster.cluster_no}）“{GROUNDS[proposal.ground]}”一案，"
            "经告知并听取陈述申辩，现决定如下。",
            outcome,
            f"理由：{last.reasons}",
            last.award_clawback and f"奖励资金处理：{last.award_clawback}",
            last.remedy_text,
        ),
        tables=(_answers(session, proposal),),
        signed_by=DEPARTMENT,
        day=last.decision_date,
    )


def _answers(session: Session, proposal: RevocationProposal) -> Table:
    said = revocation_decisions.statements(session, proposal.id)
    who = revocation_decisions.STATED_BY
    rows = ((chinese(s.received_on), who.get(s.stated_by, s.stated_by), s.text) for s in said)
    return Table(("收到日期", "陈述申辩人", "内容"), tuple(rows))
