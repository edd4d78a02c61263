"""Changing the roll of organisations: names vary and are edited; operators and expert bodies are added.

Which bodies must exist follows from the table of regions and is seeded (part 6).
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import uscc
from clusters.people import regions, roles
from clusters.people.models import Organisation
from engine import audit
from engine.errors import NotFound, Problem, Refused
from engine.ids import new_id

LONGEST_NAME = 100
ADDED = {roles.OPERATOR: "集群运营管理机构", roles.EXPERT: "专家单位"}


def get(session: Session, org_id: str) -> Organisation:
    found = session.get(Organisation, org_id)
    if found is None:
        raise NotFound("没有这个单位。")
    return found


def rename(session: Session, now: datetime, by: str, org_id: str, name: str, code: str) -> None:
    """Another name or credit code; what was issued under the old name keeps it."""
    organisation = get(session, org_id)
    _require_sound(session, name, code, org_id)
    before, organisation.name, organisation.uscc = organisation.name, name.strip(), code.strip() or None
    facts = {"before": before, "after": organisation.name, "uscc": organisation.uscc}
    audit.record(session, now, by, "organisation.changed", subject=org_id, facts=facts)


def add(
    session: Session, now: datetime, by: str, level: str, region: str, name: str, code: str
) -> Organisation:
    """A body that manages a cluster, or one that experts come from."""
    if level not in ADDED:
        raise Refused([Problem("只能新增集群运营管理机构和专家单位，其余单位由区划表生成。", path="level")])
    regions.region(region)
    _require_sound(session, name, code, None)
    row = Organisation(
        id=new_id(), name=name.strip(), level=level, region_code=region, uscc=code.strip() or None
    )
    session.add(row)
    session.flush()
    facts = {"name": row.name, "level": level, "region": region}
    audit.record(session, now, by, "organisation.added", subject=row.id, facts=facts)
    return row


def _require_sound(session: Session, name: str, code: str, org_id: str | None) -> None:
    found: list[Problem] = []
    if not name.strip():
        found.append(Problem("请填写单位名称。", path="name"))
    elif len(name.strip()) > LONGEST_NAME:
        found.append(Problem(f"单位名称不超过 {LONGEST_NAME} 个字。", path="name"))
    same = sa.select(Organisation.id).where(
        Organisation.name == name.strip(), Organisation.id != (org_id or "")
    )
    if session.scalars(same.limit(1)).first() is not None:
        found.append(Problem("已有同名单位。", path="name"))
    wrong = uscc.fault(code.strip()) if code.strip() else None
    if wrong:
        found.append(Problem(f"{wrong}。", path="uscc"))
    if found:
        raise Refused(found)
