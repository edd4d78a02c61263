"""Topics of 年报 in processes/annual_monitoring.bpmn: report, verification, revision, urging (art. 18).

Rules are in `clusters`; here what was filed meets them and people are told. Dates never decide
against anyone: after urging in vain the process may propose, and people decide (D11).
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from clusters import numbering
from clusters.annual import annual_checks, annual_lateness, annual_reports, report_changes
from clusters.annual.annual_deadlines import deadline_of
from clusters.annual.models import AnnualCorrection, AnnualReport
from clusters.applications import reviews
from clusters.batches import rules
from clusters.changes import changes
from clusters.register import register
from clusters.revocation import proposals
from engine import urges
from engine.contract import Context
from engine.due_dates import chinese
from engine.errors import Refused
from engine.submissions import content_hash
from engine.work_items import seats_of
from handlers.report_words import named, tell_city, tell_county, tell_late, tell_province
from handlers.topics import catalogue, filed

Result = Mapping[str, Any] | None


def _report(context: Context) -> AnnualReport:
    return annual_reports.get(context.session, context.business_key)


# --- the county -----------------------------------------------------------------------------------


@catalogue.handler(
    "annual_monitoring.open_report", label="建立年度报告", outputs={"assessment_key": "年度考核编号"}
)
def open_report(context: Context) -> Result:
    """第十八条: one report for each designated cluster and year that has ended."""
    cluster = register.get(context.session, str(context.data["cluster_no"]))
    year = int(context.data["occurrence"])
    context.bind_rule(cluster.rule_version)
    grace = rules.standard(context.session, cluster.rule_version).terms["report_grace"]
    deadline = deadline_of(year, context.calendar, cluster.county_code, grace)
    opens_on = context.calendar.on_or_after(date(year + 1, 1, 1), cluster.county_code).due
    report = annual_reports.begin(
        context.session, context.business_key, cluster, year, deadline, opens_on, context.instance_id,
        context.task_id, context.now,
    )  # fmt: skip
    context.rename(f"{cluster.name}{year}年度报告")
    text = f"请会同运营管理机构填报，{chinese(report.due_on)}前报市州；请给市州留出核实时间。"
    tell_county(context, cluster, f"年度报告开始填报：{named(cluster, year)}", text)
    return {"assessment_key": numbering.assessment_key(year, cluster.cluster_no)}


@catalogue.handler("annual_monitoring.check_report", label="核对报告内容", recallable=True)
def check_report(context: Context) -> Result:
    """第十八条、第六条: five topics, seven aspects, every frozen target, figures that can be."""
    report, form = _report(context), filed(context, annual_reports.FILL)
    cluster = annual_reports.cluster_of(context.session, report)
    before = annual_reports.figures_by_year(context.session, cluster).get(report.year - 1)
    plan = cluster.baseline.get("plan") or {}
    practice = rules.standard(context.session, cluster.rule_version).practice["report_change"]
    most = Fraction(practice.value) / 100
    found = annual_checks.problems(form.data, report.year, plan, before, most)
    found += report_changes.problems(form.data, context.today)
    if found:
        raise Refused(found)
    annual_reports.record_content(report, form, content_hash(form.data))
    return None


@catalogue.handler(
    "annual_monitoring.submit_to_city",
    label="报送市州",
    outputs={"city_due": "市州报省期限"},
    recallable=True,
)
def submit_to_city(context: Context) -> Result:
    """第十八条: the day on which it reaches the city is the cluster's own timeliness (D-04)."""
    report, form = _report(context), filed(context, "approve_report")
    reviews.require_outsider(context.session, form, {annual_reports.FILL: "填报过年度报告"}, "审核上报")
    annual_reports.submit_to_city(report, form, context.now)
    standing = annual_lateness.standing(context.session, report, context.calendar, context.today)
    report.city_due_on = standing.city_due
    cluster = annual_reports.cluster_of(context.session, report)
    text = f"请核实后在{chinese(standing.city_due)}前报省。"
    tell_city(context, cluster, f"收到年度报告：{named(cluster, report.year)}", text)
    return {"city_due": standing.city_due}


