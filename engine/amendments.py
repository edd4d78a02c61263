"""A deadline moved by an administrator, with a reason; and telling people of deadlines that moved.

An administrator may lengthen what binds a party, never shorten it: an earlier day than the legal one is
for offices alone. Knows no role: the caller says whom the deadline binds.
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import audit, deadlines, inbox, instances
from engine.calendar import Calendar
from engine.clock import legal_day
from engine.directory import Directory
from engine.domain_dates import Moved
from engine.due_dates import chinese
from engine.errors import Conflict, NotFound, Problem, Refused
from engine.models import Timer, WorkItem

LONGEST_LIST = 30


def item(session: Session, item_id: str) -> WorkItem:
    """An open step with its due date, held for change."""
    found = session.scalars(sa.select(WorkItem).where(WorkItem.id == item_id)).first()
    if found is None:
        raise NotFound
    _hold(session, found)
    if found.status != "open" or found.due_on is None:
        raise Conflict("此事项已经办结、撤销，或没有期限。")
    return found


def timer(session: Session, timer_id: int) -> Timer:
    """A timer event that waits, held for change."""
    found = session.get(Timer, timer_id)
    if found is None:
        raise NotFound
    _hold(session, found)
    if found.status not in deadlines.WAITING or found.kind != "timer":
        raise Conflict("此定时已经触发、取消，或不是期限。")
    return found


def _hold(session: Session, row: WorkItem | Timer) -> None:
    instances.lock(session, row.instance_id)
    session.refresh(row, with_for_update=True)


def amend(
    session: Session, now: datetime, calendar: Calendar, row: WorkItem | Timer, on: date | None, reason: str,
    *, by: str, may_shorten: bool,
) -> Moved:  # fmt: skip
    """Move one deadline to another day. `may_shorten`: it binds an office, no party."""
    found = _problems(row, on, reason, legal_day(now), may_shorten)
    if found or on is None:
        raise Refused(found)
    moved = deadlines.amend(session, now, calendar, row, on, reason.strip())
    record(session, now, by, [moved], reason.strip())
    return moved


def _problems(
    row: WorkItem | Timer, on: date | None, reason: str, today: date, may_shorten: bool
) -> list[Problem]:
    found = []
    if not reason.strip():
        found.append(Problem("请写明改动期限的理由。", "reason"))
    if on is None:
        return [*found, Problem("请填写新的到期日。", "on")]
    legal = legal_on(row)
    if on < today:
        found.append(Problem("新的到期日不能早于今天。", "on"))
    elif on == row.due_on:
        found.append(Problem("到期日没有变化。", "on"))
    elif on < legal and not may_shorten:
        message = (
            f"不能早于法定日期{legal.year}年{legal.month}月{legal.day}日：当事人的期限只能延长，不能缩短。"
        )
        found.append(Problem(message, "on"))
    return found


def legal_on(row: WorkItem | Timer) -> date:
    """The day by law, whatever an administrator has made of it."""
    if row.legal_on is not None:
        return row.legal_on
    return row.due_on or legal_day(row.due_at)  # type: ignore[union-attr]


# --- telling --------------------------------------------------------------------------------------


def record(session: Session, now: datetime, by: str | None, moved: Sequence[Moved], reason: str) -> None:
    """One audit row per deadline; it stands in the timeline of its case."""
    for m in moved:
        facts = {
            "kind": m.kind, "deadline": m.name, "from": m.old_on.isoformat(), "to": m.new_on.isoformat(),
            "was_provisional": m.was_provisional, "is_provisional": m.is_provisional,
            "text": f"{said(m)}。{m.note or reason}",
        }  # fmt: skip
        audit.record(
            session, now, by, "deadline.moved", instance_id=m.case_id or None, element=m.element,
            subject=m.case_no, facts=facts,
        )  # fmt: skip


def tell(
    session: Session, directory: Directory, now: datetime, event: str, moved: Sequence[Moved], title: str,
    reason: str = "",
) -> int:  # fmt: skip
    """One message per person, listing what concerns them; returns how many people were told."""
    lists: dict[str, list[Moved]] = {}
    for m in moved:
        for person in _people(session, directory, m):
            lists.setdefault(person, []).append(m)
    for person, theirs in lists.items():
        lines = [f"{m.case_title}：{said(m)}。{reason or m.note}" for m in theirs[:LONGEST_LIST]]
        if len(theirs) > LONGEST_LIST:
            lines.append(f"……共 {len(theirs)} 项，其余见各办件页面。")
        link = f"/cases/{theirs[0].case_id}" if len(theirs) == 1 and theirs[0].case_id else "/"
        inbox.put(session, now, event, [person], title, "\n".join(lines), link)
    return len(lists)


def _people(session: Session, directory: Directory, m: Moved) -> dict[str, None]:
    seated = [p.id for s in m.seats for p in directory.candidates(session, s.role, s.scope)]
    return dict.fromkeys([*m.people, *seated])


def said(m: Moved) -> str:
    """“初审”由2027年1月8日（暂定）改为2027年1月11日."""
    old, new = _day(m.old_on, m.was_provisional), _day(m.new_on, m.is_provisional)
    if m.old_on != m.new_on:
        return f"“{m.name}”由{old}改为{new}"
    return f"“{m.name}”仍为{new}，不再暂定" if not m.is_provisional else f"“{m.name}”仍为{new}"


def _day(day: date, provisional: bool) -> str:
    return f"{chinese(day)}{'（暂定）' if provisional else ''}"
