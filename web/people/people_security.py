"""密码、解锁、下线: what the security administrator does with accounts. Belongs to the pages of people."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from clusters.people import accounts
from engine import audit
from engine.clock import system_now
from web.access import access, person
from web.people import people as pages
from web.people import sessions
from web.services import services

SEC_ADMIN = frozenset({"sec_admin"})


def _back(person_id: str, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for("people.show", person_id=person_id), 303)


@pages.blueprint.post("/people/<person_id>/password")
@access(roles=SEC_ADMIN, scope="province")
def issue_password(person_id: str) -> str:
    """The password stands in this answer only; the old one and all sessions end with it."""
    account = accounts.issue_password(
        services().database, services().now(), system_now(), person().id, person_id
    )
    with services().database.write() as session:
        sessions.end_all(session, person_id)
    return pages.person_page(person_id, issued=account.initial_password)


@pages.blueprint.post("/people/<person_id>/unlock")
@access(roles=SEC_ADMIN, scope="province")
def unlock(person_id: str) -> Response:
    with services().database.write() as session:
        accounts.unlock(session, services().now(), person().id, person_id)
    return _back(person_id, "账号已解锁。")


@pages.blueprint.post("/people/<person_id>/sign-out")
@access(roles=SEC_ADMIN, scope="province")
def sign_out(person_id: str) -> Response:
    with services().database.write() as session:
        sessions.end_all(session, person_id)
        audit.record(session, services().now(), person().id, "sessions.ended", subject=person_id)
    return _back(person_id, "已使其在所有设备上下线。")
