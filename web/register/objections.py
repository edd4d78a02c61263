"""公示异议: what the province's staff record about objections to a notice (art. 15, F08)."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters.notices import notices
from clusters.notices.notice_kinds import KINDS
from clusters.objections import objection_words, objections, objectors
from clusters.register.models import Objection
from engine import audit, work_items
from engine.attachments import Checked
from engine.clock import SHANGHAI
from engine.errors import NotAllowed, NotFound, Problem, Refused
from web.access import PROVINCE_ROLES, access, person
from web.attachments import check, file_url, keep_all
from web.cases.printing import document_page
from web.register.objection_start import raise_objection
from web.services import services

blueprint = Blueprint("objections", __name__)
Page = str | Response | tuple[str, int]
STAFF = frozenset({"prov_clerk", "prov_inspector", "prov_office_head"})


@blueprint.get("/notices/<notice_no>/objections/new")
@access(roles=STAFF, scope="province")
def new(notice_no: str) -> str:
    return _new_page(notice_no)


def _new_page(notice_no: str, problems: Sequence[Problem] = ()) -> str:
    """What has been typed stays when it is refused; files have to be chosen again."""
    with services().database.read() as session:
        notice = notices.get(session, notice_no)
        return render_template(
            "register/objection_new.html", notice=notice, words=objections, kind=KINDS[notice.kind],
            problems=problems, typed=request.form,
        )  # fmt: skip


@blueprint.post("/notices/<notice_no>/objections/new")
@access(roles=STAFF, scope="province")
def register(notice_no: str) -> Page:
    try:
        registered = _register(notice_no)
    except Refused as refused:
        return _new_page(notice_no, refused.problems), 422
    services().engine.settle()
    row = registered.objection
    with services().database.read() as session:
        held = KINDS[notices.get(session, notice_no).kind].deciding
    said = f"已登记异议，所涉集群暂缓{held}，其他集群不受影响。"
    if row.is_lead:
        said = "未在公示期内提出或没有实名和联系方式，已作为举报线索登记。"
    flash(f"{said}回执码 {registered.receipt}，请告知提出人；此码只显示这一次。", "success")
    return redirect(url_for("objections.show", no=row.no), 303)


def _register(notice_no: str) -> objections.Registered:
    posted = request.form
    with services().database.read() as session:
        files = _uploads(objections.evidence_case(session, notices.get(session, notice_no)))
    with services().database.write() as session:
        raised = objections.Raised(
            notice_no=notice_no, case_no=posted.get("case_no", ""), channel=posted.get("channel", ""),
            ground=posted.get("ground", ""), objector_type=posted.get("objector_type", "person"),
            name=posted.get("name", ""), contact=posted.get("contact", ""),
            content=posted.get("content", ""), evidence=keep_all(session, files), raised_at=_raised_at(),
        )  # fmt: skip
        return raise_objection(session, raised, by=person().id)


@blueprint.get("/objections/<no>")
@access(roles=PROVINCE_ROLES, scope="province")
def show(no: str) -> str:
    """What was brought forward and where it stands; who brought it is another, audited page."""
    with services().database.read() as session:
        return _page(session, objections.get(session, no))


def _page(session: Session, row: Objection, known: dict[str, str] | None = None) -> str:
    """`known` is name and contact (empty when none are kept), None as long as nobody asked."""
    notice = notices.get(session, row.notice_no)
    return render_template(
        "register/objection.html", row=row, notice=notice, kind=KINDS[notice.kind], words=objections,
        item=objections.listed_item(session, row), state=objection_words.state(row),
        outcome=objection_words.outcome(row), file_url=file_url, known=known,
        may_know=_may_know(session, row),
    )  # fmt: skip


def _may_know(session: Session, row: Objection) -> bool:
    """Who registered the objection or handles a step of it, and had no hand in the reviews of the case."""
    if row.registered_by == person().id:
        return True
    if row.instance_id is None or person().id in objections.reviewers(session, row.case_no):
        return False
    return work_items.takes_part(session, services().engine.directory, row.instance_id, person().id)


def _known(session: Session, no: str, action: str) -> tuple[Objection, dict[str, str]]:
    """Name and contact, with the reading in the audit trail. Raises NotAllowed."""
    row = objections.get(session, no)
    if not _may_know(session, row):
        raise NotAllowed("提出人信息只供本件的办理人查看；参与过该集群审核的人员不能查看。")
    audit.record(session, services().now(), person().id, action, instance_id=row.instance_id, subject=no)
    return row, objectors.known(session, services().vault, no) or {}


@blueprint.post("/objections/<no>/objector")
@access(roles=PROVINCE_ROLES, scope="province")
def objector(no: str) -> str:
    """查看提出人: an act of its own, because every reading is recorded."""
    with services().database.write() as session:
        return _page(session, *_known(session, no, "objection.viewed"))


@blueprint.post("/objections/<no>/letter")
@access(roles=PROVINCE_ROLES, scope="province")
def letter(no: str) -> str:
    """打印答复函: names whoever objected, so it is recorded like a reading."""
    with services().database.write() as session:
        row, known = _known(session, no, "objection.letter_printed")
        if row.replied_at is None:
            raise NotFound("这件异议还没有答复，不能打印答复函。")
        sheet = objection_words.reply_letter(session, row, known.get("name", ""))
    return document_page(sheet, no)


def _uploads(instance_id: str) -> list[Checked]:
    """Kept where the province's people find it and nobody below."""
    chosen = (file for file in request.files.getlist("evidence") if file.filename)
    return [check(file, "evidence", instance_id) for file in chosen]


def _raised_at() -> datetime:
    try:
        return datetime.fromisoformat(request.form.get("raised_at", "")).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise Refused([Problem("请填写提出的日期和时间。", "raised_at", "第十五条")]) from None
