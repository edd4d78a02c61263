"""Deployed diagrams: bundles by hash, versions per process key, deployment by a second person (D10)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import audit
from engine.bpmn.parser import BundleCache, parse_bundle
from engine.errors import Conflict, NotAllowed, NotFound
from engine.models import Bundle, ProcessDefinition


def bundle_hash(xml: str, forms: Mapping[str, str]) -> str:
    digest = hashlib.sha256(xml.encode())
    for name in sorted(forms):
        digest.update(b"\0" + name.encode() + b"\0" + forms[name].encode())
    return digest.hexdigest()


def propose(
    session: Session,
    now: datetime,
    by: str | None,
    name: str,
    xml: str,
    forms: Mapping[str, str],
    note: str = "",
) -> Bundle:
    """Keep a bundle that has passed the checks until a second person deploys it."""
    id_ = bundle_hash(xml, forms)
    bundle = session.get(Bundle, id_)
    if bundle is None:
        bundle = Bundle(
            id=id_,
            name=name,
            xml=xml,
            forms=dict(forms),
            note=note,
            status="proposed",
            proposed_by=by,
            proposed_at=now,
        )
        session.add(bundle)
    elif bundle.status == "rejected" or (bundle.status == "deployed" and not is_current(session, id_)):
        bundle.status, bundle.proposed_by, bundle.proposed_at, bundle.note = "proposed", by, now, note
    session.flush()
    audit.record(session, now, by, "process.proposed", subject=id_, facts={"name": name})
    return bundle


def deploy(
    session: Session, now: datetime, bundle_id: str, by: str | None, *, second_person: bool = True
) -> list[ProcessDefinition]:
    """Make a proposed bundle the newest version of each of its processes."""
    bundle = session.get(Bundle, bundle_id)
    if bundle is None:
        raise NotFound
    if bundle.status != "proposed":
        raise Conflict("该版本已经部署，或已被退回；退回的须重新提交。")
    if second_person and by == bundle.proposed_by:
        raise NotAllowed("流程应由提交人以外的另一人部署。")
    bundle.status, bundle.decided_by, bundle.decided_at = "deployed", by, now
    created = [
        _next_version(session, now, bundle_id, key, model.name)
        for key, model in parse_bundle(bundle.xml).models.items()
    ]
    facts = {"name": bundle.name, "versions": {d.process_key: d.version for d in created}}
    audit.record(session, now, by, "process.deployed", subject=bundle_id, facts=facts)
    return created


def reject(session: Session, now: datetime, bundle_id: str, by: str, reason: str = "") -> None:
    bundle = session.get(Bundle, bundle_id)
    if bundle is None or bundle.status != "proposed":
        raise NotFound
    served = sa.select(ProcessDefinition.id).where(ProcessDefinition.bundle_id == bundle_id).limit(1)
    bundle.status = "rejected" if session.scalar(served) is None else "deployed"  # it was in use before
    bundle.decided_by, bundle.decided_at = by, now
    facts = {"name": bundle.name, "reason": reason}
    audit.record(session, now, by, "process.rejected", subject=bundle_id, facts=facts)


def _next_version(session: Session, now: datetime, bundle_id: str, key: str, name: str) -> ProcessDefinition:
    newest = latest(session, key)
    row = ProcessDefinition(
        process_key=key,
        version=1 if newest is None else newest.version + 1,
        name=name,
        bundle_id=bundle_id,
        deployed_at=now,
    )
    session.add(row)
    session.flush()
    return row


def diagram_name(session: Session, process_keys: Iterable[str], wanted: str) -> str:
    """Versions of a diagram belong together by name: the one whose process it renews, else `wanted`."""
    known = (latest(session, key) for key in process_keys)
    row = next((row for row in known if row is not None), None)
    return wanted if row is None else session.get_one(Bundle, row.bundle_id).name


def is_current(session: Session, bundle_id: str) -> bool:
    """Whether the newest version of any process comes from this bundle."""
    return any(row.bundle_id == bundle_id for row in newest_versions(session))


def latest(session: Session, process_key: str) -> ProcessDefinition | None:
    query = sa.select(ProcessDefinition).where(ProcessDefinition.process_key == process_key)
    return session.scalars(query.order_by(ProcessDefinition.version.desc()).limit(1)).first()


def all_versions(session: Session) -> Sequence[ProcessDefinition]:
    order = (ProcessDefinition.process_key, ProcessDefinition.version.desc())
    return session.scalars(sa.select(ProcessDefinition).order_by(*order)).all()


def newest_versions(session: Session) -> list[ProcessDefinition]:
    newest: dict[str, ProcessDefinition] = {}
    for row in all_versions(session):
        newest.setdefault(row.process_key, row)
    return list(newest.values())


def started_by_message(session: Session, bundles: BundleCache, name: str) -> ProcessDefinition | None:
    """The process whose newest version begins with the message `name`."""
    for row in newest_versions(session):
        model = bundles.get(row.bundle_id).models[row.process_key]
        if model.start_for_message(name) is not None:
            return row
    return None
