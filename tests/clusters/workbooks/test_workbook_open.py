"""What may be opened at all. Hostile files are measured, refused in words, and cost little."""

import time
import warnings
import zipfile
from io import BytesIO
from typing import Any

import pytest

from clusters.workbooks.workbook_open import MAX_BYTES, MAX_MEMBERS, MAX_UNPACKED, UnreadableWorkbook, opened
from clusters.workbooks.workbook_read import read_table
from tests.application_form import table
from tests.clusters.sheets import a_standard, a_workbook, an_archive, with_member

HEADER = ("标准编号", "标准名称", "类别", "角色", "发布日期", "企业统一社会信用代码")
SHEET = "xl/worksheets/sheet1.xml"


def good() -> bytes:
    return a_workbook(HEADER, a_standard())


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableWorkbook) as refused:
        read_table(content, table("standards_list"))
    return str(refused.value)


def test_an_ordinary_workbook_is_opened() -> None:
    with opened(good()) as book:
        assert [sheet.title for sheet in book.sheets] == ["Sheet1"]


def test_an_old_xls_or_encrypted_file_is_told_to_be_saved_as_xlsx() -> None:
    message = refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    assert ".xls" in message
    assert "另存为" in message


@pytest.mark.parametrize("content", [b"", b"name,uscc\n1,2\n", b"<html></html>", b"%PDF-1.7"])
def test_what_is_no_workbook_is_refused_in_words(content: bytes) -> None:
    assert "这不是 Excel 工作簿" in refusal(content)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    assert "这不是 Excel 工作簿" in refusal(an_archive([("notes.txt", b"x")]))


def test_a_word_document_is_refused() -> None:
    assert "这不是 Excel 工作簿" in refusal(an_archive([("word/document.xml", b"<w/>")]))


def test_a_binary_workbook_is_told_apart() -> None:
    assert ".xlsb" in refusal(an_archive([("xl/workbook.bin", b"x")]))


def test_macros_are_refused() -> None:
    assert "宏" in refusal(with_member(good(), "xl/vbaProject.bin", lambda _: b"x"))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_member(good(), SHEET, lambda sheet: sheet + b" " * (64 * 1024 * 1024))
    started = time.process_time()
    assert "展开后过大" in refusal(bomb)
    assert time.process_time() - started < 5


def test_a_workbook_of_just_the_allowed_size_is_read() -> None:
    """Incompressible ballast, so that the ratio is not what decides."""
    with zipfile.ZipFile(BytesIO(good())) as archive:
        inside = sum(member.file_size for member in archive.infolist())
    for extra, is_read in ((0, True), (1, False)):
        size = MAX_UNPACKED - inside + extra
        content = with_member(good(), "xl/media/image1.png", lambda _, size=size: _half_random(size))
        assert len(content) < MAX_BYTES
        if is_read:
            assert len(read_table(content, table("standards_list")).rows) == 1
        else:
            assert "展开后过大" in refusal(content)


