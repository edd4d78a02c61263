"""Topics of processes/designation.bpmn: each takes what was filed to `clusters` and tells people.

A refusal rolls back the act of the person who filed. Rules are in `clusters`, words in `handlers.words`.
"""

from collections.abc import Mapping
from typing import Any

from clusters import (
    acceptance,
    application_content,
    applications,
    assessment,
    batches,
    correction_rounds,
    onsite,
    recommendations,
    regions,
    review_steps,
    reviews,
    selections,
)
from clusters import designation as decisions
from clusters.verdicts import Result as CriterionResult
from engine.contract import Context
from engine.errors import Problem, Refused
from engine.submissions import content_hash
from handlers.topics import case_of, catalogue, filed
from handlers.words import (
    named,
    tell_batch_opened,
    tell_both,
    tell_city,
    tell_corrections,
    tell_county,
    tell_defects,
    tell_province,
)

Result = Mapping[str, Any] | None

# --- the county ---------------------------------------------------------------------------------


@catalogue.handler(
    "designation.set_fill_due", label="核定填报期限", outputs={"fill_due": "填报期限"}, pure=True
)
def set_fill_due(context: Context) -> Result:
    """第十三条: read anew each time, because a batch may have been chosen or extended meanwhile."""
    return {"fill_due": correction_rounds.filling_due(context.session, case_of(context))}


@catalogue.handler("designation.check_complete", label="核对材料齐全", outputs={"fill_due": "填报期限"})
def check_complete(context: Context) -> Result:
    """第十三条: what is missing is named at once; failing criteria do not stop anybody here."""
    application, form = case_of(context), filed(context, "fill_application")
    correction_rounds.record_answers(context.session, application, form, context.now)
    found = application_content.content_problems(context.session, application, form.data)
    found += _impossible_figures(context)
    if found:
        raise Refused(found)
    applications.record_content(application, form.submission_id, form.data, content_hash(form.data))
    context.rename(f"{application.cluster_name}认定申报")
    return {"fill_due": correction_rounds.filling_due(context.session, application)}


def _impossible_figures(context: Context) -> list[Problem]:
    try:
        assessment.figures_of(context.session, context.instance_id, context.today)
    except Refused as refusal:
        return refusal.problems
    return []


@catalogue.handler(
    "designation.submit",
    label="报送市级",
    outputs={"batch_key": "批次编号", "recommendation_key": "市州推荐编号", "fill_due": "清空的补正期限"},
)
def submit(context: Context) -> Result:
    """第十三条: sealed, in an open batch; a failing hard criterion has to be confirmed knowingly."""
    application, form = case_of(context), filed(context, "approve_application")
    filling = filed(context, "fill_application")
    reviews.require_outsider(context.session, form, {"fill_application": "填报过申报书"}, "审核上报")
    confirmed = form.data.get("confirm_failing") or filling.data.get("submit_despite_failing")
    verdicts = assessment.assess(context.session, context.instance_id, context.today)
    if verdicts.blocking and not confirmed:
        raise Refused(_to_confirm(result) for result in verdicts.blocking)
    scans = form.data.get("seal_scan") or []
    batch = applications.submit(context.session, application, scans, context.today, context.now)
    late = f"本件晚于批次的县级申报截止日{batch.county_due}。" if application.late else ""
    tell_city(context, application, f"收到申报：{named(application)}", f"请办理受理审查。{late}")
    if application.late:
        tell_county(context, application, f"申报已迟报：{named(application)}", late)
    if regions.region(application.county_code).direct_applicant:
        # Applicant and reviewer stand in one region (D-14): the province keeps an eye on it.
        tell_province(context, f"直报单位申报：{named(application)}", "申报单位与受理单位同级，请关注回避。")
    key = f"{batch.key}/{application.city_code}"
    return {"batch_key": batch.key, "recommendation_key": key, "fill_due": None}


def _to_confirm(result: CriterionResult) -> Problem:
    message = f"{result.id}“{result.label}”：{result.explanation}仍要提交的，请勾选确认。"
    return Problem(message, "confirm_failing", result.article)


@catalogue.handler("designation.withdraw", label="登记撤回")
def withdraw(context: Context) -> Result:
    """第十二条: at any time before the notice, without anybody's consent (A-11)."""
    application = case_of(context)
    reached_province = application.status in ("recommended", "qualified", "unqualified", "selected")
    applications.withdraw(context.session, application.case_no)
    recommendations.undo(context.session, application.case_no)
    title, text = f"申报已撤回：{named(application)}", "申报单位撤回了申报，本件不再办理。"
    if application.submitted_at is not None:
        tell_city(context, application, title, text)
    if reached_province:
        tell_province(context, title, text)
    return None


