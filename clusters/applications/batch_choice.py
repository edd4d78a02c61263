"""The batch that an application goes into: its own, the only one open, or the one chosen (art. 13)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from clusters.applications.models import Application
from clusters.batches import batches
from clusters.batches.models import Batch
from engine.due_dates import chinese
from engine.errors import Problem, Refused

ART_13 = "第十三条"


def batch_for(session: Session, application: Application, today: date, found: list[Problem]) -> Batch | None:
    """The batch that the case goes into. A case sent back for correction stays in its own."""
    if application.batch_key is not None:
        batch = batches.get(session, application.batch_key)
        if application.first_submitted_at is None and not batches.takes_applications(batch, today):
            found.append(
                Problem(_closed(batch, batches_to_choose(session, application, today)), "batch_key", ART_13)
            )
        return batch
    taking = batches.open_for_applications(session, today)
    if len(taking) == 1:
        return taking[0]
    message = (
        "有多个批次正在开放，请先在本案页面选定批次。"
        if taking
        else "目前没有开放的申报批次，请等待省厅通知。"
    )
    found.append(Problem(message, "batch_key", ART_13))
    return None


def _closed(batch: Batch, others: Sequence[Batch]) -> str:
    dates = f"{chinese(batch.open_on)}起，{chinese(batch.recommend_due)}止"
    closed = f"批次“{batch.title}”未开放：{dates}。"
    if not others:
        return closed
    titles = "、".join(f"“{other.title}”" for other in others)
    return f"{closed}可以在本案页面转入正在开放的批次{titles}。"


def batches_to_choose(session: Session, application: Application, today: date) -> list[Batch]:
    """The open batches for an application not yet sent in that has none, or whose own takes none now."""
    if application.status != "drafting":
        return []
    own = batches.get(session, application.batch_key) if application.batch_key else None
    if own is not None and batches.takes_applications(own, today):
        return []
    return batches.open_for_applications(session, today)


def choose_batch(session: Session, application: Application, batch_key: str, today: date) -> Batch:
    """Put an application that has not been sent in into an open batch (art. 13)."""
    chosen = next((b for b in batches_to_choose(session, application, today) if b.key == batch_key), None)
    if chosen is None:
        raise Refused([Problem("本件不能选定这个批次，请刷新后查看。", "batch", ART_13)])
    application.batch_key = chosen.key
    return chosen
