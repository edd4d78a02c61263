"""What people submitted: immutable rows, the record of every case (D9)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.contract import SubmittedForm
from engine.db import dump_json
from engine.ids import new_id
from engine.models import Submission, WorkItem


def content_hash(data: Mapping[str, Any]) -> str:
    """SHA-256 of the content in canonical JSON; printed in the footer of what is sealed (A-13)."""
    canonical = dump_json({k: data[k] for k in sorted(data)})
    return hashlib.sha256(canonical.encode()).hexdigest()


def record(session: Session, item: WorkItem, data: Mapping[str, Any], by: str, at: datetime) -> Submission:
    submission = Submission(
        id=new_id(), instance_id=item.instance_id, item_id=item.id, task_id=item.task_id,
        element=item.element, form=item.form, data=dict(data), content_hash=content_hash(data), by=by, at=at,
    )  # fmt: skip
    session.add(submission)
    session.flush()
    return submission


def _valid(instance_id: str) -> sa.Select[Submission]:
    return sa.select(Submission).where(
        Submission.instance_id == instance_id, Submission.recalled_at.is_(None)
    )


def latest(session: Session, instance_id: str, element: str) -> SubmittedForm | None:
    query = _valid(instance_id).where(Submission.element == element)
    row = session.scalars(query.order_by(Submission.number.desc()).limit(1)).first()
    return None if row is None else as_form(row)


def history(session: Session, instance_id: str, element: str | None = None) -> Sequence[Submission]:
    """All valid submissions, oldest first."""
    query = _valid(instance_id)
    if element is not None:
        query = query.where(Submission.element == element)
    return session.scalars(query.order_by(Submission.number)).all()


def as_form(row: Submission) -> SubmittedForm:
    return SubmittedForm(row.id, row.instance_id, row.task_id, row.element, row.data, row.by, row.at)
