"""Topics of processes/change_filing.bpmn (第十七条): found or reported, filed, verified, put on record.

Another process that finds a change opens a case by two lines; kinds that are under way already are
left out, and nothing begins where none remains (A-09):

    key = numbering.change_key(session, cluster.cluster_no)
    context.send("open_change", key, {"cluster_no": …, "kinds": ["operator"], "found_in": "annual_report",
                 "found_case": report.key, "title": f"{cluster.name}变更报备", "scope": cluster.county_code,
                 "note": what was found, in words})

`kinds`: keys of `change_kinds.KINDS`; `found_in`: keys of `changes.FOUND_IN`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clusters.applications import reviews
from clusters.applications.application_content import STANDING
from clusters.changes import (
    change_deadlines,
    change_findings,
    change_kinds,
    change_review,
    changes,
    operator_changes,
)
from clusters.changes.models import ChangeCase
from clusters.people import regions, roles
from clusters.register import baselines, operators, register
from clusters.register.models import Cluster
from clusters.revocation import proposals
from engine.contract import Context
from engine.due_dates import chinese
from handlers.topics import catalogue, filed
from handlers.words import tell_cluster, tell_province

Result = Mapping[str, Any] | None
COUNTY = ("county_clerk", "county_leader")
PARTY = (*COUNTY, "operator_clerk")
CITY = ("city_clerk",)
DUE = {"due_from": "期限起算日", "due_days": "期限（工作日）"}
OWN_ACTS = {
    "file_change": "填报过变更",
    "approve_change": "审核过变更",
    "explain_change": "说明过变更情况",
}


def _matter(context: Context) -> tuple[ChangeCase, Cluster]:
    return changes.locked(context.session, context.business_key)


def _words(case: ChangeCase, cluster: Cluster) -> str:
    return f"{cluster.name}{change_kinds.words(case.kinds)}变更（{case.no}）"


def _counted_from(day: date, days: int) -> dict[str, Any]:
    return {"due_from": day.isoformat(), "due_days": days}


@catalogue.handler(
    "change_filing.open_case",
    label="登记变更办件",
    outputs={"way": "如何办理", "completed_on": "变更完成日期", **DUE},
)
def open_case(context: Context) -> Result:
    """第十七条: `way` is file, explain (others found it) or none (every matter is under way already)."""
    case = changes.find(context.session, context.business_key) or _found_elsewhere(context)
    if case is None:
        return {"way": "none", "completed_on": None, **_counted_from(context.today, 0)}
    cluster = register.get(context.session, case.cluster_no)
    case.instance_id = context.instance_id
    context.bind_rule(cluster.rule_version)
    if case.found_in == "self_report" and case.completed_on is not None:
        day, days = case.completed_on, context.terms["change_filing"]
        changes.keep_due(case, context.calendar.due(day, days, context.scope))
        return {"way": "file", "completed_on": day.isoformat(), **_counted_from(day, days)}
    text = f"{changes.FOUND_IN[case.found_in]}中发现{change_kinds.words(case.kinds)}可能已变更，请说明情况。"
    tell_cluster(context, PARTY, cluster, f"请说明变更情况：{cluster.name}", text)
    return {"way": "explain", "completed_on": None, **_counted_from(context.today, 0)}


def _found_elsewhere(context: Context) -> ChangeCase | None:
    """The case that a message asks for; only of matters that have no open case yet (A-09)."""
    data, session = context.data, context.session
    cluster = register.get(session, str(data["cluster_no"]))
    known = changes.under_way(session, cluster.cluster_no)
    kinds = [kind for kind in change_kinds.known(data.get("kinds") or []) if kind not in known]
    if not kinds or cluster.status not in STANDING:
        return None
    return changes.open_case(
        session, cluster, kinds, found_in=str(data.get("found_in") or "annual_report"), by=context.actor,
        on=context.today, at=context.now, note=str(data.get("note") or ""),
        found_case=str(data.get("found_case") or ""),
        no=context.business_key,
    )  # fmt: skip


# --- what others found ----------------------------------------------------------------------------


@catalogue.handler("change_filing.explain", label="登记县级说明", recallable=True)
def explain(context: Context) -> Result:
    case, cluster = _matter(context)
    change_findings.explain(case, filed(context, "explain_change"), context.now)
    tell_cluster(context, CITY, cluster, f"收到变更情况说明：{cluster.name}", case.explanation)
    return None


@catalogue.handler(
    "change_filing.confirm",
    label="登记市州认定",
    outputs={"finding": "认定结果", "completed_on": "变更完成日期", **DUE},
)
def confirm(context: Context) -> Result:
    """第十七条: with the confirmed completion date the county's period begins to count."""
    case, cluster = _matter(context)
    days = context.terms["change_filing"]
    form = filed(context, "confirm_change")
    due = change_findings.confirm(case, form, context.calendar, context.scope, days, context.now)
    title = f"变更认定结果：{cluster.name}"
    if due is None or case.completed_on is None:
        text = f"认定为{change_review.CLASSES[case.classification]}，本件办结。理由：{case.class_reason}"
        tell_cluster(context, PARTY, cluster, title, text)
        return {"finding": case.classification, "completed_on": None, **_counted_from(context.today, 0)}
    provisional = "（暂定）" if due.is_provisional else ""
    until = f"完成日期{chinese(case.completed_on)}，请在{chinese(due.due)}{provisional}前报备"
    text = f"认定为重大变更，{until}。理由：{case.class_reason}"
    tell_cluster(context, PARTY, cluster, title, text)
    day = case.completed_on
    return {"finding": "major", "completed_on": day.isoformat(), **_counted_from(day, days)}


