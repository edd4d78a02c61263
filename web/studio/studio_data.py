"""What the pages of processes show: diagrams, their versions and cases, outlines, checks. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annex.standard_parts import Period
from clusters.batches import rules
from clusters.people import roles
from clusters.people.models import Person
from engine.bpmn.findings import Finding
from engine.bpmn.model import FlowNode, ProcessModel
from engine.deployment import CheckedBundle, read_bundle
from engine.differences import BundleComparison, compare_bundles
from engine.errors import NotFound, Problem
from engine.models import Bundle, Instance, ProcessDefinition
from web.services import services
from web.studio import step_words

KINDS = {
    "startEvent": "开始", "endEvent": "结束", "userTask": "人员办理", "serviceTask": "系统办理",
    "businessRuleTask": "系统办理", "callActivity": "调用流程", "intermediateCatchEvent": "等待",
    "intermediateThrowEvent": "发消息", "boundaryEvent": "边界事件", "sendTask": "发消息",
    "receiveTask": "等待",
}  # fmt: skip


@dataclass(frozen=True)
class Running:
    """How many cases of one process run on one of its versions."""

    version: int
    cases: int
    is_newest: bool


@dataclass(frozen=True)
class Process:
    """One process with its newest version and the cases that run."""

    definition: ProcessDefinition
    running: Sequence[Running]

    @property
    def cases(self) -> int:
        return sum(r.cases for r in self.running)

    @property
    def has_earlier(self) -> bool:
        """Whether cases run on a version that is no longer the newest."""
        return any(not r.is_newest for r in self.running)


@dataclass(frozen=True)
class DiagramEntry:
    """One diagram as deployed: several processes may stand in it."""

    name: str
    bundle_id: str
    processes: Sequence[Process]

    @property
    def title(self) -> str:
        return title_of(p.definition.name for p in self.processes)


def title_of(process_names: Iterable[str]) -> str:
    """A diagram in words: its processes, without what stands in brackets."""
    return "、".join(dict.fromkeys(name.partition("（")[0] for name in process_names))


def diagrams(session: Session) -> list[DiagramEntry]:
    """By the bundle of each process's newest version."""
    newest = _newest(session)
    cases = _running(session)
    entries: dict[str, list[Process]] = {}
    for row in newest.values():
        running = [
            Running(version, number, version == row.version)
            for (key, version), number in sorted(cases.items(), reverse=True)
            if key == row.process_key
        ]
        entries.setdefault(row.bundle_id, []).append(Process(row, running))
    names = _bundle_names(session, entries)
    return sorted((DiagramEntry(names[b], b, p) for b, p in entries.items()), key=lambda e: e.name)


def _newest(session: Session) -> dict[str, ProcessDefinition]:
    query = sa.select(ProcessDefinition).order_by(ProcessDefinition.version)
    return {row.process_key: row for row in session.scalars(query)}


def _running(session: Session) -> dict[tuple[str, int], int]:
    query = (
        sa.select(Instance.process_key, Instance.definition_version, sa.func.count())
        .where(Instance.status == "running")
        .group_by(Instance.process_key, Instance.definition_version)
    )
    return {(key, version): number for key, version, number in session.execute(query)}


def _bundle_names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    query = sa.select(Bundle.id, Bundle.name).where(Bundle.id.in_(list(ids)))
    return dict(session.execute(query).all())


def proposals(session: Session) -> Sequence[Bundle]:
    query = sa.select(Bundle).where(Bundle.status == "proposed").order_by(Bundle.proposed_at.desc())
    return session.scalars(query).all()


def diagram(session: Session, name: str) -> DiagramEntry | None:
    return next((entry for entry in diagrams(session) if entry.name == name), None)


def deployed(session: Session, name: str) -> Bundle | None:
    """The bundle that the newest versions of a diagram's processes come from."""
    entry = diagram(session, name)
    return None if entry is None else session.get(Bundle, entry.bundle_id)


def names(session: Session, ids: Iterable[str | None]) -> dict[str | None, str]:
    """Who proposed and who decided; nobody stands for the installation itself."""
    query = sa.select(Person.id, Person.name).where(Person.id.in_([i for i in ids if i]))
    return {None: "系统", **dict(session.execute(query).all())}