@catalogue.handler(
    "annual_monitoring.revise", label="登记数据修订", outputs={"has_preliminary": "是否还有快报数"}
)
def revise(context: Context) -> Result:
    """第十八条: preliminary figures become final ones, each change with its reason (A-14)."""
    report, form = _report(context), filed(context, "revise_figures")
    made = annual_reports.revise(context.session, report, form, context.now)
    if made:
        cluster = annual_reports.cluster_of(context.session, report)
        text = _listed(made)
        tell_city(context, cluster, f"年报数据已修订：{named(cluster, report.year)}", text)
        tell_province(context, f"年报数据已修订：{named(cluster, report.year)}", text)
    return {"has_preliminary": bool(report.preliminary)}


def _listed(made: list[AnnualCorrection]) -> str:
    return "；".join(f"{annual_reports.words(c)}由{c.old}改为{c.new}（{c.reason}）" for c in made)


# --- the city -------------------------------------------------------------------------------------


@catalogue.handler("annual_monitoring.return_report", label="退回补正", recallable=True)
def return_report(context: Context) -> Result:
    """第十八条: every defect at once; the first arrival keeps its timeliness."""
    report, form = _report(context), filed(context, "verify_report")
    asked = annual_reports.send_back(report, form)
    cluster = annual_reports.cluster_of(context.session, report)
    text = "；".join(f"{number}. {item}" for number, item in enumerate(asked, 1))
    tell_county(context, cluster, f"年度报告需要补正：{named(cluster, report.year)}", text)
    return None


@catalogue.handler("annual_monitoring.verify", label="登记核实意见", recallable=True)
def verify(context: Context) -> Result:
    """第十八条、第十七条: figures corrected with reasons; what differs from the baseline is a change."""
    report, form = _report(context), filed(context, "verify_report")
    own = {annual_reports.FILL: "填报过年度报告", "approve_report": "审核过年度报告"}
    reviews.require_outsider(context.session, form, own, "核实")
    made = annual_reports.verify(context.session, report, form, context.now)
    cluster = annual_reports.cluster_of(context.session, report)
    if made:
        title = f"年报数据有更正：{named(cluster, report.year)}"
        tell_county(context, cluster, title, f"市州更正了下列数据：{_listed(made)}")
    opened = report_changes.to_open(context.session, report, cluster)
    if opened is not None:
        context.send(changes.MESSAGE, opened.key, opened.payload)
        text = f"年度报告反映的变更还没有报备：{opened.words}。请在变更完成后的规定期限内报备。"
        tell_county(context, cluster, f"请办理变更报备：{cluster.name}", text)
    return None


@catalogue.handler("annual_monitoring.arrive_at_province", label="登记报省", recallable=True)
def arrive_at_province(context: Context) -> Result:
    """第十八条: the day on which it reaches the province is the city's timeliness (D-04)."""
    report = _report(context)
    annual_reports.arrive_at_province(report, context.now)
    cluster = annual_reports.cluster_of(context.session, report)
    tell_province(context, f"收到年度报告：{named(cluster, report.year)}", "市州已核实并报送。")
    return None


# --- the province ---------------------------------------------------------------------------------


@catalogue.handler(
    "annual_monitoring.receive", label="登记接收", outputs={"has_preliminary": "是否还有快报数"}
)
def receive(context: Context) -> Result:
    report = _report(context)
    annual_reports.receive(report, context.now)
    cluster = annual_reports.cluster_of(context.session, report)
    text = "其中的快报数可在考核前修订为定案数。" if report.preliminary else ""
    tell_county(context, cluster, f"省级已接收年度报告：{named(cluster, report.year)}", text)
    return {"has_preliminary": bool(report.preliminary)}


