"""Reads one object of an application field by field and notes everything that cannot be.

Knows types, places and problems; not what a field means. A reader never stops at the first fault:
it hands back a harmless value and goes on, and whoever asked looks at the problems at the end.

Two sources, one reader. A file is held to its schema: unknown fields are problems. A form that a
person filled has been cleaned by the form already: blanks mean "not given", other fields are not ours.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from clusters import uscc
from clusters.strict_json import JsonObject
from engine.errors import Problem

Code = TypeVar("Code", bound=StrEnum)

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,6})?")  # as programs write decimals: 2E+5
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MAX_DIGITS = 18  # before the decimal point, and as many after it: far beyond every field of F01
MAX_ROWS = 10_000  # of one table: a hundred times the largest roster
NOT_FINITE = frozenset({"nan", "inf", "infinity", "snan"})
NOT_GIVEN = "缺少核对标准所需的数据"
NOWHERE = date.min  # stands for a date that was not given; never leaves a refused input


@dataclass
class Source:
    """Where the data came from, and what was found wrong with it so far."""

    is_form: bool = False
    problems: list[Problem] = field(default_factory=list)


class RowReader:
    """One object; `path` is where it stands, `row` its 1-based number in a table."""

    def __init__(self, data: object, source: Source, path: str = "", row: int | None = None) -> None:
        self.source, self.path, self.row = source, path, row
        self._asked: set[str] = set()
        self._data: Mapping[str, object] = data if isinstance(data, Mapping) else {}
        self._is_object = isinstance(data, Mapping)
        if not self._is_object:
            source.problems.append(Problem("应为一个对象", path or None, row=row))
        elif isinstance(data, JsonObject):
            for name in data.repeated:
                self.fault(name, "字段重复出现")

    def fault(self, name: str, message: str) -> None:
        self.source.problems.append(Problem(message, self.at(name), row=self.row))

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def finish(self) -> None:
        """Name every field that nobody asked for."""
        if not self.source.is_form:
            for name in self._data:
                if name not in self._asked:
                    self.fault(name, "未知字段")

    # --- optional fields ------------------------------------------------------------------------

    def text(self, name: str) -> str:
        value = self._take(name)
        if value is None or isinstance(value, str):
            return tidy(value or "")
        self.fault(name, "应为文字")
        return ""

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name)
        values = value if isinstance(value, list) else [] if value is None else [value]
        texts = tuple(tidy(item) for item in values if isinstance(item, str))
        if len(texts) < len(values):
            self.fault(name, "应为文字列表")
        return texts

    def amount(self, name: str, *, signed: bool = False) -> Decimal | None:
        """A decimal, as a string or as a number."""
        value = self._take(name)
        number = _decimal(value)
        if number is None:
            if value is not None:
                self.fault(name, "不是有限的数" if _is_not_finite(value) else "应为数字")
            return None
        return self._in_range(name, number, signed)

    def whole(self, name: str) -> int | None:
        value = self._take(name)
        number = None if isinstance(value, str) else _decimal(value)
        if number is None:
            if value is not None:
                self.fault(name, "不是有限的数" if _is_not_finite(value) else "应为整数")
            return None
        checked = self._in_range(name, number, signed=False)
        if checked is not None and checked != checked.to_integral_value():
            self.fault(name, "应为整数")
            return None
        return None if checked is None else int(checked)

    def flag(self, name: str) -> bool | None:
        value = self._take(name)
        if value is None or isinstance(value, bool):
            return value
        self.fault(name, "应为是或否（true 或 false）")
        return None

    def day(self, name: str) -> date | None:
        value = self._take(name)
        if value is None:
            return None
        try:
            if isinstance(value, str) and DAY.fullmatch(tidy(value)):
                return date.fromisoformat(tidy(value))
        except ValueError:
            pass
        self.fault(name, "应为日期，如 2024-05-20")
        return None

    def code(self, name: str, codes: type[Code]) -> Code | None:
        value = self._take(name)
        if value is None:
            return None
        text = tidy(value) if isinstance(value, str) else None
        for code in codes:
            if code.value == text:
                return code
        self.fault(name, f"应为下列之一：{'、'.join(codes)}")
        return None

    def uscc(self, name: str) -> str:
        text = self.text(name)
        if text and (wrong := uscc.fault(text)):
            self.fault(name, wrong)
        return text

    def files(self, name: str) -> tuple[str, ...]:
        """File names: one string, or the list of uploads that a form keeps."""
        value = self._take(name)
        entries = value if isinstance(value, list) else [] if value is None else [value]
        names = [entry.get("name") if isinstance(entry, Mapping) else entry for entry in entries]
        texts = [tidy(item) for item in names if isinstance(item, str)]
        if len(texts) < len(names):
            self.fault(name, "应为文件名")
        return tuple(text for text in texts if text)

    def rows(self, name: str) -> Iterator["RowReader"]:
        value = self._take(name)
        if isinstance(value, list):
            if len(value) > MAX_ROWS:
                self.fault(name, f"共 {len(value)} 行，超过 {MAX_ROWS} 行，多出的没有核对")
            for number, row in enumerate(value[:MAX_ROWS]):
                yield RowReader(row, self.source, self.at(f"{name}.{number}"), number + 1)
        elif value is not None:
            self.fault(name, "应为表格（列表）")

    def section(self, name: str) -> object:
        """An object inside this one, to be read by a reader of its own."""
        return self._take(name)

    # --- fields that a hard criterion reads -----------------------------------------------------

    def given(self, name: str) -> bool:
        """Whether the field is there; if not, that is noted."""
        if self._take(name) is not None:
            return True
        if self._is_object:  # what is no object at all has been named once already
            self.fault(name, NOT_GIVEN)
        return False

    def needed_amount(self, name: str) -> Decimal:
        return (self.amount(name) if self.given(name) else None) or Decimal(0)

    def needed_whole(self, name: str) -> int:
        return (self.whole(name) if self.given(name) else None) or 0

    def needed_flag(self, name: str) -> bool:
        return self.given(name) and self.flag(name) is True

    def needed_day(self, name: str) -> date:
        return (self.day(name) if self.given(name) else None) or NOWHERE

    def needed_code(self, name: str, codes: type[Code]) -> Code:
        return (self.code(name, codes) if self.given(name) else None) or next(iter(codes))

    def needed_uscc(self, name: str) -> str:
        if not self.given(name):
            return ""
        text = self.uscc(name)
        if not text and isinstance(self._take(name), str):  # anything else has been named as no text
            self.fault(name, "缺少统一社会信用代码")
        return text

    # --- underneath -----------------------------------------------------------------------------

    def _take(self, name: str) -> object:
        self._asked.add(name)
        value = self._data.get(name)
        return None if self.source.is_form and value == "" else value

    def _in_range(self, name: str, number: Decimal, signed: bool) -> Decimal | None:
        if number.adjusted() >= MAX_DIGITS or abs(int(number.as_tuple().exponent)) > MAX_DIGITS:
            self.fault(name, f"数字过大或过细，小数点前后各不得超过 {MAX_DIGITS} 位")
            return None
        if number < 0 and not signed:
            self.fault(name, "不能为负数")
            return None
        return number


def tidy(text: str) -> str:
    """Trimmed, full-width forms made narrow (requirements 5)."""
    return unicodedata.normalize("NFKC", text).strip()


def _decimal(value: object) -> Decimal | None:
    """An exact finite number, or None."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and NUMBER.fullmatch(tidy(value)):
        return Decimal(tidy(value))
    return None


def _is_not_finite(value: object) -> bool:
    if isinstance(value, Decimal):
        return not value.is_finite()
    return isinstance(value, str) and tidy(value).lower().lstrip("+-") in NOT_FINITE
