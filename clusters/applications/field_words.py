"""Places of an application in the words of the form that it was filled in on: 年度指标（2023）·总产值.

Knows the form pinned with the case and how rows are told apart; no page and no letter.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import applications
from clusters.applications.models import FILLED_IN
from clusters.differences import IDENTITY
from engine.forms import Field, Form, Table
from engine.models import Bundle, Instance, WorkItem

# Rows that people know by name rather than by what identifies them.
SHOWN_BY = {**IDENTITY, "enterprises": "name"}
Words = Callable[[str], str]


@lru_cache(maxsize=8)
def _form(bundle_id: str, name: str, text: str) -> Form:
    return Form.parse(name, text)


def filled_form(session: Session, instance_id: str) -> Form | None:
    """The form of the county's filing as pinned with the case (D10)."""
    name = session.scalars(
        sa.select(WorkItem.form).where(
            WorkItem.instance_id == instance_id, WorkItem.element.in_(FILLED_IN.values())
        )
    ).first()
    query = sa.select(Bundle).join(Instance, Instance.bundle_id == Bundle.id)
    bundle = session.scalars(query.where(Instance.id == instance_id)).first()
    if name is None or bundle is None or name not in bundle.forms:
        return None
    return _form(bundle.id, name, bundle.forms[name])


def words_for(session: Session, instance_id: str) -> Words:
    """A function from paths to words; what the form does not know stays as it is."""
    form = filled_form(session, instance_id)
    submission = applications.latest_content(session, applications.by_instance(session, instance_id))
    data: Mapping[str, Any] = submission.data if submission is not None else {}
    return lambda path: path if form is None else in_words(form, data, path)


def in_words(form: Form, data: Mapping[str, Any], path: str) -> str:
    """`indicators.3.total_output` as 年度指标（2023）·集群总产值."""
    key, *rest = path.split(".")
    field = next((f for f in form.fields if f.key == key), None)
    if field is None:
        return path
    if not isinstance(field, Table) or not rest:
        return field.label
    column = field.column(rest[1]) if len(rest) > 1 else None
    row = _row_words(key, data.get(key) or [], rest[0])
    return f"{field.label}（{row}）" + (f"·{column.label}" if column is not None else "")


# What a reviewer corrects one by one: figures, dates, ticks and choices; words are for the applicant.
CORRECTABLE = frozenset({"number", "datetime", "checkbox", "radio", "select"})


def correctable(form: Form, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Path and words of every single figure of an application that a review may correct (art. 14)."""
    found: dict[str, str] = {}
    for field in form.fields:
        for path, column in _places(field, data):
            if column.type in CORRECTABLE and not column.readonly:
                label = in_words(form, data, path)
                found[label if label not in found else f"{label}（第{path.split('.')[1]}行）"] = path
    return [(path, label) for label, path in found.items()]


def _places(field: Field, data: Mapping[str, Any]) -> Iterator[tuple[str, Field]]:
    if not isinstance(field, Table):
        yield field.key, field
        return
    for index in range(len(data.get(field.key) or [])):
        for column in field.columns:
            if column.key != IDENTITY.get(field.key):
                yield f"{field.key}.{index}.{column.key}", column


def _row_words(key: str, rows: list[Mapping[str, Any]], index: str) -> str:
    position = int(index) if index.isdecimal() else -1
    if not 0 <= position < len(rows):
        return index
    name = rows[position].get(SHOWN_BY.get(key, ""))
    return str(name) if name not in (None, "") else f"第{position + 1}行"
