"""A table of a form out of a workbook. Knows sheets, header rows and limits.

Every error names its cell in Chinese; nothing is saved here. What cannot be read as a workbook at all
is refused as a whole (UnreadableWorkbook).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from clusters.workbooks.workbook_open import BLANK, Book, Cell, Sheet, UnreadableWorkbook, opened
from clusters.workbooks.workbook_rows import CellError, SheetRow, judge, keep_what_no_sheet_holds, number_rows
from clusters.workbooks.workbook_schema import (
    KEYS,
    Headers,
    columns_of,
    count_known,
    fingerprint,
    is_filled_by_hand,
    recognise,
)
from engine.forms import Field, Table

MAX_SCANNED = 10_000  # rows looked at, blank ones included
TITLE_ROWS = 12  # above the header row people put titles, units and dates
FEWEST_HEADERS = 2


@dataclass(frozen=True)
class ImportResult:
    """The rows as far as they could be read, what is wrong by cell, and what was understood silently."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def can_be_saved(self) -> bool:
        """Whether nothing is wrong but what may be filled in later."""
        return all(error.is_blank for error in self.errors)


def read_table(content: bytes, table: Table, before: Iterable[Mapping[str, Any]] = ()) -> ImportResult:
    """Rows for `table` out of an uploaded workbook; `before` are the rows the form holds now."""
    columns = columns_of(table)
    with opened(content) as book:
        notes = list(_origin_notes(book, table))
        sheet, number, headers = _find_headers(book, table, columns)
        found = list(_rows(sheet, number, headers, table))
    errors = _header_errors(table, columns, headers, number)
    if len(found) > table.max_rows:
        errors.append(CellError(None, f"{table.label}最多 {table.max_rows} 行，请分开填报或删去多余的行"))
        found = found[: table.max_rows]
    rows, cell_errors = judge(table, found)
    keep_what_no_sheet_holds(table, rows, before)
    number_rows(rows)
    return ImportResult(rows, errors + cell_errors, notes + headers.notes + _remarks(table, rows))


def _origin_notes(book: Book, table: Table) -> Iterator[str]:
    """A template of another table, or of an earlier state of the form, is read by its headers too."""
    if KEYS not in book.hidden:
        return
    rows = [cells.get(1, BLANK).value for _, cells in book.hidden[KEYS].rows(3)]
    mark, key, label = (*rows, None, None, None)[:3]
    if key != table.key:
        yield f"这是“{str(label)[:30]}”的模板，不是“{table.label}”的；已按列名读取，请核对。"
    elif mark != fingerprint(table):
        yield f"“{table.label}”的栏目在模板下载之后有改动；已按列名读取，请核对。"


def _find_headers(book: Book, table: Table, columns: tuple[Field, ...]) -> tuple[Sheet, int, Headers]:
    """The sheet, the number of its header row and what each column holds."""
    for sheet in sorted(book.sheets, key=lambda sheet: sheet.title != table.sheet):
        texts = {number: _texts(cells) for number, cells in sheet.rows(TITLE_ROWS)}
        best = max(texts, key=lambda number: count_known(texts[number].values(), columns), default=0)
        if best and count_known(texts[best].values(), columns) >= min(FEWEST_HEADERS, len(columns)):
            return sheet, best, recognise(texts[best], columns)
    labels = "、".join(column.label for column in columns if is_filled_by_hand(table, column))
    raise UnreadableWorkbook(f"没有找到“{table.label}”的表头：{labels[:60]}……请用下载的模板填写。")


def _texts(cells: Mapping[int, Cell]) -> dict[int, str]:
    return {place: cell.value for place, cell in cells.items() if isinstance(cell.value, str)}


def _rows(sheet: Sheet, header_row: int, headers: Headers, table: Table) -> Iterator[SheetRow]:
    """Rows below the header that hold anything; one more than allowed, so that too many are noticed."""
    wanted = {
        place: column
        for place, column in headers.fields.items()
        if place not in headers.wrong and is_filled_by_hand(table, column)
    }
    count = 0
    for number, cells in sheet.rows(header_row + MAX_SCANNED + 1):
        if number > header_row + MAX_SCANNED:
            raise UnreadableWorkbook(f"工作表超过 {MAX_SCANNED} 行。请删去表格下方多余的空行后再导入。")
        row = _row(number, cells, wanted) if number > header_row and cells else SheetRow()
        if row.is_blank:
            continue
        yield row
        count += 1
        if count > table.max_rows:
            return


def _row(number: int, cells: Mapping[int, Cell], wanted: Mapping[int, Field]) -> SheetRow:
    row = SheetRow()
    for place, column in wanted.items():
        row.take(column, cells.get(place, BLANK), f"{get_column_letter(place)}{number}")
    return row


def _header_errors(
    table: Table, columns: Iterable[Field], headers: Headers, header_row: int
) -> list[CellError]:
    errors = [
        CellError(f"{get_column_letter(place)}{header_row}", message.rstrip("。"))
        for place, message in sorted(headers.wrong.items())
    ]
    for column in columns:
        needed = column.rules.required or column.type == "checkbox"
        if needed and not column.hides and is_filled_by_hand(table, column) and not headers.has(column):
            errors.append(CellError(f"第 {header_row} 行", f"缺少“{column.label}”一列"))
    return errors


def _remarks(table: Table, rows: list[dict[str, Any]]) -> list[str]:
    if len(rows) < table.min_rows:
        return [f"{table.label}至少需要 {table.min_rows} 行，表中有 {len(rows)} 行。"]
    return []
