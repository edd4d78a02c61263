"""公示 of the list of a batch: published once, frozen against withdrawals (F07, art. 15)."""

from datetime import datetime

from sqlalchemy.orm import Session

from clusters.applications.models import Application
from clusters.batches.models import Batch, Selection
from clusters.filed import Filed
from clusters.notices import notice_text, notices
from clusters.notices.notice_kinds import DESIGNATION
from clusters.notices.notices import ARTICLE, Listing
from clusters.register.models import Notice
from engine.calendar import Calendar, NoticePolicy
from engine.errors import Problem, Refused


def publish(
    session: Session, batch: Batch, form: Filed, calendar: Calendar, days: int, now: datetime,
    policy: str = NoticePolicy.FULL_DAYS,
) -> Notice:  # fmt: skip
    """The list that the meeting formed, without those withdrawn since. `batch` is held by the caller."""
    if batch.status not in ("selected", "empty"):
        raise Refused([Problem("名单尚未形成，或已经公示。", article=ARTICLE)])
    formed = session.get_one(Selection, batch.key)
    cases = listed(session, batch.key)
    listing = Listing(batch, DESIGNATION, notice_text.title(batch), cases, formed.meeting_date)
    notice = notices.publish(session, listing, form, calendar, days, now, policy)
    for case in cases:
        case.status = "in_notice"
    batch.status = "in_notice"
    session.flush()
    return notice


def listed(session: Session, batch_key: str) -> list[Application]:
    """Selected cases in the order of the list, without those withdrawn since."""
    selection = session.get(Selection, batch_key)
    if selection is None:
        return []
    cases = [session.get_one(Application, item.case_no) for item in selection.items if item.selected]
    return [case for case in cases if case.status == "selected"]


def close_if_empty(session: Session, batch: Batch) -> bool:
    """Where nobody is listed, or whoever was has withdrawn, there is nothing to publish: the batch ends.

    `batch` is held by the caller.
    """
    session.flush()
    if batch.status != "selected" or listed(session, batch.key):
        return False
    batch.status = "empty"
    return True
