"""A filed change with the city and the province: verified, classified, put on record (art. 17).

备案 is no approval: the province cannot reject the fact. It may order rectification or point to
art. 19, each with a reason.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from clusters.annex.verdicts import VERDICT_LABELS, Result
from clusters.applications import applications, assessment
from clusters.changes import change_kinds
from clusters.changes.change_findings import minor_problems
from clusters.changes.changes import ARTICLE, require
from clusters.changes.models import ChangeCase
from clusters.filed import Filed
from clusters.register.models import Cluster
from engine.clock import legal_day
from engine.errors import Problem, Refused

CLASSES = {"major": "重大变更", "minor": "非重大变更", "none": "未发生变更"}
ORDERS = {"": "无", "none": "无", "rectify": "责令整改", "article_19": "提示第十九条情形"}
CERTIFICATES = {"": "不涉及", "reissue": "换发证书", "note": "在原证书上加注", "none": "不涉及"}
ON_CERTIFICATE = frozenset({"name", "operator"})


def verify(case: ChangeCase, form: Filed) -> str:
    """The city's clerk: major, minor, no change, or back for correction with items. Returns which."""
    decision = form.text("decision")
    require(_verification_problems(case, form, decision))
    if decision == "return":
        case.returned = [str(row["content"]).strip() for row in form.rows("correction_items")]
        case.status = "correcting"
        return decision
    case.classification, case.class_reason = decision, form.text("class_reason")
    return decision


def _verification_problems(case: ChangeCase, form: Filed, decision: str) -> list[Problem]:
    if decision not in (*CLASSES, "return"):
        return [Problem("请选择核实结论。", "decision", ARTICLE)]
    if decision == "return":
        items = [str(row.get("content") or "").strip() for row in form.rows("correction_items")]
        if not items or not all(items):
            return [Problem("退回补正的，请逐项写明要补正什么。", "correction_items", ARTICLE)]
        return []
    found = []
    if not form.text("class_reason"):
        found.append(Problem("请写明判断重大与否的理由。", "class_reason", ARTICLE))
    if not form.text("verified_with") or not form.rows("verify_files"):
        found.append(Problem("请写明核实方式并附核实材料，未经核实不能办结。", "verify_files", ARTICLE))
    return found + (minor_problems(case.kinds, "decision") if decision == "minor" else [])


def sign(case: ChangeCase, form: Filed, now: datetime) -> str:
    """The city's leader signs what the clerk found, or gives it back. Returns what follows."""
    if form.text("decision") == "return":
        if not form.text("opinion"):
            raise Refused([Problem("退回经办的，请写明理由。", "opinion", ARTICLE)])
        return "return"
    if form.text("decision") != "agree":
        raise Refused([Problem("请选择同意或退回经办。", "decision", ARTICLE)])
    if case.classification not in CLASSES:
        raise Refused([Problem("尚未核实，不能办结。", "decision", ARTICLE)])
    case.verified_at, case.status = now, "verified"
    if case.classification != "major":
        case.status, case.closed_on = case.classification, legal_day(now)
    return case.classification


def record(case: ChangeCase, form: Filed, now: datetime) -> None:
    """The province puts it on record; an order or a hint needs its reason, the certificate its word."""
    if case.classification != "major" or case.verified_at is None:
        raise Refused([Problem("市州尚未核实为重大变更，不能备案。", None, ARTICLE)])
    today, filed_on = legal_day(now), form.day("filed_on")
    found = []
    if not form.text("filed_no"):
        found.append(Problem("请填写备案号。", "filed_no", ARTICLE))
    if filed_on is None or not legal_day(case.verified_at) <= filed_on <= today:
        found.append(Problem("备案日期应在市州核实之日与今天之间。", "filed_on", ARTICLE))
    order = form.text("province_order")
    if order not in ORDERS:
        found.append(Problem("请选择是否提出其他要求。", "province_order", ARTICLE))
    if order in ("rectify", "article_19") and not form.text("province_note"):
        found.append(Problem("提出整改要求或提示第十九条情形的，请写明理由。", "province_note", ARTICLE))
    touched = ON_CERTIFICATE & set(case.kinds)
    if touched and form.text("certificate") not in ("reissue", "note"):
        message = "名称或运营管理机构变更的，请选择换发证书或加注；有效期不变。"
        found.append(Problem(message, "certificate", ARTICLE))
    require(found)
    case.filed_no, case.filed_on, case.closed_on = form.text("filed_no"), filed_on, today
    case.certificate = form.text("certificate") if touched else "none"
    case.province_order, case.province_note = order or "none", form.text("province_note")
    case.status = "filed"


# --- what it means for the criteria ---------------------------------------------------------------

NO_FIGURES = "该集群由既有名录导入，没有申报数据，不能测算。"


def impact(session: Session, case: ChangeCase, cluster: Cluster, today: date) -> list[dict[str, str]]:
    """Criteria that would stand differently with the values after the change. Information only (F13)."""
    if cluster.case_no is None:
        return [{"criterion": "—", "before": "—", "after": NO_FIGURES}]
    touched = _fields(case.items)
    if not touched:
        return []
    application = applications.get(session, cluster.case_no)
    assert application.instance_id is not None, "a designated cluster has been applied for"
    held, _ = applications.effective_application(session, application.instance_id)
    fields = [(kind, field) for kind, field in touched if field in held]
    try:
        old, new = (
            assessment.assess_changed(
                session, application, [(f, case.items[kind][side].get(f)) for kind, f in fields], today
            )
            for side in ("before", "after")
        )
    except Refused as refused:
        return [{"criterion": "—", "before": "—", "after": refused.problems[0].message}]
    moved = [
        {
            "criterion": f"{b.id} {b.label}",
            "before": _verdict(a),
            "after": _verdict(b),
        }
        for a, b in zip(old.results, new.results, strict=True)
        if _verdict(a) != _verdict(b)
    ]
    return moved or [
        {"criterion": "全部指标", "before": _all(old.passed), "after": f"不变，{_all(new.passed)}"}
    ]


def _fields(items: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(kind, field) of everything that a change touches and that an application holds too."""
    return [
        (kind, field)
        for kind in change_kinds.PARTS
        if kind in items
        for field in change_kinds.FIELDS[kind]
        if items[kind]["after"].get(field) != items[kind]["before"].get(field)
    ]


def _verdict(result: Result) -> str:
    value = result.finding.value
    unit = result.finding.unit or ""
    return VERDICT_LABELS[result.verdict] + (f"（{value}{unit}）" if value is not None else "")


def _all(passed: bool) -> str:
    return "硬性指标均符合" if passed else "有硬性指标不符合"
