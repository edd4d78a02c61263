"""Annual reports: opening, content, the way to city and province, corrections and revisions (F10, art. 18).

`effective` is the one way to what a report says: the latest submission with the ordered corrections
upon it (D9). `figures_by_year` is the one way to a cluster's yearly figures, whoever filed them.
"""

import copy
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import paths
from clusters.annual import plan_progress
from clusters.annual.annual_checks import name_of
from clusters.annual.annual_deadlines import ARTICLE, Arrivals, Deadline
from clusters.annual.models import AnnualCorrection, AnnualReport
from clusters.applications import applications, data_corrections, seals
from clusters.exact import plain
from clusters.filed import Filed
from clusters.register import register
from clusters.register.models import Cluster
from engine.clock import legal_day
from engine.errors import NotFound, Problem, Refused

FILL = "fill_report"
ROW = "indicators.0"
LABELS = {
    "filling": "填报中",
    "at_city": "已报市州，核实中",
    "returned": "退回补正",
    "verified": "市州已核实，待报省",
    "at_province": "已报省，待接收",
    "received": "省级已接收",
    "closed": "已办结",
    "ended": "集群称号终止，不再报送",
}


# --- finding ----------------------------------------------------------------------------------


def get(session: Session, key: str) -> AnnualReport:
    found = session.get(AnnualReport, key)
    if found is None:
        raise NotFound(f"没有年度报告“{key}”。")
    return found


def by_instance(session: Session, instance_id: str) -> AnnualReport | None:
    return session.scalars(sa.select(AnnualReport).where(AnnualReport.instance_id == instance_id)).first()


def of_cluster(session: Session, cluster_no: str) -> Sequence[AnnualReport]:
    """Newest first."""
    query = sa.select(AnnualReport).where(AnnualReport.cluster_no == cluster_no)
    return session.scalars(query.order_by(AnnualReport.year.desc())).all()


def on_year(session: Session, cluster_no: str, year: int) -> AnnualReport | None:
    query = sa.select(AnnualReport).where(AnnualReport.cluster_no == cluster_no, AnnualReport.year == year)
    return session.scalars(query).first()


def arrivals(report: AnnualReport) -> Arrivals:
    """Both clocks in legal days."""
    days = (None if at is None else legal_day(at) for at in (report.at_city_at, report.at_province_at))
    return Arrivals(*days)


# --- opening ----------------------------------------------------------------------------------


def begin(
    session: Session, key: str, cluster: Cluster, year: int, deadline: Deadline, opens_on: date,
    instance_id: str, task_id: str, now: datetime,
) -> AnnualReport:  # fmt: skip
    """Open the report on a year that has ended, once per cluster and year."""
    if legal_day(now).year <= year:
        raise Refused([Problem(f"{year}年尚未结束，不能报送该年度情况。", "report_year", ARTICLE)])
    if on_year(session, cluster.cluster_no, year) is not None:
        raise Refused([Problem(f"“{cluster.name}”{year}年度的报告已经建立。", article=ARTICLE)])
    report = AnnualReport(
        key=key, cluster_no=cluster.cluster_no, year=year, county_code=cluster.county_code,
        instance_id=instance_id, task_id=task_id, status="filling", due_on=deadline.due,
        opens_on=opens_on, opened_at=now,
    )  # fmt: skip
    session.add(report)
    session.flush()
    return report


# --- content ----------------------------------------------------------------------------------


def corrections_of(session: Session, submission_id: str | None) -> Sequence[AnnualCorrection]:
    """Corrections and revisions of one submission in the order in which they were made."""
    query = sa.select(AnnualCorrection).where(AnnualCorrection.about_submission == submission_id)
    return session.scalars(query.order_by(AnnualCorrection.id)).all()


def effective(session: Session, report: AnnualReport) -> dict[str, Any]:
    """What the report says now. NotFound while nothing has been filed."""
    submission = applications.latest_submission(session, report.instance_id, FILL)
    if submission is None:
        raise NotFound("本年度报告还没有填报。")
    data: dict[str, Any] = copy.deepcopy(dict(submission.data))
    for correction in corrections_of(session, submission.id):
        paths.put(data, correction.field, correction.new)
    return data


def figures_by_year(session: Session, cluster: Cluster) -> dict[int, Mapping[str, Any]]:
    """Yearly figures of a cluster: those of its application, overlaid by each report that was filed."""
    found = {int(row["year"]): row for row in _applied(session, cluster).get("indicators") or []}
    for report in of_cluster(session, cluster.cluster_no):
        if report.at_city_at is not None:
            rows = effective(session, report).get("indicators") or []
            found |= {int(row["year"]): row for row in rows if row.get("year") == report.year}
    return found


