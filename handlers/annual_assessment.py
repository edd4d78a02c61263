"""Topics of 年度考核 in processes/annual_monitoring.bpmn: score, signature, letter, award (art. 16)."""

from collections.abc import Mapping
from typing import Any

from clusters import numbering
from clusters.annual import annual_assessments, annual_lateness, annual_reports, awards
from clusters.applications import reviews
from clusters.register import register
from clusters.register.models import Cluster
from engine.contract import Context
from engine.due_dates import chinese
from engine.errors import NotFound
from handlers.report_words import named, tell_city, tell_county
from handlers.topics import catalogue, filed

Result = Mapping[str, Any] | None


def _subject(context: Context) -> tuple[Cluster, int]:
    return register.get(context.session, str(context.data["cluster_no"])), int(context.data["occurrence"])


def _assessment(context: Context) -> annual_assessments.AnnualAssessment:
    found = annual_assessments.get(context.session, context.business_key)
    if found is None:
        raise NotFound("还没有评分。")
    return found


@catalogue.handler(
    "annual_assessment.open_assessment", label="建立年度考核", outputs={"report_key": "年度报告编号"}
)
def open_assessment(context: Context) -> Result:
    """第十六条: one assessment for each year in which the cluster held the title."""
    cluster, year = _subject(context)
    annual_assessments.require_assessable(cluster, year, context.today)
    context.bind_rule(cluster.rule_version)
    context.rename(f"{cluster.name}{year}年度考核")
    return {"report_key": numbering.report_key(year, cluster.cluster_no)}


@catalogue.handler("annual_assessment.score", label="登记评分", recallable=True)
def score(context: Context) -> Result:
    """第十六条: system points are those of the figures as they stand now; people confirm the rest."""
    cluster, year = _subject(context)
    report = annual_reports.on_year(context.session, cluster.cluster_no, year)
    standing = None
    if report is not None:
        standing = annual_lateness.standing(context.session, report, context.calendar, context.today)
    annual_assessments.score(
        context.session, context.business_key, cluster, year, filed(context, "assess_cluster"), standing,
        context.today, context.now,
    )  # fmt: skip
    return None


@catalogue.handler(
    "annual_assessment.sign",
    label="登记考核结果",
    outputs={"grade": "考核等次", "report_key": "年度报告编号"},
)
def sign(context: Context) -> Result:
    """第十六条: the grade stands with its document; a bad one is no ground of article 19."""
    cluster, year = _subject(context)
    form = filed(context, "sign_assessment")
    reviews.require_outsider(context.session, form, {"assess_cluster": "评过分"}, "签批")
    row = annual_assessments.sign(context.session, context.business_key, form, context.today, context.now)
    text = f"总分{row.total}，等次“{row.grade}”，文号{row.decision_no}。"
    tell_county(context, cluster, f"年度考核结果：{named(cluster, year)}", text)
    tell_city(context, cluster, f"年度考核结果：{named(cluster, year)}", text)
    return {"grade": row.grade, "report_key": numbering.report_key(year, cluster.cluster_no)}


@catalogue.handler("annual_assessment.award", label="登记奖励决定")
def award(context: Context) -> Result:
    """第十六条: for an excellent cluster only, from the year's fund, by people; no amount is computed."""
    cluster, year = _subject(context)
    form = filed(context, "record_award")
    row = awards.record(context.session, cluster, _assessment(context), form, context.now)
    if row.granted:
        text = f"资金文件{row.fund_doc_no}，奖励文件{row.award_doc_no}。"
        tell_county(context, cluster, f"年度奖励：{named(cluster, year)}", text)
    return None


@catalogue.handler("annual_assessment.send_letter", label="发出整改通知")
def send_letter(context: Context) -> Result:
    """第十六条: what is to be put right and by when; never a revocation."""
    cluster, year = _subject(context)
    form = filed(context, "rectification_letter")
    row = annual_assessments.record_letter(context.session, context.business_key, form, context.today)
    text = f"{row.letter_no}：{form.text('letter_text')}请在{chinese(row.letter_due_on)}前整改。"
    tell_county(context, cluster, f"考核整改通知：{named(cluster, year)}", text)
    tell_city(context, cluster, f"考核整改通知：{named(cluster, year)}", text)
    return None
