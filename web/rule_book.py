"""规则: versions of the regulation, documents that continue it, interpretations given (art. 20, 21)."""

from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clusters.annex import standard_words
from clusters.batches import rule_versions, rules, supplements
from clusters.batches.models import RuleContinuation
from engine import audit
from engine.attachments import Checked
from engine.errors import Problem, Refused
from engine.models import Attachment
from web.access import EVERYBODY, PROVINCE_ROLES, access, person, roles_of
from web.attachments import check, keep_all, sent
from web.dates import cn_date
from web.posted import posted_day, posted_text
from web.services import services

blueprint = Blueprint("rule_book", __name__)
AUTHORS = frozenset({"prov_office_head"})  # the province interprets (art. 20); its office head signs
LARGEST_STANDARD = 512 * 1024


@blueprint.get("/rules")
@access(roles=EVERYBODY, scope="province")
def index() -> str:
    return _page([])


def _page(problems: list[Problem]) -> str:
    today = services().today()
    with services().database.read() as session:
        versions = rules.versions(session)
        continuations = rules.continuations(session)
        answers = {v.code: rules.interpretations(session, v.code) for v in versions}
        in_force = rules.in_force(session, today)
        missing = supplements.missing(session, _standard_files())
        added = supplements.adopted(session)
    return render_template(
        "rule_book.html", versions=versions, continuations=continuations, answers=answers, today_=today,
        in_force=in_force, may_write=bool(roles_of(person()) & AUTHORS), problems=problems,
        missing=missing, added=added, units=standard_words.UNITS, typed=request.form,
        may_compare=bool(roles_of(person()) & PROVINCE_ROLES),
    )  # fmt: skip


@blueprint.post("/rules/interpretations")
@access(roles=AUTHORS, scope="province", articles=["第二十条"], act="登记口径解释")
def interpret() -> Response | tuple[str, int]:
    """Question and answer of the province, attached to a version; nothing recorded is ever changed."""
    try:
        given_on = posted_day("given_on", "请填写作出解释的日期。")
        if given_on > services().today():
            raise Refused([Problem("解释日期不能晚于今天。", "given_on", "第二十条")])
        with services().database.write() as session:
            row = rules.interpret(
                session, posted_text("version"), posted_text("question"), posted_text("answer"),
                posted_text("answer_doc_no"), given_on, posted_text("topic"),
            )  # fmt: skip
            facts = {"version": row.rule_version, "question": row.question}
            audit.record(
                session, services().now(), person().id, "rule.interpreted", subject=row.id, facts=facts
            )
    except Refused as refused:
        return _page(refused.problems), 422
    flash("口径解释已登记。", "success")
    return redirect(url_for("rule_book.index"), 303)


@blueprint.post("/rules/continuations")
@access(roles=AUTHORS, scope="province", articles=["第二十一条"], act="登记延续执行文件")
def continue_() -> Response | tuple[str, int]:
    """The document by which a lapsed version goes on to be applied everywhere."""
    try:
        days = {name: posted_day(name) for name in ("issued_on", "starts_on", "ends_on")}
        files = _files("continuation_file")
        with services().database.write() as session:
            row = rules.record_continuation(
                session, posted_text("version"), posted_text("doc_no"), **days,
                files=keep_all(session, files), by=person().id, now=services().now(),
            )  # fmt: skip
            facts = {"version": row.rule_version, "doc_no": row.doc_no, "ends_on": row.ends_on.isoformat()}
            audit.record(
                session, services().now(), person().id, "rule.continued", subject=row.id, facts=facts
            )
    except Refused as refused:
        return _page(refused.problems), 422
    flash(f"已登记：{row.doc_no}，延续执行至{cn_date(row.ends_on)}。", "success")
    return redirect(url_for("rule_book.index"), 303)


@blueprint.get("/rules/continuations/<continuation_id>/file")
@access(roles=EVERYBODY, scope="province")
def continuation_file(continuation_id: str) -> Response:
    """The document itself: who works by it may read it (art. 21)."""
    with services().database.read() as session:
        row = session.get(RuleContinuation, continuation_id)
        kept = row.files[0]["id"] if row is not None and row.files else None
        found = session.get(Attachment, kept) if kept else None
    return sent(found)


def _files(field: str) -> list[Checked]:
    return [check(file, field, None) for file in request.files.getlist(field) if file.filename]


@blueprint.post("/rules/versions")
@access(roles=AUTHORS, scope="province", articles=["第二十一条"], act="登记新的规则版本")
def take_in() -> Response | tuple[str, int]:
    """A new version from a standard file; open cases stay with the version that binds them."""
    try:
        upload = request.files.get("standard")
        content = upload.stream.read(LARGEST_STANDARD + 1) if upload and upload.filename else b""
        if not content or len(content) > LARGEST_STANDARD:
            raise Refused([Problem("请选择标准文件（TOML，不超过 512 KB）。", "standard", "第二十一条")])
        with services().database.write() as session:
            row = rule_versions.take_in(session, content.decode("utf-8", errors="replace"))
            audit.record(session, services().now(), person().id, "rule.taken_in", subject=row.code)
    except Refused as refused:
        return _page(refused.problems), 422
    flash(f"已登记规则版本 {row.code}。", "success")
    return redirect(url_for("rule_book.compare", version=row.code), 303)


@blueprint.post("/rules/supplements")
@access(roles=AUTHORS, scope="province", articles=["第二十一条"], act="采用标准文件新增的期限")
def adopt() -> Response | tuple[str, int]:
    """A period that a kept version lacks, because the procedure learned a step later; never one it has."""
    try:
        name = posted_text("name")
        reason = posted_text(f"reason-{name}")[:1000]
        with services().database.write() as session:
            row = supplements.adopt(
                session, _standard_files(), posted_text("version"), name, reason, person().id,
                services().now(),
            )  # fmt: skip
            facts = {"name": row.name, "value": row.value, "reason": row.reason}
            subject, now = row.rule_version, services().now()
            audit.record(session, now, person().id, "rule.supplemented", subject=subject, facts=facts)
    except Refused as refused:
        return _page(refused.problems), 422
    flash(f"已采用“{row.label}”，自即日起适用于 {row.rule_version} 的办件。", "success")
    return redirect(url_for("rule_book.index"), 303)


def _standard_files() -> list[Path]:
    return sorted((services().processes / "standards").glob("*.toml"))


@blueprint.get("/rules/versions/<version>/comparison")
@access(roles=PROVINCE_ROLES, scope="province")
def compare(version: str) -> str:
    """Which designated clusters would miss another version's thresholds: for information, without effect."""
    with services().database.read() as session:
        row = rules.get(session, version)
        found = rule_versions.compare(session, version, services().today())
    return render_template("rule_comparison.html", version=row, found=found)
