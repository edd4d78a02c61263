"""The gate for uploaded workbooks: measured before anything opens them, then read row by row.

Knows zip containers, what Excel can hide in one, and openpyxl's reading mode; nothing of forms. Whoever
reads on sees sheets of plain cells.
"""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from engine.errors import Refused

MAX_BYTES = 10 * 1024 * 1024
MAX_MEMBERS = 300
MAX_UNPACKED = 40 * 1024 * 1024
MAX_RATIO = 100
# A roster of 500 rows is about one megabyte and 140,000 tags. Time and memory grow with the tags; those
# other than rows, cells and their texts cost up to a hundred times as much, so they have limits of their own.
MAX_XML = 8 * 1024 * 1024
MAX_TAGS = 400_000
MAX_COSTLY = {"xl/worksheets/": 10_000, "xl/sharedStrings.xml": MAX_TAGS, "xl/styles.xml": 60_000, "": 5_000}
MAX_SHEETS = 100
MAX_SHEET_TAGS = 4_000_000  # if every sheet were the largest one: many names may point at one member
MAX_COLUMNS = 200

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENT, MACROS, BINARY = "xl/workbook.xml", "xl/vbaProject.bin", "xl/workbook.bin"
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, RuntimeError, ValueError)
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf", ".bin")
CHEAP = re.compile(rb"<(?:/|(?:\w{1,20}:)?(?:row|c|v|is|t|f|col)[\s/>])")
SHEET = re.compile(rb"<(?:\w{1,20}:)?sheet[\s/>]")
FORMULA = re.compile(rb"<(?:\w{1,20}:)?c\s([^<>]{0,200})>\s{0,20}<(?:\w{1,20}:)?f[\s/>]")
ADDRESS = re.compile(rb'(?:^|\s)r="([A-Z]{1,3}\d{1,7})"')
SAVE_AS = "请在 Excel 或 WPS 中另存为“Excel 工作簿（.xlsx）”后再导入。"
TOO_LARGE = "文件展开后过大，已拒收。请只保留要导入的工作表，删去多余的行、列和图片。"


class UnreadableWorkbook(Refused):
    """无法读取所上传的文件。"""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell holds. Of a formula only that it is one is known, never what it says."""

    value: Any
    number_format: str = "General"
    is_formula: bool = False
    is_error: bool = False


BLANK = Cell(None)


@dataclass(frozen=True)
class Sheet:
    """One visible sheet, read from the file every time its rows are asked for."""

    title: str
    source: Any
    formulas: frozenset[str]

    def rows(self, limit: int) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Row number and the cells that hold anything, by column number; no more than `limit` rows."""
        self.source.reset_dimensions()  # what a file says of its own size is not to be relied on
        for number, row in enumerate(islice(self.source.iter_rows(max_col=MAX_COLUMNS), limit), 1):
            yield (
                number,
                {
                    place: self._cell(cell, place, number)
                    for place, cell in enumerate(row, 1)
                    if cell.value is not None or self._is_formula(place, number)
                },
            )

    def _cell(self, cell: Any, place: int, number: int) -> Cell:
        is_formula = self._is_formula(place, number)
        if cell.value is None:
            return Cell(None, is_formula=is_formula)
        return Cell(cell.value, str(cell.number_format), is_formula, cell.data_type == "e")

    def _is_formula(self, place: int, number: int) -> bool:
        return bool(self.formulas) and f"{get_column_letter(place)}{number}" in self.formulas


@dataclass(frozen=True)
class Book:
    """A workbook that passed the gate: what people see, and what is hidden by title."""

    sheets: tuple[Sheet, ...]
    hidden: Mapping[str, Sheet]


@contextmanager
def opened(content: bytes) -> Iterator[Book]:
    """The workbook, to be read while it is open. UnreadableWorkbook says why it cannot be."""
    formulas = _measured(content)
    try:
        workbook = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # a hostile file can break the reader anywhere
        raise UnreadableWorkbook(f"文件已损坏，{SAVE_AS}") from error
    try:
        yield _book(workbook, formulas)
    except Refused:
        raise
    except Exception as error:  # sheets are parsed while they are read
        raise UnreadableWorkbook(f"文件内容已损坏，{SAVE_AS}") from error
    finally:
        workbook.close()


