"""人员: accounts as administrators see them, and what the system administrator does with them.

The system administrator opens accounts and says which post they hold; passwords and sessions are the
security administrator's (web/people/people_security). Nobody changes their own post (三员分立).
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters.people import accounts, organisations, people, regions, roles
from clusters.people.accounts import Entry
from clusters.people.models import Organisation
from clusters.people.organisation_names import get as get_organisation
from engine.clock import system_now
from engine.errors import Problem, Refused
from web.access import ADMIN_ROLES, access, person, roles_of
from web.lists import page_address
from web.people import people_list, sessions
from web.people.people_list import Filters
from web.services import services

blueprint = Blueprint("people", __name__)
SYS_ADMIN = frozenset({"sys_admin"})
Page = str | Response | tuple[str, int]


@blueprint.get("/people")
@access(roles=ADMIN_ROLES, scope="province")
def index() -> str:
    filters = Filters.from_request(request.args)
    with services().database.read() as session:
        page = people_list.page_of(session, filters, system_now())
        organisation = session.get(Organisation, filters.org) if filters.org else None
    return render_template(
        "people/people.html",
        page=page, filters=filters, organisation=organisation, states=people_list.STATES,
        state_of=lambda p: people_list.state_of(p, system_now()), roles=roles.ROLES.values(),
        cities=regions.cities(), address=page_address(), may_create=_is_sys_admin(),
    )  # fmt: skip


def _is_sys_admin() -> bool:
    return "sys_admin" in roles_of(person())


# --- a new account ------------------------------------------------------------------------------


@blueprint.get("/people/new")
@access(roles=SYS_ADMIN, scope="province")
def new() -> str:
    """First the organisation, because it decides which posts there are to choose from."""
    chosen = request.args.get("org", "")
    with services().database.read() as session:
        if not chosen:
            return render_template(
                "people/choose.html", groups=_groups(session), address=url_for("people.new")
            )
        organisation = get_organisation(session, chosen)
    return _new_page(organisation, Entry("", chosen, frozenset()), "", [])


@blueprint.post("/people/new")
@access(roles=SYS_ADMIN, scope="province")
def create() -> Page:
    entry, login = _entry(), request.form.get("login", "")
    try:
        with services().database.write() as session:
            created = accounts.open_account(session, services().now(), person().id, login, entry)
    except Refused as refused:
        with services().database.read() as session:
            organisation = get_organisation(session, entry.org_id)
        return _new_page(organisation, entry, login, refused.problems), 422
    flash(f"已为{created.name}建立账号。请安全管理员发放初始密码后启用。", "success")
    return redirect(url_for("people.show", person_id=created.id), 303)


def _new_page(organisation: Organisation, entry: Entry, login: str, problems: list[Problem]) -> str:
    return render_template(
        "people/new.html", organisation=organisation, entry=entry, login=login, problems=problems,
        choices=posts_at(organisation.level),
    )  # fmt: skip


def posts_at(level: str) -> list[roles.Role]:
    return [role for role in roles.ROLES.values() if role.level == level]


def _entry() -> Entry:
    posted = request.form
    return Entry(
        name=posted.get("name", "").strip()[:60], org_id=posted.get("org", ""),
        roles=frozenset(posted.getlist("roles")), phone=posted.get("phone", "").strip()[:30],
        email=posted.get("email", "").strip()[:100],
    )  # fmt: skip


def _groups(session: Session) -> list[tuple[str, list[Organisation]]]:
    """Organisations under the region that they belong to, for a select."""
    top = regions.province()
    groups: dict[str, list[Organisation]] = {top.name: []}
    groups |= {city.name: [] for city in regions.cities()}
    for organisation in organisations.list_organisations(session):
        code = organisation.region_code
        groups[top.name if code == top.code else regions.city_of(code).name].append(organisation)
    return list(groups.items())


# --- an account ---------------------------------------------------------------------------------


@blueprint.get("/people/<person_id>")
@access(roles=ADMIN_ROLES, scope="province")
def show(person_id: str) -> str:
    return person_page(person_id)


def person_page(person_id: str, problems: list[Problem] | None = None, issued: str | None = None) -> str:
    """The page of an account. `issued`: a password just handed out, shown this once."""
    now = system_now()
    with services().database.read() as session:
        account = people.get(session, person_id)
        organisation = get_organisation(session, request.args.get("org") or account.org_id)
        signed_in = sessions.live_of(session, person_id, now)
        groups = _groups(session)
    return render_template(
        "people/person.html", account=account, organisation=organisation, groups=groups,
        choices=posts_at(organisation.level), held={r.role for r in account.roles},
        state=people_list.state_of(account, now), states=people_list.STATES, signed_in=signed_in,
        problems=problems or [], issued=issued, is_self=account.id == person().id, mine=roles_of(person()),
    )  # fmt: skip


@blueprint.post("/people/<person_id>")
@access(roles=SYS_ADMIN, scope="province")
def change(person_id: str) -> Page:
    try:
        with services().database.write() as session:
            moved = accounts.change(session, services().now(), person().id, person_id, _entry())
            if moved:
                sessions.end_all(session, person_id)
    except Refused as refused:
        return person_page(person_id, refused.problems), 422
    flash("已保存。岗位有变动，本人须重新登录。" if moved else "已保存。", "success")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post("/people/<person_id>/disable")
@access(roles=SYS_ADMIN, scope="province")
def disable(person_id: str) -> Page:
    try:
        with services().database.write() as session:
            returned = accounts.stop(session, services().now(), person().id, person_id)
            sessions.end_all(session, person_id)
    except Refused as refused:
        return person_page(person_id, refused.problems), 422
    handed = f"其签收的 {returned} 件事项已退回公共待办。" if returned else ""
    flash(f"账号已停用，办理记录保留。{handed}", "success")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post("/people/<person_id>/enable")
@access(roles=SYS_ADMIN, scope="province")
def enable(person_id: str) -> Page:
    with services().database.write() as session:
        accounts.start_again(session, services().now(), person().id, person_id)
    flash("账号已启用。", "success")
    return redirect(url_for("people.show", person_id=person_id), 303)