@catalogue.handler("annual_monitoring.return_to_city", label="退回市州", recallable=True)
def return_to_city(context: Context) -> Result:
    report, form = _report(context), filed(context, "receive_report")
    reason = annual_reports.return_to_city(report, form)
    cluster = annual_reports.cluster_of(context.session, report)
    tell_city(context, cluster, f"年度报告退回核实：{named(cluster, report.year)}", reason)
    return None


# --- the clock ------------------------------------------------------------------------------------


@catalogue.handler(
    "annual_monitoring.chase",
    label="逾期催报",
    outputs={
        "chase": "urge 继续催报，done 已报齐，propose 提出撤销建议",
        "proposal_no": "撤销提案编号",
        "proposal_id": "撤销提案",
        "ground": "撤销情形",
        "proposal_title": "撤销案件名称",
        "county_code": "集群所在县",
    },
)
def chase(context: Context) -> Result:
    """第十八条、第十九条（三）: urge whoever is late; propose only what the rules allow, and say why not."""
    report = _report(context)
    standing = annual_lateness.standing(context.session, report, context.calendar, context.today)
    if report.at_province_at is not None:
        return _chased(context, report, "done", standing)
    if standing.may_propose:
        proposed = _propose(context, report, standing)
        if proposed is not None:
            return proposed
    action = "urge" if standing.late else "remind"
    for item in annual_lateness.holders(context.session, report):
        text = f"{report.year}年度报告应于{chinese(report.due_on)}前报省，请尽快办理。"
        urges.by_system(context.session, item, text, context.now)
        for seat in seats_of(item):
            context.notify_role(seat.role, seat.scope, f"催报：{item.name}", text, f"/tasks/{item.id}")
    tell_late(context, report, standing)
    return _chased(context, report, action, standing)


def _chased(
    context: Context, report: AnnualReport, action: str, standing: annual_lateness.Standing
) -> Mapping[str, Any]:
    annual_lateness.record_chase(
        context.session, report, action, standing.late, standing.why_not, context.task_id, context.now
    )
    chase = action if action == "done" else "urge"
    return {
        "chase": chase, "proposal_no": None, "proposal_id": None, "ground": None,
        "proposal_title": None, "county_code": report.county_code,
    }  # fmt: skip


def _propose(context: Context, report: AnnualReport, standing: annual_lateness.Standing) -> Result:
    """None where what the law asks of a proposal is not there: then urging goes on."""
    cluster = annual_reports.cluster_of(context.session, report)
    evidence, facts = annual_lateness.evidence(report, standing), annual_lateness.facts(report, standing)
    ground, session = annual_lateness.GROUND, context.session
    against = proposals.problems(
        session, cluster, ground, facts=facts, evidence=evidence, by=None, on=context.today
    )
    if against:
        return None
    proposal = proposals.propose(
        session, cluster, ground, facts=facts, evidence=evidence, by=None, on=context.today,
        at=context.now, source=context,
    )  # fmt: skip
    report.proposal_id = proposal.id
    annual_lateness.record_chase(session, report, "propose", "cluster", (), context.task_id, context.now)
    title = f"年报逾期，已提出撤销建议：{named(cluster, report.year)}"
    tell_city(context, cluster, title, facts)
    tell_province(context, title, f"{facts}是否撤销由人员依程序决定。")
    return {
        "chase": "propose", "proposal_no": proposal.no, "proposal_id": proposal.id, "ground": ground,
        "proposal_title": proposals.title(cluster, ground), "county_code": cluster.county_code,
    }  # fmt: skip


@catalogue.handler("annual_monitoring.end_report", label="终止年度报告")
def end_report(context: Context) -> Result:
    """第十九条: a cluster that has lost its title reports no more."""
    _report(context).status = "ended"
    return None


@catalogue.handler("annual_monitoring.close_report", label="年报办结")
def close_report(context: Context) -> Result:
    """第十六条: the assessment has fixed the figures; the report can no longer be revised."""
    report = _report(context)
    report.status, report.preliminary = "closed", []
    return None
