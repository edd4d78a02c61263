"""公示: a frozen list on the department's portal for full working days (F07, art. 15, 16, D-03, A-15).

The days come from the standard, the window from `engine.calendar`. Once published the list is never
changed; an outage recorded by a person makes the notice longer.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.applications.models import Application
from clusters.batches.models import Batch
from clusters.filed import Filed
from clusters.notices import notice_text
from clusters.notices.notice_kinds import DESIGNATION
from clusters.people import regions
from clusters.register.models import Notice, NoticeInterruption, NoticeItem
from engine.calendar import Calendar, NoticePolicy, NoticeWindow
from engine.clock import SHANGHAI, end_of, legal_day
from engine.db import dump_json
from engine.due_dates import DueDate, chinese, succeeding
from engine.errors import NotFound, Problem, Refused
from engine.ids import new_id

ARTICLE = "第十五条"
CANCELLED = "cancelled"
STANDING = sa.or_(Notice.outcome.is_(None), Notice.outcome != CANCELLED)
# The department's portal: a notice elsewhere is not the notice that the article asks for.
PORTAL = "https://gxt.gansu.gov.cn/"
PORTAL_HOSTS = frozenset({"gxt.gansu.gov.cn"})
CONTACT = {
    "channel_phone": "异议受理电话",
    "channel_address": "异议受理地址",
    "channel_email": "异议受理邮箱",
    "objection_rule_text": "异议提出要求",
}


def get(session: Session, notice_no: str) -> Notice:
    notice = session.get(Notice, notice_no)
    if notice is None:
        raise NotFound(f"没有公示“{notice_no}”。")
    return notice


def of_batch(session: Session, batch_key: str) -> Notice | None:
    """The notice of a list that a batch decides on as a whole, and that stands; a cancelled one does not."""
    found = sa.select(Notice).where(Notice.batch_key == batch_key, Notice.kind == DESIGNATION, STANDING)
    return session.scalars(found).first()


def cancelled(session: Session, batch_key: str) -> list[Notice]:
    """What was published for this batch and taken back, the newest first."""
    query = sa.select(Notice).where(Notice.batch_key == batch_key, Notice.outcome == CANCELLED)
    return list(session.scalars(query.order_by(Notice.cancelled_at.desc())))


def of_case(session: Session, case_no: str) -> Notice | None:
    """The latest notice on which this case stands."""
    found = sa.select(Notice).join(NoticeItem).where(NoticeItem.case_no == case_no, STANDING)
    return session.scalars(found.order_by(Notice.published_at.desc(), Notice.no.desc())).first()


def deciding_key(notice: Notice) -> str:
    """The business key of the case that published the notice and decides after it."""
    return notice.batch_key if notice.kind == DESIGNATION else notice.items[0].case_no


def item_of(notice: Notice, case_no: str) -> NoticeItem:
    return next(item for item in notice.items if item.case_no == case_no)


def list_notices(session: Session) -> list[Notice]:
    return list(session.scalars(sa.select(Notice).order_by(Notice.published_at.desc())))


def is_over(notice: Notice, at: datetime) -> bool:
    """From 24:00 of the last day on. A last day that is only provisional shuts nobody out (D6)."""
    return at >= end_of(notice.last_day) and not notice.provisional


def text_hash(notice: Notice) -> str:
    """SHA-256 of the text as published, in UTF-8."""
    return hashlib.sha256(notice.text.encode()).hexdigest()


# --- publishing -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listing:
    """What is published: cases of one batch in their order, for what, and since when it could be."""

    batch: Batch
    kind: str
    title: str
    cases: Sequence[Application]
    formed_on: date | None = None


def publish(
    session: Session, listing: Listing, form: Filed, calendar: Calendar, days: int, now: datetime,
    policy: str = NoticePolicy.FULL_DAYS,
) -> Notice:  # fmt: skip
    """Freeze the list and fix the window. The batch is held by the caller against withdrawals."""
    published_at = _published_at(form)
    found = [
        *_place_problems(form),
        *_time_problems(published_at, listing.formed_on, now),
        *_after_cancelled(published_at, cancelled(session, listing.batch.key)),
    ]
    if not listing.cases:
        found.append(Problem("名单中没有可以公示的集群。", article=ARTICLE))
    if found or published_at is None:
        raise Refused(found)
    window = calendar.notice_window(legal_day(published_at), days, policy)
    last_day = _wanted_last_day(form, window)
    notice = Notice(
        no=numbering.notice_no(session, legal_day(now).year), **form.source, batch_key=listing.batch.key,
        kind=listing.kind, title=form.text("title") or listing.title, text="",
        portal_url=form.text("portal_url"), published_at=published_at, first_day=window.first_day,
        last_day=last_day, trace=window.due.to_json(), calendar_version=calendar.version,
        provisional=window.due.provisional or calendar.is_provisional(last_day),
        days=days, policy=str(policy),
        contact={name: form.text(name) for name in CONTACT}, list_hash="",
    )  # fmt: skip
    notice.items = [_item(seq, case) for seq, case in enumerate(listing.cases, 1)]
    notice.list_hash = list_hash(notice)
    notice.text = notice_text.body(notice)
    session.add(notice)
    session.flush()
    return notice


def _item(seq: int, case: Application) -> NoticeItem:
    return NoticeItem(
        seq=seq, case_no=case.case_no, cluster_name=case.cluster_name, county_code=case.county_code,
        city_code=case.city_code, leading_industry=case.leading_industry,
    )  # fmt: skip


def list_hash(notice: Notice) -> str:
    """SHA-256 of the frozen list, printed on the notice: shows whether anybody changed it."""
    rows = [
        [i.seq, i.case_no, i.cluster_name, regions.full_name(i.county_code), i.leading_industry]
        for i in notice.items
    ]
    return hashlib.sha256(dump_json([notice.batch_key, rows]).encode()).hexdigest()


def _published_at(form: Filed) -> datetime | None:
    try:
        day = date.fromisoformat(form.text("published_on"))
        moment = time.fromisoformat(form.text("published_time"))
    except ValueError:
        return None
    return datetime.combine(day, moment.replace(tzinfo=None), SHANGHAI)


def _place_problems(form: Filed) -> list[Problem]:
    found = []
    address = urlsplit(form.text("portal_url"))
    if address.scheme not in ("http", "https") or address.hostname not in PORTAL_HOSTS:
        hosts = "、".join(sorted(PORTAL_HOSTS))
        found.append(Problem(f"公示应在省工业和信息化厅门户网站（{hosts}）发布。", "portal_url", ARTICLE))
    if not form.data.get("evidence_file"):
        found.append(Problem("请上传发布留痕（截图或 PDF）。", "evidence_file", ARTICLE))
    for name, title in CONTACT.items():
        if not form.text(name):
            found.append(Problem(f"公示须写明{title}。", name, ARTICLE))
    return found


def _time_problems(published_at: datetime | None, formed_on: date | None, now: datetime) -> list[Problem]:
    if published_at is None:
        return [Problem("请填写门户网站上的发布日期和时间（如 09:30）。", "published_on", ARTICLE)]
    if published_at > now:
        return [Problem("发布时间不能晚于现在，请按门户网站实际发布时间填写。", "published_on", ARTICLE)]
    if formed_on is not None and legal_day(published_at) < formed_on:
        return [Problem(f"发布时间早于形成名单的日期（{chinese(formed_on)}）。", "published_on", ARTICLE)]
    return []


def _after_cancelled(published_at: datetime | None, earlier: Sequence[Notice]) -> list[Problem]:
    """Published again means a new page on the portal: the days of the first do not count for the second."""
    cancelled_at = earlier[0].cancelled_at if earlier else None
    if published_at is None or cancelled_at is None or published_at >= cancelled_at:
        return []
    message = f"{earlier[0].no}已经撤销，请填写撤销以后重新发布的日期和时间。"
    return [Problem(message, "published_on", ARTICLE)]


def _wanted_last_day(form: Filed, window: NoticeWindow) -> date:
    """Longer than the article's working days is allowed, shorter is not (art. 15)."""
    wanted = form.day("last_day") or window.last_day
    if wanted < window.last_day:
        message = f"公示不得少于{window.due.days}个工作日：最早到{chinese(window.last_day)}届满。"
        raise Refused([Problem(message, "last_day", ARTICLE)])
    return wanted


