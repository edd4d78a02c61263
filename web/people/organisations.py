"""单位: the tree of organisations, who holds which post, and which posts nobody holds."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters.people import organisation_names, posts, regions
from clusters.people.organisation_names import ADDED
from engine import definitions
from engine.errors import NotFound, Problem, Refused
from web.access import ADMIN_ROLES, CASE_ROLES, access, person, roles_of, visible_scopes
from web.services import services

blueprint = Blueprint("organisations", __name__)
READERS = CASE_ROLES | ADMIN_ROLES | {"process_owner"}
SYS_ADMIN = frozenset({"sys_admin"})
Page = str | Response | tuple[str, int]


def people_needed(session: Session) -> dict[str, int]:
    """How many people a role takes: as many as the newest diagrams ask opinions of (`all:2`)."""
    bundles, needed = services().engine.parts.bundles, dict[str, int]()
    for row in definitions.newest_versions(session):
        for task in bundles.get(row.bundle_id).models[row.process_key].user_tasks.values():
            kind, _, number = (task.opinions or "").partition(":")
            if kind == "all" and number.isdecimal():
                needed[task.role] = max(needed.get(task.role, 1), int(number))
    return needed


def _scopes() -> set[str]:
    """Administrators see the whole roll, everybody else their own region and what lies below."""
    mine = person()
    everything = roles_of(mine) & (ADMIN_ROLES | {"process_owner"})
    return {regions.province().code} if everything else set(visible_scopes(mine))


@blueprint.get("/organisations")
@access(roles=READERS, scope="region")
def index() -> str:
    scopes, city = _scopes(), request.args.get("city", "")
    with services().database.read() as session:
        found = posts.offices(session, None, people_needed(session))
    seen = [o for o in found if any(regions.within(o.organisation.region_code, s) for s in scopes)]
    top, branches = posts.tree(seen)
    chosen = [b for b in branches if city in ("", b.region.code)]
    is_admin = "sys_admin" in roles_of(person())
    return render_template(
        "people/organisations.html", top=top if not city else [], branches=chosen, city=city, cities=branches,
        shortages=sum(len(o.shortages) for o in seen), total=len(seen), may_edit=is_admin,
        may_open=bool(roles_of(person()) & ADMIN_ROLES), is_open=len(chosen) == 1,
        full_name=regions.full_name,
    )  # fmt: skip


@blueprint.get("/organisations/new")
@access(roles=SYS_ADMIN, scope="province")
def new() -> str:
    return _form(None, {})


@blueprint.post("/organisations/new")
@access(roles=SYS_ADMIN, scope="province")
def create() -> Page:
    posted = _posted()
    try:
        with services().database.write() as session:
            row = organisation_names.add(
                session, services().now(), person().id, posted["level"], posted["region"], posted["name"],
                posted["uscc"],
            )  # fmt: skip
    except (Refused, NotFound) as refused:
        return _form(None, posted, _problems(refused)), 422
    flash(f"已新增单位“{row.name}”，可为其建立账号。", "success")
    return redirect(url_for("people.new", org=row.id), 303)


@blueprint.get("/organisations/<org_id>/edit")
@access(roles=SYS_ADMIN, scope="province")
def edit(org_id: str) -> str:
    with services().database.read() as session:
        row = organisation_names.get(session, org_id)
    return _form(org_id, {"name": row.name, "uscc": row.uscc or ""})


@blueprint.post("/organisations/<org_id>/edit")
@access(roles=SYS_ADMIN, scope="province")
def rename(org_id: str) -> Page:
    posted = _posted()
    try:
        with services().database.write() as session:
            organisation_names.rename(
                session, services().now(), person().id, org_id, posted["name"], posted["uscc"]
            )
    except Refused as refused:
        return _form(org_id, posted, refused.problems), 422
    flash("单位信息已保存；已印发的文书仍为原名称。", "success")
    return redirect(url_for("organisations.index"), 303)


def _posted() -> dict[str, str]:
    return {key: request.form.get(key, "").strip() for key in ("name", "uscc", "level", "region")}


def _problems(error: Refused | NotFound) -> list[Problem]:
    return error.problems if isinstance(error, Refused) else [Problem(str(error), path="region")]


def _form(org_id: str | None, values: Mapping[str, str], problems: list[Problem] | None = None) -> str:
    places = [regions.province(), *(r for c in regions.cities() for r in (c, *regions.counties_of(c.code)))]
    return render_template(
        "people/organisations_form.html", org_id=org_id, values=values, problems=problems or [], levels=ADDED,
        places=places, full_name=regions.full_name,
    )  # fmt: skip
