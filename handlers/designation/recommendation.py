"""Topics of processes/designation.bpmn for the ranked letter of one city (art. 14)."""

from collections.abc import Mapping
from typing import Any

from clusters.batches import batches, recommendations
from clusters.people import regions
from engine.contract import Context
from engine.due_dates import chinese
from handlers.topics import catalogue, filed
from handlers.words import (
    tell_province,
)

Result = Mapping[str, Any] | None


def _batch_and_city(context: Context) -> tuple[str, str]:
    batch_key, city_code = context.business_key.split("/")
    return batch_key, city_code


@catalogue.handler(
    "designation.open_recommendation", label="汇入本批推荐", outputs={"recommend_due": "推荐截止日"}
)
def open_recommendation(context: Context) -> Result:
    batch_key, city_code = _batch_and_city(context)
    batch = batches.get(context.session, batch_key)
    context.rename(f"{regions.name_of(city_code)}推荐：{batch.title}")
    text = f"本市州已有签批的初审意见，请在{chinese(batch.recommend_due)}前择优推荐。"
    context.notify_role("city_leader", city_code, f"请办理推荐：{batch.title}", text)
    return {"recommend_due": batch.recommend_due}


@catalogue.handler("designation.recommend", label="发出推荐结果")
def recommend(context: Context) -> Result:
    """第十四条: one ranked letter; each case learns its fate by message."""
    batch_key, city_code = _batch_and_city(context)
    batch = batches.locked(context.session, batch_key)
    form = filed(context, "recommend")
    letter = recommendations.record(context.session, batch, city_code, form, context.today, context.now)
    for item in letter.items:
        context.send("recommended" if item.recommended else "not_recommended", item.case_no)
    recommended = [item for item in letter.items if item.recommended]
    if recommended:
        title = f"收到推荐：{regions.name_of(city_code)}{len(recommended)}个集群"
        tell_province(context, title, f"推荐函{letter.letter_no}，请办理形式审查。")
    return None
