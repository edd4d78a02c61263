"""What a form starts with: the draft, over what the system knows. Reads only.

Fixed tables and read-only fields always show what the system knows now; what somebody typed into
their rows is kept, matched by the rows' first read-only column.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from clusters import prefills
from engine import work_items
from engine.forms import Form, Table
from engine.forms.clean import is_untouched
from engine.models import Instance, WorkItem

Row = Mapping[str, Any]


def starting_data(
    session: Session, form: Form, item: WorkItem, instance: Instance, person_id: str, today: Any
) -> dict[str, Any]:
    """The data that a page is drawn from and that a post is laid over."""
    blank = form.blank(prefills.context(session, instance, form, item.element, person_id, today))
    saved = work_items.prefill(session, item, person_id)
    saved = saved or prefills.earlier_content(session, instance, item.element)
    return merged(form, saved, blank) if saved else blank


def merged(form: Form, saved: Row, blank: Row) -> dict[str, Any]:
    data = {**blank, **{k: v for k, v in saved.items() if v is not None}}
    for field in form.fields:
        if field.readonly:
            data[field.key] = blank.get(field.key)
        elif isinstance(field, Table):
            data[field.key] = _rows(field, saved.get(field.key) or [], blank.get(field.key) or [])
    return data


def _rows(table: Table, saved: Sequence[Row], fresh: Sequence[Row]) -> Sequence[Row]:
    """Fixed rows are the system's; rows that people add and delete are theirs once they have begun."""
    if table.fixed:
        return _merged_rows(table, saved, fresh)
    return fresh if is_untouched(table, saved) else saved


def _merged_rows(table: Table, saved: Sequence[Row], fresh: Sequence[Row]) -> list[dict[str, Any]]:
    key = next((c.key for c in table.columns if c.readonly), None)
    before = {row.get(key): row for row in saved} if key else {}
    readonly = {c.key for c in table.columns if c.readonly}
    rows = []
    for row in fresh:
        typed = {k: v for k, v in before.get(row.get(key), {}).items() if k not in readonly and v is not None}
        rows.append({**row, **typed})
    return rows
