"""What the forms of a re-examination begin with and show (A-22). Reads only."""

from collections.abc import Callable, Mapping
from typing import Any

from clusters.annual import annual_assessments, annual_reports
from clusters.applications import applications, reviews
from clusters.designation import designation_prefills
from clusters.notices import notice_text
from clusters.objections import objection_words, objections
from clusters.people import regions
from clusters.prefill_opening import Opening, Words
from clusters.reexamination import (
    plan_completion,
    reexamination_batches,
    reexamination_notice,
    reexamination_steps,
    reexaminations,
)
from clusters.reexamination.models import Reexamination
from clusters.register import register, register_status
from clusters.register.models import Cluster
from engine import submissions
from engine.due_dates import chinese


def _batch(opening: Opening) -> Words:
    found = reexamination_batches.candidates(opening.session, opening.today)
    return {
        **designation_prefills.open_batch(opening),
        "reexam_clusters": [
            {
                "include": True,
                "cluster_no": c.cluster_no,
                "name": f"{c.name}（{regions.name_of(c.county_code)}）",
                "valid_to": chinese(c.valid_to),
            }
            for c in found
        ],
    }


def _case(opening: Opening) -> tuple[Reexamination, Cluster]:
    row = reexaminations.get(opening.session, opening.instance.business_key)
    return row, register.get(opening.session, row.cluster_no)


def _head(opening: Opening) -> Words:
    row, cluster = _case(opening)
    events = register_status.history(opening.session, cluster.cluster_no)
    return {
        "reexam_cluster": f"{cluster.name}（{cluster.cluster_no}）",
        "reexam_term": f"第{row.term_no}届，至{chinese(row.valid_to)}",
        "reexam_due": chinese(row.apply_due) if row.apply_due else "",
        "term_history": [
            *(
                {"on": chinese(e.on), "what": e.text, "proof": e.doc_no}
                for e in events
                if row.term_no == 1 or e.on >= cluster.valid_from
            ),
            *_years(opening, cluster),
        ],
    }


def _years(opening: Opening, cluster: Cluster) -> list[Words]:
    """The reports of the term with their arrival, the assessments with their grade (art. 16, 18)."""
    found = []
    for report in annual_reports.of_cluster(opening.session, cluster.cluster_no):
        arrived = annual_reports.arrivals(report).at_city
        when = f"{chinese(arrived)}报送市州" if arrived else "未报送"
        what = f"年度报告：{when}，期限{chinese(report.due_on)}"
        found.append({"on": str(report.year), "what": what, "proof": report.key})
    for assessed in annual_assessments.of_cluster(opening.session, cluster.cluster_no):
        what = f"年度考核：{assessed.grade}"
        found.append({"on": str(assessed.year), "what": what, "proof": assessed.decision_no})
    return found


def _fill(opening: Opening) -> Words:
    _, cluster = _case(opening)
    plan = cluster.baseline.get("plan") or {}
    words = designation_prefills.fill(opening)
    start = cluster.valid_to.year
    return {
        **words,
        **_head(opening),
        "plan_start_year": start,
        "plan_end_year": start + 2,
        "plan_completion": [
            {name: target.get(name) for name in ("target_id", "name", "unit", "baseline_value", "target_y3")}
            for target in reexamination_steps.frozen_targets(cluster)
        ],
        "measures_done": [{"measure": row.get("measure")} for row in plan.get("plan_measures") or []],
    }


def _completion(opening: Opening) -> Words:
    row, cluster = _case(opening)
    found = reexamination_steps.completions(opening.session, row.case_no, cluster)
    guide = plan_completion.percent(plan_completion.GUIDE)
    share = plan_completion.percent(plan_completion.overall(found))
    note = f"（细则没有合格线，可参考{guide}）"
    met = sum(1 for c in found if c.is_met)
    return {
        **_head(opening),
        "completion_rows": reexamination_steps.shown(found),
        "completion_overall": f"{len(found)}项目标完成{met}项，总体完成率{share}{note}",
    }


def _city(opening: Opening) -> Words:
    return {**_completion(opening), **designation_prefills.review(opening)}


def _province(opening: Opening) -> Words:
    return {**_city(opening), "city_word": _said(opening, "city_reexam_check")}


def _notice(opening: Opening) -> Words:
    row, cluster = _case(opening)
    title = notice_text.renewal_title(cluster.name)
    listed = [applications.get(opening.session, row.case_no)]
    return designation_prefills.notice_words(opening, title, listed)


def _decide(opening: Opening) -> Words:
    row, _ = _case(opening)
    review = reviews.latest(opening.session, row.case_no, "province")
    proposed = "" if review is None else ("建议通过。" if review.favourable else "建议不通过。")
    return {
        **_completion(opening),
        "city_word": _said(opening, "city_reexam_check"),
        "review_word": proposed + _said(opening, "review_reexamination"),
        "notice_period": _notice_period(opening, row),
    }


def _notice_period(opening: Opening, row: Reexamination) -> str:
    """Where and until when it was published, and what was objected."""
    if not row.wants_notice:
        return f"未公示。理由：{row.no_notice_reason}"
    notice = reexamination_notice.of_case(opening.session, row)
    if notice is None:
        return "尚未公示"
    doubt = "（暂定）" if notice.provisional else ""
    raised = [
        f"{o.no}{objection_words.state(o)}{objection_words.outcome(o)}"
        for o in objections.of_notice(opening.session, notice.no)
        if not o.is_lead
    ]
    objected = f"异议：{'；'.join(raised)}" if raised else "没有异议"
    last = chinese(notice.last_day)
    return f"{notice.no}，{chinese(notice.first_day)}至{last}{doubt}，{notice.portal_url}。{objected}。"


def _said(opening: Opening, element: str) -> str:
    found = submissions.latest(opening.session, opening.instance.id, element)
    return str(found.data.get("opinion") or "") if found else ""


def earlier_content(opening_case: str, session: Any) -> Words:
    """The application that the present term rests on, where it was filed in this system."""
    row = reexaminations.get(session, opening_case)
    cluster = register.get(session, row.cluster_no)
    last = next((r for r in reexaminations.of_cluster(session, cluster.cluster_no) if r.conclusion), None)
    earlier = last.case_no if last else cluster.case_no
    instance_id = applications.get(session, earlier).instance_id if earlier else None
    data = applications.effective_application(session, instance_id)[0] if instance_id else {}
    return {**data, "cluster_name": cluster.name, **_from_baseline(cluster)}


def _from_baseline(cluster: Cluster) -> Words:
    """What the register says today, filed changes included; the next plan is written anew."""
    parts = (cluster.baseline.get(name) or {} for name in ("industry", "boundary", "operator"))
    return {name: value for part in parts for name, value in part.items() if value not in (None, "")}


STEPS: Mapping[str, Callable[[Opening], Words]] = {
    "open_reexam_batch": _batch,
    "fill_reexamination": _fill,
    "reexam_onsite_check": designation_prefills.onsite_record,
    "city_reexam_check": _city,
    "review_reexamination": _province,
    "publish_reexam_notice": _notice,
    "decide_reexamination": _decide,
}
