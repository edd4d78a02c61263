"""Topics of processes/revocation.bpmn (第十九条): proposal, notice, statement, decision, publication.

Rules are in `revocations` and `revocation_decisions`; here people are told, and what
else runs for the cluster is stopped once its title is gone.
"""

from collections.abc import Mapping
from typing import Any

from clusters.register import cluster_cases
from clusters.register.models import Cluster
from clusters.revocation import revocation_decisions, revocations
from clusters.revocation.grounds import GROUNDS
from clusters.revocation.models import RevocationProposal
from engine.contract import Context
from engine.due_dates import chinese
from handlers.topics import catalogue, filed
from handlers.words import tell_cluster, tell_province

Result = Mapping[str, Any] | None
PARTY = ("county_clerk", "county_leader", "operator_clerk")
CITY = ("city_clerk", "city_leader")


def _matter(context: Context) -> tuple[RevocationProposal, Cluster]:
    return revocations.locked(context.session, context.business_key)


@catalogue.handler(
    "revocation.check", label="登记审查结论", outputs={"check_result": "审查结论"}, recallable=True
)
def check(context: Context) -> Result:
    """第十九条: a person looks whether the evidence carries the ground before anybody is bothered."""
    proposal, cluster = _matter(context)
    result = revocations.check(proposal, filed(context, "check_proposal"), context.today)
    if result == "dismiss":
        title = f"撤销建议不予立案：{cluster.name}"
        tell_cluster(context, CITY, cluster, title, f"理由：{proposal.reason}")
        if proposal.proposed_by is not None:
            context.notify([proposal.proposed_by], title, f"理由：{proposal.reason}")
    return {"check_result": result}


@catalogue.handler("revocation.supplement", label="登记补充证据", recallable=True)
def supplement(context: Context) -> Result:
    proposal, _ = _matter(context)
    revocations.supplement(proposal, filed(context, "supplement_proposal"))
    return None


@catalogue.handler("revocation.opine", label="登记市州意见", recallable=True)
def opine(context: Context) -> Result:
    """第四条: the city supervises and is heard."""
    proposal, _ = _matter(context)
    revocations.opine(proposal, filed(context, "city_opinion"))
    return None


@catalogue.handler("revocation.serve", label="登记告知送达", outputs={"statement_due": "陈述申辩截止日"})
def serve(context: Context) -> Result:
    """第十九条: the period counts from the proof of service; the register shows 拟撤销 from that day."""
    proposal, cluster = _matter(context)
    notice = revocations.serve(
        context.session, proposal, cluster, filed(context, "serve_notice"), context.calendar,
        context.terms["statement"], context.scope, context.now,
    )  # fmt: skip
    provisional = "（暂定）" if notice.due_trace["provisional"] else ""
    text = (
        f"拟以“{GROUNDS[proposal.ground]}”撤销认定，告知书{notice.notice_no}。"
        f"可在{chinese(notice.statement_due)}{provisional}前提出陈述申辩，也可以申请当面听取意见。"
    )
    tell_cluster(context, PARTY + CITY, cluster, f"拟撤销认定告知：{cluster.name}", text)
    return {"statement_due": notice.statement_due}


@catalogue.handler("revocation.state", label="登记陈述申辩", outputs={"waived": "放弃其余期限"})
def state(context: Context) -> Result:
    proposal, cluster = _matter(context)
    form = filed(context, "receive_statement")
    row = revocation_decisions.state(context.session, proposal, form, context.today)
    hearing = "，申请当面听取意见" if row.wants_hearing else ""
    tell_province(
        context, f"收到陈述申辩：{cluster.name}", f"{chinese(context.today)}收到{hearing}，请逐点答复。"
    )
    return {"waived": row.waived}


@catalogue.handler("revocation.review", label="核对申辩答复", recallable=True)
def review(context: Context) -> Result:
    proposal, _ = _matter(context)
    revocation_decisions.review(context.session, proposal, filed(context, "review_statement"))
    return None


@catalogue.handler(
    "revocation.decide",
    label="登记决定",
    outputs={"outcome": "决定结果", "rectify_due": "整改期限"},
)
def decide(context: Context) -> Result:
    """第十九条: a person's decision takes effect on its date; then everything else of the title stops."""
    proposal, cluster = _matter(context)
    form = filed(context, "decide_revocation")
    decision = revocation_decisions.decide(
        context.session, proposal, cluster, form, context.calendar, context.now
    )
    outcome = revocation_decisions.OUTCOMES[decision.outcome]
    text = f"{decision.decision_no or '决定'}：{outcome}。理由：{decision.reasons}"
    if decision.rectify_due is not None and decision.outcome == "rectify":
        text += f"依据：{decision.basis}。请在{chinese(decision.rectify_due)}前完成整改并报告。"
    tell_cluster(context, PARTY + CITY, cluster, f"撤销程序决定：{cluster.name}", text)
    if decision.outcome == "revoke":
        _stop_everything_else(context, cluster)
    due = decision.rectify_due.isoformat() if decision.rectify_due else None
    return {"outcome": decision.outcome, "rectify_due": due}


def _stop_everything_else(context: Context, cluster: Cluster) -> None:
    """Reports, changes, re-examination, awards and other proposals of this cluster end by message."""
    for instance in cluster_cases.running(context.session, cluster.cluster_no):
        if instance.id != context.instance_id:
            context.send(cluster_cases.TITLE_LOST, instance.business_key, {"cluster_no": cluster.cluster_no})


@catalogue.handler("revocation.rectified", label="登记整改报告", recallable=True)
def rectified(context: Context) -> Result:
    proposal, cluster = _matter(context)
    form = filed(context, "report_rectification")
    revocation_decisions.rectified(context.session, proposal, form, context.today)
    tell_province(context, f"收到整改报告：{cluster.name}", "请复核整改情况。")
    return None


@catalogue.handler("revocation.publish", label="登记公布")
def publish(context: Context) -> Result:
    proposal, cluster = _matter(context)
    form = filed(context, "publish_revocation")
    decision = revocation_decisions.publish(context.session, proposal, form, context.today)
    text = f"{decision.decision_no}已公布：{decision.published_url}"
    tell_cluster(context, PARTY + CITY, cluster, f"撤销决定已公布：{cluster.name}", text)
    return None


@catalogue.handler("revocation.withdraw", label="登记撤回提案")
def withdraw(context: Context) -> Result:
    proposal, cluster = _matter(context)
    revocations.withdraw(proposal, context.actor, context.today)
    tell_province(context, f"撤销建议已撤回：{cluster.name}", "提出人在告知前撤回，本件不再办理。")
    return None


@catalogue.handler("revocation.overtake", label="登记提前终止")
def overtake(context: Context) -> Result:
    proposal, cluster = _matter(context)
    revocations.overtake(proposal, context.today)
    tell_province(context, f"撤销程序终止：{cluster.name}", "集群已因其他决定失去称号，本件不再办理。")
    return None
