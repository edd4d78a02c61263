"""Excel beside a table: what cannot be read is said there; what has faults is mended on the spot."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from clusters.workbooks.workbook_write import write_table
from qilian.sandbox import papers
from tests.web.told import BEGUN

KEPT = {"id": "x", "name": "材料.pdf"}


@pytest.fixture
def roster(told):
    """The table, the rows of a whole roster, and the page of its section."""
    with told.database.read() as session:
        form = told.services.engine.form(session, told.bundle(), "application")
    rows = papers.application(form, KEPT, BEGUN, "漳县示例产业集群", "示例产业", 2024)["enterprises"]
    item = told.item(told.case(BEGUN), "fill_application")
    return form.field("enterprises"), rows, item, told.client_of("county_clerk", BEGUN)


def posted(client, address, content, **more):
    file = {"_sheet.enterprises": (BytesIO(content), "企业名单.xlsx")}
    return client.post(address, data={**file, **more}, content_type="multipart/form-data")


def with_cell(content, cell, value):
    book, changed = load_workbook(BytesIO(content)), BytesIO()
    book.worksheets[0][cell] = value
    book.save(changed)
    return changed.getvalue()


def test_a_file_that_is_no_workbook_is_refused_beside_the_table(roster):
    _, _, item, clerk = roster
    typed = {"enterprises.0._row": "1", "enterprises.0.name": "示例企业"}
    page = posted(clerk, f"/tasks/{item}/sections/roster", b"hello", _import="enterprises", **typed)
    assert page.status_code == 422
    assert 'href="#f-enterprises">这不是 Excel 工作簿' in page.text
    assert 'value="示例企业"' in page.text


def test_a_refused_file_does_not_hide_what_the_other_sections_lack(roster):
    _, _, item, clerk = roster
    page = posted(clerk, f"/tasks/{item}/sections/roster", b"hello", _import="enterprises").text
    contents = page[page.index('aria-label="填报目录"') :]
    assert "未填" in contents


def test_a_wrong_cell_is_named_marked_and_mended_on_the_same_page(roster):
    table, rows, item, clerk = roster
    content = write_table(table, rows)
    code = rows[15]["uscc"]
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    page = posted(
        clerk, f"/tasks/{item}/sections/roster", with_cell(content, "C17", wrong), _import="enterprises"
    )
    assert page.status_code == 422
    assert "C17: 统一社会信用代码校验位不符" in page.text
    assert f'is-wrong" title="C17: 统一社会信用代码校验位不符">{wrong}' in page.text
    assert page.text.count("序号</th>") == 1
    again = posted(clerk, f"/tasks/{item}/tables/enterprises/preview", content)
    assert again.status_code == 200
    assert f"导入这 {len(rows)} 行" in again.text


def test_nobody_else_reads_a_file_into_the_table(roster, told):
    _, _, item, _ = roster
    other = told.client_of("county_clerk", "621124")
    assert posted(other, f"/tasks/{item}/tables/enterprises/preview", b"hello").status_code in (403, 404)
