"""What has happened to each designated cluster: one row per act, never changed."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clusters.batches.models import DOC_NO
from engine.db import Base, UtcDateTime
from engine.models import ID


class ClusterEvent(Base):
    """One entry of a cluster's history: what people decided, when it counts, by which document.

    `kind` is `status` for a change of state (then `status_from` and `status_to` are set) or names
    another act, such as `designated`, `renewed`, `change_filed`.
    """

    __tablename__ = "cluster_event"
    __table_args__ = (
        sa.UniqueConstraint("cluster_no", "kind", "instance_id", "task_id"),
        sa.Index("ix_cluster_event_cluster", "cluster_no", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_no: Mapped[str] = mapped_column(sa.ForeignKey("cluster.cluster_no"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    status_from: Mapped[str | None] = mapped_column(sa.String(20))
    status_to: Mapped[str | None] = mapped_column(sa.String(20))
    on: Mapped[date] = mapped_column(sa.Date)
    text: Mapped[str] = mapped_column(sa.Text)
    doc_no: Mapped[str] = mapped_column(DOC_NO, default="")
    instance_id: Mapped[str | None] = mapped_column(ID)
    task_id: Mapped[str | None] = mapped_column(sa.String(36))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
