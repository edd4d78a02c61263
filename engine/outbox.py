"""Effects outside the database: one row per event, sent after the commit, tried again on failure (D8).

In-app messages are rows of their own. Here wait e-mails and web hooks. A row is claimed, sent without
any transaction open, and marked. Who crashes in between leaves a claim that lapses; the repeat carries
the same key, so that the receiver can tell. Runs on wall time and knows no way of sending (D7).
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import outbox_faults
from engine.clock import system_now
from engine.db import Database
from engine.errors import QilianError
from engine.models import Outbox
from engine.outside import in_words

log = logging.getLogger("qilian.outbox")
MAX_ATTEMPTS = 12  # with the pauses below some sixteen hours: a server may be down for a night
LONGEST_PAUSE = timedelta(hours=4)
CLAIM_LAPSES = timedelta(minutes=10)  # longer than any sending with its time-outs


class Undeliverable(QilianError):
    """对方拒收，重试没有意义。"""


class TryLater(QilianError):
    """对方暂时不收这一条。"""


@dataclass(frozen=True)
class Letter:
    """What a channel sends. `key` names the event and is the same at each attempt."""

    row_id: int
    attempt: int
    key: str
    address: str
    title: str
    payload: Mapping[str, Any]


class Channel(Protocol):
    """One way out. `leaves` is False where nothing may go outside, as in the sandbox."""

    @property
    def leaves(self) -> bool: ...

    def address_of(self, session: Session, person_id: str | None) -> str | None:
        """Where this person is reached now; None when nowhere."""

    def send(self, letter: Letter) -> None:
        """Raises Undeliverable or TryLater for this letter, OSError when the whole channel is down."""


class _Outcome(Enum):
    NOTHING, DONE, DOWN = auto(), auto(), auto()


def put(
    session: Session,
    now: datetime,
    event: str,
    kind: str,
    payload: Mapping[str, Any],
    *,
    person_id: str | None = None,
    title: str = "",
) -> Outbox:
    """Write one event; the same event again changes nothing."""
    row = session.scalars(sa.select(Outbox).where(Outbox.event == event)).first()
    if row is None:
        row = Outbox(
            event=event, kind=kind, payload=dict(payload), person_id=person_id, title=title,
            status="pending", attempts=0, created_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
    return row


def exists(session: Session, event: str) -> bool:
    return session.scalar(sa.select(Outbox.id).where(Outbox.event == event)) is not None


def deliver(
    database: Database, channels: Mapping[str, Channel], stopped: Callable[[], bool] = lambda: False
) -> int:
    """Send what waits; returns how many rows are done with. A kind without channel stays pending.

    A channel that is down is left alone until the next call, so that it holds up no other.
    """
    done = 0
    for kind, channel in channels.items():
        while not stopped() and _deliver_one(database, kind, channel) is _Outcome.DONE:
            done += 1
    return done


def _deliver_one(database: Database, kind: str, channel: Channel) -> _Outcome:
    with database.read() as session:
        if session.scalars(_next(kind, system_now())).first() is None:
            return _Outcome.NOTHING
    with database.write() as session:
        query = _next(kind, system_now()).with_for_update(skip_locked=True)
        row = session.scalars(query).first()
        if row is None:
            return _Outcome.NOTHING
        letter = _claim(session, row, channel)
    return _Outcome.DONE if letter is None else _send(database, kind, channel, letter)


def _next(kind: str, moment: datetime) -> sa.Select[Outbox]:
    may = sa.or_(Outbox.not_before.is_(None), Outbox.not_before <= moment)
    return sa.select(Outbox).where(Outbox.status == "pending", Outbox.kind == kind, may).order_by(
        Outbox.id
    ).limit(1)  # fmt: skip


def _claim(session: Session, row: Outbox, channel: Channel) -> Letter | None:
    """None where there is nothing to send: nobody to reach, nothing may leave, too many crashes."""
    moment = system_now()
    row.address = channel.address_of(session, row.person_id)
    if row.address is None:
        row.status, row.last_error = "dropped", "收件人已停用，或没有登记可用的地址。"
        return None
    if not channel.leaves:
        row.status = "withheld"
        return None
    if row.attempts >= MAX_ATTEMPTS:
        row.status = "failed"
        outbox_faults.report(session, moment, row, row.last_error or "发送途中程序多次中断。")
        return None
    row.attempts += 1
    row.not_before = moment + CLAIM_LAPSES
    return Letter(row.id, row.attempts, key_of(row), row.address, row.title, dict(row.payload))


def key_of(row: Outbox) -> str:
    """Names the event to the outside without telling anything about it."""
    return hashlib.sha256(f"{row.event} {row.created_at.isoformat()}".encode()).hexdigest()[:32]


def _send(database: Database, kind: str, channel: Channel, letter: Letter) -> _Outcome:
    try:
        channel.send(letter)
    except Exception as error:
        log.warning("%s %s was not sent: %s", kind, letter.key, in_words(error))
        _mark_failed(database, letter, error)
        return _Outcome.DOWN if isinstance(error, OSError) else _Outcome.DONE
    with database.write() as session:
        row = session.get(Outbox, letter.row_id, with_for_update=True)
        if row is not None:
            row.status, row.sent_at, row.not_before, row.last_error = "sent", system_now(), None, None
            session.flush()
            outbox_faults.close_if_mended(session, system_now(), kind, None)
    return _Outcome.DONE


def _mark_failed(database: Database, letter: Letter, error: Exception) -> None:
    moment = system_now()
    with database.write() as session:
        row = session.get(Outbox, letter.row_id, with_for_update=True)
        if row is None or row.status != "pending" or row.attempts != letter.attempt:
            return  # the claim had lapsed and somebody else has it now
        row.last_error = in_words(error)
        row.not_before = moment + pause(row.attempts)
        if isinstance(error, Undeliverable) or row.attempts >= MAX_ATTEMPTS:
            row.status = "failed"
            outbox_faults.report(session, moment, row, row.last_error)


def pause(attempts: int) -> timedelta:
    """One minute after the first failure, then twice as long each time, four hours at most."""
    return min(LONGEST_PAUSE, timedelta(minutes=2 ** (attempts - 1)))
