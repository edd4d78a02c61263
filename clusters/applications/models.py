"""Tables of applications and of what cities and province write about them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clusters.batches.models import CASE_NO, RULE
from clusters.people.models import CODE
from engine.db import Base, JsonText, UtcDateTime
from engine.models import ID

# The step in which the county fills in what a case of each kind says.
FILLED_IN = {"application": "fill_application", "reexamination": "fill_reexamination"}


class Application(Base):
    """One case from county to designation, or to the end of a re-examination (art. 16): both show the
    annex. Columns repeat what lists and checks query; the content itself is the submission (D9).
    `kind` is a key of FILLED_IN, `status` a code of `clusters.applications.statuses`."""

    __tablename__ = "application"
    __table_args__ = (
        sa.Index("ix_application_batch_city", "batch_key", "city_code"),
        sa.Index("ix_application_status", "status"),
    )
    case_no: Mapped[str] = mapped_column(CASE_NO, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), default="application", server_default="application")
    instance_id: Mapped[str | None] = mapped_column(ID, unique=True)
    county_code: Mapped[str] = mapped_column(CODE, index=True)
    city_code: Mapped[str] = mapped_column(CODE)
    batch_key: Mapped[str | None] = mapped_column(sa.ForeignKey("batch.key"))
    cluster_name: Mapped[str] = mapped_column(sa.String(100), default="")
    name_key: Mapped[str] = mapped_column(sa.String(100), default="", index=True)
    leading_industry: Mapped[str] = mapped_column(sa.String(100), default="")
    status: Mapped[str] = mapped_column(sa.String(30), default="drafting")
    outcome_reason: Mapped[str] = mapped_column(sa.Text, default="")
    content_hash: Mapped[str | None] = mapped_column(sa.String(64))
    seal_hashes: Mapped[list[str]] = mapped_column(JsonText, default=list)
    submission_id: Mapped[str | None] = mapped_column(ID)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late: Mapped[bool] = mapped_column(default=False)
    correction_round: Mapped[int] = mapped_column(default=0)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rule_version: Mapped[str | None] = mapped_column(RULE)
    copied_from: Mapped[str | None] = mapped_column(CASE_NO)
    started_by: Mapped[str] = mapped_column(ID)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fictional: Mapped[bool] = mapped_column(default=False)

    @property
    def fill_element(self) -> str:
        return FILLED_IN[self.kind]


class CorrectionItem(Base):
    """One defect that the city listed, with the county's answer (F02)."""

    __tablename__ = "correction_item"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id", "no"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("application.case_no"), index=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    about_submission: Mapped[str] = mapped_column(ID)  # the F01 submission that shows the defect
    round: Mapped[int]
    no: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[str] = mapped_column(sa.Text)
    due_on: Mapped[date] = mapped_column(sa.Date)
    due_trace: Mapped[dict[str, Any]] = mapped_column(JsonText)
    answer: Mapped[str | None] = mapped_column(sa.Text)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DataCorrection(Base):
    """A reviewer's change of a figure, never of a result (art. 14). Append-only, applied in order."""

    __tablename__ = "data_correction"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id", "no"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("application.case_no"), index=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    about_submission: Mapped[str] = mapped_column(ID)  # the F01 submission that is corrected
    level: Mapped[str] = mapped_column(sa.String(12))  # city | province
    no: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(200))
    old: Mapped[Any] = mapped_column(JsonText)
    new: Mapped[Any] = mapped_column(JsonText)
    reason: Mapped[str] = mapped_column(sa.Text)
    made_by: Mapped[str] = mapped_column(ID)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(sa.Text)
    answered_by: Mapped[str | None] = mapped_column(ID)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OnsiteDraw(Base):
    """The random sample of enterprises to be visited; drawn once, and again by anybody from its seed."""

    __tablename__ = "onsite_draw"
    __table_args__ = (sa.UniqueConstraint("instance_id", "element"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    instance_id: Mapped[str] = mapped_column(ID)
    element: Mapped[str] = mapped_column(sa.String(120))
    seed: Mapped[str] = mapped_column(sa.String(64))
    population: Mapped[list[str]] = mapped_column(JsonText)
    drawn: Mapped[list[str]] = mapped_column(JsonText)
    drawn_by: Mapped[str] = mapped_column(ID)
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OnsiteCheck(Base):
    """What an inspection on site concluded (F04)."""

    __tablename__ = "onsite_check"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("application.case_no"), index=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    level: Mapped[str] = mapped_column(sa.String(12))  # city | province
    conclusion: Mapped[str] = mapped_column(sa.String(20))
    checked_to: Mapped[date] = mapped_column(sa.Date)
    draw_id: Mapped[str | None] = mapped_column(ID)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Review(Base):
    """A review opinion: the city's (F03) or the province's (F06), with what the standard gave."""

    __tablename__ = "review"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("application.case_no"), index=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    level: Mapped[str] = mapped_column(sa.String(12))  # city | province
    favourable: Mapped[bool]  # city: recommends; province: qualified
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    score: Mapped[str | None] = mapped_column(sa.String(20))
    rule_version: Mapped[str] = mapped_column(RULE)
    verdicts: Mapped[dict[str, Any]] = mapped_column(JsonText)
    reviewed_by: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
