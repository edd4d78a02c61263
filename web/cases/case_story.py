"""The story of a case in words: whose turn it is and why, what happened, what may be done here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import applications, batch_choice, correction_rounds, field_words, statuses
from clusters.applications.correction_rounds import Round
from clusters.applications.models import Application
from clusters.batches.models import Batch
from clusters.notices import notices
from clusters.objections import objections
from clusters.people import regions
from clusters.publicity import publicity
from clusters.register.models import Cluster, Notice
from clusters.revocation import proposals
from engine import recalls
from engine.case_view import CaseView
from engine.desk import URGE_CHANNELS
from engine.directory import Person
from engine.errors import NotFound
from engine.forms import Form
from engine.models import AuditEntry, WorkItem
from web.batches import batch_turn
from web.batches.batch_turn import Turn
from web.cases.changed_items import ChangedItem, CorrectionLine, changed_items, correction_line
from web.cases.outcomes import outcome
from web.dates import NOTICEABLE, cn_date, late_words
from web.services import services
from web.tasks.task_side import names as people_names

ACTIONS = {
    "instance.started": "开始办理",
    "item.claimed": "签收",
    "item.released": "退回公共待办",
    "item.transferred": "转办",
    "item.completed": "办结",
    "item.opinion": "签署意见",
    "item.opinion_asked": "请人会签",
    "item.urged": "催办",
    "item.recalled": "撤回",
    "batch.chosen": "选定批次",
    "objection.viewed": "查看提出人信息",
    "objection.letter_printed": "打印答复函",
    "objection.supplemented": "收到补充材料",
    "timer.fired": "期限届至",
    "start.fired": "自动发起",
    "deadline.moved": "期限变更",
    "job.fired": "系统办理",
    "message.delivered": "收到通知",
    "instance.migrated": "转入流程新版",
    "instance.ended": "办结",
    "incident.opened": "出现异常",
    "incident.resolved": "异常已处理",
}
TIMED = frozenset({"timer.fired", "start.fired"})
APPLICANTS = frozenset({"county_clerk", "county_leader"})
MESSAGES = {
    "recommended": "市州推荐结果",
    "not_recommended": "市州推荐结果",
    "designated": "认定决定",
    "not_selected": "省级名单",
    "removed_from_list": "异议处理结果",
    "withdraw": "申报单位撤回",
    "objection_closed": "异议处理完毕",
    "evidence_received": "提出人补充了材料",
    "now_in_time": "公示顺延，改按异议办理",
    "review_signed": "市州初审完成",
    "report_received": "年报已收齐",
    "figures_fixed": "考核评定，数据定案",
    "propose_revocation": "撤销提案",
    "withdraw_proposal": "提出人撤回",
    "title_lost": "集群已失去称号",
    "reexam_batch_opened": "省级开放复核批次",
    "withdraw_consent": "撤回宣传同意",
    "notice_cancelled": "撤销公示",
}
# What may come at any time: the case does not wait for it.
AT_ANY_TIME = frozenset(
    {
        "withdraw",
        "withdraw_proposal",
        "title_lost",
        "evidence_received",
        "now_in_time",
        "withdraw_consent",
        "notice_cancelled",
    }
)


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    at: datetime
    who: str
    what: str
    opinion: str
    element: str | None
    href: str | None
    done: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(), "who": self.who, "what": self.what,
            "element": self.element, "done": self.done,
        }  # fmt: skip


@dataclass(frozen=True)
class Story:
    """`turn` says 现在该谁办、办什么、到哪天; `waits` why the case waits when it is nobody's turn."""

    events: Sequence[Event]
    waits: Sequence[str]
    anchors: Mapping[str, str]
    application: Application | None
    notice: Notice | None  # on which the application stands
    held_back: bool  # by an objection to it
    status: str | None
    region: str
    rounds: Sequence[tuple[Round, Sequence[ChangedItem]]]
    corrections: Sequence[CorrectionLine]
    may_withdraw: bool
    may_answer: bool
    recallable: str | None
    records: Sequence[tuple[WorkItem, Sequence[WorkItem]]]  # of each step the latest, and those before it
    batches: Sequence[Batch]  # those that a prefilled application may be put into
    names: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Turn | None = None  # where that is being done which the case waits for
    batch: Batch | None = None
    cluster: Cluster | None = None  # what an application has led to
    listening: frozenset[str] = frozenset()  # steps that may come at any time and that nobody waits for

    @property
    def ended_adversely(self) -> bool:
        """An application that has not led to what was applied for."""
        if self.application is None:
            return False
        status = statuses.STATUSES[self.application.status]
        return status.ended and not status.granted


