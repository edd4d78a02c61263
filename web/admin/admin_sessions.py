"""在线: who is signed in at this moment. The security administrator's alone; belongs to web/admin/admin."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clusters.people.models import Organisation, Person
from engine import audit
from engine.clock import system_now
from engine.errors import NotFound
from web.access import access, person
from web.admin import admin
from web.lists import listing, page_address, page_number
from web.models import SignInSession
from web.people import sessions
from web.services import services

SEC_ADMIN = frozenset({"sec_admin"})


@admin.blueprint.get("/admin/signed-in")
@access(roles=SEC_ADMIN, scope="province")
def signed_in() -> str:
    now = system_now()
    query = (
        sa.select(SignInSession, Person, Organisation.name)
        .join(Person, Person.id == SignInSession.person_id)
        .join(Organisation, Organisation.id == Person.org_id)
        .where(
            SignInSession.ended_at.is_(None),
            SignInSession.last_seen > now - sessions.IDLE,
            SignInSession.created_at > now - sessions.LONGEST,
        )
        .order_by(SignInSession.last_seen.desc(), SignInSession.id)
    )
    with services().database.read() as session:
        page = listing(session, query, page_number(request.args))
    return render_template("admin/sessions.html", tabs=admin.tabs(), page=page, address=page_address())


@admin.blueprint.post("/admin/signed-in/<session_id>/end")
@access(roles=SEC_ADMIN, scope="province")
def end_session(session_id: str) -> Response:
    with services().database.write() as session:
        row = session.get(SignInSession, session_id)
        if row is None:
            raise NotFound
        row.ended_at = row.ended_at or system_now()
        audit.record(session, services().now(), person().id, "sessions.ended", subject=row.person_id)
    flash("已使该设备下线。", "success")
    return redirect(url_for("admin.signed_in"), 303)
