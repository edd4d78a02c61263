"""Tables of what leaves by mail and web hook: each person's wishes, and what went with which letter."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base
from engine.models import ID

WISH = sa.String(10)  # at_once | digest | none


class MailPreference(Base):
    """What somebody wants by mail, per kind of message. Without a row the defaults hold."""

    __tablename__ = "mail_preference"
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    reminder: Mapped[str] = mapped_column(WISH)
    urge: Mapped[str] = mapped_column(WISH)
    task: Mapped[str] = mapped_column(WISH)
    result: Mapped[str] = mapped_column(WISH)


class Parcel(Base):
    """One in-app message on its way out by one channel; waits for the digest while `outbox_id` is null."""

    __tablename__ = "parcel"
    __table_args__ = (sa.Index("ix_parcel_waiting", "outbox_id", "person_id"),)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("inbox_message.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    person_id: Mapped[str] = mapped_column(ID)
    outbox_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox.id"))
