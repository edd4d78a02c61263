"""公示异议: what is brought against a listed cluster, taken in whoever brings it and whenever (art. 15, F08).

What is late or unnamed is kept as a lead (线索) and holds nothing back (A-16). An open objection holds
back its own cluster, never the list (D-17).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.applications import reviews
from clusters.applications.models import Application
from clusters.batches import batches
from clusters.notices import notices
from clusters.objections import objectors
from clusters.objections.vault import Vault
from clusters.register.models import Notice, NoticeItem, Objection
from engine import messages
from engine.clock import legal_day
from engine.errors import NotFound, Problem, Refused

ARTICLE = "第十五条"
PROCESS = "objection"
CHANNELS = {
    "online": "网上", "letter": "来信", "email": "邮件", "phone": "电话", "visit": "来访", "referral": "转办",
}  # fmt: skip
TYPES = {"person": "个人", "org": "单位"}
GROUNDS = {
    "data": "申报数据或材料不实",
    "criteria": "不符合认定条件",
    "incident": "有重大事故或违法失信",
    "procedure": "申报、审核程序有问题",
    "other": "其他",
}
FINDINGS = {"not_established": "不成立", "partly_established": "部分成立", "established": "成立"}
EFFECTS = {
    "keep": "保留在名单中",
    "correct_data": "更正数据后保留",
    "return_for_correction": "退回更正，本批不认定",
    "remove_from_list": "移出名单",
    "revocation_lead": "提议撤销认定",
}
LEAD_REASONS = {
    "out_of_time": "未在公示期内提出",
    "unnamed": "没有实名或联系方式",
    "judged": "经审查转为线索",
}
CONTENT_LENGTH = (10, 2000)
OFF_THE_LIST = ("remove_from_list", "return_for_correction")


@dataclass(frozen=True)
class Raised:
    """What somebody brings forward. Without name or contact it is taken in as a lead.

    `evidence` are references of kept attachments; `raised_at` the moment it was brought, with a zone.
    """

    notice_no: str
    case_no: str
    channel: str
    ground: str
    content: str
    raised_at: datetime
    objector_type: str = "person"
    name: str = ""
    contact: str = ""
    evidence: Sequence[Mapping[str, Any]] = ()

    @property
    def is_named(self) -> bool:
        return bool(self.name.strip()) and bool(self.contact.strip())


@dataclass(frozen=True)
class Registered:
    """`receipt` (回执码) is shown to whoever raised it now and never again."""

    objection: Objection
    receipt: str


def get(session: Session, no: str) -> Objection:
    objection = session.get(Objection, no)
    if objection is None:
        raise NotFound(f"没有异议“{no}”。")
    return objection


def of_notice(session: Session, notice_no: str) -> Sequence[Objection]:
    query = sa.select(Objection).where(Objection.notice_no == notice_no)
    return session.scalars(query.order_by(Objection.raised_at, Objection.no)).all()


def evidence_case(session: Session, notice: Notice) -> str:
    """The instance to which evidence belongs: the batch's, which nobody below the province may open."""
    return batches.get(session, notice.batch_key).instance_id


def listed_item(session: Session, row: Objection) -> NoticeItem:
    """The line of the notice that the objection is about."""
    query = sa.select(NoticeItem).where(
        NoticeItem.notice_no == row.notice_no, NoticeItem.case_no == row.case_no
    )
    return session.scalars(query).one()


# --- taking in --------------------------------------------------------------------------------


def register(session: Session, vault: Vault, raised: Raised, *, by: str | None, now: datetime) -> Registered:
    """Take an objection in; `by` is the member of staff who registers it, None on the public page.

    Raises Refused for what cannot be one, and for a second one of the same person on the same ground.
    """
    notice = notices.get(session, raised.notice_no)
    batches.locked(session, notice.batch_key)
    found = _problems(notice, raised, now)
    if not found and raised.is_named:
        found = _repeated(session, vault, raised)
    if found:
        raise Refused(found)
    receipt = objectors.new_receipt()
    row = Objection(
        no=numbering.objection_no(session, legal_day(now).year), notice_no=notice.no, case_no=raised.case_no,
        channel=raised.channel, objector_type=raised.objector_type, ground=raised.ground,
        content=raised.content.strip(), evidence=[dict(file) for file in raised.evidence],
        raised_at=raised.raised_at, registered_by=by, registered_at=now, status="received",
        receipt_hash=objectors.receipt_hash(vault, receipt), lead_reason=_lead_reason(notice, raised),
    )  # fmt: skip
    session.add(row)
    session.flush()
    if raised.name.strip() or raised.contact.strip():
        objectors.keep(session, vault, row.no, raised.name.strip(), raised.contact.strip())
    return Registered(row, receipt)


