"""期限: every timer, due date, reminder and automatic start, how it was counted, and moving it with a reason.

Belongs to web/admin/admin.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import amendments, deadlines, definitions
from engine.domain_dates import Moved
from engine.due_dates import DueDate
from engine.errors import NotFound, Problem, Refused
from engine.models import ArmedStart, Instance, Reminder, Timer, WorkItem
from web.access import COUNTY_ROLES, access, person
from web.admin import admin
from web.lists import escaped_like, listing, page_address, page_number
from web.services import services

Page = str | Response | tuple[str, int]
KINDS = {"timer": "定时", "item": "事项期限", "reminder": "提醒", "start": "自动发起"}
STATES = {
    "waiting": ("等待", "todo"), "incident": ("异常", "late"), "fired": ("已触发", "done"),
    "cancelled": ("已取消", "none"),
}  # fmt: skip
WORDS = {
    "item": {"waiting": "未办结", "fired": "已办结", "cancelled": "已撤销"},
    "reminder": {"waiting": "待发", "fired": "已发", "cancelled": "已取消"},
}
REMINDED = {"waiting": "waiting", "fired": "sent", "cancelled": "cancelled"}
ITEMS = {"waiting": "open", "fired": "completed", "cancelled": "cancelled"}


@dataclass(frozen=True)
class Line:
    """One deadline of whatever kind, ready to be shown."""

    name: str
    element: str
    case: str
    case_no: str
    due_at: datetime | None
    due_on: date | None
    provisional: bool
    count: DueDate | None
    article: str
    version: str
    status: str
    note: str = ""
    legal_on: date | None = None
    attempts: int = 0
    retry_at: datetime | None = None
    fired_at: datetime | None = None
    late_seconds: int = 0
    edit: str | None = None


@admin.blueprint.get("/admin/timers")
@access(roles=admin.SYS_ADMIN, scope="province")
def timers() -> str:
    kind = _chosen("kind", KINDS)
    known = WORDS.get(kind) or {code: words for code, (words, _) in STATES.items()}
    state = _chosen("state", known)
    text, only = request.args.get("q", "").strip()[:60], request.args.get("provisional") == "1"
    with services().database.read() as session:
        page = listing(session, _query(kind, state, text, only), page_number(request.args))
        starts = _starts(session) if kind == "start" else {}
        lines = [_line(kind, row, starts) for row in page.rows]
    kept = {"q": text or None, "provisional": "1" if only else None}
    kinds = [_choice(words, code == kind, kind=code, **kept) for code, words in KINDS.items()]
    states = [_choice(w, code == state, kind=kind, state=code, **kept) for code, w in known.items()]
    return render_template(
        "admin/timers.html", tabs=admin.tabs(), kinds=kinds, states=states, kind=kind, state=state,
        kind_words=KINDS[kind], words=known[state], badge=STATES[state][1], page=page, lines=lines,
        address=page_address(), q=text, only=only, due_now=services().now(),
    )  # fmt: skip


def _chosen(name: str, known: Mapping[str, object]) -> str:
    asked = request.args.get(name, "")
    return asked if asked in known else next(iter(known))


def _choice(label: str, active: bool, **arguments: str | None) -> dict[str, object]:
    return {"label": label, "active": active, "url": url_for("admin.timers", **arguments)}  # type: ignore[arg-type]


def _query(kind: str, state: str, text: str, only: bool) -> sa.Select[Any]:
    if kind == "start":
        query = sa.select(ArmedStart).where(ArmedStart.status == state)
        columns: Sequence[Any] = (ArmedStart.subject, ArmedStart.title)
        order, provisional = ArmedStart.due_at, ArmedStart.provisional
    elif kind == "timer":
        query = sa.select(Timer, Instance).join(Instance, Instance.id == Timer.instance_id)
        query = query.where(Timer.status == state)
        columns, order, provisional = _of_case(), Timer.due_at, Timer.provisional
    else:
        query, columns, order, provisional = _query_items(kind, state)
    if text:
        like = escaped_like(text)
        query = query.where(sa.or_(*(c.like(like, escape="\\") for c in columns)))
    if only:
        query = query.where(provisional.is_(True))
    return query.order_by(order if state in deadlines.WAITING else order.desc())


def _of_case() -> Sequence[Any]:
    return Instance.business_key, Instance.title


def _query_items(kind: str, state: str) -> tuple[sa.Select[Any], Sequence[Any], Any, Any]:
    if kind == "item":
        query = sa.select(WorkItem, Instance).join(Instance, Instance.id == WorkItem.instance_id)
        found = query.where(WorkItem.status == ITEMS[state], WorkItem.due_on.is_not(None))
        return found, _of_case(), WorkItem.due_on, WorkItem.provisional
    reminded = (
        sa.select(Reminder, WorkItem, Instance)
        .join(WorkItem, WorkItem.id == Reminder.item_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .where(Reminder.status == REMINDED[state])
    )
    return reminded, _of_case(), Reminder.due_at, WorkItem.provisional


# --- one line -------------------------------------------------------------------------------------


def _line(kind: str, row: Any, starts: Mapping[tuple[str, str], tuple[str, str]]) -> Line:
    if kind == "start":
        return _start_line(row, *starts.get((row.process_key, row.element), (row.process_key, "")))
    if kind == "timer":
        return _timer_line(*row)
    return _item_line(*row) if kind == "item" else _reminder_line(*row)


def _timer_line(timer: Timer, instance: Instance) -> Line:
    where = timer.element + ("，系统办理" if timer.kind == "job" else "")
    may_edit = timer.status in deadlines.WAITING and timer.kind == "timer"
    return Line(
        name=timer.name or timer.element, element=where, case=instance.title, case_no=instance.business_key,
        due_at=timer.due_at, due_on=timer.due_on, provisional=timer.provisional,
        count=deadlines.count_of(timer), article=_article(instance, timer.element),
        version=timer.calendar_version, status=timer.status, note=timer.due_note, legal_on=timer.legal_on,
        attempts=timer.attempts, retry_at=timer.not_before, fired_at=timer.fired_at,
        late_seconds=timer.late_seconds,
        edit=url_for("admin.timer_due", timer_id=timer.id) if may_edit else None,
    )  # fmt: skip


def _item_line(item: WorkItem, instance: Instance) -> Line:
    count = deadlines.count_of(item)
    return Line(
        name=item.name, element=item.element, case=instance.title, case_no=instance.business_key, due_at=None,
        due_on=item.due_on, provisional=item.provisional, count=count, article=item.article or "",
        version=count.calendar_version if count else "", status=item.status, note=item.due_note,
        legal_on=item.legal_on, fired_at=item.completed_at,
        edit=url_for("admin.item_due", work_item_id=item.id) if item.status == "open" else None,
    )  # fmt: skip


def _reminder_line(reminder: Reminder, item: WorkItem, instance: Instance) -> Line:
    return Line(
        name=f"提醒：{item.name}", element=f"{item.element}，{reminder.label}", case=instance.title,
        case_no=instance.business_key, due_at=reminder.due_at, due_on=None, provisional=item.provisional,
        count=None, article=item.article or "", version="", status=reminder.status, fired_at=reminder.sent_at,
    )  # fmt: skip


def _starts(session: Session) -> dict[tuple[str, str], tuple[str, str]]:
    """What each start of the newest diagrams begins, in words, and its article."""
    found = {}
    for row in definitions.newest_versions(session):
        model = services().engine.parts.bundles.get(row.bundle_id).models[row.process_key]
        for event in model.armed_starts:
            words = f"{row.name.partition('（')[0]}：{event.name}"
            found[row.process_key, event.id] = (words, model.nodes[event.id].article or "")
    return found


def _start_line(start: ArmedStart, words: str, article: str) -> Line:
    return Line(
        name=words, element=f"{start.element}，{start.occurrence}",
        case=start.title, case_no=start.subject, due_at=start.due_at, due_on=start.due_on,
        provisional=start.provisional, article=article,
        count=None if start.trace is None else DueDate.from_json(start.trace), version=start.calendar_version,
        status=start.status, attempts=start.attempts, retry_at=start.retry_after, fired_at=start.fired_at,
        late_seconds=start.late_seconds,
    )  # fmt: skip


def _article(instance: Instance, element: str) -> str:
    models = services().engine.parts.bundles.get(instance.bundle_id).models.values()
    found = (model.nodes[element].article for model in models if element in model.nodes)
    return next((article for article in found if article), "")


# --- moving one -----------------------------------------------------------------------------------


@admin.blueprint.get("/admin/timers/<int:timer_id>/due")
@access(roles=admin.SYS_ADMIN, scope="province")
def timer_due(timer_id: int) -> str:
    return _due_page(_the_timer(timer_id), ())


@admin.blueprint.post("/admin/timers/<int:timer_id>/due")
@access(roles=admin.SYS_ADMIN, scope="province")
def move_timer(timer_id: int) -> Page:
    """A timer may bind a party: it is never moved before its legal day."""
    try:
        with services().database.write() as session:
            _amend(session, amendments.timer(session, timer_id), may_shorten=False)
    except Refused as refused:
        return _due_page(_the_timer(timer_id), refused.problems), 422
    services().engine.wake()
    return redirect(url_for("admin.timers"), 303)


@admin.blueprint.get("/admin/items/<work_item_id>/due")
@access(roles=admin.SYS_ADMIN, scope="province")
def item_due(work_item_id: str) -> str:
    return _due_page(_the_item(work_item_id), ())


@admin.blueprint.post("/admin/items/<work_item_id>/due")
@access(roles=admin.SYS_ADMIN, scope="province")
def move_item(work_item_id: str) -> Page:
    """What binds a county or an operator is only ever lengthened; an office's own period may be shortened."""
    try:
        with services().database.write() as session:
            item = amendments.item(session, work_item_id)
            _amend(session, item, may_shorten=item.role not in COUNTY_ROLES)
    except Refused as refused:
        return _due_page(_the_item(work_item_id), refused.problems), 422
    return redirect(url_for("admin.timers", kind="item"), 303)