def last_said(session: Session, cluster: Cluster, year: int) -> dict[str, Any]:
    """The newest report before `year`, or the effective application: what a report is prefilled from."""
    for report in of_cluster(session, cluster.cluster_no):
        if report.year < year and report.at_city_at is not None:
            return effective(session, report)
    return _applied(session, cluster)


def _applied(session: Session, cluster: Cluster) -> dict[str, Any]:
    """The application that led to the title; empty for a cluster taken over from paper."""
    if cluster.case_no is None:
        return {}
    try:
        application = applications.get(session, cluster.case_no)
        return applications.effective_application(session, application.instance_id or "")[0]
    except NotFound:
        return {}


def record_content(report: AnnualReport, form: Filed, content_hash: str) -> None:
    report.submission_id, report.content_hash = form.submission_id, content_hash
    report.preliminary = list(form.data.get("preliminary_figures") or [])


# --- the way up -------------------------------------------------------------------------------


def submit_to_city(report: AnnualReport, form: Filed, now: datetime) -> None:
    """Sealed and sent: the first arrival is the one by which the cluster is in time."""
    found = seals.problems(report, form.rows(seals.FIELD), "年度报告", ARTICLE)
    if found:
        raise Refused(found)
    report.seal_hashes = seals.kept(report, form.rows(seals.FIELD))
    report.status, report.at_city_at = "at_city", report.at_city_at or now


def send_back(report: AnnualReport, form: Filed) -> list[str]:
    """Every defect at once, in words; the report goes back to the county."""
    asked = [str(row.get("content") or "").strip() for row in form.rows("correction_items")]
    if not asked or not all(asked):
        message = "退回补正的，请一次性列明全部需要补正的内容。"
        raise Refused([Problem(message, "correction_items", ARTICLE)])
    report.status = "returned"
    return asked


def verify(session: Session, report: AnnualReport, form: Filed, now: datetime) -> list[AnnualCorrection]:
    """The city confirms the report; figures that it corrects keep their reason (art. 18)."""
    if not form.text("opinion"):
        raise Refused([Problem("请写明核实意见。", "opinion", ARTICLE)])
    wanted = [_at_figure(row) for row in form.rows("data_corrections")]
    known = [c for c in corrections_of(session, report.submission_id) if c.level == "city"]
    made = _correct(session, report, "city", form, wanted, known, now)
    report.status = "verified"
    return made


def arrive_at_province(report: AnnualReport, now: datetime) -> None:
    report.status, report.at_province_at = "at_province", report.at_province_at or now


def receive(report: AnnualReport, now: datetime) -> None:
    report.status, report.received_at = "received", now


def return_to_city(report: AnnualReport, form: Filed) -> str:
    reason = form.text("opinion")
    if not reason:
        raise Refused([Problem("退回市州的，请写明要补充核实什么。", "opinion", ARTICLE)])
    report.status = "at_city"
    return reason


# --- corrections ------------------------------------------------------------------------------


def revise(session: Session, report: AnnualReport, form: Filed, now: datetime) -> list[AnnualCorrection]:
    """快报数 become 定案数, each change with its reason, until the assessment (A-14)."""
    rows = form.rows("revisions")
    if not rows:
        raise Refused([Problem("请列明要修订或确认为定案数的数据。", "revisions", ARTICLE)])
    wanted = [_at_figure(row) for row in rows if row.get("to") not in (None, "")]
    made = _correct(session, report, "county", form, wanted, [], now)
    final = {str(row.get("figure")) for row in rows if row.get("final")}
    report.preliminary = [name for name in report.preliminary if name not in final]
    return made


def _at_figure(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the form names a figure; a correction names its place."""
    to = plan_progress.number(row.get("to"))
    return {
        "field": f"{ROW}.{row.get('figure')}",
        "to": row.get("to") if to is None else plain(to),
        "reason": row.get("reason"),
    }


def _correct(
    session: Session, report: AnnualReport, level: str, form: Filed, wanted: Sequence[Mapping[str, Any]],
    known: Sequence[AnnualCorrection], now: datetime,
) -> list[AnnualCorrection]:  # fmt: skip
    submission = applications.latest_submission(session, report.instance_id, FILL)
    if submission is None:
        raise NotFound("本年度报告还没有填报。")
    found = data_corrections.changes(wanted, known, submission.data, effective(session, report), level)
    rows = [
        AnnualCorrection(
            report_key=report.key, **form.source, about_submission=submission.id, level=level, no=number,
            field=field, old=old, new=new, reason=reason, made_by=form.by, made_at=now,
        )
        for number, (field, old, new, reason) in enumerate(found, 1)
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    return rows


def words(correction: AnnualCorrection) -> str:
    """Which figure a correction changes."""
    return name_of(correction.field.rpartition(".")[2])


def cluster_of(session: Session, report: AnnualReport) -> Cluster:
    return register.get(session, report.cluster_no)
