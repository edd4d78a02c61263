"""What each ground of art. 19 asks of its evidence (F15, A-10). Decides nothing: it says what is missing.

Knows items of evidence and the standard; no proposal, no case, no page.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from clusters.batches import rules
from clusters.register.models import Cluster
from clusters.revocation.evidence import Case, Deadline, Happened, Item, Paper, Served, Urged
from engine.due_dates import chinese
from engine.errors import Problem

ARTICLE = "第十九条"
GROUNDS: Mapping[str, str] = {
    "19-1a": "有效期满未申请复核",
    "19-1b": "经复核未通过",
    "19-2a": "虚假申报",
    "19-2b": "违法违规行为",
    "19-3a": "未及时报送年度培育情况",
    "19-3b": "不接受、不配合监测监督",
    "19-4": "重大变动未及时更新报备",
    "19-5": "集群企业发生重大事故、事件或问题",
}
# Grounds that a timer may propose: each rests on a period that ran out and on urging in vain.
TIMED = frozenset({"19-1a", "19-3a", "19-4"})
# What else a ground cannot do without, besides files of any kind.
EFFECTIVE = frozenset({"19-2b", "19-5"})


def missing(
    session: Session, cluster: Cluster, ground: str, evidence: Sequence[Item], by: str | None, on: date
) -> list[Problem]:
    """Everything that the evidence lacks for this ground on the legal day `on`."""
    found = [] if evidence else [Problem("请至少附一项证据。", "evidence", ARTICLE)]
    found += _deadline_problems([i for i in evidence if isinstance(i, Deadline)], by, on)
    if ground in TIMED:
        found += _timed_problems(session, cluster, evidence, on)
    if ground == "19-1a":
        found += _unasked_problems(cluster, evidence, on)
    return found + _document_problems(session, cluster, ground, evidence, on)


def _deadline_problems(deadlines: Sequence[Deadline], by: str | None, on: date) -> list[Problem]:
    found = []
    for deadline in deadlines:
        if deadline.provisional or (deadline.count or {}).get("provisional"):
            message = f"“{deadline.what}”的日期依据暂定日历，放假安排公布前不能作为撤销依据。"
            found.append(Problem(message, "evidence", ARTICLE))
        if deadline.on >= on:
            message = f"“{deadline.what}”到{deadline.on}届满，期限还没有过。"
            found.append(Problem(message, "evidence", ARTICLE))
        if deadline.owed_by != "cluster":
            message = f"“{deadline.what}”的迟延不在集群一方，不能据以提出撤销。"
            found.append(Problem(message, "evidence", ARTICLE))
        if deadline.done_on is not None and by is None:
            message = f"“{deadline.what}”已于{chinese(deadline.done_on)}补办，只作迟报标记，系统不提出撤销。"
            found.append(Problem(message, "evidence", ARTICLE))
    return found


def _timed_problems(session: Session, cluster: Cluster, evidence: Sequence[Item], on: date) -> list[Problem]:
    found = []
    if not any(isinstance(i, Deadline) and (i.count or {}).get("trace") for i in evidence):
        found.append(Problem("缺少期限的逐日推算。", "evidence", ARTICLE))
    needed = int(rules.standard(session, cluster.rule_version).practice["urges_before_proposal"].value)
    received = {i.number or i for i in evidence if isinstance(i, Urged) and i.receipt.strip() and i.on <= on}
    if len(received) < needed:
        message = f"有送达凭据的催报只有{len(received)}次，满{needed}次才能提出撤销。"
        found.append(Problem(message, "evidence", ARTICLE))
    return found


def _unasked_problems(cluster: Cluster, evidence: Sequence[Item], on: date) -> list[Problem]:
    """第十九条（一): only where the province opened a batch and told the party so (D-08)."""
    found = []
    if on <= cluster.valid_to:
        found.append(Problem(f"有效期到{chinese(cluster.valid_to)}，尚未届满。", None, ARTICLE))
    if not any(isinstance(i, Case) and i.key.startswith("FHPC-") for i in evidence):
        found.append(Problem("缺少省级复核批次，未组织复核的不能以未申请复核提出。", "evidence", ARTICLE))
    if not any(isinstance(i, Served) and i.receipt.strip() for i in evidence):
        found.append(Problem("缺少复核通知的送达凭据。", "evidence", ARTICLE))
    return found


def _document_problems(
    session: Session, cluster: Cluster, ground: str, evidence: Sequence[Item], on: date
) -> list[Problem]:
    papers = [i for i in evidence if isinstance(i, Paper)]
    cases = [i for i in evidence if isinstance(i, Case)]
    found = []
    if ground in EFFECTIVE and not any(
        p.is_effective and p.effective_on and p.effective_on <= on for p in papers
    ):
        message = "须附已生效的法律文书或主管部门认定文书，并写明文号、出具机关和生效日期。"
        found.append(Problem(message, "evidence", ARTICLE))
    if ground in ("19-2a", "19-3b") and not (cases or any(p.files for p in papers)):
        found.append(Problem("须附书面证据或查实的办件。", "evidence", ARTICLE))
    if ground == "19-1b" and not any(c.key.startswith("FH-") for c in cases):
        found.append(Problem("缺少复核未通过的办件。", "evidence", ARTICLE))
    if ground == "19-5":
        found += _incident_problems(session, cluster, [i for i in evidence if isinstance(i, Happened)], on)
    return found


def _incident_problems(
    session: Session, cluster: Cluster, events: Sequence[Happened], on: date
) -> list[Problem]:
    """第十九条（五）: the grades of the standard; below them there is no ground."""
    if not events:
        return [Problem("请写明涉事企业、发生日期、类别和等级。", "incident_category", ARTICLE)]
    graded = rules.standard(session, cluster.rule_version).incidents.graded
    found = []
    for event in events:
        threshold = graded.get(event.category)
        if threshold is not None and (event.severity == "不适用" or not event.severity.reaches(threshold)):
            message = f"{event.category}事件为“{event.severity}”，未达到“{threshold}及以上”，不是撤销情形。"
            found.append(Problem(message, "incident_severity", ARTICLE))
        if event.on > on:
            found.append(Problem("发生日期不能晚于今天。", "happened_on", ARTICLE))
    return found
