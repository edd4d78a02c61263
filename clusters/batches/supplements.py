"""What a standard file gained after its version was kept: adopted by the province with a reason (art. 21).

A kept version never changes. A period or number that it does not have at all, because the procedure
learned a step later, may be added beside it; what it says already is changed by a new version only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annex.standard import Standard
from clusters.annex.standard_parts import Period, Practice
from clusters.batches import rules
from clusters.batches.models import RuleSupplement, RuleVersionRow
from engine.errors import NotFound, Problem, Refused


@dataclass(frozen=True)
class Missing:
    """An entry of a standard file that the version kept under its name has not."""

    version: str
    part: str  # periods | practice
    entry: Period | Practice


def missing(session: Session, files: Iterable[Path]) -> list[Missing]:
    """In the order of the files. A version that is not kept yet misses nothing: it is taken in whole."""
    found = []
    for path in sorted(files):
        shipped = Standard.load(path)
        if session.get(RuleVersionRow, shipped.id) is None:
            continue
        kept = rules.standard(session, shipped.id)
        for part in ("periods", "practice"):
            known = getattr(kept, part)
            entries = getattr(shipped, part).values()
            found += [Missing(shipped.id, part, e) for e in entries if e.name not in known]
    return found


def adopted(session: Session) -> list[RuleSupplement]:
    """Oldest first."""
    return list(session.scalars(sa.select(RuleSupplement).order_by(RuleSupplement.id)))


def adopt(
    session: Session, files: Iterable[Path], version: str, name: str, reason: str, by: str, now: datetime
) -> RuleSupplement:
    """Add an entry to a version from now on. Raises Refused without a reason."""
    wanted = [m for m in missing(session, files) if (m.version, m.entry.name) == (version, name)]
    if not wanted:
        raise NotFound(f"规则版本“{version}”不缺少“{name}”，请刷新后查看。")
    if not reason.strip():
        raise Refused([Problem("请写明采用的理由和依据。", f"reason-{name}", rules.ARTICLE)])
    (found,) = wanted
    entry = found.entry
    row = RuleSupplement(
        rule_version=version, part=found.part, name=name, label=entry.label, value=str(entry.value),
        unit=entry.unit, article=entry.article, basis=entry.basis, reason=reason.strip(), adopted_by=by,
        adopted_at=now,
    )  # fmt: skip
    kept = rules.get(session, version)
    kept.supplements.append(row)
    session.flush()
    return row