def _problems(notice: Notice, raised: Raised, now: datetime) -> list[Problem]:
    found = []
    if notice.outcome == notices.CANCELLED:
        found.append(Problem(f"公示{notice.no}已经撤销，请就重新发布的公示提出。", article=ARTICLE))
    if raised.case_no not in {item.case_no for item in notice.items}:
        found.append(Problem("所指集群不在公示名单中，请从名单中选择。", "case_no", ARTICLE))
    for name, words, title in (
        ("channel", CHANNELS, "提出方式"),
        ("ground", GROUNDS, "异议事由"),
        ("objector_type", TYPES, "提出人类型"),
    ):
        if getattr(raised, name) not in words:
            found.append(Problem(f"请选择{title}。", name, ARTICLE))
    least, most = CONTENT_LENGTH
    if not least <= len(raised.content.strip()) <= most:
        message = f"请写明异议的事实和理由，{least}至{most}字。"
        found.append(Problem(message, "content", ARTICLE))
    if raised.raised_at > now:
        found.append(Problem("提出时间不能晚于现在。", "raised_at", ARTICLE))
    return found


def _repeated(session: Session, vault: Vault, raised: Raised) -> list[Problem]:
    """The same person, cluster and ground; under 其他 also the same words, as it names no ground."""
    earlier = objectors.earlier(
        session, vault, (raised.name, raised.contact), notice_no=raised.notice_no, case_no=raised.case_no,
        ground=raised.ground,
    )  # fmt: skip
    if raised.ground == "other":
        words = objectors.plain(raised.content)
        earlier = [row for row in earlier if objectors.plain(row.content) == words]
    if not earlier:
        return []
    message = (
        f"同一人已就这个集群以同一事由提出过异议，编号{earlier[0].no}，不重复登记。"
        "有新的证据，请凭该编号和回执码补充；事由不同的，请另选事由。"
    )
    return [Problem(message, "ground", ARTICLE)]


def _lead_reason(notice: Notice, raised: Raised) -> str | None:
    if not raised.is_named:
        return "unnamed"
    return None if is_in_time(notice, raised.raised_at) else "out_of_time"


def is_in_time(notice: Notice, raised_at: datetime) -> bool:
    """From publication to 24:00 of the last day; a last day only provisional shuts nobody out (D6)."""
    return notice.published_at <= raised_at and not notices.is_over(notice, raised_at)


def reread(session: Session, notice: Notice, by: str | None, now: datetime) -> list[Objection]:
    """After the notice has become longer: late leads that now fall inside it become objections (A-15).

    A case that still handles one is told by message; for a closed one the caller begins anew.
    """
    found = [
        row
        for row in of_notice(session, notice.no)
        if row.lead_reason == "out_of_time" and is_in_time(notice, row.raised_at)
    ]
    for row in found:
        if row.status != "closed":
            source = f"longer:{row.no}:{notice.last_day}"
            messages.post(session, now, by, source=source, name="now_in_time", to=row.no, payload={})
        row.lead_reason, row.status = None, "received"
        row.lead_outcome, row.closed_by, row.closed_at = None, None, None
    session.flush()
    return found


def first_data(row: Objection) -> dict[str, Any]:
    """The flat data that the process of an objection begins with."""
    return {
        "case_no": row.case_no, "is_lead": row.is_lead, "admissibility": "", "supplement_from": None,
        "supplement_days": 0, "accepted_on": None, "sign_decision": "", "lead_outcome": "",
        "kept_as_lead": False,
    }  # fmt: skip


def add_evidence(session: Session, no: str, files: Sequence[Mapping[str, Any]]) -> Objection:
    """More evidence from whoever objected, or registered by staff, until the finding is signed."""
    row = get(session, no)
    if row.status not in ("received", "supplementing", "investigating"):
        raise Refused([Problem("调查已经结束，不能再补充材料。", "evidence", ARTICLE)])
    row.evidence = [*row.evidence, *(dict(file) for file in files)]
    if row.status == "supplementing":
        row.status = "received"
    return row


# --- who may ----------------------------------------------------------------------------------


def reviewers(session: Session, case_no: str) -> set[str]:
    """Everybody with a hand in the reviews of a case, including those who signed and inspected."""
    application = session.get(Application, case_no)
    if application is None or application.instance_id is None:
        return set()
    return reviews.people_of(session, application.instance_id) | reviews.reviewers_of(session, case_no)


# --- what the decision asks -------------------------------------------------------------------


def held_back(session: Session, notice_no: str) -> set[str]:
    """The cases that may not be decided now: an open objection, or a lead whose signed finding takes the
    cluster off the list and waits for the reply.

    What was raised against a cancelled notice of the same batch still has to be answered."""
    query = sa.select(Objection.case_no).where(
        Objection.notice_no.in_(_of_the_same_batch(notice_no)),
        Objection.status != "closed",
        sa.or_(
            Objection.lead_reason.is_(None),
            sa.and_(Objection.signed_at.is_not(None), Objection.effect.in_(OFF_THE_LIST)),
        ),
    )
    return set(session.scalars(query))


def _of_the_same_batch(notice_no: str) -> sa.Select[str]:
    batch = sa.select(Notice.batch_key).where(Notice.no == notice_no).scalar_subquery()
    return sa.select(Notice.no).where(Notice.batch_key == batch)


def removed(session: Session, notice_no: str) -> Mapping[str, str]:
    """Cases that an objection took off the list, with the reason."""
    query = sa.select(Objection).where(
        Objection.notice_no.in_(_of_the_same_batch(notice_no)),
        Objection.status == "closed",
        Objection.effect.in_(OFF_THE_LIST),
    )
    return {row.case_no: row.finding_text for row in session.scalars(query.order_by(Objection.no))}
