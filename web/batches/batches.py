"""批次: list, opening, and one batch with its cases. What is done on the page is in `batch_acts`."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clusters.batches import batches, continuations, rules
from clusters.notices import notices
from clusters.objections import objection_words, objections
from clusters.people import regions
from clusters.reexamination import reexamination_batches
from clusters.register import register
from engine.errors import Problem
from engine.instances import NewInstance
from web.access import CASE_ROLES, access, person, roles_of, visible_scopes
from web.attachments import file_url
from web.batches import batch_turn, batch_view
from web.services import services

blueprint = Blueprint("batches", __name__)
OPENERS = frozenset({"prov_clerk"})
CONTINUERS = frozenset({"prov_clerk", "prov_office_head"})
PROVINCE = regions.province().code


@blueprint.get("/batches")
@access(roles=CASE_ROLES, scope="region")
def index() -> str:
    today = services().today()
    with services().database.read() as session:
        found = [b for b in batches.list_batches(session) if b.kind == "application"]
        called = [
            (b, len(reexamination_batches.calls(session, b.key)))
            for b in reexamination_batches.list_batches(session)
        ]
        near = len(reexamination_batches.candidates(session, today))
        in_force, continued = rules.in_force(session, today), rules.continuation(session, today)
        last = rules.last_known(session, today)
        opening = batch_view.opening_instances(session)
        standing, planned = register.standing_count(session), register.planned_count(session)
    return render_template(
        "batches/batches.html",
        batches=found,
        called=called,
        near=near,
        in_force=in_force,
        continued=continued,
        last=last,
        opening=opening,
        standing=standing,
        planned=planned,
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
    return page(key)


def page(key: str, problems: Sequence[Problem] = (), act: str = "") -> str:
    """One batch. `act`: which act was refused for `problems`; what was typed for it stays."""
    is_province = PROVINCE in visible_scopes(person())
    today = services().today()
    with services().database.read() as session:
        batch = batches.get(session, key)
        notice = notices.of_batch(session, key)
        return render_template(
            "batches/batch.html", batch=batch, notice=notice, is_province=is_province,
            view=batch_view.of_batch(session, batch, visible_scopes(person()), notice),
            turn=batch_turn.of_batch(services().engine, session, batch, today),
            objections=objections.of_notice(session, notice.no) if notice else [],
            lapse=continuations.lapse(session, batch, today),
            objection_state=objection_words.state, file_url=file_url,
            may_continue=bool(CONTINUERS & roles_of(person())),
            problems=problems, act=act, typed=request.form if act else {},
        )  # fmt: skip
