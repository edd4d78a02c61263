"""Print views of a re-examination: what calls for it, the city's opinion, the conclusion (F14, art. 16)."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from clusters.applications import applications, reviews
from clusters.batches import batches
from clusters.designation import documents
from clusters.designation.documents import Document, Table
from clusters.notices.notice_text import DEPARTMENT
from clusters.reexamination import reexamination_batches, reexamination_steps, reexaminations
from clusters.reexamination.models import Reexamination
from clusters.register import register
from engine.clock import legal_day
from engine.due_dates import chinese

Sheet = tuple[str, Document]
TO_PREPARE = (
    "一、三年规划各项目标的完成情况，未完成的逐项说明原因；",
    "二、近四年指标和企业名单，按认定标准重新核对；",
    "三、近三年事故、处罚和其他重大问题的披露和承诺；",
    "四、自评报告和下一个三年发展规划。",
)


def sheets(session: Session, key: str) -> Iterator[tuple[str, Sheet]]:
    """What can be printed of this case by now."""
    row = reexaminations.get(session, key)
    call = _call(session, row)
    if call is not None:
        yield "call", ("复核通知", call)
    if reviews.latest(session, key, "city") is not None:
        yield "opinion", ("市州复核意见", _opinion(session, row))
    if row.conclusion is not None:
        yield "conclusion", ("复核结论通知书", _conclusion(session, row))


def _call(session: Session, row: Reexamination) -> Document | None:
    """To be served on county and operator: without proof of service nothing adverse follows (D-08)."""
    called = reexamination_batches.call_of(session, row.cluster_no, row.term_no)
    if called is None:
        return None
    batch, cluster = batches.get(session, called.batch_key), register.get(session, row.cluster_no)
    application = applications.get(session, row.case_no)
    city = documents.city_bureau(session, application.city_code)
    due = row.apply_due or max(row.valid_to, batch.county_due)
    going_on = f"实施细则延续执行依据：{batch.continuation_doc}。" if batch.continuation_doc else ""
    return Document(
        title="关于做好中小企业特色产业集群期满复核的通知",
        number=batch.notice_no,
        addressee=documents.applicant(session, application),
        paragraphs=(
            f"“{cluster.name}”（编号{cluster.cluster_no}）的有效期至{chinese(row.valid_to)}届满。"
            f"依据实施细则第十六条，已列入{batch.title}，请会同集群运营管理机构做好下列准备：",
            *TO_PREPARE,
            f"请于{chinese(due)}前经负责人审核、盖章后报{city}。"
            "复核没有结论以前，集群称号保留。期满未申请复核的，依据实施细则第十九条处理。",
            going_on,
        ),
        signed_by=DEPARTMENT,
        day=batch.open_on,
        footnotes=("送达回证：收件人　　　　　　　　　收到日期　　　　年　　月　　日",),
    )


def _opinion(session: Session, row: Reexamination) -> Document:
    """市州复核意见 with each target of the plan beside the criteria."""
    application = applications.get(session, row.case_no)
    found = documents.review_opinion(session, application)
    completed = _completion(session, row)
    return Document(**{**vars(found), "tables": (completed, *found.tables)})


def _completion(session: Session, row: Reexamination) -> Table:
    cluster = register.get(session, row.cluster_no)
    found = reexamination_steps.shown(reexamination_steps.completions(session, row.case_no, cluster))
    names = ("name", "unit", "baseline_value", "target_y3", "actual_y3", "completion_pct", "met", "reason")
    columns = ("目标", "单位", "基期值", "第三年目标", "实际值", "完成率", "是否完成", "未完成原因")
    return Table(columns, tuple(tuple(_said(line.get(name)) for name in names) for line in found))


def _said(value: object) -> str:
    return "—" if value in (None, "") else str(value)


def _conclusion(session: Session, row: Reexamination) -> Document:
    application, cluster = applications.get(session, row.case_no), register.get(session, row.cluster_no)
    assert row.decided_at is not None  # it has a conclusion
    named = f"“{cluster.name}”（编号{cluster.cluster_no}）第{row.term_no}届"
    return Document(
        title="中小企业特色产业集群复核结论通知书",
        number=row.decision_no or "",
        addressee=documents.applicant(session, application),
        paragraphs=(
            f"{named}期满复核已经办结，依据实施细则第十六条，现将结论通知如下。",
            _outcome(row),
            f"理由：{row.reasons}" if row.reasons else "",
        ),
        tables=(_completion(session, row),),
        signed_by=DEPARTMENT,
        day=row.decision_date or legal_day(row.decided_at),
        footnotes=("三年规划目标没有统一的合格线，完成情况供复核时判断。",),
    )


def _outcome(row: Reexamination) -> str:
    if row.conclusion == "pass" and row.new_valid_from and row.new_valid_to:
        term = f"{chinese(row.new_valid_from)}至{chinese(row.new_valid_to)}"
        return f"复核通过，有效期延长三年，自原有效期届满次日起接续：{term}。"
    if row.conclusion == "fail":
        return (
            "复核未通过。我厅将按撤销程序另行告知拟作的处理；收到告知后可以陈述申辩，"
            "撤销决定作出以前称号保留。"
        )
    return "集群书面放弃续期，自决定之日起退出名录。"
