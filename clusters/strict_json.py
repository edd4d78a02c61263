"""Reads a JSON file without losing or inventing anything: exact decimals, repeated keys remembered.

Knows JSON only. Numbers become Decimal; NaN, Infinity and numbers beyond Decimal's range become a
Decimal that is not finite, so that whoever reads the field can say where it stands.
"""

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn

from engine.errors import QilianError

MAX_BYTES = 20_000_000


class Unreadable(QilianError):
    """文件无法读取。"""


class JsonObject(dict[str, object]):
    """An object of the file; `repeated` are keys that it gives more than once."""

    repeated: tuple[str, ...] = ()


def read_file(path: Path) -> object:
    """The document in a file; Unreadable says in plain words why there is none."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"无法读取“{path}”：{error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise Unreadable(f"“{path}”过大，超过 {MAX_BYTES // 1_000_000} MB")
    return read(data)


def read(data: bytes) -> object:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("文件不是 UTF-8 编码的文本") from None
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_number,
        )
    except json.JSONDecodeError as error:
        raise Unreadable(f"不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列") from None
    except RecursionError:
        _too_deep()


def _object(pairs: list[tuple[str, object]]) -> JsonObject:
    found = JsonObject(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        found.repeated = tuple(key for key, count in counts.items() if count > 1)
    return found


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")


def _too_deep() -> NoReturn:
    raise Unreadable("JSON 嵌套过深")
