"""What people are told, in words, and to whom: used by every handler module. Decides nothing."""

from collections.abc import Sequence

from clusters.applications import field_words
from clusters.applications.models import Application, CorrectionItem, DataCorrection
from clusters.batches.models import Batch
from clusters.people import regions
from clusters.register.models import Cluster
from engine.calendar import DueDate
from engine.contract import Context
from engine.due_dates import chinese

CITY_ROLES = frozenset({"city_clerk", "city_leader"})


def named(application: Application) -> str:
    return f"{application.cluster_name or '未命名集群'}（{application.case_no}）"


def tell_county(context: Context, application: Application, title: str, text: str) -> None:
    """Tell both the clerk and the leader of the applicant."""
    for role in ("county_clerk", "county_leader"):
        context.notify_role(role, application.county_code, title, text)


def tell_cluster(context: Context, roles: Sequence[str], cluster: Cluster, title: str, text: str) -> None:
    """Tell these roles of the county and the city of a designated cluster."""
    for role in roles:
        scope = cluster.city_code if role in CITY_ROLES else cluster.county_code
        context.notify_role(role, scope, title, text)


def tell_city(context: Context, application: Application, title: str, text: str) -> None:
    context.notify_role("city_clerk", application.city_code, title, text)


def tell_both(context: Context, application: Application, title: str, text: str) -> None:
    """Tell the applicant and the city that handles the case."""
    tell_county(context, application, title, text)
    tell_city(context, application, title, text)


def tell_province(context: Context, title: str, text: str) -> None:
    context.notify_role("prov_clerk", regions.province().code, title, text)


def tell_defects(
    context: Context, application: Application, items: Sequence[CorrectionItem], due: DueDate
) -> None:
    """一次性告知: every defect with the day by which it has to be mended."""
    words = field_words.words_for(context.session, context.instance_id)
    listed = "；".join(f"{item.no}. {words(item.field)}：{item.content}" for item in items)
    provisional = "（暂定）" if due.provisional else ""
    text = f"请在{chinese(due.due)}{provisional}前补正并逐项答复：{listed}"
    tell_county(context, application, f"需要补正：{named(application)}", text)


def tell_corrections(
    context: Context, application: Application, corrections: Sequence[DataCorrection]
) -> None:
    """The county sees each corrected figure with its reason and may answer (art. 14)."""
    if corrections:
        words = field_words.words_for(context.session, context.instance_id)
        listed = "；".join(f"{words(c.field)}由{c.old}改为{c.new}（{c.reason}）" for c in corrections)
        text = f"审查中更正了下列数据，可以在办件页面答复：{listed}"
        tell_county(context, application, f"申报数据有更正：{named(application)}", text)


def tell_batch_opened(context: Context, batch: Batch) -> None:
    title = f"申报批次开放：{batch.title}"
    text = (
        f"{chinese(batch.open_on)}起申报，县级{chinese(batch.county_due)}截止，"
        f"市州{chinese(batch.recommend_due)}截止。"
    )
    for city in regions.cities():
        context.notify_role("city_clerk", city.code, title, text)
        for place in regions.applicants_of(city.code):
            context.notify_role("county_clerk", place.code, title, text)
