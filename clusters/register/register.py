"""The register of clusters: number, term, frozen baseline, status (F09, art. 15–17).

The title arises from a decision of people (`clusters.designation.designation`); here it is numbered and kept.
Later obligations of a cluster live with their own processes.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.applications import applications
from clusters.applications.application_content import STANDING, name_key
from clusters.applications.models import Application
from clusters.batches import rules
from clusters.filed import Filed
from clusters.register import register_status
from clusters.register.models import Cluster, DesignationDecision
from clusters.register.validity import Validity, ValidityPolicy, validity
from engine.clock import legal_day
from engine.db import dump_json
from engine.errors import NotFound, Problem, Refused

ARTICLE = "第十五条"
DESIGNATED = "认定为省级中小企业特色产业集群"
# What art. 17 compares changes with, and what art. 16 measures completion against.
BASELINE = {
    "industry": ("leading_industry_name", "leading_industry_gbt4754", "segment_name"),
    "boundary": ("location_desc", "area_km2", "area_basis", "boundary_file", "is_within_county"),
    "operator": ("operator_name", "operator_uscc", "operator_type", "operator_approval_no", "operator_head"),
    "plan": ("plan_start_year", "plan_end_year", "plan_file", "plan_targets", "plan_measures"),
}


def enter(
    session: Session, application: Application, decision: DesignationDecision, form: Filed, now: datetime
) -> Cluster:
    """Put one cluster into the register; a cluster is designated once (art. 15)."""
    _refuse_second(session, application)
    if application.instance_id is None or application.rule_version is None:
        raise Refused([Problem(f"{application.case_no}未经受理，不能认定。", article=ARTICLE)])
    content, _ = applications.effective_application(session, application.instance_id)
    years = rules.standard(session, application.rule_version).terms["validity"]
    term = _term(decision.decision_date, years, form)
    frozen = {part: {name: content.get(name) for name in names} for part, names in BASELINE.items()}
    cluster = Cluster(
        cluster_no=numbering.cluster_no(session, decision.decision_date.year), case_no=application.case_no,
        instance_id=decision.instance_id, task_id=decision.task_id, decision_no=decision.decision_no,
        name=application.cluster_name, name_key=application.name_key, county_code=application.county_code,
        city_code=application.city_code, leading_industry=application.leading_industry,
        valid_from=term.valid_from, valid_to=term.valid_to, validity_policy=str(term.policy),
        rule_version=application.rule_version, baseline=frozen, baseline_hash=baseline_hash(frozen),
        designated_at=now, fictional=application.fictional,
    )  # fmt: skip
    session.add(cluster)
    application.status = "designated"
    session.flush()
    register_status.record(
        session, cluster, "designated", on=decision.decision_date, at=now, text=DESIGNATED,
        doc_no=decision.decision_no, act=form, states=(None, "valid"),
    )  # fmt: skip
    return cluster


def _refuse_second(session: Session, application: Application) -> None:
    query = sa.select(Cluster).where(
        sa.or_(
            Cluster.case_no == application.case_no,
            sa.and_(Cluster.name_key == application.name_key, Cluster.status.in_(STANDING)),
        )
    )
    known = session.scalars(query).first()
    if known is not None:
        message = f"“{application.cluster_name}”已经认定（{known.cluster_no}），不能重复认定。"
        raise Refused([Problem(message, article=ARTICLE)])


def _term(decided_on: date, years: int, form: Filed) -> Validity:
    policy, last = form.text("validity_policy") or ValidityPolicy.CIVIL_CODE, form.day("valid_to")
    explicit = None
    if policy == ValidityPolicy.EXPLICIT and last is not None:
        explicit = (form.day("valid_from") or decided_on, last)
    return validity(decided_on, years, policy, explicit)


def baseline_hash(baseline: Mapping[str, Any]) -> str:
    return hashlib.sha256(dump_json(dict(baseline)).encode()).hexdigest()


# --- the register -----------------------------------------------------------------------------


def get(session: Session, cluster_no: str) -> Cluster:
    cluster = session.get(Cluster, cluster_no)
    if cluster is None:
        raise NotFound(f"集群名录中没有“{cluster_no}”。")
    return cluster


def application_instance(session: Session, cluster: Cluster) -> str | None:
    """The case whose application the designation rests on; None for a cluster taken over from paper."""
    return applications.get(session, cluster.case_no).instance_id if cluster.case_no else None


def of_case(session: Session, case_no: str) -> Cluster | None:
    return session.scalars(sa.select(Cluster).where(Cluster.case_no == case_no)).first()


def search(
    session: Session, *, city_code: str | None = None, county_code: str | None = None, words: str = "",
    status: str | None = None,
) -> list[Cluster]:  # fmt: skip
    query = sa.select(Cluster).order_by(Cluster.cluster_no)
    if city_code:
        query = query.where(Cluster.city_code == city_code)
    if county_code:
        query = query.where(Cluster.county_code == county_code)
    if status:
        query = query.where(Cluster.status == status)
    if words.strip():
        key = name_key(words)
        query = query.where(
            sa.or_(Cluster.name_key.contains(key, autoescape=True), Cluster.cluster_no == words.strip())
        )
    return list(session.scalars(query))


def holds_title(cluster: Cluster, on: date) -> bool:
    """Whether the term covers the day; a term that has run out is never shown as valid (art. 16)."""
    has_begun = cluster.valid_from <= on or cluster.term_no > 1  # a further term follows without a gap
    return cluster.status in STANDING and has_begun and on <= cluster.valid_to


def status_label(cluster: Cluster, on: date) -> str:
    if cluster.status in ("valid", "reexam_open", "renewed") and on > cluster.valid_to:
        return "有效期已届满"
    return register_status.LABELS[cluster.status]


def standing(session: Session) -> list[Cluster]:
    """Every cluster that holds the title, also while its re-examination is undecided (art. 16)."""
    query = sa.select(Cluster).where(Cluster.status.in_(STANDING)).order_by(Cluster.cluster_no)
    return list(session.scalars(query))


def standing_count(session: Session) -> int:
    """How many clusters hold the title, beside the planned number of art. 5 (a plan, no limit)."""
    query = sa.select(sa.func.count()).select_from(Cluster).where(Cluster.status.in_(STANDING))
    return session.scalar(query) or 0


def planned_count(session: Session) -> int:
    """The planned number, as the newest version of the rule has it; a reference, no limit (art. 5)."""
    newest = rules.versions(session)[0]
    return int(rules.standard(session, newest.code).practice["planned_clusters"].value)


def held_since(cluster: Cluster) -> date:
    """From which day the cluster has held its title; a further term continues the one before (art. 16)."""
    if cluster.term_no == 1:
        return cluster.valid_from
    return min(cluster.valid_from, legal_day(cluster.designated_at))
