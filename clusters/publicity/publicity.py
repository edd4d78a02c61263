"""Publicity of case studies (F16, art. 11): drafted, agreed to, and how an agreement ends.

Nothing is published without the consent of the cluster and of every enterprise that it names; whoever
agreed may withdraw at any time. What is reviewed and published stands in `publicity_release`.
Lists of designated clusters (art. 15) are no publicity and need no consent.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering, uscc
from clusters.applications.application_content import STANDING, name_key
from clusters.filed import Filed
from clusters.people import people
from clusters.publicity.models import PublicityCase, PublishedItem
from clusters.register import operators, register
from clusters.register.models import Cluster
from engine.clock import legal_day
from engine.due_dates import chinese
from engine.errors import NotAllowed, NotFound, Problem, Refused

ARTICLE = "第十一条"
PROCESS = "publicity"
WITHDRAW = "withdraw_consent"
THEMES = ("创新", "服务", "数字化", "绿色化", "国际化", "产业链协同")
CHANNELS = ("省厅门户", "新媒体", "汇编", "上报国家", "媒体")
PROVINCIAL = frozenset({"省厅门户", "上报国家"})  # only the province publishes there
DRAFTS = ("draft_case", "draft_case_city", "draft_case_province")
CONSENTS = ("operator_consent", "consent_on_paper")
STATUSES = {
    "drafting": "撰写中",
    "consent": "征求同意中",
    "review": "商业秘密审查中",
    "ready": "待发布",
    "published": "已发布",
    "taking_down": "下架中",
    "taken_down": "已下架",
    "given_up": "不再办理",
    "consent_refused": "未获同意",
    "refused": "不予发布",
    "dropped": "决定不发布",
    "withdrawn": "撤回同意，未发布",
}
AGREED = frozenset({"review", "ready", "published"})
OPERATOR = "operator"


def require(found: list[Problem]) -> None:
    if found:
        raise Refused(found)


def problem(message: str, path: str | None = None) -> Problem:
    return Problem(message, path, ARTICLE)


# --- the case -------------------------------------------------------------------------------------


def begin(session: Session, cluster: Cluster, level: str, by: str, now: datetime) -> PublicityCase:
    """A new case study of a cluster that holds the title; its process has still to be started."""
    if cluster.status not in STANDING:
        raise Refused([problem(f"“{cluster.name}”已不具有称号，不能总结为典型案例。")])
    row = PublicityCase(
        no=numbering.publicity_key(session, cluster.cluster_no), cluster_no=cluster.cluster_no,
        started_by=by, started_at=now, level=level, status="drafting",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def start_data(row: PublicityCase) -> dict[str, Any]:
    return {"cluster_no": row.cluster_no, "level": row.level}


def get(session: Session, no: str) -> PublicityCase:
    found = session.get(PublicityCase, no)
    if found is None:
        raise NotFound(f"没有典型案例“{no}”。")
    return found


def locked(session: Session, no: str) -> tuple[PublicityCase, Cluster]:
    """The case study held against other steps on it: of a withdrawal and a publication one comes first."""
    row = get(session, no)
    session.refresh(row, with_for_update=True)
    return row, register.get(session, row.cluster_no)


def of_cluster(session: Session, cluster_no: str) -> Sequence[PublicityCase]:
    """Newest first."""
    query = sa.select(PublicityCase).where(PublicityCase.cluster_no == cluster_no)
    return session.scalars(query.order_by(PublicityCase.started_at.desc(), PublicityCase.no.desc())).all()


def items_of(session: Session, numbers: Sequence[str]) -> Sequence[PublishedItem]:
    """What was published of these case studies, oldest first."""
    query = sa.select(PublishedItem).where(PublishedItem.case_no.in_(numbers))
    return session.scalars(query.order_by(PublishedItem.published_on, PublishedItem.id)).all()


def operator_name(cluster: Cluster) -> str:
    return str((cluster.baseline.get("operator") or {}).get("operator_name") or "")


def is_operator(cluster: Cluster, organisation: str) -> bool:
    """Whether the organisation of this name operates the cluster; several operators share a county."""
    operator = operator_name(cluster)
    return bool(operator) and name_key(organisation) == name_key(operator)


def has_operator_account(session: Session, cluster: Cluster) -> bool:
    """Whether somebody of this cluster's own operator can answer in the system."""
    return operators.has_account(session, cluster.cluster_no)


# --- draft ----------------------------------------------------------------------------------------


def draft(session: Session, row: PublicityCase, cluster: Cluster, form: Filed) -> None:
    """A draft replaces the one before it, and every consent and review that was given on that one."""
    row.draft_submission, row.drafted_by = form.submission_id, form.by
    row.consent_submission = row.review_submission = None
    row.consent_scope, row.consent_date, row.consent_valid_to = [], None, None
    row.secrecy = row.reason = ""
    if form.data.get("given_up"):
        if not form.text("given_up_reason"):
            raise Refused([problem("不再办理的，请写明理由。", "given_up_reason")])
        row.status, row.reason = "given_up", form.text("given_up_reason")
        return
    require(_draft_problems(form))
    row.title, row.themes = form.text("case_title"), list(form.data["case_theme"])
    row.enterprises = [
        {"uscc": str(r["uscc"]), "name": str(r["name"])} for r in form.rows("involved_enterprises")
    ]
    row.wished = list(form.data["channels_wished"])
    row.publisher = "province" if row.level == "province" or PROVINCIAL & set(row.wished) else "city"
    row.status = "consent"


