"""One more try at what stands in an incident, with a truthful answer whether it went through.

The try and the closing of the incident are one transaction: an incident that is closed here has
really been mended. What failed again stays open with its new reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import armed_starts, audit, incidents, instances, outbox_faults
from engine.engine import Engine
from engine.errors import Conflict, NotFound, Refused
from engine.models import ArmedStart, Incident, Message, Timer

DELIVERY = {
    "delivered": "消息已送达。",
    "kept": "接收方还没有走到接收消息的一步，消息已暂存，届时自动送达。",
    "dead": "接收方已经结束，消息无法送达，已转入“无法送达”。",
}


@dataclass(frozen=True)
class Outcome:
    """What became of a retry, in words that may be shown."""

    went_through: bool
    text: str


def can_retry(incident: Incident) -> bool:
    """A person's own act is repeated by that person; what the system did, the system can repeat."""
    return incident.resolved_at is None and incident.kind in ("timer", "message", "start", "outbox")


def retry(engine: Engine, incident_id: str, by: str) -> Outcome:
    """Try again at once. Raises Refused for what only its author can repeat."""
    now = engine.clock.now()
    with engine.database.read() as session:
        incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound
    if incident.resolved_at is not None:
        raise Conflict("这项异常已经处理。")
    if not can_retry(incident):
        raise Refused("这一步由办理人提交，应由其本人重新提交；草稿仍在。")
    if incident.kind == "outbox":
        return _send_again(engine, now, incident, by)
    attempt = {"timer": _fire, "message": _deliver, "start": _start}[incident.kind]
    try:
        with engine.database.write() as session:
            outcome = _closing(session, engine, now, incident, by, attempt)
    except (Conflict, sa.exc.OperationalError):
        raise  # somebody else is at it, or the database itself is: nothing is known about the case
    except Exception as error:
        _stays_open(engine, now, incident_id, by, error)
        return Outcome(False, str(error) or type(error).__name__)
    engine.settle()
    return outcome


def _send_again(engine: Engine, now: datetime, incident: Incident, by: str) -> Outcome:
    """Sending happens outside transactions and later; the incident ends itself when all has left."""
    with engine.database.write() as session:
        count = outbox_faults.send_all_again(session, now, incident.subject, by)
    return Outcome(True, f"{count} 条已重新排队，全部发出后这项异常自动关闭。")


Attempt = Callable[[Engine, Session, datetime, Incident], Outcome]


def _closing(
    session: Session, engine: Engine, now: datetime, incident: Incident, by: str, attempt: Attempt
) -> Outcome:
    outcome = attempt(engine, session, now, incident)
    session.flush()
    incidents.resolve(session, now, incident.id, by, note=outcome.text)
    return outcome


def _fire(engine: Engine, session: Session, now: datetime, incident: Incident) -> Outcome:
    timer = session.get(Timer, int(incident.subject))
    if timer is None:
        raise NotFound
    instances.lock(session, timer.instance_id)
    session.refresh(timer, with_for_update=True)
    if timer.status == "cancelled":
        return Outcome(True, "流程已经离开这一步，不再需要触发。")
    if timer.status == "fired":
        return Outcome(True, "这一步此前已经办成。")
    timer.status, timer.attempts = "waiting", timer.attempts + 1
    instances.fire(engine.parts, session, now, timer)
    return Outcome(True, "已补办成功。")


def _start(engine: Engine, session: Session, now: datetime, incident: Incident) -> Outcome:
    row = session.get(ArmedStart, int(incident.subject), with_for_update=True)
    if row is None:
        raise NotFound
    if row.status == "incident":
        row.attempts += 1
        armed_starts.fire(engine.parts, session, now, row)
    return Outcome(True, "流程已经启动。" if row.status == "fired" else "已不再需要启动。")


def _deliver(engine: Engine, session: Session, now: datetime, incident: Incident) -> Outcome:
    message = session.get(Message, int(incident.subject), with_for_update=True)
    if message is None:
        raise NotFound
    if message.status == "pending":
        raise Conflict("这条消息正在送达，请稍后刷新。")
    if message.status == "incident":
        message.attempts += 1
        instances.deliver(engine.parts, session, now, message)
    return Outcome(True, DELIVERY[message.status])


def _stays_open(engine: Engine, now: datetime, incident_id: str, by: str, error: Exception) -> None:
    with engine.database.write() as session:
        incident = session.get(Incident, incident_id, with_for_update=True)
        if incident is None or incident.resolved_at is not None:
            return
        incident.error = str(error) or type(error).__name__
        incident.detail = incidents.describe(error)
        audit.record(
            session, now, by, "incident.retry_failed", instance_id=incident.instance_id,
            element=incident.element, subject=incident.id, facts={"error": incident.error},
        )  # fmt: skip
