"""复核结论: people pass, fail or close a re-examination; the register follows (F14, art. 16, 19).

A further term begins where the old one ends, whatever the day of the decision, and its plan becomes
the baseline. A failed one is proposed for revocation, which is a procedure of its own.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import applications, reviews
from clusters.applications.models import Application
from clusters.batches import rules
from clusters.filed import Filed
from clusters.reexamination import plan_completion, reexamination_notice, reexamination_steps
from clusters.reexamination.models import Reexamination
from clusters.register import baselines, register, register_status
from clusters.register.models import Cluster
from clusters.register.validity import ValidityPolicy, renewal
from clusters.revocation import proposals
from clusters.revocation.evidence import Case, Item, Paper
from clusters.revocation.models import RevocationProposal
from engine.calendar import Calendar
from engine.due_dates import chinese
from engine.errors import Problem, Refused

ARTICLE = "第十六条"
CONCLUSIONS = {
    "pass": "复核通过，延续有效期",
    "fail": "复核未通过",
    "withdrawn": "书面放弃续期，退出名录",
}
ENDS = {"pass": "reexam_passed", "fail": "reexam_failed", "withdrawn": "withdrawn"}


def conclude(
    session: Session, row: Reexamination, application: Application, cluster: Cluster, form: Filed,
    calendar: Calendar, now: datetime, today: date,
) -> str:  # fmt: skip
    """The leader's decision takes effect; Refused with everything against it. Returns the conclusion."""
    insiders = reviews.APPLICANT_TASKS | reviews.CITY_TASKS
    reviews.require_outsider(session, form, insiders, "作出复核决定")
    conclusion = form.text("conclusion")
    found = _form_problems(session, row, form, conclusion, today)
    found += reexamination_notice.problems(session, row, form, calendar, today)
    if conclusion == "pass":
        found += _pass_problems(session, row, application, cluster, form)
    if found:
        raise Refused(found)
    row.conclusion, row.reasons = conclusion, form.text("reasons")
    row.decision_no, row.decision_date = form.text("decision_no"), form.day("decision_date")
    row.decided_by, row.decided_at = form.by, now
    row.instance_id, row.task_id, row.submission_id = form.instance_id, form.task_id, form.submission_id
    application.status, application.outcome_reason = ENDS[conclusion], row.reasons
    reexamination_notice.record_result(session, row)
    if conclusion == "pass":
        _renew(session, row, application, cluster, form, now)
    elif conclusion == "withdrawn":
        register_status.move(
            session, cluster, "exited", on=_decided(row), at=now, why=CONCLUSIONS[conclusion],
            doc_no=row.decision_no, act=form,
        )  # fmt: skip
    session.flush()
    return conclusion


def _form_problems(
    session: Session, row: Reexamination, form: Filed, conclusion: str, today: date
) -> list[Problem]:
    found, number, decided = [], form.text("decision_no"), form.day("decision_date")
    if conclusion not in CONCLUSIONS:
        found.append(Problem("请选择复核结论。", "conclusion", ARTICLE))
    if row.conclusion is not None:
        found.append(Problem(f"本届复核已有结论（{row.decision_no}），不再复核。", "conclusion", ARTICLE))
    if conclusion != "pass" and not form.text("reasons"):
        found.append(Problem("请写明理由。", "reasons", ARTICLE))
    if not number:
        found.append(Problem("请填写决定文号。", "decision_no", ARTICLE))
    elif session.scalar(sa.select(Reexamination.case_no).where(Reexamination.decision_no == number)):
        found.append(Problem(f"决定文号“{number}”已经用过。", "decision_no", ARTICLE))
    if not form.data.get("decision_file"):
        found.append(Problem("请上传决定文件。", "decision_file", ARTICLE))
    if decided is None or decided > today:
        found.append(Problem("决定日期不能为空，也不能晚于今天。", "decision_date", ARTICLE))
    if conclusion == "withdrawn" and not form.data.get("withdrawal_file"):
        found.append(Problem("请上传集群书面放弃续期的文件。", "withdrawal_file", ARTICLE))
    return found


def _pass_problems(
    session: Session, row: Reexamination, application: Application, cluster: Cluster, form: Filed
) -> list[Problem]:
    if row.term_no != cluster.term_no:
        return [Problem(f"第{row.term_no}届已经延续，不能再次延续。", "conclusion", ARTICLE)]
    if cluster.status == "revocation_proposed":
        message = "本集群已告知拟撤销，须先办结撤销程序，才能决定延续。"
        return [Problem(message, "conclusion", "第十九条")]
    data, _ = applications.effective_application(session, str(application.instance_id))
    targets = reexamination_steps.frozen_targets(cluster)
    found = plan_completion.problems(targets, data.get("plan_completion") or [])
    review = reviews.latest(session, application.case_no, "province")
    if (review is None or not review.favourable) and not form.text("reasons"):
        found.append(Problem("省级审查没有建议通过，决定通过的须写明理由。", "reasons", ARTICLE))
    return found


def _decided(row: Reexamination) -> date:
    assert row.decision_date is not None  # checked with the form
    return row.decision_date


def _renew(
    session: Session, row: Reexamination, application: Application, cluster: Cluster, form: Filed,
    now: datetime,
) -> None:  # fmt: skip
    """延长三年: from the day after the old term; the plan filed for it is what is measured next time."""
    policy = cluster.validity_policy
    version = application.rule_version or cluster.rule_version
    years = rules.standard(session, version).terms["validity"]
    # A printed term has no rule by which it goes on but the calendar: the same day of the year.
    term = renewal(row.valid_to, years, policy or ValidityPolicy.CIVIL_CODE)
    data, _ = applications.effective_application(session, str(application.instance_id))
    row.new_valid_from, row.new_valid_to = term.valid_from, term.valid_to
    plan = {name: data.get(name) for name in register.BASELINE["plan"]}
    baselines.renew(session, cluster, plan, term.valid_from, form, now)
    cluster.valid_from, cluster.valid_to = term.valid_from, term.valid_to
    cluster.term_no, cluster.rule_version = row.term_no + 1, version
    why = f"复核通过，有效期延续为{chinese(term.valid_from)}至{chinese(term.valid_to)}"
    if cluster.status in ("valid", "renewed"):  # decided before its status had followed the batch
        register_status.move(
            session, cluster, "reexam_open", on=_decided(row), at=now, why="复核开始", act=None
        )
    register_status.move(
        session, cluster, "renewed", on=_decided(row), at=now, why=why, doc_no=row.decision_no or "", act=form
    )


def propose_failed(
    session: Session, row: Reexamination, cluster: Cluster, form: Filed, today: date, now: datetime
) -> RevocationProposal | list[Problem]:
    """第十九条（一）: a failed re-examination is proposed for revocation, which others decide."""
    papers = Paper(
        "复核决定",
        form.data.get("decision_file") or [],
        str(row.decision_no),
        "省级工信部门",
        row.decision_date,
    )
    items: list[Item] = [Case(row.case_no, "复核未通过"), papers]
    facts = f"经复核未通过（{row.decision_no}，{chinese(_decided(row))}）：{row.reasons}"
    try:
        return proposals.propose(
            session, cluster, "19-1b", facts=facts, evidence=items, by=None, on=today, at=now,
            source=form, origin="reexam",
        )  # fmt: skip
    except Refused as refused:
        return refused.problems
