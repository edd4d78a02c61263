"""The sandbox's bar: switch between its people with one click, move its time, take the tour.

None of these addresses exists outside the sandbox.
"""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.clock import SHANGHAI, legal_day
from engine.errors import NotFound, Refused
from web.access import access
from web.dates import cn_datetime
from web.people import sessions
from web.people.sign_in import signed_in
from web.sandbox.sandbox_tour import stations
from web.services import Sandbox, services

blueprint = Blueprint("sandbox", __name__)
MORNING = time(9, 0)
ACTING = "sandbox_acting"  # whether time moves with people who act: kept as it was chosen last


def _sandbox() -> Sandbox:
    found = services().sandbox
    if found is None:
        raise NotFound
    return found


def _back() -> str:
    target = request.form.get("next", "/")
    return target if target.startswith("/") and not target.startswith("//") else "/"


@blueprint.post("/sandbox/switch")
@access(scope="public")
def switch() -> Response:
    """Become another of the sandbox's people, without a password."""
    chosen = request.form.get("person", "")
    if chosen not in {p.id for p in _sandbox().people()}:
        raise NotFound("沙箱中没有这个人员。")
    with services().database.write() as session:
        sessions.end(session, request.cookies.get(sessions.COOKIE, ""))
    return signed_in(chosen, _back())


@blueprint.post("/sandbox/advance")
@access(scope="public")
def advance() -> Response:
    """前进一天、到下一个期限、到指定日期; each deadline passes in order, at its own moment."""
    sandbox, now = _sandbox(), services().now()
    target, is_acted = _target(request.form.get("how", "day"), now), bool(request.form.get("acting"))
    acts = ""
    if is_acted and target >= now:  # by the sandbox's people, each on the day that fits
        played = sandbox.play_until(legal_day(target))
        acts, target = f"由沙箱人物办理 {played.acts} 件，", max(target, services().now())
    happened = sandbox.advance_to(target)
    flash(f"时间已到 {cn_datetime(services().now())}，其间{acts}发生 {happened} 件事。", "success")
    response = redirect(_back(), 303)
    if is_acted:
        response.set_cookie(ACTING, "1", httponly=True, samesite="Lax")
    else:
        response.delete_cookie(ACTING)
    return response


def _target(how: str, now: datetime) -> datetime:
    if how == "deadline":
        due = _sandbox().next_deadline()
        if due is None:
            raise Refused("目前没有等待中的期限。")
        return due
    if how == "day":
        day = legal_day(now) + timedelta(days=1)
    else:
        try:
            day = date.fromisoformat(request.form.get("date", ""))
        except ValueError:
            raise Refused("请填写要前往的日期。") from None
    return datetime.combine(day, MORNING, SHANGHAI)


@blueprint.post("/sandbox/begin-anew")
@access(scope="public")
def begin_anew() -> Response:
    """Forget what was done in the sandbox."""
    _sandbox().begin_anew()
    flash(f"沙箱已重新开始，时间回到 {cn_datetime(services().now())}。", "success")
    return redirect(url_for("sandbox.tour"), 303)


@blueprint.get("/sandbox/tour")
@access(scope="public")
def tour() -> str:
    _sandbox()
    with services().database.read() as session:
        found = stations(session, services().today())
    return render_template("sandbox/tour.html", stations=found)


@blueprint.post("/sandbox/visit")
@access(scope="public")
def visit() -> Response:
    """Go to a station of the tour as the person who works there."""
    chosen, target = request.form.get("person", ""), _back()
    if chosen not in {p.id for p in _sandbox().people()}:
        return redirect(url_for("sandbox.tour"), 303)
    if g.person is not None and g.person.id == chosen:
        return redirect(target, 303)
    return signed_in(chosen, target)
