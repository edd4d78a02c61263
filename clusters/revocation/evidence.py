"""What a proposal to revoke rests on (F15): typed items, kept as JSON and shown as they are.

Knows how to read deadlines and urges from the engine's rows and how to keep an item; judges nothing:
whether items suffice for a ground is the business of `clusters.revocation.proposals` (art. 19).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annex.standard_parts import Category, Severity
from clusters.people import roles
from engine.clock import legal_day
from engine.desk import URGE_CHANNELS
from engine.due_dates import chinese
from engine.models import InboxMessage, Instance, Timer, Urge, WorkItem


@dataclass(frozen=True)
class Deadline:
    """A period that ran out. `count` is `DueDate.to_json()`, None where the law itself names the day.

    `owed_by` says whose lateness it is: cluster, city or system. `done_on`: fulfilled late, on this day.
    """

    kind: ClassVar[str] = "deadline"
    what: str
    on: date
    count: Mapping[str, Any] | None
    provisional: bool
    owed_by: str = "cluster"
    case_key: str = ""
    done_on: date | None = None

    @property
    def refs(self) -> list[str]:
        return [self.case_key] if self.case_key else []


@dataclass(frozen=True)
class Urged:
    """One urge. Only one with a proof of receipt counts as evidence (A-10)."""

    kind: ClassVar[str] = "urge"
    what: str
    on: date
    channel: str
    receipt: str
    number: int = 0

    @property
    def refs(self) -> list[str]:
        return []


@dataclass(frozen=True)
class Served:
    """A notice that reached the party, such as that of the re-examination batch (D-08)."""

    kind: ClassVar[str] = "served"
    what: str
    on: date
    receipt: str
    case_key: str = ""

    @property
    def refs(self) -> list[str]:
        return []


@dataclass(frozen=True)
class Paper:
    """A document. It is effective when it says who issued it under which number and since when."""

    kind: ClassVar[str] = "paper"
    title: str
    files: Sequence[Mapping[str, Any]] = field(default_factory=list)
    doc_no: str = ""
    issued_by: str = ""
    effective_on: date | None = None

    @property
    def is_effective(self) -> bool:
        return bool(self.files and self.doc_no and self.issued_by and self.effective_on)

    @property
    def refs(self) -> list[str]:
        known = [self.doc_no.replace(" ", "")] if self.doc_no else []
        return known + [str(f["sha256"]) for f in self.files if f.get("sha256")]


@dataclass(frozen=True)
class Case:
    """Another case that found the facts: a re-examination, an annual report, an objection."""

    kind: ClassVar[str] = "case"
    key: str
    what: str

    @property
    def refs(self) -> list[str]:
        return [self.key]


@dataclass(frozen=True)
class Happened:
    """The accident or event of ground 19-5. `on_roster`: the enterprise stands on the cluster's roster."""

    kind: ClassVar[str] = "incident"
    uscc: str
    name: str
    on: date
    category: Category
    severity: Severity
    on_roster: bool = False

    @property
    def refs(self) -> list[str]:
        return [f"{self.uscc}/{self.on.isoformat()}/{self.category}"]


Item = Deadline | Urged | Served | Paper | Case | Happened


def to_json(items: Iterable[Item]) -> list[dict[str, Any]]:
    return [{"kind": item.kind, **{k: _plain(v) for k, v in asdict(item).items()}} for item in items]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def refs(items: Iterable[Item]) -> list[str]:
    """What the items refer to, without repetition: the same facts share one of these."""
    return list(dict.fromkeys(ref for item in items for ref in item.refs))


# --- from the engine's rows -----------------------------------------------------------------------


def deadline_of(
    row: WorkItem | Timer, what: str, *, owed_by: str = "cluster", case_key: str = ""
) -> Deadline:
    """The deadline of a work item or timer with the count behind it, as it stands now (D6)."""
    assert row.due_on is not None, "a deadline has a day"
    trace = row.due_trace if isinstance(row, WorkItem) else row.trace
    done = row.completed_at if isinstance(row, WorkItem) else None
    return Deadline(
        what, row.due_on, trace, row.provisional, owed_by, case_key, legal_day(done) if done else None
    )


