"""Topics of processes/reexamination.bpmn for the batch that calls clusters (第十六条、第二十一条)."""

from collections.abc import Mapping
from typing import Any

from clusters import numbering
from clusters.reexamination import reexamination_batches, reexaminations
from clusters.register import register
from engine.contract import Context
from handlers.topics import catalogue, filed

Result = Mapping[str, Any] | None


@catalogue.handler("reexamination.open_batch", label="登记复核批次")
def open_batch(context: Context) -> Result:
    """第十六条、第二十一条: a batch opens under a version in force, or by a continuation document."""
    form = filed(context, "open_reexam_batch")
    batch = reexamination_batches.open_batch(
        context.session, context.business_key, form, context.today, context.now
    )
    context.rename(batch.title)
    for call in reexamination_batches.calls(context.session, batch.key):
        cluster = register.get(context.session, call.cluster_no)
        payload = {
            "cluster_no": cluster.cluster_no,
            "term_no": cluster.term_no,
            "valid_to": cluster.valid_to,
            "scope": cluster.county_code,
            "title": f"{cluster.name}：期满复核",
        }
        key = numbering.reexamination_key(cluster.term_no, cluster.cluster_no)
        context.send(reexaminations.MESSAGE, key, payload)
    return None
