"""Signing in and out, and changing one's password."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clusters.people import people
from engine import audit
from engine.clock import SHANGHAI, system_now
from engine.errors import Problem, Refused
from web.access import EVERYBODY, access, person
from web.people import sessions
from web.services import services

blueprint = Blueprint("sign_in", __name__)
Page = str | Response | tuple[str, int]


def _inside(target: str | None) -> str:
    """Only a path of our own: a link from outside must not send people elsewhere."""
    parts = urlsplit(target or "")
    is_own = not parts.scheme and not parts.netloc and (target or "").startswith("/")
    return (target or "/") if is_own and not (target or "").startswith("//") else "/"


@blueprint.get("/sign-in")
@access(scope="public")
def form() -> Page:
    if g.person is not None:
        return redirect(_inside(request.args.get("next")))
    return render_template(
        "people/sign_in.html", next=_inside(request.args.get("next")), login="", problem=None
    )


@blueprint.post("/sign-in")
@access(scope="public")
def submit() -> Page:
    login, target = request.form.get("login", ""), _inside(request.form.get("next"))
    attempt = people.sign_in(services().database, login, request.form.get("password", ""), system_now())
    if not attempt.ok or attempt.person_id is None:
        _record(None, "sign_in.failed", {"login": login[:60], "reason": attempt.reason})
        return render_template(
            "people/sign_in.html", next=target, login=login, problem=_wording(attempt)
        ), 401
    return signed_in(
        attempt.person_id, url_for("sign_in.password") if attempt.must_change_password else target
    )


def signed_in(person_id: str, target: str) -> Response:
    """Begin a session with a fresh token and go on to `target`."""
    with services().database.write() as session:
        token = sessions.begin(session, person_id)
        audit.record(
            session, services().now(), person_id, "sign_in.ok", facts={"address": request.remote_addr or ""}
        )
    response = redirect(target, 303)
    sessions.set_cookie(response, token)
    return response


def _wording(attempt: people.SignIn) -> str:
    if attempt.reason == "locked" and attempt.locked_until is not None:
        until = attempt.locked_until.astimezone(SHANGHAI)
        return f"连续输错次数过多，账号已锁定至 {until:%H:%M}；如需提前解锁，请联系安全管理员。"
    if attempt.reason == "disabled":
        return "此账号已停用，请联系本单位管理员。"
    return "登录名或密码不正确，请核对后重试。"


def _record(actor: str | None, action: str, facts: dict[str, str]) -> None:
    with services().database.write() as session:
        audit.record(session, services().now(), actor, action, facts=facts)


@blueprint.post("/sign-out")
@access(scope="public")
def sign_out() -> Response:
    with services().database.write() as session:
        sessions.end(session, request.cookies.get(sessions.COOKIE, ""))
    response = redirect(url_for("sign_in.form"), 303)
    response.delete_cookie(sessions.COOKIE)
    return response


@blueprint.get("/password")
@access(roles=EVERYBODY, scope="own")
def password() -> Page:
    return render_template("people/password.html", problems=[])


@blueprint.post("/password")
@access(roles=EVERYBODY, scope="own")
def change_password() -> Page:
    new = request.form.get("new_password", "")
    try:
        if new != request.form.get("repeated", ""):
            raise Refused([Problem("两次输入的新密码不一致。", path="repeated")])
        old = request.form.get("old_password", "")
        people.change_password(services().database, person().id, old, new, system_now())
    except Refused as refused:
        return render_template("people/password.html", problems=refused.problems), 422
    with services().database.write() as session:
        sessions.end_all(session, person().id, except_token=request.cookies.get(sessions.COOKIE))
        audit.record(session, services().now(), person().id, "password.changed")
    flash("密码已修改。", "success")
    return redirect("/", 303)
