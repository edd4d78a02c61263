"""撤销公示: a notice found wrong is taken back with a reason and published again, counted anew (art. 15).

The first text and its list stay as they were published. Only before anything has been decided on it: a
title is taken away by article 19 alone.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from clusters.applications import applications
from clusters.batches.models import Batch
from clusters.notices import notices
from clusters.objections import objections
from clusters.people import posts
from clusters.register.models import Notice
from engine import inbox, messages
from engine.directory import Directory
from engine.errors import Problem, Refused

ARTICLE = notices.ARTICLE
MESSAGE = "notice_cancelled"
REMOVED = "removed_from_list"
TOLD = ("county_clerk", "county_leader")


def problems(session: Session, batch: Batch, reason: str) -> list[Problem]:
    notice = notices.of_batch(session, batch.key)
    if notice is None:
        return [Problem("本批次目前没有公示。", article=ARTICLE)]
    found = []
    if not reason.strip():
        found.append(Problem("请写明撤销公示的理由，公众可以看到。", "reason", ARTICLE))
    if any(item.result == "designated" for item in notice.items):
        found.append(Problem("名单中已有集群作出认定决定，不能再撤销公示。", article=ARTICLE))
    return found


def cancel(session: Session, batch: Batch, reason: str, by: str, now: datetime) -> Notice:
    """`batch` is held by the caller. The process goes back to publishing by message."""
    found = problems(session, batch, reason)
    notice = notices.of_batch(session, batch.key)
    if found or notice is None:
        raise Refused(found)
    off = objections.removed(session, notice.no)
    notice.outcome, notice.cancelled_at, notice.cancelled_by = notices.CANCELLED, now, by
    notice.cancel_reason = reason.strip()
    batch.status = "selected"
    source = f"cancelled:{notice.no}"
    for item in notice.items:
        case = applications.get(session, item.case_no)
        if item.case_no in off:
            item.result = "removed"
            applications.close(case, "removed", f"异议处理结果：{off[item.case_no]}")
            messages.post(
                session, now, by, source=f"{source}:{item.case_no}", name=REMOVED, to=item.case_no, payload={}
            )
        else:
            case.status = "selected"
    messages.post(session, now, by, source=source, name=MESSAGE, to=batch.key, payload={})
    session.flush()
    return notice


def tell(session: Session, directory: Directory, notice: Notice, now: datetime) -> None:
    """Counties and cities of the list learn it at once: what they announced at home is void."""
    title = f"公示已撤销：{notice.no}"
    text = f"理由：{notice.cancel_reason}。名单重新公示后另行告知，公示期重新计满。"
    seats = [(role, item.county_code) for item in notice.items for role in TOLD]
    seats += [("city_clerk", item.city_code) for item in notice.items]
    people = posts.people_in(session, directory, seats)
    inbox.put(session, now, f"cancelled:{notice.no}", people, title, text, f"/batches/{notice.batch_key}")
