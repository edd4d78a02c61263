"""What a form or a sheet says about an objection that is known already; never who raised it. Reads only."""

from typing import Any

from sqlalchemy.orm import Session

from clusters.designation.documents import Document
from clusters.notices import notices
from clusters.notices.notice_text import DEPARTMENT
from clusters.objections import objections
from clusters.objections.objection_admissibility import period
from clusters.people import regions
from clusters.register.models import Notice, Objection
from engine.clock import SHANGHAI, legal_day
from engine.due_dates import chinese

STEPS = ("judge_admissibility", "supplement", "investigate", "sign_finding", "reply", "handle_lead")
DECLINED = {"inadmissible": "不予受理", "transferred": "转有关部门", "lead": "转为线索"}
STATES = {
    "received": "待审查是否受理",
    "supplementing": "等待补充佐证",
    "investigating": "正在调查",
    "signing": "等待签批",
    "replying": "即将答复",
    "closed": "已办结",
}


def state(row: Objection) -> str:
    """Where it stands, in words that may be shown to anybody who follows it."""
    if row.is_lead and row.status == "received":
        return "作为线索处置"
    return STATES[row.status]


def outcome(row: Objection) -> str:
    """What was found and what follows, or is proposed; empty while nothing is known."""
    if row.finding and row.effect:
        return f"异议{objections.FINDINGS[row.finding]}，{objections.EFFECTS[row.effect]}"
    return DECLINED.get(row.admissibility or "", "")


def words(session: Session, no: str) -> dict[str, Any]:
    """The words that the forms of the process ask for."""
    row = objections.get(session, no)
    item = objections.listed_item(session, row)
    at = row.raised_at.astimezone(SHANGHAI)
    return {
        "objection_no": row.no,
        "cluster_name": f"{item.cluster_name}（{regions.full_name(item.county_code)}，{row.case_no}）",
        "raised": f"{chinese(at.date())} {at:%H:%M}，{objections.CHANNELS[row.channel]}",
        "ground_label": objections.GROUNDS.get(row.ground, ""),
        "content": row.content,
        "evidence_words": "、".join(str(file["name"]) for file in row.evidence) or "没有佐证材料",
        "supplement_asked": row.supplement_asked,
        "supplement_until": supplement_until(session, row),
        "proposed": outcome(row),
        "proposed_reason": row.finding_text or row.admissibility_reason,
        "reply_draft": row.reply_text or _draft(row, item.cluster_name),
        "lead_reason_label": objections.LEAD_REASONS.get(row.lead_reason or "", ""),
    }


def supplement_until(session: Session, row: Objection) -> str:
    asked = period(session, row)
    if asked is None or asked.due_on is None:
        return ""
    return chinese(asked.due_on) + ("（暂定）" if asked.provisional else "")


def _draft(row: Objection, cluster_name: str) -> str:
    """A first wording, to be changed by whoever replies."""
    about = f"您对“{cluster_name}”提出的异议（编号{row.no}）"
    if row.finding:
        return f"{about}，经调查，{outcome(row)}。调查情况：{row.finding_text}"
    return f"{about}，经审查，{outcome(row)}。理由：{row.admissibility_reason}"


def reply_letter(session: Session, row: Objection, addressee: str) -> Document:
    """答复函: the released reply on paper; `addressee` is who raised it."""
    notice: Notice = notices.get(session, row.notice_no)
    return Document(
        title="关于公示异议的答复",
        number=row.no,
        addressee=addressee or "异议提出人",
        paragraphs=(
            f"您于{chinese(legal_day(row.raised_at))}对《{notice.title}》（{notice.no}）提出的异议收悉，现答复如下：",
            *row.reply_text.split("\n"),
        ),
        signed_by=DEPARTMENT,
        day=legal_day(row.replied_at) if row.replied_at else None,
        footnotes=("本函依据《甘肃省促进中小企业特色产业集群发展实施细则》第十五条作出。",),
    )
