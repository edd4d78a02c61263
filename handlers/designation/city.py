"""Topics of processes/designation.bpmn for the city: acceptance, inspection, preliminary review (art. 14)."""

from collections.abc import Mapping
from typing import Any

from clusters.applications import acceptance, applications, onsite, review_steps
from engine.contract import Context
from handlers.topics import case_of, catalogue, filed
from handlers.words import (
    named,
    tell_corrections,
    tell_county,
    tell_defects,
    tell_province,
)

Result = Mapping[str, Any] | None


@catalogue.handler(
    "designation.return_for_correction",
    label="一次性告知补正",
    outputs={"fill_due": "补正期限"},
    recallable=True,
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
    "designation.check_onsite",
    label="核对抽查记录",
    outputs={"onsite_conclusion": "抽查结论"},
    recallable=True,
)
def check_onsite(context: Context) -> Result:
    """第十四条、第十五条: is this record an inspection by two outsiders of enough enterprises?"""
    level = "province" if "province" in context.element else "city"
    application, form = case_of(context), filed(context, onsite.ELEMENTS[level])
    check = review_steps.check_onsite(context.session, application, level, form, context.today, context.now)
    return {"onsite_conclusion": check.conclusion}


@catalogue.handler(
    "designation.weigh_onsite_check",
    label="汇总核查结论",
    outputs={"false_data": "是否涉嫌虚假"},
    recallable=True,
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
    "designation.check_review",
    label="核对初审意见",
    outputs={"recommendable": "是否可以推荐"},
    recallable=True,
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
