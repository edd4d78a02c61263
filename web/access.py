"""Who may open which page: declared on every route, checked before every request (D13).

A route without a declaration is refused. Roles are named; the scope says whose data a page shows:

* `public`     nobody needs to sign in
* `own`        the signed-in person's own matters
* `case`       one case (`instance_id`, `item_id` or `attachment_id` in the address), which must lie
               in a region of the person's; for an operator, be about a cluster of its own
* `region`     lists that the view filters with `visible_scopes`
* `province`   matters of the whole installation
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, abort, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters.people import regions
from clusters.register import cluster_cases, operators
from engine.directory import Person, Seat
from engine.errors import NotAllowed, NotFound
from engine.models import Attachment, Instance, WorkItem
from web.services import services

SCOPES = ("public", "own", "case", "region", "province")
PROVINCE_ROLES = frozenset({"prov_clerk", "prov_inspector", "prov_office_head", "prov_leader"})
CITY_ROLES = frozenset({"city_clerk", "city_inspector", "city_leader"})
COUNTY_ROLES = frozenset({"county_clerk", "county_leader", "operator_clerk"})
CASE_ROLES = PROVINCE_ROLES | CITY_ROLES | COUNTY_ROLES
ADMIN_ROLES = frozenset(["sys_admin", "sec_admin", "audit_admin"])
# An initial password opens these pages only (等保 2.0: it must be changed at first use).
CHANGING_PASSWORD = frozenset({"sign_in.password", "sign_in.change_password"})
EVERYBODY = CASE_ROLES | ADMIN_ROLES | {"expert", "process_owner"}

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """What a route declares."""

    roles: frozenset[str]
    scope: str
    articles: tuple[str, ...] = ()
    act: str = ""


def access(
    *, roles: Iterable[str] = (), scope: str, articles: Iterable[str] = (), act: str = ""
) -> Callable[[View], View]:
    """Declare who may open a view. `roles` is left out for public pages only.

    A page that carries out a provision of the regulation without a diagram names it in `articles`,
    and what is done there in `act`: the table of coverage lists both.
    """
    if scope not in SCOPES:
        raise ValueError(scope)
    if (scope == "public") == bool(tuple(roles)):
        raise ValueError("public pages name no roles, all others do")

    def declare(view: View) -> View:
        declared = Access(frozenset(roles), scope, tuple(articles), act)
        view.__access__ = declared  # type: ignore[attr-defined]
        return view

    return declare


def access_of(app: Flask, endpoint: str) -> Access | None:
    """The declaration of an endpoint; static files are public."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return Access(frozenset(), "public")
    return getattr(app.view_functions.get(endpoint), "__access__", None)


def person() -> Person:
    """The signed-in person of this request."""
    found: Person | None = g.get("person")
    if found is None:
        raise NotAllowed("请先登录。")
    return found


def roles_of(somebody: Person) -> frozenset[str]:
    return frozenset(seat.role for seat in somebody.seats)


def visible_scopes(somebody: Person) -> frozenset[str]:
    """The regions whose cases somebody may see: own region and everything below it."""
    readers, known = CASE_ROLES | {"audit_admin"}, regions.all_regions()
    return frozenset(s.scope for s in somebody.seats if s.role in readers and s.scope in known)


def may_see(somebody: Person, case_scope: str) -> bool:
    return any(regions.within(case_scope, scope) for scope in visible_scopes(somebody))


def guard(app: Flask) -> None:
    """Check the declaration of every route before its view runs."""

    @app.before_request
    def check() -> Response | None:
        if request.endpoint is None:
            return None  # no such page: 404
        declared = access_of(app, request.endpoint)
        if declared is None:
            abort(403)
        if declared.scope == "public":
            return None
        somebody: Person | None = g.get("person")
        if somebody is None:
            return redirect(url_for("sign_in.form", next=request.full_path))
        if g.must_change_password and request.endpoint not in CHANGING_PASSWORD:
            return redirect(url_for("sign_in.password"), 303)
        if not declared.roles & roles_of(somebody):
            raise NotAllowed("您的岗位不能使用这个页面。")
        if declared.scope == "case":
            _require_case(somebody)
        return None


def _require_case(somebody: Person) -> None:
    with services().database.read() as session:
        instance = _instance_in_address(session)
        if _takes_part(session, somebody, instance):
            return
    if not may_see(somebody, instance.scope):
        raise NotAllowed("这件事项不在您的辖区之内。")
    if _is_of_another_operator(somebody, instance.business_key):
        raise NotAllowed("这件事项所涉集群由其他机构运营。")


def _is_of_another_operator(somebody: Person, business_key: str) -> bool:
    """Several operators share a county: each looks into the cases of its own clusters (art. 17, 18)."""
    if roles_of(somebody) != {operators.ROLE}:
        return False
    subject = cluster_cases.subject_of(business_key)
    return subject is not None and Seat(operators.ROLE, subject) not in somebody.seats


def _instance_in_address(session: Session) -> Instance:
    arguments = request.view_args or {}
    instance_id = arguments.get("instance_id")
    if "item_id" in arguments:
        query = sa.select(WorkItem.instance_id).where(WorkItem.id == arguments["item_id"])
        instance_id = session.scalar(query)
    elif "attachment_id" in arguments:
        attachment = session.get(Attachment, arguments["attachment_id"])
        instance_id = None if attachment is None else attachment.instance_id
    instance = None if instance_id is None else session.get(Instance, instance_id)
    if instance is None:
        raise NotFound
    return instance


def _takes_part(session: Session, somebody: Person, instance: Instance) -> bool:
    """Somebody asked to act from outside the region, e.g. by delegation, sees the case acted on."""
    query = sa.select(WorkItem.id).where(
        WorkItem.instance_id == instance.id,
        sa.or_(WorkItem.assignee == somebody.id, WorkItem.completed_by == somebody.id),
    )
    return session.scalar(query.limit(1)) is not None
