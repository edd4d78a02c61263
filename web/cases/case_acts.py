"""What is done on a case beside its tasks: drawing the on-site sample, answering data corrections."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from clusters.applications import applications, assessment, batch_choice, data_corrections, onsite
from engine import audit, deadlines, work_items
from engine.errors import NotAllowed, Refused
from web.access import access, person
from web.cases.case_story import APPLICANTS, is_applicant
from web.services import services

blueprint = Blueprint("case_acts", __name__)
INSPECTORS = frozenset({"city_inspector", "prov_inspector"})


@blueprint.post("/tasks/<item_id>/draw")
@access(roles=INSPECTORS, scope="case")
def draw(item_id: str) -> Response:
    """随机抽取: once, with a stored seed; asking again gives the same sample."""
    now = services().now()
    with services().database.write() as session:
        item = work_items.get(session, item_id)
        work_items.require_may_work(session, item, services().engine.directory.person(session, person().id))
        if item.form != "onsite_check":
            raise Refused("只有实地抽查可以抽取样本。")
        application = applications.by_instance(session, item.instance_id)
        standard = assessment.binding_standard(session, application, services().today())
        drawn = onsite.draw_sample(session, item.instance_id, item.element, standard, person().id, now)
        audit.record(
            session,
            now,
            person().id,
            "onsite.drawn",
            instance_id=item.instance_id,
            element=item.element,
            facts={"seed": drawn.seed, "drawn": drawn.drawn},
        )
    flash(f"已抽取 {len(drawn.drawn)} 户企业，抽样种子 {drawn.seed} 已留存。", "success")
    return redirect(url_for("tasks.show", item_id=item_id), 303)


@blueprint.post("/cases/<instance_id>/batch")
@access(roles=APPLICANTS, scope="case")
def choose_batch(instance_id: str) -> Response:
    """A prefilled application is put into a batch; its step falls due with that batch."""
    now = services().now()
    with services().database.write() as session:
        application = applications.by_instance(session, instance_id)
        if not is_applicant(application.county_code, person()):
            raise NotAllowed("只有申报单位可以选定批次。")
        case_no, wanted = application.case_no, request.form.get("batch", "")
        batch = batch_choice.choose_batch(session, application, wanted, services().today())
        calendar = services().engine.parts.calendar_of(session)
        for step in applications.DUE_WITH_BATCH:
            deadlines.move(session, now, calendar, [case_no], step, batch.county_due)
        facts = {"batch": batch.key}
        audit.record(session, now, person().id, "batch.chosen", instance_id=instance_id, facts=facts)
    flash(f"已选定批次“{batch.title}”。", "success")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


@blueprint.post("/cases/<instance_id>/corrections/<int:correction_id>")
@access(roles=APPLICANTS, scope="case")
def answer_correction(instance_id: str, correction_id: int) -> Response:
    """The county sees what was corrected and may answer."""
    with services().database.write() as session:
        application = applications.by_instance(session, instance_id)
        if not is_applicant(application.county_code, person()):
            raise NotAllowed("只有申报单位可以答复。")
        data_corrections.answer(
            session, correction_id, request.form.get("answer", ""), person().id, application.county_code,
            services().now(),
        )  # fmt: skip
    flash("答复已登记，市州可以看到。", "success")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)
