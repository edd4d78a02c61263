"""公示 before a re-examination is concluded: optional, and only of what is proposed to pass (art. 15, 16).

Whoever is proposed to fail is heard in a procedure of its own (art. 19) and published nowhere before.
An open objection holds back the conclusion on this cluster alone (D-17).
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clusters.applications import reviews
from clusters.applications.models import Application
from clusters.batches import batches
from clusters.filed import Filed
from clusters.notices import notice_text, notices
from clusters.notices.notice_kinds import RENEWAL
from clusters.objections import objections
from clusters.reexamination.models import Reexamination
from clusters.register.models import Notice
from engine.calendar import Calendar, NoticePolicy
from engine.clock import legal_day
from engine.due_dates import chinese
from engine.errors import Problem, Refused

ARTICLE = "第十五条"


def of_case(session: Session, row: Reexamination) -> Notice | None:
    notice = notices.of_case(session, row.case_no)
    return notice if notice is not None and notice.kind == RENEWAL else None


def publish(
    session: Session, row: Reexamination, application: Application, form: Filed, calendar: Calendar,
    days: int, now: datetime, policy: str = NoticePolicy.FULL_DAYS,
) -> Notice:  # fmt: skip
    """Full working days of the standard on the department's portal, counted as for a designation (D-03)."""
    if of_case(session, row) is not None:
        raise Refused([Problem("本件已经公示。", article=ARTICLE)])
    batch = batches.locked(session, str(application.batch_key))
    review = reviews.latest(session, row.case_no, "province")
    title = notice_text.renewal_title(application.cluster_name)
    reviewed_on = legal_day(review.at) if review is not None else None
    listing = notices.Listing(batch, RENEWAL, title, [application], reviewed_on)
    return notices.publish(session, listing, form, calendar, days, now, policy)


@dataclass(frozen=True)
class Closed:
    """`decide_from`: the day from which the decision is due, the last day or that of the last reply."""

    held_back: bool
    decide_from: date


def close(session: Session, notice: Notice) -> Closed:
    """How things stand now that the last day has passed or an objection has been closed."""
    case_no = notices.deciding_key(notice)
    ended = [legal_day(o.closed_at) for o in objections.of_notice(session, notice.no) if o.closed_at]
    return Closed(
        case_no in objections.held_back(session, notice.no), max([notice.last_day, *ended])
    )  # fmt: skip


def problems(
    session: Session, row: Reexamination, form: Filed, calendar: Calendar, today: date
) -> list[Problem]:
    """Nothing before the notice has run its full days, by the calendar as known now, nor while an
    objection is open; what an objection took off the list does not pass."""
    if not row.wants_notice:
        return []
    notice = of_case(session, row)
    if notice is None:
        return [Problem("本件尚未公示，不能作出决定。", "conclusion", ARTICLE)]
    notices.recompute(notice, calendar)
    if notice.provisional:
        return [Problem("公示期限依据暂定日历，须先导入该年度的正式日历。", "conclusion", ARTICLE)]
    last, decided = notice.last_day, form.day("decision_date")
    if today <= last or (decided is not None and decided <= last):
        message = f"公示到{chinese(last)}24时届满，届满前不能作出决定。"
        return [Problem(message, "decision_date", ARTICLE)]
    found = _objection_problems(session, notice, form)
    if not form.data.get("evidence_end_file"):
        found.append(Problem("请上传公示期满时的留痕。", "evidence_end_file", ARTICLE))
    return found


def _objection_problems(session: Session, notice: Notice, form: Filed) -> list[Problem]:
    case_no = notices.deciding_key(notice)
    if case_no in objections.held_back(session, notice.no):
        open_ones = [o.no for o in objections.of_notice(session, notice.no) if o.status != "closed"]
        message = f"异议{'、'.join(open_ones)}尚未办结，本集群的结论暂缓；办结后再作决定。"
        return [Problem(message, "conclusion", ARTICLE)]
    removed = objections.removed(session, notice.no)
    if form.text("conclusion") == "pass" and case_no in removed:
        message = f"异议调查已把本集群移出拟通过名单，不能决定通过。调查结论：{removed[case_no]}"
        return [Problem(message, "conclusion", ARTICLE)]
    return []


def record_result(session: Session, row: Reexamination) -> None:
    """What became of the cluster on the list: the notice is at its end with the conclusion."""
    notice = of_case(session, row)
    if notice is None:
        return
    raised = any(o.admissibility == "accepted" for o in objections.of_notice(session, notice.no))
    passed = row.conclusion == "pass"
    notices.item_of(notice, row.case_no).result = "renewed" if passed else "removed"
    notice.outcome = "partly_removed" if not passed else "objection_rejected" if raised else "no_objection"
