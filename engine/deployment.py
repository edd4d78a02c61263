"""A diagram with its forms on the way in: read, checked, and reduced to what it uses.

The one way for files, uploads and first deployments; knows neither pages nor the database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.bpmn.checks import Finding, Surroundings, examine
from engine.bpmn.findings import DiagramRefused
from engine.bpmn.guard import check_guarded
from engine.bpmn.model import ProcessModel, read_processes
from engine.bpmn.xml import read_diagram


@dataclass(frozen=True)
class Rules:
    """What a diagram is held against: topics of handlers, known roles, articles, periods, subjects."""

    topics: Iterable[str]
    roles: Iterable[str]
    articles: Iterable[str] | None = None
    terms: Iterable[str] | None = None
    subjects: Iterable[str] | None = None

    def around(self, forms: Mapping[str, str | None]) -> Surroundings:
        """What a diagram with these forms may refer to."""
        return Surroundings.of(forms, self.topics, self.roles, self.articles, self.terms, self.subjects)


@dataclass(frozen=True)
class CheckedBundle:
    """`problems` forbid the deployment, `warnings` do not. `forms` are those that the diagram uses."""

    name: str
    xml: str
    forms: Mapping[str, str]
    problems: list[Finding]
    warnings: list[Finding]
    models: Mapping[str, ProcessModel] = field(default_factory=dict)

    @property
    def process_keys(self) -> list[str]:
        return list(self.models)


def read_bundle(
    name: str, data: bytes, forms: Mapping[str, str], rules: Rules, *, ours: bool = False
) -> CheckedBundle:
    """Check a diagram with the forms at hand; never raises for what is in them.

    Whatever is not `ours` is checked in a process of its own, bounded in time and memory.
    """
    around = rules.around(forms)
    report = examine(data, around) if ours else check_guarded(data, around)
    xml, models = _readable(data)
    used = {t.form for model in models.values() for t in model.user_tasks.values()}
    return CheckedBundle(
        name=name,
        xml=xml,
        forms={form: forms[form] for form in sorted(used) if form in forms},
        problems=list(report.problems),
        warnings=list(report.warnings),
        models=models,
    )


def read_file(path: Path, rules: Rules) -> CheckedBundle:
    """A diagram of the project itself, with the forms of the folder `forms` beside it."""
    forms = {p.stem: p.read_text(encoding="utf-8") for p in sorted((path.parent / "forms").glob("*.form"))}
    return read_bundle(path.stem, path.read_bytes(), forms, rules, ours=True)


def _readable(data: bytes) -> tuple[str, Mapping[str, ProcessModel]]:
    """The text as UTF-8, whatever it was written in, and its processes; of an unreadable file none."""
    try:
        diagram = read_diagram(data)
    except DiagramRefused:
        return data.decode("utf-8", errors="replace"), {}
    return diagram.text, read_processes(diagram.root)
