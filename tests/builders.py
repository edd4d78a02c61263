"""Things that tests talk about, made from the sample application with named changes."""

import copy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from clusters.annex.application import TABLES, Application, ImpossibleInput
from clusters.annex.criteria import check
from clusters.annex.standard import Standard
from clusters.annex.verdicts import Result, Verdicts
from clusters.strict_json import read_file
from engine.errors import Problem

SAMPLE = Path(__file__).parents[1] / "qilian" / "sandbox" / "application.json"
SEED = Path(__file__).parents[1] / "processes" / "standards" / "gs-2023.toml"

Document = dict[str, Any]


def a_document(**changes: Any) -> Document:
    """The sample, changed by name:

    - a yearly figure (`total_output=…`): one value for the latest year or four from Y-4 to Y-1;
    - a table (`incidents=[…]`), or how many rows of it (`enterprises=19`);
    - `roster={0: {...}}`: fields of roster rows; `years={2023: {...}}`: fields of yearly rows;
    - anything else: a field of the header, or `reference_date`.
    """
    document: Document = copy.deepcopy(_sample())
    for name, value in changes.items():
        _change(document, name, value)
    return document


def an_application(**changes: Any) -> Application:
    return Application.from_json(a_document(**changes))


def a_submission(**changes: Any) -> Document:
    """The same as a cleaned form gives it: flat, without a reference date."""
    document = a_document(**changes)
    return {**document["application"], **{table: document[table] for table in TABLES}}


@cache
def the_standard() -> Standard:
    return Standard.load(SEED)


def verdicts(on: date | None = None, standard: Standard | None = None, **changes: Any) -> Verdicts:
    application = an_application(**changes)
    return check(application, standard or the_standard(), on or application.reference_date)


def result(criterion_id: str, **changes: Any) -> Result:
    return verdicts(**changes)[criterion_id]


def verdict(criterion_id: str, **changes: Any) -> str:
    return result(criterion_id, **changes).verdict.value


def an_incident(**changes: Any) -> Document:
    return {
        "uscc": "91621122MA70000013",
        "date": "2023-06-01",
        "category": "安全生产",
        "severity": "较大",
        "doc_no": "示例〔2023〕1号",
        "authority": "示例机关",
        "description": "示例",
        "rectified": True,
        **changes,
    }


def problems(document: object) -> list[Problem]:
    with pytest.raises(ImpossibleInput) as refused:
        Application.from_json(document)
    return refused.value.problems


def places(document: object) -> list[tuple[str | None, int | None]]:
    return [(problem.path, problem.row) for problem in problems(document)]


def without(document: Document, *path: Any) -> Document:
    changed = copy.deepcopy(document)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return changed


def with_value(path: tuple[Any, ...], value: object) -> Document:
    changed = a_document(incidents=[an_incident()])
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


@cache
def _sample() -> Document:
    return dict(read_file(SAMPLE))  # type: ignore[call-overload]


def _change(document: Document, name: str, value: Any) -> None:
    years = document["indicators"]
    if name in TABLES:
        document[name] = document[name][:value] if isinstance(value, int) else value
    elif name == "roster":
        for index, fields in value.items():
            document["enterprises"][index].update(fields)
    elif name == "years":
        for row in years:
            row.update(value.get(int(row["year"]), {}))
    elif name == "reference_date":
        document[name] = value
    elif name in years[0] or name in ("profit", "revenue", "rd_spend_total", "clean_energy"):
        values = value if isinstance(value, list) else [*(row.get(name) for row in years[:-1]), value]
        for row, figure in zip(years, values, strict=True):
            row[name] = figure
    else:
        document["application"][name] = value
