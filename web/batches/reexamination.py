"""复核批次: opening one, the state of its clusters, and the proof that it reached them (art. 16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters import numbering
from clusters.applications import applications, statuses
from clusters.batches import batches
from clusters.batches.models import Batch
from clusters.people import regions
from clusters.reexamination import reexamination_batches, reexamination_notice
from clusters.reexamination import reexaminations as cases
from clusters.reexamination.models import ReexaminationCall
from clusters.register import register, register_status
from clusters.register.models import Cluster, Notice
from engine import audit
from engine.calendar import Calendar
from engine.errors import NotFound, Problem, Refused
from engine.instances import NewInstance
from web.access import CASE_ROLES, access, person, roles_of, visible_scopes
from web.batches import batch_view
from web.services import services

blueprint = Blueprint("reexamination", __name__)
OPENERS = frozenset({"prov_clerk"})
PROVINCE = regions.province().code


@dataclass(frozen=True)
class Line:
    """One cluster of a batch. `instance_id` and `case_state` are empty until its case has begun.

    `term_ends` is the last day of the term that the batch is about, also when a further one has begun.
    """

    call: ReexaminationCall
    cluster: Cluster
    status: str
    term_ends: date
    case_state: str
    instance_id: str | None
    apply_due: date | None
    is_provisional: bool
    note: str
    notice: Notice | None


@blueprint.post("/reexamination/new")
@access(roles=OPENERS, scope="province", articles=["第十六条"], act="开放复核批次")
def start() -> Response:
    """Begin a re-examination batch; the clerk fills in its opening form next."""
    engine = services().engine
    with services().database.write() as session:
        key = numbering.reexamination_batch_key(session, services().today().year)
        new = NewInstance("reexamination_batch", key, f"复核批次 {key}", PROVINCE)
        instance_id = engine.start_in(session, new, by=person().id)
    engine.settle()
    item_id = batch_view.first_item(services().database, instance_id)
    flash("请填写复核批次信息；没有有效的实施细则时，须填写延续执行文件。", "success")
    return redirect(url_for("tasks.show", item_id=item_id), 303)


@blueprint.get("/reexamination/<key>")
@access(roles=CASE_ROLES, scope="region")
def show(key: str) -> str:
    return page(key)


def page(key: str, problems: Sequence[Problem] = ()) -> str:
    with services().database.read() as session:
        batch = _batch(session, key)
        lines = _lines(session, batch)
    return render_template(
        "batches/reexamination.html", batch=batch, lines=lines, problems=problems,
        typed=request.form if problems else {}, may_serve=bool(OPENERS & roles_of(person())),
        today=services().today(),
    )  # fmt: skip


def _batch(session: Session, key: str) -> Batch:
    batch = batches.get(session, key)
    if batch.kind != reexamination_batches.KIND:
        raise NotFound(f"没有复核批次“{key}”。")
    return batch


def _lines(session: Session, batch: Batch) -> list[Line]:
    """The clusters that the reader may see."""
    scopes, calendar = visible_scopes(person()), services().engine.parts.calendar_of(session)
    lines = [_line(session, call, calendar) for call in reexamination_batches.calls(session, batch.key)]
    return [line for line in lines if any(regions.within(line.cluster.county_code, s) for s in scopes)]


def _line(session: Session, call: ReexaminationCall, calendar: Calendar) -> Line:
    cluster = register.get(session, call.cluster_no)
    case = next((r for r in cases.of_cluster(session, call.cluster_no) if r.term_no == call.term_no), None)
    application = applications.get(session, case.case_no) if case else None
    return Line(
        call=call, cluster=cluster, status=register_status.LABELS[cluster.status],
        term_ends=case.valid_to if case else cluster.valid_to,
        case_state=statuses.label(application.status, application.kind) if application else "",
        instance_id=application.instance_id if application else None,
        apply_due=case.apply_due if case else None,
        is_provisional=bool(case and case.apply_due)
        and cases.is_due_provisional(case, calendar, cluster.county_code),
        note=case.overdue_note if case else "",
        notice=reexamination_notice.of_case(session, case) if case else None,
    )  # fmt: skip


@blueprint.post("/reexamination/<key>/served")
@access(roles=OPENERS, scope="province", articles=["第十六条", "第十九条"], act="登记复核通知送达")
def serve(key: str) -> str | tuple[str, int] | Response:
    """The proof that the notice reached a cluster: no proposal for want of an application without it."""
    cluster_no, receipt = request.form.get("cluster_no", ""), request.form.get("receipt", "")[:200]
    try:
        on = date.fromisoformat(request.form.get("served_on", ""))
    except ValueError:
        on = None
    try:
        with services().database.write() as session:
            _batch(session, key)
            reexamination_batches.serve(session, key, cluster_no, on, receipt, services().today())
            facts = {
                "cluster_no": cluster_no,
                "served_on": on.isoformat() if on else None,
                "receipt": receipt,
            }
            audit.record(
                session, services().now(), person().id, "reexamination.served", subject=key, facts=facts
            )
    except Refused as refused:
        return page(key, refused.problems), 422
    flash("已登记送达。", "success")
    return redirect(url_for("reexamination.show", key=key), 303)
