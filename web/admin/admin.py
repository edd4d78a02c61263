"""运行: how the system runs, and what failed. One family: admin_deadlines, _queues, _outbox, _audit,
and _sessions.

The three administrators see their own parts: the system administrator what runs, the security
administrator who is signed in, the audit administrator the trail.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters import duties
from clusters.people.models import Person
from engine import incidents, retrying
from engine.clock import SystemClock, system_now
from engine.errors import NotFound, Problem, Refused
from engine.models import Incident, Instance, WorkItem
from engine.overview import Overview, overview
from web.access import ADMIN_ROLES, access, person, roles_of
from web.dates import cn_datetime
from web.lists import listing, page_address, page_number
from web.services import services

blueprint = Blueprint("admin", __name__)
SYS_ADMIN = frozenset({"sys_admin"})
KINDS = {
    "complete": "提交表单",
    "timer": "期限触发",
    "message": "消息送达",
    "start": "自动发起",
    "outbox": "外发",
}
TABS = (
    ("总览", "admin.index", ADMIN_ROLES),
    ("异常", "admin.incident_list", SYS_ADMIN),
    ("期限", "admin.timers", SYS_ADMIN),
    ("消息", "admin.messages", SYS_ADMIN),
    ("外发", "admin.outbox", frozenset({"sys_admin", "audit_admin"})),
    ("在线", "admin.signed_in", frozenset({"sec_admin"})),
    ("审计", "admin.audit_trail", frozenset({"audit_admin"})),
)


def tabs() -> list[dict[str, object]]:
    """The parts of this family that the signed-in administrator may open."""
    held = roles_of(person())
    return [
        {"label": label, "url": url_for(endpoint), "active": request.endpoint == endpoint}
        for label, endpoint, allowed in TABS
        if held & allowed
    ]


@dataclass(frozen=True)
class Line:
    """One line of the overview: what, how it is (state of a badge, in words), and where to look."""

    subject: str
    state: str
    verdict: str
    text: str
    endpoint: str | None = None


FINE, WATCH, FAULT = ("done", "正常"), ("doing", "注意"), ("late", "需要处理")


@blueprint.get("/admin")
@access(roles=ADMIN_ROLES, scope="province")
def index() -> str:
    with services().database.read() as session:
        lines = _lines(session, overview(session, services().now(), system_now()))
    held = roles_of(person())
    allowed = {endpoint for _, endpoint, roles in TABS if held & roles}
    return render_template(
        "admin/admin.html", tabs=tabs(), lines=lines, allowed=allowed,
        faults=sum(line.state == FAULT[0] for line in lines),
    )  # fmt: skip


def _lines(session: Session, o: Overview) -> list[Line]:
    stuck = o.messages.get("incident", 0)
    dead, kept, pending = (o.messages.get(s, 0) for s in ("dead", "kept", "pending"))
    unsent, failed = o.outbox.get("pending", 0), o.outbox.get("failed", 0)
    return [
        Line("办件", *FINE, f"{o.running} 件在办"),
        Line("异常", *(FAULT if o.incidents else FINE), f"{o.incidents} 件未处理", "admin.incident_list"),
        Line(
            "定时", *(WATCH if o.timers_due else FINE),
            f"{o.timers_waiting} 个在等待，{o.timers_due} 个已到期待触发，{o.timers_provisional} 个暂定；"
            f"下一个：{cn_datetime(o.next_timer) or '无'}",
            "admin.timers",
        ),
        Line(
            "消息", *(FAULT if stuck else WATCH if dead else FINE),
            f"{pending} 条待送，{kept} 条暂存，{dead} 条无法送达，{stuck} 条异常", "admin.messages",
        ),
        Line("外发", *(FAULT if failed else FINE), f"{unsent} 条待发，{failed} 条发送失败", "admin.outbox"),
        _clock_line(),
        _calendar_line(session),
        Line(
            "审计", *(FAULT if o.audit_late else FINE),
            f"已封存 {o.audit_sealed} 条，待封存 {o.audit_waiting} 条，其中超过一分钟 {o.audit_late} 条",
            "admin.audit_trail",
        ),
    ]  # fmt: skip


def _clock_line() -> Line:
    """A jump of the wall clock holds all timers until somebody has looked (D7)."""
    clock = services().engine.clock
    if isinstance(clock, SystemClock) and not clock.is_trustworthy():
        text = f"系统时钟跳变 {int(clock.drift().total_seconds())} 秒，定时已暂停，请校时后重启服务"
        return Line("时钟", *FAULT, text)
    return Line("时钟", *FINE, "沙箱时间，由人工推进" if services().sandbox else "系统时间")


def _calendar_line(session: Session) -> Line:
    calendar, today = services().engine.parts.calendar_of(session), services().today()
    wanted = duties.wanted_year(calendar, today)
    if wanted is not None:
        text = f"{wanted} 年工作日历尚未导入确认，该年度的期限一律为暂定"
        return Line("日历", *(FAULT if wanted == today.year else WATCH), text, "calendar.index")
    confirmed = max(y.year for y in calendar.years if y.region is None and not y.is_provisional)
    return Line("日历", *FINE, f"已确认至 {confirmed} 年", "calendar.index")


# --- incidents ----------------------------------------------------------------------------------


@blueprint.get("/admin/incidents")
@access(roles=SYS_ADMIN, scope="province")
def incident_list() -> str:
    shows_closed = request.args.get("state") == "closed"
    query = (
        sa.select(Incident, Instance)
        .outerjoin(Instance, Instance.id == Incident.instance_id)
        .where(Incident.resolved_at.is_not(None) if shows_closed else Incident.resolved_at.is_(None))
        .order_by(Incident.at.desc(), Incident.id)
    )
    with services().database.read() as session:
        page = listing(session, query, page_number(request.args))
    return render_template(
        "admin/incidents.html", tabs=tabs(), page=page, address=page_address(), shows_closed=shows_closed,
        kinds=KINDS,
    )  # fmt: skip


@blueprint.get("/admin/incidents/<incident_id>")
@access(roles=SYS_ADMIN, scope="province")
def incident(incident_id: str) -> str:
    return _incident_page(incident_id)


def _incident_page(incident_id: str, problems: list[Problem] | None = None) -> str:
    with services().database.read() as session:
        found = session.get(Incident, incident_id)
        if found is None:
            raise NotFound
        instance = session.get(Instance, found.instance_id) if found.instance_id else None
        item = None
        if found.kind == "complete":
            item = session.scalars(sa.select(WorkItem).where(WorkItem.id == found.subject)).first()
        people = names_of(session, _people(found, item))
    return render_template(
        "admin/incident.html", tabs=tabs(), incident=found, instance=instance, item=item, people=people,
        kinds=KINDS, can_retry=retrying.can_retry(found), problems=problems or [],
    )  # fmt: skip


def names_of(session: Session, ids: Iterable[str]) -> dict[str, str]:
    query = sa.select(Person.id, Person.name).where(Person.id.in_(set(ids)))
    return dict(session.execute(query).all())


def _people(found: Incident, item: WorkItem | None) -> list[str]:
    known = (found.resolved_by, item and item.assignee, item and item.completed_by)
    return [p for p in known if p]


@blueprint.post("/admin/incidents/<incident_id>/retry")
@access(roles=SYS_ADMIN, scope="province")
def retry(incident_id: str) -> Response:
    outcome = retrying.retry(services().engine, incident_id, person().id)
    if outcome.went_through:
        flash(outcome.text, "success")
    else:
        flash(f"重试没有成功，异常保持未处理：{outcome.text}", "error")
    return redirect(url_for("admin.incident", incident_id=incident_id), 303)


@blueprint.post("/admin/incidents/<incident_id>/close")
@access(roles=SYS_ADMIN, scope="province")
def close(incident_id: str) -> Response | tuple[str, int]:
    """A person's failed act: nothing can be repeated for them, the administrator says what was done."""
    note = request.form.get("note", "").strip()[:500]
    with services().database.read() as session:
        found = session.get(Incident, incident_id)
    if found is None:
        raise NotFound
    if retrying.can_retry(found):
        raise Refused("这项异常可以重试；重试成功后自动关闭，不能径行关闭。")
    if not note:
        return _incident_page(incident_id, [Problem("请写明如何处理。", path="note")]), 422
    with services().database.write() as session:
        incidents.resolve(session, services().now(), incident_id, person().id, note=note)
    flash("已关闭，处理说明已记入审计。", "success")
    return redirect(url_for("admin.incident_list"), 303)
