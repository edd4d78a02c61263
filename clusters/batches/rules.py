"""Versions of the regulation: which was in force on a day, how a lapsed one goes on, what it means.

The database is the truth; files of `processes/standards` are seeds (D10). Knows no case: who binds
to which version and when is the business of batches and acceptance (art. 21, part 9).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annex.standard import Standard
from clusters.annex.standard_parts import Period, Practice
from clusters.batches.models import Interpretation, RuleContinuation, RuleVersionRow
from engine.due_dates import chinese
from engine.errors import NotFound, Problem, Refused
from engine.ids import new_id

ARTICLE = "第二十一条"


def seed(session: Session, files: Iterable[Path]) -> list[str]:
    """Take versions over from standard files unless a version of that id is already kept."""
    added = []
    for path in sorted(files):
        text = path.read_text(encoding="utf-8")
        standard = Standard.from_toml(text)
        if session.get(RuleVersionRow, standard.id) is None:
            keep(session, standard, text)
            added.append(standard.id)
    return added


def keep(session: Session, standard: Standard, text: str) -> RuleVersionRow:
    """A new version, as written; versions are never changed afterwards."""
    row = RuleVersionRow(
        code=standard.id, title=standard.title, doc_no=standard.document, issued_on=standard.issued_on,
        effective_from=standard.valid_from, effective_to=standard.valid_to, source=text,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


@lru_cache(maxsize=16)
def _parsed(source: str) -> Standard:
    return Standard.from_toml(source)


def get(session: Session, code: str) -> RuleVersionRow:
    row = session.get(RuleVersionRow, code)
    if row is None:
        raise NotFound(f"没有规则版本“{code}”。")
    return row


def standard(session: Session, code: str) -> Standard:
    """The standard of one version as it was kept, and what was adopted beside it since."""
    row = get(session, code)
    added = tuple((s.part, s.name, s.label, s.value, s.unit, s.article, s.basis) for s in row.supplements)
    return _with(row.source, added)


@lru_cache(maxsize=16)
def _with(source: str, added: tuple[tuple[str, ...], ...]) -> Standard:
    """Entries only ever join: what the version says itself is never overridden."""
    kept = _parsed(source)
    periods = {a[1]: Period(a[1], a[2], int(a[3]), *a[4:]) for a in added if a[0] == "periods"}
    practice = {a[1]: Practice(a[1], a[2], Decimal(a[3]), *a[4:]) for a in added if a[0] == "practice"}
    return replace(kept, periods={**periods, **kept.periods}, practice={**practice, **kept.practice})


def versions(session: Session) -> list[RuleVersionRow]:
    """All versions, the newest first."""
    return list(session.scalars(sa.select(RuleVersionRow).order_by(RuleVersionRow.effective_from.desc())))


def in_force(session: Session, on: date) -> RuleVersionRow | None:
    """The version in force on a day by its own term (art. 21) or by a recorded continuation."""
    known = versions(session)
    own = next((v for v in known if v.effective_from <= on <= v.effective_to), None)
    if own is not None:
        return own
    continued = continuation(session, on)
    return get(session, continued.rule_version) if continued else None


def continuation(session: Session, on: date) -> RuleContinuation | None:
    """The document by which a version goes on to be applied on a day."""
    query = (
        sa.select(RuleContinuation)
        .where(RuleContinuation.starts_on <= on, RuleContinuation.ends_on >= on)
        .order_by(RuleContinuation.issued_on.desc())
    )
    return session.scalars(query).first()


def continuations(session: Session) -> list[RuleContinuation]:
    """Every document that carries a version beyond its term, the oldest first."""
    return list(session.scalars(sa.select(RuleContinuation).order_by(RuleContinuation.starts_on)))


def last_known(session: Session, on: date) -> RuleVersionRow:
    """The version last in force on or before a day: what a continuation document continues."""
    found = next((v for v in versions(session) if v.effective_from <= on), None)
    if found is None:
        raise NotFound("尚未导入任何规则版本。")
    return found


def state_in_words(session: Session, on: date) -> str:
    """Which version of the rule a day has, for whoever opens a batch (art. 21)."""
    last = last_known(session, on)
    term = f"{last.doc_no}，有效期至{chinese(last.effective_to)}"
    if on <= last.effective_to:
        return f"{term}，现行有效"
    continued = continuation(session, on)
    if continued is not None:
        return f"{term}，凭{continued.doc_no}延续执行"
    return f"{term}，已届满：开放批次须填写下面的延续执行文件"


def terms(session: Session, code: str | None, on: date) -> dict[str, int]:
    """Every period of the version that binds a case; of the one in force or last known for None."""
    bound = code or (in_force(session, on) or last_known(session, on)).code
    return dict(standard(session, bound).terms)


def record_continuation(
    session: Session, rule_version: str, doc_no: str, issued_on: date, starts_on: date, ends_on: date,
    files: list[dict[str, Any]], by: str, now: datetime,
) -> RuleContinuation:  # fmt: skip
    """延续执行: a document that carries a version beyond its own term."""
    found = []
    if not doc_no.strip():
        found.append(Problem("请填写延续执行文件的文号。", "doc_no", ARTICLE))
    if ends_on < starts_on:
        found.append(Problem("延续期的止日早于起日。", "ends_on", ARTICLE))
    if not files:
        found.append(Problem("请上传延续执行文件。", "files", ARTICLE))
    if found:
        raise Refused(found)
    row = RuleContinuation(
        id=new_id(), rule_version=get(session, rule_version).code, doc_no=doc_no.strip(),
        issued_on=issued_on, starts_on=starts_on, ends_on=ends_on, files=files, recorded_by=by,
        recorded_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def interpret(
    session: Session, rule_version: str, question: str, answer: str, doc_no: str, given_on: date,
    topic: str = "",
) -> Interpretation:  # fmt: skip
    """Record an interpretation; only the department that issued the regulation gives one (art. 20)."""
    if not question.strip() or not answer.strip():
        raise Refused([Problem("请写明问题和答复。", "question", "第二十条")])
    row = Interpretation(
        id=new_id(), rule_version=get(session, rule_version).code, topic=topic, question=question,
        answer=answer, doc_no=doc_no, given_on=given_on,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def interpretations(session: Session, rule_version: str) -> list[Interpretation]:
    query = sa.select(Interpretation).where(Interpretation.rule_version == rule_version)
    return list(session.scalars(query.order_by(Interpretation.given_on, Interpretation.id)))
