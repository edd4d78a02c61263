"""Tables of rule versions, batches, recommendations and selections."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clusters.people.models import CODE
from engine.db import Base, JsonText, UtcDateTime
from engine.models import ID

CASE_NO = sa.String(40)
DOC_NO = sa.String(60)
RULE = sa.String(40)


class Numbering(Base):
    """The last number given in a series; numbers are never used twice."""

    __tablename__ = "numbering"
    series: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    last: Mapped[int]


class RuleVersionRow(Base):
    """A version of the regulation with its standard as written (art. 21, part 9)."""

    __tablename__ = "rule_version"
    code: Mapped[str] = mapped_column(RULE, primary_key=True)
    title: Mapped[str] = mapped_column(sa.Text)
    doc_no: Mapped[str] = mapped_column(DOC_NO)
    issued_on: Mapped[date] = mapped_column(sa.Date)
    effective_from: Mapped[date] = mapped_column(sa.Date)
    effective_to: Mapped[date] = mapped_column(sa.Date)
    replaced_by: Mapped[str | None] = mapped_column(RULE)
    source: Mapped[str] = mapped_column(sa.Text)  # the standard in TOML

    supplements: Mapped[list["RuleSupplement"]] = relationship(lazy="selectin", order_by="RuleSupplement.id")


class RuleSupplement(Base):
    """A period or number that a kept version had not at all, adopted beside it with a reason."""

    __tablename__ = "rule_supplement"
    __table_args__ = (sa.UniqueConstraint("rule_version", "part", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    rule_version: Mapped[str] = mapped_column(sa.ForeignKey("rule_version.code"))
    part: Mapped[str] = mapped_column(sa.String(10))  # periods | practice
    name: Mapped[str] = mapped_column(sa.String(60))
    label: Mapped[str] = mapped_column(sa.Text)
    value: Mapped[str] = mapped_column(sa.String(40))
    unit: Mapped[str] = mapped_column(sa.String(40))
    article: Mapped[str] = mapped_column(sa.String(40))
    basis: Mapped[str] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.Text)
    adopted_by: Mapped[str] = mapped_column(ID)
    adopted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RuleContinuation(Base):
    """A document by which a lapsed version goes on to be applied from one day to another."""

    __tablename__ = "rule_continuation"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    rule_version: Mapped[str] = mapped_column(sa.ForeignKey("rule_version.code"))
    doc_no: Mapped[str] = mapped_column(DOC_NO, unique=True)
    issued_on: Mapped[date] = mapped_column(sa.Date)
    starts_on: Mapped[date] = mapped_column(sa.Date)
    ends_on: Mapped[date] = mapped_column(sa.Date)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    recorded_by: Mapped[str] = mapped_column(ID)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Interpretation(Base):
    """口径解释: question and answer of the province to a version of the rule (art. 20)."""

    __tablename__ = "interpretation"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    rule_version: Mapped[str] = mapped_column(sa.ForeignKey("rule_version.code"), index=True)
    topic: Mapped[str] = mapped_column(sa.String(20), default="")
    question: Mapped[str] = mapped_column(sa.Text)
    answer: Mapped[str] = mapped_column(sa.Text)
    doc_no: Mapped[str] = mapped_column(DOC_NO, default="")
    given_on: Mapped[date] = mapped_column(sa.Date)


class Batch(Base):
    """One call for applications (F18). `status`: open, selected, in_notice, decided, empty."""

    __tablename__ = "batch"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id"),)
    key: Mapped[str] = mapped_column(CASE_NO, primary_key=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(sa.String(20), default="application")
    title: Mapped[str] = mapped_column(sa.Text)
    notice_no: Mapped[str] = mapped_column(DOC_NO)
    status: Mapped[str] = mapped_column(sa.String(12), default="open")
    open_on: Mapped[date] = mapped_column(sa.Date)
    county_due: Mapped[date] = mapped_column(sa.Date)
    recommend_due: Mapped[date] = mapped_column(sa.Date)
    data_years: Mapped[list[int]] = mapped_column(JsonText)
    city_quota: Mapped[int | None]
    total_plan: Mapped[int | None]
    rule_version: Mapped[str] = mapped_column(sa.ForeignKey("rule_version.code"))
    continuation_doc: Mapped[str | None] = mapped_column(DOC_NO)
    continuation_files: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    definitions: Mapped[dict[str, str]] = mapped_column(JsonText)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)

    extensions: Mapped[list["BatchExtension"]] = relationship(order_by="BatchExtension.recorded_at")


class BatchExtension(Base):
    """A later closing date of a batch, with the document and the reason."""

    __tablename__ = "batch_extension"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    batch_key: Mapped[str] = mapped_column(sa.ForeignKey("batch.key"), index=True)
    doc_no: Mapped[str] = mapped_column(DOC_NO)
    reason: Mapped[str] = mapped_column(sa.Text)
    old_county_due: Mapped[date] = mapped_column(sa.Date)
    old_recommend_due: Mapped[date] = mapped_column(sa.Date)
    county_due: Mapped[date] = mapped_column(sa.Date)
    recommend_due: Mapped[date] = mapped_column(sa.Date)
    recorded_by: Mapped[str] = mapped_column(ID)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Recommendation(Base):
    """A city's letter with its ranked list (F05)."""

    __tablename__ = "recommendation"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    batch_key: Mapped[str] = mapped_column(sa.ForeignKey("batch.key"), index=True)
    city_code: Mapped[str] = mapped_column(CODE)
    letter_no: Mapped[str] = mapped_column(DOC_NO, unique=True)
    letter_date: Mapped[date] = mapped_column(sa.Date)
    signed_by: Mapped[str] = mapped_column(ID)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    items: Mapped[list["RecommendationItem"]] = relationship(order_by="RecommendationItem.rank")


