"""What the forms of a change show: the baseline, its period, what was found and said. Reads only."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from clusters.changes import change_kinds, change_review, changes
from clusters.changes.change_kinds import FIELDS, KINDS, PARTS
from clusters.changes.models import ChangeCase
from clusters.prefill_opening import Opening, Words
from clusters.register import register
from clusters.register.models import Cluster
from engine.clock import legal_day
from engine.due_dates import DueDate, chinese
from engine.errors import NotFound


def _case(opening: Opening) -> tuple[ChangeCase, Cluster]:
    case = changes.find(opening.session, opening.instance.business_key)
    if case is None:
        raise NotFound
    return case, register.get(opening.session, case.cluster_no)


def _shown(opening: Opening) -> Words:
    case, cluster = _case(opening)
    found = changes.FOUND_IN[case.found_in] + (f"（{case.found_case}）" if case.found_case else "")
    return {
        "change_cluster": f"{cluster.name}（{cluster.cluster_no}）",
        "change_kinds": change_kinds.words(case.kinds),
        "change_found": f"{found}，{chinese(case.opened_on)}登记",
        "change_due": due_words(case),
        "change_note": case.note,
        "change_explanation": case.explanation or "县级未在期限内说明。",
        "completed_on": case.completed_on.isoformat() if case.completed_on else None,
        "basis_kind": case.basis_kind or None,
        "basis_doc_no": case.basis_doc_no or None,
    }


def due_words(case: ChangeCase) -> str:
    if case.due_on is None or case.due_trace is None:
        return "变更完成日期确定后计算"
    doubt = "（暂定）" if DueDate.from_json(case.due_trace).is_provisional else ""
    return f"{chinese(case.due_on)}{doubt}（变更完成后第{case.due_trace['days']}个工作日）"


def _file(opening: Opening) -> Words:
    """Before comes from the register; after begins as what it is, so that only what changed is typed."""
    case, cluster = _case(opening)
    words = {**_shown(opening), "correction_asked": _numbered(case.returned) or "无"}
    words |= {f"changes_{kind}": kind in case.kinds for kind in KINDS}
    for kind in (*PARTS, "name"):
        held = change_kinds.before(kind, cluster.name, cluster.baseline, {})
        words[f"before_{kind}"] = _listed(kind, held)
        words |= {field: value for field, value in held.items() if field != "boundary_file"}
    return words


def _numbered(items: list[str]) -> str:
    return "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1))


def _listed(kind: str, held: Mapping[str, Any]) -> str:
    known = ((label, change_kinds.shown(held.get(field))) for field, label in FIELDS[kind].items())
    return "；".join(f"{label}：{value}" for label, value in known if value) or "名录中没有记载"


def _filed(opening: Opening) -> Words:
    case, _ = _case(opening)
    rows = [
        {"kind": KINDS[d.kind], "label": d.label, "before": d.before or "—", "after": d.after or "—"}
        for d in change_kinds.differences(case.items)
    ]
    return {**_shown(opening), "change_items": rows, "change_facts": _facts(case)}


def _facts(case: ChangeCase) -> str:
    lines = [
        f"变更完成：{_day(case.completed_on)}，依据：{case.basis_kind}{case.basis_doc_no}",
        f"原因：{case.reason}",
    ]
    if case.reported_at is not None:
        lines.append(f"报到市州：{_day(legal_day(case.reported_at))}，{timeliness(case)}")
    return "；".join(lines)


def _day(day: date | None) -> str:
    return chinese(day) if day else "未填"


def timeliness(case: ChangeCase) -> str:
    """第十七条: late is said with its reason; nobody is late by a provisional date."""
    if case.late_days is None:
        return "截止日暂定，不作逾期判断"
    if case.late_days == 0:
        return "按期"
    return f"逾期{case.late_days}个工作日（原因：{case.late_reason}）"


def _reviewed(opening: Opening) -> Words:
    case, cluster = _case(opening)
    impact = change_review.impact(opening.session, case, cluster, opening.today)
    word = ""
    if case.classification:
        word = f"{change_review.CLASSES[case.classification]}。理由：{case.class_reason}"
    return {**_filed(opening), "impact": impact, "city_word": word}


STEPS: Mapping[str, Callable[[Opening], Words]] = {
    "explain_change": _shown,
    "confirm_change": _shown,
    "file_change": _file,
    "approve_change": _filed,
    "verify_change": _reviewed,
    "sign_verification": _reviewed,
    "file_change_record": _reviewed,
}
