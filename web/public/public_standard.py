"""认定标准 for everybody: each criterion in words, the periods, whether the rule holds (art. 21)."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from clusters.annex import standard_words
from clusters.batches import rules
from clusters.batches.models import RuleContinuation, RuleVersionRow
from web.access import access
from web.services import services

blueprint = Blueprint("public_standard", __name__, url_prefix="/public/standard")
ANNEXES = {
    "附件序言": "申报前提",
    "附件一": "核心竞争力",
    "附件二": "优质中小企业梯度培育",
    "附件三": "产业链供应链协作",
    "附件四": "协同创新能力",
    "附件五": "数字化转型",
    "附件六": "绿色化发展",
    "附件七": "产业开放合作",
    "附件八": "治理和服务能力",
}


@blueprint.get("")
@access(scope="public")
def index() -> str:
    """The version in force, or the last one where none is."""
    today = services().today()
    with services().database.read() as session:
        version = rules.in_force(session, today) or rules.last_known(session, today)
        return _page(session, version)


@blueprint.get("/<version>")
@access(scope="public")
def show(version: str) -> str:
    with services().database.read() as session:
        return _page(session, rules.get(session, version))


def _page(session: Session, version: RuleVersionRow) -> str:
    standard, today = rules.standard(session, version.code), services().today()
    continuations = _continuations(session, version.code)
    return render_template(
        "public/standard.html", version=version, standard=standard, versions=rules.versions(session),
        annexes=_by_annex(standard_words.lines(standard)), periods=standard_words.periods(standard),
        continuations=continuations, answers=rules.interpretations(session, version.code),
        state=_state(version, today),
        is_continued=any(c.starts_on <= today <= c.ends_on for c in continuations),
    )  # fmt: skip


def _state(version: RuleVersionRow, today: date) -> str:
    """Of the rule's own term (art. 21): to_come, in_force or lapsed; a continuation is said beside it."""
    if today < version.effective_from:
        return "to_come"
    return "in_force" if today <= version.effective_to else "lapsed"


def _by_annex(lines: Iterable[standard_words.Line]) -> list[tuple[str, str, list[standard_words.Line]]]:
    """Annex, its title, its criteria."""
    groups = groupby(lines, key=lambda line: line.article)
    return [(article, ANNEXES.get(article, ""), list(found)) for article, found in groups]


def _continuations(session: Session, version: str) -> list[RuleContinuation]:
    query = sa.select(RuleContinuation).where(RuleContinuation.rule_version == version)
    return list(session.scalars(query.order_by(RuleContinuation.starts_on)))