def urges_of(session: Session, item_id: str) -> list[Urged]:
    """Every urge of a work item; a message in the application that was opened proves its own receipt."""
    query = sa.select(Urge).where(Urge.item_id == item_id).order_by(Urge.number)
    return [urged(session, urge) for urge in session.scalars(query)]


def urged(session: Session, urge: Urge) -> Urged:
    """One urge with its proof of receipt, if there is one (A-10)."""
    receipt = urge.receipt
    if not receipt and urge.channel == "system":
        event = InboxMessage.event == f"urge:{urge.number}"
        read = session.scalar(sa.select(sa.func.min(InboxMessage.read_at)).where(event))
        receipt = f"站内消息已于{legal_day(read)}阅读" if read else ""
    channel = URGE_CHANNELS.get(urge.channel, urge.channel)
    return Urged(urge.text or channel, legal_day(urge.at), channel, receipt, urge.number)


def of_case(session: Session, instance: Instance, today: date) -> list[Item]:
    """What a case of the cluster shows: the periods its county or operator let pass, and the urges."""
    query = sa.select(WorkItem).where(WorkItem.instance_id == instance.id, WorkItem.due_on.is_not(None))
    late = [i for i in session.scalars(query.order_by(WorkItem.number)) if _is_late(i, today)]
    found: list[Item] = [Case(instance.business_key, instance.title)]
    for item in late:
        what = f"{instance.title}：{item.name}"
        found.append(deadline_of(item, what, case_key=instance.business_key))
        found += urges_of(session, item.id)
    return found


def _is_late(item: WorkItem, today: date) -> bool:
    owes = (
        roles.ROLES[item.role].level in (roles.COUNTY, roles.OPERATOR) if item.role in roles.ROLES else False
    )
    ended = legal_day(item.completed_at) if item.completed_at else today
    live = item.status in ("open", "completed")
    return owes and live and item.due_on is not None and ended > item.due_on


# --- in words -------------------------------------------------------------------------------------

KINDS = {
    "deadline": "期限",
    "urge": "催报",
    "served": "送达",
    "paper": "文件",
    "case": "办件",
    "incident": "事件",
}


def lines(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The kept items as a list shows them: kind, what it is, its day, by what it is proved."""
    return [{"kind": KINDS[row["kind"]], **_LINES[row["kind"]](row)} for row in rows]


def _line(what: str, on: str | None = None, proof: str = "") -> dict[str, str]:
    return {"what": what, "on": _day(on) if on else "—", "proof": proof or "—"}


def _day(kept: object) -> str:
    """Days are kept as ISO texts and read as people write them."""
    return chinese(date.fromisoformat(str(kept)))


def _deadline_line(row: Mapping[str, Any]) -> dict[str, str]:
    count = row.get("count") or {}
    proof = f"自{_day(count['start'])}起第{count['days']}个工作日，日历已确认" if count else "规定的固定日期"
    late = f"，{_day(row['done_on'])}才补办" if row.get("done_on") else ""
    return _line(row["what"], row["on"], proof + late)


def _paper_line(row: Mapping[str, Any]) -> dict[str, str]:
    known = (row["issued_by"], row["doc_no"], "；".join(str(f.get("name") or "") for f in row["files"]))
    return _line(row["title"], row.get("effective_on"), "，".join(k for k in known if k))


def _incident_line(row: Mapping[str, Any]) -> dict[str, str]:
    member = "在集群企业名单中" if row.get("on_roster") else "不在认定时的企业名单中，须核实"
    return _line(f"{row['name']}（{row['uscc']}）{row['category']}：{row['severity']}", row["on"], member)


_LINES: Mapping[str, Callable[[Mapping[str, Any]], dict[str, str]]] = {
    "deadline": _deadline_line,
    "urge": lambda r: _line(f"{r['channel']}：{r['what']}", r["on"], r["receipt"] or "无送达凭据，不计入"),
    "served": lambda r: _line(r["what"], r["on"], r["receipt"]),
    "paper": _paper_line,
    "case": lambda r: _line(r["what"], None, r["key"]),
    "incident": _incident_line,
}
