"""Whose turn it is in a batch and what it waits for; also shown on the pages of its cases. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications.models import Application
from clusters.batches import batches
from clusters.batches.models import Batch
from clusters.notices import notices
from clusters.objections import objections
from engine.case_view import OpenItem, turns_of
from engine.engine import Engine
from engine.models import Instance, Timer
from web.dates import cn_date

# What an application waits for, by the message that would end the waiting.
FROM_CITY, FROM_BATCH = "recommended", "designated"


@dataclass(frozen=True)
class Wait:
    """One thing that is waited for; `trace` tells how its day was counted, day by day."""

    words: str
    day: date | None = None
    trace: Mapping[str, Any] | None = None
    provisional: bool = False


@dataclass(frozen=True)
class Turn:
    """Where something is being done that a case waits for: `items` are somebody's turn, `waits` are dates."""

    key: str
    title: str
    items: Sequence[OpenItem]
    waits: Sequence[Wait]


def of_batch(engine: Engine, session: Session, batch: Batch, today: date) -> Turn:
    items = turns_of(engine, session, batch.instance_id, today)
    query = sa.select(Timer).where(Timer.instance_id == batch.instance_id, Timer.status == "waiting")
    timers = session.scalars(query.order_by(Timer.due_at)).all()
    waits = [_wait(engine, session, batch, timer) for timer in timers]
    if not items and not waits:
        waits = [Wait(_rest(session, batch))]
    return Turn(batch.key, batch.title, items, waits)


def _wait(engine: Engine, session: Session, batch: Batch, timer: Timer) -> Wait:
    if timer.element == "recommendation_closed":
        day = batch.recommend_due
        return Wait(f"市州推荐至{cn_date(day, True)}24:00 截止，此后由厅领导审议拟认定名单。", day)
    notice = notices.of_batch(session, batch.key) if timer.element == "notice_ended" else None
    if notice is None:
        return Wait(
            f"等待“{timer.name}”：{cn_date(timer.due_on, True)}。",
            timer.due_on,
            timer.trace,
            timer.provisional,
        )
    earliest = engine.parts.calendar_of(session).next_working_day(notice.last_day).due
    words = (
        f"名单公示至{cn_date(notice.last_day, True)}24:00；期满后由厅领导作出认定决定，"
        f"最早{cn_date(earliest, True)}。"
    )
    return Wait(words, notice.last_day, notice.trace, notice.provisional)


def _rest(session: Session, batch: Batch) -> str:
    notice = notices.of_batch(session, batch.key)
    held = objections.held_back(session, notice.no) if notice and batch.status != "decided" else ()
    if held:
        return f"{len(held)} 个集群因异议暂缓认定，异议办结后由厅领导再作决定；名单中的其他集群不受影响。"
    return "本批次已办结。"


# --- for the page of one application ------------------------------------------------------------------


def of_case(
    engine: Engine, session: Session, application: Application, awaited: Sequence[str], today: date
) -> Turn | None:
    """What an application waits for while it is nobody's turn in the application itself."""
    if application.batch_key is None or not {FROM_CITY, FROM_BATCH} & set(awaited):
        return None
    batch = batches.get(session, application.batch_key)
    if FROM_CITY in awaited:
        return _of_city(engine, session, batch, application, today)
    found = of_batch(engine, session, batch, today)
    notice = notices.of_batch(session, batch.key)
    if notice is None or application.case_no not in objections.held_back(session, notice.no):
        return found
    held = Wait("有异议正在办理，办结以前本集群暂缓认定，名单中的其他集群不受影响。")
    return Turn(found.key, found.title, found.items, [held, *(w for w in found.waits if w.day)])


def _of_city(engine: Engine, session: Session, batch: Batch, application: Application, today: date) -> Turn:
    key = f"{batch.key}/{application.city_code}"
    query = sa.select(Instance.id).where(Instance.business_key == key, Instance.status == "running")
    running = session.scalars(query).first()
    items = turns_of(engine, session, running, today) if running else []
    return Turn(batch.key, batch.title, items, [] if items else [Wait("等待市州汇总推荐。")])
