"""What the forms of annual report and assessment begin with: last year's data, computed points (A-22)."""

from collections.abc import Callable, Mapping

from clusters.annual import (
    annual_assessments,
    annual_lateness,
    annual_reports,
    assessment_templates,
    awards,
    plan_progress,
    report_changes,
)
from clusters.annual.annual_checks import compared_rows, name_of
from clusters.annual.assessment_points import POINT_PLACES, Points
from clusters.annual.models import AnnualReport
from clusters.applications import applications
from clusters.changes import change_kinds
from clusters.exact import cut
from clusters.people import people
from clusters.prefill_opening import Opening, Words
from clusters.register import register, register_status
from clusters.register.models import Cluster
from engine import calendar_store
from engine.calendar import Calendar
from engine.due_dates import chinese
from engine.errors import Refused

CARRIED = ("leading_industry_name", "area_km2", "location_desc", "operator_name", "operator_uscc")


def _report(opening: Opening) -> tuple[AnnualReport, Cluster]:
    report = annual_reports.get(opening.session, opening.instance.business_key)
    return report, annual_reports.cluster_of(opening.session, report)


# --- the report -----------------------------------------------------------------------------------


def _fill(opening: Opening) -> Words:
    report, cluster = _report(opening)
    last = annual_reports.last_said(opening.session, cluster, report.year)
    before = annual_reports.figures_by_year(opening.session, cluster).get(report.year - 1)
    filed = {name: value for part in cluster.baseline.values() for name, value in part.items()}
    # What the register says counts, also where it says nothing any more: a new operator without a code.
    said = {name: filed[name] if name in filed else last.get(name) for name in CARRIED}
    carried = {name: value for name, value in said.items() if value not in (None, "")}
    me = people.get(opening.session, opening.person_id)
    return {
        "report_year": report.year,
        "cluster_name": cluster.name,
        **carried,
        "contact_name": last.get("contact_name") or me.name,
        "contact_phone": last.get("contact_phone") or me.phone,
        "report_indicators": [{**(before or {}), "year": report.year}],
        "last_figures": compared_rows(before),
        "target_progress": plan_progress.rows_to_fill(cluster.baseline.get("plan") or {}, report.year),
        "report_answers": _asked(opening, report),
    }


def _asked(opening: Opening, report: AnnualReport) -> list[Words]:
    """What the city wanted mended, to be answered item by item."""
    if report.status != "returned":
        return []
    said = applications.latest_submission(opening.session, opening.instance.id, "verify_report")
    rows = (said.data if said else {}).get("correction_items") or []
    return [{"no": number, "content": row.get("content")} for number, row in enumerate(rows, 1)]


def _verify(opening: Opening) -> Words:
    report, cluster = _report(opening)
    found = report_changes.differences_of(opening.session, report, cluster)
    rows = [{"label": d.label, "before": d.before, "after": d.after} for d in found]
    rows += [_row(c, "未报备，核实后开办变更报备") for c in report_changes.unfiled(opening.session, report)]
    rows += [
        _row(c, f"名录中没有备案号{c.filed_no}，请查核")
        for c in report_changes.unknown_filings(opening.session, report)
    ]
    return {"baseline_differences": rows}


def _row(change: report_changes.Declared, standing: str) -> Words:
    what = f"{change.content}，" if change.content else ""
    after = f"{what}{chinese(change.completed_on)}完成"
    return {"label": f"{change_kinds.KINDS[change.kind]}变更", "before": standing, "after": after}


def _revise(opening: Opening) -> Words:
    report, _ = _report(opening)
    (row,) = annual_reports.effective(opening.session, report)["indicators"]
    listed = [{"figure": name_of(name), "value": str(row.get(name))} for name in report.preliminary]
    return {"preliminary_list": listed, "revisions": [{"figure": name} for name in report.preliminary]}


# --- the assessment -------------------------------------------------------------------------------


def _assess(opening: Opening) -> Words:
    cluster, year = subject_of(opening)
    good, all_of = annual_assessments.excellent_share(opening.session, year)
    try:
        template = assessment_templates.in_force(opening.session, year, opening.today)
    except Refused as refused:
        return {"template_title": str(refused)}
    points = annual_assessments.points_for(opening.session, cluster, year, template)
    ceiling = template.excellent_ceiling
    note = "未设比例" if ceiling is None else f"参考比例不超过{cut(ceiling, 0)}%，由人员掌握"
    return {
        "template_title": template.title,
        "report_state": _report_state(opening, cluster, year),
        "scores": [_score_row(entry) for entry in points],
        "excellent_note": f"本年度已考核{all_of}个，优秀{good}个；{note}",
    }


def subject_of(opening: Opening) -> tuple[Cluster, int]:
    """`KH-2024-GS-JQ-2023-001`: the year and the cluster of an assessment."""
    _, year, number = opening.instance.business_key.split("-", 2)
    return register.get(opening.session, number), int(year)


def _score_row(entry: Points) -> Words:
    item = entry.item
    shown = "—" if entry.points is None else cut(entry.points, POINT_PLACES)
    return {
        "item_id": item.id, "label": item.label, "full": cut(item.points, 0), "computed": shown,
        "derivation": entry.derivation,
    }  # fmt: skip


def _report_state(opening: Opening, cluster: Cluster, year: int) -> str:
    report = annual_reports.on_year(opening.session, cluster.cluster_no, year)
    if report is None:
        return "没有该年度的报告"
    calendar = Calendar(calendar_store.load_years(opening.session))
    standing = annual_lateness.standing(opening.session, report, calendar, opening.today)
    late = {"cluster": "，集群迟报", "city": "，市州迟报"}.get(standing.late, "")
    return f"{annual_reports.LABELS[report.status]}{late}"


def _award(opening: Opening) -> Words:
    cluster, year = subject_of(opening)
    then = awards.title_then(opening.session, cluster, year)
    return {"title_then": register_status.LABELS.get(then or "", "不具有称号")}


STEPS: Mapping[str, Callable[[Opening], Words]] = {
    "fill_report": _fill,
    "verify_report": _verify,
    "revise_figures": _revise,
    "assess_cluster": _assess,
    "record_award": _award,
}
