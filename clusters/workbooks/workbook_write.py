"""A table of a form as a workbook: template, export, drop-downs. Knows Excel's looks and limits.

Columns come from the form alone, in its order. Text is written as text: a cell that begins with an
equals sign stays what was typed and never becomes a formula.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from clusters.workbooks.workbook_cells import write_cell
from clusters.workbooks.workbook_schema import KEYS, columns_of, fingerprint, header, is_filled_by_hand
from engine.forms import Field, Table

GUIDE = "填写说明"
HEAD = Font(bold=True, color="FFFFFF")
BLUE, BLUE_OPTIONAL = PatternFill("solid", fgColor="1F4E79"), PatternFill("solid", fgColor="5B7FA3")
GREY = PatternFill("solid", fgColor="F2F2F2")
LINE = Side(style="thin", color="BFBFBF")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
NO_FILL, MIDDLE = PatternFill(), Alignment(vertical="center")
WRAP = Alignment(wrap_text=True, vertical="center")
CENTRE = Alignment(wrap_text=True, vertical="center", horizontal="center")
WIDTHS = {"number": 14, "datetime": 13, "checkbox": 10, "textarea": 40}
TEXT_FORMAT, DATE_FORMAT = "@", "yyyy-mm-dd"
HINT = "列可以移动，表头文字请保留；深色表头为必填；不要使用公式；空行不读取。导入后先预览，再保存。"
OPTIONS_ROW = 8  # on the hidden sheet, below what identifies the table
UNSAFE_TITLE = str.maketrans("", "", "[]:*?/\\")


def write_template(table: Table, rows: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """An empty workbook to fill in; `rows` hold what the system already knows, as the four years."""
    columns = tuple(c for c in columns_of(table) if is_filled_by_hand(table, c) or c.key == "seq")
    return _workbook(table, columns, rows, spare_rows=table.max_rows)


def write_table(table: Table, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Every row and column as the form holds them; the workbook can be changed and imported again."""
    return _workbook(table, table.columns, rows, spare_rows=max(table.max_rows, len(rows)))


def _workbook(
    table: Table, columns: Sequence[Field], rows: Sequence[Mapping[str, Any]], spare_rows: int
) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = sheet_title(table.sheet or table.label)
    _write_header(sheet, columns)
    pen = Pen()
    by_hand = {column.key: is_filled_by_hand(table, column) for column in columns}
    for number, row in enumerate(rows, 2):
        for place, column in enumerate(columns, 1):
            pen.put(sheet.cell(number, place), column, row.get(column.key), by_hand[column.key])
    guide = workbook.create_sheet(GUIDE)
    lists = OptionLists(workbook, table)
    last = spare_rows + 1
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        restrict(sheet, f"{letter}2:{letter}{last}", column, lists)
    _write_guide(guide, table, columns)
    _set_up_print(sheet, table)
    return saved(workbook)


def sheet_title(text: str) -> str:
    return text.translate(UNSAFE_TITLE).strip("'")[:31] or "表"


def saved(workbook: Workbook) -> bytes:
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


class Pen:
    """Writes values with their formats. Each format is built once: openpyxl compares whole styles."""

    def __init__(self) -> None:
        self._styles: dict[tuple[str, bool, bool], Any] = {}

    def put(self, cell: Any, column: Field, value: Any, by_hand: bool = True) -> None:
        """One value. Text stays text: openpyxl would store `=1+1` as a formula."""
        content = write_cell(column, value)
        cell.value = content
        if isinstance(content, str):
            cell.data_type = "s"
        is_quoted = isinstance(content, str) and content[:1] in ("=", "+", "-", "@")
        key = (column.key, by_hand, is_quoted)
        if key not in self._styles:
            cell.number_format, cell.border = number_format(column), BOX
            cell.alignment = WRAP if column.type == "textarea" else MIDDLE
            cell.fill = NO_FILL if by_hand else GREY
            cell.quotePrefix = is_quoted
            self._styles[key] = cell._style
        cell._style = copy(self._styles[key])


def number_format(column: Field) -> str:
    if column.type == "datetime":
        return DATE_FORMAT
    if column.type != "number":
        return TEXT_FORMAT
    whole = "0" if column.look.plain or not column.look.unit else "#,##0"
    return whole + ("." + "0" * column.rules.digits if column.rules.digits else "")


def _write_header(sheet: Any, columns: Sequence[Field]) -> None:
    for place, column in enumerate(columns, 1):
        cell = sheet.cell(1, place, header(column))
        cell.data_type = "s"
        cell.font, cell.alignment, cell.border = HEAD, CENTRE, BOX
        cell.fill = BLUE if column.rules.required or column.type == "checkbox" else BLUE_OPTIONAL
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = _width(column)
        dimension.number_format = number_format(column)
    sheet.row_dimensions[1].height = 45
    sheet.freeze_panes = sheet.cell(2, _frozen(columns) + 1)


