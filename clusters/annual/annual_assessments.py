"""年度考核: scoring by a published template, the signed grade, rectification (F11, art. 16).

The system computes points and shows how; people score the rest, confirm, and sign. A bad grade leads to
a letter and never to revocation: article 19 does not name it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annual import annual_reports, assessment_templates, plan_progress
from clusters.annual.annual_lateness import Standing
from clusters.annual.assessment_points import POINT_PLACES, Points, computed
from clusters.annual.assessment_points import Filed as FiledFigures
from clusters.annual.assessment_scores import bonus_of, grade_problems, rows_of
from clusters.annual.assessment_template import EXCELLENT, FAILED, Template
from clusters.annual.models import AnnualAssessment
from clusters.exact import cut
from clusters.filed import Filed
from clusters.register import register
from clusters.register.models import Cluster
from engine.errors import NotFound, Problem, Refused

ARTICLE = "第十六条"


# --- finding ----------------------------------------------------------------------------------


def get(session: Session, key: str) -> AnnualAssessment | None:
    return session.get(AnnualAssessment, key)


def of_cluster(session: Session, cluster_no: str) -> Sequence[AnnualAssessment]:
    """Newest first."""
    query = sa.select(AnnualAssessment).where(AnnualAssessment.cluster_no == cluster_no)
    return session.scalars(query.order_by(AnnualAssessment.year.desc())).all()


def of_year(session: Session, year: int) -> Sequence[AnnualAssessment]:
    query = sa.select(AnnualAssessment).where(AnnualAssessment.year == year)
    return session.scalars(query.order_by(AnnualAssessment.cluster_no)).all()


def points_for(session: Session, cluster: Cluster, year: int, template: Template) -> list[Points]:
    """What the system computes from the filed figures as they stand now."""
    report = annual_reports.on_year(session, cluster.cluster_no, year)
    known = annual_reports.figures_by_year(session, cluster)
    said = None
    if report is not None and report.at_city_at is not None:
        said = annual_reports.effective(session, report)
    rows = (said or {}).get("target_progress") or []
    progress = plan_progress.progress(cluster.baseline.get("plan") or {}, year, rows)
    return computed(template, FiledFigures(year, known.get(year), known.get(year - 1), said, progress))


# --- scoring ----------------------------------------------------------------------------------


def require_assessable(cluster: Cluster, year: int, today: date) -> None:
    """One assessment a year, for a year that has ended and in which the cluster held the title."""
    if today.year <= year:
        raise Refused([Problem(f"{year}年尚未结束，不能考核。", article=ARTICLE)])
    since = register.held_since(cluster)
    if since.year > year:
        message = f"“{cluster.name}”自{since}起才是认定集群，不考核{year}年度。"
        raise Refused([Problem(message, article=ARTICLE)])


def score(
    session: Session, key: str, cluster: Cluster, year: int, form: Filed, standing: Standing | None,
    today: date, now: datetime,
) -> AnnualAssessment:  # fmt: skip
    """Record the scores as people confirmed them; system points are those computed at this moment."""
    require_assessable(cluster, year, today)
    template = assessment_templates.in_force(session, year, today)
    rows, found = rows_of(points_for(session, cluster, year, template), form)
    bonus, wrong = bonus_of(template, form)
    found += wrong
    if found:
        raise Refused(found)
    total = max(sum((Fraction(row["points"]) for row in [*rows, *bonus]), Fraction(0)), Fraction(0))
    found = grade_problems(template, total, form)
    if found:
        raise Refused(found)
    row = _row(session, key, cluster, year)
    row.instance_id, row.task_id, row.submission_id = form.instance_id, form.task_id, form.submission_id
    row.template, row.status, row.scores = template.version, "scored", [*rows, *bonus]
    row.total, row.grade = cut(total, POINT_PLACES), form.text("grade")
    row.grade_reason = form.text("grade_reason")
    row.late_report = standing is not None and standing.late == "cluster"
    row.scored_by, row.scored_at = form.by, now
    session.add(row)
    session.flush()
    return row


def _row(session: Session, key: str, cluster: Cluster, year: int) -> AnnualAssessment:
    known = get(session, key)
    if known is not None and known.status == "signed":
        raise Refused([Problem(f"{year}年度考核已经签批，不能改动。", article=ARTICLE)])
    return known or AnnualAssessment(key=key, cluster_no=cluster.cluster_no, year=year)


# --- signature and what follows ---------------------------------------------------------------


def sign(session: Session, key: str, form: Filed, today: date, now: datetime) -> AnnualAssessment:
    """处室负责人签批: from here on the grade stands, with the number of the document."""
    row = get(session, key)
    if row is None:
        raise NotFound("还没有评分。")
    decided, found = form.day("decision_date"), []
    if not form.text("decision_no"):
        found.append(Problem("请填写考核通报的文号。", "decision_no", ARTICLE))
    if decided is None or decided > today:
        found.append(Problem("请填写考核通报的日期，不能晚于今天。", "decision_date", ARTICLE))
    if found:
        raise Refused(found)
    row.status, row.decision_no, row.decision_date = "signed", form.text("decision_no"), decided
    row.signed_by, row.signed_at = form.by, now
    return row


def record_letter(session: Session, key: str, form: Filed, today: date) -> AnnualAssessment:
    """不合格: a letter that asks for rectification by a day; never a ground of article 19."""
    row = get(session, key)
    if row is None or row.grade != FAILED:
        raise Refused([Problem("只有考核不合格的集群才发整改通知。", article=ARTICLE)])
    due, found = form.day("letter_due_on"), []
    if not form.text("letter_no"):
        found.append(Problem("请填写整改通知的文号。", "letter_no", ARTICLE))
    if due is None or due <= today:
        found.append(Problem("整改期限应在今天之后。", "letter_due_on", ARTICLE))
    if found:
        raise Refused(found)
    row.letter_no, row.letter_due_on = form.text("letter_no"), due
    return row


def excellent_share(session: Session, year: int) -> tuple[int, int]:
    """How many of a year's assessed clusters are excellent, beside the ceiling that people keep in mind."""
    rows = of_year(session, year)
    return sum(row.grade == EXCELLENT for row in rows), len(rows)
