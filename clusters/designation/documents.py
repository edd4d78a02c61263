"""Print views as data: what stands on a notice of correction, an opinion, a letter, a list.

Words are our own drafts; persons and days come from the rows. Knows no page and no layout.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annex.metrics import PHRASES
from clusters.annex.standard_parts import Operator
from clusters.annex.verdicts import VERDICT_LABELS, Verdict
from clusters.applications import applications, correction_rounds, field_words, reviews
from clusters.applications.models import Application, Review
from clusters.batches import batches
from clusters.batches.models import Recommendation
from clusters.notices.notice_text import DEPARTMENT
from clusters.people import organisations, regions, roles
from clusters.register.models import Cluster, DesignationDecision, Notice
from engine.clock import legal_day
from engine.due_dates import chinese
from engine.errors import NotFound

REVIEWER_LABELS = {"pass": "符合", "fail": "不符合", "not_applicable": "不适用"}


@dataclass(frozen=True)
class OpinionWords:
    """How the city's opinion is called, and how it speaks for a cluster and against."""

    title: str
    favourable: str
    against: str


OPINION_WORDS = {
    "application": OpinionWords("市州初审意见", "建议推荐", "不予推荐"),
    "reexamination": OpinionWords("市州复核意见", "建议通过复核", "不建议通过复核"),
}


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Document:
    """One sheet: title, number, addressee, paragraphs, tables, who signs and when, what stands below."""

    title: str
    paragraphs: tuple[str, ...]
    signed_by: str
    day: date | None = None
    number: str = ""
    addressee: str = ""
    tables: tuple[Table, ...] = ()
    footnotes: tuple[str, ...] = ()


def bureau(session: Session, level: str, region_code: str) -> str:
    found = organisations.of_region(session, level, region_code)
    return found.name if found is not None else regions.full_name(region_code)


def applicant(session: Session, application: Application) -> str:
    return bureau(session, roles.COUNTY, application.county_code)


def city_bureau(session: Session, city_code: str) -> str:
    return bureau(session, roles.CITY, city_code)


# --- the city ---------------------------------------------------------------------------------


def correction_notice(session: Session, application: Application, number: int) -> Document:
    """补正告知书 of one round: every item at once, the due date and how to answer (art. 14)."""
    items = correction_rounds.items_of(session, application.case_no, number)
    if not items:
        raise NotFound(f"本办件没有第{number}次补正。")
    given = applications.submission(session, items[0].submission_id)
    due = items[0]
    words = field_words.words_for(session, str(application.instance_id))
    provisional = "（暂定）" if due.due_trace.get("provisional") else ""
    return Document(
        title="申报材料补正告知书",
        number=f"{application.case_no}　第{number}次",
        addressee=applicant(session, application),
        paragraphs=(
            f"你单位申报的“{application.cluster_name}”经核对，下列内容需要补正，"
            "依据实施细则第十四条一次性告知。",
            f"请于{chinese(due.due_on)}{provisional}前补正，并逐项答复。"
            f"期限自告知次日起算{due.due_trace['days']}个工作日。",
        ),
        tables=(
            Table(
                ("序号", "栏目", "需要补正的内容"),
                tuple((str(i.no), words(i.field), i.content) for i in items),
            ),
        ),
        signed_by=city_bureau(session, application.city_code),
        day=legal_day(given.at),
    )


