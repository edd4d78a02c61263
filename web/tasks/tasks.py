"""One task: read, fill in section by section, check, submit. Works without JavaScript."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import work_items
from engine.engine import Completion
from engine.errors import Conflict, NotAllowed, NotFound, Problem, Refused, TaskAlreadyCompleted
from engine.forms import Form
from web.access import CASE_ROLES, access, person
from web.attachments import file_url, keep
from web.services import services
from web.tasks import task_side
from web.tasks.form_view import FormView, attach, pressed, read_form, show_form
from web.tasks.task_desk import Desk, keep_draft, open_desk
from web.tasks.task_import import preview_import, section_of, sheet_of

blueprint = Blueprint("tasks", __name__)
Page = str | Response | tuple[str, int]


def _form_view(desk: Desk, problems: list[Problem] | None, only: str | None = None) -> FormView:
    return show_form(
        desk.form, desk.data, problems, only=only, file_url=file_url,
        sheet_url=lambda key: url_for("task_sheets.table", item_id=desk.item.id, key=key),
        action=request.path, section_url=_section_pages(desk) if only is None else _same_page,
    )  # fmt: skip


def _section_pages(desk: Desk) -> Callable[[str], str]:
    """Where the problems of a long form are mended: each section is a page of its own."""
    if not desk.is_long:
        return _same_page
    return lambda key: url_for("tasks.show_section", item_id=desk.item.id, section=key, check=1)


def _same_page(key: str) -> str:
    return ""


def _draw(
    desk: Desk, problems: list[Problem] | None = None, section: str | None = None, status: int = 200,
    refused_act: str = "",
) -> Page:  # fmt: skip
    """`refused_act`: an act beside the form that was refused; its fields keep what was typed."""
    if desk.item.status == "completed" and not desk.is_late:
        return redirect(url_for("cases.show", instance_id=desk.instance.id, _anchor=desk.item.id))
    with services().database.read() as session:
        side = task_side.side_of(session, desk.instance, desk.item, desk.form, desk.data)
    view = _form_view(desk, None if refused_act else problems, section)
    whole = view if section is None else _form_view(desk, None)
    template = "tasks/task_section.html" if section is not None else "tasks/task.html"
    shown = render_template(
        template, desk=desk, form=view, whole=whole, side=side, section=section, may_recall=False,
        act=refused_act, typed=request.form if refused_act else {},
        act_problems=problems if refused_act else (),
    )  # fmt: skip
    return shown, status


@blueprint.get("/tasks/<item_id>")
@access(roles=CASE_ROLES, scope="case")
def show(item_id: str) -> Page:
    with services().database.read() as session:
        desk = open_desk(session, item_id)
    return _draw(desk)


def page_after(item_id: str, act: str, problems: list[Problem]) -> Page:
    """The page of the task again, with why an act beside the form was refused."""
    with services().database.read() as session:
        desk = open_desk(session, item_id)
    return _draw(desk, problems, None, 422, act)


@blueprint.get("/tasks/<item_id>/sections/<section>")
@access(roles=CASE_ROLES, scope="case")
def show_section(item_id: str, section: str) -> Page:
    with services().database.read() as session:
        desk = open_desk(session, item_id)
    section = _known_section(desk.form, section)
    problems = desk.form.problems(desk.data, section) if request.args.get("check") else None
    return _draw(desk, problems, section)


@blueprint.get("/tasks/<item_id>/check")
@access(roles=CASE_ROLES, scope="case")
def check(item_id: str) -> Page:
    """检查: every problem of the form as it stands, without submitting."""
    with services().database.read() as session:
        desk = open_desk(session, item_id)
    return _draw(desk, desk.form.problems(desk.data))


@blueprint.post("/tasks/<item_id>/sections/<section>")
@access(roles=CASE_ROLES, scope="case")
def save_section(item_id: str, section: str) -> Page:
    with services().database.read() as session:
        desk = open_desk(session, item_id)
    section = _known_section(desk.form, section)
    _require(desk)
    data, problems = _posted(desk, section)
    keep_draft(desk, data)
    if problems:
        return _draw(_with(desk, data), problems, section, 422)
    button = pressed(request.form)
    if button is not None and button.kind == "import":
        return _import(_with(desk, data), button.path, section)
    if button is not None:
        return _draw(_with(desk, data), None, section)
    target = request.form.get("go") or section
    if target == "overview":
        return redirect(url_for("tasks.show", item_id=item_id), 303)
    flash("已保存。", "success")
    return redirect(url_for("tasks.show_section", item_id=item_id, section=target), 303)


@blueprint.post("/tasks/<item_id>/derive")
@access(roles=CASE_ROLES, scope="case")
def derive(item_id: str) -> Page:
    """由名单带出: last year's figures that follow from the roster; the clerk may change them (A-22)."""
    with services().database.read() as session:
        desk = open_desk(session, item_id)
        _require(desk)
        section = section_of(desk.form, sheet_of(desk.form, "indicators"))
        filled = task_side.derived(session, desk.instance, desk.data)
    keep_draft(desk, {**desk.data, "indicators": filled})
    flash("已由企业名单带出最近一年的户数、产值等指标，请核对后保存。", "success")
    return redirect(url_for("tasks.show_section", item_id=item_id, section=section), 303)


