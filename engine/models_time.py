"""Tables of time: timers, armed starts, reminders, clocks, the calendar and its imports, daily duties."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.columns import ID, KEY
from engine.db import Base, JsonText, UtcDateTime


class Timer(Base):
    """Something to do at an instant: a timer event, or a service task put off (`asyncBefore`)."""

    __tablename__ = "timer"
    __table_args__ = (
        sa.UniqueConstraint("instance_id", "task_id", "kind"),
        sa.Index("ix_timer_due", "status", "due_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"))
    task_id: Mapped[str] = mapped_column(sa.String(36))
    kind: Mapped[str] = mapped_column(sa.String(8))  # timer | job
    element: Mapped[str] = mapped_column(KEY)
    name: Mapped[str] = mapped_column(sa.Text, default="")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(sa.Date)
    trace: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    calendar_version: Mapped[str] = mapped_column(sa.String(80))
    provisional: Mapped[bool] = mapped_column(default=False)
    legal_on: Mapped[date | None] = mapped_column(sa.Date)  # what it was before a person moved it
    due_note: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    status: Mapped[str] = mapped_column(sa.String(12))  # waiting | fired | cancelled | incident
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late_seconds: Mapped[int] = mapped_column(default=0)


class ArmedStart(Base):
    """A timer start event waiting for one subject: each obligation begins exactly once (D4).

    `occurrence` is a year or the number of a term; `not_before` the day before which nothing fires.
    """

    __tablename__ = "armed_start"
    __table_args__ = (
        sa.UniqueConstraint("process_key", "element", "subject", "occurrence"),
        sa.Index("ix_armed_start_due", "status", "due_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(KEY)
    element: Mapped[str] = mapped_column(KEY)
    subject: Mapped[str] = mapped_column(KEY)
    occurrence: Mapped[int]
    title: Mapped[str] = mapped_column(sa.Text)
    scope: Mapped[str] = mapped_column(sa.String(12))
    data: Mapped[dict[str, Any]] = mapped_column(JsonText)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date] = mapped_column(sa.Date)
    trace: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    calendar_version: Mapped[str] = mapped_column(sa.String(80))
    provisional: Mapped[bool] = mapped_column(default=False)
    not_before: Mapped[date] = mapped_column(sa.Date)
    status: Mapped[str] = mapped_column(sa.String(12))  # waiting | fired | cancelled | incident
    attempts: Mapped[int] = mapped_column(default=0)
    retry_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late_seconds: Mapped[int] = mapped_column(default=0)
    instance_id: Mapped[str | None] = mapped_column(ID)


class Reminder(Base):
    """A reminder of an open work item; never enters the process (D5)."""

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "label"),
        sa.Index("ix_reminder_due", "status", "due_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(sa.ForeignKey("work_item.id"))
    label: Mapped[str] = mapped_column(sa.String(20))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(sa.String(12))  # waiting | sent | cancelled
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ServiceInterval(Base):
    """One running stretch of a service clock; stopped intervals do not count (D14)."""

    __tablename__ = "service_interval"
    __table_args__ = (sa.Index("ix_service_interval_clock", "instance_id", "clock"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"))
    clock: Mapped[str] = mapped_column(sa.String(40))
    item_id: Mapped[str] = mapped_column(sa.ForeignKey("work_item.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CalendarYear(Base):
    """One year of the working calendar, national or of one region."""

    __tablename__ = "calendar_year"
    __table_args__ = (sa.UniqueConstraint("year", "region", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    region: Mapped[str] = mapped_column(sa.String(12), default="")
    version: Mapped[int]
    status: Mapped[str] = mapped_column(sa.String(12))  # confirmed | provisional
    source_doc: Mapped[str] = mapped_column(sa.Text)
    days: Mapped[dict[str, Any]] = mapped_column(JsonText)
    imported_by: Mapped[str | None] = mapped_column(ID)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ClockSetting(Base):
    """Where the sandbox's clock stands; empty outside the sandbox (D7)."""

    __tablename__ = "clock_setting"
    id: Mapped[int] = mapped_column(primary_key=True)
    now: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarImport(Base):
    """A year of the working calendar on its way in: drafted, submitted, confirmed by somebody else.

    `days` as in `CalendarYear`; `moved` lists the deadlines that moved when it was confirmed.
    """

    __tablename__ = "calendar_import"
    __table_args__ = (sa.Index("ix_calendar_import_status", "status", "year"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    year: Mapped[int]
    region: Mapped[str] = mapped_column(sa.String(12), default="")
    version: Mapped[int]
    year_status: Mapped[str] = mapped_column(sa.String(12))  # confirmed | provisional
    source_doc: Mapped[str] = mapped_column(sa.Text)
    days: Mapped[dict[str, Any]] = mapped_column(JsonText)
    origin: Mapped[str] = mapped_column(sa.Text)  # name of the file, or empty for the form
    status: Mapped[str] = mapped_column(sa.String(12))  # draft | pending | confirmed | withdrawn | rejected
    proposed_by: Mapped[str] = mapped_column(ID)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(ID)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    moved: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)


class DutyMark(Base):
    """Up to which legal day a recurring duty of the system has been seen to."""

    __tablename__ = "duty_mark"
    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    done_on: Mapped[date] = mapped_column(sa.Date)