def department_letter(
    session: Session, application: Application, department: str, today: date, reply_by: date | None
) -> Document:
    """征询函 to one of the six departments about the preamble of the annex (C0)."""
    data, _ = applications.effective_application(session, str(application.instance_id))
    members = [row for row in data.get("enterprises") or [] if row.get("in_boundary")]
    rows = tuple(
        (str(n), str(row.get("name") or ""), str(row.get("uscc") or "")) for n, row in enumerate(members, 1)
    )
    return Document(
        title=f"关于征询“{application.cluster_name}”有关情况的函",
        number=application.case_no,
        addressee=f"{regions.name_of(application.city_code)}{department}部门",
        paragraphs=(
            f"{applicant(session, application)}申报认定中小企业特色产业集群。"
            "请协助核查所列企业近三年有无较大及以上事故、重大及以上网络和数据安全事件，"
            "以及偷税漏税、违法违规、严重失信和其他重大问题，并函复核查结果。",
            "有上述情况的，请注明企业、时间、等级和文书文号；没有的，也请函复。",
            f"请于{chinese(reply_by)}前函复我局。" if reply_by else "",
        ),
        tables=(Table(("序号", "企业名称", "统一社会信用代码"), rows),),
        signed_by=city_bureau(session, application.city_code),
        day=today,
    )


def review_opinion(session: Session, application: Application) -> Document:
    """初审意见 with the criteria as computed and as the reviewers judged them (F03)."""
    review = reviews.latest(session, application.case_no, "city")
    if review is None:
        raise NotFound("本办件还没有初审意见。")
    form = applications.submission(session, review.submission_id).data
    conclusion = "符合认定标准" if form.get("meets_standard") else "不符合认定标准"
    words = OPINION_WORDS[application.kind]
    wish = words.favourable if review.favourable else f"{words.against}，理由：{review.reason}"
    names = "、".join(str(row.get("name") or "") for row in form.get("reviewers") or [])
    return Document(
        title=words.title,
        number=application.case_no,
        addressee=DEPARTMENT,
        paragraphs=(
            f"申报单位：{applicant(session, application)}　集群：{application.cluster_name}",
            str(form.get("opinion") or ""),
            f"结论：{conclusion}，{wish}。",
            f"审查人员：{names}",
        ),
        tables=(criteria_table(review, form), correction_table(session, application)),
        signed_by=city_bureau(session, application.city_code),
        day=legal_day(review.at),
    )


def criteria_table(review: Review, form: Mapping[str, Any]) -> Table:
    judged = {str(row.get("criterion_id")): row for row in form.get("criteria_results") or []}
    rows = []
    for result in review.verdicts["results"]:
        row = judged.get(result["id"], {})
        said = REVIEWER_LABELS.get(str(row.get("reviewer_result") or ""), "")
        rows.append(
            (
                f"{result['id']} {row.get('label') or ''}".strip(),
                result["article"],
                _measured(result["value"], result["unit"]),
                PHRASES[Operator(result["operator"])] + " " + _measured(result["threshold"], result["unit"])
                if result["threshold"]
                else "—",
                VERDICT_LABELS[Verdict(result["verdict"])],
                said,
                row.get("remark") or "",
            )
        )
    return Table(("指标", "条款", "数值", "要求", "系统核对", "核验", "说明"), tuple(rows))


def _measured(value: str | None, unit: str | None) -> str:
    """231,000 万元, 82.3529%."""
    if not value:
        return "—"
    shown = f"{Decimal(value):,f}"
    return f"{shown}{unit or ''}" if unit == "%" else f"{shown} {unit or ''}".strip()


def correction_table(session: Session, application: Application) -> Table:
    words = field_words.words_for(session, str(application.instance_id))
    columns = ("更正的数据", "原值", "更正为", "理由", "申报单位答复")
    rows = applications.corrections_of(session, application.submission_id or "")
    return Table(
        columns, tuple((words(r.field), str(r.old), str(r.new), r.reason, r.answer or "") for r in rows)
    )


def recommendation_letter(session: Session, letter: Recommendation) -> Document:
    """推荐函 with its ranked list (F05)."""
    ranked = [(item.rank, item.case_no) for item in letter.items if item.recommended]
    return _recommending(
        session, letter.batch_key, letter.city_code, letter.letter_no, letter.letter_date, ranked
    )


