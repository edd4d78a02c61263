"""Excel beside a table of a form: template, export, import with a preview before anything is kept."""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from clusters.workbook_read import read_table
from clusters.workbook_write import write_table, write_template
from engine.attachments import MAX_BYTES
from engine.db import dump_json, load_json
from engine.errors import NotFound, Refused
from engine.forms import Table
from web.access import CASE_ROLES, access, person
from web.services import services
from web.tasks import Desk, open_desk

blueprint = Blueprint("task_sheets", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _open(item_id: str, key: str) -> tuple[Desk, Table]:
    with services().database.read() as session:
        desk = open_desk(session, item_id)
    field = desk.form.field(key)
    if not isinstance(field, Table) or not field.sheet:
        raise NotFound
    return desk, field


def _section_of(desk: Desk, table: Table) -> str:
    return next(s.key for s in desk.form.sections if table.key in {f.key for f in s.fields})


@blueprint.get("/tasks/<item_id>/tables/<key>")
@access(roles=CASE_ROLES, scope="case")
def table(item_id: str, key: str) -> Response:
    """The workbook: `?empty=1` a template to fill in, else with the rows so far."""
    desk, found = _open(item_id, key)
    rows: list[dict[str, Any]] = [] if request.args.get("empty") else list(desk.data.get(key) or [])
    content = write_table(found, rows) if rows else write_template(found)
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=f"{found.label}.xlsx")


@blueprint.post("/tasks/<item_id>/tables/<key>/import")
@access(roles=CASE_ROLES, scope="case")
def preview(item_id: str, key: str) -> str | tuple[str, int]:
    """Read the workbook and show what it would bring; nothing is kept yet."""
    desk, found = _open(item_id, key)
    upload = request.files.get("workbook")
    if upload is None or not upload.filename:
        raise Refused("请选择要导入的 Excel 文件。")
    result = read_table(upload.stream.read(MAX_BYTES + 1), found, desk.data.get(key) or [])
    shown = render_template(
        "sheet_preview.html", desk=desk, table=found, result=result, section=_section_of(desk, found),
        payload=dump_json(result.rows),
    )  # fmt: skip
    return shown, 422 if result.errors else 200


@blueprint.post("/tasks/<item_id>/tables/<key>/accept")
@access(roles=CASE_ROLES, scope="case")
def accept(item_id: str, key: str) -> AnyResponse:
    """The previewed rows become the draft; they are cleaned like anything that is typed."""
    desk, found = _open(item_id, key)
    if not desk.may_work:
        raise Refused(desk.why_not or "")
    rows = load_json(request.form.get("payload", "[]"))
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise Refused("预览内容已失效，请重新导入。")
    data = {**desk.data, key: rows}
    with services().engine.desk(person().id) as acts:
        acts.save_draft(item_id, desk.form.clean(data, draft=True))
    flash(f"已导入 {len(rows)} 行。", "success")
    if not desk.is_long:
        return redirect(url_for("tasks.show", item_id=item_id), 303)
    section = _section_of(desk, found)
    return redirect(url_for("tasks.show_section", item_id=item_id, section=section), 303)
