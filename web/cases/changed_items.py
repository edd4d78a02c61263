"""补正前后的差异 in the words of the form: labels for paths, options and dates as they read.

Knows forms and differences; where the two submissions come from is the case's story.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from clusters.applications import field_words
from clusters.applications.models import DataCorrection
from clusters.differences import Difference
from engine.forms import Field, Form, Table
from web.tasks.form_parts import Control

NOTHING = "—"
ANSWERS = "correction_answers"  # stand beside the items that they answer
MOST_COLUMNS = 6  # of a whole row that came or went: enough to know it by


class ChangedItem(NamedTuple):
    """One line: which item, what it was, what it is."""

    label: str
    before: str
    after: str


def changed_items(form: Form | None, changes: Iterable[Difference]) -> list[ChangedItem]:
    return [_item(form, change) for change in changes if change.field != ANSWERS]


def _item(form: Form | None, change: Difference) -> ChangedItem:
    key, *rest = change.path.split(".")
    field = next((f for f in form.fields if f.key == key), None) if form else None
    if field is None:
        return ChangedItem(change.path, str(change.before or NOTHING), str(change.after or NOTHING))
    if not isinstance(field, Table):
        return ChangedItem(field.label, read(field, change.before), read(field, change.after))
    label = f"{field.label}（{change.subject}）"
    column = field.column(rest[1]) if len(rest) > 1 else None
    if column is not None:
        return ChangedItem(f"{label}·{column.label}", read(column, change.before), read(column, change.after))
    return ChangedItem(label, _row(field, change.before), _row(field, change.after))


def read(field: Field, value: Any) -> str:
    """A value as the form shows it; an uploaded file by its name."""
    if field.type == "filepicker":
        return "、".join(str(file.get("name")) for file in value or []) or NOTHING
    return Control(field, field.key, value).read or NOTHING


def _row(table: Table, row: Mapping[str, Any] | None) -> str:
    return "；".join(_cells(table, row or {})) or NOTHING


def _cells(table: Table, row: Mapping[str, Any]) -> Iterator[str]:
    said = ((c, read(c, row.get(c.key))) for c in table.columns if not c.readonly)
    for column, text in [(c, t) for c, t in said if t != NOTHING][:MOST_COLUMNS]:
        yield f"{column.label} {text}"


class CorrectionLine(NamedTuple):
    """A reviewer's correction of data as it reads, with the row that the county may answer."""

    row: DataCorrection
    label: str
    before: str
    after: str


def correction_line(form: Form | None, data: Mapping[str, Any], row: DataCorrection) -> CorrectionLine:
    field = form.field(row.field) if form else None
    if form is None or field is None:
        return CorrectionLine(row, row.field, str(row.old), str(row.new))
    label = field_words.in_words(form, data, row.field)
    return CorrectionLine(row, label, read(field, row.old), read(field, row.new))