class RecommendationItem(Base):
    """One case of the letter. `rank_key` holds the rank of the batch and city while the item stands."""

    __tablename__ = "recommendation_item"
    __table_args__ = (sa.UniqueConstraint("recommendation_id", "case_no"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[str] = mapped_column(sa.ForeignKey("recommendation.id"))
    case_no: Mapped[str] = mapped_column(CASE_NO, index=True)
    recommended: Mapped[bool]
    rank: Mapped[int | None]
    rank_key: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    reason: Mapped[str] = mapped_column(sa.Text, default="")


class SamplingPlan(Base):
    """The province's recorded plan that exempts a case from inspection on site (D-19)."""

    __tablename__ = "sampling_plan"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    case_no: Mapped[str] = mapped_column(CASE_NO, index=True)
    plan_no: Mapped[str] = mapped_column(DOC_NO)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)


class Selection(Base):
    """The list that the province's meeting formed (F06)."""

    __tablename__ = "selection"
    __table_args__ = (sa.UniqueConstraint("instance_id", "task_id"),)
    batch_key: Mapped[str] = mapped_column(sa.ForeignKey("batch.key"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ID)
    task_id: Mapped[str] = mapped_column(sa.String(36))
    submission_id: Mapped[str] = mapped_column(ID)
    meeting_type: Mapped[str] = mapped_column(sa.String(40))
    meeting_date: Mapped[date] = mapped_column(sa.Date)
    minutes_no: Mapped[str] = mapped_column(DOC_NO)
    formed_by: Mapped[str] = mapped_column(ID)
    formed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    items: Mapped[list["SelectionItem"]] = relationship(order_by="SelectionItem.ranking")


class SelectionItem(Base):
    """One recommended case: listed or not, and why not."""

    __tablename__ = "selection_item"
    __table_args__ = (sa.UniqueConstraint("batch_key", "case_no"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    batch_key: Mapped[str] = mapped_column(sa.ForeignKey("selection.batch_key"))
    case_no: Mapped[str] = mapped_column(CASE_NO)
    ranking: Mapped[int | None]
    selected: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