@blueprint.post("/tasks/<item_id>/draft")
@access(roles=CASE_ROLES, scope="case")
def autosave(item_id: str) -> Page:
    """What has been typed so far; touches no version, so it disturbs nobody (D8)."""
    with services().database.read() as session:
        desk = open_desk(session, item_id)
    section = request.args.get("section") or None
    if not desk.may_work or desk.is_countersigning:
        _keep_late_form(desk, section)
        return "", 409
    posted = read_form(desk.form, request.form, request.files, base=desk.data, section=section)
    keep_draft(desk, posted.data)
    return "", 204


@blueprint.post("/tasks/<item_id>")
@access(roles=CASE_ROLES, scope="case")
def submit(item_id: str) -> Page:
    with services().database.read() as session:
        desk = open_desk(session, item_id)
    if desk.item.status == "completed":
        _keep_late_form(desk)
        raise TaskAlreadyCompleted(item_id, desk.item.completed_by, desk.item.completed_at)
    _require(desk)
    if desk.is_countersigning:
        if "vote" not in request.form:
            _keep_late_record(desk)
        return _countersign(desk)
    data, problems = (desk.data, []) if desk.is_long else _posted(desk, None)
    if problems:
        keep_draft(desk, data)
        return _draw(_with(desk, data), problems, None, 422)
    button = pressed(request.form)
    if button is not None and button.kind == "import":
        keep_draft(desk, data)
        return _import(_with(desk, data), button.path, None)
    if button is not None or request.form.get("action") == "save":
        keep_draft(desk, data)
        if request.form.get("action") == "save":
            flash("已暂存，尚未提交。", "success")
        return _draw(_with(desk, data))
    return _complete(desk, data)


def _import(desk: Desk, table: str, section: str | None) -> Page:
    """The preview; a file that is no workbook, or another table's, is refused beside the table."""
    try:
        return preview_import(desk, table)
    except Refused as refused:
        return _draw(desk, [Problem(p.message, table) for p in refused.problems], section, 422)


def _keep_late_form(desk: Desk, section: str | None = None) -> None:
    """A colleague of the same seat was faster: what this person had typed stays a draft (D8)."""
    was_faster = desk.item.status == "completed" and desk.item.completed_by != person().id
    if was_faster and work_items.is_for(desk.item, person()) and (section or not desk.is_long):
        posted = read_form(desk.form, request.form, request.files, base=desk.data, section=section)
        keep_draft(desk, posted.data)


def _keep_late_record(desk: Desk) -> None:
    """A colleague has recorded while this person was still writing: what was written stays a draft."""
    posted = read_form(desk.form, request.form, request.files, base=desk.data)
    keep_draft(desk, posted.data)
    raise Conflict("其他人员已先提交记录，请刷新后会签；您填写的内容已存为草稿。")


def _complete(desk: Desk, data: dict[str, Any]) -> Page:
    try:
        done = services().engine.complete(
            desk.item.id, by=person().id, data=data, version=request.form.get("version", type=int)
        )
    except Refused as refused:
        return _draw(_with(desk, data), refused.problems, None, 422)
    return _after(done, "已提交。" if done.done else "已签署，等待其他人员会签。")


def _countersign(desk: Desk) -> Page:
    agree = request.form.get("vote") == "agree"
    text = request.form.get("opinion_text", "").strip()
    if not agree and not text:
        problem = Problem("不同意的，请写明理由。", path="opinion_text")
        return _draw(desk, [problem], None, 422)
    try:
        done = services().engine.complete(
            desk.item.id, by=person().id, data={}, agree=agree, text=text,
            version=request.form.get("version", type=int),
        )  # fmt: skip
    except Refused as refused:
        return _draw(desk, refused.problems, None, 422)
    return _after(done, "已会签。" if agree else "已签署不同意见，记录退回重新核查。")


def _after(done: Completion, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for("cases.show", instance_id=done.instance_id), 303)


def _posted(desk: Desk, section: str | None) -> tuple[dict[str, Any], list[Problem]]:
    """The posted data with uploads stored, and what was wrong with the uploads."""
    posted = read_form(desk.form, request.form, request.files, base=desk.data, section=section)
    problems = []
    for upload in posted.uploads:
        try:
            attach(posted.data, upload, keep(upload, desk.instance.id))
        except Refused as refused:
            problems += [Problem(p.message, upload.path) for p in refused.problems]
    return posted.data, problems


def _require(desk: Desk) -> None:
    if desk.why_not is not None:
        raise NotAllowed(desk.why_not)


def _with(desk: Desk, data: dict[str, Any]) -> Desk:
    return replace(desk, data=data)


def _known_section(form: Form, key: str) -> str:
    if key not in {s.key for s in form.sections}:
        raise NotFound
    return key
