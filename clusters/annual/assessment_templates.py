"""Versions of the yearly assessment that the province has published, or may (art. 16).

Files of `processes/assessments` are seeds; the database is the truth (D10).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annual.assessment_template import Template, read_template
from clusters.annual.models import AssessmentTemplate
from engine.due_dates import chinese
from engine.errors import NotFound, Problem, Refused

ARTICLE = "第十六条"


def seed(session: Session, files: Iterable[Path]) -> None:
    """Take templates over from files unless that version is kept already; nobody has published them yet."""
    for path in sorted(files):
        text = path.read_text(encoding="utf-8")
        found = read_template(text)
        if session.get(AssessmentTemplate, found.version) is None:
            row = AssessmentTemplate(
                version=found.version, title=found.title, from_year=found.from_year, source=text
            )
            session.add(row)
    session.flush()


@lru_cache(maxsize=16)
def _parsed(source: str) -> Template:
    return read_template(source)


def all_versions(session: Session) -> Sequence[AssessmentTemplate]:
    return session.scalars(sa.select(AssessmentTemplate).order_by(AssessmentTemplate.from_year.desc())).all()


def publish(
    session: Session, version: str, doc_no: str, published_on: date, by: str, today: date, now: datetime
) -> None:
    """The province issues a template; from then on it is never changed, only followed by another."""
    row = session.get(AssessmentTemplate, version)
    if row is None:
        raise NotFound(f"没有考核指标“{version}”。")
    found = []
    if row.published_on is not None:
        found.append(Problem(f"“{row.title}”已于{chinese(row.published_on)}公布。", article=ARTICLE))
    if not doc_no.strip():
        found.append(Problem("请填写公布考核指标的文号。", "doc_no", ARTICLE))
    if published_on > today:
        found.append(Problem("公布日期不能晚于今天。", "published_on", ARTICLE))
    if found:
        raise Refused(found)
    row.doc_no, row.published_on, row.published_by, row.recorded_at = doc_no.strip(), published_on, by, now


def in_force(session: Session, year: int, today: date) -> Template:
    """The newest published template for the year. Raises Refused when nobody has published one."""
    fitting = [t for t in all_versions(session) if t.from_year <= year]
    for row in fitting:
        if row.published_on is not None and row.published_on <= today:
            return _parsed(row.source)
    message = f"{year}年度的考核指标尚未公布，不能评分；请先在“年度考核”页公布。"
    raise Refused([Problem(message, article=ARTICLE)])