@catalogue.handler("change_filing.overdue", label="提示催报", outputs={"grace_from": "宽限起算日"})
def overdue(context: Context) -> Result:
    """第十九条: the period has run out; people urge and keep the receipt, the grace begins."""
    case, cluster = _matter(context)
    if case.reported_at is None:
        text = f"{_words(case, cluster)}已过报备期限仍未报备，请催报并登记送达凭据。"
        tell_cluster(context, CITY, cluster, f"请催报变更：{cluster.name}", text)
    return {"grace_from": context.today.isoformat()}


@catalogue.handler("change_filing.consider", label="判断是否提出建议", outputs={"answer": "判断结果"})
def consider(context: Context) -> Result:
    """第十九条: the clock proposes or says why not; it never decides (D11)."""
    case, cluster = _matter(context)
    answer = change_deadlines.consider(
        context.session, case, cluster, context.calendar, context.scope, context.terms, context.now, context
    )
    if answer.proposal is not None:
        data = proposals.start_data(answer.proposal, cluster)
        context.send(proposals.MESSAGE, answer.proposal.no, data)
    if answer.result != "filed":
        tell_cluster(context, CITY, cluster, f"变更仍未报备：{cluster.name}", answer.why)
    return {"answer": answer.result}


# --- filing ---------------------------------------------------------------------------------------


@catalogue.handler(
    "change_filing.file",
    label="核对变更备案表",
    outputs={"completed_on": "变更完成日期", **DUE},
    recallable=True,
)
def file(context: Context) -> Result:
    """第十七条: before and after differ, completion is proved; then the due date is known (D-06)."""
    case, cluster = _matter(context)
    days = context.terms["change_filing"]
    was_returned = case.reported_at is not None
    changes.file(
        context.session, case, cluster, filed(context, "file_change"), context.calendar, context.scope, days,
        context.today,
    )  # fmt: skip
    assert case.completed_on is not None
    completed = case.completed_on.isoformat()
    if was_returned:  # the statutory period was kept or not when it first arrived
        return {"completed_on": completed, **_counted_from(context.today, context.terms["correction"])}
    return {"completed_on": completed, **_counted_from(case.completed_on, days)}


