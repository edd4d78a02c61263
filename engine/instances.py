"""Instances: begin one, complete a task, fire a timer, hand over a message — each one step (D8).

Every function runs inside a transaction of its caller and leaves it complete: state, work items,
timers, messages, audit. Nothing here catches errors; the facade rolls back and records them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine import audit, definitions, messages, timers, work_items
from engine.bpmn.model import StartEvent
from engine.bpmn.runner import DEPTH_ALARM, Run
from engine.bpmn.state import CODEC_VERSION
from engine.db import one_at_a_time
from engine.errors import Conflict, NotFound, QilianError, Refused
from engine.ids import new_id
from engine.models import Instance, Message, ProcessDefinition, Timer, WorkItem
from engine.step import Parts, Step


@dataclass(frozen=True)
class NewInstance:
    """What a new instance is called and where it belongs."""

    process_key: str
    business_key: str
    title: str
    scope: str


def lock(session: Session, instance_id: str) -> Instance:
    query = sa.select(Instance).where(Instance.id == instance_id).with_for_update()
    instance = session.scalars(query).first()
    if instance is None:
        raise NotFound
    return instance


def running(session: Session, business_key: str) -> list[Instance]:
    query = sa.select(Instance).where(Instance.business_key == business_key, Instance.status == "running")
    return list(session.scalars(query.order_by(Instance.started_at).with_for_update()))


def begin(
    parts: Parts,
    session: Session,
    now: datetime,
    by: str | None,
    new: NewInstance,
    data: Mapping[str, Any],
    at: StartEvent | None = None,
) -> Instance:
    """Start the newest version of a process. Raises Refused when the business key already runs.

    `at` is the start event of a message or of an armed start; without it the plain one is used.
    """
    one_at_a_time(session, new.business_key)
    definition = definitions.latest(session, new.process_key)
    if definition is None:
        raise NotFound(f"没有部署标识为“{new.process_key}”的流程。")
    if any(i.process_key == new.process_key for i in running(session, new.business_key)):
        raise Refused(f"编号“{new.business_key}”的流程已在办理中。")
    instance = _row(parts, session, now, by, new, definition)
    step = Step(parts, session, instance, now, by)
    session.add(instance)
    session.flush()
    run = step.begin(data, at)
    save(step, run)
    audit.record(
        session,
        now,
        by,
        "instance.started",
        instance_id=instance.id,
        facts={"process": new.process_key, "version": definition.version, "title": new.title},
    )
    return instance


def _row(
    parts: Parts,
    session: Session,
    now: datetime,
    by: str | None,
    new: NewInstance,
    definition: ProcessDefinition,
) -> Instance:
    return Instance(
        id=new_id(), process_key=new.process_key, definition_version=definition.version,
        bundle_id=definition.bundle_id, business_key=new.business_key, title=new.title, scope=new.scope,
        status="running", state="", codec_version=CODEC_VERSION, version=0,
        calendar_version=parts.calendar_of(session).version, started_by=by, started_at=now,
    )  # fmt: skip


def complete(
    parts: Parts, session: Session, now: datetime, item: WorkItem, by: str, form: Mapping[str, Any]
) -> Step:
    """A locked, open item of a locked instance is done: the process goes on with the declared outputs."""
    instance = session.get_one(Instance, item.instance_id)
    step = Step(parts, session, instance, now, by)
    run = step.load()
    item.completed_by, item.completed_at, item.assignee = by, now, by
    work_items.close(step, item, "completed")
    run.complete(item.task_id, form)
    save(step, run)
    return step


def fire(parts: Parts, session: Session, now: datetime, timer: Timer) -> Step:
    """A due timer's event happens, or a put-off service task runs."""
    instance = lock(session, timer.instance_id)
    step = Step(parts, session, instance, now, None)
    run = step.load()
    timer.status, timer.fired_at = "fired", now
    timer.late_seconds = max(0, int((now - timer.due_at).total_seconds()))
    if timer.kind == "job":
        run.run_job(timer.task_id)
    else:
        run.fire(timer.task_id, timer.element)
    save(step, run)
    audit.record(
        session,
        now,
        None,
        f"{timer.kind}.fired",
        instance_id=instance.id,
        element=timer.element,
        facts={"due_at": timer.due_at.isoformat(), "late_seconds": timer.late_seconds},
    )
    return step


def deliver(parts: Parts, session: Session, now: datetime, message: Message) -> None:
    """Hand a message over, start what it starts, or keep it while its addressee is not ready (D12)."""
    one_at_a_time(session, message.to)  # an addressee that is just being started would not be seen
    addressees = running(session, message.to)
    for instance in addressees:
        if _hand_over(parts, session, now, instance, message):
            return messages.settle(message, now, "delivered", instance.id)
    starter = definitions.started_by_message(session, parts.bundles, message.name)
    if starter is None:
        ended = sa.select(Instance.id).where(Instance.business_key == message.to).limit(1)
        is_dead = not addressees and session.scalar(ended) is not None
        return messages.settle(message, now, "dead" if is_dead else "kept")
    noted = next((i for i in addressees if i.process_key == starter.process_key), None)
    if noted is not None:  # what the message would start already runs and finds the news in its data
        return messages.settle(message, now, "delivered", noted.id)
    title = str(message.payload.get("title") or starter.name)
    new = NewInstance(starter.process_key, message.to, title, str(message.payload.get("scope")))
    at = parts.bundles.get(starter.bundle_id).models[starter.process_key].start_for_message(message.name)
    instance = begin(parts, session, now, message.by, new, messages.payload_data(message), at)
    return messages.settle(message, now, "delivered", instance.id)


def _hand_over(parts: Parts, session: Session, now: datetime, instance: Instance, message: Message) -> bool:
    step = Step(parts, session, instance, now, message.by)
    run = step.load()
    if not run.deliver(message.name, messages.payload_data(message)):
        return False
    save(step, run)
    audit.record(
        session,
        now,
        message.by,
        "message.delivered",
        instance_id=instance.id,
        facts={"name": message.name, "source": message.source},
    )
    return True


def save(step: Step, run: Run) -> None:
    """Write the state under its version and bring rows in line with what now waits."""
    instance, session = step.instance, step.session
    if run.is_stuck():
        raise QilianError("流程既未结束，也没有等待任何人或事件。")
    if run.depth() > DEPTH_ALARM:
        facts = {"depth": run.depth()}
        audit.record(session, step.now, None, "instance.deep", instance_id=instance.id, facts=facts)
    news: dict[str, Any] = {"state": run.dump(), "codec_version": CODEC_VERSION}
    if run.has_ended():
        news |= {"status": "ended", "outcome": run.outcome(), "ended_at": step.now}
        facts = {"outcome": news["outcome"]}
        audit.record(session, step.now, step.actor, "instance.ended", instance_id=instance.id, facts=facts)
    _write(session, instance, news)
    work_items.reconcile(step, [] if run.has_ended() else run.open_tasks())
    timers.reconcile(step, [] if run.has_ended() else run.waiting_timers())
    if run.has_ended() or run.waiting_messages():
        messages.wake(session, instance)
    session.flush()


def _write(session: Session, instance: Instance, news: Mapping[str, Any]) -> None:
    """The instance under its next version, in one statement.

    Belt over braces: the row is locked, and still a lost race must roll everything back.
    """
    session.flush()
    values = {**news, "version": instance.version + 1}
    statement = sa.update(Instance).where(Instance.id == instance.id, Instance.version == instance.version)
    result = session.execute(statement.values(values), execution_options={"synchronize_session": False})
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict
    for name, value in values.items():
        set_committed_value(instance, name, value)
