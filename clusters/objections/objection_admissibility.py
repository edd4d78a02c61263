"""是否受理: a person judges whether an objection is taken up; evidence may follow within a set time (A-16).

Turning somebody away needs a reason, and for want of evidence a request and a period that has run out.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.filed import Filed
from clusters.objections import objections
from clusters.register.models import Objection
from engine.due_dates import chinese
from engine.errors import Problem, Refused
from engine.models import WorkItem

ARTICLE = objections.ARTICLE
JUDGEMENTS = ("accepted", "supplement", "inadmissible", "transferred", "lead")
NO_EVIDENCE = "no_evidence"
LONGEST_SUPPLEMENT = 30  # working days


def judge(session: Session, row: Objection, form: Filed, today: date) -> str:
    """A person judges whether to take it up (A-16). Returns one of JUDGEMENTS."""
    judged, reason = form.text("admissibility"), form.text("reason")
    if form.data.get("more_evidence"):
        objections.add_evidence(session, row.no, form.data["more_evidence"])
    if judged not in JUDGEMENTS:
        raise Refused([Problem("请选择是否受理。", "admissibility", ARTICLE)])
    if judged == "supplement":
        _ask(row, form)
        return judged
    if judged == "accepted":
        if not row.evidence:
            message = "没有佐证材料，不能受理：请先要求补充并给出期限。"
            raise Refused([Problem(message, "admissibility", ARTICLE)])
        row.status = "investigating"
    else:
        found = _declining_problems(session, row, form, today)
        if found:
            raise Refused(found)
        row.status = "signing"
    row.admissibility, row.admissibility_reason = judged, reason
    return judged


def _ask(row: Objection, form: Filed) -> None:
    asked, days = form.text("supplement_asked"), form.data.get("supplement_days")
    found = []
    if not asked:
        found.append(Problem("请写明要补充什么。", "supplement_asked", ARTICLE))
    if not isinstance(days, int) or not 1 <= days <= LONGEST_SUPPLEMENT:
        message = f"请给出补充期限，1至{LONGEST_SUPPLEMENT}个工作日。"
        found.append(Problem(message, "supplement_days", ARTICLE))
    if found:
        raise Refused(found)
    row.status, row.supplement_asked = "supplementing", asked


def _declining_problems(session: Session, row: Objection, form: Filed, today: date) -> list[Problem]:
    found = []
    if not form.text("reason"):
        found.append(Problem("不予受理、转办或转为线索的，必须写明理由。", "reason", ARTICLE))
    if form.text("admissibility") != "inadmissible":
        return found
    if not form.text("inadmissible_ground"):
        found.append(Problem("请选择不予受理的情形。", "inadmissible_ground", ARTICLE))
    if form.text("inadmissible_ground") == NO_EVIDENCE:
        found += _evidence_problems(session, row, today)
    return found


def _evidence_problems(session: Session, row: Objection, today: date) -> list[Problem]:
    """Evidence may follow within a set time (A-16); no shorter, and not by a provisional day (D6)."""
    place = "inadmissible_ground"
    if row.evidence:
        return [Problem("已有佐证材料，不能以没有佐证为由不予受理。", place, ARTICLE)]
    asked = period(session, row)
    if asked is None or asked.due_on is None:
        return [Problem("尚未通知补充佐证：请先选“要求补充”，给出期限。", place, ARTICLE)]
    if today <= asked.due_on:
        return [Problem(f"补充期限到{chinese(asked.due_on)}届满，届满前不能不予受理。", place, ARTICLE)]
    if asked.provisional:
        return [Problem("补充期限按暂定日历计算，须先导入正式日历。", place, ARTICLE)]
    return []


def supplement(session: Session, row: Objection, form: Filed, today: date) -> None:
    """What came of the request; that nothing came is recorded only after the period (A-16)."""
    files = form.data.get("supplement_files") or []
    if form.text("supplement_result") == "supplied":
        if not files:
            raise Refused([Problem("请上传收到的补充材料。", "supplement_files", ARTICLE)])
        objections.add_evidence(session, row.no, files)
    else:
        asked = period(session, row)
        if asked is not None and asked.due_on is not None and today <= asked.due_on:
            message = f"补充期限到{chinese(asked.due_on)}届满，届满后才能登记未补充。"
            raise Refused([Problem(message, "supplement_result", ARTICLE)])
    row.status = "received"


def period(session: Session, row: Objection) -> WorkItem | None:
    """The latest request for evidence, with the day until which it may follow."""
    query = sa.select(WorkItem).where(
        WorkItem.instance_id == row.instance_id,
        WorkItem.element == "supplement",
        WorkItem.due_on.is_not(None),
    )
    return session.scalars(query.order_by(WorkItem.number.desc())).first()
