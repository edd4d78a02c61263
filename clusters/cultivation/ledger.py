"""培育工作台账: what each kind of row holds, how rows are kept, and what they come to (F17, art. 6–10).

The duties of articles 6 to 10 ask for no decision; the ledger keeps what was done, so that the annual
report need not be written from memory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.cultivation.models import LedgerEntry
from clusters.people import regions
from clusters.register import register
from engine.errors import NotFound, Problem, Refused
from engine.ids import new_id

FEN_PER_WAN = 1_000_000
LARGEST_WAN = Decimal("99999999.99")
LONGEST = 500


@dataclass(frozen=True)
class Detail:
    """One field of a kind. `type`: text, choice, count (whole number) or money (万元, two decimals)."""

    key: str
    label: str
    type: str = "text"
    options: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Kind:
    code: str
    label: str
    article: str
    title: str
    details: tuple[Detail, ...]


_DOC = Detail("doc_no", "文号")
_FIRMS = Detail("beneficiaries", "受益企业", "count")
_SUPPORT = ("财税", "金融", "产业", "创新", "土地", "人才")
_ALL = (
    Kind("city_plan", "市州集群发展规划", "第七条", "规划名称", (_DOC, Detail("period", "规划期"))),
    Kind("county_program", "集群培育方案", "第六条", "方案名称", (_DOC, Detail("targets", "主要目标"))),
    Kind(
        "cultivation_pool", "培育库集群", "第六条", "拟培育集群名称",
        (Detail("industry", "主导产业", required=True), Detail("gap", "对照标准的差距")),
    ),
    Kind(
        "policy_item", "政策支持", "第八条", "政策或项目名称",
        (
            Detail("type", "类型", "choice", _SUPPORT, True), _DOC, Detail("amount", "支持金额", "money"),
            _FIRMS,
        ),
    ),
    Kind(
        "finance_item", "融资服务", "第八条", "金融产品",
        (Detail("bank", "金融机构"), Detail("amount", "贷款金额", "money"), _FIRMS),
    ),
    Kind("listing_item", "上市挂牌培育", "第八条", "企业名称", (Detail("stage", "所处阶段", required=True),)),
    Kind(
        "service_item", "服务和对接活动", "第九条", "活动名称",
        (Detail("kind", "活动类型"), Detail("participants", "参加企业", "count")),
    ),
    Kind(
        "training_item", "培训", "第十条", "培训主题",
        (Detail("headcount", "培训人次", "count", required=True),),
    ),
    Kind(
        "recruit_item", "招聘", "第十条", "招聘活动",
        (
            Detail("mode", "方式", "choice", ("线上", "线下"), True), Detail("posts", "岗位数", "count"),
            Detail("hired", "录用高校毕业生", "count", required=True),
        ),
    ),
)  # fmt: skip
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _ALL}


def enter(
    session: Session, kind_code: str, typed: Mapping[str, str], region_code: str, by: str, today: date,
    now: datetime,
) -> LedgerEntry:  # fmt: skip
    """Keep a row from what was typed. Raises Refused with everything that is wrong."""
    kind = KINDS.get(kind_code)
    if kind is None:
        raise NotFound("台账没有这一类。")
    found: list[Problem] = []
    title, on = typed.get("title", "").strip(), _day(typed, today, kind, found)
    if not title or len(title) > LONGEST:
        found.append(Problem(f"请填写{kind.title}（{LONGEST} 字以内）。", "title", kind.article))
    details = {d.key: _value(d, typed.get(d.key, "").strip(), kind, found) for d in kind.details}
    cluster_no = _cluster(session, typed.get("cluster_no", "").strip(), region_code, kind, found)
    if found:
        raise Refused(found)
    row = LedgerEntry(
        id=new_id(), kind=kind.code, region_code=region_code, cluster_no=cluster_no, year=on.year, on=on,
        title=title, details=details, entered_by=by, entered_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _day(typed: Mapping[str, str], today: date, kind: Kind, found: list[Problem]) -> date:
    try:
        on = date.fromisoformat(typed.get("on", ""))
    except ValueError:
        found.append(Problem("请填写日期。", "on", kind.article))
        return today
    if on > today:
        found.append(Problem("日期不能晚于今天。", "on", kind.article))
    return on


def _value(detail: Detail, text: str, kind: Kind, found: list[Problem]) -> str | int | None:
    if not text:
        if detail.required:
            found.append(Problem(f"请填写{detail.label}。", detail.key, kind.article))
        return None
    if detail.type == "choice" and text not in detail.options:
        found.append(
            Problem(f"{detail.label}请从{'、'.join(detail.options)}中选择。", detail.key, kind.article)
        )
    elif detail.type == "count":
        return _count(detail, text, kind, found)
    elif detail.type == "money":
        return _fen(detail, text, kind, found)
    elif len(text) > LONGEST:
        found.append(Problem(f"{detail.label}不超过 {LONGEST} 字。", detail.key, kind.article))
    return text


def _count(detail: Detail, text: str, kind: Kind, found: list[Problem]) -> int | None:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        found.append(Problem(f"{detail.label}应为整数。", detail.key, kind.article))
        return None
    return int(text)


def _fen(detail: Detail, text: str, kind: Kind, found: list[Problem]) -> int | None:
    try:
        wan = Decimal(text.replace(",", ""))
        if not wan.is_finite() or not 0 <= wan <= LARGEST_WAN or wan != round(wan, 2):
            raise InvalidOperation
    except InvalidOperation:
        found.append(Problem(f"{detail.label}应为万元，最多两位小数。", detail.key, kind.article))
        return None
    return int(wan * FEN_PER_WAN)


def _cluster(session: Session, number: str, region_code: str, kind: Kind, found: list[Problem]) -> str | None:
    if not number:
        return None
    try:
        cluster = register.get(session, number)
    except NotFound:
        found.append(Problem(f"集群名录中没有“{number}”。", "cluster_no", kind.article))
        return None
    if not regions.within(cluster.county_code, region_code):
        found.append(Problem("只能登记本地区的集群。", "cluster_no", kind.article))
    return cluster.cluster_no


def void(session: Session, entry_id: str, by: str, reason: str, now: datetime) -> LedgerEntry:
    """A row that should not stand: kept, marked, left out of every sum."""
    row = session.get(LedgerEntry, entry_id)
    if row is None:
        raise NotFound("台账没有这一条。")
    if row.voided_at is not None:
        raise Refused([Problem("这一条已经作废。")])
    if not reason.strip():
        raise Refused([Problem("请填写作废理由。", "reason")])
    row.voided_by, row.voided_at, row.void_reason = by, now, reason.strip()
    return row


# --- what was done ----------------------------------------------------------------------------------


def rows(
    session: Session, places: Sequence[str], *, kind: str = "", year: int | None = None, cluster_no: str = "",
    within: str = "",
) -> list[LedgerEntry]:  # fmt: skip
    """Rows of these regions and of all below them, newest first; `within` a narrower region."""
    query = sa.select(LedgerEntry).order_by(LedgerEntry.on.desc(), LedgerEntry.entered_at.desc())
    query = query.where(LedgerEntry.kind == kind) if kind else query
    query = query.where(LedgerEntry.year == year) if year else query
    query = query.where(LedgerEntry.cluster_no == cluster_no) if cluster_no else query
    found = [r for r in session.scalars(query) if not within or regions.within(r.region_code, within)]
    return [row for row in found if any(regions.within(row.region_code, place) for place in places)]


def of_year(session: Session, cluster_no: str, year: int) -> Sequence[LedgerEntry]:
    """What stands for one cluster and year: the annual report draws on it (art. 18)."""
    query = sa.select(LedgerEntry).where(
        LedgerEntry.cluster_no == cluster_no, LedgerEntry.year == year, LedgerEntry.voided_at.is_(None)
    )
    return session.scalars(query.order_by(LedgerEntry.on)).all()


def sums(found: Sequence[LedgerEntry]) -> dict[str, dict[str, int]]:
    """Kind -> field -> sum (fen or count) over the rows that stand, with their number under `rows`."""
    totals: dict[str, dict[str, int]] = {}
    for row in found:
        if row.voided_at is not None:
            continue
        own = totals.setdefault(row.kind, {"rows": 0})
        own["rows"] += 1
        for detail in KINDS[row.kind].details:
            value: Any = row.details.get(detail.key)
            if detail.type in ("count", "money") and value is not None:
                own[detail.key] = own.get(detail.key, 0) + int(value)
    return totals
