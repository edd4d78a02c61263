"""The words of a notice, in our own draft; figures and days come from the rows, never from here."""

from clusters.batches.models import Batch
from clusters.notices.notice_kinds import KINDS
from clusters.people import regions
from clusters.register.models import Notice
from engine.clock import legal_day
from engine.due_dates import chinese

DEPARTMENT = "甘肃省工业和信息化厅"
OBJECTION_RULE = (
    "对公示名单有异议的，请在公示期内实名提出，说明事实和理由，附佐证材料并留下联系方式。"
    "我厅对提出人的个人信息保密。"
)


def title(batch: Batch) -> str:
    return f"关于{batch.title}拟认定甘肃省中小企业特色产业集群名单的公示"


def renewal_title(cluster_name: str) -> str:
    return f"关于“{cluster_name}”拟通过有效期满复核的公示"


def body(notice: Notice) -> str:
    """The text as published: basis, list, days, how to object, where the authentic notice stands."""
    rows = [
        f"{i.seq}. {i.cluster_name}（{regions.full_name(i.county_code)}，主导产业：{i.leading_industry}）"
        for i in notice.items
    ]
    contact = notice.contact
    lines = [
        notice.title,
        "",
        KINDS[notice.kind].opening,
        "",
        *rows,
        "",
        _period(notice),
        contact["objection_rule_text"],
        f"电话：{contact['channel_phone']}",
        f"地址：{contact['channel_address']}",
        f"邮箱：{contact['channel_email']}",
        f"公示以{DEPARTMENT}门户网站发布的为准：{notice.portal_url}",
        f"名单校验码（SHA-256）：{notice.list_hash}",
        "",
        DEPARTMENT,
        chinese(legal_day(notice.published_at)),
    ]
    return "\n".join(lines)


def _period(notice: Notice) -> str:
    days = f"公示期：{chinese(notice.first_day)}至{chinese(notice.last_day)}"
    if notice.provisional:  # the portal's readers must know that the last day may become a later one
        days += "（暂定，该年度放假安排公布后重新计算，不早于此日）"
    if notice.trace["due"] != notice.last_day.isoformat():
        return f"{days}。"
    return f"{days}，共{notice.trace['days']}个工作日。"
