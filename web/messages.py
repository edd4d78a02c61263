"""消息: what the signed-in person was told, when, and what of it also left by mail."""

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters.post.channels import MAIL
from clusters.post.mail_preferences import KINDS
from clusters.post.models import Parcel
from engine import inbox
from engine.errors import NotFound
from engine.models import Outbox
from web.access import EVERYBODY, access, person
from web.lists import listing, page_address, page_number
from web.posted import posted_number
from web.services import services

blueprint = Blueprint("messages", __name__)
# What became of the mail that carried a message.
MAILED = {
    "pending": "邮件待发", "sent": "已发邮件", "failed": "邮件未能发出", "withheld": "沙箱未外发邮件",
    "dropped": "邮件未发",
}  # fmt: skip


@blueprint.get("/messages")
@access(roles=EVERYBODY, scope="own")
def index() -> str:
    unread_only, kind = request.args.get("state") == "unread", request.args.get("kind")
    query = inbox.messages_of(
        person().id, unread_only=unread_only, kind=kind if kind in KINDS else None
    )  # fmt: skip
    with services().database.read() as session:
        page = listing(session, query, page_number(request.args))
        mailed = _mailed(session, [m.id for m in page.rows])
    return render_template(
        "messages.html", page=page, address=page_address(), mailed=mailed, kinds=KINDS,
        tabs=_tabs(unread_only, kind), choices=_choices(kind), here=request.full_path.rstrip("?"),
    )  # fmt: skip


def _mailed(session: Session, ids: list[int]) -> dict[int, str]:
    """message id -> what became of its mail, in words."""
    query = (
        sa.select(Parcel.message_id, Outbox.status)
        .join(Outbox, Outbox.id == Parcel.outbox_id)
        .where(Parcel.channel == MAIL, Parcel.message_id.in_(ids))
    )
    return {message_id: MAILED[status] for message_id, status in session.execute(query)}


def _tabs(unread_only: bool, kind: str | None) -> list[dict[str, object]]:
    known = (("全部", None, not unread_only), ("未读", "unread", unread_only))
    return [
        {"label": label, "url": url_for("messages.index", state=state, kind=kind), "active": active}
        for label, state, active in known
    ]


def _choices(kind: str | None) -> list[dict[str, object]]:
    known = {None: "各类", **KINDS}
    state = "unread" if request.args.get("state") == "unread" else None
    chosen = kind if kind in KINDS else None
    return [
        {"label": label, "url": url_for("messages.index", state=state, kind=code), "active": code == chosen}
        for code, label in known.items()
    ]


@blueprint.post("/messages/read")
@access(roles=EVERYBODY, scope="own")
def read() -> Response:
    """One message, or all of them; `to` is where it leads."""
    chosen = posted_number("id")
    if chosen is None and request.form.get("id"):
        raise NotFound("没有这条消息。")
    with services().database.write() as session:
        inbox.mark_read(session, person().id, services().now(), chosen)
    return redirect(_inside(request.form.get("to", "")), 303)


@blueprint.post("/messages/<int:message_id>/unread")
@access(roles=EVERYBODY, scope="own")
def unread(message_id: int) -> Response:
    with services().database.write() as session:
        inbox.mark_unread(session, person().id, message_id)
    return redirect(_inside(request.form.get("to", "")), 303)


def _inside(target: str) -> str:
    """An address of this application and no other."""
    is_inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_inside else url_for("messages.index")
