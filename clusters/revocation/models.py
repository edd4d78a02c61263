"""Tables of revocation (F15, art. 19): what was proposed, on which evidence, and what became of it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clusters.batches.models import DOC_NO
from engine.db import Base, JsonText, UtcDateTime
from engine.models import ID


class RevocationProposal(Base):
    """A proposal to revoke one cluster's title on one ground; `no` is the business key of its case.

    `evidence` holds the items of `evidence` as JSON, `refs` what they refer to (case numbers,
    document numbers, hashes), by which the same facts are known again. `proposed_by` is None where a
    process proposes. `status`: see `clusters.revocation.proposals.STATUSES`.
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


class RevocationNotice(Base):
    """拟撤销告知书 as it was served on the party, and the period for a statement that it began."""

    __tablename__ = "revocation_notice"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id"),)
    proposal_id: Mapped[str] = mapped_column(sa.ForeignKey("revocation_proposal.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    notice_no: Mapped[str] = mapped_column(DOC_NO)
    served_on: Mapped[date] = mapped_column(sa.Date)
    service_way: Mapped[str] = mapped_column(sa.String(12))
    receipt: Mapped[str] = mapped_column(sa.Text)
    statement_due: Mapped[date] = mapped_column(sa.Date)
    due_trace: Mapped[dict[str, Any]] = mapped_column(JsonText)
    served_by: Mapped[str] = mapped_column(ID)


class RevocationStatement(Base):
    """陈述申辩 of the party. `waived`: the party declared in writing that it will say nothing further."""

    __tablename__ = "revocation_statement"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    proposal_id: Mapped[str] = mapped_column(sa.ForeignKey("revocation_proposal.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(sa.String(12))  # statement | rectified
    stated_by: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    wants_hearing: Mapped[bool] = mapped_column(default=False)
    waived: Mapped[bool] = mapped_column(default=False)
    received_on: Mapped[date] = mapped_column(sa.Date)


class RevocationDecision(Base):
    """What the province's leader decided (art. 19): revoke, not_established or rectify, with reasons."""

    __tablename__ = "revocation_decision"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    proposal_id: Mapped[str] = mapped_column(sa.ForeignKey("revocation_proposal.id"), index=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    outcome: Mapped[str] = mapped_column(sa.String(16))
    reasons: Mapped[str] = mapped_column(sa.Text)
    basis: Mapped[str] = mapped_column(sa.Text)
    decision_no: Mapped[str] = mapped_column(DOC_NO, default="")
    decision_date: Mapped[date] = mapped_column(sa.Date)
    rectify_due: Mapped[date | None] = mapped_column(sa.Date)
    remedy_text: Mapped[str] = mapped_column(sa.Text, default="")
    award_clawback: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by: Mapped[str] = mapped_column(ID)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_url: Mapped[str] = mapped_column(sa.Text, default="")
    published_on: Mapped[date | None] = mapped_column(sa.Date)
