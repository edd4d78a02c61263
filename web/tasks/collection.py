"""企业采集表: a page for each enterprise to fill in, many workbooks read back at once into the roster."""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from clusters.annex.roster import merge_by_code, who_has_not_answered
from clusters.workbooks.collection import Collected, collection_sheet, questions, read_collection_sheets
from engine.attachments import MAX_BYTES
from engine.errors import NotFound, Refused
from engine.forms import Field, Table
from web.access import access
from web.services import services
from web.tasks.form_parts import Control
from web.tasks.previews import accepted, sealed
from web.tasks.task_desk import Desk, keep_draft, open_desk
from web.tasks.task_sheets import XLSX

blueprint = Blueprint("collection", __name__)
CLERKS = frozenset({"county_clerk"})
ROSTER = "enterprises"
MOST_FILES = 300


def _open(item_id: str) -> tuple[Desk, Table]:
    with services().database.read() as session:
        desk = open_desk(session, item_id)
    table = desk.form.field(ROSTER)
    if not isinstance(table, Table):
        raise NotFound
    return desk, table


@blueprint.get("/tasks/<item_id>/collection")
@access(roles=CLERKS, scope="case")
def index(item_id: str) -> str:
    desk, _ = _open(item_id)
    return render_template("tasks/collection.html", desk=desk, result=None, silent=[], payload="")


@blueprint.get("/tasks/<item_id>/collection.xlsx")
@access(roles=CLERKS, scope="case")
def download(item_id: str) -> Response:
    """`?empty=1` one blank page, else a page for each enterprise of the roster so far."""
    desk, table = _open(item_id)
    known: list[dict[str, Any]] = [] if request.args.get("empty") else list(desk.data.get(ROSTER) or [])
    content = collection_sheet(table, str(desk.data.get("cluster_name") or ""), known, _years(desk))
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name="企业采集表.xlsx")


@blueprint.get("/tasks/<item_id>/collection/print")
@access(roles=CLERKS, scope="case")
def on_paper(item_id: str) -> str:
    """The same page on A4: `?empty=1` one blank sheet, else a sheet for each enterprise so far."""
    desk, table = _open(item_id)
    known: list[dict[str, Any]] = [] if request.args.get("empty") else list(desk.data.get(ROSTER) or [])
    asked = questions(table)
    sheets = [[(f, _in_words(f, row.get(f.key))) for f in asked] for row in known or [{}]]
    return render_template(
        "cases/collection_print.html", sheets=sheets, cluster_name=desk.data.get("cluster_name"),
        years=_years(desk),
        case_no=desk.instance.business_key, printed_at=services().now(), content_hash=None,
    )  # fmt: skip


def _years(desk: Desk) -> str:
    """Which years the enterprise is asked about: it knows neither the batch nor its application year."""
    years = sorted(row["year"] for row in desk.data.get("indicators") or [] if row.get("year"))[-3:]
    if len(years) < 3:
        return ""
    return f"“前三年”指 {years[0]} 年，“前二年”指 {years[1]} 年，“上年”指 {years[2]} 年"


def _in_words(field: Field, value: Any) -> str:
    """An answer as it reads; for a blank one the choices, to be ticked by hand."""
    if value is None and field.type == "checkbox":
        return "□是　□否"
    if value is None and field.options:
        return "　".join(f"□{option.label}" for option in field.options)
    return Control(field, field.key, value).read


@blueprint.post("/tasks/<item_id>/collection")
@access(roles=CLERKS, scope="case")
def read(item_id: str) -> str:
    """Read all that came back and show what it would change; nothing is kept yet."""
    desk, table = _open(item_id)
    files = [f for f in request.files.getlist("workbooks") if f.filename]
    if not files:
        raise Refused("请选择企业交回的采集表，可以一次选多个文件。")
    if len(files) > MOST_FILES:
        raise Refused(f"一次最多上传 {MOST_FILES} 个文件，请分批上传。")
    contents = [(f.filename or "", f.stream.read(MAX_BYTES + 1)) for f in files]
    result: Collected = read_collection_sheets(contents, table)
    roster = list(desk.data.get(ROSTER) or [])
    merged = merge_by_code(roster, result.rows)
    return render_template(
        "tasks/collection.html", desk=desk, result=result, payload=sealed(item_id, ROSTER, merged),
        count=len(merged), silent=who_has_not_answered(roster, result.rows),
    )  # fmt: skip


@blueprint.post("/tasks/<item_id>/collection/accept")
@access(roles=CLERKS, scope="case")
def accept(item_id: str) -> AnyResponse:
    desk, _ = _open(item_id)
    if not desk.may_work:
        raise Refused(desk.why_not or "")
    rows = accepted(item_id, ROSTER)
    keep_draft(desk, {**desk.data, ROSTER: rows})
    flash(f"企业名单已更新，现有 {len(rows)} 户。", "success")
    return redirect(url_for("tasks.show", item_id=item_id), 303)
