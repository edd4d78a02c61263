"""Moving running instances to another version of their diagram: asked for, previewed, refused where a live
step would disappear (D10). Each instance moves in a step of its own; drafts, holders and dates stay.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import audit, instances, recalls, work_items
from engine.bpmn.migration import Move
from engine.engine import Engine
from engine.errors import NotFound, Problem, Refused
from engine.models import Instance, ProcessDefinition, WorkItem
from engine.step import Parts, Step


@dataclass(frozen=True)
class Candidate:
    """A running instance of another version. `problems` in words; empty: it can move. `at`: open steps."""

    instance: Instance
    at: Sequence[str]
    problems: Sequence[str]


def candidates(
    engine: Engine, session: Session, target: ProcessDefinition, limit: int
) -> tuple[list[Candidate], int]:
    """The oldest running instances of other versions, at most `limit`, and how many there are in all."""
    others = sa.select(Instance).where(
        Instance.process_key == target.process_key,
        Instance.status == "running",
        Instance.bundle_id != target.bundle_id,
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(others.subquery())) or 0
    found = session.scalars(others.order_by(Instance.started_at, Instance.id).limit(limit)).all()
    steps = _open_steps(session, [i.id for i in found])
    now = engine.clock.now()
    return [
        Candidate(i, steps.get(i.id, []), _move(Step(engine.parts, session, i, now, None), target).problems)
        for i in found
    ], total


@dataclass(frozen=True)
class Outcome:
    """How many instances moved, and in words which did not and why."""

    moved: int
    refused: Sequence[str]


def migrate(engine: Engine, instance_ids: Iterable[str], target_id: int, *, by: str, reason: str) -> Outcome:
    """Move each of these instances; one that cannot holds up no other.

    Those that stand there already or have ended are passed over. Raises Refused without a reason.
    """
    if not reason.strip():
        raise Refused([Problem("请写明为什么要把在办案件转入这一版。", "reason")])
    moved, refused = 0, []
    for instance_id in instance_ids:
        try:
            with engine.database.write() as session:
                target = session.get(ProcessDefinition, target_id)
                if target is None:
                    raise NotFound
                moved += _migrate(engine.parts, session, engine.clock.now(), instance_id, target, by, reason)
        except Refused as problem:
            refused.append(str(problem))
    return Outcome(moved, refused)


def _migrate(
    parts: Parts, session: Session, now: datetime, instance_id: str, target: ProcessDefinition, by: str,
    reason: str,
) -> bool:  # fmt: skip
    instance = instances.lock(session, instance_id)
    if instance.status != "running" or instance.bundle_id == target.bundle_id:
        return False
    if instance.process_key != target.process_key:
        raise Refused(f"{instance.title}不是同一个流程的办件。")
    step = Step(parts, session, instance, now, by)
    move = _move(step, target)
    if move.problems:
        raise Refused(f"{instance.title}不能转入第 {target.version} 版：{'；'.join(move.problems)}")
    before = instance.definition_version
    instance.state = move.state()
    instance.bundle_id, instance.definition_version = target.bundle_id, target.version
    recalls.forget(session, instance)  # the way back belongs to the version that has been left
    run = step.load()
    instances.save(step, run)
    work_items.renew(step, run.open_tasks())
    facts = {"process": instance.process_key, "from": before, "to": target.version, "reason": reason}
    audit.record(session, now, by, "instance.migrated", instance_id=instance.id, facts=facts)
    return True


def _move(step: Step, target: ProcessDefinition) -> Move:
    new = step.parts.bundles.get(target.bundle_id)
    return Move(step.instance.state, step.instance.process_key, step.parsed, new, step)


def _open_steps(session: Session, instance_ids: Sequence[str]) -> Mapping[str, list[str]]:
    query = sa.select(WorkItem.instance_id, WorkItem.name).where(
        WorkItem.instance_id.in_(instance_ids), WorkItem.status == "open"
    )
    found: dict[str, list[str]] = {}
    for instance_id, name in session.execute(query.order_by(WorkItem.number)):
        found.setdefault(instance_id, []).append(name)
    return found