def _frozen(columns: Sequence[Field]) -> int:
    """Row number and name stay in sight."""
    return next((place for place, column in enumerate(columns, 1) if not column.readonly), 1)


def _width(column: Field) -> float:
    if column.key == "seq":
        return 6
    words = 2 * min(len(header(column)), 9) + 2
    longest = max((2 * len(option.label) + 4 for option in column.options), default=0)
    by_type = WIDTHS.get(column.type, 12 if column.rules.max_length <= 20 else 24)
    by_length = column.rules.max_length + 3 if column.type == "textfield" and column.rules.check else 0
    return max(words, longest, by_type, min(by_length, 24))


class OptionLists:
    """Drop-downs read their choices from a hidden sheet: lists inside a rule end at 255 characters."""

    def __init__(self, workbook: Workbook, table: Table) -> None:
        self._sheet = workbook.create_sheet(KEYS)
        self._sheet.sheet_state = "hidden"
        self._ranges: dict[tuple[str, ...], str] = {}
        keys = ",".join(column.key for column in table.columns)
        for number, text in enumerate((fingerprint(table), table.key, table.label, keys), 1):
            self._sheet.cell(number, 1, text).data_type = "s"

    def range_of(self, labels: tuple[str, ...]) -> str:
        if labels not in self._ranges:
            place = len(self._ranges) + 1
            for number, label in enumerate(labels, OPTIONS_ROW):
                self._sheet.cell(number, place, label).data_type = "s"
            letter, last = get_column_letter(place), OPTIONS_ROW + len(labels) - 1
            self._ranges[labels] = f"'{KEYS}'!${letter}${OPTIONS_ROW}:${letter}${last}"
        return self._ranges[labels]


def restrict(sheet: Any, cells: str, column: Field, lists: OptionLists) -> None:
    """Drop-down or number limits on a range; other rules are told at import, in words."""
    rule = _rule(column, lists)
    if rule is None or column.readonly:
        return
    rule.errorTitle, rule.showErrorMessage, rule.allow_blank = column.label[:30], True, True
    sheet.add_data_validation(rule)
    rule.add(cells)


def _rule(column: Field, lists: OptionLists) -> DataValidation | None:
    if column.is_boolean or (column.options and not column.is_list):
        labels = ("是", "否") if column.is_boolean else tuple(o.label for o in column.options)
        return DataValidation(type="list", formula1=lists.range_of(labels), error="请从下拉列表中选择。")
    low, high = column.rules.minimum, column.rules.maximum
    if column.type != "number" or low is None or high is None:
        return None
    kind = "decimal" if column.rules.digits else "whole"
    error = f"请填写 {low:f} 至 {high:f} 之间的{'数' if column.rules.digits else '整数'}。"
    return DataValidation(
        type=kind, operator="between", formula1=f"{low:f}", formula2=f"{high:f}", error=error
    )


def _write_guide(sheet: Any, table: Table, columns: Iterable[Field]) -> None:
    """What to fill in where, in the words of the form."""
    title = sheet.cell(1, 1, f"{table.label}填写说明")
    title.font = Font(bold=True, size=14)
    sheet.cell(2, 1, HINT)
    for place, text in enumerate(("列名", "是否必填", "填法", "说明", "依据"), 1):
        cell = sheet.cell(4, place, text)
        cell.font, cell.fill, cell.border = HEAD, BLUE, BOX
    for number, column in enumerate(columns, 5):
        texts = (header(column), _need(column), _manner(column), column.look.help, column.article or "")
        for place, text in enumerate(texts, 1):
            cell = sheet.cell(number, place, text)
            cell.data_type, cell.alignment, cell.border = "s", WRAP, BOX
    for letter, width in zip("ABCDE", (30, 12, 34, 60, 12), strict=True):
        sheet.column_dimensions[letter].width = width


def _need(column: Field) -> str:
    if column.readonly:
        return "系统填写"
    if column.rules.required and column.hides:
        return "视情况必填"
    return "必填" if column.rules.required or column.type == "checkbox" else "选填"


def _manner(column: Field) -> str:
    if column.is_boolean:
        return "是 / 否"
    if column.options:
        labels = "、".join(option.label for option in column.options)
        return f"可填多项，用顿号分开：{labels}" if column.is_list else f"选择：{labels}"
    if column.type == "number":
        return f"{column.rules.digits} 位以内小数" if column.rules.digits else "整数"
    if column.type == "datetime":
        return "日期，如 2024-06-18"
    return f"文字，{column.rules.max_length} 字以内"


def _set_up_print(sheet: Any, table: Table) -> None:
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.center.text = table.label
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
