"""Which cases a person sees in lists, and for which counties an application may be started."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications.models import Application
from clusters.people import regions
from clusters.people.regions import Region
from engine.directory import Person
from engine.models import WorkItem

PAGE = 50


@dataclass(frozen=True)
class Filters:
    """Words of the address: `status`, `city`, `year`, `q`, `page`."""

    status: str = ""
    city: str = ""
    year: str = ""
    text: str = ""
    page: int = 0

    @classmethod
    def from_request(cls, arguments: Mapping[str, str]) -> "Filters":
        page = arguments.get("page", "0")
        return cls(
            status=arguments.get("status", ""), city=arguments.get("city", ""),
            year=arguments.get("year", ""), text=arguments.get("q", "").strip()[:60],
            page=int(page) if page.isdecimal() and len(page) < 6 else 0,
        )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One case in the list with whoever's turn it is."""

    application: Application
    waiting_for: Sequence[WorkItem]


@dataclass(frozen=True)
class Page:
    lines: Sequence[Line]
    total: int
    has_next: bool


def visible(scopes: Iterable[str]) -> sa.ColumnElement[bool]:
    """County scopes see their county, city scopes their city, the province everything (art. 4)."""
    wanted = set(scopes)
    if regions.province().code in wanted:
        return sa.true()
    return sa.or_(Application.county_code.in_(wanted), Application.city_code.in_(wanted))


def page_of(session: Session, scopes: Iterable[str], filters: Filters) -> Page:
    query = sa.select(Application).where(visible(scopes))
    if filters.status:
        query = query.where(Application.status == filters.status)
    if filters.city:
        query = query.where(Application.city_code == filters.city)
    if filters.year.isdecimal():
        query = query.where(Application.case_no.startswith(f"GSJQ-{filters.year}-"))
    if filters.text:
        like = f"%{filters.text}%"
        query = query.where(sa.or_(Application.cluster_name.like(like), Application.case_no.like(like)))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(Application.started_at.desc(), Application.case_no.desc())
    found = session.scalars(newest.limit(PAGE + 1).offset(filters.page * PAGE)).all()
    waiting = _open_items(session, [a.instance_id for a in found if a.instance_id])
    lines = [Line(a, waiting.get(a.instance_id or "", [])) for a in found[:PAGE]]
    return Page(lines, total, len(found) > PAGE)


def _open_items(session: Session, instance_ids: Sequence[str]) -> dict[str, list[WorkItem]]:
    query = sa.select(WorkItem).where(WorkItem.instance_id.in_(instance_ids), WorkItem.status == "open")
    found: dict[str, list[WorkItem]] = {}
    for item in session.scalars(query.order_by(WorkItem.number)):
        found.setdefault(item.instance_id, []).append(item)
    return found


def counties_to_start(somebody: Person) -> list[Region]:
    """The applicants (art. 13, D-14) for which somebody is a county clerk."""
    scopes = {seat.scope for seat in somebody.seats if seat.role == "county_clerk"}
    return [r for r in (regions.region(s) for s in sorted(scopes)) if r.may_apply]


def earlier_cases(session: Session, counties: Sequence[Region]) -> Sequence[Application]:
    """Earlier applications of these counties that have content to start from."""
    query = sa.select(Application).where(
        Application.county_code.in_([c.code for c in counties]), Application.submission_id.is_not(None)
    )
    return session.scalars(query.order_by(Application.started_at.desc())).all()
