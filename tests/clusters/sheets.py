"""Workbooks as people hand them in: made from headers and rows, or spoilt on purpose."""

import zipfile
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

from clusters.workbooks.workbook_read import ImportResult, read_table
from engine.forms import Table
from tests.application_form import rows_of, table

Cells = Sequence[Any]


def a_workbook(*rows: Cells, title: str = "Sheet1") -> bytes:
    workbook = Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(list(row))
    return saved(workbook)


def edited(content: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook after somebody worked on its first sheet."""
    workbook = load_workbook(BytesIO(content))
    change(workbook.worksheets[0])
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def an_archive(members: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def with_member(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same archive with one member rewritten, or added."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    members[name] = change(members.get(name, b""))
    return an_archive(members.items())


def standards(*rows: Cells, header: Cells | None = None) -> ImportResult:
    """An import of the list of standards, a table of six plain columns."""
    header = header or ("标准编号", "标准名称", "类别", "角色", "发布日期", "企业统一社会信用代码")
    return read_table(a_workbook(header, *rows), table("standards_list"))


def a_standard(**changes: Any) -> list[Any]:
    """One row of that list as typed into Excel."""
    row = {
        "std_no": "DB62/T 1-2021",
        "title": "示例规范",
        "kind": "地方标准",
        "role": "参与",
        "published_on": "2021-10-01",
        "owner_uscc": "91621122MA70000013",
    }
    return list({**row, **changes}.values())


def told(result: ImportResult) -> list[str]:
    return [str(error) for error in result.errors]


def roster_table() -> Table:
    return table("enterprises")


def roster() -> list[dict[str, Any]]:
    return rows_of("enterprises")