@catalogue.handler("change_filing.submit", label="登记报市", recallable=True)
def submit(context: Context) -> Result:
    case, cluster = _matter(context)
    changes.submit(case, filed(context, "approve_change"), context.calendar, context.scope, context.now)
    late = f"，逾期{case.late_days}个工作日（原因：{case.late_reason}）" if case.late_days else ""
    text = f"{_words(case, cluster)}已报市州{late}，请核实。"
    tell_cluster(context, CITY, cluster, f"收到变更报备：{cluster.name}", text)
    return None


# --- city and province ----------------------------------------------------------------------------


@catalogue.handler(
    "change_filing.verify", label="登记核实意见", outputs={"verification": "核实结论", **DUE}, recallable=True
)
def verify(context: Context) -> Result:
    case, cluster = _matter(context)
    form = filed(context, "verify_change")
    reviews.require_outsider(context.session, form, OWN_ACTS, "核实")
    result = change_review.verify(case, form)
    if result == "return":
        listed = "；".join(f"{n}. {item}" for n, item in enumerate(case.returned, 1))
        tell_cluster(context, COUNTY, cluster, f"变更报备需要补正：{cluster.name}", listed)
    return {"verification": result, **_counted_from(context.today, context.terms["correction"])}


@catalogue.handler(
    "change_filing.sign", label="登记核实签发", outputs={"outcome": "办理去向"}, recallable=True
)
def sign(context: Context) -> Result:
    """第十七条: minor ones end here with a notice; major ones go to the province."""
    case, cluster = _matter(context)
    outcome = change_review.sign(case, filed(context, "sign_verification"), context.now)
    if outcome == "major":
        tell_province(context, f"变更待备案：{cluster.name}", f"{_words(case, cluster)}经市州核实，请备案。")
    elif outcome != "return":
        text = f"市州核实为{change_review.CLASSES[outcome]}，本件办结。理由：{case.class_reason}"
        tell_cluster(context, PARTY, cluster, f"变更办结：{cluster.name}", text)
    return {"outcome": outcome}


@catalogue.handler("change_filing.record", label="备案并更新名录")
def record(context: Context) -> Result:
    """第十七条: a new version of the baseline; validity is never extended by a change."""
    case, cluster = _matter(context)
    form = filed(context, "file_change_record")
    change_review.record(case, form, context.now)
    baselines.apply(context.session, cluster, case, form, context.now)
    if "operator" in case.items:
        _move_operator(context, case, cluster, form.by)
    text = f"{_words(case, cluster)}已备案：{case.filed_no}。有效期不变。"
    if case.province_order != "none":
        text += f"省级{change_review.ORDERS[case.province_order]}：{case.province_note}"
    tell_cluster(context, (*PARTY, *CITY, "city_leader"), cluster, f"变更已备案：{cluster.name}", text)
    return None


def _move_operator(context: Context, case: ChangeCase, cluster: Cluster, by: str) -> None:
    moved = operator_changes.move(context.session, cluster, case, by, context.now)
    body = moved.organisation.name
    if not moved.is_replaced:
        return
    if moved.left:
        text = f"运营管理机构已变更为{body}，您不再办理{cluster.name}的填报，持有的任务已交回。"
        context.notify([p.id for p in moved.left], f"运营管理机构变更：{cluster.name}", text)
    text = (
        f"{cluster.name}的运营管理机构变更为{body}：{len(moved.left)}个账号收回“{roles.label(operators.ROLE)}”，"
        f"交回任务{moved.tasks}件。请为新机构人员开设账号。"
    )
    context.notify_role("sys_admin", regions.province().code, f"运营管理机构变更：{cluster.name}", text)


@catalogue.handler("change_filing.overtake", label="登记提前终止")
def overtake(context: Context) -> Result:
    """第十九条: without the title there is nothing left to file."""
    case = changes.find(context.session, context.business_key)
    if case is not None and case.status in changes.OPEN:
        case.status, case.closed_on = "overtaken", context.today
    return None
