"""公示异议 from outside: raised on a form, followed with number and receipt, supplemented (art. 15, F08).

Everything is taken in; a person judges whether it is admissible (A-16). The reader's time of receipt is
legal time at which the request arrived.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from clusters.notices import notices
from clusters.objections import objection_words, objections, objectors
from engine.attachments import MAX_BYTES, Checked
from engine.errors import NotFound, Problem, Refused
from web.access import access
from web.attachments import keep_all
from web.public import rate_limits, robot_check
from web.public.rate_limits import Limit, TooOften
from web.register import objection_start
from web.services import services

blueprint = Blueprint("public_objections", __name__, url_prefix="/public")
Page = str | tuple[str, int] | tuple[str, int, dict[str, str]]
MAX_FILES = 5
NOBODY = "public"  # who uploaded, where nobody has signed in
RAISED_FROM = Limit("objection from", 20, timedelta(hours=1))
RAISED_TO = Limit("objection to", 2000, timedelta(days=1))
ASKED_FROM = Limit("objection asked from", 30, timedelta(minutes=10))
MAY_ADD = ("received", "supplementing", "investigating")


# --- raising ----------------------------------------------------------------------------------


@blueprint.get("/notices/<notice_no>/objection")
@access(scope="public")
def form(notice_no: str) -> str:
    return _form(notice_no, robot_check.begin())


def _form(notice_no: str, check: robot_check.Check, problems: Sequence[Problem] = ()) -> str:
    """What has been typed stays when it is refused; files have to be chosen again."""
    with services().database.read() as session:
        notice = notices.get(session, notice_no)
        return render_template(
            "public/objection_new.html", notice=notice, is_over=notices.is_over(notice, services().now()),
            words=objections, check=check, trap=robot_check.TRAP, problems=problems, typed=request.form,
            max_files=MAX_FILES, max_mb=MAX_BYTES // 1024 // 1024,
        )  # fmt: skip


@blueprint.post("/notices/<notice_no>/objection")
@access(scope="public")
def submit(notice_no: str) -> Page:
    received_at, token = services().now(), request.form.get("check", "")
    with services().database.read() as session:
        notice = notices.get(session, notice_no)
        evidence_case = objections.evidence_case(session, notice)
    try:
        rate_limits.count([(RAISED_FROM, rate_limits.visitor(request.remote_addr)), (RAISED_TO, notice_no)])
        no, receipt = _take_in(notice.no, evidence_case, token, received_at)
    except Refused as refused:
        return _form(notice_no, robot_check.again(token), refused.problems), 422
    except TooOften as limit:
        said = "提交过于频繁，请过一会儿再试；也可以按公示载明的电话、地址或邮箱提出，效力相同。"
        page = _form(notice_no, robot_check.again(token), [Problem(said)])
        return page, 429, {"Retry-After": str(limit.retry_after)}
    services().engine.settle()
    with services().database.read() as session:
        return render_template(
            "public/receipt.html", row=objections.get(session, no), receipt=receipt, notice=notice,
            words=objections,
        )  # fmt: skip


def _take_in(notice_no: str, evidence_case: str, token: str, received_at: datetime) -> tuple[str, str]:
    """Number and receipt; of a form that was sent twice, those of the first time."""
    posted = request.form
    found = robot_check.problems(token, posted.get("answer", ""), posted.get(robot_check.TRAP, ""))
    found += _naming_problems()
    if found:
        raise Refused(found)
    files = _uploads(evidence_case)
    with services().database.write() as session:
        told = robot_check.use(session, token)
        if told is not None:
            return _told(told)
        raised = _raised(session, notice_no, keep_all(session, files), received_at)
        registered = objection_start.raise_objection(session, raised, by=None)
        no = registered.objection.no
        robot_check.answered(session, token, f"{no} {registered.receipt}")
    return no, registered.receipt


def _told(answer: str) -> tuple[str, str]:
    if not answer:
        raise Refused([Problem("这份表单已经提交过，不重复登记；请凭异议编号和回执码查询。")])
    no, _, receipt = answer.partition(" ")
    return no, receipt


def _naming_problems() -> list[Problem]:
    """Nobody becomes a lead by forgetting a field: whoever stays unnamed says so."""
    name, contact = (request.form.get(key, "").strip() for key in ("name", "contact"))
    if request.form.get("unnamed"):
        if not name and not contact:
            return []
        return [
            Problem("已选择不留姓名，请清空姓名和联系方式，或者取消选择。", "unnamed", objections.ARTICLE)
        ]
    found = []
    if not name:
        found.append(
            Problem("请填写姓名或单位名称；不愿实名的，请勾选“不留姓名”。", "name", objections.ARTICLE)
        )
    if not contact:
        found.append(Problem("请填写电话或邮箱，用于告知办理结果。", "contact", objections.ARTICLE))
    return found


def _raised(
    session: Session, notice_no: str, evidence: list[dict[str, object]], at: datetime
) -> objections.Raised:
    posted = request.form
    items = {str(item.seq): item.case_no for item in notices.get(session, notice_no).items}
    return objections.Raised(
        notice_no=notice_no, case_no=items.get(posted.get("item", ""), ""), channel="online",
        ground=posted.get("ground", ""), content=posted.get("content", ""), raised_at=at,
        objector_type=posted.get("objector_type", ""), name=posted.get("name", "")[:100],
        contact=posted.get("contact", "")[:100], evidence=evidence,
    )  # fmt: skip


def _uploads(instance_id: str | None) -> list[Checked]:
    """Evidence is kept where only the province's people find it."""
    chosen = [file for file in request.files.getlist("evidence") if file.filename]
    if len(chosen) > MAX_FILES:
        raise Refused([Problem(f"一次最多上传 {MAX_FILES} 个文件。", "evidence")])
    rows = []
    for file in chosen:
        try:
            rows.append(services().attachments.check(
                services().now(), NOBODY, name=file.filename or "", content=file.stream.read(MAX_BYTES + 1),
                field="evidence", instance_id=instance_id,
            ))  # fmt: skip
        except Refused as refused:
            raise Refused([Problem(f"“{file.filename}”：{refused}", "evidence")]) from None
    return rows


