"""消息: what instances have sent each other, and lists by state. Belongs to web/admin/admin."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import render_template, request, url_for

from engine.models import Message
from web.access import access
from web.admin import admin
from web.lists import listing, page_address, page_number
from web.services import services

# State of a row, its words, and the badge it gets.
MESSAGES = {
    "kept": ("暂存", "doing"), "dead": ("无法送达", "late"), "incident": ("异常", "late"),
    "pending": ("待送", "todo"), "delivered": ("已送达", "done"),
}  # fmt: skip


def listed_by_state(
    template: str, states: Mapping[str, tuple[str, str]], query: sa.Select[Any], **more: Any
) -> str:
    """One page of rows in the state that the address asks for."""
    chosen = state_of(states)
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


def state_of(states: Mapping[str, object]) -> str:
    asked = request.args.get("state", "")
    return asked if asked in states else next(iter(states))


@admin.blueprint.get("/admin/messages")
@access(roles=admin.SYS_ADMIN, scope="province")
def messages() -> str:
    query = sa.select(Message).where(Message.status == state_of(MESSAGES)).order_by(Message.id.desc())
    return listed_by_state("admin/messages.html", MESSAGES, query)
