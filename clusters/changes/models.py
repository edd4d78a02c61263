"""Tables of changes after designation (F13, art. 17): the cases, and each version of a baseline."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clusters.batches.models import DOC_NO
from engine.db import Base, JsonText, UtcDateTime
from engine.models import ID


class ChangeCase(Base):
    """One change of one cluster; `no` is the business key of its case.

    `kinds` are keys of `clusters.changes.change_kinds.KINDS`; `items` hold what was and what is, by kind.
    `confirmed_*`: what the city found before the county filed. `reported_at` is the first arrival at
    the city and decides whether it was in time; `late_days` is None while nobody can say. `looked`
    keeps each time the clock asked whether to propose, with the answer. `status`: `changes.STATUSES`.
    """

    __tablename__ = "change_case"
    __table_args__ = (sa.Index("ix_change_case_cluster", "cluster_no", "status"),)
    no: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    cluster_no: Mapped[str] = mapped_column(sa.ForeignKey("cluster.cluster_no"))
    instance_id: Mapped[str | None] = mapped_column(ID, unique=True)
    kinds: Mapped[list[str]] = mapped_column(JsonText)
    found_in: Mapped[str] = mapped_column(sa.String(16))
    found_case: Mapped[str] = mapped_column(sa.String(60), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    opened_by: Mapped[str | None] = mapped_column(ID)
    opened_on: Mapped[date] = mapped_column(sa.Date)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(sa.String(16), default="explaining")
    explanation: Mapped[str] = mapped_column(sa.Text, default="")
    confirmed_on: Mapped[date | None] = mapped_column(sa.Date)
    confirmed_by: Mapped[str | None] = mapped_column(ID)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_on: Mapped[date | None] = mapped_column(sa.Date)
    basis_kind: Mapped[str] = mapped_column(sa.String(20), default="")
    basis_doc_no: Mapped[str] = mapped_column(DOC_NO, default="")
    basis_files: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    due_on: Mapped[date | None] = mapped_column(sa.Date)
    due_trace: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    items: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    content_hash: Mapped[str | None] = mapped_column(sa.String(64))
    seal_hashes: Mapped[list[str]] = mapped_column(JsonText, default=list)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late_days: Mapped[int | None] = mapped_column(sa.Integer)
    late_reason: Mapped[str] = mapped_column(sa.Text, default="")
    classification: Mapped[str] = mapped_column(sa.String(12), default="")
    class_reason: Mapped[str] = mapped_column(sa.Text, default="")
    returned: Mapped[list[str]] = mapped_column(JsonText, default=list)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    filed_no: Mapped[str] = mapped_column(DOC_NO, default="")
    filed_on: Mapped[date | None] = mapped_column(sa.Date)
    certificate: Mapped[str] = mapped_column(sa.String(12), default="")
    province_order: Mapped[str] = mapped_column(sa.String(12), default="")
    province_note: Mapped[str] = mapped_column(sa.Text, default="")
    looked: Mapped[list[dict[str, str]]] = mapped_column(JsonText, default=list)
    closed_on: Mapped[date | None] = mapped_column(sa.Date)


class BaselineVersion(Base):
    """What a cluster consisted of from `from_on` on. Version 1 is that of its designation."""

    __tablename__ = "baseline_version"
    __table_args__ = (
        sa.UniqueConstraint("cluster_no", "version"),
        sa.UniqueConstraint("cluster_no", "instance_id", "task_id"),  # one decision designates several
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_no: Mapped[str] = mapped_column(sa.ForeignKey("cluster.cluster_no"))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(100))
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    from_on: Mapped[date] = mapped_column(sa.Date)
    change_no: Mapped[str | None] = mapped_column(sa.ForeignKey("change_case.no"))
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str | None] = mapped_column(ID)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
