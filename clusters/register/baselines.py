"""The baseline of a cluster in its versions: a filed change (art. 17) or a further term (art. 16) makes one.

Nothing else changes name, industry, boundary, operator or plan of a designated cluster. A change leaves
the term of validity as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications.application_content import name_key
from clusters.changes import change_kinds
from clusters.changes.change_kinds import Difference
from clusters.changes.models import BaselineVersion, ChangeCase
from clusters.filed import Filed
from clusters.register import register, register_status
from clusters.register.models import Cluster
from engine.errors import QilianError

CERTIFICATE_WORDS = {"reissue": "，换发证书，有效期不变", "note": "，在原证书上加注，有效期不变"}


def versions(session: Session, cluster_no: str) -> Sequence[BaselineVersion]:
    """Oldest first; empty while nothing has changed since the designation."""
    query = sa.select(BaselineVersion).where(BaselineVersion.cluster_no == cluster_no)
    return session.scalars(query.order_by(BaselineVersion.version)).all()


def differences(case: ChangeCase) -> list[Difference]:
    return change_kinds.differences(case.items)


def apply(
    session: Session, cluster: Cluster, case: ChangeCase, form: Filed, now: datetime
) -> BaselineVersion:
    """Enter a change that has been put on record (art. 17) into the register. Validity stays."""
    if case.status != "filed" or case.completed_on is None:
        raise QilianError(f"{case.no} has not been put on record")
    known = versions(session, cluster.cluster_no)
    number = known[-1].version if known else _keep_first(session, cluster).version
    _change(cluster, case.items)
    version = BaselineVersion(
        cluster_no=cluster.cluster_no, version=number + 1, name=cluster.name, content=cluster.baseline,
        content_hash=cluster.baseline_hash, from_on=case.completed_on, change_no=case.no, **form.source,
        recorded_at=now,
    )  # fmt: skip
    session.add(version)
    session.flush()
    assert case.filed_on is not None
    text = f"{change_kinds.words(case.kinds)}变更备案{CERTIFICATE_WORDS.get(case.certificate, '')}"
    register_status.record(
        session, cluster, "change_filed", on=case.filed_on, at=now, text=text, doc_no=case.filed_no, act=form
    )
    return version


def renew(
    session: Session, cluster: Cluster, plan: Mapping[str, Any], from_on: date, form: Filed, now: datetime
) -> BaselineVersion:
    """The plan filed for a further term is what it is measured by from its first day (art. 16)."""
    known = versions(session, cluster.cluster_no)
    number = known[-1].version if known else _keep_first(session, cluster).version
    cluster.baseline = {**cluster.baseline, "plan": dict(plan)}
    cluster.baseline_hash = register.baseline_hash(cluster.baseline)
    version = BaselineVersion(
        cluster_no=cluster.cluster_no, version=number + 1, name=cluster.name, content=cluster.baseline,
        content_hash=cluster.baseline_hash, from_on=from_on, **form.source, recorded_at=now,
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def _keep_first(session: Session, cluster: Cluster) -> BaselineVersion:
    """Version 1: what was designated. Kept when the first change comes, with where it came from."""
    first = BaselineVersion(
        cluster_no=cluster.cluster_no, version=1, name=cluster.name, content=cluster.baseline,
        content_hash=cluster.baseline_hash, from_on=cluster.valid_from, instance_id=cluster.instance_id,
        task_id=cluster.task_id, recorded_at=cluster.designated_at,
    )  # fmt: skip
    session.add(first)
    session.flush()
    return first


def _change(cluster: Cluster, items: Mapping[str, Any]) -> None:
    baseline = {part: dict(fields) for part, fields in cluster.baseline.items()}
    for kind, part in change_kinds.PARTS.items():
        if kind in items:
            baseline[part] = {**baseline.get(part, {}), **items[kind]["after"]}
    cluster.baseline, cluster.baseline_hash = baseline, register.baseline_hash(baseline)
    if "name" in items:
        cluster.name = str(items["name"]["after"]["cluster_name"]).strip()
        cluster.name_key = name_key(cluster.name)
    if "leading_industry" in items:
        cluster.leading_industry = str(items["leading_industry"]["after"]["leading_industry_name"]).strip()
