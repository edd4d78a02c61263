"""公示异议: what the province's staff record about objections to a notice (art. 15, F08)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters import batches, notices, objections, objectors, regions, rules
from clusters.models_register import Objection
from engine import audit, messages
from engine.attachments import MAX_BYTES
from engine.clock import SHANGHAI
from engine.directory import Person
from engine.errors import NotFound, Problem, Refused
from web.access import PROVINCE_ROLES, access, person
from web.attachments import file_url, store
from web.objection_start import raise_objection
from web.services import services

blueprint = Blueprint("objections", __name__)
PROVINCE = regions.province().code
Page = str | Response | tuple[str, int]
STAFF = frozenset({"prov_clerk", "prov_inspector", "prov_office_head"})


@blueprint.get("/batches/<key>/objections/new")
@access(roles=STAFF, scope="province")
def new(key: str) -> str:
    return _new_page(key)


def _new_page(key: str, problems: Sequence[Problem] = ()) -> str:
    """What has been typed stays when it is refused; files have to be chosen again."""
    with services().database.read() as session:
        return render_template(
            "objection_new.html", notice=_notice(session, key), key=key, words=objections,
            problems=problems, typed=request.form,
        )  # fmt: skip


@blueprint.post("/batches/<key>/objections/new")
@access(roles=STAFF, scope="province")
def register(key: str) -> Page:
    try:
        registered = _register(key)
    except Refused as refused:
        return _new_page(key, refused.problems), 422
    row = registered.objection
    said = "已登记异议，所涉集群暂缓认定，其他集群不受影响。"
    if row.is_lead:
        said = "未在公示期内提出或没有实名和联系方式，已作为举报线索登记。"
    flash(f"{said}回执码 {registered.receipt}，请告知提出人；此码只显示这一次。", "success")
    return redirect(url_for("objections.show", no=row.no), 303)


def _register(key: str) -> objections.Registered:
    posted = request.form
    with services().database.read() as session:
        evidence = _uploads(_notice(session, key).instance_id)
    with services().database.write() as session:
        notice = _notice(session, key)
        raised = objections.Raised(
            notice_no=notice.no, case_no=posted.get("case_no", ""), channel=posted.get("channel", ""),
            ground=posted.get("ground", ""), objector_type=posted.get("objector_type", "person"),
            name=posted.get("name", ""), contact=posted.get("contact", ""),
            content=posted.get("content", ""), evidence=evidence, raised_at=_raised_at(),
        )  # fmt: skip
        return raise_objection(session, raised, by=person().id)


@blueprint.get("/objections/<no>")
@access(roles=PROVINCE_ROLES, scope="province")
def show(no: str) -> str:
    return _page(no)


def _page(no: str, problems: Sequence[Problem] = ()) -> str:
    with services().database.read() as session:
        row = objections.get(session, no)
        notice = notices.get(session, row.notice_no)
        known = objectors.known(session, services().vault, no)
        staff = _investigators(session, row)
    with services().database.write() as session:
        audit.record(session, services().now(), person().id, "objection.viewed", subject=no)
    return render_template(
        "objection.html", row=row, notice=notice, known=known, staff=staff, words=objections,
        file_url=file_url, problems=problems, typed=request.form,
    )  # fmt: skip


def _investigators(session: Session, row: Objection) -> list[Person]:
    """The province's staff who had no hand in the reviews of the case."""
    insiders = objections.reviewers(session, row.case_no)
    directory = services().engine.directory
    found = {
        p.id: p for role in sorted(STAFF) for p in directory.candidates(session, role, PROVINCE)
    }  # fmt: skip
    return [p for p in found.values() if p.id not in insiders]


@blueprint.post("/objections/<no>/accept")
@access(roles=STAFF, scope="province")
def accept(no: str) -> Page:
    try:
        _accept(no, request.form.get("investigator", ""))
    except Refused as refused:
        return _page(no, refused.problems), 422
    return _back(no, "已受理，由调查人在期限内调查。")


def _accept(no: str, investigator: str) -> None:
    now = services().now()
    with services().database.read() as session:
        row = objections.get(session, no)
        if investigator not in {p.id for p in _investigators(session, row)}:
            raise Refused([Problem("请选择未参与本案审核的省级人员调查。", "investigator", "第十五条")])
        evidence = _uploads(notices.get(session, row.notice_no).instance_id)
    with services().database.write() as session:
        objections.add_evidence(session, no, evidence)
        batch = batches.get(session, notices.get(session, objections.get(session, no).notice_no).batch_key)
        days = rules.terms(session, batch.rule_version, services().today())["objection"]
        calendar = services().engine.parts.calendar_of(session)
        objections.accept(session, no, investigator, days, calendar, now)
        audit.record(session, now, person().id, "objection.accepted", subject=no)


@blueprint.post("/objections/<no>/decline")
@access(roles=STAFF, scope="province")
def decline(no: str) -> Page:
    posted, now = request.form, services().now()
    try:
        with services().database.write() as session:
            closed = objections.decline(
                session, no, posted.get("admissibility", ""), posted.get("reason", ""), person().id, now
            )
            _tell_batch(session, closed, now)
    except Refused as refused:
        return _page(no, refused.problems), 422
    services().engine.settle()
    return _back(no, "已办结。")


@blueprint.post("/objections/<no>/close")
@access(roles=STAFF, scope="province")
def close(no: str) -> Page:
    posted, now = request.form, services().now()
    said = {name: posted.get(name, "") for name in ("finding", "finding_text", "effect", "reply_text")}
    try:
        with services().database.write() as session:
            closed = objections.close(session, no, **said, by=person().id, now=now)
            _tell_batch(session, closed, now)
    except Refused as refused:
        return _page(no, refused.problems), 422
    services().engine.settle()
    return _back(no, "异议已办结。")


def _tell_batch(session: Any, closed: objections.Closed, now: datetime) -> None:
    no = closed.objection.no
    audit.record(session, now, person().id, "objection.closed", subject=no)
    if closed.wakes_batch:
        messages.post(
            session,
            now,
            person().id,
            source=f"objection:{no}",
            name="objection_closed",
            to=closed.batch_key,
            payload={},
        )


def _notice(session: Any, key: str) -> Any:
    found = notices.of_batch(session, key)
    if found is None:
        raise NotFound("本批次还没有公示。")
    return found


def _uploads(instance_id: str) -> list[dict[str, object]]:
    """Evidence belongs to the case of the batch, where the province's people find it."""
    return [
        store(file.filename, file.stream.read(MAX_BYTES + 1), "evidence", instance_id)
        for file in request.files.getlist("evidence")
        if file.filename
    ]


def _raised_at() -> datetime:
    try:
        return datetime.fromisoformat(request.form.get("raised_at", "")).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise Refused([Problem("请填写提出的日期和时间。", "raised_at", "第十五条")]) from None


def _back(no: str, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for("objections.show", no=no), 303)
