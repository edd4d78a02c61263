"""延续执行: a batch whose rule ends before its applications are accepted (art. 21, part 9).

Acceptance binds a case to a version in force. Once the version has lapsed, nothing more of the batch
can be accepted until the province records the document that continues it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications.models import Application
from clusters.batches import batches, rules
from clusters.batches.models import Batch
from engine.errors import Problem, Refused

WITH_THE_COUNTY, WITH_THE_CITY = ("drafting", "correcting"), ("submitted",)


@dataclass(frozen=True)
class Lapse:
    """The rule of a batch that has ended, or will before its recommendations close.

    `filling`, `waiting`: how many of its cases are with the county, and with the city for acceptance.
    """

    doc_no: str
    last_day: date
    has_lapsed: bool
    filling: int
    waiting: int


def lapse(session: Session, batch: Batch, today: date) -> Lapse | None:
    """What stands still, or will; None when the batch needs no continuation document."""
    if batch.status != "open" or batch.continuation_doc:
        return None
    has_lapsed = rules.in_force(session, today) is None
    if not has_lapsed and rules.in_force(session, batch.recommend_due) is not None:
        return None
    version = rules.get(session, batch.rule_version)
    return Lapse(
        version.doc_no, version.effective_to, has_lapsed,
        filling=_count(session, batch, WITH_THE_COUNTY), waiting=_count(session, batch, WITH_THE_CITY),
    )  # fmt: skip


def _count(session: Session, batch: Batch, statuses: Sequence[str]) -> int:
    query = sa.select(sa.func.count()).select_from(Application)
    return session.scalar(
        query.where(Application.batch_key == batch.key, Application.status.in_(statuses))
    ) or 0  # fmt: skip


def problems(session: Session, batch: Batch, doc_no: str, has_file: bool, today: date) -> list[Problem]:
    """Why a continuation document cannot be recorded; not needed is a reason, too."""
    if batch.continuation_doc:
        message = f"本批次已登记延续执行文件{batch.continuation_doc}，无需再次登记。"
        return [Problem(message, article=rules.ARTICLE)]
    if lapse(session, batch, today) is None:
        why = "名单已经形成，各件按受理时的规则办理" if batch.status != "open" else "实施细则在本批次期间有效"
        return [Problem(f"{why}，无需登记延续执行文件。", article=rules.ARTICLE)]
    found = []
    if not doc_no.strip():
        found.append(Problem("请填写延续执行文件的文号。", "continuation_doc", rules.ARTICLE))
    if not has_file:
        found.append(Problem("请上传延续执行文件。", "continuation_file", rules.ARTICLE))
    return found


def record(session: Session, key: str, doc_no: str, files: Sequence[Mapping[str, Any]], today: date) -> Batch:
    """From now on the lapsed rule carries this batch: its applications can be accepted."""
    batch = batches.locked(session, key)
    found = problems(session, batch, doc_no, bool(files), today)
    if found:
        raise Refused(found)
    batch.continuation_doc, batch.continuation_files = doc_no.strip(), [dict(file) for file in files]
    session.flush()
    return batch
