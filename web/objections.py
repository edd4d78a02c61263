"""公示异议 and the running of a notice: what the province's staff record about it (art. 15, F08)."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clusters import batches, notices, objections, rules
from engine import audit, messages, timers
from engine.attachments import MAX_BYTES, reference
from engine.clock import SHANGHAI
from engine.errors import NotFound, Problem, Refused
from engine.periods import days_after
from web.access import PROVINCE_ROLES, access, person
from web.services import services

blueprint = Blueprint("objections", __name__)
STAFF = frozenset({"prov_clerk", "prov_inspector", "prov_office_head"})


@blueprint.get("/batches/<key>/objections/new")
@access(roles=STAFF, scope="province")
def new(key: str) -> str:
    with services().database.read() as session:
        notice = _notice(session, key)
        return render_template("objection_new.html", notice=notice, key=key, words=objections)


@blueprint.post("/batches/<key>/objections/new")
@access(roles=STAFF, scope="province")
def register(key: str) -> Response:
    posted, now = request.form, services().now()
    with services().database.write() as session:
        notice = _notice(session, key)
        evidence = _uploads(session, notice.instance_id)
        row = objections.register(
            session, services().vault, notice_no=notice.no, case_no=posted.get("case_no", ""),
            channel=posted.get("channel", ""), objector_type=posted.get("objector_type", "person"),
            name=posted.get("name", ""), contact=posted.get("contact", ""), content=posted.get("content", ""),
            evidence=evidence, raised_at=_raised_at(), by=person().id, now=now,
        )  # fmt: skip
        audit.record(
            session,
            now,
            person().id,
            "objection.registered",
            subject=row.no,
            facts={"case_no": row.case_no, "status": row.status},
        )
    said = "已登记异议，所涉集群暂缓认定，其他集群不受影响。"
    if row.status == "lead":
        said = "未在公示期内提出或没有实名和联系方式，已作为举报线索登记。"
    flash(said, "success")
    return redirect(url_for("objections.show", no=row.no), 303)


@blueprint.get("/objections/<no>")
@access(roles=PROVINCE_ROLES, scope="province")
def show(no: str) -> str:
    with services().database.read() as session:
        row = objections.get(session, no)
        notice = notices.get(session, row.notice_no)
        known = objections.objector(session, services().vault, no)
        insiders = objections.reviewers(session, row.case_no)
        staff = [
            p
            for role in sorted(STAFF)
            for p in services().engine.directory.candidates(session, role, "620000")
            if p.id not in insiders
        ]
    with services().database.write() as session:
        audit.record(session, services().now(), person().id, "objection.viewed", subject=no)
    return render_template(
        "objection.html", row=row, notice=notice, known=known, staff=staff, words=objections
    )


@blueprint.post("/objections/<no>/accept")
@access(roles=STAFF, scope="province")
def accept(no: str) -> Response:
    now = services().now()
    with services().database.write() as session:
        objections.add_evidence(session, no, _uploads(session, None))
        batch = batches.get(session, notices.get(session, objections.get(session, no).notice_no).batch_key)
        days = rules.terms(session, batch.rule_version, services().today())["objection"]
        calendar = services().engine.parts.calendar_of(session)
        objections.accept(session, no, request.form.get("investigator", ""), days, calendar, now)
        audit.record(session, now, person().id, "objection.accepted", subject=no)
    return _back(no, "已受理，由调查人在期限内调查。")


@blueprint.post("/objections/<no>/decline")
@access(roles=STAFF, scope="province")
def decline(no: str) -> Response:
    posted, now = request.form, services().now()
    with services().database.write() as session:
        closed = objections.decline(
            session, no, posted.get("admissibility", ""), posted.get("reason", ""), person().id, now
        )
        _tell_batch(session, closed, now)
    services().engine.settle()
    return _back(no, "已办结。")


@blueprint.post("/objections/<no>/close")
@access(roles=STAFF, scope="province")
def close(no: str) -> Response:
    posted, now = request.form, services().now()
    with services().database.write() as session:
        closed = objections.close(
            session, no, finding=posted.get("finding", ""), finding_text=posted.get("finding_text", ""),
            effect=posted.get("effect", ""), reply_text=posted.get("reply_text", ""), by=person().id, now=now,
        )  # fmt: skip
        _tell_batch(session, closed, now)
    services().engine.settle()
    return _back(no, "异议已办结。")


@blueprint.post("/batches/<key>/interruptions")
@access(roles=STAFF, scope="province")
def interrupt(key: str) -> Response:
    """The portal was down: the notice runs on for the working days lost (A-15)."""
    now = services().now()
    with services().database.write() as session:
        batches.locked(session, key)
        notice = _notice(session, key)
        calendar = services().engine.parts.calendar_of(session)
        notices.interrupt(
            session, notice.no, _day("starts_on"), _day("ends_on"), request.form.get("reason", ""), calendar,
            person().id, now,
        )  # fmt: skip
        timers.move(session, key, "notice_ended", days_after(notice.last_day, 1), notice.trace)
        audit.record(
            session,
            now,
            person().id,
            "notice.interrupted",
            subject=notice.no,
            facts={"last_day": notice.last_day.isoformat()},
        )
    flash("已登记中断，公示期相应顺延。", "success")
    return redirect(url_for("batches.show", key=key), 303)


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


def _uploads(session: Any, instance_id: str | None) -> list[dict[str, object]]:
    kept = []
    for file in request.files.getlist("evidence"):
        if file.filename:
            row = services().attachments.add(
                session, services().now(), person().id, name=file.filename,
                content=file.stream.read(MAX_BYTES + 1), field="evidence", instance_id=instance_id,
            )  # fmt: skip
            kept.append(reference(row))
    return kept


def _raised_at() -> datetime:
    try:
        return datetime.fromisoformat(request.form.get("raised_at", "")).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise Refused([Problem("请填写提出的日期和时间。", "raised_at", "第十五条")]) from None


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Refused([Problem("请填写日期。", name)]) from None


def _back(no: str, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for("objections.show", no=no), 303)
