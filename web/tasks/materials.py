"""What earlier steps said, for whoever decides now: who, what they decided, their opinion, their paper.

Knows submissions of the same case; the newest of each step. Reads only.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from clusters.applications.application_content import MANDATORY_FILES
from clusters.applications.seals import FIELD as SEAL
from engine import submissions
from engine.models import Instance, Submission, WorkItem
from web.cases.outcomes import outcome
from web.services import services

File = Mapping[str, Any]
# The step that asks whether every mandatory paper is there.
CHECKS_FILES = "accept_application"
SEALED_BY = "approve_application"


class Material(NamedTuple):
    """What one step left behind."""

    item: WorkItem
    submission_id: str
    by: str
    at: datetime
    outcome: str
    opinion: str


class Paper(NamedTuple):
    """A kind of paper that an application must have, with the files that were handed in for it."""

    title: str
    files: Sequence[File]


def materials_of(session: Session, instance: Instance, item: WorkItem) -> list[Material]:
    """The newest submission of every other step, in the order in which they were made."""
    newest = {s.element: s for s in submissions.history(session, instance.id) if s.item_id != item.id}
    found = [_material(session, instance, s) for s in newest.values()]
    return sorted(found, key=lambda material: material.at)


def _material(session: Session, instance: Instance, submission: Submission) -> Material:
    form = services().engine.form(session, instance.bundle_id, submission.form)
    item = session.query(WorkItem).filter_by(id=submission.item_id).one()
    said = str(submission.data.get("opinion") or "")
    return Material(item, submission.id, submission.by, submission.at, outcome(form, submission.data), said)


def papers_of(session: Session, instance: Instance, item: WorkItem) -> list[Paper]:
    """Beside the check of completeness: the papers themselves, each a click away."""
    if item.element != CHECKS_FILES:
        return []
    content = submissions.latest(session, instance.id, "fill_application")
    sealed = submissions.latest(session, instance.id, SEALED_BY)
    papers = [Paper("申报书（加盖公章）", (sealed.data.get(SEAL) if sealed else None) or [])]
    data = content.data if content else {}
    return papers + [Paper(title, data.get(key) or []) for key, (title, _) in MANDATORY_FILES.items()]
