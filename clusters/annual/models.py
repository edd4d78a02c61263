"""Tables of the yearly obligations: report, assessment, award (art. 16, 18)."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clusters.batches.models import CASE_NO, DOC_NO
from clusters.people.models import CODE
from engine.db import Base, JsonText, UtcDateTime
from engine.models import ID

CLUSTER_NO = sa.String(20)
TASK_ID = sa.String(36)


class AnnualReport(Base):
    """The report of one cluster on one year, with its two clocks (D-04).

    `at_city_at` and `at_province_at` are first arrivals: what is sent back later keeps its timeliness.
    """

    __tablename__ = "annual_report"
    __table_args__ = (
        sa.UniqueConstraint("cluster_no", "year"),
        sa.UniqueConstraint("instance_id", "task_id"),
    )
    key: Mapped[str] = mapped_column(CASE_NO, primary_key=True)
    cluster_no: Mapped[str] = mapped_column(sa.ForeignKey("cluster.cluster_no"), index=True)
    year: Mapped[int] = mapped_column(index=True)
    county_code: Mapped[str] = mapped_column(CODE, index=True)
    instance_id: Mapped[str] = mapped_column(ID, index=True)
    task_id: Mapped[str] = mapped_column(TASK_ID)
    status: Mapped[str] = mapped_column(sa.String(20))
    due_on: Mapped[date] = mapped_column(sa.Date)
    opens_on: Mapped[date] = mapped_column(sa.Date)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submission_id: Mapped[str | None] = mapped_column(ID)
    content_hash: Mapped[str | None] = mapped_column(sa.String(64))
    seal_hashes: Mapped[list[str]] = mapped_column(JsonText, default=list)
    preliminary: Mapped[list[str]] = mapped_column(JsonText, default=list)  # figures still 快报数
    at_city_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    city_due_on: Mapped[date | None] = mapped_column(sa.Date)
    at_province_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    change_key: Mapped[str | None] = mapped_column(CASE_NO)  # the change case that it opened
    proposal_id: Mapped[str | None] = mapped_column(ID)


class AnnualCorrection(Base):
    """A changed figure of a report: the city's correction or the county's logged revision (A-14).

    Append-only, applied in order; `about_submission` is the report that is corrected.
    """

    __tablename__ = "annual_correction"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id", "no"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report_key: Mapped[str] = mapped_column(sa.ForeignKey("annual_report.key"), index=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(TASK_ID)
    submission_id: Mapped[str] = mapped_column(ID)
    about_submission: Mapped[str] = mapped_column(ID)
    level: Mapped[str] = mapped_column(sa.String(12))  # city | county
    no: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(200))
    old: Mapped[Any] = mapped_column(JsonText)
    new: Mapped[Any] = mapped_column(JsonText)
    reason: Mapped[str] = mapped_column(sa.Text)
    made_by: Mapped[str] = mapped_column(ID)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportChase(Base):
    """One round of urging a missing report: who was late then, what was done, why nothing more."""

    __tablename__ = "report_chase"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report_key: Mapped[str] = mapped_column(sa.ForeignKey("annual_report.key"), index=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(TASK_ID)
    late: Mapped[str] = mapped_column(sa.String(12), default="")  # cluster | city | empty
    action: Mapped[str] = mapped_column(sa.String(12))  # urge | remind | propose | done
    why: Mapped[list[str]] = mapped_column(JsonText, default=list)  # why no proposal
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AssessmentTemplate(Base):
    """A version of the yearly assessment; nobody scores by it before the province has published it."""

    __tablename__ = "assessment_template"
    version: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    title: Mapped[str] = mapped_column(sa.Text)
    from_year: Mapped[int]
    source: Mapped[str] = mapped_column(sa.Text)  # TOML
    doc_no: Mapped[str] = mapped_column(DOC_NO, default="")
    published_on: Mapped[date | None] = mapped_column(sa.Date)
    published_by: Mapped[str | None] = mapped_column(ID)
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AnnualAssessment(Base):
    """The assessment of one cluster for one year (F11, art. 16)."""

    __tablename__ = "annual_assessment"
    __table_args__ = (
        sa.UniqueConstraint("cluster_no", "year"),
        sa.UniqueConstraint("instance_id", "task_id"),
    )
    key: Mapped[str] = mapped_column(CASE_NO, primary_key=True)
    cluster_no: Mapped[str] = mapped_column(sa.ForeignKey("cluster.cluster_no"), index=True)
    year: Mapped[int] = mapped_column(index=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(TASK_ID)
    submission_id: Mapped[str] = mapped_column(ID)
    template: Mapped[str] = mapped_column(sa.ForeignKey("assessment_template.version"))
    status: Mapped[str] = mapped_column(sa.String(12))  # scored | signed
    scores: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)
    total: Mapped[str] = mapped_column(sa.String(12))
    grade: Mapped[str] = mapped_column(sa.String(12))
    grade_reason: Mapped[str] = mapped_column(sa.Text, default="")
    late_report: Mapped[bool] = mapped_column(default=False)
    scored_by: Mapped[str] = mapped_column(ID)
    scored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decision_no: Mapped[str] = mapped_column(DOC_NO, default="")
    decision_date: Mapped[date | None] = mapped_column(sa.Date)
    signed_by: Mapped[str | None] = mapped_column(ID)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    letter_no: Mapped[str] = mapped_column(DOC_NO, default="")  # 整改通知
    letter_due_on: Mapped[date | None] = mapped_column(sa.Date)


class Award(Base):
    """What people decided about an award for an excellent cluster (F12). Amounts are never computed."""

    __tablename__ = "award"
    __table_args__ = (
        sa.UniqueConstraint("cluster_no", "year"),
        sa.UniqueConstraint("instance_id", "task_id"),
    )
    key: Mapped[str] = mapped_column(CASE_NO, primary_key=True)
    cluster_no: Mapped[str] = mapped_column(sa.ForeignKey("cluster.cluster_no"), index=True)
    year: Mapped[int]
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(TASK_ID)
    submission_id: Mapped[str] = mapped_column(ID)
    granted: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    fund_doc_no: Mapped[str] = mapped_column(DOC_NO, default="")
    amount_fen: Mapped[int | None] = mapped_column(sa.BigInteger)
    award_doc_no: Mapped[str] = mapped_column(DOC_NO, default="")
    payee_uscc: Mapped[str] = mapped_column(sa.String(18), default="")
    paid_on: Mapped[date | None] = mapped_column(sa.Date)
    status_then: Mapped[str] = mapped_column(sa.String(20))  # on 31 December of the year
    decided_by: Mapped[str] = mapped_column(ID)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
