"""The catalogue that every handler module registers in, and what they all begin with."""

from clusters import applications, regions
from clusters.filed import Filed
from clusters.models_applications import Application
from engine.contract import Catalogue, Context
from engine.errors import QilianError

catalogue = Catalogue()


def filed(context: Context, element: str) -> Filed:
    """The latest submission of a user task of this instance, to take effect in this step."""
    submission = context.submission(element)
    if submission is None:
        raise QilianError(f"没有“{element}”的提交记录。")
    return Filed(submission.data, context.instance_id, context.task_id, submission.id, submission.by)


def case_of(context: Context) -> Application:
    """The application that this instance runs."""
    return applications.attach(context.session, context.business_key, context.instance_id)


def named(application: Application) -> str:
    return f"{application.cluster_name or '未命名集群'}（{application.case_no}）"


def tell_county(context: Context, application: Application, title: str, text: str) -> None:
    """Tell both the clerk and the leader of the applicant."""
    for role in ("county_clerk", "county_leader"):
        context.notify_role(role, application.county_code, title, text)


def tell_city(context: Context, application: Application, title: str, text: str) -> None:
    context.notify_role("city_clerk", application.city_code, title, text)


def tell_both(context: Context, application: Application, title: str, text: str) -> None:
    """Tell the applicant and the city that handles the case."""
    tell_county(context, application, title, text)
    tell_city(context, application, title, text)


def tell_province(context: Context, title: str, text: str) -> None:
    context.notify_role("prov_clerk", regions.province().code, title, text)
