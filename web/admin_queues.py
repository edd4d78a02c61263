"""消息、外发: what the system has sent, will send and could not send. Belongs to web/admin."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import audit
from engine.errors import Conflict, NotFound
from engine.models import Message, Outbox
from web import admin
from web.access import access, person
from web.lists import listing, page_address, page_number
from web.services import services

# State of a row, its words, and the badge it gets.
MESSAGES = {
    "kept": ("暂存", "doing"), "dead": ("无法送达", "late"), "incident": ("异常", "late"),
    "pending": ("待送", "todo"), "delivered": ("已送达", "done"),
}  # fmt: skip
OUTBOX = {"pending": ("待发", "todo"), "failed": ("发送失败", "late"), "sent": ("已发", "done")}


def _queue(template: str, states: Mapping[str, tuple[str, str]], query: sa.Select[Any], **more: Any) -> str:
    """One page of rows in the state that the address asks for."""
    chosen = _state(states)
    with services().database.read() as session:
        page = listing(session, query, page_number(request.args))
    choices = [
        {"label": words, "url": url_for(request.endpoint or "", state=code), "active": code == chosen}
        for code, (words, _) in states.items()
    ]
    return render_template(
        template, tabs=admin.tabs(), states=choices, state=chosen, page=page, address=page_address(),
        words=states[chosen][0], badge=states[chosen][1], **more,
    )  # fmt: skip


def _state(states: Mapping[str, object]) -> str:
    asked = request.args.get("state", "")
    return asked if asked in states else next(iter(states))


@admin.blueprint.get("/admin/messages")
@access(roles=admin.SYS_ADMIN, scope="province")
def messages() -> str:
    query = sa.select(Message).where(Message.status == _state(MESSAGES)).order_by(Message.id.desc())
    return _queue("admin_messages.html", MESSAGES, query)


@admin.blueprint.get("/admin/outbox")
@access(roles=admin.SYS_ADMIN, scope="province")
def outbox() -> str:
    query = sa.select(Outbox).where(Outbox.status == _state(OUTBOX)).order_by(Outbox.id.desc())
    return _queue("admin_outbox.html", OUTBOX, query)


@admin.blueprint.post("/admin/outbox/<int:row_id>/again")
@access(roles=admin.SYS_ADMIN, scope="province")
def send_again(row_id: int) -> Response:
    """Put a failed sending back into the queue; whether it leaves shows on the next look."""
    with services().database.write() as session:
        row = session.get(Outbox, row_id, with_for_update=True)
        if row is None:
            raise NotFound
        if row.status != "failed":
            raise Conflict("这条外发已不在失败之列。")
        row.status, row.attempts, row.not_before = "pending", 0, None
        audit.record(session, services().now(), person().id, "outbox.requeued", subject=row.event[:120])
    flash("已重新排队，尚未发出；稍后在“待发”或“已发”中查看结果。", "info")
    return redirect(url_for("admin.outbox", state="pending"), 303)
