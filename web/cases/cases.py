"""办件: the list of cases, starting one, and the page of a case at any moment."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clusters.applications import applications, statuses
from clusters.people import regions
from engine import submissions
from engine.case_view import view
from engine.errors import NotAllowed, NotFound, Problem
from engine.instances import NewInstance
from engine.models import Bundle, Instance, Submission, WorkItem
from web.access import CASE_ROLES, access, person, visible_scopes
from web.attachments import file_url
from web.cases import annual_case, case_list, case_sheets, case_story, change_case, clock_ledger
from web.register import publicity
from web.services import services
from web.tasks.choices import with_choices
from web.tasks.form_view import show_form

blueprint = Blueprint("cases", __name__)
READERS = CASE_ROLES | {"audit_admin"}
STARTERS = frozenset({"county_clerk"})


@blueprint.get("/cases")
@access(roles=READERS, scope="region")
def index() -> str:
    filters = case_list.Filters.from_request(request.args)
    with services().database.read() as session:
        page = case_list.page_of(session, visible_scopes(person()), filters)
    return render_template(
        "cases/cases.html", page=page, filters=filters,
        statuses=statuses.STATUSES.values(), cities=regions.cities(),
        may_start=bool(case_list.counties_to_start(person())),
    )  # fmt: skip


@blueprint.get("/cases/new")
@access(roles=STARTERS, scope="own")
def new() -> str:
    with services().database.read() as session:
        earlier = case_list.earlier_cases(session, case_list.counties_to_start(person()))
        open_batches = applications.batches.open_for_applications(session, services().today())
    return render_template(
        "cases/new.html",
        counties=case_list.counties_to_start(person()), earlier=earlier, batches=open_batches
    )  # fmt: skip


@blueprint.post("/cases/new")
@access(roles=STARTERS, scope="own")
def start() -> AnyResponse:
    """Begin an application, also before a batch opens (预填) or from an earlier one of the county."""
    county = request.form.get("county", "")
    if county not in {c.code for c in case_list.counties_to_start(person())}:
        raise NotAllowed("只能为本县（市、区）发起申报。")
    engine, now = services().engine, services().now()
    with services().database.write() as session:
        application = applications.start(
            session, county, person().id, now,
            batch_key=request.form.get("batch") or None, copied_from=request.form.get("earlier") or None,
        )  # fmt: skip
        title = f"{regions.full_name(county)}集群申报"
        new_case = NewInstance("designation", application.case_no, title, county)
        instance_id = engine.start_in(
            session, new_case, by=person().id, data=applications.first_data(session, application)
        )
        applications.attach(session, application.case_no, instance_id)
    engine.settle()
    flash(f"已建立申报，办件编号 {application.case_no}。", "success")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


@blueprint.get("/cases/<instance_id>")
@access(roles=READERS, scope="case")
def show(instance_id: str) -> str:
    return page_of(instance_id)


def page_of(instance_id: str, refused_item: str = "", problems: Sequence[Problem] = ()) -> str:
    """`refused_item`: the item whose urging was refused; its fields keep what was typed."""
    with services().database.read() as session:
        seen = view(services().engine, session, instance_id)
        today, calendar = services().today(), services().engine.parts.calendar_of(session)
        story = case_story.story_of(session, seen, person(), today)
        ledgers = clock_ledger.ledgers(session, seen, calendar, today)
        annual = annual_case.of_instance(session, seen.instance, calendar, today)
        change = change_case.of_instance(session, seen.instance)
        withdrawable = publicity.withdrawable(session, seen.instance)
        sheets = case_sheets.of_case(session, seen.instance)
    return render_template(
        "cases/case.html", case=seen, story=story, ledgers=ledgers, annual=annual, change=change,
        withdrawable=withdrawable, sheets=sheets,
        refused_item=refused_item, act_problems=problems, typed=request.form if refused_item else {},
    )  # fmt: skip


@blueprint.get("/cases/<instance_id>/diagram.bpmn")
@access(roles=READERS, scope="case")
def diagram(instance_id: str) -> Response:
    with services().database.read() as session:
        instance = session.get_one(Instance, instance_id)
        bundle = session.get_one(Bundle, instance.bundle_id)
    return Response(bundle.xml, mimetype="application/xml")


@blueprint.get("/cases/<instance_id>/states.json")
@access(roles=READERS, scope="case")
def states(instance_id: str) -> dict[str, object]:
    """States of the diagram's elements and the events in order, for drawing and replay."""
    with services().database.read() as session:
        seen = view(services().engine, session, instance_id)
        story = case_story.story_of(session, seen, person(), services().today())
    return {
        "process": seen.instance.process_key,
        "outcome": seen.instance.outcome,
        "states": dict(seen.states),
        "events": [e.to_json() for e in story.events],
        "records": story.anchors,
    }


@blueprint.get("/cases/<instance_id>/records/<submission_id>")
@access(roles=READERS, scope="case")
def record(instance_id: str, submission_id: str) -> str:
    """One submitted form, as it was submitted."""
    with services().database.read() as session:
        found = _submission(session, instance_id, submission_id)
        instance = session.get_one(Instance, instance_id)
        form = with_choices(
            session, services().engine.form(session, instance.bundle_id, found.form), instance
        )
        item = session.query(WorkItem).filter_by(id=found.item_id).one()
        names = case_story.people_names(session, [found.by])
        fresh = submissions.latest(session, instance_id, found.element)
    return render_template(
        "cases/record.html", instance=instance, item=item, submission=found, names=names,
        form=show_form(form, found.data, file_url=file_url),
        is_latest=fresh is not None and fresh.id == found.id,
    )  # fmt: skip


def _submission(session: object, instance_id: str, submission_id: str) -> Submission:
    found = session.query(Submission).filter_by(id=submission_id).one_or_none()  # type: ignore[attr-defined]
    if found is None or found.instance_id != instance_id:
        raise NotFound
    return found


@blueprint.post("/cases/<instance_id>/withdraw")
@access(roles=case_story.APPLICANTS, scope="case")
def withdraw(instance_id: str) -> AnyResponse:
    """撤回申报: voluntary, at any time before the notice (A-11)."""
    with services().database.read() as session:
        instance = session.get_one(Instance, instance_id)
    if instance.process_key != "designation":
        raise NotFound
    if not case_story.is_applicant(instance.scope, person()):
        raise NotAllowed("只有申报单位可以撤回申报。")
    services().engine.send("withdraw", instance.business_key, by=person().id)
    flash("申报已撤回。", "success")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)
