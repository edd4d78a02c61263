"""Changes after designation up to their arrival at the city (F13, art. 17; D-06, A-09).

One matter has one open case. Late is shown with its reason and has no other effect here.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.applications import seals
from clusters.applications.application_content import STANDING, name_key
from clusters.changes import change_kinds
from clusters.changes.change_kinds import KINDS
from clusters.changes.models import ChangeCase
from clusters.filed import Filed
from clusters.register import register, register_status
from clusters.register.models import Cluster
from engine.calendar import Calendar, DueDate
from engine.clock import legal_day
from engine.due_dates import chinese
from engine.errors import NotFound, Problem, Refused
from engine.submissions import content_hash

ARTICLE = "第十七条"
PROCESS = "change_filing"
MESSAGE = "open_change"
FOUND_IN = {
    "self_report": "县级自行报备",
    "annual_report": "年度报告",
    "onsite": "实地核查",
    "complaint": "举报投诉",
    "department": "部门通报",
}
STATUSES = {
    "explaining": "待县级说明",
    "confirming": "待市州认定",
    "filing": "待报备",
    "reported": "已报市州",
    "correcting": "退回补正",
    "verified": "已核实",
    "filed": "已备案",
    "minor": "已登记（非重大）",
    "none": "未发生变更",
    "overtaken": "因失去称号终止",
}
Items = Mapping[str, Mapping[str, Any]]  # kind -> before, after -> field -> value
OPEN = frozenset({"explaining", "confirming", "filing", "reported", "correcting", "verified"})
BASES = ("批复", "登记证照", "规划公布", "协议", "其他")


def require(found: Sequence[Problem]) -> None:
    if found:
        raise Refused(list(found))


def find(session: Session, no: str) -> ChangeCase | None:
    return session.get(ChangeCase, no)


def locked(session: Session, no: str) -> tuple[ChangeCase, Cluster]:
    """The case and its cluster, held against other steps on the same title."""
    case = find(session, no)
    if case is None:
        raise NotFound(f"没有变更办件“{no}”。")
    cluster = register.get(session, case.cluster_no)
    session.refresh(cluster, with_for_update=True)
    return case, cluster


def of_cluster(session: Session, cluster_no: str) -> Sequence[ChangeCase]:
    """Newest first."""
    query = sa.select(ChangeCase).where(ChangeCase.cluster_no == cluster_no)
    return session.scalars(query.order_by(ChangeCase.opened_at.desc(), ChangeCase.no.desc())).all()


def under_way(session: Session, cluster_no: str) -> dict[str, str]:
    """Each kind of change of the cluster that has an open case, with the number of that case."""
    cases = [c for c in of_cluster(session, cluster_no) if c.status in OPEN]
    return {kind: case.no for case in cases for kind in case.kinds}


# --- opening a case -------------------------------------------------------------------------------


def open_case(
    session: Session, cluster: Cluster, kinds: Sequence[str], *, found_in: str, by: str | None, on: date,
    at: datetime, completed_on: date | None = None, note: str = "", found_case: str = "", no: str = "",
) -> ChangeCase:  # fmt: skip
    """A case for a change that is reported or was found. `no` where the sender has numbered it already.

    Raises Refused with everything that stands against it; the instance has still to be started.
    """
    session.refresh(cluster, with_for_update=True)  # of two cases on the same matter one loses
    require(opening_problems(session, cluster, kinds, found_in, completed_on, on))
    own = found_in == "self_report"
    case = ChangeCase(
        no=no or numbering.change_key(session, cluster.cluster_no), cluster_no=cluster.cluster_no,
        kinds=change_kinds.known(kinds), found_in=found_in, found_case=found_case, note=note.strip(),
        opened_by=by, opened_on=on, opened_at=at, status="filing" if own else "explaining",
        completed_on=completed_on, basis_files=[], items={}, seal_hashes=[], returned=[], looked=[],
    )  # fmt: skip
    session.add(case)
    session.flush()
    return case


def opening_problems(
    session: Session, cluster: Cluster, kinds: Sequence[str], found_in: str, completed_on: date | None,
    today: date,
) -> list[Problem]:  # fmt: skip
    found = []
    if cluster.status not in STANDING:
        label = register_status.LABELS[cluster.status]
        found.append(Problem(f"“{cluster.name}”现为“{label}”，不再办理变更报备。", None, ARTICLE))
    if found_in not in FOUND_IN:
        found.append(Problem("请选择发现方式。", "found_in", ARTICLE))
    if not change_kinds.known(kinds):
        found.append(Problem("请选择变更类型。", "kinds", ARTICLE))
    known = under_way(session, cluster.cluster_no)
    for kind in change_kinds.known(kinds):
        if kind in known:
            message = f"{KINDS[kind]}变更已有在办件{known[kind]}，请在该件中办理，不重复登记。"
            found.append(Problem(message, "kinds", ARTICLE))
    if found_in == "self_report" or completed_on is not None:
        found += completion_problems(completed_on, today)
    return found


def completion_problems(completed_on: date | None, today: date) -> list[Problem]:
    """第十七条: the period begins with completion; what is not completed cannot be filed yet."""
    if completed_on is None:
        return [Problem("请填写变更完成日期，报备期限从这一天起算。", "completed_on", ARTICLE)]
    if completed_on > today:
        message = f"变更完成日期{chinese(completed_on)}晚于今天，变更完成后再报备。"
        return [Problem(message, "completed_on", ARTICLE)]
    return []


def basis_problems(form: Filed) -> list[Problem]:
    found = []
    if form.text("basis_kind") not in BASES:
        found.append(Problem("请选择完成认定依据的种类。", "basis_kind", ARTICLE))
    if not form.text("basis_doc_no"):
        found.append(Problem("请填写完成认定依据的文号或证照编号。", "basis_doc_no", ARTICLE))
    if not form.rows("basis_file"):
        found.append(Problem("请上传能证明完成日期的依据文件。", "basis_file", ARTICLE))
    return found


# --- F13 ------------------------------------------------------------------------------------------


def file(
    session: Session, case: ChangeCase, cluster: Cluster, form: Filed, calendar: Calendar, region: str,
    days: int, today: date,
) -> DueDate:  # fmt: skip
    """What the county files. Returns the day by which it has to reach the city (D-06)."""
    kinds = [kind for kind in KINDS if form.data.get(f"changes_{kind}")]
    items: dict[str, dict[str, Any]] = {
        kind: {
            "before": change_kinds.before(kind, cluster.name, cluster.baseline, form.data),
            "after": change_kinds.after(kind, form.data),
        }
        for kind in kinds
    }
    if "operator" in items:
        items["operator"]["renamed"] = bool(form.data.get("operator_renamed"))
    completed_on = form.day("completed_on")
    found = _kind_problems(session, case, kinds, items) + completion_problems(completed_on, today)
    if not form.text("change_reason"):
        found.append(Problem("请说明变更原因。", "change_reason", ARTICLE))
    require(found + basis_problems(form))
    assert completed_on is not None
    due = calendar.due(completed_on, days, region)
    case.kinds, case.items, case.completed_on, case.reason = (
        kinds,
        items,
        completed_on,
        form.text("change_reason"),
    )
    keep_basis(case, form)
    keep_due(case, due)
    case.late_reason = form.text("late_reason")
    case.content_hash = content_hash(form.data)
    _require_late_reason(case, calendar, region, today)
    return due


def keep_due(case: ChangeCase, due: DueDate) -> None:
    """The day by which it has to reach the city, with the count behind it (D-06)."""
    case.due_on, case.due_trace = due.due, due.to_json()


def keep_basis(case: ChangeCase, form: Filed) -> None:
    case.basis_kind, case.basis_doc_no = form.text("basis_kind"), form.text("basis_doc_no")
    case.basis_files = [dict(row) for row in form.rows("basis_file")]


def _kind_problems(
    session: Session,
    case: ChangeCase,
    kinds: Sequence[str],
    items: Items,
) -> list[Problem]:
    if not kinds:
        return [Problem("请至少勾选一类变更。", "changes_leading_industry", ARTICLE)]
    changed = {d.kind for d in change_kinds.differences(items)}
    others = under_way(session, case.cluster_no)
    found = _name_problems(session, case, items) + _renaming_problems(items)
    for kind in kinds:
        if kind not in changed:
            message = f"{KINDS[kind]}变更后与名录中的内容相同，没有变更就不必报备。"
            found.append(Problem(message, f"changes_{kind}", ARTICLE))
        if others.get(kind, case.no) != case.no:
            message = f"{KINDS[kind]}变更已有在办件{others[kind]}，请在该件中办理。"
            found.append(Problem(message, f"changes_{kind}", ARTICLE))
    return found


def _name_problems(session: Session, case: ChangeCase, items: Items) -> list[Problem]:
    """第十五条: no two clusters hold the title under one name."""
    if "name" not in items:
        return []
    key = name_key(str(items["name"]["after"]["cluster_name"] or ""))
    query = sa.select(Cluster.cluster_no).where(
        Cluster.name_key == key, Cluster.cluster_no != case.cluster_no, Cluster.status.in_(STANDING)
    )
    other = session.scalar(query.limit(1))
    return [Problem(f"已有集群（{other}）使用这一名称。", "cluster_name", ARTICLE)] if other else []


def _renaming_problems(items: Items) -> list[Problem]:
    """A body that is only renamed keeps its credit code; another code is another body."""
    item = items.get("operator")
    if item is None or not item["renamed"]:
        return []
    codes = {str(item[side].get("operator_uscc") or "").strip() for side in ("before", "after")} - {""}
    message = "统一社会信用代码变了的是更换机构，请不要勾选“只是更名”。"
    return [Problem(message, "operator_renamed", ARTICLE)] if len(codes) > 1 else []


def lateness(case: ChangeCase, calendar: Calendar, region: str, arrived: date) -> int | None:
    """Working days after the due date; None while that date is provisional: nobody is late by it (D-06)."""
    if case.due_on is None or case.due_trace is None or DueDate.from_json(case.due_trace).is_provisional:
        return None
    if arrived <= case.due_on:
        return 0
    return max(1, calendar.working_days_between(case.due_on, arrived, region))


def _require_late_reason(case: ChangeCase, calendar: Calendar, region: str, today: date) -> None:
    arrived = legal_day(case.reported_at) if case.reported_at else today
    late = lateness(case, calendar, region, arrived)
    if late and case.due_on is not None and not case.late_reason:
        message = f"已超过报备截止日{chinese(case.due_on)}，请写明逾期原因。逾期只作标记，不影响备案。"
        raise Refused([Problem(message, "late_reason", ARTICLE)])


def submit(case: ChangeCase, form: Filed, calendar: Calendar, region: str, now: datetime) -> None:
    """Sealed and sent to the city; the first arrival decides whether it was in time (A-13)."""
    require(seals.problems(case, form.rows(seals.FIELD), "变更备案表", ARTICLE))
    today = legal_day(now)
    case.late_reason = form.text("late_reason") or case.late_reason
    _require_late_reason(case, calendar, region, today)
    case.seal_hashes = seals.kept(case, form.rows(seals.FIELD))
    case.reported_at = case.reported_at or now
    case.late_days = lateness(case, calendar, region, legal_day(case.reported_at))
    case.status = "reported"