# --- one version --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """A bundle among the versions of its diagram, the newest first. `definitions` once it is deployed.

    `predecessor_id`: what it is compared with. A proposal with what is deployed, a deployed one with
    what was deployed before it.
    """

    bundle: Bundle
    definitions: Sequence[ProcessDefinition]
    history: Sequence[Bundle]
    predecessor_id: str | None
    is_current: bool
    running: Mapping[str, int] = field(default_factory=dict)


def version(session: Session, bundle_id: str) -> Version:
    bundle = session.get(Bundle, bundle_id)
    if bundle is None:
        raise NotFound("没有这个流程版本。")
    own = sa.select(ProcessDefinition).where(ProcessDefinition.bundle_id == bundle_id)
    rows = session.scalars(own.order_by(ProcessDefinition.id)).all()
    newest = {row.id for row in _newest(session).values()}
    order = _deployments(session, bundle.name)
    cases = _running(session)
    return Version(
        bundle=bundle,
        definitions=rows,
        history=_history(session, bundle.name, order),
        predecessor_id=_predecessor(bundle, order),
        is_current=bundle.status == "deployed" and any(r.id in newest for r in rows),
        running={row.process_key: cases.get((row.process_key, row.version), 0) for row in rows},
    )


def _deployments(session: Session, name: str) -> dict[str, int]:
    """Bundles of a diagram by their last deployment, the newest first. Legal time may stand still (D7)."""
    last = sa.func.max(ProcessDefinition.id)
    query = (
        sa.select(Bundle.id, last)
        .join(ProcessDefinition, ProcessDefinition.bundle_id == Bundle.id)
        .where(Bundle.name == name)
        .group_by(Bundle.id)
        .order_by(last.desc())
    )
    return dict(session.execute(query).all())


def _history(session: Session, name: str, order: Mapping[str, int]) -> list[Bundle]:
    """What waits or was turned down before what was deployed."""
    found = session.scalars(sa.select(Bundle).where(Bundle.name == name).order_by(Bundle.proposed_at.desc()))
    return sorted(found, key=lambda b: (b.id in order, -order.get(b.id, 0)))


def _predecessor(bundle: Bundle, order: Mapping[str, int]) -> str | None:
    others = [id_ for id_ in order if id_ != bundle.id]
    if bundle.status == "deployed":
        others = [id_ for id_ in others if order[id_] < order[bundle.id]]
    return others[0] if others else None


def compared(session: Session, bundle: Bundle, against: str | None) -> BundleComparison | None:
    """What changed since another version; None when there is none to compare with."""
    other = None if against is None else session.get(Bundle, against)
    return None if other is None else compare_bundles(other, bundle)


def marks(comparison: BundleComparison | None) -> dict[str, str]:
    """What the diagram marks: element -> added or changed."""
    found = comparison.diagram.differences if comparison else ()
    return {d.element: d.kind for d in found if d.kind != "removed"}


# --- checks -------------------------------------------------------------------------------------


def check(bundle: Bundle) -> CheckedBundle:
    """A kept bundle, which has passed the guard, held against the rules of today."""
    return read_bundle(bundle.name, bundle.xml.encode(), bundle.forms, services().rules, ours=True)


def as_problem(finding: Finding) -> Problem:
    where = f"（第 {finding.line} 行）" if finding.line else ""
    return Problem(f"{finding.message}{where}", element=finding.element)


# --- in words -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OutlineStep:
    """One step of a process in words."""

    node: FlowNode
    kind: str
    post: str
    form: str | None
    rules: Sequence[str]


@dataclass(frozen=True)
class Outline:
    """One process in words, for those who do not see the diagram."""

    key: str
    name: str
    steps: Sequence[OutlineStep]


def outline(session: Session, bundle: Bundle) -> list[Outline]:
    """The periods are those of the rule last known: what a case begun today would be told."""
    models = services().engine.parts.bundles.get(bundle.id, bundle.xml).models
    known = rules.last_known(session, services().today())
    periods = rules.standard(session, known.code).periods
    return [Outline(key, model.name, _steps(model, periods)) for key, model in models.items()]


def _steps(model: ProcessModel, periods: Mapping[str, Period]) -> list[OutlineStep]:
    nodes = model.nodes.values()
    return [_step(model, node, periods) for node in nodes if node.kind in KINDS and node.name]


def _step(model: ProcessModel, node: FlowNode, periods: Mapping[str, Period]) -> OutlineStep:
    task, service = model.user_tasks.get(node.id), model.service_tasks.get(node.id)
    told: list[str] = []
    if task is not None:
        told = step_words.of_user_task(model, task, periods)
    elif service is not None:
        told = step_words.of_service_task(service)
    post = roles.label(task.role) if task else ""
    return OutlineStep(node, KINDS[node.kind], post, task.form if task else None, told)
