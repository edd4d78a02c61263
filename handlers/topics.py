"""The catalogue that every handler module registers in, and what they all begin with."""

from clusters.applications import applications
from clusters.applications.models import Application
from clusters.filed import Filed
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
