"""The timeline of a case in words: who did what, when and with which opinion, and what is waited for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clusters.publicity import publicity
from engine.case_view import CaseView
from engine.desk import URGE_CHANNELS
from engine.forms import Form
from engine.models import AuditEntry, WorkItem
from web.cases.outcomes import outcome
from web.dates import NOTICEABLE, cn_date, late_words

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


Forms = Callable[[str], Form]


def timeline(case: CaseView, known: Mapping[str, str], forms: Forms) -> list[Event]:
    """In the order in which it happened; `known` names people, `forms` gives a form by its name."""
    return [_event(entry, case, known, forms) for entry in case.timeline if entry.action in ACTIONS]


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


def waits(case: CaseView) -> list[str]:
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