# --- the city -----------------------------------------------------------------------------------


@catalogue.handler(
    "designation.return_for_correction", label="一次性告知补正", outputs={"fill_due": "补正期限"}
)
def return_for_correction(context: Context) -> Result:
    """第十四条: all defects at once, a due date in working days."""
    application, form = case_of(context), filed(context, "accept_application")
    region = acceptance.calendar_region(application)
    due = context.calendar.due(context.today, context.terms["correction"], region)
    items = acceptance.return_for_correction(context.session, application, form, due)
    tell_defects(context, application, items, due)
    return {"fill_due": due.due}


@catalogue.handler("designation.refuse", label="告知不予受理")
def refuse(context: Context) -> Result:
    application = case_of(context)
    reason = acceptance.refuse(context.session, application, filed(context, "accept_application"))
    tell_county(context, application, f"不予受理：{named(application)}", f"理由：{reason}")
    return None


@catalogue.handler("designation.accept", label="登记受理")
def accept(context: Context) -> Result:
    """第十四条: from here on the version of the rule in force today binds the case."""
    application, form = case_of(context), filed(context, "accept_application")
    rule = acceptance.accept(context.session, application, form, context.today, context.now)
    context.bind_rule(rule)
    tell_county(context, application, f"已受理：{named(application)}", "市州已受理，进入初审和实地抽查。")
    return None


@catalogue.handler(
    "designation.check_onsite", label="核对抽查记录", outputs={"onsite_conclusion": "抽查结论"}
)
def check_onsite(context: Context) -> Result:
    """第十四条、第十五条: is this record an inspection by two outsiders of enough enterprises?"""
    level = "province" if "province" in context.element else "city"
    application, form = case_of(context), filed(context, onsite.ELEMENTS[level])
    check = review_steps.check_onsite(context.session, application, level, form, context.today, context.now)
    return {"onsite_conclusion": check.conclusion}


@catalogue.handler(
    "designation.weigh_onsite_check", label="汇总核查结论", outputs={"false_data": "是否涉嫌虚假"}, pure=True
)
def weigh_onsite_check(context: Context) -> Result:
    check = onsite.latest(context.session, context.business_key, "city")
    return {"false_data": check is not None and check.conclusion == onsite.FALSE}


@catalogue.handler("designation.mark_ineligible", label="取消申报资格")
def mark_ineligible(context: Context) -> Result:
    """第十九条（二）: inspectors found false data; the case stops with their reason."""
    application = case_of(context)
    reason = review_steps.false_data_reason(context.session, application)
    applications.close(application, "ineligible", reason)
    title = f"取消申报资格：{named(application)}"
    tell_county(context, application, title, reason)
    tell_province(context, title, reason)
    return None


@catalogue.handler(
    "designation.check_review", label="核对初审意见", outputs={"recommendable": "是否可以推荐"}
)
def check_review(context: Context) -> Result:
    """第十四条: the criteria on corrected data; no favourable word against a failing criterion."""
    application, form = case_of(context), filed(context, "preliminary_review")
    review, corrections = review_steps.review_by_city(
        context.session, application, form, context.today, context.now
    )
    tell_corrections(context, application, corrections)
    return {"recommendable": review.favourable}


@catalogue.handler("designation.close_not_recommended", label="告知不推荐理由")
def close_not_recommended(context: Context) -> Result:
    application = case_of(context)
    reason = review_steps.not_recommended_reason(context.session, application)
    applications.close(application, "not_recommended", reason)
    tell_county(context, application, f"未予推荐：{named(application)}", f"理由：{reason}")
    return None


# --- recommendation -----------------------------------------------------------------------------


def _batch_and_city(context: Context) -> tuple[str, str]:
    batch_key, city_code = context.business_key.split("/")
    return batch_key, city_code


@catalogue.handler(
    "designation.open_recommendation", label="汇入本批推荐", outputs={"recommend_due": "推荐截止日"}
)
def open_recommendation(context: Context) -> Result:
    batch_key, city_code = _batch_and_city(context)
    batch = batches.get(context.session, batch_key)
    context.rename(f"{regions.name_of(city_code)}推荐：{batch.title}")
    text = f"本市州已有签批的初审意见，请在{batch.recommend_due}前择优推荐。"
    context.notify_role("city_leader", city_code, f"请办理推荐：{batch.title}", text)
    return {"recommend_due": batch.recommend_due}


