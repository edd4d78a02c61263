"""Tables of what passes on: messages, words to people, effects outside, what failed, the trail."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.columns import ID, KEY
from engine.db import Base, JsonText, UtcDateTime


class Message(Base):
    """A message between instances, written in the sender's commit (D12)."""

    __tablename__ = "message"
    __table_args__ = (
        sa.UniqueConstraint("source", "name", "to"),
        sa.Index("ix_message_pending", "status", "to"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(KEY)  # what sent it: task id, or a person's act
    name: Mapped[str] = mapped_column(KEY)
    to: Mapped[str] = mapped_column(KEY)
    payload: Mapped[dict[str, Any]] = mapped_column(JsonText)
    by: Mapped[str | None] = mapped_column(ID)
    status: Mapped[str] = mapped_column(sa.String(12))  # pending | kept | delivered | dead
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    instance_id: Mapped[str | None] = mapped_column(ID)


class InboxMessage(Base):
    """An in-app message: the record of truth of what somebody was told."""

    __tablename__ = "inbox_message"
    __table_args__ = (
        sa.UniqueConstraint("event", "person_id"),
        sa.Index("ix_inbox_message_person", "person_id", "read_at", "at"),
        sa.Index("ix_inbox_message_unrouted", "routed_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(sa.String(200))
    person_id: Mapped[str] = mapped_column(ID)
    title: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    link: Mapped[str | None] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(sa.String(12), default="result", server_default="result")
    item_id: Mapped[str | None] = mapped_column(ID)  # the work item that it is about
    routed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # decided what leaves by mail


class Outbox(Base):
    """What leaves the database, or still has to: one row per event, channel and person (D8).

    `address` is where it went at the last attempt.
    """

    __tablename__ = "outbox"
    __table_args__ = (sa.Index("ix_outbox_pending", "status", "not_before"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(sa.String(200), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(JsonText)
    person_id: Mapped[str | None] = mapped_column(ID)
    title: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    address: Mapped[str | None] = mapped_column(sa.Text)
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(12))  # pending | sent | failed | withheld | dropped
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Incident(Base):
    """Something failed and needs a look; the step was rolled back, nothing is lost."""

    __tablename__ = "incident"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    instance_id: Mapped[str | None] = mapped_column(sa.ForeignKey("instance.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))  # complete | timer | message | start | outbox
    element: Mapped[str | None] = mapped_column(KEY)
    subject: Mapped[str] = mapped_column(KEY)  # id of the work item, timer or message; the channel
    error: Mapped[str] = mapped_column(sa.Text)
    detail: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[str | None] = mapped_column(ID)


class AuditEntry(Base):
    """Who did what, when. Sealed afterwards into one HMAC chain (D15)."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_instance", "instance_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str | None] = mapped_column(ID)
    action: Mapped[str] = mapped_column(sa.String(40))
    instance_id: Mapped[str | None] = mapped_column(ID)
    element: Mapped[str | None] = mapped_column(KEY)
    subject: Mapped[str | None] = mapped_column(KEY)
    facts: Mapped[dict[str, Any]] = mapped_column(JsonText)
    sequence: Mapped[int | None] = mapped_column(unique=True)
    seal: Mapped[str | None] = mapped_column(sa.String(64))