# --- following --------------------------------------------------------------------------------


@blueprint.get("/objections")
@access(scope="public")
def index() -> str:
    return _ask()


def _ask(problems: Sequence[Problem] = ()) -> str:
    typed = request.form or request.args
    return render_template("public/objections.html", problems=problems, no=typed.get("no", "")[:40])


@blueprint.post("/objections")
@access(scope="public")
def follow() -> Page:
    """By POST, so that the receipt stands in no address and no log."""
    return _with_receipt(lambda no: "")


@blueprint.post("/objections/evidence")
@access(scope="public")
def add_evidence() -> Page:
    """More evidence, with number and receipt in place of a sign-in (A-16)."""
    return _with_receipt(_add)


def _add(no: str) -> str:
    with services().database.read() as session:
        notice = notices.get(session, objections.get(session, no).notice_no)
        case = objections.evidence_case(session, notice)
    files = _uploads(case)
    if not files:
        raise Refused([Problem("请选择要补充的文件。", "evidence")])
    with services().database.write() as session:
        objection_start.add_evidence(session, no, keep_all(session, files), by=None)
    services().engine.settle()
    return f"已收到补充的 {len(files)} 个文件。"


def _with_receipt(act: Callable[[str], str]) -> Page:
    """Do something for whoever has number and receipt, then show how the objection stands."""
    no, receipt = request.form.get("no", "")[:40], request.form.get("receipt", "")[:40]
    said, problems = "", []
    try:
        rate_limits.count([(ASKED_FROM, rate_limits.visitor(request.remote_addr))])
        with services().database.read() as session:
            known = objectors.by_receipt(session, services().vault, no, receipt).no
        said = act(known)
    except TooOften as limit:
        page = _ask([Problem("查询过于频繁，请过一会儿再试。")])
        return page, 429, {"Retry-After": str(limit.retry_after)}
    except NotFound as unknown:
        return _ask([Problem(str(unknown), "no")]), 404
    except Refused as refused:
        problems = refused.problems
    return _state_page(no, receipt, said, problems), 422 if problems else 200


def _state_page(no: str, receipt: str, said: str, problems: Sequence[Problem]) -> str:
    with services().database.read() as session:
        row = objectors.by_receipt(session, services().vault, no, receipt)
        item = objections.listed_item(session, row)
        return render_template(
            "public/objection.html", row=row, item=item, words=objections, receipt=receipt, said=said,
            problems=problems, may_add=row.status in MAY_ADD, is_released=row.replied_at is not None,
            max_files=MAX_FILES, until=objection_words.supplement_until(session, row),
        )  # fmt: skip
