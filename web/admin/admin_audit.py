"""审计: searching, exporting and verifying the trail. The audit administrator's alone; belongs to web/admin.

Reading is free; an export and a verification are themselves recorded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask import Response, render_template, request, stream_with_context
from sqlalchemy.orm import Session

from clusters.people.models import Person
from engine import audit
from engine.audit import Verification
from engine.clock import SHANGHAI, end_of
from engine.db import dump_json
from engine.models import AuditEntry, Instance
from web.access import access, person
from web.admin import admin
from web.admin.audit_words import action_label
from web.csv_text import csv_lines
from web.lists import escaped_like, listing, page_address, page_number
from web.services import services

AUDIT_ADMIN = frozenset({"audit_admin"})
COLUMNS = ("序号", "办理时间", "记录时间", "人员", "动作", "办件编号", "环节", "对象", "内容", "封印")
CHUNK = 1000


@dataclass(frozen=True)
class Search:
    """Words of the address; a day that is none is no bound."""

    who: str = ""
    action: str = ""
    case: str = ""
    text: str = ""
    first: date | None = None
    last: date | None = None

    @classmethod
    def from_request(cls, arguments: Mapping[str, str]) -> "Search":
        word = {key: arguments.get(key, "").strip()[:60] for key in ("who", "action", "case", "q")}
        first, last = _day(arguments.get("first")), _day(arguments.get("last"))
        return cls(word["who"], word["action"], word["case"], word["q"], first, last)

    def query(self) -> sa.Select[AuditEntry, str | None, str | None]:
        """Entries with the person's name and the number of the case, the newest first."""
        query = (
            sa.select(AuditEntry, Person.name, Instance.business_key)
            .outerjoin(Person, Person.id == AuditEntry.actor)
            .outerjoin(Instance, Instance.id == AuditEntry.instance_id)
        )
        return query.where(*self._conditions()).order_by(AuditEntry.id.desc())

    def _conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        if self.who:
            name = Person.name.like(escaped_like(self.who), escape="\\")
            yield sa.or_(name, Person.login == self.who.casefold())
        if self.action:
            yield AuditEntry.action == self.action
        if self.case:
            yield Instance.business_key.like(escaped_like(self.case), escape="\\")
        if self.text:
            facts = sa.cast(AuditEntry.facts, sa.Text)
            yield facts.like(escaped_like(self.text), escape="\\")
        if self.first:
            yield AuditEntry.at >= end_of(self.first - timedelta(days=1))
        if self.last:
            yield AuditEntry.at < end_of(self.last)

    def facts(self) -> dict[str, str]:
        """What was asked for, as it is recorded with an export."""
        words = {"who": self.who, "action": self.action, "case": self.case, "text": self.text}
        days = {"first": self.first, "last": self.last}
        return {k: v for k, v in words.items() if v} | {k: d.isoformat() for k, d in days.items() if d}


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def to_the_second(moment: datetime) -> str:
    """2024-06-18 09:15:03, Beijing time."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


@admin.blueprint.get("/admin/audit")
@access(roles=AUDIT_ADMIN, scope="province")
def audit_trail() -> str:
    return _page(None)


def _page(verification: Verification | None) -> str:
    search = Search.from_request(request.args)
    with services().database.read() as session:
        page = listing(session, search.query(), page_number(request.args))
        head, sequence = audit.head(session)
        known = session.scalars(sa.select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()
    return render_template(
        "admin/audit.html", tabs=admin.tabs(), page=page, search=search, address=page_address(), head=head,
        sequence=sequence, actions={a: action_label(a) for a in known}, label=action_label,
        moment=to_the_second, verification=verification, facts=dump_json,
    )  # fmt: skip


@admin.blueprint.post("/admin/audit/verify")
@access(roles=AUDIT_ADMIN, scope="province")
def verify_audit() -> str:
    """Walk the whole chain; the outcome is shown and recorded."""
    with services().database.read() as session:
        found = audit.verify(session, services().audit_key)
    facts = {"checked": found.checked, "broken": found.broken, "late": found.late, "head": found.head}
    with services().database.write() as session:
        audit.record(session, services().now(), person().id, "audit.verified", facts=facts)
    return _page(found)


@admin.blueprint.post("/admin/audit/export")
@access(roles=AUDIT_ADMIN, scope="province")
def export_audit() -> Response:
    search = Search.from_request(request.form)
    with services().database.write() as session:
        audit.record(session, services().now(), person().id, "audit.exported", facts=search.facts())
    lines = csv_lines(COLUMNS, _rows(search))
    name = f"audit-{services().today().isoformat()}.csv"
    return Response(
        stream_with_context(lines), mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )  # fmt: skip


def _rows(search: Search) -> Iterator[tuple[object, ...]]:
    """All entries found, the oldest first, read in pieces so that the file may be long."""
    after = 0
    while True:
        with services().database.read() as session:
            piece = _piece(session, search, after)
        for entry, name, case_no in piece:
            yield (
                entry.sequence, to_the_second(entry.at), to_the_second(entry.recorded_at),
                name or entry.actor or "系统", action_label(entry.action), case_no, entry.element,
                entry.subject, dump_json(entry.facts), entry.seal,
            )  # fmt: skip
        if len(piece) < CHUNK:
            return
        after = piece[-1][0].id


def _piece(session: Session, search: Search, after: int) -> list[tuple[AuditEntry, str | None, str | None]]:
    query = search.query().where(AuditEntry.id > after).order_by(None).order_by(AuditEntry.id).limit(CHUNK)
    return [(entry, name, case_no) for entry, name, case_no in session.execute(query)]
