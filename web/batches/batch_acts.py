"""What the province does on the page of a batch: extend it, continue its rule, cancel its notice.

A refused act comes back on the page with what was typed; files have to be chosen again.
"""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters.applications import applications
from clusters.batches import batches, continuations, extension_news
from clusters.batches.models import BatchExtension
from clusters.designation import cancellation
from clusters.people import regions
from engine import audit, deadlines
from engine.case_view import view
from engine.errors import Problem, Refused
from engine.periods import days_after
from web.access import access, person
from web.attachments import check, keep_all
from web.batches.batches import CONTINUERS, OPENERS, page
from web.posted import posted_day, posted_text
from web.services import services

blueprint = Blueprint("batch_acts", __name__)
STAFF = frozenset({"prov_clerk", "prov_inspector", "prov_office_head"})
Page = Response | tuple[str, int]


def on_its_page(act: Callable[[str], str]) -> Callable[[str], Page]:
    """Run an act on a batch and go back to its page: with its message, or with why it was refused."""

    @wraps(act)
    def run(key: str) -> Page:
        try:
            message = act(key)
        except Refused as refused:
            return page(key, refused.problems, act.__name__), 422
        flash(message, "success")
        return redirect(url_for("batches.show", key=key), 303)

    return run


@blueprint.post("/batches/<key>/extend")
@access(roles=OPENERS, scope="province")
@on_its_page
def extend(key: str) -> str:
    """Later closing dates by a document with a reason; the process waits accordingly."""
    with services().database.write() as session:
        row = batches.extend(
            session, key, posted_text("doc_no"), posted_text("reason"), posted_day("county_due"),
            posted_day("recommend_due"), person().id, services().now(),
        )  # fmt: skip
        _wait_longer(session, row)
        batch, now = batches.get(session, key), services().now()
        extension_news.tell(session, services().engine.directory, batch, row, now)
        facts = {"doc_no": row.doc_no, "reason": row.reason, "recommend_due": row.recommend_due.isoformat()}
        audit.record(session, now, person().id, "batch.extended", subject=key, facts=facts)
    return "截止日期已延长，各市州和县区已收到消息。"


def _wait_longer(session: Session, row: BatchExtension) -> None:
    calendar, now = services().engine.parts.calendar_of(session), services().now()
    letters = [f"{row.batch_key}/{city.code}" for city in regions.cities()]
    deadlines.move(session, now, calendar, letters, "recommend", row.recommend_due)
    begun = applications.not_sent_in(session, row.batch_key)
    for step in applications.DUE_WITH_BATCH:
        deadlines.move(session, now, calendar, begun, step, row.county_due)
    closed_on = days_after(row.recommend_due, 1)
    deadlines.move(session, now, calendar, [row.batch_key], "recommendation_closed", closed_on)


@blueprint.post("/batches/<key>/continuation")
@access(roles=CONTINUERS, scope="province")
@on_its_page
def continue_rule(key: str) -> str:
    """第二十一条: the document by which the lapsed rule goes on to be applied to this batch."""
    doc_no, today = posted_text("continuation_doc"), services().today()
    sent = [file for file in request.files.getlist("continuation_file") if file.filename]
    with services().database.read() as session:
        batch = batches.get(session, key)
        found = continuations.problems(session, batch, doc_no, bool(sent), today)
    if found:
        raise Refused(found)
    files = [check(file, "continuation_file", batch.instance_id) for file in sent]
    with services().database.write() as session:
        kept = keep_all(session, files)
        continuations.record(session, key, doc_no, kept, today)
        facts = {"doc_no": doc_no, "files": [file["sha256"] for file in kept]}
        audit.record(
            session,
            services().now(),
            person().id,
            "batch.continued",
            instance_id=batch.instance_id,
            subject=key,
            facts=facts,
        )
    return "已登记延续执行文件，本批次可以继续受理。"


@blueprint.post("/batches/<key>/cancelled-notices")
@access(roles=STAFF, scope="province", articles=["第十五条"], act="撤销公示后重新发布")
@on_its_page
def cancel_notice(key: str) -> str:
    """A notice found wrong is taken back with a reason; the batch is published again (art. 15)."""
    now, engine = services().now(), services().engine
    with services().database.write() as session:
        batch = batches.locked(session, key)
        if cancellation.MESSAGE not in view(engine, session, batch.instance_id).messages:
            raise Refused(
                [Problem("本批次现在不能撤销公示：不在公示期间，也不在等待决定。", article="第十五条")]
            )
        notice = cancellation.cancel(session, batch, posted_text("reason"), person().id, now)
        cancellation.tell(session, engine.directory, notice, now)
        facts = {"reason": notice.cancel_reason, "list_hash": notice.list_hash, "batch": key}
        audit.record(session, now, person().id, "notice.cancelled", subject=notice.no, facts=facts)
    engine.settle()
    return f"公示 {notice.no} 已撤销，原文留存。请在门户网站重新发布后办理“发布公示”。"
