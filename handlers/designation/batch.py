"""Topics of processes/designation.bpmn for the batch: opening, the list, the decision (art. 12, 15, 21)."""

from collections.abc import Mapping
from typing import Any

from clusters.applications import applications
from clusters.batches import batches, selections
from clusters.batches.models import Batch
from clusters.designation import designation as decisions
from clusters.designation import designation_notice
from engine.contract import Context
from engine.due_dates import chinese
from handlers.topics import catalogue, filed
from handlers.words import (
    named,
    tell_batch_opened,
    tell_both,
    tell_province,
)

Result = Mapping[str, Any] | None


@catalogue.handler("designation.open_batch", label="登记批次", outputs={"recommend_due": "推荐截止日"})
def open_batch(context: Context) -> Result:
    """第二十一条: a batch opens under a version in force, or by a continuation document."""
    form = filed(context, "open_batch")
    batch = batches.open_batch(context.session, context.business_key, form, context.today, context.now)
    context.rename(batch.title)
    tell_batch_opened(context, batch)
    return {"recommend_due": batch.recommend_due}


@catalogue.handler("designation.select", label="登记名单", recallable=True)
def select(context: Context) -> Result:
    """第十五条: people form the list in a meeting; whoever is left out is told why."""
    batch = batches.locked(context.session, context.business_key)
    form = filed(context, "selection")
    selection = selections.record(context.session, batch, form, context.today, context.now)
    for item in selection.items:
        if not item.selected:
            application = applications.get(context.session, item.case_no)
            context.send("not_selected", item.case_no)
            tell_both(context, application, f"未列入拟认定名单：{named(application)}", f"理由：{item.reason}")
    end_if_empty(context, batch)
    return None


def end_if_empty(context: Context, batch: Batch) -> None:
    """第十五条: a list without a cluster is not published; the batch's own case learns that it is over."""
    if designation_notice.close_if_empty(context.session, batch):
        context.send("list_empty", batch.key)
        tell_province(context, f"批次办结：{batch.title}", "没有集群列入名单或者都已撤回，不再公示。")


@catalogue.handler("designation.decide", label="登记认定集群", outputs={"held_back": "是否有集群因异议暂缓"})
def decide(context: Context) -> Result:
    """第十五条: after the notice, one document for the list; an objection holds back its cluster alone."""
    batch = batches.locked(context.session, context.business_key)
    form = filed(context, "decide_designation")
    outcome = decisions.decide(context.session, batch, form, context.calendar, context.today, context.now)
    for cluster in outcome.designated:
        application = applications.get(context.session, cluster.case_no)
        context.send("designated", cluster.case_no, {"cluster_no": cluster.cluster_no})
        text = f"编号{cluster.cluster_no}，有效期{chinese(cluster.valid_from)}至{chinese(cluster.valid_to)}。"
        tell_both(context, application, f"已认定：{cluster.name}", text)
    for case_no, reason in outcome.removed.items():
        application = applications.get(context.session, case_no)
        context.send("removed_from_list", case_no)
        tell_both(context, application, f"公示后移出名单：{named(application)}", reason)
    return {"held_back": bool(outcome.held_back)}