def letter_to_seal(session: Session, business_key: str, form: Mapping[str, Any]) -> Document:
    """推荐函 as it stands on the desk: printed and sealed before its scan can be filed (A-13)."""
    batch_key, _, city_code = business_key.partition("/")
    wanted = [row for row in form.get("items") or [] if str(row.get("recommend")).lower() == "true"]
    ranked = sorted((int(row.get("rank") or 0), str(row.get("case_no"))) for row in wanted)
    day = date.fromisoformat(form["letter_date"]) if form.get("letter_date") else None
    return _recommending(session, batch_key, city_code, str(form.get("letter_no") or ""), day, ranked)


def _recommending(
    session: Session, batch_key: str, city_code: str, number: str, day: date | None,
    ranked: Sequence[tuple[int | None, str]],
) -> Document:  # fmt: skip
    batch = batches.get(session, batch_key)
    rows = []
    for rank, case_no in ranked:
        case = applications.get(session, case_no)
        place = regions.name_of(case.county_code)
        rows.append((str(rank or ""), case.cluster_name, place, case.leading_industry, case.case_no))
    return Document(
        title=f"关于推荐{batch.title}集群的函",
        number=number,
        addressee=DEPARTMENT,
        paragraphs=(
            f"按照{batch.notice_no}，经受理、初审和实地抽查，择优推荐下列{len(rows)}个集群，"
            "申报材料均已核实，请予复审。",
        ),
        tables=(Table(("排序", "集群名称", "县（市、区）", "主导产业", "办件编号"), tuple(rows)),),
        signed_by=city_bureau(session, city_code),
        day=day,
    )


# --- the province -----------------------------------------------------------------------------


def public_notice(notice: Notice) -> Document:
    """公示 as it was published; what made it longer afterwards stands below it (A-15)."""
    title, *lines = notice.text.split("\n")
    outages = tuple(
        f"{chinese(o.starts_on)}至{chinese(o.ends_on)}门户网站中断：{o.reason}。"
        for o in notice.interruptions
    )
    extended = (f"公示期相应延长至{chinese(notice.last_day)}。",) if outages else ()
    return Document(
        title=title,
        number=notice.no,
        paragraphs=tuple(line for line in lines[:-2] if line),
        signed_by=lines[-2],
        day=legal_day(notice.published_at),
        footnotes=outages + extended,
    )


def designation_list(session: Session, decision: DesignationDecision) -> Document:
    """认定名单 with number and term of each cluster (F09)."""
    query = sa.select(Cluster).where(Cluster.decision_no == decision.decision_no)
    found = session.scalars(query.order_by(Cluster.cluster_no)).all()
    rows = tuple(_register_row(cluster) for cluster in found)
    return Document(
        title="甘肃省中小企业特色产业集群认定名单",
        number=decision.decision_no,
        paragraphs=(
            f"经复审和公示，依据实施细则第十五条认定下列{len(rows)}个集群，有效期见各行。",
            *_continuations(session, found),
        ),
        tables=(Table(("编号", "集群名称", "所在地", "主导产业", "有效期"), rows),),
        signed_by=DEPARTMENT,
        day=decision.decision_date,
    )


def _register_row(cluster: Cluster) -> tuple[str, ...]:
    term = f"{chinese(cluster.valid_from)}至{chinese(cluster.valid_to)}"
    place = regions.full_name(cluster.county_code)
    return cluster.cluster_no, cluster.name, place, cluster.leading_industry, term


def _continuations(session: Session, clusters: Sequence[Cluster]) -> Iterator[str]:
    """A batch under a lapsed rule prints the document that continues it (part 9)."""
    cases = (applications.get(session, c.case_no) for c in clusters if c.case_no)
    keys = dict.fromkeys(case.batch_key for case in cases)
    for key in keys:
        batch = batches.get(session, key) if key else None
        if batch is not None and batch.continuation_doc:
            yield f"实施细则延续执行依据：{batch.continuation_doc}。"
