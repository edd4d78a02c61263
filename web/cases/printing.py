"""打印: A4 views of forms as filed or blank, and of the documents of each stage. Reads only."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from clusters.applications import applications, assessment
from clusters.applications.models import Application
from clusters.batches.models import Recommendation
from clusters.designation import documents
from clusters.designation.designation_prefills import DEPARTMENTS
from clusters.designation.documents import Document
from clusters.notices import notices
from clusters.register.models import DesignationDecision
from engine import submissions
from engine.db import dump_json
from engine.errors import NotFound, Refused
from engine.models import Instance, Submission, WorkItem
from web.access import CASE_ROLES, CITY_ROLES, PROVINCE_ROLES, access, may_see, person
from web.attachments import file_url
from web.services import services
from web.tasks.choices import with_choices
from web.tasks.form_view import show_form
from web.tasks.task_desk import open_desk

blueprint = Blueprint("printing", __name__)
RECOMMEND = "recommend"


def document_page(found: Document, case_no: str) -> str:
    """A sheet with the hash of what it says, so that a copy can be compared with the record."""
    content_hash = hashlib.sha256(dump_json(asdict(found)).encode()).hexdigest()
    return render_template(
        "cases/document.html", document=found, case_no=case_no, content_hash=content_hash,
        printed_at=services().now(),
    )  # fmt: skip


@blueprint.get("/cases/<instance_id>/print/application")
@access(roles=CASE_ROLES, scope="case")
def application_book(instance_id: str) -> str:
    """申报书 with its self-check table; case number and content hash stand on every page (A-13)."""
    with services().database.read() as session:
        submission = applications.latest_content(session, applications.by_instance(session, instance_id))
        if submission is None:
            raise NotFound("申报书还没有填报完成，暂不能打印；可从填报页打印空白表。")
        verdicts = _verdicts(session, instance_id)
        return _form_page(session, submission, verdicts, _seals(session, submission))


class SealBlock(NamedTuple):
    """Where an office signs and seals on paper, with its opinion once it has been given."""

    office: str
    opinion: str
    at: datetime | None


# Whose opinion is printed where: the step that gives it, by the kind of application.
SEALING_STEPS = {
    "application": ("approve_application", "preliminary_review", "re_review"),
    "fill_reexamination": ("approve_reexamination", "city_reexam_check", "review_reexamination"),
}
OFFICES = ("县（市、区）工信部门审核意见", "市（州）工信部门审查意见", "甘肃省工业和信息化厅意见")


def _seals(session: Session, content: Submission) -> list[SealBlock]:
    """An opinion stands there when it was given on this very content; else the place is blank."""
    found = []
    for office, element in zip(OFFICES, SEALING_STEPS.get(content.form, ()), strict=False):
        said = submissions.latest(session, content.instance_id, element)
        given = said if said is not None and said.at >= content.at else None
        words = str(given.data.get("opinion") or "") if given else ""
        found.append(SealBlock(office, words, given.at if given else None))
    return found


def _verdicts(session: Session, instance_id: str) -> Any:
    try:
        return assessment.assess(session, instance_id, services().today())
    except Refused:
        return None


def _form_page(
    session: Session, submission: Submission, verdicts: Any = None, seals: Sequence[SealBlock] = ()
) -> str:
    instance = session.get_one(Instance, submission.instance_id)
    form = services().engine.form(session, instance.bundle_id, submission.form)
    form = with_choices(session, form, instance)
    return render_template(
        "cases/print_form.html", form=show_form(form, submission.data, file_url=file_url), blank=False,
        case_no=instance.business_key, content_hash=submission.content_hash, printed_at=services().now(),
        verdicts=verdicts, seals=seals,
    )  # fmt: skip


@blueprint.get("/cases/<instance_id>/records/<submission_id>/print")
@access(roles=CASE_ROLES, scope="case")
def record(instance_id: str, submission_id: str) -> str:
    """Any filed form, such as the on-site record."""
    with services().database.read() as session:
        query = sa.select(Submission).where(Submission.id == submission_id)
        submission = session.scalars(query).first()
        if submission is None or submission.instance_id != instance_id:
            raise NotFound
        return _form_page(session, submission)


@blueprint.get("/tasks/<item_id>/print")
@access(roles=CASE_ROLES, scope="case")
def blank(item_id: str) -> str:
    """The form of a task: `?blank=1` to be filled in by hand, else with what has been typed so far;
    `?letter=1` the letter that the form is about, to be sealed.
    """
    empty = bool(request.args.get("blank"))
    with services().database.read() as session:
        desk = open_desk(session, item_id)
        if request.args.get("letter") and desk.item.element == RECOMMEND:
            letter = documents.letter_to_seal(session, desk.instance.business_key, desk.data)
            return document_page(letter, desk.instance.business_key)
        data: Mapping[str, Any] = {} if empty else desk.data
        return render_template(
            "cases/print_form.html", form=show_form(desk.form, data, file_url=file_url), blank=empty,
            case_no=desk.instance.business_key, content_hash=None, printed_at=services().now(), verdicts=None,
        )  # fmt: skip


# --- documents of a case ----------------------------------------------------------------------------


def _of_case(instance_id: str, make: Callable[[Session, Application], Document]) -> str:
    with services().database.read() as session:
        application = applications.by_instance(session, instance_id)
        return document_page(make(session, application), application.case_no)


@blueprint.get("/cases/<instance_id>/print/correction/<int:number>")
@access(roles=CASE_ROLES, scope="case")
def correction(instance_id: str, number: int) -> str:
    return _of_case(instance_id, lambda s, a: documents.correction_notice(s, a, number))


@blueprint.get("/cases/<instance_id>/print/department/<department>")
@access(roles=CASE_ROLES, scope="case")
def department(instance_id: str, department: str) -> str:
    """征询函 to one of the six; anything else would put a stranger's words under the city's name."""
    if department not in DEPARTMENTS:
        raise NotFound
    today = services().today()

    def make(session: Session, application: Application) -> Document:
        reply_by = _due_of_consultation(session, instance_id)
        return documents.department_letter(session, application, department, today, reply_by)

    return _of_case(instance_id, make)


def _due_of_consultation(session: Session, instance_id: str) -> date | None:
    """Until when the city itself has to have the replies."""
    query = sa.select(WorkItem.due_on).where(
        WorkItem.instance_id == instance_id, WorkItem.element == "consult_departments"
    )
    return session.scalars(query.order_by(WorkItem.number.desc()).limit(1)).first()


@blueprint.get("/cases/<instance_id>/print/opinion")
@access(roles=CASE_ROLES, scope="case")
def opinion(instance_id: str) -> str:
    return _of_case(instance_id, documents.review_opinion)


# --- documents of a batch ---------------------------------------------------------------------------


@blueprint.get("/batches/<key>/print/letters/<letter_id>")
@access(roles=CITY_ROLES | PROVINCE_ROLES, scope="region")
def letter(key: str, letter_id: str) -> str:
    with services().database.read() as session:
        found = session.get(Recommendation, letter_id)
        if found is None or found.batch_key != key or not may_see(person(), found.city_code):
            raise NotFound
        return document_page(documents.recommendation_letter(session, found), key)


@blueprint.get("/batches/<key>/print/decision")
@access(roles=CASE_ROLES, scope="region")
def decision(key: str) -> str:
    """The list of a decision taken on the batch's notice: of `?no=`, else of the last one."""
    with services().database.read() as session:
        found = notices.of_batch(session, key)
        query = sa.select(DesignationDecision).where(
            DesignationDecision.notice_no == (found.no if found else "")
        )
        if wanted := request.args.get("no"):
            query = query.where(DesignationDecision.decision_no == wanted)
        taken = session.scalars(query.order_by(DesignationDecision.decided_at)).all()
        if not taken:
            raise NotFound("本批次还没有认定决定。")
        return document_page(documents.designation_list(session, taken[-1]), key)
