"""What an application must contain before it can be one (art. 2, 6, 13), and what it must not repeat.

Failing criteria are another matter: such an application may be sent in, with a warning.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import statuses
from clusters.applications.models import Application
from clusters.people import regions
from clusters.register.models import Cluster
from engine.errors import Problem

ART_13 = "第十三条"
# Files without which the regulation's own requirements cannot be checked (F01).
MANDATORY_FILES = {
    "boundary_file": ("集群空间范围图", "附件一"),
    "chain_map_file": ("产业链图谱", "第六条"),
    "plan_file": ("三年发展规划", "附件八"),
    "truth_commitment": ("真实性承诺书", "第十九条"),
}
ASPECTS = ("A1", "A2", "A3", "A4", "A5", "A6", "A7")
# In these states a cluster holds its title.
STANDING = frozenset({"valid", "reexam_open", "expired_pending", "renewed", "revocation_proposed"})


def name_key(name: str) -> str:
    """What makes two cluster names the same: width, spaces and case do not tell them apart."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


@dataclass(frozen=True)
class Duplicate:
    """Something that stands in the way: a designated cluster or an open case."""

    number: str
    name: str
    kind: str


def duplicates(
    session: Session, case_no: str, county_code: str, cluster_name: str, leading_industry: str
) -> list[Duplicate]:
    """Standing clusters and open cases of the same name, or of the same county and leading industry."""
    name, industry = name_key(cluster_name), leading_industry.strip()
    clusters = sa.select(Cluster).where(
        Cluster.status.in_(STANDING), _same(Cluster, name, county_code, industry)
    )
    cases = sa.select(Application).where(
        Application.case_no != case_no,
        Application.status.not_in(statuses.ENDED),
        _same(Application, name, county_code, industry),
    )
    found = [Duplicate(c.cluster_no, c.name, "集群") for c in session.scalars(clusters)]
    return found + [Duplicate(a.case_no, a.cluster_name, "在办申报") for a in session.scalars(cases)]


def _same(
    table: type[Cluster] | type[Application], name: str, county_code: str, industry: str
) -> sa.ColumnElement[bool]:
    same_industry = sa.and_(
        table.county_code == county_code, table.leading_industry == industry, table.leading_industry != ""
    )
    return sa.or_(sa.and_(table.name_key == name, table.name_key != ""), same_industry)


def missing_documents(data: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem(f"缺少必备材料：{title}。", field, article)
        for field, (title, article) in MANDATORY_FILES.items()
        if not data.get(field)
    ]


def content_problems(session: Session, application: Application, data: Mapping[str, Any]) -> list[Problem]:
    """Why this content cannot be an application at all; failing criteria are another matter."""
    found = standing_problems(application, data)
    names = (str(data.get("cluster_name") or ""), str(data.get("leading_industry_name") or ""))
    for other in duplicates(session, application.case_no, application.county_code, *names):
        found.append(Problem(f"与{other.kind}“{other.name}”（{other.number}）重复。", "cluster_name", ART_13))
    return found


def standing_problems(application: Application, data: Mapping[str, Any]) -> list[Problem]:
    """What a cluster must show to be one, when it applies and when it is re-examined (art. 2, 6, 16)."""
    found = _applicant_problems(application, data) + missing_documents(data) + _plan_problems(data)
    if not data.get("incident_declaration"):
        found.append(
            Problem("须作出近三年重大问题披露完整的承诺，才能提交。", "incident_declaration", "附件序言")
        )
    if not str(data.get("operator_name") or "").strip():
        found.append(Problem("集群应当有运营管理机构。", "operator_name", "第二条"))
    if not data.get("service_orgs"):
        found.append(Problem("集群应当有产业关联的服务、管理或科研支撑机构。", "service_orgs", "第二条"))
    return found


def _applicant_problems(application: Application, data: Mapping[str, Any]) -> list[Problem]:
    found = []
    if data.get("county_code") != application.county_code:
        where = regions.full_name(application.county_code)
        found.append(Problem(f"所在县（市、区）应为申报单位所在地{where}。", "county_code", ART_13))
    if not data.get("is_within_county") and not (
        str(data.get("cross_county_note") or "").strip() and data.get("cross_county_doc")
    ):
        found.append(
            Problem(
                "集群应在县级区划范围内；跨县的须说明情况并上传省级同意文件。", "is_within_county", ART_13
            )
        )
    return found


def _plan_problems(data: Mapping[str, Any]) -> list[Problem]:
    """Annex 8 refers the plan to art. 6: a target and a measure for each of its seven aspects."""
    found = []
    for table, what in (("plan_targets", "目标"), ("plan_measures", "措施")):
        present = {row.get("aspect") for row in data.get(table) or []}
        absent = [aspect for aspect in ASPECTS if aspect not in present]
        if absent:
            found.append(Problem(f"规划{what}缺少第六条的方面：{'、'.join(absent)}。", table, "第六条"))
    return found
