"""Topics of processes/reexamination.bpmn for the term and its end (第十六条、第十九条（一）)."""

from collections.abc import Mapping
from typing import Any

from clusters import numbering
from clusters.reexamination import reexaminations
from engine.contract import Context
from engine.due_dates import chinese
from handlers.reexamination.case import case_and_cluster, send_proposal
from handlers.topics import catalogue
from handlers.words import tell_both, tell_county, tell_province

Result = Mapping[str, Any] | None


@catalogue.handler(
    "reexamination.prepare",
    label="提示准备复核",
    outputs={"batch_open": "省级已开放复核批次", "valid_to": "有效期止"},
)
def prepare(context: Context) -> Result:
    """第十六条: county and operator prepare; the province, which organises it, is told to (A-01)."""
    row, cluster, call = reexaminations.prepare(
        context.session,
        context.business_key,
        numbering.cluster_of_reexamination(context.business_key),
        context.instance_id,
        context.now,
    )
    title = f"{cluster.name}期满复核"
    context.rename(title)
    text = (
        f"有效期至{chinese(row.valid_to)}，请准备复核申请：三年规划目标完成情况、近四年指标和下一个三年规划。"
    )
    for role in ("county_clerk", "county_leader", "operator_clerk"):
        context.notify_role(role, cluster.county_code, f"请准备复核：{cluster.name}", text)
    if call is None:
        text = f"有效期至{chinese(row.valid_to)}，请组织复核并开放复核批次。"
        tell_province(context, f"集群有效期将满：{cluster.name}", text)
    return {"batch_open": call is not None, "valid_to": row.valid_to}


@catalogue.handler(
    "reexamination.open_case",
    label="开始复核申请",
    outputs={"apply_due": "复核申请截止日", "fill_due": "填报期限"},
)
def open_case(context: Context) -> Result:
    row, application, cluster = case_and_cluster(context)
    batch = reexaminations.open_case(
        context.session, row.case_no, context.calendar, context.today, context.now, context
    )
    is_provisional = reexaminations.is_due_provisional(row, context.calendar, cluster.county_code)
    until = f"{chinese(row.apply_due)}{'（暂定）' if is_provisional else ''}"
    text = f"省级已开放“{batch.title}”（{batch.notice_no}），请在{until}前提出复核申请。"
    tell_both(context, application, f"复核申请开始：{cluster.name}", text)
    context.notify_role("operator_clerk", cluster.county_code, f"复核申请开始：{cluster.name}", text)
    return {"apply_due": row.apply_due, "fill_due": row.apply_due}


@catalogue.handler("reexamination.end_term", label="登记有效期届满")
def end_term(context: Context) -> Result:
    """第十六条: undecided at the end of the term, the title is kept and shown as such; no proposal."""
    cluster = reexaminations.end_term(
        context.session, context.business_key, context.today, context.now, context
    )
    text = f"有效期已于{chinese(cluster.valid_to)}届满，复核没有结论前称号保留，年度报告照常报送。"
    _, application, _ = case_and_cluster(context)
    tell_both(context, application, f"有效期届满，复核中：{cluster.name}", text)
    tell_province(context, f"有效期届满，复核中：{cluster.name}", text)
    return None


@catalogue.handler("reexamination.check_overdue", label="核对是否未申请复核")
def check_overdue(context: Context) -> Result:
    """第十九条（一）: a proposal only where the batch, its served notice and a certain period are proved."""
    proposal = reexaminations.propose_missing(
        context.session, context.business_key, context.calendar, context.today, context.now, context
    )
    row, application, cluster = case_and_cluster(context)
    if proposal is not None:
        send_proposal(context, proposal, cluster)
        tell_both(context, application, f"逾期未申请复核：{cluster.name}", row.overdue_note)
    elif row.overdue_note:
        passed = f"截止日{chinese(row.apply_due)}已过" if row.apply_due else "省级还没有开放复核批次"
        text = f"{passed}，系统没有提出撤销建议：{row.overdue_note}请核实后处理。"
        tell_province(context, f"逾期未申请复核：{cluster.name}", text)
        if row.apply_due:
            tell_county(context, application, f"请尽快申请复核：{cluster.name}", f"{passed}。")
    return None


@catalogue.handler("reexamination.lose_title", label="登记称号已失去")
def lose_title(context: Context) -> Result:
    """第十九条: the title is gone by another decision; there is nothing left to re-examine."""
    reexaminations.lose_title(context.session, context.business_key)
    _, application, cluster = case_and_cluster(context)
    tell_both(context, application, f"复核终止：{cluster.name}", "集群已因其他决定失去称号，本件不再办理。")
    return None