def _amend(session: Session, row: WorkItem | Timer, *, may_shorten: bool) -> None:
    engine, now = services().engine, services().now()
    calendar = engine.parts.calendar_of(session)
    moved: Moved = amendments.amend(
        session, now, calendar, row, _asked_day(), request.form.get("reason", "")[:500], by=person().id,
        may_shorten=may_shorten,
    )  # fmt: skip
    event = f"deadline:{moved.kind}:{row.id}:{now.isoformat()}"
    reason = request.form.get("reason", "").strip()[:500]
    told = amendments.tell(session, engine.directory, now, event, [moved], f"期限已改：{moved.name}", reason)
    flash(f"{amendments.said(moved)}。理由已记入审计，已告知 {told} 人。", "success")


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(request.form.get("on", "").strip())
    except ValueError:
        return None


def _the_timer(timer_id: int) -> tuple[Line, date]:
    with services().database.read() as session:
        timer = session.get(Timer, timer_id)
        if timer is None:
            raise NotFound
        return _timer_line(timer, session.get_one(Instance, timer.instance_id)), amendments.legal_on(timer)


def _the_item(item_id: str) -> tuple[Line, date]:
    with services().database.read() as session:
        item = session.scalars(sa.select(WorkItem).where(WorkItem.id == item_id)).first()
        if item is None or item.due_on is None:
            raise NotFound
        return _item_line(item, session.get_one(Instance, item.instance_id)), amendments.legal_on(item)


def _due_page(found: tuple[Line, date], problems: Sequence[Problem]) -> str:
    line, legal = found
    return render_template(
        "admin/due.html",
        tabs=admin.tabs(),
        line=line,
        legal=legal,
        problems=problems,
        typed=request.form,
    )