def _half_random(size: int) -> bytes:
    """Compresses to a few per cent: neither beyond the ratio nor beyond the upload limit."""
    import random

    block = random.Random(1).randbytes(1024)
    return (block + bytes(31 * 1024)).ljust(32 * 1024) * (size // 32768) + bytes(size % 32768)


def test_too_many_members_are_refused() -> None:
    with zipfile.ZipFile(BytesIO(good())) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    room = MAX_MEMBERS - len(members)
    extra = [(f"xl/media/{number}.png", b"x" * 200) for number in range(room + 1)]
    assert len(read_table(an_archive(members + extra[:-1]), table("standards_list")).rows) == 1
    assert "展开后过大" in refusal(an_archive(members + extra))


def test_a_file_beyond_the_upload_limit_is_not_even_looked_into() -> None:
    assert "MB" in refusal(b"PK\x03\x04" + bytes(MAX_BYTES))


def test_members_of_one_name_are_refused() -> None:
    buffer = BytesIO(good())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr(SHEET, b"<worksheet/>")
    assert "损坏" in refusal(buffer.getvalue())


@pytest.mark.parametrize(
    "declaration", [b'<!DOCTYPE x [<!ENTITY a "aaaa">]>', b"<!DOCTYPE x SYSTEM 'file:///'>"]
)
def test_document_types_and_entities_are_refused(declaration: bytes) -> None:
    head = b'<?xml version="1.0"?>'
    for member in (SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        spoilt = with_member(good(), member, lambda xml: head + declaration + xml.split(b"?>", 1)[-1])
        assert "XML 声明" in refusal(spoilt)


def test_declarations_in_another_encoding_are_refused() -> None:
    def recode(xml: bytes) -> bytes:
        text = xml.decode().split("?>", 1)[-1]
        return f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>{text}'.encode("utf-16")

    assert "XML 声明" in refusal(with_member(good(), SHEET, recode))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda xml: xml[: len(xml) // 2],
        lambda xml: b"",
        lambda xml: xml.replace(b'<row r="1"', b'<row r="one"'),
        lambda xml: xml.replace(b'r="A2"', b'r="??"'),
        lambda xml: xml.replace(b'<c r="A2" t="inlineStr">', b'<c r="A2" t="s"><v>99999</v>'),
        lambda xml: xml.replace(b'<c r="A2" t="inlineStr">', b'<c r="A2" t="n"><v>nan</v>'),
    ],
)
def test_a_damaged_sheet_is_refused_in_words(spoil: Any) -> None:
    spoilt = with_member(good(), SHEET, spoil)
    assert spoilt != with_member(good(), SHEET, bytes)
    assert "损坏" in refusal(spoilt)


def test_a_truncated_file_is_refused() -> None:
    assert "损坏" in refusal(good()[:-40])


def test_a_member_that_lies_about_its_content_is_refused() -> None:
    content = bytearray(good())
    at = content.find(b"xl/worksheets/sheet1.xml") + 60
    content[at : at + 20] = bytes(20)
    assert "损坏" in refusal(bytes(content))


def test_rows_and_columns_far_out_cost_nothing() -> None:
    """A cell in the last column, a row numbered in the thousand millions: read no further than needed."""
    far = b'<row r="3000000000"><c r="A3000000000"><v>1</v></c></row></sheetData>'
    wide = b'<c r="XFD2"><v>1</v></c></row></sheetData>'
    started = time.process_time()
    assert "空行" in refusal(with_member(good(), SHEET, lambda x: x.replace(b"</sheetData>", far)))
    widened = with_member(good(), SHEET, lambda x: x.replace(b"</row></sheetData>", wide))
    assert len(read_table(widened, table("standards_list")).rows) == 1
    assert time.process_time() - started < 5


COSTLY = b'<conditionalFormatting sqref="A1"/>'
SHEET_NAME = (
    b'<sheet name="a" sheetId="9" r:id="rId1"'
    b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
)


@pytest.mark.parametrize(
    ("member", "before", "inserted"),
    [
        (SHEET, b"</row></sheetData>", b"<c/>" * 400_000),
        (SHEET, b"<pageMargins", COSTLY * 10_001),
        (SHEET, b"<pageMargins", b" " * (8 * 1024 * 1024)),
        ("xl/styles.xml", b"</cellXfs>", b"<xf/>" * 60_001),
        ("xl/workbook.xml", b"</sheets>", SHEET_NAME * 101),
    ],
)
def test_a_workbook_that_would_take_long_to_parse_is_refused(
    member: str, before: bytes, inserted: bytes
) -> None:
    ballast = with_member(good(), "xl/media/image1.png", lambda _: _half_random(6_000_000))
    content = with_member(ballast, member, lambda xml: xml.replace(before, inserted + before))
    assert len(content) < MAX_BYTES
    assert "展开后过大" in refusal(content)


def test_many_names_for_one_sheet_count_as_one() -> None:
    named = with_member(
        good(), "xl/workbook.xml", lambda x: x.replace(b"</sheets>", SHEET_NAME * 50 + b"</sheets>")
    )
    with opened(named) as book:
        assert [sheet.title for sheet in book.sheets] == ["Sheet1"]
