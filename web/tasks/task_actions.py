"""签收、退回、转办、撤回、催办、加签: everything done with a work item beside its form."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from engine import work_items
from engine.errors import Refused
from web.access import CASE_ROLES, access, person
from web.cases import cases
from web.posted import posted_text
from web.services import services
from web.tasks.tasks import Page, page_after

blueprint = Blueprint("task_actions", __name__)


def _back(item_id: str, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for("tasks.show", item_id=item_id), 303)


@blueprint.post("/tasks/<item_id>/claim")
@access(roles=CASE_ROLES, scope="case")
def claim(item_id: str) -> Response:
    with services().engine.desk(person().id) as desk:
        desk.claim(item_id)
    return _back(item_id, "已签收，此事项由您办理。")


@blueprint.post("/tasks/<item_id>/release")
@access(roles=CASE_ROLES, scope="case")
def release(item_id: str) -> Response:
    with services().engine.desk(person().id) as desk:
        desk.release(item_id)
    return _back(item_id, "已退回公共待办。")


@blueprint.post("/tasks/<item_id>/transfer")
@access(roles=CASE_ROLES, scope="case")
def transfer(item_id: str) -> Page:
    try:
        with services().engine.desk(person().id) as desk:
            desk.transfer(item_id, posted_text("to"), posted_text("reason"))
    except Refused as refused:
        return page_after(item_id, "transfer", refused.problems)
    flash("已转办，并已通知对方。", "success")
    return redirect(url_for("inbox.to_do"), 303)


@blueprint.post("/tasks/<item_id>/countersign")
@access(roles=CASE_ROLES, scope="case")
def ask_opinion(item_id: str) -> Page:
    try:
        with services().engine.desk(person().id) as desk:
            desk.ask_opinion(item_id, posted_text("person"))
    except Refused as refused:
        return page_after(item_id, "ask", refused.problems)
    return _back(item_id, "已请该同事会签。")


@blueprint.post("/tasks/<item_id>/urge")
@access(roles=CASE_ROLES, scope="case")
def urge(item_id: str) -> Page:
    """Done from the page of the case, to which it leads back."""
    channel, text, receipt = (posted_text(n) for n in ("channel", "text", "receipt"))
    with services().database.read() as session:
        case = work_items.get(session, item_id).instance_id
    try:
        with services().engine.desk(person().id) as desk:
            desk.urge(item_id, channel, text, receipt)
    except Refused as refused:
        return cases.page_of(case, item_id, refused.problems), 422
    flash("已催办，并已登记。", "success")
    return redirect(url_for("cases.show", instance_id=case), 303)


@blueprint.post("/tasks/<item_id>/recall")
@access(roles=CASE_ROLES, scope="case")
def recall(item_id: str) -> Response:
    services().engine.recall(item_id, by=person().id)
    flash("已撤回，请修改后重新提交。", "success")
    return redirect(url_for("inbox.to_do"), 303)
