"""A change that others found: the county explains, the city confirms or not (art. 17, A-09).

Only what the city has confirmed, with a completion date and its document, starts a period against
the county.
"""

from datetime import datetime

from clusters.changes import change_kinds, changes
from clusters.changes.changes import ARTICLE, require
from clusters.changes.models import ChangeCase
from clusters.filed import Filed
from engine.calendar import Calendar, DueDate
from engine.clock import legal_day
from engine.errors import Problem


def explain(case: ChangeCase, form: Filed, now: datetime) -> None:
    """The county's word: whether something changed, and when it was completed."""
    found = []
    if form.text("has_changed") not in ("yes", "not_yet", "no"):
        found.append(Problem("请说明是否发生变更。", "has_changed", ARTICLE))
    if not form.text("explanation"):
        found.append(Problem("请写明情况。", "explanation", ARTICLE))
    if form.text("has_changed") == "yes":
        found += changes.completion_problems(form.day("completed_on"), legal_day(now))
    require(found)
    case.explanation, case.status = form.text("explanation"), "confirming"
    if form.text("has_changed") == "yes":
        case.completed_on = form.day("completed_on")


def confirm(
    case: ChangeCase, form: Filed, calendar: Calendar, region: str, days: int, now: datetime
) -> DueDate | None:
    """The city's finding: major, minor or none, with reasons. Returns the due date of a major change."""
    finding, today = form.text("finding"), legal_day(now)
    require(_finding_problems(case, form, finding, now))
    case.class_reason, case.classification = form.text("finding_reason"), finding
    if finding != "major":
        case.status, case.closed_on = finding, today
        return None
    changes.keep_basis(case, form)
    case.completed_on = case.confirmed_on = form.day("completed_on")
    case.confirmed_by, case.confirmed_at, case.status = form.by, now, "filing"
    assert case.completed_on is not None
    due = calendar.due(case.completed_on, days, region)
    changes.keep_due(case, due)
    return due


def _finding_problems(case: ChangeCase, form: Filed, finding: str, now: datetime) -> list[Problem]:
    found = []
    if finding not in ("major", "minor", "none"):
        found.append(Problem("请选择认定结果。", "finding", ARTICLE))
    if not form.text("finding_reason"):
        found.append(Problem("请写明认定理由。", "finding_reason", ARTICLE))
    if finding == "minor":
        found += minor_problems(case.kinds, "finding")
    if finding == "major":
        found += changes.completion_problems(form.day("completed_on"), legal_day(now))
        found += changes.basis_problems(form)
    return found


def minor_problems(kinds: list[str], path: str) -> list[Problem]:
    always = [kind for kind in kinds if kind in change_kinds.ALWAYS_MAJOR]
    if not always:
        return []
    message = f"{change_kinds.words(always)}变更属于重大变更，须报省备案。"
    return [Problem(message, path, ARTICLE)]
