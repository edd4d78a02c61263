"""The cultivation ledger (F17, art. 6–10): what the offices did for clusters. A record, no gate."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clusters.people.models import CODE
from engine.db import Base, JsonText, UtcDateTime
from engine.models import ID


class LedgerEntry(Base):
    """One row. `details` holds the fields of its kind (`ledger.KINDS`); money is whole fen.

    Rows are voided with a reason, never deleted.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (sa.Index("ix_ledger_entry_place", "region_code", "year"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    region_code: Mapped[str] = mapped_column(CODE)
    cluster_no: Mapped[str | None] = mapped_column(sa.ForeignKey("cluster.cluster_no"), index=True)
    year: Mapped[int]
    on: Mapped[date] = mapped_column(sa.Date)
    title: Mapped[str] = mapped_column(sa.Text)
    details: Mapped[dict[str, Any]] = mapped_column(JsonText)
    entered_by: Mapped[str] = mapped_column(ID)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_by: Mapped[str | None] = mapped_column(ID)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str] = mapped_column(sa.Text, default="")