def _draft_problems(form: Filed) -> list[Problem]:
    found = []
    for name, words in {"case_title": "案例名称", "case_body": "案例正文"}.items():
        if not form.text(name):
            found.append(problem(f"请填写{words}。", name))
    for name, known, words in (
        ("case_theme", THEMES, "第十一条所列主题"),
        ("channels_wished", CHANNELS, "希望发布的渠道"),
    ):
        chosen = form.data.get(name) or []
        if not chosen or not set(chosen) <= set(known):
            found.append(problem(f"请选择{words}。", name))
    seen: set[str] = set()
    for at, line in enumerate(form.rows("involved_enterprises")):
        code, path = str(line.get("uscc") or ""), f"involved_enterprises.{at}.uscc"
        wrong = uscc.fault(code)
        if wrong:
            found.append(problem(f"第 {at + 1} 行：{wrong}。", path))
        elif code in seen:
            found.append(problem(f"{code} 重复填写。", path))
        seen.add(code)
    return found


# --- consent --------------------------------------------------------------------------------------


def consent(
    session: Session, row: PublicityCase, cluster: Cluster, form: Filed, on_paper: bool, today: date
) -> bool:
    """What the cluster answered; silence is no consent. Returns whether it agreed."""
    if not on_paper:
        _require_of_operator(session, cluster, form.by)
    if form.text("consent_status") == "refused":
        row.status, row.reason = "consent_refused", form.text("refusal_note")
        return False
    require(_consent_problems(row, cluster, form, today))
    row.consent_submission = form.submission_id
    row.consent_scope = list(form.data["consent_scope"])
    row.consent_date, row.consent_valid_to = form.day("consent_date"), form.day("consent_valid_to")
    row.status = "review"
    return True


def _require_of_operator(session: Session, cluster: Cluster, by: str) -> None:
    organisation = people.get(session, by).organisation.name
    if not is_operator(cluster, organisation):
        raise NotAllowed(f"只有“{operator_name(cluster)}”的人员可以代表本集群答复。")


def _consent_problems(row: PublicityCase, cluster: Cluster, form: Filed, today: date) -> list[Problem]:
    found = []
    if form.text("consent_status") != "granted":
        return [problem("请选择同意或者不同意。", "consent_status")]
    scope = form.data.get("consent_scope") or []
    if not scope or not set(scope) <= set(CHANNELS):
        found.append(problem("请选择同意的渠道。", "consent_scope"))
    operator = operator_name(cluster)
    if not is_operator(cluster, form.text("consent_org")):
        message = f"签署单位与名录登记的运营管理机构“{operator}”不一致；机构已变更的，先办理变更备案。"
        found.append(problem(message, "consent_org"))
    if not form.text("consent_signer") or not form.data.get("signer_of_operator"):
        found.append(problem("请填写签署人，并确认其属于运营管理机构。", "consent_signer"))
    if not form.data.get("consent_file"):
        found.append(problem("请附签字盖章的同意书。", "consent_file"))
    return found + _consent_days(form, today) + _missing_consents(row, form)


def _consent_days(form: Filed, today: date) -> list[Problem]:
    signed, until = form.day("consent_date"), form.day("consent_valid_to")
    if signed is None or signed > today:
        return [problem("签署日期应填写，且不晚于今天。", "consent_date")]
    if until is not None and until < today:
        return [problem("同意有效期已满，不能据以发布。", "consent_valid_to")]
    return []


def _missing_consents(row: PublicityCase, form: Filed) -> list[Problem]:
    signed = {str(line.get("uscc")) for line in form.rows("enterprise_consents") if line.get("file")}
    return [
        problem(f"缺“{e['name']}”的同意书；企业不同意的，请退回删去有关内容。", "enterprise_consents")
        for e in row.enterprises
        if e["uscc"] not in signed
    ]


# --- how it ends ----------------------------------------------------------------------------------


def withdraw(
    row: PublicityCase, cluster: Cluster, who: str, reason: str, on: date | None, now: datetime
) -> None:
    """撤回同意: recorded when it is said; the case takes notice by message. No reason has to be good."""
    if row.status not in AGREED:
        raise Refused([problem(f"本案例现为“{STATUSES[row.status]}”，没有可以撤回的同意。")])
    known = {OPERATOR, *(e["uscc"] for e in row.enterprises)}
    found = [] if who in known else [problem("请选择由谁撤回。", "withdrawn_by")]
    earliest = row.consent_date or legal_day(row.started_at)
    if on is None or not earliest <= on <= legal_day(now):
        found.append(problem(f"撤回日期应在同意之日（{chinese(earliest)}）与今天之间。", "withdrawn_on"))
    require(found)
    row.status = "taking_down" if row.status == "published" else "withdrawn"
    row.ended_by, row.ended_on, row.end_reason = who, on, reason.strip()


def expire(row: PublicityCase, today: date) -> None:
    """The last day of the consent has passed; people take down what was published."""
    row.status, row.ended_on = "taking_down", today
    row.end_reason = f"同意有效期至{chinese(row.consent_valid_to or today)}，已经届满。"


def ended_because(row: PublicityCase) -> str:
    """Why the consent is gone, in words, and by whom."""
    if not row.ended_by:
        return row.end_reason
    names = {e["uscc"]: e["name"] for e in row.enterprises} | {OPERATOR: "集群运营管理机构"}
    reason = f"：{row.end_reason}" if row.end_reason else ""
    assert row.ended_on is not None  # kept with who ended it
    return f"{names.get(row.ended_by, row.ended_by)}于{chinese(row.ended_on)}撤回同意{reason}"
