"""Clusters designated before this system was in use: taken into the register from a workbook, or out again.

What lies in their past asks nothing of anybody: obligations count from the day of the import
(`handlers.subjects`). The filed form is the record; the rows here are its projection (D9).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.applications.application_content import STANDING, name_key
from clusters.batches import rules
from clusters.filed import Filed
from clusters.people import regions
from clusters.register import register, register_status
from clusters.register.models import Cluster, DesignationDecision
from clusters.register.models_history import ClusterEvent
from clusters.register.validity import ValidityPolicy, validity
from engine.errors import Problem, Refused
from engine.models import Instance

ARTICLE = "第五条"
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,19}")
OURS = re.compile(r"GS-JQ-(\d{4})-(\d{3})")
Row = Mapping[str, Any]


# --- what is wrong with the rows ------------------------------------------------------------------


def problems(session: Session, form: Filed, today: date) -> list[Problem]:
    """Everything that keeps these rows out of the register, each with its place in the form."""
    rows, found = form.rows("clusters"), []
    for number, row in enumerate(rows):
        found += [_placed(number, name, text, article) for name, text, article in _of_row(row, today)]
        found += [_placed(number, name, text, ARTICLE) for name, text in _known(session, row)]
    found += [_placed(n, "cluster_no", text, ARTICLE) for n, text in _twice(rows)]
    return found + list(_targets(form))


def _placed(number: int, name: str, text: str, article: str) -> Problem:
    return Problem(f"第 {number + 1} 行：{text}", f"clusters.{number}.{name}", article)


def _of_row(row: Row, today: date) -> Iterator[tuple[str, str, str]]:
    decided, first, last = (_day(row, name) for name in ("decision_date", "valid_from", "valid_to"))
    if decided > today:
        yield "decision_date", f"认定日期{decided}在今天之后。", "第十五条"
    if first < decided and int(row["term_no"]) == 1:
        yield "valid_from", f"有效期起{first}早于认定日期{decided}。", "第十六条"
    if last < first:
        yield "valid_to", f"有效期止{last}早于有效期起{first}。", "第十六条"
    else:
        try:
            validity(decided, 3, ValidityPolicy.EXPLICIT, (first, last))
        except Refused as refusal:
            yield "valid_to", refusal.problems[0].message, "第十六条"
    if row["plan_end_year"] < row["plan_start_year"]:
        yield "plan_end_year", "规划结束年度早于起始年度。", "附件八"
    number = row.get("cluster_no")
    if number and not NUMBER.fullmatch(number):
        yield "cluster_no", f"编号“{number}”只能用字母、数字和短横。", ARTICLE


def _known(session: Session, row: Row) -> Iterator[tuple[str, str]]:
    """A cluster stands in the register once (art. 15)."""
    first = min(version.effective_from for version in rules.versions(session))
    if _day(row, "decision_date") < first:
        yield "decision_date", f"认定日期早于细则施行日{first}。"
    number = row.get("cluster_no")
    if number and session.get(Cluster, number) is not None:
        yield "cluster_no", f"编号“{number}”已在名录中。"
    same = sa.select(Cluster).where(
        Cluster.name_key == name_key(row["cluster_name"]), Cluster.status.in_(STANDING)
    )
    found = session.scalars(same).first()
    if found is not None:
        yield "cluster_name", f"“{row['cluster_name']}”已在名录中（{found.cluster_no}）。"


def _twice(rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for number, row in enumerate(rows):
        given = row.get("cluster_no")
        if given and given in seen:
            yield number, f"编号“{given}”在本表中重复。"
        seen.add(given or "")


def _targets(form: Filed) -> Iterator[Problem]:
    names = {name_key(row["cluster_name"]) for row in form.rows("clusters")}
    for number, row in enumerate(form.rows("targets")):
        if name_key(row["cluster_name"]) not in names:
            text = f"规划目标第 {number + 1} 行：“{row['cluster_name']}”不在集群名录表中。"
            yield Problem(text, f"targets.{number}.cluster_name", "附件八")


def _day(row: Row, name: str) -> date:
    return date.fromisoformat(str(row[name]))


# --- in and out -----------------------------------------------------------------------------------


def enter(session: Session, form: Filed, today: date, now: datetime) -> list[Cluster]:
    """Put every row into the register. Raises Refused with all that is wrong; then nothing is entered."""
    found = problems(session, form, today)
    if found:
        raise Refused(found)
    _reserve(session, form)
    targets = _by_cluster(form.rows("targets"))
    return [_enter(session, form, row, targets, now) for row in form.rows("clusters")]


def _reserve(session: Session, form: Filed) -> None:
    """Numbers that the paper register gave in our own pattern are never given again."""
    highest: dict[str, int] = defaultdict(int)
    for row in form.rows("clusters"):
        if match := OURS.fullmatch(row.get("cluster_no") or ""):
            highest[match[1]] = max(highest[match[1]], int(match[2]))
    for year, number in highest.items():
        numbering.reserve(session, f"cluster/{year}", number)


def _by_cluster(rows: Sequence[Row]) -> dict[str, list[dict[str, Any]]]:
    """The plan targets of each cluster, numbered as those of an application are."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        own = found[name_key(row["cluster_name"])]
        target = {name: value for name, value in row.items() if name != "cluster_name"}
        own.append({"target_id": f"{row['aspect']}-{len(own) + 1:02d}", **target})
    return found


