"""Tables of notices, objections, decisions and the register of clusters."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clusters.batches.models import CASE_NO, DOC_NO, RULE
from clusters.people.models import CODE
from engine.db import Base, JsonText, UtcDateTime
from engine.models import ID


class Notice(Base):
    """A public notice (F07). The list and its hash are frozen when it is published (art. 15).

    `kind` is of `clusters.notices.notice_kinds`; the batch is the one that its cases belong to. A
    cancelled one stays as it was, with the reason.
    """

    __tablename__ = "notice"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id"),)
    no: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    batch_key: Mapped[str] = mapped_column(sa.ForeignKey("batch.key"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20), default="designation")
    title: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    list_hash: Mapped[str] = mapped_column(sa.String(64))
    portal_url: Mapped[str] = mapped_column(sa.Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_day: Mapped[date] = mapped_column(sa.Date)
    last_day: Mapped[date] = mapped_column(sa.Date)
    trace: Mapped[dict[str, Any]] = mapped_column(JsonText)
    calendar_version: Mapped[str] = mapped_column(sa.String(80))
    provisional: Mapped[bool]
    days: Mapped[int]
    policy: Mapped[str] = mapped_column(sa.String(20))
    contact: Mapped[dict[str, str]] = mapped_column(JsonText)
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by: Mapped[str | None] = mapped_column(ID)
    cancel_reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")

    items: Mapped[list["NoticeItem"]] = relationship(order_by="NoticeItem.seq")
    interruptions: Mapped[list["NoticeInterruption"]] = relationship(order_by="NoticeInterruption.starts_on")


class NoticeItem(Base):
    """One cluster on the frozen list. `result`: designated, renewed or removed, None while undecided."""

    __tablename__ = "notice_item"
    __table_args__ = (
        sa.UniqueConstraint("notice_no", "seq"),
        sa.UniqueConstraint("notice_no", "case_no"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_no: Mapped[str] = mapped_column(sa.ForeignKey("notice.no"))
    seq: Mapped[int]
    case_no: Mapped[str] = mapped_column(CASE_NO, index=True)
    cluster_name: Mapped[str] = mapped_column(sa.String(100))
    county_code: Mapped[str] = mapped_column(CODE)
    city_code: Mapped[str] = mapped_column(CODE)
    leading_industry: Mapped[str] = mapped_column(sa.String(100))
    result: Mapped[str | None] = mapped_column(sa.String(12))


class NoticeInterruption(Base):
    """Days on which the department's portal was down, as a person recorded it (A-15)."""

    __tablename__ = "notice_interruption"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    notice_no: Mapped[str] = mapped_column(sa.ForeignKey("notice.no"), index=True)
    starts_on: Mapped[date] = mapped_column(sa.Date)
    ends_on: Mapped[date] = mapped_column(sa.Date)
    reason: Mapped[str] = mapped_column(sa.Text)
    recorded_by: Mapped[str] = mapped_column(ID)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PersonalKey(Base):
    """The key of one outsider's personal data, itself sealed; emptied, the data is gone (D16)."""

    __tablename__ = "personal_key"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    sealed_key: Mapped[str | None] = mapped_column(sa.Text)
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Objection(Base):
    """An objection to one cluster of a notice (F08). Whoever raised it stands in `objector` alone.

    `lead_reason` tells why it is kept as a lead (线索) and holds nothing back; None for an objection.
    """

    __tablename__ = "objection"
    no: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    instance_id: Mapped[str | None] = mapped_column(ID, index=True)
    notice_no: Mapped[str] = mapped_column(sa.ForeignKey("notice.no"), index=True)
    case_no: Mapped[str] = mapped_column(CASE_NO, index=True)
    channel: Mapped[str] = mapped_column(sa.String(12))
    objector_type: Mapped[str] = mapped_column(sa.String(12))
    ground: Mapped[str] = mapped_column(sa.String(12))
    content: Mapped[str] = mapped_column(sa.Text)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    registered_by: Mapped[str | None] = mapped_column(ID)
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    receipt_hash: Mapped[str] = mapped_column(sa.String(64))
    # received | supplementing | investigating | signing | replying | closed
    status: Mapped[str] = mapped_column(sa.String(20))
    lead_reason: Mapped[str | None] = mapped_column(sa.String(12))  # out_of_time | unnamed | judged
    admissibility: Mapped[str | None] = mapped_column(sa.String(20))
    admissibility_reason: Mapped[str] = mapped_column(sa.Text, default="")
    supplement_asked: Mapped[str] = mapped_column(sa.Text, default="")
    investigator: Mapped[str | None] = mapped_column(ID)
    finding: Mapped[str | None] = mapped_column(sa.String(20))
    finding_text: Mapped[str] = mapped_column(sa.Text, default="")
    finding_files: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    effect: Mapped[str | None] = mapped_column(sa.String(30))
    signed_by: Mapped[str | None] = mapped_column(ID)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply_text: Mapped[str] = mapped_column(sa.Text, default="")
    reply_channel: Mapped[str | None] = mapped_column(sa.String(12))
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lead_outcome: Mapped[str | None] = mapped_column(sa.String(12))  # file | transfer | investigate
    lead_note: Mapped[str] = mapped_column(sa.Text, default="")
    closed_by: Mapped[str | None] = mapped_column(ID)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_lead(self) -> bool:
        return self.lead_reason is not None


