"""Tables of what is deployed and what runs: bundles, instances, work items and what people did."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.columns import ID, KEY
from engine.db import Base, JsonText, UtcDateTime


class Bundle(Base):
    """A diagram with its forms, named by the hash of both; never changed (D10)."""

    __tablename__ = "bundle"
    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    name: Mapped[str] = mapped_column(KEY)
    xml: Mapped[str] = mapped_column(sa.Text)
    forms: Mapped[dict[str, str]] = mapped_column(JsonText)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[str] = mapped_column(sa.String(12))  # proposed | deployed | rejected
    proposed_by: Mapped[str | None] = mapped_column(ID)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(ID)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProcessDefinition(Base):
    """One process of a deployed bundle, counted per key."""

    __tablename__ = "process_definition"
    __table_args__ = (sa.UniqueConstraint("process_key", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(KEY)
    version: Mapped[int]
    name: Mapped[str] = mapped_column(sa.Text)
    bundle_id: Mapped[str] = mapped_column(sa.ForeignKey("bundle.id"))
    deployed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Instance(Base):
    """One run of a process. `state` is the engine's own, without the specification (D9)."""

    __tablename__ = "instance"
    __table_args__ = (
        sa.Index(
            "uq_instance_running_key",
            "process_key",
            "business_key",
            unique=True,
            sqlite_where=sa.text("status = 'running'"),
            postgresql_where=sa.text("status = 'running'"),
        ),
        sa.Index("ix_instance_business_key", "business_key"),
        sa.Index("ix_instance_started_by", "started_by", "started_at"),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    process_key: Mapped[str] = mapped_column(KEY)
    definition_version: Mapped[int]
    bundle_id: Mapped[str] = mapped_column(sa.ForeignKey("bundle.id"))
    business_key: Mapped[str] = mapped_column(KEY)
    title: Mapped[str] = mapped_column(sa.Text)
    scope: Mapped[str] = mapped_column(sa.String(12))
    status: Mapped[str] = mapped_column(sa.String(12))  # running | ended
    outcome: Mapped[str | None] = mapped_column(KEY)
    state: Mapped[str] = mapped_column(sa.Text)
    codec_version: Mapped[int]
    version: Mapped[int]
    rule_version: Mapped[str | None] = mapped_column(sa.String(40))
    calendar_version: Mapped[str] = mapped_column(sa.String(80))
    started_by: Mapped[str | None] = mapped_column(ID)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Snapshot(Base):
    """The state before a person's last step, so that it can be recalled while nobody has gone on."""

    __tablename__ = "snapshot"
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ID)
    person_id: Mapped[str] = mapped_column(ID)
    version_after: Mapped[int]
    state_before: Mapped[str] = mapped_column(sa.Text)
    written: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)  # rows of the domain (engine.row_journal)
    told: Mapped[list[str]] = mapped_column(JsonText)  # persons whom the step told something


class WorkItem(Base):
    """One user task waiting for people, or done by them. Its version is the token on a page (D8)."""

    __tablename__ = "work_item"
    __table_args__ = (
        sa.UniqueConstraint("instance_id", "task_id", "round"),
        sa.Index("ix_work_item_seat", "status", "role", "scope", "created_at"),
        sa.Index("ix_work_item_also", "status", "also_role", "also_scope"),
        sa.Index("ix_work_item_assignee", "status", "assignee", "created_at"),
        sa.Index("ix_work_item_completed_by", "completed_by", "completed_at"),
    )
    number: Mapped[int] = mapped_column(primary_key=True)  # order of appearance
    id: Mapped[str] = mapped_column(ID, unique=True)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"))
    task_id: Mapped[str] = mapped_column(sa.String(36))
    round: Mapped[int] = mapped_column(default=0)  # grows when a person recalls a step
    element: Mapped[str] = mapped_column(KEY)
    name: Mapped[str] = mapped_column(sa.Text)
    form: Mapped[str] = mapped_column(KEY)
    role: Mapped[str] = mapped_column(sa.String(40))
    scope: Mapped[str] = mapped_column(sa.String(12))
    also_role: Mapped[str | None] = mapped_column(sa.String(40))  # a second seat that may do it as well
    also_scope: Mapped[str | None] = mapped_column(sa.String(40))
    article: Mapped[str | None] = mapped_column(sa.String(40))
    not_by: Mapped[list[str]] = mapped_column(JsonText)
    not_by_case: Mapped[str | None] = mapped_column(KEY)  # business key of another case that counts too
    opinions: Mapped[str | None] = mapped_column(sa.String(20))  # all:2 | majority
    status: Mapped[str] = mapped_column(sa.String(12))  # open | completed | cancelled | recalled
    assignee: Mapped[str | None] = mapped_column(ID)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(sa.Date)
    due_trace: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    provisional: Mapped[bool] = mapped_column(default=False)
    legal_on: Mapped[date | None] = mapped_column(sa.Date)  # what it was before a person moved it
    due_note: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    remind: Mapped[str | None] = mapped_column(sa.Text)
    completed_by: Mapped[str | None] = mapped_column(ID)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Draft(Base):
    """What somebody has typed but not submitted; kept through conflicts and incidents."""

    __tablename__ = "draft"
    item_id: Mapped[str] = mapped_column(sa.ForeignKey("work_item.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ID, primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JsonText)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Submission(Base):
    """What was submitted with one completed user task: the record, never changed (D9)."""

    __tablename__ = "submission"
    __table_args__ = (sa.Index("ix_submission_element", "instance_id", "element", "number"),)
    number: Mapped[int] = mapped_column(primary_key=True)  # order of submission
    id: Mapped[str] = mapped_column(ID, unique=True)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"))
    item_id: Mapped[str] = mapped_column(sa.ForeignKey("work_item.id"), unique=True)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    element: Mapped[str] = mapped_column(KEY)
    form: Mapped[str] = mapped_column(KEY)
    data: Mapped[dict[str, Any]] = mapped_column(JsonText)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    by: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recalled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Opinion(Base):
    """One of several opinions that a task gathers (property `opinions`, D13)."""

    __tablename__ = "opinion"
    __table_args__ = (sa.UniqueConstraint("item_id", "person_id"),)
    number: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(sa.ForeignKey("work_item.id"))
    person_id: Mapped[str] = mapped_column(ID)
    vote: Mapped[str | None] = mapped_column(sa.String(12))  # agree | disagree | None = asked
    text: Mapped[str] = mapped_column(sa.Text, default="")
    data: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    asked_by: Mapped[str | None] = mapped_column(ID)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Urge(Base):
    """催办: somebody reminded whoever holds a work item, with the way it was done."""

    __tablename__ = "urge"
    number: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(sa.ForeignKey("work_item.id"), index=True)
    by: Mapped[str | None] = mapped_column(ID)
    channel: Mapped[str] = mapped_column(sa.String(12))  # system | phone | letter
    text: Mapped[str] = mapped_column(sa.Text)
    receipt: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attachment(Base):
    """An uploaded file, kept under the SHA-256 of its content."""

    __tablename__ = "attachment"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    name: Mapped[str] = mapped_column(sa.Text)
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    instance_id: Mapped[str | None] = mapped_column(ID, index=True)
    field: Mapped[str] = mapped_column(KEY)
    by: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
