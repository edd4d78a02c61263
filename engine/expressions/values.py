"""What values do in an expression: exact numbers, strict types, nothing but data. Knows no syntax."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow
from typing import Any

from engine.expressions.words import ExpressionError

MAX_TEXT = 10_000
MAX_BITS = 256
EXACT = Context(prec=90, traps=[Inexact, InvalidOperation, Overflow])
NUMERAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class UnknownName(ExpressionError):
    """A variable that has no value yet; `name` says which."""

    def __init__(self, name: str, text: str | None = None) -> None:
        super().__init__(f"变量 {name} 还没有值", None, text)
        self.name = name

    def within(self, text: str) -> "UnknownName":
        return UnknownName(self.name, text)


def plain(value: Any) -> Any:
    """The value itself, if it is data of bounded size; anything else never flows through."""
    if value is None or type(value) in (bool, date, datetime):
        return value
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise ExpressionError(f"文字超过{MAX_TEXT}个字符")
        return value
    if type(value) in (int, Decimal):
        return _bounded(value)
    if isinstance(value, list | tuple | Mapping):
        return value
    raise ExpressionError(f"{type(value).__name__} 类型的值不能用在表达式里")


def _bounded(number: int | Decimal) -> int | Decimal:
    if isinstance(number, int):
        too_large = number.bit_length() > MAX_BITS
    else:
        too_large = not number.is_finite() or abs(number.adjusted()) > EXACT.prec
    if too_large:
        raise ExpressionError("数值太大")
    return number


def entry(names: Mapping[str, Any], keys: Sequence[str]) -> Any:
    """The value under `a.b.c`: dictionaries only, never an attribute of an object."""
    value: Any = names
    for depth, key in enumerate(keys):
        if not isinstance(value, Mapping):
            raise ExpressionError(f"{'.'.join(keys[:depth])} 不是一组数据，没有 {key}")
        if key not in value:
            raise UnknownName(".".join(keys[: depth + 1]))
        value = value[key]
    return plain(value)


def truth(value: Any) -> bool:
    """True or false; a value that is missing counts as false. Text is neither: "false" would be true."""
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    raise ExpressionError(f"“{_shown(value)}”不是“是/否”值，不能用于 and、or、not")


def is_equal(left: Any, right: Any) -> bool:
    left, right = _alike(left, right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def is_less(left: Any, right: Any) -> bool:
    left, right = _alike(left, right)
    for kinds in ((int, Decimal), (str,), (datetime,), (date,)):
        if type(left) in kinds and type(right) in kinds:
            return bool(left < right)
    raise ExpressionError(f"“{_shown(left)}”与“{_shown(right)}”不能比较大小")


def is_member(item: Any, items: Any) -> bool:
    if not isinstance(items, list | tuple):
        raise ExpressionError("in 的右边应是列表")
    return any(is_equal(item, other) for other in items)


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Workflow data keeps dates and exact numbers as text (D9): read it as what it is compared with."""
    return _read_as(left, right), _read_as(right, left)


def _read_as(value: Any, other: Any) -> Any:
    if not isinstance(value, str):
        return value
    if type(other) in (int, Decimal) and NUMERAL.fullmatch(value):
        return Decimal(value)
    if type(other) is date and ISO_DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def add(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return plain(left + right)
    return _computed(left, right, "add", "+")


def subtract(left: Any, right: Any) -> Any:
    return _computed(left, right, "subtract", "-")


def multiply(left: Any, right: Any) -> Any:
    return _computed(left, right, "multiply", "*")


def negate(value: Any) -> Any:
    return subtract(0, value)


def _computed(left: Any, right: Any, operation: str, sign: str) -> Any:
    """Whole numbers stay whole; decimals are exact or refused, never rounded (D18)."""
    if type(left) not in (int, Decimal) or type(right) not in (int, Decimal):
        raise ExpressionError(f"“{_shown(left)}”与“{_shown(right)}”不能做 {sign} 运算")
    try:
        result = getattr(EXACT, operation)(Decimal(left), Decimal(right))
    except DecimalException:
        raise ExpressionError("数值太大") from None
    is_whole = isinstance(left, int) and isinstance(right, int)
    return _bounded(int(result) if is_whole else result)


def _shown(value: Any) -> str:
    if value is None:
        return "无值"
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value) if isinstance(value, str | int | Decimal | date) else type(value).__name__
    return text if len(text) <= 20 else text[:20] + "…"
