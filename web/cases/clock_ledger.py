"""办理时限: how long an office has had a case in hand, interval by interval, and when its clock stood (D14).

Internal service periods only; what the law gives a party never stops and is not shown here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.orm import Session

from clusters.batches import rules
from engine.calendar import Calendar
from engine.case_view import CaseView
from engine.clock import legal_day
from engine.errors import CalendarUnavailable
from engine.models import ServiceInterval, WorkItem
from engine.service_clocks import used_days


@dataclass(frozen=True)
class Stretch:
    """One stretch of a clock: running while an office has the case, stopped while it waits for others."""

    running: bool
    what: str
    since: datetime
    until: datetime | None
    days: int | None


@dataclass(frozen=True)
class ClockLedger:
    """One clock of a case. Days are working days; `left` is negative when the period is exceeded."""

    label: str
    article: str
    limit: int | None
    used: int | None
    is_running: bool
    stretches: Sequence[Stretch]

    @property
    def left(self) -> int | None:
        return None if self.limit is None or self.used is None else self.limit - self.used


def ledgers(session: Session, case: CaseView, calendar: Calendar, today: date) -> list[ClockLedger]:
    """Every clock of a case in the order in which it first ran."""
    standard = rules.standard(session, case.instance.rule_version or rules.last_known(session, today).code)
    items = {i.id: i for i in [*case.closed_items, *(o.item for o in case.open_items)]}
    rows = sorted(case.intervals, key=lambda r: r.clock)
    found = []
    for name, group in groupby(rows, key=lambda r: r.clock):
        intervals = sorted(group, key=lambda r: r.started_at)
        period = standard.periods.get(name)
        found.append(
            ClockLedger(
                label=period.label if period else name, article=period.article if period else "",
                limit=period.value if period else None,
                used=_used(intervals, calendar, case.instance.scope, today),
                is_running=intervals[-1].stopped_at is None,
                stretches=list(_stretches(intervals, items, calendar, case.instance.scope, today)),
            )
        )  # fmt: skip
    return sorted(found, key=lambda ledger: ledger.stretches[0].since)


def _used(rows: list[ServiceInterval], calendar: Calendar, scope: str, today: date) -> int | None:
    try:
        return used_days(rows, calendar, scope, today)
    except CalendarUnavailable:
        return None


def _stretches(
    rows: list[ServiceInterval], items: dict[str, WorkItem], calendar: Calendar, scope: str, today: date
) -> Iterator[Stretch]:
    for number, row in enumerate(rows):
        item = items.get(row.item_id)
        days = _used([row], calendar, scope, today)
        yield Stretch(True, item.name if item else "", row.started_at, row.stopped_at, days)
        following = rows[number + 1] if number + 1 < len(rows) else None
        if row.stopped_at and following and legal_day(following.started_at) > legal_day(row.stopped_at):
            what = _meanwhile(items, row.stopped_at, following.started_at)
            yield Stretch(False, what, row.stopped_at, following.started_at, None)


def _meanwhile(items: dict[str, WorkItem], since: datetime, until: datetime) -> str:
    """What the case waited for while the clock stood: the steps begun and done in between."""
    names = [
        i.name
        for i in sorted(items.values(), key=lambda i: i.number)
        if since <= i.created_at < until and i.completed_at and i.completed_at <= until
    ]
    return "、".join(dict.fromkeys(names))
