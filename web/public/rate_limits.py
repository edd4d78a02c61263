"""How often a stranger may do something: counted in the database, so that every process sees one count.

System time (D7). An address is kept only as a keyed hash, and only until its span of time has passed.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.clock import system_now
from engine.errors import QilianError
from web.models import RateCount
from web.services import services


class TooOften(QilianError):
    """操作过于频繁，请稍候再试。"""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__()
        self.retry_after = max(1, int(retry_after.total_seconds()))


@dataclass(frozen=True)
class Limit:
    """At most `most` times in each span of `per`."""

    name: str
    most: int
    per: timedelta


def visitor(address: str | None) -> str | None:
    """Whom to count: one IPv4 address, or the network of an IPv6 address.

    None for this machine itself: behind a proxy that QILIAN_BEHIND_PROXY does not tell of, everybody
    would seem to come from there, and one busy hour must not shut the others out.
    """
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if known.is_loopback:
        return None
    return str(known) if known.version == 4 else str(ipaddress.ip_network(f"{known}/64", strict=False))


def count(limits: Iterable[tuple[Limit, str | None]]) -> None:
    """Count once against each limit for its subject, if it has one; raises TooOften when one is passed.

    Committed at once: what is refused has been counted as well.
    """
    now, waits = system_now(), []
    with services().database.write() as session:
        session.execute(sa.delete(RateCount).where(RateCount.until < now))
        for limit, subject in limits:
            until = _span_end(now, limit.per)
            if subject and _one_more(session, _key(limit, subject, until), until) > limit.most:
                waits.append(until - now)
    if waits:
        raise TooOften(max(waits))


def _span_end(now: datetime, per: timedelta) -> datetime:
    """Spans follow one another without gaps from a fixed beginning, the same in every process."""
    beginning = datetime(2023, 1, 1, tzinfo=UTC)
    return beginning + ((now - beginning) // per + 1) * per


def _key(limit: Limit, subject: str, until: datetime) -> str:
    words = f"{limit.name}\n{subject}\n{until.isoformat()}"
    return hmac.new(services().secret_key, words.encode(), hashlib.sha256).hexdigest()


def _one_more(session: Session, key: str, until: datetime) -> int:
    """One statement that two writers cannot share."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    counted = (
        insert(RateCount)
        .values(key=key, count=1, until=until)
        .on_conflict_do_update(index_elements=[RateCount.key], set_={"count": RateCount.count + 1})
        .returning(RateCount.count)
    )
    return session.execute(counted, execution_options={"populate_existing": True}).scalar_one()
