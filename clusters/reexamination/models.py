"""Tables of re-examinations after three years (F14, art. 16)."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clusters.batches.models import CASE_NO, DOC_NO
from engine.db import Base, UtcDateTime
from engine.models import ID


class ReexaminationCall(Base):
    """One cluster of a re-examination batch, with the proof that its notice was served (D-08)."""

    __tablename__ = "reexamination_call"
    __table_args__ = (sa.UniqueConstraint("batch_key", "cluster_no"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    batch_key: Mapped[str] = mapped_column(sa.ForeignKey("batch.key"))
    cluster_no: Mapped[str] = mapped_column(sa.ForeignKey("cluster.cluster_no"), index=True)
    term_no: Mapped[int]
    served_on: Mapped[date | None] = mapped_column(sa.Date)
    receipt: Mapped[str] = mapped_column(sa.Text, default="")


class Reexamination(Base):
    """What a re-examination has beyond its row in `application`, which holds content and reviews.

    `conclusion`: pass, fail or withdrawn, None while undecided. `overdue_note` says what became of a
    missing application. Where it was published before it was decided stands in `notice`.
    """

    __tablename__ = "reexamination"
    __table_args__ = (
        sa.UniqueConstraint("cluster_no", "term_no"),
        sa.UniqueConstraint("instance_id", "task_id"),
    )
    case_no: Mapped[str] = mapped_column(CASE_NO, sa.ForeignKey("application.case_no"), primary_key=True)
    cluster_no: Mapped[str] = mapped_column(sa.ForeignKey("cluster.cluster_no"))
    term_no: Mapped[int]
    valid_to: Mapped[date] = mapped_column(sa.Date)
    apply_due: Mapped[date | None] = mapped_column(sa.Date)
    overdue_note: Mapped[str] = mapped_column(sa.Text, default="")
    wants_notice: Mapped[bool] = mapped_column(default=True)
    no_notice_reason: Mapped[str] = mapped_column(sa.Text, default="")
    conclusion: Mapped[str | None] = mapped_column(sa.String(12))
    reasons: Mapped[str] = mapped_column(sa.Text, default="")
    decision_no: Mapped[str | None] = mapped_column(DOC_NO, unique=True)
    decision_date: Mapped[date | None] = mapped_column(sa.Date)
    decided_by: Mapped[str | None] = mapped_column(ID)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    instance_id: Mapped[str | None] = mapped_column(ID)
    task_id: Mapped[str | None] = mapped_column(sa.String(36))
    submission_id: Mapped[str | None] = mapped_column(ID)
    new_valid_from: Mapped[date | None] = mapped_column(sa.Date)
    new_valid_to: Mapped[date | None] = mapped_column(sa.Date)