class Objector(Base):
    """Name and contact of whoever objected, readable only with the key of that person.

    `fingerprint` recognises the same person again and tells nobody who it is.
    """

    __tablename__ = "objector"
    objection_no: Mapped[str] = mapped_column(sa.ForeignKey("objection.no"), primary_key=True)
    key_id: Mapped[str] = mapped_column(sa.ForeignKey("personal_key.id"))
    sealed: Mapped[str] = mapped_column(sa.Text)
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64), index=True)


class DesignationDecision(Base):
    """The document by which clusters of a notice became designated (F09).

    One that was imported with an older register has no notice here.
    """

    __tablename__ = "designation_decision"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id", "decision_no"),)
    decision_no: Mapped[str] = mapped_column(DOC_NO, primary_key=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    notice_no: Mapped[str | None] = mapped_column(sa.ForeignKey("notice.no"), index=True)
    decision_date: Mapped[date] = mapped_column(sa.Date)
    published_url: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by: Mapped[str] = mapped_column(ID)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Cluster(Base):
    """One designated cluster in the register; the baseline is what art. 17 compares changes with."""

    __tablename__ = "cluster"
    __table_args__ = (sa.Index("ix_cluster_status", "status"),)
    cluster_no: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    case_no: Mapped[str | None] = mapped_column(CASE_NO, unique=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    decision_no: Mapped[str] = mapped_column(sa.ForeignKey("designation_decision.decision_no"))
    name: Mapped[str] = mapped_column(sa.String(100))
    name_key: Mapped[str] = mapped_column(sa.String(100), index=True)
    county_code: Mapped[str] = mapped_column(CODE, index=True)
    city_code: Mapped[str] = mapped_column(CODE, index=True)
    leading_industry: Mapped[str] = mapped_column(sa.String(100))
    status: Mapped[str] = mapped_column(sa.String(20), default="valid")
    valid_from: Mapped[date] = mapped_column(sa.Date)
    valid_to: Mapped[date] = mapped_column(sa.Date)
    validity_policy: Mapped[str] = mapped_column(sa.String(20))
    term_no: Mapped[int] = mapped_column(default=1)
    rule_version: Mapped[str] = mapped_column(RULE)
    baseline: Mapped[dict[str, Any]] = mapped_column(JsonText)
    baseline_hash: Mapped[str] = mapped_column(sa.String(64))
    designated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fictional: Mapped[bool] = mapped_column(default=False)
