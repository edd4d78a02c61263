"""待办、已办、我发起的: the first page that everybody sees."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clusters.people import regions
from engine import task_lists
from engine.task_lists import PAGE, Counts, Filters
from web.access import ADMIN_ROLES, CASE_ROLES, EVERYBODY, access, person, roles_of
from web.cases import case_list
from web.lists import LONGEST_NUMBER
from web.services import services

blueprint = Blueprint("inbox", __name__)


def _filters() -> Filters:
    due = request.args.get("due")
    today = services().today()
    within = {"overdue": today - timedelta(days=1), "today": today, "week": today + timedelta(days=7)}
    scope = request.args.get("city", "")
    return Filters(
        element=request.args.get("step") or None,
        scope=scope[:4] if scope.isdecimal() else scope or None,
        due_by=within.get(due or ""),
        year=_year(),
        text=request.args.get("q", "").strip()[:60] or None,
    )


def _year() -> int | None:
    text = request.args.get("year", "")
    return int(text) if text.isdecimal() and 1949 <= int(text[:5]) <= 9000 else None


def _page() -> int:
    """Counted from 0; anything that is no sensible number is the first page."""
    text = request.args.get("page", "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


def _tabs(counts: Counts, kind: str) -> list[dict[str, object]]:
    known = (
        ("to_do", "待办", counts.to_do),
        ("done", "已办", counts.done),
        ("started", "我发起的", counts.started),
    )
    return [
        {"url": url_for(f"inbox.{key}"), "label": label, "active": key == kind, "count": count}
        for key, label, count in known
    ]


def _cities() -> Sequence[regions.Region]:
    """Only who works for more than one city has to choose among them."""
    provinces = {s.scope for s in person().seats} & {regions.province().code}
    return regions.cities() if provinces else ()


def _list(kind: str) -> str:
    me, page, filters = person(), _page(), _filters()
    with services().database.read() as session:
        counts = task_lists.counts(session, me, services().today())
        offered = task_lists.offered(session, me, kind == "done")
        if kind == "started":
            found = task_lists.started(session, me, page)
            rows = [task_lists.Row(None, instance) for instance in found]  # type: ignore[arg-type]
        elif kind == "done":
            rows = task_lists.done(session, me, filters, page)
        else:
            rows = task_lists.to_do(session, me, filters, page)
    return render_template(
        "tasks/inbox.html", kind=kind, rows=rows[:PAGE], has_next=len(rows) > PAGE, page=page, counts=counts,
        tabs=_tabs(counts, kind), filters=filters, offered=offered, cities=_cities(),
        may_start=bool(case_list.counties_to_start(me)),
    )  # fmt: skip


@blueprint.get("/")
@access(roles=EVERYBODY, scope="own")
def to_do() -> str | Response:
    """待办; whoever handles no cases begins where their own work is."""
    held = roles_of(person())
    for endpoint, owners in (("admin.index", ADMIN_ROLES), ("studio.index", frozenset({"process_owner"}))):
        if held & owners and not held & CASE_ROLES:
            return redirect(url_for(endpoint), 303)
    return _list("to_do")


@blueprint.get("/done")
@access(roles=EVERYBODY, scope="own")
def done() -> str:
    return _list("done")


@blueprint.get("/started")
@access(roles=EVERYBODY, scope="own")
def started() -> str:
    return _list("started")
