"""Reading an Excel file into a table of a form: shown first, kept only when the person says so."""

from flask import render_template, request

from clusters.workbooks.workbook_read import read_table
from engine.attachments import MAX_BYTES
from engine.errors import NotFound, Refused
from engine.forms import Form, Table
from web.tasks.previews import sealed
from web.tasks.task_desk import Desk


def sheet_of(form: Form, key: str) -> Table:
    field = form.field(key)
    if not isinstance(field, Table) or not field.sheet:
        raise NotFound
    return field


def section_of(form: Form, table: Table) -> str:
    return next(s.key for s in form.sections if table.key in {f.key for f in s.fields})


def preview_import(desk: Desk, key: str) -> tuple[str, int]:
    """What the uploaded workbook would bring; nothing is kept yet."""
    table = sheet_of(desk.form, key)
    upload = request.files.get(f"_sheet.{key}")
    if upload is None or not upload.filename:
        raise Refused("请先选择要导入的 Excel 文件。")
    result = read_table(upload.stream.read(MAX_BYTES + 1), table, desk.data.get(key) or [])
    shown = render_template(
        "tasks/sheet_preview.html",
        desk=desk, table=table, result=result, section=section_of(desk.form, table),
        payload=sealed(desk.item.id, table.key, result.rows),
        columns=[c for c in table.columns if not (c.readonly and c.label == "序号")],
        faults={error.path: error for error in result.errors if error.path},
    )  # fmt: skip
    return shown, 200 if result.can_be_saved else 422