def story_of(session: Session, case: CaseView, somebody: Person, today: date) -> Story:
    known = people_names(session, _people_of(case))
    application = _application(session, case)
    notice = notices.of_case(session, application.case_no) if application else None

    def forms(name: str) -> Form:
        return services().engine.form(session, case.instance.bundle_id, name)

    return Story(
        events=[_event(entry, case, known, forms) for entry in case.timeline if entry.action in ACTIONS],
        waits=_waits(case),
        anchors={i.element: f"#{i.id}" for i in case.closed_items if i.status == "completed"},
        application=application,
        notice=notice,
        held_back=notice is not None and _is_held_back(session, notice, application),
        status=_stage(application, case) if application else _status(session, case),
        region=regions.full_name(case.instance.scope),
        rounds=_rounds(session, application) if application else [],
        corrections=_corrections(session, application) if application else [],
        may_withdraw=_may_withdraw(session, application, somebody),
        may_answer=application is not None and is_applicant(application.county_code, somebody),
        recallable=recalls.offered(session, case.instance, somebody.id),
        records=_records(case),
        batches=_batches(session, application, somebody, today),
        names=known,
        elsewhere=_elsewhere(session, case, application, today),
        batch=_batch(session, case, application),
        cluster=_cluster(session, application),
        listening=frozenset(s.node.id for s in case.outline if s.node.message in AT_ANY_TIME),
    )


def _records(case: CaseView) -> list[tuple[WorkItem, Sequence[WorkItem]]]:
    """What was filed, by step in the order of the latest: a case may come back many times."""
    filed: dict[str, list[WorkItem]] = {}
    for item in case.closed_items:
        if item.status == "completed" and item.id in case.submissions:
            filed[item.element] = [item, *filed.pop(item.element, [])]
    return [(latest, earlier) for latest, *earlier in filed.values()]


def _elsewhere(session: Session, case: CaseView, application: Application | None, today: date) -> Turn | None:
    if application is None or case.instance.process_key != "designation" or case.open_items:
        return None
    return batch_turn.of_case(services().engine, session, application, case.messages, today)


def _batch(session: Session, case: CaseView, application: Application | None) -> Batch | None:
    """The batch that a case belongs to, or that it is."""
    key = application.batch_key if application else case.instance.business_key.partition("/")[0]
    found = session.get(Batch, key) if key else None
    return found if found is not None and found.kind == "application" else None


def _cluster(session: Session, application: Application | None) -> Cluster | None:
    if application is None or application.status != "designated":
        return None
    return session.scalars(sa.select(Cluster).where(Cluster.case_no == application.case_no)).first()


def _people_of(case: CaseView) -> list[str | None]:
    found: list[str | None] = [e.actor for e in case.timeline]
    found += [i.completed_by for i in case.closed_items]
    found += [o.person_id for rows in case.opinions.values() for o in rows]
    return found + [i.item.assignee for i in case.open_items]


def _application(session: Session, case: CaseView) -> Application | None:
    if case.instance.process_key not in ("designation", "reexamination"):
        return None
    try:
        return applications.by_instance(session, case.instance.id)
    except NotFound:
        return None


def _stage(application: Application, case: CaseView) -> str:
    """填报中 ends for the clerk when the application lies with the county's leader."""
    is_with_leader = {o.item.element for o in case.open_items} & {
        "approve_application",
        "approve_reexamination",
    }
    if application.status == "drafting" and is_with_leader:
        return "县级审核中"
    return statuses.label(application.status, application.kind)


def _is_held_back(session: Session, notice: Notice, application: Application | None) -> bool:
    return application is not None and application.case_no in objections.held_back(session, notice.no)


def _status(session: Session, case: CaseView) -> str | None:
    key, number = case.instance.process_key, case.instance.business_key
    if key == proposals.PROCESS:
        return proposals.STATUSES[proposals.of_key(session, number).status]
    return publicity.STATUSES[publicity.get(session, number).status] if key == publicity.PROCESS else None


