"""Who did what, when: rows inserted in the step, sealed afterwards into one HMAC chain (D15).

A chain inside each step would make all steps wait for each other; so a step inserts unsealed rows
and one sealer at a time gives them their place and their seal.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.clock import system_now
from engine.db import dump_json
from engine.models import AuditEntry

ADVISORY_LOCK = 7_301_915  # any number, the same in every process
SEAL_WITHIN = timedelta(minutes=1)
GENESIS = "0" * 64


@dataclass(frozen=True)
class Verification:
    """`broken` is the id of the first row whose seal does not fit; `late` counts rows unsealed too long."""

    checked: int
    broken: int | None
    late: int
    head: str
    head_sequence: int


def record(
    session: Session,
    now: datetime,
    actor: str | None,
    action: str,
    *,
    instance_id: str | None = None,
    element: str | None = None,
    subject: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """`at` is legal time; the wall time of recording stands beside it."""
    session.add(AuditEntry(
        at=now, recorded_at=system_now(), actor=actor, action=action, instance_id=instance_id,
        element=element, subject=subject, facts=dict(facts or {}),
    ))  # fmt: skip


def _seal_of(key: bytes, previous: str, sequence: int, entry: AuditEntry) -> str:
    content = dump_json([
        previous, sequence, entry.at.isoformat(), entry.recorded_at.isoformat(), entry.actor, entry.action,
        entry.instance_id, entry.element, entry.subject, entry.facts,
    ])  # fmt: skip
    return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()


def seal(session: Session, key: bytes, limit: int = 5000) -> int:
    """Seal the rows that are not yet; returns how many. One sealer at a time."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": ADVISORY_LOCK})
    previous, sequence = head(session)
    rows = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.sequence.is_(None)).order_by(AuditEntry.id).limit(limit)
    ).all()
    for entry in rows:
        sequence += 1
        entry.sequence, entry.seal = sequence, _seal_of(key, previous, sequence, entry)
        previous = entry.seal
    return len(rows)


def head(session: Session) -> tuple[str, int]:
    """Seal and sequence of the last sealed row."""
    row = session.execute(
        sa.select(AuditEntry.seal, AuditEntry.sequence)
        .where(AuditEntry.sequence.is_not(None))
        .order_by(AuditEntry.sequence.desc())
        .limit(1)
    ).first()
    return (GENESIS, 0) if row is None else (row.seal, row.sequence)


def is_sealed_with(session: Session, key: bytes) -> bool:
    """Whether this key sealed the last row: one look, where `verify` walks the whole chain."""
    query = sa.select(AuditEntry).where(AuditEntry.sequence.is_not(None))
    found = session.scalars(query.order_by(AuditEntry.sequence.desc()).limit(2)).all()
    if not found:
        return True
    last, previous = found[0], found[1].seal if len(found) > 1 else GENESIS
    return hmac.compare_digest(last.seal or "", _seal_of(key, previous or GENESIS, last.sequence or 0, last))


def verify(session: Session, key: bytes) -> Verification:
    """Walk the chain from its first row; stops at the first that was changed, removed or put in."""
    previous, sequence, broken = GENESIS, 0, None
    query = sa.select(AuditEntry).where(AuditEntry.sequence.is_not(None)).order_by(AuditEntry.sequence)
    with session.scalars(query.execution_options(yield_per=1000)) as entries:
        for entry in entries:
            expected = _seal_of(key, previous, sequence + 1, entry)
            if entry.sequence != sequence + 1 or not hmac.compare_digest(entry.seal or "", expected):
                broken = entry.id
                break
            previous, sequence = expected, sequence + 1
    late = session.scalar(
        sa.select(sa.func.count()).where(
            AuditEntry.sequence.is_(None), AuditEntry.recorded_at < system_now() - SEAL_WITHIN
        )
    )
    return Verification(sequence, broken, late or 0, previous, sequence)
