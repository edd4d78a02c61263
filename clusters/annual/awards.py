"""奖励: people decide, from the year's provincial special fund, for an excellent cluster only (F12, art. 16).

Nothing here computes an amount. Whether the title stood is tested on 31 December of the assessed year:
a re-examination that the administration has not finished bars nobody (A-02).
"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annual.assessment_template import EXCELLENT
from clusters.annual.models import AnnualAssessment, Award
from clusters.applications.application_content import STANDING
from clusters.filed import Filed
from clusters.register import register_status
from clusters.register.models import Cluster
from clusters.revocation import proposals
from clusters.uscc import fault
from engine.errors import Problem, Refused

ARTICLE = "第十六条"
PENDING = "expired_pending"
FEN_PER_WAN = 1_000_000


def of_cluster(session: Session, cluster_no: str) -> dict[int, Award]:
    query = sa.select(Award).where(Award.cluster_no == cluster_no)
    return {row.year: row for row in session.scalars(query)}


def title_then(session: Session, cluster: Cluster, year: int) -> str | None:
    """The state of the cluster on 31 December of the assessed year (A-02)."""
    return register_status.status_on(session, cluster, date(year, 12, 31))


def record(
    session: Session, cluster: Cluster, assessment: AnnualAssessment, form: Filed, now: datetime
) -> Award:
    """What people decided: an award with its fund document, or none with the reason."""
    granted = form.text("decision") == "grant"
    then = title_then(session, cluster, assessment.year)
    found = _assessment_problems(assessment)
    if granted:
        under_revocation = proposals.is_open(session, cluster.cluster_no)
        found += _title_problems(cluster, assessment.year, then, under_revocation, form)
        found += _fund_problems(form)
    elif not form.text("reason"):
        found.append(Problem("不予奖励的，请写明理由（如当年未安排省级专项资金）。", "reason", ARTICLE))
    if found:
        raise Refused(found)
    row = Award(
        key=assessment.key, cluster_no=cluster.cluster_no, year=assessment.year, **form.source,
        granted=granted, reason=form.text("reason"), status_then=then or "", decided_by=form.by,
        decided_at=now,
    )  # fmt: skip
    if granted:
        row.fund_doc_no, row.award_doc_no = form.text("fund_doc_no"), form.text("award_doc_no")
        row.amount_fen, row.payee_uscc = fen(form.text("amount")), form.text("payee_uscc")
        row.paid_on = form.day("paid_on")
    session.add(row)
    session.flush()
    return row


def _assessment_problems(assessment: AnnualAssessment) -> list[Problem]:
    if assessment.status != "signed":
        return [Problem("考核结果尚未签批，不能办理奖励。", article=ARTICLE)]
    if assessment.grade != EXCELLENT:
        return [Problem(f"考核等次为“{assessment.grade}”，只对考核优秀的集群予以奖励。", article=ARTICLE)]
    return []


def _title_problems(
    cluster: Cluster, year: int, then: str | None, under_revocation: bool, form: Filed
) -> list[Problem]:
    day = f"{year}年12月31日"
    if under_revocation:
        return [Problem("集群正在撤销程序中，撤销程序终结前不能奖励。", article=ARTICLE)]
    if then not in STANDING:
        return [Problem(f"{day}集群不具有认定称号，不能奖励。", article=ARTICLE)]
    expired = then == PENDING or cluster.valid_to < date(year, 12, 31)
    if expired and form.data.get("delay_by_office") is not True:
        message = f"{day}有效期已届满、复核未结。属行政机关未及时办结的，请勾选确认后再奖励。"
        return [Problem(message, "delay_by_office", ARTICLE)]
    return []


def _fund_problems(form: Filed) -> list[Problem]:
    """“视当年省级专项资金情况”: no fund document, no award; the amount is copied from it by a person."""
    found = []
    if form.data.get("fund_available") is not True:
        found.append(Problem("当年未安排省级专项资金，不能奖励。", "fund_available", ARTICLE))
    if not form.text("fund_doc_no"):
        found.append(Problem("请填写专项资金文件的文号。", "fund_doc_no", ARTICLE))
    if not form.data.get("fund_doc"):
        found.append(Problem("请上传专项资金文件。", "fund_doc", ARTICLE))
    if not fen(form.text("amount")):
        found.append(Problem("请按资金文件填写奖励金额（万元，最多六位小数）。", "amount", ARTICLE))
    if not form.text("award_doc_no"):
        found.append(Problem("请填写奖励（拨付）文件的文号。", "award_doc_no", ARTICLE))
    wrong = fault(form.text("payee_uscc")) if form.text("payee_uscc") else "请填写收款单位统一社会信用代码"
    if wrong:
        found.append(Problem(f"{wrong}。", "payee_uscc", ARTICLE))
    return found


def fen(amount: str) -> int | None:
    """万元 as people write it, in whole fen; None for anything that is not a positive number of fen."""
    try:
        number = Decimal(amount) * FEN_PER_WAN
    except InvalidOperation:
        return None
    whole = number.is_finite() and number == number.to_integral_value() and number > 0
    return int(number) if whole else None