def _enter(
    session: Session, form: Filed, row: Row, targets: Mapping[str, list[dict[str, Any]]], now: datetime
) -> Cluster:
    decided = _day(row, "decision_date")
    baseline = {part: {name: row.get(name) for name in names} for part, names in register.BASELINE.items()}
    baseline["plan"]["plan_targets"] = targets.get(name_key(row["cluster_name"]), [])
    cluster = Cluster(
        cluster_no=row.get("cluster_no") or numbering.cluster_no(session, decided.year), case_no=None,
        instance_id=form.instance_id, task_id=form.task_id,
        decision_no=_decision(session, form, row, decided, now),
        name=row["cluster_name"], name_key=name_key(row["cluster_name"]), county_code=row["county_code"],
        city_code=regions.city_of(row["county_code"]).code, leading_industry=row["leading_industry_name"],
        valid_from=_day(row, "valid_from"), valid_to=_day(row, "valid_to"),
        validity_policy=ValidityPolicy.EXPLICIT, term_no=row["term_no"],
        rule_version=rules.last_known(session, decided).code, baseline=baseline,
        baseline_hash=register.baseline_hash(baseline), designated_at=now,
    )  # fmt: skip
    session.add(cluster)
    session.flush()
    register_status.record(
        session, cluster, "designated", on=decided, at=now, text=f"{register.DESIGNATED}（由既有名录导入）",
        doc_no=row["decision_no"], act=form, states=(None, "valid"),
    )  # fmt: skip
    return cluster


def _decision(session: Session, form: Filed, row: Row, decided: date, now: datetime) -> str:
    """The paper's document; one document may have designated several clusters."""
    number = str(row["decision_no"]).strip()
    if session.get(DesignationDecision, number) is None:
        session.add(
            DesignationDecision(
                decision_no=number, **form.source, notice_no=None, decision_date=decided,
                decided_by=form.by, decided_at=now,
            )
        )  # fmt: skip
        session.flush()
    return number


def of_import(session: Session, instance_id: str) -> list[Cluster]:
    query = sa.select(Cluster).where(Cluster.instance_id == instance_id).order_by(Cluster.cluster_no)
    return list(session.scalars(query))


def undo(session: Session, instance_id: str) -> list[str]:
    """Take all clusters of one import out again; refused once anything has come of one of them."""
    clusters = of_import(session, instance_id)
    used = [cluster for cluster in clusters if _is_used(session, cluster)]
    if used:
        names = "、".join(f"{cluster.name}（{cluster.cluster_no}）" for cluster in used)
        raise Refused(
            [Problem(f"{names}已有后续办件或登记，不能整批撤回；请用变更备案更正。", None, "第十七条")]
        )
    numbers = [cluster.cluster_no for cluster in clusters]
    session.execute(sa.delete(ClusterEvent).where(ClusterEvent.cluster_no.in_(numbers)))
    session.execute(sa.delete(Cluster).where(Cluster.cluster_no.in_(numbers)))
    session.execute(sa.delete(DesignationDecision).where(DesignationDecision.instance_id == instance_id))
    return numbers


def _is_used(session: Session, cluster: Cluster) -> bool:
    number = cluster.cluster_no
    cases = sa.select(Instance.id).where(
        sa.or_(Instance.business_key.like(f"%-{number}"), Instance.business_key.like(f"%-{number}-%"))
    )
    later = sa.select(ClusterEvent.id).where(
        ClusterEvent.cluster_no == number, ClusterEvent.kind != "designated"
    )
    return any(session.scalar(query.limit(1)) is not None for query in (cases, later))
