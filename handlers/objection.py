"""Topics of processes/objection.bpmn (第十五条, F08): what each person filed takes effect in `clusters`.

Nobody is told who objected: titles and messages name the cluster and the number alone.
"""

from collections.abc import Mapping
from typing import Any

from clusters.applications import applications
from clusters.batches import batches
from clusters.filed import Filed
from clusters.notices import notices
from clusters.notices.notice_kinds import KINDS
from clusters.objections import objection_admissibility, objection_finding, objection_steps, objections
from clusters.register.models import Objection
from clusters.revocation import proposals
from engine.contract import Context
from handlers.topics import catalogue, filed
from handlers.words import tell_both

Result = Mapping[str, Any] | None


def _locked(context: Context) -> Objection:
    return objection_steps.locked(context.session, context.business_key)


@catalogue.handler("objection.take_in", label="登记异议", outputs={"is_lead": "是否线索"})
def take_in(context: Context) -> Result:
    """The version of the rule that binds the batch binds the objection; late or unnamed: a lead."""
    row = _locked(context)
    row.instance_id = context.instance_id
    notice = notices.get(context.session, row.notice_no)
    context.bind_rule(batches.get(context.session, notice.batch_key).rule_version)
    context.rename(_title(context, row))
    return {"is_lead": row.is_lead}


def _title(context: Context, row: Objection) -> str:
    what = "线索" if row.is_lead else "异议"
    return f"对“{objections.listed_item(context.session, row).cluster_name}”的{what}"


@catalogue.handler(
    "objection.judge",
    label="登记审查意见",
    outputs={
        "admissibility": "受理意见",
        "supplement_from": "通知补充的日期",
        "supplement_days": "补充期限（工作日）",
        "accepted_on": "受理日期",
    },
    recallable=True,
)
def judge(context: Context) -> Result:
    row, form = _locked(context), filed(context, "judge_admissibility")
    judged = objection_admissibility.judge(context.session, row, form, context.today)
    context.rename(_title(context, row))
    asked = judged == "supplement"
    return {
        "admissibility": judged,
        "supplement_from": context.today if asked else None,
        "supplement_days": form.data["supplement_days"] if asked else 0,
        "accepted_on": context.today if judged == "accepted" else None,
    }


@catalogue.handler("objection.supplement", label="登记补充材料", recallable=True)
def supplement(context: Context) -> Result:
    row, form = _locked(context), filed(context, "supplement")
    objection_admissibility.supplement(context.session, row, form, context.today)
    return None


@catalogue.handler("objection.record_finding", label="核对调查结论", recallable=True)
def record_finding(context: Context) -> Result:
    """Finding and effect agree; the investigator had no hand in the reviews of the case."""
    form = filed(context, "investigate")
    objection_finding.record_finding(context.session, _locked(context), form, context.today)
    return None


@catalogue.handler("objection.sign", label="登记签批", outputs={"sign_decision": "签批结果"})
def sign(context: Context) -> Result:
    row, form = _locked(context), filed(context, "sign_finding")
    finding = _finding(context, form) if row.finding else None
    signed = objection_steps.sign(context.session, row, form, finding, context.now)
    if signed.corrections:
        application = applications.get(context.session, row.case_no)
        listed = "；".join(f"{c.field}由{c.old}改为{c.new}（{c.reason}）" for c in signed.corrections)
        tell_both(
            context, application, f"申报数据有更正：{application.cluster_name}", f"核查后更正：{listed}"
        )
    if signed.way == "agree" and row.effect == "revocation_lead" and finding is not None:
        made, begin = objection_steps.propose_revocation(context.session, row, finding, context, context.now)
        context.send(proposals.MESSAGE, made.no, begin)
    return {"sign_decision": signed.way}


def _finding(context: Context, signature: Filed) -> Filed:
    """The investigator's form, taking effect in the step that records the signature."""
    found = filed(context, "investigate")
    return Filed(found.data, found.instance_id, signature.task_id, found.submission_id, found.by)


@catalogue.handler("objection.close", label="办结异议", outputs={"kept_as_lead": "是否转为线索"})
def close(context: Context) -> Result:
    """Replied to: the cluster is free again, and the decision that waits for it is woken."""
    row, form = _locked(context), filed(context, "reply")
    objection_steps.reply(row, form, context.now)
    kept = objection_steps.close(row, form.by, context.now)
    context.session.flush()
    waiting = objection_steps.waiting(context.session, row, context.now)
    if waiting is not None:
        context.send("objection_closed", waiting)
    _tell_outcome(context, row)
    return {"kept_as_lead": kept}


def _tell_outcome(context: Context, row: Objection) -> None:
    """Whoever applied learns that nothing stands against the cluster; a removal is told by the decision."""
    if row.is_lead or row.effect not in (None, "keep", "correct_data"):
        return
    application = applications.get(context.session, row.case_no)
    notice = notices.get(context.session, row.notice_no)
    tell_both(
        context,
        application,
        f"公示异议已办结：{application.cluster_name}",
        f"不影响本集群的{KINDS[notice.kind].deciding}。",
    )


@catalogue.handler(
    "objection.dispose_lead",
    label="登记线索处置",
    outputs={"lead_outcome": "处置", "accepted_on": "开始核查日期"},
)
def dispose_lead(context: Context) -> Result:
    """A lead never acts by itself: a person files it, passes it on or has it investigated (D11)."""
    outcome = objection_steps.dispose_lead(_locked(context), filed(context, "handle_lead"), context.now)
    return {"lead_outcome": outcome, "accepted_on": context.today if outcome == "investigate" else None}
