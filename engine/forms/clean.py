"""From what was typed or imported to plain JSON values. Knows spellings; judges nothing.

What cannot be read is kept as it was, so that the check can name it and the person can mend it.
"""

import re
import unicodedata
from collections import ChainMap
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.forms.checks import CHECKS
from engine.forms.fields import Field, Table

NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,18})(\.\d{1,10})?", re.ASCII)
DATE = re.compile(r"(\d{4}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
SEPARATORS = re.compile(r"[、,，;；\s]+")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\ufeff]")
# Full-width letters, digits and the wide space become narrow; Chinese punctuation stays Chinese.
NARROW = {0x3000: 0x20} | {
    wide: wide - 0xFEE0 for wide in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
}
FILE_KEYS = ("id", "name", "sha256", "size", "media_type")


def clean_form(fields: Iterable[Field], raw: Mapping[str, Any], draft: bool) -> dict[str, Any]:
    """Declared keys only. Unless it is a draft, hidden fields and untouched rows are left out."""
    fields = list(fields)
    data = {field.key: clean_value(field, raw.get(field.key), draft) for field in fields}
    return data if draft else visible(fields, data)


def visible(fields: Iterable[Field], data: dict[str, Any]) -> dict[str, Any]:
    """`data` without its hidden fields. What depends on a hidden field finds nothing there."""
    for field in fields:
        if field.is_hidden(data):
            del data[field.key]
        elif isinstance(field, Table):
            for row in data[field.key]:
                for column in field.columns:
                    if column.is_hidden(ChainMap(row, data)):
                        del row[column.key]
    return data


def clean_value(field: Field, raw: Any, draft: bool = False) -> Any:
    """The value in its one spelling; `field.empty` where nothing was given."""
    if isinstance(field, Table):
        return _rows(field, raw, draft)
    if raw is None or raw == "" or (isinstance(raw, list | tuple | Mapping) and not field.is_list):
        return field.empty
    if field.type == "filepicker":
        return [_file(item) for item in _list(raw) if isinstance(item, Mapping)]
    if field.is_list:
        return _items(field, raw)
    if field.is_boolean:
        return _boolean(field, raw)
    if field.type == "number":
        return _number(field, raw)
    if field.type == "datetime":
        return _date(raw)
    return _text(field, raw)


def _rows(table: Table, raw: Any, draft: bool) -> list[dict[str, Any]]:
    """One row more than allowed is kept, for the check to see that there are too many."""
    rows = [row for row in _list(raw) if isinstance(row, Mapping)][: table.max_rows + 1]
    cleaned = [{c.key: clean_value(c, row.get(c.key)) for c in table.columns} for row in rows]
    if draft or table.fixed:
        return cleaned
    return [row for row in cleaned if not is_blank(table, row)]


def is_blank(table: Table, row: Mapping[str, Any]) -> bool:
    """Whether nobody has entered anything into this row."""
    return all(is_untouched(c, row.get(c.key)) for c in table.columns if not c.readonly)


def is_untouched(field: Field, value: Any) -> bool:
    """Whether the value is none, or the one that the form began with."""
    if isinstance(field, Table):
        return all(is_blank(field, row) for row in value or [])
    given = value is not None and value is not False and value != "" and value != []
    return not given or value == clean_value(field, field.default)


def _list(raw: Any) -> list[Any]:
    return list(raw) if isinstance(raw, list | tuple) else [] if raw in (None, "") else [raw]


def _file(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item[key] for key in FILE_KEYS if isinstance(item.get(key), str | int)}


def _items(field: Field, raw: Any) -> list[str]:
    if isinstance(raw, str) and not field.options:
        raw = SEPARATORS.split(raw)
    texts = (_text(field, item) for item in _list(raw))
    return list(dict.fromkeys(text for text in texts if text))


def _boolean(field: Field, raw: Any) -> Any:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if field.type == "checkbox":
        return word in ("true", "on", "1", "是", "√", "☑")
    return {"true": True, "false": False, "是": True, "否": False}.get(word, str(raw))


def _number(field: Field, raw: Any) -> int | str | None:
    """An exact number: int without decimal places, else text with at least `digits` places."""
    text = unicodedata.normalize("NFKC", str(raw)).strip().replace("，", ",")
    if isinstance(raw, bool) or not NUMBER.fullmatch(text):
        return text or None
    number = Decimal(text.replace(",", ""))
    if number == 0:
        number = abs(number)
    places = -int(number.as_tuple().exponent)
    if field.rules.digits == 0:
        whole = number.to_integral_value()
        return int(whole) if whole == number else format(number, "f")
    if places < field.rules.digits:
        number = number.quantize(Decimal(1).scaleb(-field.rules.digits))
    return format(number, "f")


def _date(raw: Any) -> str | None:
    if isinstance(raw, date):
        return raw.isoformat()[:10]
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    match = DATE.fullmatch(text)
    if match is None:
        return text or None
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text


def _text(field: Field, raw: Any) -> str | None:
    text = str(raw)
    if field.rules.check:
        text = unicodedata.normalize("NFKC", text)
    text = unicodedata.normalize("NFC", text.translate(NARROW)).replace("\r\n", "\n").replace("\r", "\n")
    text = CONTROL.sub("", text).strip()
    if field.type != "textarea":
        text = " ".join(text.split())
    check = CHECKS.get(field.rules.check) if field.rules.check else None
    return (check.tidy(text) if check else text) or None
