"""The tables that pages keep for themselves: who is signed in, and what strangers have asked how often."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, UtcDateTime
from engine.models import ID


class SignInSession(Base):
    """A signed-in browser. Only the hash of its token is kept; times are system time (D7)."""

    __tablename__ = "sign_in_session"
    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ID, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(sa.String(60))
    agent: Mapped[str] = mapped_column(sa.String(200))


class RateCount(Base):
    """How often something was done in one span of time. The key is a keyed hash: no address is kept."""

    __tablename__ = "rate_count"
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    count: Mapped[int]
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class FormUse(Base):
    """A public form that has been used, so that it counts once. `answer` is sealed with the form's own token:
    whoever pressed twice is told the same again."""

    __tablename__ = "form_use"
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    answer: Mapped[str] = mapped_column(sa.Text, default="")
