"""Topics of processes/reexamination.bpmn for the province: review, notice, conclusion (第十六条)."""

from collections.abc import Mapping
from typing import Any

from clusters.reexamination import reexamination_decision, reexamination_notice, reexamination_steps
from clusters.reexamination.models import Reexamination
from clusters.register import cluster_cases
from clusters.register.models import Cluster
from clusters.revocation.models import RevocationProposal
from engine.calendar import NoticePolicy
from engine.contract import Context
from engine.due_dates import chinese
from engine.errors import NotFound
from handlers.reexamination.case import case_and_cluster, send_proposal
from handlers.topics import catalogue, filed
from handlers.words import tell_both, tell_corrections, tell_province

Result = Mapping[str, Any] | None


@catalogue.handler(
    "reexamination.review", label="登记省级审查", outputs={"wants_notice": "是否公示"}, recallable=True
)
def review(context: Context) -> Result:
    """第十六条、附件: the annex once more on corrected data; the conclusion is only proposed."""
    row, application, _ = case_and_cluster(context)
    form = filed(context, "review_reexamination")
    _, corrections = reexamination_steps.review_by_province(
        context.session, row, application, form, context.today, context.now
    )
    tell_corrections(context, application, corrections)
    return {"wants_notice": row.wants_notice}


@catalogue.handler(
    "reexamination.publish_notice", label="计算公示期", outputs={"notice_last_day": "公示届满日"}
)
def publish_notice(context: Context) -> Result:
    """第十五条: frozen and counted as any notice; the public may object to it."""
    row, application, cluster = case_and_cluster(context)
    form, days = filed(context, "publish_reexam_notice"), context.terms["notice"]
    policy = form.text("first_day_policy") or NoticePolicy.FULL_DAYS  # D-03
    notice = reexamination_notice.publish(
        context.session, row, application, form, context.calendar, days, context.now, policy
    )
    text = (
        f"公示至{chinese(notice.last_day)}{'（暂定）' if notice.provisional else ''}，见{notice.portal_url}。"
    )
    tell_both(context, application, f"复核结果公示：{cluster.name}", text)
    return {"notice_last_day": notice.last_day}


@catalogue.handler(
    "reexamination.close_notice",
    label="核定公示结果",
    outputs={"held_back": "有未办结的异议", "decide_from": "作出决定的期限起算日"},
    recallable=True,
)
def close_notice(context: Context) -> Result:
    """第十五条: an open objection holds back this cluster; who decides gets the full period after it."""
    row, _, _ = case_and_cluster(context)
    notice = reexamination_notice.of_case(context.session, row)
    if notice is None:
        raise NotFound("本件还没有公示。")
    closed = reexamination_notice.close(context.session, notice)
    return {"held_back": closed.held_back, "decide_from": closed.decide_from}


@catalogue.handler("reexamination.conclude", label="登记复核结论", outputs={"conclusion": "复核结论"})
def conclude(context: Context) -> Result:
    """第十六条、第十九条（一）: people decide; the register follows, a failure is proposed for revocation."""
    row, application, cluster = case_and_cluster(context)
    form = filed(context, "decide_reexamination")
    conclusion = reexamination_decision.conclude(
        context.session, row, application, cluster, form, context.calendar, context.now, context.today
    )
    if conclusion == "pass":
        term = f"{chinese(row.new_valid_from)}至{chinese(row.new_valid_to)}"
        text = f"有效期延续为{term}（{row.decision_no}）。"
    else:
        text = f"{row.decision_no}。理由：{row.reasons}"
    tell_both(context, application, f"{reexamination_decision.CONCLUSIONS[conclusion]}：{cluster.name}", text)
    if conclusion == "fail":
        _propose_failed(context, row, cluster)
    elif conclusion == "withdrawn":
        _stop_everything_else(context, cluster)
    return {"conclusion": conclusion}


def _propose_failed(context: Context, row: Reexamination, cluster: Cluster) -> None:
    form = filed(context, "decide_reexamination")
    found = reexamination_decision.propose_failed(
        context.session, row, cluster, form, context.today, context.now
    )
    if isinstance(found, RevocationProposal):
        send_proposal(context, found, cluster)
        return
    why = "".join(problem.message for problem in found)
    tell_province(context, f"未能提出撤销建议：{cluster.name}", why)


def _stop_everything_else(context: Context, cluster: Cluster) -> None:
    """Whoever gives up the title owes no further report, change or award."""
    for instance in cluster_cases.running(context.session, cluster.cluster_no):
        if instance.id != context.instance_id:
            context.send(cluster_cases.TITLE_LOST, instance.business_key, {"cluster_no": cluster.cluster_no})
