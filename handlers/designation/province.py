"""Topics of processes/designation.bpmn for the province on one case: formal check and re-review (art. 15)."""

from collections.abc import Mapping
from typing import Any

from clusters.applications import applications, review_steps
from engine.contract import Context
from handlers.topics import case_of, catalogue, filed
from handlers.words import (
    named,
    tell_both,
    tell_city,
    tell_corrections,
)

Result = Mapping[str, Any] | None


@catalogue.handler("designation.check_formal", label="核对审查结论", recallable=True)
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


@catalogue.handler("designation.check_re_review", label="核对复审结论", recallable=True)
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
