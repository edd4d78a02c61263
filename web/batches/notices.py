"""公示 for staff: text and days, what was objected, outages of the portal (art. 15, F07).

One page for every kind of notice; what the public reads is `web.public.public_notices`.
"""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters.batches import batches
from clusters.designation import documents
from clusters.notices import notices
from clusters.notices.notice_kinds import DESIGNATION, KINDS
from clusters.objections import objection_words, objections
from clusters.people import regions
from clusters.register.models import Notice
from engine import audit, deadlines
from engine.due_dates import DueDate
from engine.errors import Problem, Refused
from engine.periods import days_after
from web.access import CASE_ROLES, access, person, visible_scopes
from web.cases.printing import document_page
from web.posted import posted_day, posted_text
from web.register.objection_start import reread_leads
from web.services import services

blueprint = Blueprint("notices", __name__)
STAFF = frozenset({"prov_clerk", "prov_inspector", "prov_office_head"})
PROVINCE = regions.province().code


@blueprint.get("/notices/<notice_no>")
@access(roles=CASE_ROLES, scope="region")
def show(notice_no: str) -> str:
    return _page(notice_no)


def _page(notice_no: str, problems: Sequence[Problem] = ()) -> str:
    """The notice as published, with each day of its window explained; objections for the province alone."""
    with services().database.read() as session:
        notice = notices.get(session, notice_no)
        batch = batches.get(session, notice.batch_key)
        is_province = PROVINCE in visible_scopes(person())
        raised = objections.of_notice(session, notice.no) if is_province else []
        return render_template(
            "batches/notice.html", notice=notice, batch=batch, kind=KINDS[notice.kind], objections=raised,
            objection_state=objection_words.state, is_province=is_province, problems=problems,
            typed=request.form if problems else {}, is_designation=notice.kind == DESIGNATION,
        )  # fmt: skip


@blueprint.get("/notices/<notice_no>/print")
@access(roles=CASE_ROLES, scope="region")
def printed(notice_no: str) -> str:
    with services().database.read() as session:
        found = notices.get(session, notice_no)
        return document_page(documents.public_notice(found), notices.deciding_key(found))


@blueprint.post("/notices/<notice_no>/interruptions")
@access(roles=STAFF, scope="province")
def interrupt(notice_no: str) -> Response | tuple[str, int]:
    """The portal was down: the notice runs on for the working days lost (A-15)."""
    try:
        message = _interrupt(notice_no)
    except Refused as refused:
        return _page(notice_no, refused.problems), 422
    services().engine.settle()
    flash(message, "success")
    return redirect(url_for("notices.show", notice_no=notice_no), 303)


def _interrupt(notice_no: str) -> str:
    now, by = services().now(), person().id
    with services().database.write() as session:
        notice = notices.get(session, notice_no)
        batches.locked(session, notice.batch_key)
        calendar = services().engine.parts.calendar_of(session)
        notices.interrupt(
            session, notice.no, posted_day("starts_on"), posted_day("ends_on"), posted_text("reason"),
            calendar, by, now,
        )  # fmt: skip
        reread = "、".join(row.no for row in reread_leads(session, notice, by=by))
        facts = {"last_day": notice.last_day.isoformat(), **_run_longer(session, notice)}
        facts |= {"reread": reread} if reread else {}
        audit.record(session, now, by, "notice.interrupted", subject=notice.no, facts=facts)
    inside = f"线索{reread}的提出时间落在顺延后的公示期内，改按异议办理。" if reread else ""
    return f"已登记中断，公示期相应顺延。{inside}"


def _run_longer(session: Session, notice: Notice) -> dict[str, str]:
    """The timer that still waits, or the decision that is already open, follows the last day; what moved."""
    parts, now, kind = services().engine.parts, services().now(), KINDS[notice.kind]
    keys, ends = [notices.deciding_key(notice)], days_after(notice.last_day, 1)
    count = DueDate.from_json(notice.trace)
    deadlines.move(session, now, parts.calendar_of(session), keys, kind.ended, ends, count=count)
    last_day = notice.last_day.isoformat()
    news = {"notice_last_day": last_day, "decide_from": last_day}
    moved = deadlines.move_by_diagram(parts, session, now, keys, kind.decided, news)
    return {"decision_due": moved[0].new_on.isoformat()} if moved else {}
