"""What happened in a stretch of the sandbox's time, by whom, on which day, under which article. Reads only.

Everything is read from the records that real work leaves, so that a visitor's own acts stand in it too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.people.models import Person
from clusters.register import register
from clusters.register.models_history import ClusterEvent
from clusters.revocation import grounds
from clusters.revocation.models import RevocationProposal
from engine.clock import at_start_of, legal_day
from engine.desk import URGE_CHANNELS
from engine.engine import Engine
from engine.forms import Form
from engine.models import AuditEntry, Instance, Submission, Urge, WorkItem
from engine.periods import days_after

PLAYED = "sandbox.played"
SYSTEM = "系统"
# Steps that turn a case; the others are listed below them.
KEY_STEPS = frozenset(
    {"decide_designation", "publish_notice", "recommend", "approve_report",
     "assess_cluster", "record_award", "file_change", "approve_change", "file_change_record",
     "serve_notice", "receive_statement", "decide_revocation", "publish_revocation",
     "open_reexam_batch", "approve_reexamination", "publish_reexam_notice", "decide_reexamination",
     "consent_on_paper", "operator_consent", "publish_case", "publish_case_province", "take_down",
     "take_down_province", "reply"}
)  # fmt: skip
BEGUN = {
    "annual_monitoring": "年度报告自动发起",
    "annual_assessment": "年度考核自动发起",
    "reexamination": "有效期将满，提示准备复核",
}
ARTICLES = {"annual_monitoring": "第十八条", "annual_assessment": "第十六条", "reexamination": "第十六条"}
TAKEN_BACK = {"withdraw": ("撤回申报", "第十二条"), "withdraw_consent": ("撤回宣传同意", "第十一条")}
# What was chosen, where a step chooses: the first of these that its form has.
CHOICES = ("outcome", "conclusion", "grade", "finding", "consent_status", "publish_decision", "decision")


@dataclass(frozen=True)
class Line:
    """Acts of one kind on one day. `by_visitor`: somebody acted, and not the demonstration."""

    on: date
    who: Sequence[str]
    what: str
    article: str
    links: Sequence[tuple[str, str]]
    is_key: bool
    by_visitor: bool = False


def between(session: Session, engine: Engine, first: date, last: date) -> list[Line]:
    """Both days included; what is alike on one day is one line."""
    since, until = at_start_of(first), at_start_of(days_after(last, 1))
    found = [
        *_steps(session, engine, since, until),
        *_starts(session, since, until),
        *_urges(session, since, until),
        *_taken_back(session, since, until),
        *_proposals(session, first, last),
        *_register(session, first, last),
    ]
    return _gathered(sorted(found, key=lambda line: line.on))


def _gathered(lines: Sequence[Line]) -> list[Line]:
    kept: dict[tuple[date, str, bool], Line] = {}
    for line in lines:
        key = (line.on, line.what, line.by_visitor)
        known = kept.get(key)
        if known is None:
            kept[key] = line
            continue
        kept[key] = Line(
            line.on, list(dict.fromkeys((*known.who, *line.who))), line.what, line.article,
            list(dict.fromkeys((*known.links, *line.links))), line.is_key, line.by_visitor,
        )  # fmt: skip
    return list(kept.values())


# --- where it is kept -----------------------------------------------------------------------------


def _steps(session: Session, engine: Engine, since: datetime, until: datetime) -> Iterator[Line]:
    """Completed tasks, with what was chosen in them."""
    query = (
        sa.select(WorkItem, Instance, Person.name, Submission.data)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .join(Submission, Submission.item_id == WorkItem.id)
        .outerjoin(Person, Person.id == WorkItem.completed_by)
        .where(WorkItem.status == "completed", WorkItem.completed_at >= since, WorkItem.completed_at < until)
    )
    played = _played(session, since, until)
    for item, case, name, data in session.execute(query.order_by(WorkItem.completed_at, WorkItem.number)):
        node = engine.parts.bundles.get(case.bundle_id).models[case.process_key].nodes.get(item.element)
        chosen = _choice(engine.form(session, case.bundle_id, item.form), data)
        yield Line(
            legal_day(item.completed_at), [name or SYSTEM], f"{item.name}{chosen}",
            (node.article if node else "") or "", [_case(case)], item.element in KEY_STEPS,
            item.id not in played,
        )  # fmt: skip


def _choice(form: Form, data: Mapping[str, Any]) -> str:
    for field in form.fields:
        if field.key in CHOICES and data.get(field.key) not in (None, ""):
            return f"：{field.option_label(data[field.key])}"
    return ""


def _played(session: Session, since: datetime, until: datetime) -> set[str | None]:
    query = sa.select(AuditEntry.subject).where(
        AuditEntry.action == PLAYED, AuditEntry.at >= since, AuditEntry.at < until
    )
    return set(session.scalars(query))


def _starts(session: Session, since: datetime, until: datetime) -> Iterator[Line]:
    """What began by itself because its day had come (D4)."""
    query = (
        sa.select(Instance, AuditEntry.at)
        .join(AuditEntry, AuditEntry.instance_id == Instance.id)
        .where(AuditEntry.action == "start.fired", AuditEntry.at >= since, AuditEntry.at < until)
    )
    for case, at in session.execute(query.order_by(AuditEntry.id)):
        what = BEGUN.get(case.process_key, "到期自动发起")
        is_key = case.process_key != "annual_assessment"
        yield Line(legal_day(at), [SYSTEM], what, ARTICLES.get(case.process_key, ""), [_case(case)], is_key)


def _urges(session: Session, since: datetime, until: datetime) -> Iterator[Line]:
    query = (
        sa.select(Urge, WorkItem, Instance, Person.name)
        .join(WorkItem, WorkItem.id == Urge.item_id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .join(Person, Person.id == Urge.by)
        .where(Urge.at >= since, Urge.at < until)
    )
    for urge, item, case, name in session.execute(query.order_by(Urge.number)):
        what = f"{URGE_CHANNELS[urge.channel]}：{item.name}"
        yield Line(legal_day(urge.at), [name], what, "第十九条", [_case(case)], True)


def _taken_back(session: Session, since: datetime, until: datetime) -> Iterator[Line]:
    """What a person said to a case that waits: an application or a consent is withdrawn."""
    query = (
        sa.select(AuditEntry, Instance, Person.name)
        .join(Instance, Instance.id == AuditEntry.instance_id)
        .join(Person, Person.id == AuditEntry.actor)
        .where(AuditEntry.action == "message.delivered", AuditEntry.at >= since, AuditEntry.at < until)
    )
    for entry, case, name in session.execute(query.order_by(AuditEntry.id)):
        what, article = TAKEN_BACK.get(str(entry.facts.get("name")), ("", ""))
        if what:
            yield Line(legal_day(entry.at), [name], what, article, [_case(case)], True)


def _proposals(session: Session, first: date, last: date) -> Iterator[Line]:
    """Proposed by a timer: no person acts, and nothing is decided by it (D11)."""
    query = sa.select(RevocationProposal).where(
        RevocationProposal.proposed_on.between(first, last), RevocationProposal.proposed_by.is_(None)
    )
    for row in session.scalars(query):
        case = session.scalars(sa.select(Instance).where(Instance.business_key == row.no)).first()
        links = [_case(case)] if case else []
        what = f"提出撤销建议（待人决定）：{grounds.GROUNDS[row.ground]}"
        yield Line(row.proposed_on, [SYSTEM], what, grounds.ARTICLE, links, True)


def _register(session: Session, first: date, last: date) -> Iterator[Line]:
    """Entries of the register's history; public, so without names."""
    query = sa.select(ClusterEvent).where(ClusterEvent.on.between(first, last)).order_by(ClusterEvent.id)
    for event in session.scalars(query):
        cluster = register.get(session, event.cluster_no)
        link = (cluster.name, f"/register/{event.cluster_no}")
        yield Line(event.on, ["名录"], event.text, _article(event), [link], True)


def _article(event: ClusterEvent) -> str:
    if event.kind == "designated":
        return "第十五条"
    if event.kind == "change_filed":
        return "第十七条"
    states = {event.status_from, event.status_to}
    return "第十九条" if states & {"revocation_proposed", "revoked"} else "第十六条"


def _case(case: Instance) -> tuple[str, str]:
    return case.title, f"/cases/{case.id}"