def _book(workbook: Any, formulas: Mapping[str, frozenset[str]]) -> Book:
    """Each member once, under the first name that points at it."""
    shown: list[Sheet] = []
    hidden: dict[str, Sheet] = {}
    seen: set[str] = set()
    for source in workbook.worksheets:
        member = source._worksheet_path.lstrip("/")
        if member in seen:
            continue
        seen.add(member)
        sheet = Sheet(source.title, source, formulas.get(member, frozenset()))
        if source.sheet_state == "visible":
            shown.append(sheet)
        else:
            hidden[source.title] = sheet
    return Book(tuple(shown), hidden)


def _measured(content: bytes) -> dict[str, frozenset[str]]:
    """The addresses of formulas by member; refuses what is too large or no workbook."""
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise UnreadableWorkbook(f"文件超过 {limit} MB。请只保留要导入的工作表，删去图片后再导入。")
    if content.startswith(OLE):
        raise UnreadableWorkbook(f"这是旧版 .xls 文件，或设有打开密码。{SAVE_AS}")
    if not content.startswith(ZIP):
        raise UnreadableWorkbook(f"这不是 Excel 工作簿。{SAVE_AS}")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _measure_members(archive.infolist(), len(content))
            return _scanned(archive)
    except BROKEN as error:
        raise UnreadableWorkbook(f"文件已损坏，{SAVE_AS}") from error


def _measure_members(members: list[zipfile.ZipInfo], size: int) -> None:
    names = {member.filename for member in members}
    unpacked = sum(member.file_size for member in members)
    xml = sum(member.file_size for member in members if not _is_picture(member.filename))
    if len(members) > MAX_MEMBERS or unpacked > min(MAX_UNPACKED, MAX_RATIO * size) or xml > MAX_XML:
        raise UnreadableWorkbook(TOO_LARGE)
    if len(names) != len(members):
        raise UnreadableWorkbook(f"文件已损坏，{SAVE_AS}")
    if MACROS in names:
        raise UnreadableWorkbook(f"文件含有宏，已拒收。{SAVE_AS}")
    if CONTENT not in names:
        kind = "这是二进制的 .xlsb 文件。" if BINARY in names else "这不是 Excel 工作簿。"
        raise UnreadableWorkbook(kind + SAVE_AS)


def _is_picture(name: str) -> bool:
    """What the reader never parses; everything else counts as XML, whatever it calls itself."""
    return name.startswith("xl/") and name.lower().endswith(PICTURES)


def _scanned(archive: zipfile.ZipFile) -> dict[str, frozenset[str]]:
    """Reads every member that a parser will see, and counts before one does."""
    tags: Counter[str] = Counter()
    sheets = largest = 0
    formulas = {}
    for name in archive.namelist():
        if _is_picture(name):
            continue
        xml = archive.read(name)
        _refuse_declarations(xml)
        _count(name, xml, tags)
        sheets += sum(1 for _ in SHEET.finditer(xml))
        largest = max(largest, xml.count(b"<"))
        formulas[name] = _formulas(xml)
    if sheets > MAX_SHEETS or sheets * largest > MAX_SHEET_TAGS:
        raise UnreadableWorkbook(TOO_LARGE)
    return formulas


def _count(name: str, xml: bytes, tags: Counter[str]) -> None:
    kind = next(kind for kind in MAX_COSTLY if name.startswith(kind))
    count = xml.count(b"<")
    tags["all"] += count
    tags[kind] += count - sum(1 for _ in CHEAP.finditer(xml))
    if tags["all"] > MAX_TAGS or tags[kind] > MAX_COSTLY[kind]:
        raise UnreadableWorkbook(TOO_LARGE)


def _refuse_declarations(xml: bytes) -> None:
    """Office writes neither a document type nor entities, and always UTF-8."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\0" in xml[:200]:
        raise UnreadableWorkbook("文件含有不允许的 XML 声明，已拒收。")


def _formulas(xml: bytes) -> frozenset[str]:
    """Addresses of formula cells. For the reader's words only: what stays unseen is read as its value."""
    attributes = (match[1] for match in FORMULA.finditer(xml))
    return frozenset(found[1].decode() for text in attributes if (found := ADDRESS.search(text)))
