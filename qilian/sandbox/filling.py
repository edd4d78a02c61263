"""A form filled as far as its schema asks: what is required, shown and still empty gets a plain value."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.forms import Form
from engine.forms.fields import Field, Table

Data = dict[str, Any]
USCC = "91350100M000100Y43"
WORDS = "按照规定办理，情况属实（虚构）。"


def filled(
    form: Form,
    blank: Mapping[str, Any],
    answers: Mapping[str, Any],
    today: date,
    files: Sequence[Mapping[str, Any]],
    words: str = WORDS,
) -> Data:
    """What was prefilled, over it the answers, and a value for whatever is still asked."""
    filler = _Filler(today, files, words)
    data = {**blank, **answers}
    for field in form.fields:
        if isinstance(field, Table):
            data[field.key] = filler.rows(field, data.get(field.key) or [])
        elif _is_asked(field, data):
            data[field.key] = filler.value(field)
    return data


def _is_asked(field: Field, scope: Mapping[str, Any]) -> bool:
    given = scope.get(field.key)
    is_empty = given in (None, "", []) or (field.type == "checkbox" and given is False)
    return field.rules.required and is_empty and not field.readonly and not field.is_hidden(scope)


class _Filler:
    def __init__(self, today: date, files: Sequence[Mapping[str, Any]], words: str) -> None:
        self.today, self.files, self.words = today, list(files), words

    def rows(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Data]:
        wanted = [dict(row) for row in rows] or [{} for _ in range(table.min_rows)]
        for row in wanted:
            for column in table.columns:
                if _is_asked(column, row):
                    row[column.key] = self.value(column)
        return wanted

    def value(self, field: Field) -> Any:
        match field.type:
            case "number":
                return str(field.rules.minimum or 1)
            case "select" | "radio":
                return _choice(field)
            case "checkbox":
                return True
            case "datetime":
                return self.today.isoformat()
            case "filepicker":
                return self.files
            case "checklist" | "taglist":
                return [o.value for o in field.options[:1]]
        if field.rules.check == "uscc":
            return USCC
        return (self.words * (1 + field.rules.min_length // len(self.words)))[
            : max(field.rules.max_length, 1)
        ]


def _choice(field: Field) -> Any:
    first = field.options[0].value
    return first == "true" if field.is_boolean else first
