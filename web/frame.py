"""What stands on every page: navigation by role, the person's menu, the sandbox bar, due phrases."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, g, request, url_for

from clusters.annex.verdicts import Verdicts
from clusters.applications import statuses
from clusters.people import regions, roles
from engine import inbox as inbox_messages
from engine import task_lists
from engine.calendar import Calendar
from engine.case_view import OpenItem
from engine.directory import Person
from engine.models import WorkItem
from engine.work_items import seats_of, stands_in_for
from web.access import ADMIN_ROLES, CASE_ROLES, PROVINCE_ROLES, access_of, roles_of
from web.dates import Due, due_phrase, late_words
from web.services import services

# label, endpoint, who has it in the navigation
NAVIGATION: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("待办", "inbox.to_do", CASE_ROLES),
    ("办件", "cases.index", CASE_ROLES | {"audit_admin"}),
    ("批次", "batches.index", CASE_ROLES),
    ("集群名录", "register.index", CASE_ROLES | {"process_owner"}),
    ("年报", "annual.index", CASE_ROLES | {"audit_admin"}),
    ("流程", "studio.index", frozenset({"process_owner", "sys_admin"}) | PROVINCE_ROLES),
    ("日历", "calendar.index", CASE_ROLES | ADMIN_ROLES),
    ("规则", "rule_book.index", CASE_ROLES | {"process_owner", "audit_admin"}),
    ("人员", "people.index", frozenset({"sys_admin", "sec_admin"})),
    ("运行", "admin.index", ADMIN_ROLES),
)

# Families of pages that belong to another one's entry in the navigation.
FAMILIES = {"ledger": "register", "calendar_imports": "calendar", "coverage": "rule_book"}


def due_of(item: WorkItem) -> Due | None:
    """The due date of a work item in words."""
    if item.due_on is None:
        return None
    today, calendar = _day_of_request()
    return due_phrase(item.due_on, today, calendar, item.scope, item.provisional)


def _day_of_request() -> tuple[date, Calendar]:
    """Asked for once, however many due dates a list shows."""
    if "day_of_request" not in g:
        with services().database.read() as session:
            g.day_of_request = services().today(), services().engine.parts.calendar_of(session)
    found: tuple[date, Calendar] = g.day_of_request
    return found


@dataclass(frozen=True)
class CalendarMark:
    """A word beside a legal date, and why it stands there."""

    text: str
    title: str


PROVISIONAL = CalendarMark("暂定", "该年度放假安排尚未公布，公布后重新计算，只会更晚，不产生不利后果")
DEMONSTRATION = CalendarMark("演示日历", "沙箱专用的虚构日历")


def calendar_mark(day: date | None, provisional: bool = False) -> CalendarMark | None:
    """What has to be said about the calendar behind a date (D6)."""
    if provisional:
        return PROVISIONAL
    if day is None or services().sandbox is None:
        return None
    known = _day_of_request()[1].years
    return DEMONSTRATION if any(y.year == day.year and y.is_demonstration for y in known) else None


def who_of(entry: OpenItem, names: dict[str, str]) -> str:
    """Whose turn it is, in words; a post that nobody holds is said plainly."""
    people = {p.id: _holder(entry.item, p) for p in entry.people}
    if entry.item.assignee:
        return (names | people).get(entry.item.assignee, "已签收人")
    if not people:
        return "本单位无人担任此岗，已报上级协调"
    return "、".join(people.values())


def _holder(item: WorkItem, somebody: Person) -> str:
    absent = stands_in_for(item, somebody)
    return f"{somebody.name}（{somebody.org_name}{f'，代理{absent}' if absent else ''}）"


def roles_label(item: WorkItem) -> str:
    """Whose turn it is: the post of the lane, and the second one where there is one."""
    return "或".join(roles.label(seat.role) for seat in seats_of(item))


def verdict_rows(verdicts: Verdicts) -> list[dict[str, Any]]:
    """The verdicts as the table of criteria shows them: the command line's words, with labels."""
    labels = {result.id: result.label for result in verdicts.results}
    return [{**row, "label": labels[row["id"]]} for row in verdicts.to_json()["results"]]


def install(app: Flask) -> None:
    app.jinja_env.globals.update(
        due_of=due_of,
        calendar_mark=calendar_mark,
        late_words=late_words,
        who_of=who_of,
        role_label=roles.label,
        roles_label=roles_label,
        status_label=statuses.label,
        region_name=regions.name_of,
        verdict_rows=verdict_rows,
    )

    @app.context_processor
    def frame() -> dict[str, Any]:
        somebody: Person | None = g.get("person")
        known: dict[str, Any] = {"today": services().today(), "now": services().now(), "me": somebody}
        known["sandbox"] = services().sandbox
        if somebody is not None and request.endpoint != "static":
            known |= _of_person(app, somebody)
        return known


def _of_person(app: Flask, somebody: Person) -> dict[str, Any]:
    held = roles_of(somebody)
    with services().database.read() as session:
        counts = task_lists.counts(session, somebody, services().today())
        unread = inbox_messages.unread_count(session, somebody.id)
    family = FAMILIES.get(found := (request.endpoint or "").partition(".")[0], found)
    items = [
        {
            "label": label,
            "url": url_for(endpoint),
            "active": endpoint.partition(".")[0] == family,
            "count": counts.to_do if endpoint == "inbox.to_do" else None,
        }
        for label, endpoint, allowed in NAVIGATION
        if held & allowed and endpoint in app.view_functions and access_of(app, endpoint)
    ]
    links = [
        {"label": "我的资料", "url": url_for("profile.show")},
        *([{"label": "单位与岗位", "url": url_for("organisations.index")}] if "expert" not in held else []),
        {"label": "修改密码", "url": url_for("sign_in.password")},
        {"label": "退出登录", "url": url_for("sign_in.sign_out"), "post": True},
    ]
    place = "、".join(dict.fromkeys(roles.label(r) for r in sorted(held)))
    user: dict[str, Any] = {"name": somebody.name, "place": f"{somebody.org_name} · {place}", "links": links}
    user["messages"] = {"url": url_for("messages.index"), "count": unread, "active": family == "messages"}
    return {"nav_items": items, "user": user, "unread_count": unread}
