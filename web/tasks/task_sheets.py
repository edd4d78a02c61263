"""Excel beside a table of a form: template, export, and taking over what was previewed."""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from clusters.workbooks.workbook_write import write_table, write_template
from engine.errors import Refused
from engine.forms import Table
from web.access import CASE_ROLES, access
from web.services import services
from web.tasks.previews import accepted
from web.tasks.task_desk import Desk, keep_draft, open_desk
from web.tasks.task_import import preview_import, section_of, sheet_of

blueprint = Blueprint("task_sheets", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _open(item_id: str, key: str) -> tuple[Desk, Table]:
    with services().database.read() as session:
        desk = open_desk(session, item_id)
    return desk, sheet_of(desk.form, key)


@blueprint.get("/tasks/<item_id>/tables/<key>")
@access(roles=CASE_ROLES, scope="case")
def table(item_id: str, key: str) -> Response:
    """The workbook: `?empty=1` a template to fill in, else with the rows so far."""
    desk, found = _open(item_id, key)
    rows: list[dict[str, Any]] = [] if request.args.get("empty") else list(desk.data.get(key) or [])
    known = list(desk.data.get(key) or []) if found.fixed else []
    content = write_table(found, rows) if rows else write_template(found, known)
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=f"{found.label}.xlsx")


@blueprint.post("/tasks/<item_id>/tables/<key>/preview")
@access(roles=CASE_ROLES, scope="case")
def preview(item_id: str, key: str) -> tuple[str, int]:
    """The file once more, mended in Excel: chosen on the page that named its faults."""
    desk, _ = _open(item_id, key)
    if not desk.may_work:
        raise Refused(desk.why_not or "")
    return preview_import(desk, key)


@blueprint.post("/tasks/<item_id>/tables/<key>/accept")
@access(roles=CASE_ROLES, scope="case")
def accept(item_id: str, key: str) -> AnyResponse:
    """The previewed rows become the draft; they are cleaned like anything that is typed."""
    desk, found = _open(item_id, key)
    if not desk.may_work:
        raise Refused(desk.why_not or "")
    rows = accepted(item_id, key)
    data = {**desk.data, key: rows}
    keep_draft(desk, data)
    flash(f"已导入 {len(rows)} 行。", "success")
    if not desk.is_long:
        return redirect(url_for("tasks.show", item_id=item_id), 303)
    section = section_of(desk.form, found)
    return redirect(url_for("tasks.show_section", item_id=item_id, section=section), 303)