# --- while it runs ----------------------------------------------------------------------------


def interrupt(
    session: Session, notice_no: str, starts_on: date, ends_on: date, reason: str, calendar: Calendar,
    by: str, now: datetime,
) -> Notice:  # fmt: skip
    """Record that the portal was down; each working day lost is made up at the end (A-15)."""
    notice = get(session, notice_no)
    found = []
    if not reason.strip():
        found.append(Problem("请写明中断的情况。", "reason", ARTICLE))
    if ends_on < starts_on or ends_on > legal_day(now):
        found.append(Problem("中断的止日不能早于起日，也不能晚于今天。", "ends_on", ARTICLE))
    if starts_on > notice.last_day or ends_on < notice.first_day:
        found.append(Problem("中断的日期不在公示期内。", "starts_on", ARTICLE))
    if notice.outcome is not None:
        found.append(Problem("公示结果已经形成。", article=ARTICLE))
    if found:
        raise Refused(found)
    notice.interruptions.append(
        NoticeInterruption(
            id=new_id(), starts_on=starts_on, ends_on=ends_on, reason=reason.strip(), recorded_by=by,
            recorded_at=now,
        )
    )  # fmt: skip
    session.flush()
    recompute(notice, calendar)
    return notice


def recompute(notice: Notice, calendar: Calendar) -> None:
    """Count again with the calendar and the interruptions known now; never to an earlier day (D6)."""
    published_on = legal_day(notice.published_at)
    window = calendar.notice_window(published_on, notice.days, notice.policy)
    lost = _lost_days(notice, calendar, window)
    while lost and len(lost) > window.due.days - notice.days:
        window = calendar.notice_window(published_on, notice.days, notice.policy, len(lost))
        lost = _lost_days(notice, calendar, window)
    count = succeeding(DueDate.from_json(notice.trace), window.due, notice.last_day)
    notice.last_day, notice.trace = max(notice.last_day, count.on), count.to_json()
    notice.calendar_version = calendar.version
    notice.provisional = count.is_provisional or calendar.is_provisional(notice.last_day)


def _lost_days(notice: Notice, calendar: Calendar, window: NoticeWindow) -> set[date]:
    """Working days of the window on which the portal was down; each counts once."""
    lost = set()
    for outage in notice.interruptions:
        day = max(outage.starts_on, window.first_day)
        while day <= min(outage.ends_on, window.last_day):
            if calendar.is_working_day(day):
                lost.add(day)
            day += timedelta(days=1)
    return lost
