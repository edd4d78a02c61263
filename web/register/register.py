"""集群名录: the designated clusters with number, term and frozen baseline (art. 15, 16)."""

from datetime import date

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clusters import numbering
from clusters.annual import annual_overview
from clusters.applications import applications
from clusters.applications.application_content import STANDING
from clusters.people import regions
from clusters.publicity import publicity
from clusters.register import baselines, cluster_cases, operators, register, register_status
from clusters.register.models import Cluster
from clusters.revocation import proposals
from engine.instances import NewInstance
from engine.models import Instance
from web.access import CASE_ROLES, access, may_see, person, roles_of
from web.csv_text import csv_lines
from web.register import changes
from web.register.publicity import STARTERS
from web.register.revocations import PROPOSERS
from web.services import services

blueprint = Blueprint("register", __name__)
READERS = CASE_ROLES | {"process_owner", "audit_admin"}
IMPORTERS = frozenset({"prov_clerk"})
COLUMNS = (
    "集群编号",
    "集群名称",
    "市州",
    "县（市、区）",
    "主导产业",
    "有效期起",
    "有效期止",
    "状态",
    "认定文号",
)


def _found() -> list[Cluster]:
    with services().database.read() as session:
        return register.search(
            session, city_code=request.args.get("city") or None, words=request.args.get("q", "")[:60]
        )


@blueprint.get("/register")
@access(roles=READERS, scope="province")
def index() -> str:
    today = services().today()
    lines = [(c, register.status_label(c, today), register.holds_title(c, today)) for c in _found()]
    with services().database.read() as session:
        standing, planned = register.standing_count(session), register.planned_count(session)
    return render_template(
        "register/register.html", lines=lines, cities=regions.cities(), standing=standing, planned=planned,
        may_import=bool(roles_of(person()) & IMPORTERS),
    )  # fmt: skip


@blueprint.post("/register/import")
@access(roles=IMPORTERS, scope="province", articles=["第五条"], act="导入既有集群")
def start_import() -> AnyResponse:
    """Begin taking over clusters that were designated before this system was in use."""
    engine, province = services().engine, regions.province().code
    with services().database.write() as session:
        key = numbering.import_key(session, services().today().year)
        new = NewInstance("register_import", key, f"既有集群导入（{key}）", province)
        instance_id = engine.start_in(session, new, by=person().id)
    engine.settle()
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


@blueprint.get("/register.csv")
@access(roles=READERS, scope="province")
def download() -> Response:
    """The same list as a table."""
    today = services().today()
    lines = csv_lines(COLUMNS, (_row(cluster, today) for cluster in _found()))
    response = Response("".join(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=register.csv"
    return response


def _row(c: Cluster, today: date) -> tuple[object, ...]:
    place = (regions.name_of(c.city_code), regions.name_of(c.county_code))
    status = register.status_label(c, today)
    return (c.cluster_no, c.name, *place, c.leading_industry, c.valid_from, c.valid_to, status, c.decision_no)


def _works_here(roles: frozenset[str], cluster: Cluster) -> bool:
    return bool(roles_of(person()) & roles) and may_see(person(), cluster.county_code)


@blueprint.get("/register/<cluster_no>")
@access(roles=READERS, scope="province")
def show(cluster_no: str) -> str:
    today = services().today()
    with services().database.read() as session:
        cluster = register.get(session, cluster_no)
        case = applications.get(session, cluster.case_no) if cluster.case_no else None
        source = session.get_one(Instance, cluster.instance_id)
        events = register_status.history(session, cluster_no)
        calendar = services().engine.parts.calendar_of(session)
        years = annual_overview.of_cluster(session, cluster, calendar, today)
        revocations = proposals.of_cluster(session, cluster_no)
        changed = changes.of_cluster(session, cluster)
        versions = baselines.versions(session, cluster_no)
        studies = publicity.of_cluster(session, cluster_no)
        published = publicity.items_of(session, [study.no for study in studies])
        cases = {i.business_key: i.id for i in cluster_cases.of_cluster(session, cluster_no)}
        operator_account = operators.has_account(session, cluster_no)
    may_propose = cluster.status in STANDING and _works_here(PROPOSERS, cluster)
    return render_template(
        "register/cluster.html", cluster=cluster, case=case, source=source, events=events,
        operator_account=operator_account,
        status=register.status_label(cluster, today),
        holds=register.holds_title(cluster, today), place=regions.full_name(cluster.county_code),
        years=years, revocations=revocations, cases=cases, words=proposals,
        may_propose=may_propose and may_see(person(), cluster.county_code),
        changes=changed, versions=versions, may_change=_may_change(cluster),
        studies=studies, published=published, publicity=publicity,
        may_publicise=cluster.status in STANDING and _works_here(STARTERS, cluster),
    )  # fmt: skip


def _may_change(cluster: Cluster) -> bool:
    """Clerks of the county, its city and the province, while the title stands (art. 17)."""
    clerk = bool(roles_of(person()) & changes.OPENERS)
    return clerk and cluster.status in STANDING and may_see(person(), cluster.county_code)
