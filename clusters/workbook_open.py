"""The gate for uploaded workbooks: measured before anything opens them, then opened for reading only.

Knows zip containers and what Excel can hide in one; nothing of forms. What it lets through is still
read row by row with limits.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from engine.errors import Refused

MAX_BYTES = 10 * 1024 * 1024
MAX_MEMBERS = 300
MAX_UNPACKED = 16 * 1024 * 1024  # a roster of 500 rows is about one megabyte
MAX_RATIO = 100

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENT, MACROS, BINARY = "xl/workbook.xml", "xl/vbaProject.bin", "xl/workbook.bin"
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, RuntimeError, ValueError)
XML = (".xml", ".rels", ".vml")
SAVE_AS = "请在 Excel 或 WPS 中另存为“Excel 工作簿（.xlsx）”后再导入。"


class UnreadableWorkbook(Refused):
    """无法读取所上传的文件。"""


@contextmanager
def opened(content: bytes) -> Iterator[Any]:
    """The workbook, read row by row; formulas stay visible as formulas. UnreadableWorkbook says why not."""
    _measure(content)
    try:
        workbook = load_workbook(BytesIO(content), read_only=True, keep_links=False)
    except Exception as error:  # a hostile file can break the reader anywhere
        raise UnreadableWorkbook(f"文件已损坏，{SAVE_AS}") from error
    try:
        yield workbook
    except (Refused, GeneratorExit):
        raise
    except Exception as error:  # sheets are parsed while they are read
        raise UnreadableWorkbook(f"文件内容已损坏，{SAVE_AS}") from error
    finally:
        workbook.close()


def _measure(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise UnreadableWorkbook(
            f"文件超过 {MAX_BYTES // 1024 // 1024} MB。请只保留要导入的工作表，删去图片后再导入。"
        )
    if content.startswith(OLE):
        raise UnreadableWorkbook(f"这是旧版 .xls 文件，或设有打开密码。{SAVE_AS}")
    if not content.startswith(ZIP):
        raise UnreadableWorkbook(f"这不是 Excel 工作簿。{SAVE_AS}")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _measure_members(archive, len(content))
    except BROKEN as error:
        raise UnreadableWorkbook(f"文件已损坏，{SAVE_AS}") from error


def _measure_members(archive: zipfile.ZipFile, size: int) -> None:
    members = archive.infolist()
    names = {member.filename for member in members}
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * size:
        raise UnreadableWorkbook("文件展开后过大，已拒收。请只保留要导入的工作表，删去多余的行、列和图片。")
    if len(names) != len(members):
        raise UnreadableWorkbook(f"文件已损坏，{SAVE_AS}")
    if MACROS in names:
        raise UnreadableWorkbook(f"文件含有宏，已拒收。{SAVE_AS}")
    if CONTENT not in names:
        kind = "这是二进制的 .xlsb 文件。" if BINARY in names else "这不是 Excel 工作簿。"
        raise UnreadableWorkbook(kind + SAVE_AS)
    for member in members:
        if member.filename.lower().endswith(XML):
            _refuse_declarations(archive.read(member))


def _refuse_declarations(xml: bytes) -> None:
    """Office writes neither a document type nor entities, and always UTF-8."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\0" in xml[:200]:
        raise UnreadableWorkbook("文件含有不允许的 XML 声明，已拒收。")
