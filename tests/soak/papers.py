"""A form filled as far as its schema asks: what is required, shown and still empty gets a plain value."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.forms import Form
from engine.forms.fields import Field, Table

Data = dict[str, Any]
USCC = "91350100M000100Y43"
WORDS = "测试内容（虚构），按照规定办理，情况属实。"
FILE = [{"id": "f1", "name": "盖章件.pdf", "sha256": "a" * 64, "size": 1, "media_type": "application/pdf"}]


def scan(number: int) -> list[Data]:
    """A scanned document like no other."""
    return [{**FILE[0], "sha256": f"{number:064x}"}]


def filled(form: Form, blank: Mapping[str, Any], answers: Mapping[str, Any], today: date) -> Data:
    """What was prefilled, over it the answers, and a value for whatever is still asked."""
    data = {**blank, **answers}
    for field in form.fields:
        if isinstance(field, Table):
            data[field.key] = _rows(field, data.get(field.key) or [], today)
        elif _is_asked(field, data):
            data[field.key] = _value(field, today)
    return data


def _is_asked(field: Field, scope: Mapping[str, Any]) -> bool:
    given = scope.get(field.key)
    is_empty = given in (None, "", []) or (field.type == "checkbox" and given is False)
    return field.rules.required and is_empty and not field.readonly and not field.is_hidden(scope)


def _rows(table: Table, rows: Sequence[Mapping[str, Any]], today: date) -> list[Data]:
    wanted = [dict(row) for row in rows] or [{} for _ in range(table.min_rows)]
    for row in wanted:
        for column in table.columns:
            if _is_asked(column, row):
                row[column.key] = _value(column, today)
    return wanted


def _value(field: Field, today: date) -> Any:
    match field.type:
        case "number":
            return str(field.rules.minimum or 1)
        case "select" | "radio":
            return _choice(field)
        case "checkbox":
            return True
        case "datetime":
            return today.isoformat()
        case "filepicker":
            return FILE
        case "checklist" | "taglist":
            return [o.value for o in field.options[:1]]
    if field.rules.check == "uscc":
        return USCC
    return (WORDS * (1 + field.rules.min_length // len(WORDS)))[: max(field.rules.max_length, 1)]


def _choice(field: Field) -> Any:
    first = field.options[0].value
    return first == "true" if field.is_boolean else first
