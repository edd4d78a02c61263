"""Sessions kept on the server: a token in the cookie, its hash in the database.

A copied cookie is worth nothing after sign-out. Times are system time (D7).
"""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask, g, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters.people import people
from engine.clock import system_now
from web.models import SignInSession
from web.services import services

COOKIE = "qilian_session"
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
AT_ONCE = 3  # browsers that one person may use at the same time
TOUCH_EVERY = timedelta(minutes=1)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: Session, person_id: str) -> str:
    """A new session with a fresh token; the oldest ones give way. Returns the token."""
    now, token = system_now(), secrets.token_urlsafe(32)
    row = SignInSession(
        id=_hash(token), person_id=person_id, created_at=now, last_seen=now,
        address=request.remote_addr or "", agent=request.user_agent.string[:200],
    )  # fmt: skip
    session.add(row)
    session.flush()
    for old in _live(session, person_id)[AT_ONCE:]:
        old.ended_at = now
    return token


def _live(session: Session, person_id: str) -> list[SignInSession]:
    query = sa.select(SignInSession).where(
        SignInSession.person_id == person_id, SignInSession.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(SignInSession.created_at.desc(), SignInSession.id)))


def end(session: Session, token: str) -> None:
    row = session.get(SignInSession, _hash(token))
    if row is not None and row.ended_at is None:
        row.ended_at = system_now()


def end_all(session: Session, person_id: str, except_token: str | None = None) -> None:
    """Sign somebody out everywhere: after a reset, a change of roles, or a change of password."""
    kept = None if except_token is None else _hash(except_token)
    for row in _live(session, person_id):
        if row.id != kept:
            row.ended_at = system_now()


def is_live(row: SignInSession | None, now: datetime) -> bool:
    return (
        row is not None
        and row.ended_at is None
        and now - row.last_seen < IDLE
        and now - row.created_at < LONGEST
    )


def live_of(session: Session, person_id: str, now: datetime) -> list[SignInSession]:
    """The browsers in which somebody is signed in at this moment."""
    return [row for row in _live(session, person_id) if is_live(row, now)]


def set_cookie(response: Response, token: str) -> None:
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=services().secure_cookies)


def install(app: Flask) -> None:
    """Know the person of every request before anything else is checked."""

    @app.before_request
    def load_person() -> None:
        g.person, g.must_change_password = None, False
        token = request.cookies.get(COOKIE)
        if token and request.endpoint != "static":
            g.person = _person_of(token)


def _person_of(token: str) -> object | None:
    database, directory, now = services().database, services().engine.directory, system_now()
    with database.read() as session:
        row = session.get(SignInSession, _hash(token))
        if row is None or not is_live(row, now):
            return None
        found = directory.person(session, row.person_id)
        g.must_change_password = people.get(session, row.person_id).must_change_password
        stale = now - row.last_seen > TOUCH_EVERY
    if stale:
        with database.write() as session:
            session.execute(
                sa.update(SignInSession).where(SignInSession.id == _hash(token)).values(last_seen=now)
            )
    return found
