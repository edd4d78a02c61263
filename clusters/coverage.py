"""Which part of the software carries out which provision of the regulation.

Gathers what diagrams, forms, the standard, pages and tests say of themselves; judges nothing but
whether a provision that asks something is carried out and tested at all.
"""

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clusters.annex.standard import Standard
from clusters.articles import PROVISIONS, Provision, cited
from engine.bpmn.model import ProcessModel

KINDS = ("steps", "timers", "forms", "rows", "pages", "tests")


@dataclass(frozen=True)
class Place:
    """Where a provision is carried out: an id to search for, and what people call it."""

    id: str
    name: str


@dataclass
class Row:
    """One provision with every place that names it.

    `rows` are criteria of the standard, `timers` steps with a date and the standard's periods: a period
    alone carries nothing out.
    """

    provision: Provision
    steps: list[Place] = field(default_factory=list)
    timers: list[Place] = field(default_factory=list)
    forms: list[Place] = field(default_factory=list)
    rows: list[Place] = field(default_factory=list)
    pages: list[Place] = field(default_factory=list)
    tests: list[Place] = field(default_factory=list)

    @property
    def is_carried_out(self) -> bool:
        return any((self.steps, self.forms, self.rows, self.pages))

    @property
    def is_missing(self) -> bool:
        """Something is asked, and nothing does it or no test stands for it."""
        return self.provision.acts and not (self.is_carried_out and self.tests)


Citation = tuple[str, str, Place]  # provision, kind, place


def table(citations: Iterable[Citation]) -> tuple[list[Row], list[tuple[str, Place]]]:
    """A row for each provision, and the citations of provisions that do not exist."""
    rows = {p.name: Row(p) for p in PROVISIONS}
    unknown: list[tuple[str, Place]] = []
    for name, kind, place in citations:
        if name not in rows:
            unknown.append((name, place))
        elif place not in (places := getattr(rows[name], kind)):
            places.append(place)
    return list(rows.values()), unknown


def of_models(models: Iterable[ProcessModel]) -> Iterator[Citation]:
    """Steps and timers of diagrams; a due date or a reminder is a timer too."""
    for model in models:
        for node in model.nodes.values():
            task = model.user_tasks.get(node.id)
            is_timed = node.timed or (task is not None and bool(task.due or task.remind))
            for name in cited(node.article):
                place = Place(node.id, node.name or node.id)
                yield name, "steps", place
                if is_timed:
                    yield name, "timers", place


def of_forms(forms: Mapping[str, str]) -> Iterator[Citation]:
    """`forms` maps names to the text of .form files."""
    for form, text in forms.items():
        for component in _components(json.loads(text)):
            for name in cited((component.get("properties") or {}).get("article")):
                yield name, "forms", Place(form, form)


def _components(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for child in node.get("components") or ():
        yield child
        yield from _components(child)


def of_standard(standard: Standard) -> Iterator[Citation]:
    for criterion in standard.criteria:
        yield criterion.article, "rows", Place(criterion.id, criterion.label)
    for name, period in standard.periods.items():
        yield period.article, "timers", Place(name, period.label)
    for name, practice in standard.practice.items():
        yield practice.article, "timers", Place(name, practice.label)


def of_tests(folder: Path) -> Iterator[Citation]:
    """Tests that name a provision with the marker `article`; none where the tests are not at hand."""
    for path in sorted(folder.rglob("test_*.py")):
        file = str(path.relative_to(folder.parent))
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for name in _named(node.decorator_list):
                    yield name, "tests", Place(file, node.name)
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
                for name in _named([node.value]):
                    yield name, "tests", Place(file, path.stem)


def _named(marks: Iterable[ast.expr]) -> Iterator[str]:
    """The provisions in `pytest.mark.article(…)`, alone or in a list."""
    for mark in marks:
        if isinstance(mark, ast.List):
            yield from _named(mark.elts)
        elif isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.article":
            yield from (str(a.value) for a in mark.args if isinstance(a, ast.Constant))
