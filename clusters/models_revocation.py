"""Tables of revocation (F15, art. 19): what was proposed, on which evidence, and what became of it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, JsonText, UtcDateTime
from engine.models import ID


class RevocationProposal(Base):
    """A proposal to revoke one cluster's title on one ground; `no` is the business key of its case.

    `evidence` holds the items of `clusters.evidence` as JSON, `refs` what they refer to (case numbers,
    document numbers, hashes), by which the same facts are known again. `proposed_by` is None where a
    process proposes. `status`: see `clusters.proposals.STATUSES`.
    """

    __tablename__ = "revocation_proposal"
    __table_args__ = (
        sa.UniqueConstraint("instance_id", "task_id"),
        sa.Index("ix_revocation_proposal_cluster", "cluster_no", "status"),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    no: Mapped[str] = mapped_column(sa.String(40), unique=True)
    cluster_no: Mapped[str] = mapped_column(sa.ForeignKey("cluster.cluster_no"))
    ground: Mapped[str] = mapped_column(sa.String(8))
    origin: Mapped[str] = mapped_column(sa.String(12))
    facts: Mapped[str] = mapped_column(sa.Text)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)
    refs: Mapped[list[str]] = mapped_column(JsonText)
    status: Mapped[str] = mapped_column(sa.String(16), default="proposed")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    proposed_by: Mapped[str | None] = mapped_column(ID)
    proposed_on: Mapped[date] = mapped_column(sa.Date)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_on: Mapped[date | None] = mapped_column(sa.Date)
    instance_id: Mapped[str | None] = mapped_column(ID)
    task_id: Mapped[str | None] = mapped_column(sa.String(36))
