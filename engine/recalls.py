"""撤回: taking one's last step back, while nobody has gone on from it.

A step leaves a way back: the state before it, what its handlers wrote in rows of the domain, and whom it
told. There is none where a handler may not be taken back, a message left the case, or the case ended.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import audit, instances, work_items
from engine.desk import is_untouched
from engine.errors import Conflict, NotAllowed, Refused
from engine.models import Instance, Snapshot, Submission, WorkItem
from engine.row_journal import RowJournal, put_back
from engine.step import Parts, Step

GONE_ON = "后续环节已经办理或已产生效力，不能撤回；请联系下一环节办理人退回。"
TOUCHED = "下一环节已经签收或开始填写，不能撤回；请联系其退回。"
TOLD = "办理人撤回了“{}”，此前就这一步收到的通知和待办作废，重新提交后另行通知。"


def remember(step: Step, item: WorkItem, by: str, state_before: str, written: RowJournal) -> None:
    """Keep the way back of the step just taken instead of any earlier one."""
    if not (step.is_recallable and written.is_whole and step.instance.status == "running"):
        forget(step.session, step.instance)
        return
    kept = step.session.get(Snapshot, step.instance.id)
    if kept is None:
        kept = Snapshot(instance_id=step.instance.id)
        step.session.add(kept)
    kept.item_id, kept.person_id, kept.version_after = item.id, by, step.instance.version
    kept.state_before, kept.written, kept.told = state_before, written.notes, sorted(step.told - {by})


def forget(session: Session, instance: Instance) -> None:
    kept = session.get(Snapshot, instance.id)
    if kept is not None:
        session.delete(kept)


def offered(session: Session, instance: Instance, person_id: str) -> str | None:
    """The work item that this person may take back now."""
    kept = _way_back(session, instance)
    if kept is None or kept.person_id != person_id or not is_untouched(session, instance.id):
        return None
    return kept.item_id


def _way_back(session: Session, instance: Instance) -> Snapshot | None:
    """What the last step left behind, as long as nothing has happened since."""
    kept = session.get(Snapshot, instance.id)
    return kept if kept is not None and kept.version_after == instance.version else None


def recall(parts: Parts, session: Session, now: datetime, item_id: str, by: str) -> None:
    """Raises Refused when somebody has gone on, NotAllowed when it is somebody else's step."""
    item = work_items.get(session, item_id)
    instance = instances.lock(session, item.instance_id)
    kept = _way_back(session, instance)
    if kept is None or kept.item_id != item.id:
        raise Refused(GONE_ON)
    if kept.person_id != by:
        raise NotAllowed("只有办理人本人可以撤回。")
    if not is_untouched(session, instance.id):
        raise Refused(TOUCHED)
    try:
        put_back(session, kept.written)
    except Conflict as changed:
        raise Refused(GONE_ON) from changed
    _restore(Step(parts, session, instance, now, by), item, kept)


def _restore(step: Step, item: WorkItem, kept: Snapshot) -> None:
    session, instance, told = step.session, step.instance, kept.told
    item.status = "recalled"
    withdrawn = sa.select(Submission).where(Submission.item_id == item.id)
    for submission in session.scalars(withdrawn):
        submission.recalled_at = step.now
    instance.state = kept.state_before
    session.delete(kept)
    session.flush()
    instances.save(step, step.load())
    step.tell(told, f"已撤回：{instance.title}", TOLD.format(item.name), None)
    audit.record(
        session, step.now, step.actor, "item.recalled", instance_id=instance.id, element=item.element,
        subject=item.id,
    )  # fmt: skip
