"""培育台账: the duties of articles 6 to 10 as a light record, by place, kind and year."""

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clusters.cultivation import ledger
from clusters.cultivation.ledger import KINDS
from clusters.cultivation.models import LedgerEntry
from clusters.people import regions
from clusters.register import register
from engine import audit
from engine.errors import NotAllowed, NotFound, Problem, Refused
from web.access import CASE_ROLES, access, may_see, person, visible_scopes
from web.csv_text import csv_lines
from web.posted import posted_text
from web.render import wan
from web.services import services

blueprint = Blueprint("ledger", __name__)
WRITERS = frozenset({"county_clerk", "city_clerk", "prov_clerk"})
ARTICLES = tuple(dict.fromkeys(kind.article for kind in KINDS.values()))
CSV_COLUMNS = ("类别", "依据", "日期", "地区", "集群编号", "名称", "内容", "状态")


def _own_region() -> str | None:
    """Where the person writes: the region of the clerk's seat."""
    return next((seat.scope for seat in person().seats if seat.role in WRITERS), None)


def _asked() -> tuple[str, int | None]:
    return request.args.get("kind", ""), request.args.get("year", type=int)


def _found() -> list[LedgerEntry]:
    (kind, year), places, within = _asked(), sorted(visible_scopes(person())), request.args.get("region", "")
    with services().database.read() as session:
        return ledger.rows(
            session, places, kind=kind, year=year, cluster_no=request.args.get("cluster", ""),
            within=within if within in regions.all_regions() else "",
        )  # fmt: skip


@blueprint.get("/ledger")
@access(roles=CASE_ROLES, scope="region", articles=ARTICLES, act="查看培育台账")
def index() -> str:
    return _page([])


def _page(problems: list[Problem], kind_code: str = "") -> str:
    found, region = _found(), _own_region()
    kind = KINDS.get(kind_code or _asked()[0])
    with services().database.read() as session:
        seen = [c for c in register.standing(session) if may_see(person(), c.county_code)]
    clusters = [c for c in seen if region and regions.within(c.county_code, region)]
    return render_template(
        "register/ledger.html", entries=found, sums=ledger.sums(found), kinds=KINDS, kind=kind, region=region,
        clusters=clusters, problems=problems, typed=request.form, shown=shown, wan=wan, asked=_asked(),
        years=range(services().today().year, 2022, -1), seen=seen, places=_places(),
    )  # fmt: skip


def _places() -> list[regions.Region]:
    """The regions that this person may look at one by one."""
    scopes = visible_scopes(person())
    below = [r for c in regions.cities() for r in (c, *regions.counties_of(c.code))]
    return [r for r in below if any(regions.within(r.code, scope) for scope in scopes)]


def shown(entry: LedgerEntry) -> str:
    """The details of a row in words."""
    parts = []
    for detail in KINDS[entry.kind].details:
        value = entry.details.get(detail.key)
        if value is not None:
            parts.append(
                f"{detail.label}{wan(value)}万元" if detail.type == "money" else f"{detail.label}{value}"
            )
    return "，".join(parts)


@blueprint.post("/ledger/<kind>")
@access(roles=WRITERS, scope="region", articles=ARTICLES, act="登记培育台账")
def enter(kind: str) -> AnyResponse | tuple[str, int]:
    region = _own_region()
    if region is None:
        raise NotAllowed("只有经办人可以登记台账。")
    try:
        with services().database.write() as session:
            row = ledger.enter(
                session, kind, request.form, region, person().id, services().today(), services().now()
            )
            facts = {"kind": row.kind, "title": row.title}
            audit.record(
                session, services().now(), person().id, "ledger.entered", subject=row.id, facts=facts
            )
    except Refused as refused:
        return _page(refused.problems, kind), 422
    flash("已登记。", "success")
    return redirect(url_for("ledger.index", kind=kind), 303)


@blueprint.post("/ledger/entries/<entry_id>/void")
@access(roles=WRITERS, scope="region")
def void(entry_id: str) -> AnyResponse:
    """Only the office that entered a row takes it back, with a reason."""
    with services().database.write() as session:
        row = session.get(LedgerEntry, entry_id)
        if row is None:
            raise NotFound("台账没有这一条。")
        if row.region_code != _own_region():
            raise NotAllowed("只能作废本单位登记的台账。")
        ledger.void(session, entry_id, person().id, posted_text("reason"), services().now())
        facts = {"reason": row.void_reason}
        audit.record(session, services().now(), person().id, "ledger.voided", subject=row.id, facts=facts)
    flash("已作废。", "success")
    return redirect(url_for("ledger.index", kind=row.kind), 303)


@blueprint.get("/ledger.csv")
@access(roles=CASE_ROLES, scope="region")
def download() -> Response:
    lines = csv_lines(CSV_COLUMNS, (_line(row) for row in _found()))
    response = Response("".join(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=ledger.csv"
    return response


def _line(row: LedgerEntry) -> tuple[object, ...]:
    kind, state = KINDS[row.kind], f"作废：{row.void_reason}" if row.voided_at else "有效"
    place = regions.full_name(row.region_code)
    return kind.label, kind.article, row.on, place, row.cluster_no or "", row.title, shown(row), state


def install(app: Flask) -> None:
    """The report's task shows rows of the ledger as this page does."""
    app.add_template_global(shown, "ledger_details")
    app.jinja_env.globals["LEDGER_KINDS"] = KINDS
