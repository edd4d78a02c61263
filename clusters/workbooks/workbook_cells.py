"""One cell at a time: from what Excel holds to what a form takes, and back.

Knows how Excel stores numbers, dates and words, and how people write them. What a value may be is
the form's business; here only what a cell says is settled, exactly and without a guess.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from clusters.workbooks.workbook_open import Cell
from engine.forms import Field

EXACT_DIGITS = 15  # what Excel keeps of a number
LARGEST = 18  # digits before the point: what a form reads
EXCEL = Context(prec=EXACT_DIGITS)
YES = frozenset({"是", "有", "√", "✓", "☑", "y", "yes", "true", "1"})
NO = frozenset({"否", "无", "没有", "×", "✗", "☐", "n", "no", "false", "0"})
DASHES = frozenset({"/", "-", "--", "—", "——"})  # how a form on paper says "nothing here"
DAY_NUMBER = re.compile(r"(19|20)\d{6}", re.ASCII)
SEPARATORS = re.compile(r"[、,，;；\s]+")
QUOTES = re.compile(r"[\s“”\"'‘’]")


class CellRefused(ValueError):
    """What is wrong with the cell, said after the column's label."""


def read_cell(field: Field, cell: Cell) -> Any:
    """The cell's content in the form's terms, None when it is blank. CellRefused when it cannot be taken."""
    value = cell.value
    if cell.is_formula:
        raise CellRefused("是公式，请粘贴为数值")
    if value is None or (isinstance(value, str) and value.strip() in ("", *DASHES)):
        return None
    if cell.is_error:
        raise CellRefused(f"是错误值 {value}")
    if field.is_boolean:
        return _boolean(value)
    if field.type in ("select", "radio"):
        return _choice(field, _text(value))
    if field.type in ("checklist", "taglist"):
        return _choices(field, _text(value))
    if field.type == "datetime":
        return _day(value)
    if field.type == "number":
        return _number(field, value, cell.number_format)
    return _text(value)


def write_cell(field: Field, value: Any) -> Any:
    """What to put into a cell: text, a number within Excel's exactness, a date, or None."""
    if value in (None, "", []):
        return None
    if field.is_boolean:
        return "是" if value is True else "否"
    if field.type == "filepicker":
        return "、".join(str(file.get("name", "")) for file in value if isinstance(file, Mapping))
    if field.is_list:
        return "、".join(field.option_label(item) for item in value)
    if field.options:
        return field.option_label(value)
    if field.type == "number":
        return _number_out(value)
    if field.type == "datetime":
        return _day_out(value)
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = unicodedata.normalize("NFKC", str(value)).strip().lower()
    if word in YES or word in NO:
        return word in YES
    raise CellRefused("应为“是”或“否”")


def _choice(field: Field, text: str) -> str:
    wanted = _word(text)
    for option in field.options:
        if wanted in (_word(option.label), _word(option.value)):
            return option.value
    raise CellRefused(f"应为下列之一：{'、'.join(option.label for option in field.options)}")


def _choices(field: Field, text: str) -> list[str]:
    parts = [part for part in SEPARATORS.split(text) if part]
    return [_choice(field, part) for part in parts] if field.options else parts


def _word(text: str) -> str:
    return QUOTES.sub("", unicodedata.normalize("NFKC", text)).lower()


def _day(value: Any) -> str:
    """A date cell, or text that the form will read; a bare number is no date."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    if isinstance(value, str) or DAY_NUMBER.fullmatch(text):
        return text
    raise CellRefused("应为日期，请写作 2024-06-18")


def _number(field: Field, value: Any, number_format: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CellRefused("应为数字，单元格里是日期或其他内容")
    number = _exact(value, field.rules.digits)
    if "%" not in number_format:
        return format(number, "f")
    if field.look.unit != "%":
        raise CellRefused("是百分比格式，请改为常规格式后填写")
    return format(number * 100, "f")


def _exact(value: int | float, digits: int) -> Decimal:
    """The number as Excel shows it. Beyond 15 digits Excel itself has lost what was typed."""
    stored = Decimal(repr(value))
    if not stored.is_finite() or stored.adjusted() >= LARGEST:
        raise CellRefused("数字过大")
    shown = EXCEL.create_decimal(stored)
    if abs(stored - shown) * 2 >= Decimal(1).scaleb(-digits):
        raise CellRefused(f"超过 {EXACT_DIGITS} 位数字，Excel 无法准确保存，请改为文本格式重新填写")
    return shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown.normalize()


def _text(value: Any) -> str:
    """Text as typed; a code that Excel took for a number, while it is still whole."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CellRefused("应为文字，单元格里是日期或其他内容，请改为文本格式重新填写")
    if abs(value) >= 10**EXACT_DIGITS:
        raise CellRefused(f"超过 {EXACT_DIGITS} 位，已被 Excel 当作数字截断，请改为文本格式重新填写")
    return format(_exact(value, EXACT_DIGITS - 1), "f")


def _number_out(value: Any) -> int | Decimal | str:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return str(value)
    if len(number.as_tuple().digits) > EXACT_DIGITS:
        return format(number, "f")
    return int(number) if number == number.to_integral_value() else number


def _day_out(value: Any) -> date | str:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return str(value)
