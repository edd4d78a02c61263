"""Tables of the keeping of time: imported calendar years awaiting a second person, and daily duties."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, JsonText, UtcDateTime
from engine.models import ID


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
