"""日历导入: a year handed in by one administrator and confirmed by another, with all that it changes shown.

Belongs to web/calendar/calendar. Importing is the system administrator's work; the second person may be the
security administrator or another system administrator.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters import duties
from clusters.people import regions, roles
from engine import calendar_imports, calendar_rules, calendar_store
from engine.calendar import Calendar
from engine.directory import Seat
from engine.domain_dates import Moved
from engine.errors import Problem, Refused
from engine.models import CalendarImport
from web.access import access, person, roles_of
from web.calendar import calendar_form
from web.services import services
from web.tasks.task_side import names as people_names

blueprint = Blueprint("calendar_imports", __name__, url_prefix="/calendar/imports")
IMPORTERS = frozenset({"sys_admin"})
KEEPERS = IMPORTERS | {"sec_admin"}
Page = str | Response | tuple[str, int]
LONGEST_LIST = 500
STATES = {
    "draft": ("未提交", "todo"), "pending": ("待另一人确认", "doing"), "confirmed": ("已生效", "done"),
    "withdrawn": ("已撤回", "none"), "rejected": ("已退回", "late"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One deadline that moves, with the people it concerns in words."""

    moved: Moved
    concerned: str


@blueprint.get("")
@access(roles=KEEPERS, scope="province")
def index() -> str:
    with services().database.read() as session:
        rows = calendar_imports.listed(session)
        people = people_names(session, [p for r in rows for p in (r.proposed_by, r.decided_by)])
        calendar: Calendar = services().engine.parts.calendar_of(session)
    wanted = duties.wanted_year(calendar, services().today())
    return render_template(
        "calendar/imports.html", rows=rows, people=people, states=STATES, wanted=wanted,
        may_import=_may_import(),
    )  # fmt: skip


@blueprint.get("/new")
@access(roles=IMPORTERS, scope="province")
def new() -> str:
    return _new_page()


def _new_page(problems: Sequence[Problem] = ()) -> str:
    typed = request.form if request.method == "POST" else request.args
    with services().database.read() as session:
        calendar: Calendar = services().engine.parts.calendar_of(session)
    today = services().today()
    year = typed.get("year") or str(duties.wanted_year(calendar, today) or today.year + 1)
    return render_template(
        "calendar/import_new.html", problems=problems, typed=typed, year=year, rows=calendar_form.rows(typed),
        way="form" if typed.get("way") == "form" else "file",
        places=[(city, regions.counties_of(city.code)) for city in regions.cities()],
    )  # fmt: skip


@blueprint.post("/new")
@access(roles=IMPORTERS, scope="province")
def create() -> Page:
    """Read and check; what is refused leaves nothing behind, what was typed stays on the page."""
    try:
        if request.form.get("way") == "form":
            wanted, origin = calendar_form.from_form(request.form), ""
        else:
            wanted, origin = calendar_form.from_file(request.files.get("file"), request.form)
        with services().database.write() as session:
            row = calendar_imports.draft(session, services().now(), wanted, origin, person().id)
    except Refused as refused:
        return _new_page(refused.problems), 422
    flash("日历内容已通过核对。请看清它改变了什么，再提交另一人确认。", "success")
    return redirect(url_for("calendar_imports.show", import_id=row.id), 303)


@blueprint.get("/<import_id>")
@access(roles=KEEPERS, scope="province")
def show(import_id: str) -> str:
    return _import_page(import_id)


def _import_page(import_id: str, problems: Sequence[Problem] = ()) -> str:
    with services().database.read() as session:
        row = calendar_imports.get(session, import_id)
        people = people_names(session, [row.proposed_by, row.decided_by])
        year, is_open = calendar_imports.year_of(row), row.status in calendar_imports.OPEN
        days = _differences(session, row) if is_open else []
        moved = _moved(session, row, services().now(), is_open=is_open)
        lines = [_line(session, m) for m in moved[:LONGEST_LIST]]
    mine = row.proposed_by == person().id
    return render_template(
        "calendar/import.html", row=row, year=year, state=STATES[row.status], people=people, days=days,
        lines=lines, total=len(moved), warnings=calendar_rules.warnings(year), problems=problems,
        is_open=is_open, mine=mine, typed=request.form,
    )  # fmt: skip


def _differences(session: Session, row: CalendarImport) -> Sequence[calendar_rules.DayDifference]:
    kept = Calendar.from_years(calendar_store.load_years(session))
    year = calendar_imports.year_of(row)
    return calendar_rules.day_differences(
        kept, calendar_imports.with_year(session, year), year.year, year.region
    )


def _moved(session: Session, row: CalendarImport, now: datetime, *, is_open: bool) -> list[Moved]:
    """What moves if it is confirmed now, or moved when it was; a look keeps nothing."""
    if row.status == "confirmed":
        return [calendar_imports.from_json(m) for m in row.moved]
    return calendar_imports.preview(services().engine.parts, session, now, row) if is_open else []


def _line(session: Session, moved: Moved) -> Line:
    seats = [_post(seat) for seat in moved.seats]
    names = people_names(session, list(moved.people))
    return Line(moved, "、".join([*names.values(), *seats]) or "尚未发起，无人经办")


def _post(seat: Seat) -> str:
    """A seat of a region by its name; that of a cluster's own operator is known by the case beside it."""
    place = regions.full_name(seat.scope) if seat.scope in regions.all_regions() else "该集群"
    return place + roles.label(seat.role)


def _may_import() -> bool:
    return bool(roles_of(person()) & IMPORTERS)


# --- deciding -------------------------------------------------------------------------------------


@blueprint.post("/<import_id>/submit")
@access(roles=IMPORTERS, scope="province")
def submit(import_id: str) -> Response:
    return _act(import_id, calendar_imports.submit, "已提交，请另一名管理员确认。")


@blueprint.post("/<import_id>/withdraw")
@access(roles=IMPORTERS, scope="province")
def withdraw(import_id: str) -> Response:
    return _act(import_id, calendar_imports.withdraw, "已撤回，日历没有变化。")


def _act(import_id: str, act: Callable[..., object], said: str) -> Response:
    with services().database.write() as session:
        act(session, services().now(), import_id, person().id)
    flash(said, "success")
    return redirect(url_for("calendar_imports.show", import_id=import_id), 303)


@blueprint.post("/<import_id>/reject")
@access(roles=KEEPERS, scope="province")
def reject(import_id: str) -> Page:
    try:
        with services().database.write() as session:
            reason = request.form.get("reason", "")[:500]
            calendar_imports.reject(session, services().now(), import_id, person().id, reason)
    except Refused as refused:
        return _import_page(import_id, refused.problems), 422
    flash("已退回，日历没有变化。", "success")
    return redirect(url_for("calendar_imports.show", import_id=import_id), 303)


@blueprint.post("/<import_id>/confirm")
@access(roles=KEEPERS, scope="province")
def confirm(import_id: str) -> Response:
    """The new version and every deadline that it moves, in one transaction."""
    engine = services().engine
    with services().database.write() as session:
        moved = calendar_imports.confirm(engine.parts, session, services().now(), import_id, person().id)
    engine.settle()
    flash(f"日历已生效，重新计算了 {len(moved)} 项期限，已逐人告知。", "success")
    return redirect(url_for("calendar_imports.show", import_id=import_id), 303)
