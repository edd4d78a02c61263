"""The application form and the sample filled into it, for tests of forms, workbooks and processes."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import clusters.form_checks  # noqa: F401  (the form names our codes)
from engine.forms import Field, Form, Table
from tests.builders import a_submission

PATH = Path(__file__).parents[1] / "processes" / "forms" / "application.form"


@cache
def application_form() -> Form:
    return Form.parse("application", PATH.read_text(encoding="utf-8"))


def table(name: str) -> Table:
    found = application_form().field(name)
    assert isinstance(found, Table)
    return found


def filled_form(**changes: Any) -> dict[str, Any]:
    """The sample, with named changes, as the page would post it: file names have become uploads."""
    data = a_submission(**changes)
    for field in application_form().fields:
        _upload(field, data)
    return data


def rows_of(name: str) -> list[dict[str, Any]]:
    """The sample's rows of one table as the form keeps them."""
    rows: list[dict[str, Any]] = copy.deepcopy(_cleaned()[name])
    return rows


@cache
def _cleaned() -> dict[str, Any]:
    return application_form().clean(filled_form(), draft=True)


def an_upload(name: str) -> dict[str, Any]:
    return {"id": "1", "name": name, "sha256": "0" * 64, "size": 1000, "media_type": "application/pdf"}


def messages(data: dict[str, Any], path: str) -> list[str]:
    """What the form says about one field."""
    return [problem.message for problem in application_form().problems(data) if problem.path == path]


def _upload(field: Field, data: dict[str, Any]) -> None:
    value = data.get(field.key)
    if isinstance(field, Table):
        for row in value or []:
            for column in field.columns:
                _upload(column, row)
    elif field.type == "filepicker" and isinstance(value, str):
        data[field.key] = [an_upload(value)]
