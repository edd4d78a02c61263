"""外发: what was sent to whom, when, by which channel. Belongs to web/admin/admin.

The audit administrator looks on; sending again is the system administrator's, and recorded.
"""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clusters.people.models import Person
from clusters.post.channels import LABELS
from engine import outbox_faults
from engine.errors import NotFound, Refused
from engine.models import Outbox
from web.access import access, person, roles_of
from web.admin import admin
from web.admin.admin_queues import listed_by_state, state_of
from web.lists import escaped_like
from web.services import services

WHO_MAY_LOOK = frozenset({"sys_admin", "audit_admin"})
STATES = {
    "pending": ("待发", "todo"), "failed": ("发送失败", "late"), "sent": ("已发", "done"),
    "withheld": ("沙箱未外发", "none"), "dropped": ("不再发送", "none"),
}  # fmt: skip


@admin.blueprint.get("/admin/outbox")
@access(roles=WHO_MAY_LOOK, scope="province")
def outbox() -> str:
    channel, text = request.args.get("channel", ""), request.args.get("q", "").strip()[:60]
    query = (
        sa.select(Outbox, Person.name)
        .outerjoin(Person, Person.id == Outbox.person_id)
        .where(Outbox.status == state_of(STATES))
        .order_by(Outbox.id.desc())
    )
    if channel in LABELS:
        query = query.where(Outbox.kind == channel)
    if text:
        like = escaped_like(text)
        name, title = Person.name.like(like, escape="\\"), Outbox.title.like(like, escape="\\")
        query = query.where(sa.or_(name, title))
    return listed_by_state(
        "admin/outbox.html", STATES, query, q=text, channel=channel, channels=LABELS,
        configured=services().post.channels, may_act="sys_admin" in roles_of(person()),
    )  # fmt: skip


@admin.blueprint.get("/admin/outbox/<int:row_id>")
@access(roles=WHO_MAY_LOOK, scope="province")
def letter(row_id: int) -> str:
    """One letter; its text only where the sandbox kept it back, administrators do not read cases."""
    with services().database.read() as session:
        row = session.get(Outbox, row_id)
        if row is None:
            raise NotFound
        receiver = session.get(Person, row.person_id) if row.person_id else None
    return render_template(
        "admin/letter.html", tabs=admin.tabs(), row=row, receiver=receiver, channels=LABELS,
        words=STATES[row.status], may_act="sys_admin" in roles_of(person()),
    )  # fmt: skip


@admin.blueprint.post("/admin/outbox/<int:row_id>/again")
@access(roles=admin.SYS_ADMIN, scope="province")
def send_again(row_id: int) -> Response:
    """Put a failed sending back into the queue; whether it leaves shows on the next look."""
    with services().database.write() as session:
        outbox_faults.send_again(session, services().now(), row_id, person().id)
    flash("已重新排队，尚未发出；稍后在“待发”或“已发”中查看结果。", "info")
    return redirect(url_for("admin.outbox", state="pending"), 303)


@admin.blueprint.post("/admin/outbox/<int:row_id>/drop")
@access(roles=admin.SYS_ADMIN, scope="province")
def drop(row_id: int) -> Response:
    """Such as an address that does not exist any more: the in-app message stands."""
    reason = request.form.get("reason", "").strip()[:200]
    if not reason:
        raise Refused("请写明不再发送的原因。")
    with services().database.write() as session:
        outbox_faults.drop(session, services().now(), row_id, person().id, reason)
    flash("已不再发送，原因已记入审计；站内消息不受影响。", "info")
    return redirect(url_for("admin.outbox", state="dropped"), 303)
