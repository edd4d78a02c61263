"""批次: list, opening, one batch with its cases, and extension of its closing dates."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clusters import applications, batches, notices, objections, regions, register, rules
from engine import audit, deadlines
from engine.errors import NotFound, Problem, Refused
from engine.instances import NewInstance
from engine.periods import days_after
from web import batch_view
from web.access import CASE_ROLES, access, person, visible_scopes
from web.services import services

blueprint = Blueprint("batches", __name__)
OPENERS = frozenset({"prov_clerk"})
PROVINCE = regions.province().code


@blueprint.get("/batches")
@access(roles=CASE_ROLES, scope="region")
def index() -> str:
    today = services().today()
    with services().database.read() as session:
        found = batches.list_batches(session)
        in_force = rules.in_force(session, today)
        last = rules.last_known(session, today)
        opening = batch_view.opening_instances(session)
        standing = register.standing_count(session)
    return render_template(
        "batches.html", batches=found, in_force=in_force, last=last, opening=opening, standing=standing
    )


@blueprint.post("/batches/new")
@access(roles=OPENERS, scope="province")
def start() -> Response:
    """Begin a batch: its key is given, and the clerk fills in the opening form next."""
    engine = services().engine
    with services().database.write() as session:
        key = batches.next_key(session, services().today().year)
        new = NewInstance("designation_batch", key, f"认定批次 {key}", PROVINCE)
        instance_id = engine.start_in(session, new, by=person().id)
    engine.settle()
    item_id = batch_view.first_item(services().database, instance_id)
    flash("请填写批次信息；没有有效的实施细则时，须填写延续执行文件。", "success")
    return redirect(url_for("tasks.show", item_id=item_id), 303)


@blueprint.get("/batches/<key>")
@access(roles=CASE_ROLES, scope="region")
def show(key: str) -> str:
    with services().database.read() as session:
        batch = batches.get(session, key)
        notice = notices.of_batch(session, key)
        found = batch_view.of_batch(session, batch, visible_scopes(person()))
        raised = objections.of_notice(session, notice.no) if notice else []
    return render_template(
        "batch.html", batch=batch, notice=notice, view=found, objections=raised,
        is_province=PROVINCE in visible_scopes(person()), words=objections,
    )  # fmt: skip


@blueprint.post("/batches/<key>/extend")
@access(roles=OPENERS, scope="province")
def extend(key: str) -> Response:
    """Later closing dates by a document with a reason; the process waits accordingly."""
    posted = request.form
    with services().database.write() as session:
        row = batches.extend(
            session, key, posted.get("doc_no", ""), posted.get("reason", ""), _day("county_due"),
            _day("recommend_due"), person().id, services().now(),
        )  # fmt: skip
        calendar, now = services().engine.parts.calendar_of(session), services().now()
        letters = [f"{key}/{city.code}" for city in regions.cities()]
        deadlines.move(session, now, calendar, letters, "recommend", row.recommend_due)
        begun = applications.not_sent_in(session, key)
        for step in applications.DUE_WITH_BATCH:
            deadlines.move(session, now, calendar, begun, step, row.county_due)
        closed_on = days_after(row.recommend_due, 1)
        deadlines.move(session, now, calendar, [key], "recommendation_closed", closed_on)
        facts = {"doc_no": row.doc_no, "reason": row.reason, "recommend_due": row.recommend_due.isoformat()}
        audit.record(session, services().now(), person().id, "batch.extended", subject=key, facts=facts)
    flash("截止日期已延长。", "success")
    return redirect(url_for("batches.show", key=key), 303)


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Refused([Problem("请填写日期。", name)]) from None


@blueprint.get("/batches/<key>/notice")
@access(roles=CASE_ROLES, scope="region")
def notice(key: str) -> str:
    """The notice as published, with each day of its window explained."""
    with services().database.read() as session:
        found = notices.of_batch(session, key)
        if found is None:
            raise NotFound("本批次还没有公示。")
        return render_template("notice.html", notice=found, batch_key=key)
