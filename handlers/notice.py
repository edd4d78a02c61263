"""Topics of the public notice (第十五条): the window is counted from the portal's own time (A-15)."""

from collections.abc import Mapping
from typing import Any

from clusters.applications import applications
from clusters.batches import batches
from clusters.designation import designation_notice
from clusters.notices import notices
from engine.calendar import NoticePolicy
from engine.contract import Context
from engine.due_dates import chinese
from engine.errors import NotFound
from handlers.topics import catalogue, filed
from handlers.words import named, tell_both


@catalogue.handler("notice.publish", label="计算公示期", outputs={"notice_last_day": "公示届满日"})
def publish(context: Context) -> Mapping[str, Any] | None:
    """Freeze the list against withdrawals and count the working days of the standard."""
    batch = batches.locked(context.session, context.business_key)
    form = filed(context, "publish_notice")
    days = context.terms["notice"]
    policy = form.text("first_day_policy") or NoticePolicy.FULL_DAYS  # D-03
    notice = designation_notice.publish(
        context.session, batch, form, context.calendar, days, context.now, policy
    )
    provisional = "（暂定）" if notice.provisional else ""
    text = (
        f"公示期{chinese(notice.first_day)}至{chinese(notice.last_day)}{provisional}，见{notice.portal_url}。"
    )
    for item in notice.items:
        application = applications.get(context.session, item.case_no)
        tell_both(context, application, f"已列入公示：{named(application)}", text)
    return {"notice_last_day": notice.last_day}


@catalogue.handler(
    "notice.close", label="核定公示届满日", outputs={"notice_last_day": "公示届满日"}, recallable=True
)
def close(context: Context) -> Mapping[str, Any] | None:
    """The last day as it stands now: an outage of the portal has prolonged the notice (A-15)."""
    notice = notices.of_batch(context.session, context.business_key)
    if notice is None:
        raise NotFound("本批次还没有公示。")
    return {"notice_last_day": notice.last_day}
