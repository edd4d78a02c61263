"""Files as strangers might send them: refused in words beside the field, nothing kept, nothing lost."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from clusters.workbooks.workbook_write import write_table
from engine.attachments import MAX_BYTES
from engine.models import Draft
from qilian.sandbox.play import PDF
from tests.clusters.sheets import an_archive
from tests.web.told import BEGUN

BOMB = an_archive([("xl/workbook.xml", bytes(8_000_000))])
SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HOSTILE = {
    "a zip bomb that calls itself a workbook": ("名单.xlsx", BOMB, "展开后过大"),
    "a program that calls itself a scan": ("扫描件.pdf", b"MZ\x90\x00" + bytes(100), "文件类型不在允许之列"),
    "a page that calls itself a scan": (
        "扫描件.pdf",
        b"<html><script>alert(1)</script>",
        "文件类型不在允许之列",
    ),
    "a scan that calls itself a workbook": ("名单.xlsx", PDF, "内容与扩展名“.xlsx”不符"),
    "a drawing with a script": ("标志.svg", SCRIPT, "此处只接受"),
    "a drawing that calls itself a picture": ("标志.png", SCRIPT, "文件类型不在允许之列"),
    "a workbook that calls itself an archive": ("资料.zip", an_archive([("xl/workbook.xml", b"x")]), "不符"),
    "a damaged archive": ("资料.zip", b"PK\x03\x04" + bytes(50), "压缩文件已损坏"),
    "an empty file": ("空.pdf", b"", "文件是空的"),
    "a file beyond 20 MB": ("大.pdf", PDF + bytes(MAX_BYTES), "文件超过 20 MB"),
}


WORDS_OF_ROSTERS = {
    "bomb": "展开后",
    "pdf": "这不是 Excel 工作簿",
    "damaged": "文件已损坏",
    "empty": "这不是 Excel 工作簿",
}


class Filling:
    """A clerk who is filling in an application, and what is kept of it."""

    def __init__(self, told) -> None:
        self.told, self.item = told, told.item(told.case(BEGUN), "fill_application")
        self.clerk = told.client_of("county_clerk", BEGUN)
        with told.database.read() as session:
            self.form = told.services.engine.form(session, told.bundle(), "application")

    def save(self, section, **fields):
        files = {n: FileStorage(*v) for n, v in fields.items() if isinstance(v, tuple)}
        boundary, body = encode_multipart(fields | files)
        sent = f"multipart/form-data; boundary={boundary}"
        return self.clerk.post(f"/tasks/{self.item}/sections/{section}", data=body, content_type=sent)

    def draft(self):
        with self.told.database.read() as session:
            return session.scalars(sa.select(Draft.data).where(Draft.item_id == self.item)).one()

    def stored(self):
        return sorted(p.name for p in (self.told.home / "attachments").rglob("*") if p.is_file())


@pytest.fixture
def filling(told):
    return Filling(told)


@pytest.mark.parametrize(("name", "content", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_attachment_is_refused_in_words(filling, name, content, words):
    before = filling.stored()
    answer = filling.save(
        "evidence",
        **{
            "attachments.0._row": "1",
            "attachments.0.title": "佐证一",
            "attachments.0.file": (BytesIO(content), name),
        },
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert filling.stored() == before
    kept = filling.draft()["attachments"][0]
    assert (kept["title"], kept.get("file") or []) == ("佐证一", [])


def test_a_good_attachment_is_kept_under_its_hash_and_named_without_its_path(filling):
    name = "../../用户/承诺书.pdf"
    assert filling.save("cover", truth_commitment=(BytesIO(PDF), name)).status_code == 303
    (kept,) = filling.draft()["truth_commitment"]
    assert kept["name"] == "承诺书.pdf"
    assert kept["sha256"] in filling.stored()
    fetched = filling.clerk.get(f"/attachments/{kept['id']}")
    assert fetched.data == PDF
    fetched.close()


def test_a_reference_to_somebody_elses_file_is_not_believed(filling):
    other = filling.told.playing("620902").file
    filling.save("cover", truth_commitment=other["id"], cluster_name="漳县盐化工集群（虚构）")
    assert not filling.draft().get("truth_commitment")
    assert filling.clerk.get(f"/attachments/{other['id']}").status_code == 403


@pytest.mark.parametrize("content", [BOMB, PDF, b"PK\x03\x04" + bytes(60), b""], ids=WORDS_OF_ROSTERS)
def test_a_hostile_roster_is_refused_in_words_and_the_rows_stay(filling, content, request):
    row = {"enterprises.0._row": "1", "enterprises.0.name": "漳县示例盐业（虚构）"}
    sheet = {"_import": "enterprises", "_sheet.enterprises": (BytesIO(content), "名单.xlsx")}
    answer = filling.save("roster", **sheet, **row)
    assert answer.status_code == 422
    assert WORDS_OF_ROSTERS[request.node.callspec.id] in answer.text
    assert [row["name"] for row in filling.draft()["enterprises"]] == ["漳县示例盐业（虚构）"]


def test_a_request_beyond_the_limit_is_refused_in_words(filling):
    filling.told.app.config["MAX_CONTENT_LENGTH"] = 10_000
    answer = filling.save("cover", truth_commitment=(BytesIO(PDF + bytes(20_000)), "大.pdf"))
    assert answer.status_code == 413
    assert "上传的内容过大" in answer.text


def test_formulas_in_a_roster_are_named_and_never_computed(filling):
    rows = [{"name": '=HYPERLINK("http://example.org","甲")', "uscc": "91621125MA7000001X"}]
    content = write_table(filling.form.field("enterprises"), rows)
    sheet = {"_import": "enterprises", "_sheet.enterprises": (BytesIO(content), "名单.xlsx")}
    preview = filling.save("roster", **sheet)
    assert "=HYPERLINK(" in preview.text
    assert 'href="http://example.org' not in preview.text


def test_a_script_that_is_typed_is_shown_as_text(filling):
    filling.save("cover", cluster_name="<script>alert(1)</script>")
    for address in (f"/tasks/{filling.item}/sections/cover", f"/tasks/{filling.item}/print", "/cases"):
        assert "<script>alert(1)" not in filling.clerk.get(address).text
