"""Tables of regions, organisations, people, roles and delegations."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.db import Base, UtcDateTime
from engine.models import ID

CODE = sa.String(12)


class RegionRow(Base):
    """A region as seeded from the table of `clusters/people/regions`, so that rows can point at it."""

    __tablename__ = "region"
    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    level: Mapped[str] = mapped_column(sa.String(20))  # province | prefecture | county | special_area
    parent_code: Mapped[str | None] = mapped_column(CODE)
    direct_applicant: Mapped[bool] = mapped_column(default=False)
    active_from: Mapped[date | None] = mapped_column(sa.Date)
    active_to: Mapped[date | None] = mapped_column(sa.Date)


class Organisation(Base):
    """A body that files or handles. Names of county bodies vary and may be edited (part 6)."""

    __tablename__ = "organisation"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100), unique=True)
    level: Mapped[str] = mapped_column(sa.String(12))  # province | city | county | operator | expert
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), index=True)
    uscc: Mapped[str | None] = mapped_column(sa.String(18))
    active: Mapped[bool] = mapped_column(default=True)


class Person(Base):
    """Somebody with an account. Lock-out counts on system time (D7)."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    org_id: Mapped[str] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    phone: Mapped[str] = mapped_column(sa.String(30), default="")
    email: Mapped[str] = mapped_column(sa.String(100), default="")
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fictional: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    roles: Mapped[list["PersonRole"]] = relationship(lazy="selectin", order_by="PersonRole.role")

    @property
    def disabled(self) -> bool:
        return self.disabled_at is not None


class PersonRole(Base):
    """A role that somebody holds; its scope is the region of their organisation."""

    __tablename__ = "person_role"
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(40), primary_key=True)


class PastPassword(Base):
    """A hash that may not be chosen again."""

    __tablename__ = "past_password"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delegation(Base):
    """代理: one colleague works for another from one day to another, both inclusive."""

    __tablename__ = "delegation"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    from_person: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    to_person: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    starts_on: Mapped[date] = mapped_column(sa.Date)
    ends_on: Mapped[date] = mapped_column(sa.Date)
    reason: Mapped[str] = mapped_column(sa.Text)
    created_by: Mapped[str] = mapped_column(ID)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
