"""Topics of processes/publicity.bpmn (第十一条): draft, consent, secret review, publication, taking down.

Rules are in `clusters.publicity.publicity` and `clusters.publicity.publicity_release`; here people are told.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from clusters.filed import Filed
from clusters.publicity import publicity, publicity_release
from clusters.publicity.models import PublicityCase
from clusters.register.models import Cluster
from engine.contract import Context
from engine.errors import QilianError
from handlers.topics import catalogue

Result = Mapping[str, Any] | None
CITY, PROVINCE = "city_clerk", "prov_clerk"


def _case(context: Context) -> tuple[PublicityCase, Cluster]:
    return publicity.locked(context.session, context.business_key)


def _filed(context: Context, elements: Sequence[str]) -> tuple[Filed, str]:
    """The newest form among steps that do the same on different levels, and which step it was."""
    found = [s for element in elements if (s := context.submission(element)) is not None]
    if not found:
        raise QilianError(f"没有“{elements[0]}”的提交记录。")
    last = max(found, key=lambda s: s.at)
    return Filed(last.data, context.instance_id, context.task_id, last.id, last.by), last.element


def _tell(context: Context, row: PublicityCase, cluster: Cluster, title: str, text: str) -> None:
    """Everybody who has to do with the case study: drafter, county, operator, and who publishes it."""
    for role in ("county_clerk", "operator_clerk"):
        context.notify_role(role, cluster.county_code, title, text)
    if row.publisher == "province":
        context.notify_role(PROVINCE, cluster.city_code[:2] + "0000", title, text)
    else:
        context.notify_role(CITY, cluster.city_code, title, text)


@catalogue.handler(
    "publicity.draft",
    label="登记典型案例",
    outputs={"given_up": "不再办理", "has_operator": "运营机构有账号", "publisher": "由哪一级发布"},
    recallable=True,
)
def draft(context: Context) -> Result:
    row, cluster = _case(context)
    form, _ = _filed(context, publicity.DRAFTS)
    publicity.draft(context.session, row, cluster, form)
    if row.title:
        context.rename(f"{cluster.name}典型案例：{row.title}")
    given_up = row.status == "given_up"
    has_operator = not given_up and publicity.has_operator_account(context.session, cluster)
    return {"given_up": given_up, "has_operator": has_operator, "publisher": row.publisher}


@catalogue.handler(
    "publicity.consent",
    label="登记同意",
    outputs={"consented": "是否同意", "consent_valid_to": "同意有效期至"},
)
def consent(context: Context) -> Result:
    """第十一条: the cluster's answer and the papers of every enterprise that is named."""
    row, cluster = _case(context)
    form, element = _filed(context, publicity.CONSENTS)
    on_paper = element == "consent_on_paper"
    agreed = publicity.consent(context.session, row, cluster, form, on_paper, context.today)
    if not agreed:
        text = f"{row.title}：集群不同意宣传，本件不再办理。{row.reason}"
        _tell(context, row, cluster, f"未获同意：{cluster.name}", text)
    until = row.consent_valid_to.isoformat() if row.consent_valid_to else None
    return {"consented": agreed, "consent_valid_to": until}


@catalogue.handler(
    "publicity.review", label="登记商业秘密审查", outputs={"review_result": "能否发布"}, recallable=True
)
def review(context: Context) -> Result:
    row, cluster = _case(context)
    form, _ = _filed(context, publicity_release.REVIEWS)
    result = publicity_release.review(row, form)
    if result != "clear":
        way = "退回修改" if result == "redraft" else "终止，不予发布"
        text = f"{row.title}：含有商业秘密，{way}。{row.reason}"
        _tell(context, row, cluster, f"案例未通过商业秘密审查：{cluster.name}", text)
    return {"review_result": result}


@catalogue.handler("publicity.publish", label="登记发布", outputs={"published": "是否发布"})
def publish(context: Context) -> Result:
    row, cluster = _case(context)
    form, _ = _filed(context, publicity_release.PUBLICATIONS)
    published = publicity_release.publish(context.session, row, form, context.today)
    what = "已发布，可以随时撤回同意" if published else f"决定不发布：{row.reason}"
    _tell(context, row, cluster, f"典型案例办理结果：{cluster.name}", f"{row.title}：{what}。")
    return {"published": published}


@catalogue.handler("publicity.withdraw", label="登记撤回同意")
def withdraw(context: Context) -> Result:
    """The withdrawal itself was recorded with the message; here everybody learns of it."""
    row, cluster = _case(context)
    then = "请在期限内下架。" if row.status == "taking_down" else "本件终止，不得发布。"
    text = f"{row.title}：{publicity.ended_because(row)}。{then}"
    _tell(context, row, cluster, f"撤回宣传同意：{cluster.name}", text)
    return None


@catalogue.handler("publicity.expire", label="登记同意到期")
def expire(context: Context) -> Result:
    row, cluster = _case(context)
    publicity.expire(row, context.today)
    text = f"{row.title}：{row.end_reason}请下架，或者另行征求同意后重新发布。"
    _tell(context, row, cluster, f"宣传同意到期：{cluster.name}", text)
    return None


@catalogue.handler("publicity.take_down", label="登记下架")
def take_down(context: Context) -> Result:
    row, cluster = _case(context)
    form, _ = _filed(context, publicity_release.TAKE_DOWNS)
    publicity_release.take_down(context.session, row, form, context.today)
    _tell(context, row, cluster, f"典型案例已下架：{cluster.name}", f"{row.title}已全部下架。")
    return None


@catalogue.handler("publicity.title_lost", label="提示称号变化")
def title_lost(context: Context) -> Result:
    """A lost title takes nothing down: people look and decide."""
    row, cluster = _case(context)
    text = f"{row.title or row.no}：集群已不具有称号。系统不会自动下架，请考虑是否继续宣传。"
    _tell(context, row, cluster, f"集群称号变化，请核对典型案例：{cluster.name}", text)
    return None
