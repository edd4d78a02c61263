"""企业采集表: one page per enterprise to fill in, and many of them read back into roster rows.

Knows the page of labels and values. Its questions are the columns of the roster in the form; what the
system fills in is not asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from clusters.workbooks.workbook_open import BLANK, Sheet, UnreadableWorkbook, opened
from clusters.workbooks.workbook_rows import CellError, SheetRow, judge
from clusters.workbooks.workbook_schema import columns_of, header, names_of, plain
from clusters.workbooks.workbook_write import BOX, GREY, WRAP, OptionLists, Pen, restrict, saved, sheet_title
from engine.errors import Refused
from engine.forms import Field, Table

CODE = "uscc"
LABEL_WIDTH, VALUE_WIDTH = 21, 27
PAIRS = ("A", "C")  # columns of the labels; each value stands to its right
YEARS_ROW, FIRST_ROW = 3, 4
FEWEST_LABELS = 3
MOST_ROWS, MOST_SHEETS, MOST_FILES = 200, 50, 1000
SIGNATURE = ("填表人", "联系电话", "填表日期", "企业（盖章）")


@dataclass(frozen=True)
class Collected:
    """What came back: per enterprise only what it answered, problems by file, what replaced what."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: dict[str, list[CellError]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def collection_sheet(
    table: Table, cluster_name: str = "", enterprises: Sequence[Mapping[str, Any]] = (), years: str = ""
) -> bytes:
    """One page for each enterprise with what is known of it, or a blank one. `years` says which are meant."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    lists = OptionLists(workbook, table)
    for number, enterprise in enumerate(enterprises or ({},), 1):
        name = str(enterprise.get("name") or "企业采集表")
        title = sheet_title(f"{number} {name}" if len(enterprises) > 1 else name)
        sheet = workbook.create_sheet(title, number - 1)
        _write_page(sheet, table, cluster_name, enterprise, lists)
        _heading(sheet, YEARS_ROW, years, 10)
    workbook.active = 0
    return saved(workbook)


def questions(table: Table) -> tuple[Field, ...]:
    return tuple(column for column in columns_of(table) if not column.readonly)


def read_collection_sheets(files: Iterable[tuple[str, bytes]], table: Table) -> Collected:
    """Rows merged by credit code out of (name, content) pairs; of two pages of one firm the later counts."""
    merged: dict[str, tuple[str, dict[str, Any]]] = {}
    problems: dict[str, list[CellError]] = {}
    notes: list[str] = []
    for number, (name, content) in enumerate(files):
        if number >= MOST_FILES:
            raise Refused(f"一次最多上传 {MOST_FILES} 个文件，请分批上传。")
        try:
            pages = _read_pages(content, table)
        except UnreadableWorkbook as unreadable:
            problems.setdefault(name, []).append(CellError(None, str(unreadable)))
            continue
        for answers, errors in pages:
            if errors:
                problems.setdefault(name, []).extend(errors)
            code = answers.get(CODE)
            if code and all(error.path != f"{table.key}.0.{CODE}" for error in errors):
                if code in merged:
                    notes.append(_replaced(table, name, *merged[code], answers))
                merged[code] = name, answers
    return Collected([answers for _, answers in merged.values()], problems, notes)


def _read_pages(content: bytes, table: Table) -> list[tuple[dict[str, Any], list[CellError]]]:
    """Each page's answers and errors. Addresses name the sheet where there is more than one."""
    with opened(content) as book:
        found = [(sheet.title, _read_page(sheet, table)) for sheet in book.sheets[:MOST_SHEETS]]
    pages = [(title, row) for title, row in found if len(row.cells) >= FEWEST_LABELS]
    if not pages:
        raise UnreadableWorkbook("没有找到企业采集表的栏目，请用下载的《企业采集表》填写。")
    results: list[tuple[dict[str, Any], list[CellError]]] = []
    for title, page in pages:
        if page.is_blank:
            results.append(({}, [CellError(None, f"“{title}”没有填写任何内容")]))
            continue
        (row,), errors = judge(table, [page])
        answers = {key: row[key] for key in page.values}
        where = f"{title}!" if len(pages) > 1 else ""
        named = [CellError(f"{where}{e.cell}", e.message, e.path, e.is_blank) for e in errors]
        results.append((answers, named + _not_asked(table, page)))
    return results


def _read_page(sheet: Sheet, table: Table) -> SheetRow:
    """Each known label, wherever it stands, with the cell to its right."""
    known = {name: column for column in questions(table) for name in names_of(column)[:2]}
    page = SheetRow()
    for number, cells in sheet.rows(MOST_ROWS):
        answer = 0  # the place of the last answer: its words are no label, whatever they say
        for place, cell in cells.items():
            column = known.get(plain(cell.value)) if isinstance(cell.value, str) else None
            if column is None or place == answer or column.key in page.cells:
                continue
            answer = place + 1
            page.take(column, cells.get(answer, BLANK), f"{get_column_letter(answer)}{number}")
    return page


def _not_asked(table: Table, page: SheetRow) -> list[CellError]:
    missing = [
        c.label for c in questions(table) if c.rules.required and not c.hides and c.key not in page.cells
    ]
    return [CellError(None, f"表中缺少栏目：{'、'.join(missing)}")] if missing else []


def _replaced(
    table: Table, name: str, earlier: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> str:
    differing = [c.label for c in table.columns if before.get(c.key) != after.get(c.key)]
    said = f"不同之处：{'、'.join(differing)}" if differing else "内容相同"
    return f"“{name}”与“{earlier}”是同一企业（{after.get('name') or after[CODE]}），以后一份为准；{said}。"


def _write_page(
    sheet: Any, table: Table, cluster_name: str, enterprise: Mapping[str, Any], lists: OptionLists
) -> None:
    for letter in "ABCD":
        sheet.column_dimensions[letter].width = LABEL_WIDTH if letter in PAIRS else VALUE_WIDTH
    _heading(sheet, 1, "企业采集表", 16)
    _heading(sheet, 2, f"所属集群：{cluster_name or '________________'}", 11)
    sheet.cell(2, 1).data_type = "s"
    columns = questions(table)
    half, pen = (len(columns) + 1) // 2, Pen()
    for index, column in enumerate(columns):
        row, place = FIRST_ROW + index % half, 1 if index < half else 3
        label = sheet.cell(row, place, header(column))
        label.data_type, label.fill, label.border, label.alignment = "s", GREY, BOX, WRAP
        answer = sheet.cell(row, place + 1)
        pen.put(answer, column, enterprise.get(column.key))
        answer.alignment = Alignment(wrap_text=True, vertical="center", horizontal="left")
        restrict(sheet, answer.coordinate, column, lists)
        sheet.row_dimensions[row].height = 26
    _sign(sheet, FIRST_ROW + half + 1)
    _set_up_print(sheet)


def _heading(sheet: Any, row: int, text: str, size: int) -> None:
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=4)
    cell = sheet.cell(row, 1, text)
    cell.font, cell.alignment = Font(bold=True, size=size), Alignment(horizontal="center")


def _sign(sheet: Any, row: int) -> None:
    for index, text in enumerate(SIGNATURE):
        sheet.cell(row + index // 2, 1 + 2 * (index % 2), f"{text}：")


def _set_up_print(sheet: Any) -> None:
    sheet.page_setup.paperSize, sheet.page_setup.orientation = sheet.PAPERSIZE_A4, "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
