"""Tables of publicity (F16, art. 11): the case study, what was agreed to, what was published."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clusters.batches.models import CASE_NO
from engine.db import Base, JsonText, UtcDateTime
from engine.models import ID


class PublicityCase(Base):
    """One case study of a cluster; `no` is the business key of its case.

    What was agreed to and found holds for the last draft: a changed text begins anew. `status`: see
    `publicity.STATUSES`. `ended_by`: operator, or the USCC of the enterprise that withdrew.
    """

    __tablename__ = "publicity_case"
    __table_args__ = (sa.Index("ix_publicity_case_cluster", "cluster_no", "status"),)
    no: Mapped[str] = mapped_column(CASE_NO, primary_key=True)
    cluster_no: Mapped[str] = mapped_column(sa.ForeignKey("cluster.cluster_no"))
    started_by: Mapped[str] = mapped_column(ID)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    level: Mapped[str] = mapped_column(sa.String(10))  # county | city | province: who drafts
    status: Mapped[str] = mapped_column(sa.String(20))
    draft_submission: Mapped[str | None] = mapped_column(ID)
    title: Mapped[str] = mapped_column(sa.String(80), default="")
    themes: Mapped[list[str]] = mapped_column(JsonText, default=list)
    enterprises: Mapped[list[dict[str, str]]] = mapped_column(JsonText, default=list)
    wished: Mapped[list[str]] = mapped_column(JsonText, default=list)
    drafted_by: Mapped[str | None] = mapped_column(ID)
    publisher: Mapped[str] = mapped_column(sa.String(10), default="")  # city | province
    consent_submission: Mapped[str | None] = mapped_column(ID)
    consent_scope: Mapped[list[str]] = mapped_column(JsonText, default=list)
    consent_date: Mapped[date | None] = mapped_column(sa.Date)
    consent_valid_to: Mapped[date | None] = mapped_column(sa.Date)
    review_submission: Mapped[str | None] = mapped_column(ID)
    secrecy: Mapped[str] = mapped_column(sa.String(10), default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    ended_by: Mapped[str] = mapped_column(sa.String(18), default="")
    ended_on: Mapped[date | None] = mapped_column(sa.Date)
    end_reason: Mapped[str] = mapped_column(sa.Text, default="")


class PublishedItem(Base):
    """One publication of a case study on one channel, until it is taken down."""

    __tablename__ = "published_item"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id", "seq"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("publicity_case.no"), index=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    seq: Mapped[int]
    channel: Mapped[str] = mapped_column(sa.String(20))
    url: Mapped[str] = mapped_column(sa.Text)
    published_on: Mapped[date] = mapped_column(sa.Date)
    taken_down_on: Mapped[date | None] = mapped_column(sa.Date)
    take_down_note: Mapped[str] = mapped_column(sa.Text, default="")