Forms = Callable[[str], Form]


def _event(entry: AuditEntry, case: CaseView, known: Mapping[str, str], forms: Forms) -> Event:
    what, facts = ACTIONS[entry.action], entry.facts
    item = next((i for i in case.closed_items if i.id == entry.subject), None)
    if facts.get("name") in MESSAGES:
        what = f"{what}：{MESSAGES[facts['name']]}"
    elif item is not None:
        decided = _decided(case, item, forms) if entry.action == "item.completed" else ""
        what = f"{item.name}：{decided or what}"
    elif named := _element_name(entry, case):
        what = f"{what}：{named}"
    if entry.action in TIMED and int(facts.get("late_seconds") or 0) >= NOTICEABLE:
        what = f"{what}（因系统原因晚 {late_words(facts['late_seconds'])}，不影响当事人）"
    submission = case.submissions.get(item.id) if item is not None else None
    opinion = str(
        facts.get("text") or facts.get("reason") or _opinion_of(submission.data if submission else {})
    )
    if facts.get("receipt"):
        opinion = f"{opinion}（{URGE_CHANNELS[facts['channel']]}，{facts['receipt']}）"
    who = known.get(entry.actor or "", "系统")
    if facts.get("stands_in_for"):
        who = f"{who}代理{facts['stands_in_for']}"
    href = None if submission is None else f"/cases/{case.instance.id}/records/{submission.id}"
    return Event(entry.at, who, what, opinion, entry.element, href, entry.action == "item.completed")


def _element_name(entry: AuditEntry, case: CaseView) -> str | None:
    """Which date arrived, and with what result a case ended, as the diagram names it."""
    element = entry.facts.get("outcome") if entry.action == "instance.ended" else entry.element
    return next((step.node.name for step in case.outline if step.node.id == element), None)


def _decided(case: CaseView, item: WorkItem, forms: Forms) -> str:
    """退回补正 rather than 办结, where the form decided something."""
    submission = case.submissions.get(item.id)
    return outcome(forms(submission.form), submission.data) if submission else ""


def _opinion_of(data: Mapping[str, Any]) -> str:
    return str(data.get("opinion") or "")


def _waits(case: CaseView) -> list[str]:
    """Why nobody's turn it is: timers and messages in words."""
    due = [t for t in case.timers if t.status == "waiting" and t.due_on]
    found = [
        f"等待“{t.name or '期限'}”（{cn_date(t.due_on, True)}{'，暂定' if t.provisional else ''}）"
        for t in due
    ]
    names = [MESSAGES.get(m, m) for m in case.messages if m not in AT_ANY_TIME]
    if publicity.WITHDRAW in case.messages and not case.open_items:
        found.append("已经发布；集群和涉及企业随时可以撤回同意，撤回或者到期后转下架")
    return found + [f"等待：{n}" for n in dict.fromkeys(names)]


def _rounds(session: Session, application: Application) -> list[tuple[Round, list[ChangedItem]]]:
    form = field_words.filled_form(session, application.instance_id or "")
    return [(r, changed_items(form, r.changes)) for r in correction_rounds.rounds(session, application)]


def _corrections(session: Session, application: Application) -> list[CorrectionLine]:
    submission = applications.latest_content(session, application)
    if submission is None:
        return []
    form = field_words.filled_form(session, submission.instance_id)
    made = applications.corrections_of(session, submission.id)
    return [correction_line(form, submission.data, row) for row in made]


def is_applicant(county_code: str, somebody: Person) -> bool:
    """Whether somebody works for the applicant today; having done so once is not enough."""
    return county_code in {s.scope for s in somebody.seats if s.role in APPLICANTS}


def _may_withdraw(session: Session, application: Application | None, somebody: Person) -> bool:
    if application is None or not is_applicant(application.county_code, somebody):
        return False
    return not applications.withdrawal_problems(session, application.case_no)


def _batches(session: Session, application: Application | None, somebody: Person, today: date) -> list[Batch]:
    if application is None or not is_applicant(application.county_code, somebody):
        return []
    return batch_choice.batches_to_choose(session, application, today)
