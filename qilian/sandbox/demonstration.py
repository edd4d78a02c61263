"""What lets the sandbox run beyond 2026: a labelled demonstration calendar and continuation of the rule.

Seeded here and nowhere else. Without them 2027 is provisional, and nothing adverse follows from a
provisional date. The lapse of January 2026 is left as it is, so that it can be seen: the continuation
begins with 2027.
"""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.batches import rules
from clusters.batches.models import RuleContinuation
from engine import calendar_store
from engine.calendar import Calendar
from engine.calendar_years import read_years
from engine.ids import new_id

CALENDAR = Path(__file__).with_suffix(".toml")
CONTINUATION = "演示延续〔2026〕1号（虚构，仅供沙箱使用）"
FROM, TO = date(2027, 1, 1), date(2030, 12, 31)


def seed(session: Session, now: datetime) -> None:
    """The demonstration's years and document, unless they are there; a real year is never replaced."""
    kept = {(y.year, y.region): y for y in Calendar.from_years(calendar_store.load_years(session)).years}
    for year in read_years(CALENDAR):
        old = kept.get((year.year, year.region))
        if old is None or old.is_provisional:
            version = old.version + 1 if old else year.version
            calendar_store.put(session, now, replace(year, version=version))
    query = sa.select(RuleContinuation.id).where(RuleContinuation.doc_no == CONTINUATION)
    if session.scalar(query) is None:
        session.add(
            RuleContinuation(
                id=new_id(), rule_version=rules.last_known(session, FROM).code, doc_no=CONTINUATION,
                issued_on=FROM, starts_on=FROM, ends_on=TO, files=[], recorded_by="sandbox", recorded_at=now,
            )
        )  # fmt: skip
