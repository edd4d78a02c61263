"""我的资料: one's own contact data, what comes by mail, and one's delegations (代理)."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clusters.people import accounts, delegations, people
from clusters.people.models import Delegation, Person
from clusters.people.roles import ADMINISTRATORS
from clusters.post import mail_preferences
from clusters.post.channels import MAIL
from engine import audit, handover
from engine.clock import system_now
from engine.errors import Problem, Refused
from web.access import EVERYBODY, access, person
from web.people import sessions
from web.posted import posted_day
from web.services import services

blueprint = Blueprint("profile", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/profile")
@access(roles=EVERYBODY, scope="own")
def show() -> str:
    return _page([])


def _page(problems: list[Problem]) -> str:
    me, today = person().id, services().today()
    with services().database.read() as session:
        account = people.get(session, me)
        colleagues = [
            p
            for p in people.list_people(session, [account.org_id])
            if p.id != me and not p.disabled and not ADMINISTRATORS.intersection(r.role for r in p.roles)
        ]
        wishes = mail_preferences.wishes_of(session, me)
        mine = delegations.list_for(session, me)
        signed_in = sessions.live_of(session, me, system_now())
        names = {i: people.get(session, i).name for d in mine for i in (d.from_person, d.to_person)}
    return render_template(
        "people/profile.html", account=account, colleagues=colleagues, delegations=mine, names=names,
        problems=problems, posted=request.form, signed_in=signed_in, wishes=wishes, mail=mail_preferences,
        has_mail=MAIL in services().post.channels,
        is_administrator=bool(ADMINISTRATORS.intersection(r.role for r in account.roles)),
        standing=lambda d: _standing(d, today),
    )  # fmt: skip


def _standing(row: Delegation, today: date) -> tuple[str, str]:
    """State and words of a delegation for its badge."""
    if row.revoked_at is not None:
        return "none", "已收回"
    if row.ends_on < today:
        return "none", "已期满"
    return ("done", "代理中") if row.starts_on <= today else ("todo", "未开始")


@blueprint.post("/profile")
@access(roles=EVERYBODY, scope="own")
def save() -> Page:
    phone, email = (request.form.get(key, "").strip() for key in ("phone", "email"))
    try:
        with services().database.write() as session:
            accounts.set_contact(session, services().now(), person().id, phone, email)
    except Refused as refused:
        return _page(refused.problems), 422
    flash("已保存，之后填报时自动带出。", "success")
    return redirect(url_for("profile.show"), 303)


@blueprint.post("/profile/mail")
@access(roles=EVERYBODY, scope="own")
def save_wishes() -> Page:
    """Which messages come by mail as well, and when."""
    wishes = {kind: request.form.get(kind, "") for kind in mail_preferences.KINDS}
    try:
        with services().database.write() as session:
            mail_preferences.save(session, services().now(), person().id, wishes)
    except Refused as refused:
        return _page(refused.problems), 422
    flash("邮件接收方式已保存。", "success")
    return redirect(url_for("profile.show", _anchor="mail"), 303)


@blueprint.post("/profile/delegations")
@access(roles=EVERYBODY, scope="own")
def delegate() -> Page:
    """代理: a colleague of one's own organisation works in one's seats for a period."""
    posted, me, now = request.form, person().id, services().now()
    try:
        starts_on, ends_on = (
            posted_day("starts_on", "请填写代理的起止日期。"),
            posted_day("ends_on", "请填写代理的起止日期。"),
        )
        with services().database.write() as session:
            taker = session.get(Person, posted.get("to_person", ""))
            if taker is None:
                raise Refused([Problem("请选择代理人。", path="to_person")])
            row = delegations.delegate(
                session, me, taker.id, starts_on, ends_on, posted.get("reason", ""), me, services().today(),
                now,
            )  # fmt: skip
            facts = {"to": taker.name, "from": starts_on, "until": ends_on, "reason": row.reason}
            audit.record(session, now, me, "delegation.given", subject=row.id, facts=facts)
            returned = handover.hand_back(session, now, me, me, "委托代理") if posted.get("hand_back") else 0
    except Refused as refused:
        return _page(refused.problems), 422
    handed = f"您签收的 {returned} 件事项已退回公共待办。" if returned else ""
    flash(f"已委托{taker.name}代理。{handed}", "success")
    return redirect(url_for("profile.show"), 303)


@blueprint.post("/profile/delegations/<delegation_id>/revoke")
@access(roles=EVERYBODY, scope="own")
def revoke(delegation_id: str) -> Response:
    with services().database.write() as session:
        delegations.revoke(session, delegation_id, person().id, services().now())
        audit.record(session, services().now(), person().id, "delegation.revoked", subject=delegation_id)
    flash("已收回代理。", "success")
    return redirect(url_for("profile.show"), 303)
