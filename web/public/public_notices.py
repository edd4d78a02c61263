"""公示 for everybody: the list of notices, each with its days and hours, list, text and hashes (art. 15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from clusters.applications.models import Application
from clusters.notices import notices
from clusters.notices.notice_kinds import KINDS
from clusters.register import cluster_cases
from clusters.register.models import Notice
from engine import audit
from engine.calendar import Calendar
from engine.clock import legal_day
from web.access import access
from web.dates import due_phrase
from web.services import services

blueprint = Blueprint("public_notices", __name__, url_prefix="/public/notices")


@dataclass(frozen=True)
class Shown:
    """A notice as it stands now. `made_up` counts the working days by which an outage made it longer."""

    notice: Notice
    is_over: bool
    left: str
    made_up: int
    fictional: bool


def latest(session: Session, most: int | None = None) -> list[Shown]:
    """Notices as shown, the newest first."""
    calendar = services().engine.parts.calendar_of(session)
    return [_shown(session, notice, calendar) for notice in notices.list_notices(session)[:most]]


def _shown(session: Session, notice: Notice, calendar: Calendar) -> Shown:
    now = services().now()
    is_over = notices.is_over(notice, now) or notice.outcome == notices.CANCELLED
    cases = [item.case_no for item in notice.items]
    fictional = sa.select(Application.case_no).where(Application.case_no.in_(cases), Application.fictional)
    return Shown(
        notice, is_over, _left(notice, legal_day(now), calendar, is_over),
        max(0, notice.trace["days"] - notice.days), session.scalar(fictional.limit(1)) is not None,
    )  # fmt: skip


def _left(notice: Notice, today: date, calendar: Calendar, is_over: bool) -> str:
    """How long objections are taken, in working days."""
    if notice.outcome == notices.CANCELLED:
        return "已撤销"
    if is_over:
        return "已期满"
    if today > notice.last_day:
        return "截止日暂定，以工作日历公布后为准"
    if today == notice.last_day:
        return "今天 24:00 截止"
    return f"{due_phrase(notice.last_day, today, calendar).text}截止"


@blueprint.get("")
@access(scope="public")
def index() -> str:
    with services().database.read() as session:
        found = latest(session)
        for shown in found:
            _ = shown.notice.items  # read while the transaction lasts
    return render_template("public/notices.html", found=found)


@blueprint.get("/<notice_no>")
@access(scope="public")
def show(notice_no: str) -> str:
    with services().database.read() as session:
        notice = notices.get(session, notice_no)
        shown = _shown(session, notice, services().engine.parts.calendar_of(session))
        seal, sequence = audit.head(session)
        return render_template(
            "public/notice.html", shown=shown, notice=notice, kind=KINDS[notice.kind],
            again=notices.of_batch(session, notice.batch_key) if notice.cancelled_at else None,
            results=_results(session, notice), text_hash=notices.text_hash(notice), seal=seal,
            sequence=sequence,
        )  # fmt: skip


def _results(session: Session, notice: Notice) -> Mapping[str, str]:
    """The number in the register of each case of the list whose cluster has the title by it."""
    granted = (item.case_no for item in notice.items if item.result in ("designated", "renewed"))
    found = {case_no: cluster_cases.titled(session, case_no) for case_no in granted}
    return {case_no: cluster.cluster_no for case_no, cluster in found.items() if cluster is not None}


@blueprint.get("/<notice_no>/text")
@access(scope="public")
def text(notice_no: str) -> Response:
    """The frozen text byte for byte, so that anybody can compute its SHA-256."""
    with services().database.read() as session:
        notice = notices.get(session, notice_no)
    response = Response(notice.text.encode(), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={notice.no}.txt"
    response.set_etag(notices.text_hash(notice))
    return response.make_conditional(request)