@catalogue.handler("designation.recommend", label="发出推荐结果")
def recommend(context: Context) -> Result:
    """第十四条: one ranked letter; each case learns its fate by message."""
    batch_key, city_code = _batch_and_city(context)
    batch = batches.locked(context.session, batch_key)
    form = filed(context, "recommend")
    letter = recommendations.record(context.session, batch, city_code, form, context.today, context.now)
    for item in letter.items:
        context.send("recommended" if item.recommended else "not_recommended", item.case_no)
    recommended = [item for item in letter.items if item.recommended]
    if recommended:
        title = f"收到推荐：{regions.name_of(city_code)}{len(recommended)}个集群"
        tell_province(context, title, f"推荐函{letter.letter_no}，请办理形式审查。")
    return None


# --- the province -------------------------------------------------------------------------------


@catalogue.handler("designation.check_formal", label="核对审查结论")
def check_formal(context: Context) -> Result:
    application, form = case_of(context), filed(context, "formal_check")
    result = review_steps.formal_check(context.session, application, form)
    if result == "return":
        title = f"省级退回重新初审：{named(application)}"
        tell_city(context, application, title, f"理由：{form.text('formal_note')}")
    return None


@catalogue.handler("designation.fail_formal_check", label="告知审查不通过")
def fail_formal_check(context: Context) -> Result:
    application, reason = case_of(context), filed(context, "formal_check").text("formal_note")
    applications.close(application, "failed_formal_check", reason)
    tell_both(context, application, f"形式审查不通过：{named(application)}", f"理由：{reason}")
    return None


@catalogue.handler("designation.check_re_review", label="核对复审结论")
def check_re_review(context: Context) -> Result:
    """第十五条: the standard once more on corrected data, and an inspection or a sampling plan."""
    application, form = case_of(context), filed(context, "re_review")
    _, corrections = review_steps.re_review(context.session, application, form, context.today, context.now)
    tell_corrections(context, application, corrections)
    return None


@catalogue.handler("designation.close_re_review", label="复审办结")
def close_re_review(context: Context) -> Result:
    review_steps.close_re_review(context.session, case_of(context))
    return None


# --- the batch ----------------------------------------------------------------------------------


@catalogue.handler("designation.open_batch", label="登记批次", outputs={"recommend_due": "推荐截止日"})
def open_batch(context: Context) -> Result:
    """第二十一条: a batch opens under a version in force, or by a continuation document."""
    form = filed(context, "open_batch")
    batch = batches.open_batch(context.session, context.business_key, form, context.today, context.now)
    context.rename(batch.title)
    tell_batch_opened(context, batch)
    return {"recommend_due": batch.recommend_due}


@catalogue.handler("designation.select", label="登记名单")
def select(context: Context) -> Result:
    """第十五条: people form the list in a meeting; whoever is left out is told why."""
    batch = batches.locked(context.session, context.business_key)
    form = filed(context, "selection")
    selection = selections.record(context.session, batch, form, context.today, context.now)
    for item in selection.items:
        if not item.selected:
            application = applications.get(context.session, item.case_no)
            context.send("not_selected", item.case_no)
            tell_both(context, application, f"未列入拟认定名单：{named(application)}", f"理由：{item.reason}")
    return None


@catalogue.handler("designation.decide", label="登记认定集群", outputs={"held_back": "是否有集群因异议暂缓"})
def decide(context: Context) -> Result:
    """第十五条: after the notice, one document for the list; an objection holds back its cluster alone."""
    batch = batches.locked(context.session, context.business_key)
    form = filed(context, "decide_designation")
    outcome = decisions.decide(context.session, batch, form, context.calendar, context.today, context.now)
    for cluster in outcome.designated:
        application = applications.get(context.session, cluster.case_no)
        context.send("designated", cluster.case_no, {"cluster_no": cluster.cluster_no})
        text = f"编号{cluster.cluster_no}，有效期{cluster.valid_from}至{cluster.valid_to}。"
        tell_both(context, application, f"已认定：{cluster.name}", text)
    for case_no, reason in outcome.removed.items():
        application = applications.get(context.session, case_no)
        context.send("removed_from_list", case_no)
        tell_both(context, application, f"公示后移出名单：{named(application)}", reason)
    return {"held_back": bool(outcome.held_back)}
