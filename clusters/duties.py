"""What the system reminds its keepers of by itself: a missing calendar year, a rule about to lapse.

T10: from 1 November, daily, next year's calendar is asked for until it is there (D-15). T11: the rule's
own term is announced 180, 90 and 30 days before its last day and on it (art. 21).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.batches.models import RuleContinuation, RuleVersionRow
from clusters.people import posts, regions
from engine import calendar_imports, inbox
from engine.calendar import Calendar
from engine.clock import legal_day
from engine.directory import Directory
from engine.due_dates import chinese
from engine.models import CalendarImport

PROVINCE = regions.province().code
NOVEMBER, URGENT_FROM = 11, (12, 15)
LAPSE_NOTICES = (180, 90, 30, 0)
IMPORTS = "/calendar/imports"


def holders(session: Session, directory: Directory, roles: Iterable[str]) -> list[str]:
    return posts.people_in(session, directory, ((role, PROVINCE) for role in roles))


def is_confirmed(calendar: Calendar, year: int) -> bool:
    return any(y.year == year and y.region is None and not y.is_provisional for y in calendar.years)


class CalendarMissing:
    """T10. The year that runs, if its notice never came; from November on the next one."""

    name = "calendar_missing"

    def next_day(self, session: Session, calendar: Calendar, after: date) -> date | None:
        day = after + timedelta(days=1)
        if wanted_year(calendar, day) is not None:
            return day
        year = day.year if day <= date(day.year, NOVEMBER, 1) else day.year + 1
        return date(year, NOVEMBER, 1)

    def perform(self, session: Session, calendar: Calendar, directory: Directory, now: datetime) -> None:
        today = legal_day(now)
        year = wanted_year(calendar, today)
        if year is None:
            return
        pending = calendar_imports.open_for(session, year)
        people = holders(session, directory, ("sys_admin", "sec_admin") if pending else ("sys_admin",))
        if pending is not None and pending.status == "pending":
            people = [p for p in people if p != pending.proposed_by]
        title, text, link = _asking(year, today, pending)
        inbox.put(session, now, f"{self.name}:{today}", people, title, text, link)


def wanted_year(calendar: Calendar, day: date) -> int | None:
    """The year whose notice has to be asked for on this day."""
    if not is_confirmed(calendar, day.year):
        return day.year
    is_time = day.month >= NOVEMBER and not is_confirmed(calendar, day.year + 1)
    return day.year + 1 if is_time else None


def _asking(year: int, today: date, pending: CalendarImport | None) -> tuple[str, str, str]:
    is_urgent = today.year >= year or (today.month, today.day) >= URGENT_FROM
    mark = "【紧急】" if is_urgent else ""
    if pending is not None and pending.status == "pending":
        text = f"{year}年工作日历已提交，须由导入人以外的管理员核对确认；确认前相关期限一律为暂定。"
        return f"{mark}请确认{year}年工作日历", text, f"{IMPORTS}/{pending.id}"
    text = (
        f"{year}年放假安排公布后，请按国务院办公厅通知的文号导入，并请另一名管理员确认。"
        f"导入前，{year}年的期限一律为暂定，不产生不利后果；没有日历的年度不能计算期限。"
    )
    return f"{mark}请导入{year}年工作日历", text, IMPORTS


class RuleLapse:
    """T11. Says that the rule ends, before batches are refused for want of one (part 9)."""

    name = "rule_lapse"
    roles = ("sys_admin", "prov_clerk", "prov_office_head")

    def next_day(self, session: Session, calendar: Calendar, after: date) -> date | None:
        days = (e - timedelta(n) for e in ends(session) for n in LAPSE_NOTICES if e.toordinal() > n)
        return min((day for day in days if day > after), default=None)

    def perform(self, session: Session, calendar: Calendar, directory: Directory, now: datetime) -> None:
        today, known = legal_day(now), ends(session)
        end = min((e for e in known if e >= today), default=max(known, default=None))
        if end is None:
            return
        left = (end - today).days
        when = f"还有{left}天届满" if left > 0 else "今天届满" if left == 0 else "已经届满"
        text = (
            f"现行实施细则有效至{chinese(end)}，{when}。"
            "届满后不能开放新的申报或复核批次，除非登记延续执行文件的文号；已受理的办件和已认定的集群不受影响。请尽早确定修订、重新发布或延续。"
        )
        people = holders(session, directory, self.roles)
        inbox.put(session, now, f"{self.name}:{today}", people, f"实施细则{when}", text, "/batches")


def ends(session: Session) -> list[date]:
    """The last days of a rule after which none is in force."""
    version, paper = RuleVersionRow, RuleContinuation
    terms = list(session.execute(sa.select(version.effective_from, version.effective_to)))
    terms += session.execute(sa.select(paper.starts_on, paper.ends_on))
    lasting = {last + timedelta(days=1) for _, last in terms if last < date.max}
    gaps = (day for day in lasting if not any(first <= day <= last for first, last in terms))
    return sorted(day - timedelta(days=1) for day in gaps)


DUTIES = (CalendarMissing(), RuleLapse())
