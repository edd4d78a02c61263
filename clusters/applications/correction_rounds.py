"""补正: the city's itemised list, the county's answers, and what may not be asked twice (F02, art. 14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import applications, field_words
from clusters.applications.models import Application, CorrectionItem
from clusters.batches import batches
from clusters.differences import Difference, changed_fields, differences
from clusters.filed import Filed
from engine.calendar import DueDate
from engine.errors import NotFound, Problem, Refused
from engine.models import Submission

ARTICLE = "第十四条"


@dataclass(frozen=True)
class Round:
    """One list of defects with what the county has changed since."""

    number: int
    due_on: date
    items: tuple[CorrectionItem, ...]
    changes: tuple[Difference, ...]
    provisional: bool = False


def items_of(session: Session, case_no: str, number: int | None = None) -> Sequence[CorrectionItem]:
    query = sa.select(CorrectionItem).where(CorrectionItem.case_no == case_no)
    if number is not None:
        query = query.where(CorrectionItem.round == number)
    return session.scalars(query.order_by(CorrectionItem.round, CorrectionItem.no)).all()


def filling_due(session: Session, application: Application) -> date | None:
    """Until when the county fills in: the latest correction's day, else the batch's closing date."""
    asked = items_of(session, application.case_no, application.correction_round)
    if asked:
        return asked[0].due_on
    return batches.get(session, application.batch_key).county_due if application.batch_key else None


def open_round(session: Session, application: Application, form: Filed, due: DueDate) -> list[CorrectionItem]:
    """Return the application with every defect at once; a later list needs something new or a reason."""
    current = applications.latest_content(session, application)
    if current is None:
        raise NotFound("本办件还没有提交过申报书。")
    wanted = form.rows("correction_items")
    found = _list_problems(wanted)
    visible = already_visible(session, application, wanted, current)
    if visible and not form.text("second_list_reason"):
        words = field_words.words_for(session, form.instance_id)
        found.append(_second_list_problem([words(field) for field in visible]))
    if found:
        raise Refused(found)
    application.correction_round += 1
    application.status = "correcting"
    rows = [
        CorrectionItem(
            case_no=application.case_no, **form.source, about_submission=current.id,
            round=application.correction_round, no=number, field=str(item["field"]).strip(),
            content=str(item["content"]).strip(), due_on=due.due, due_trace=due.to_json(),
        )
        for number, item in enumerate(wanted, 1)
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    return rows


def _list_problems(wanted: Sequence[Mapping[str, Any]]) -> list[Problem]:
    if not wanted:
        return [Problem("请一次性列明全部需要补正的内容。", "correction_items", ARTICLE)]
    return [
        Problem("每一项补正都要写明所指栏目和内容。", f"correction_items.{index}", ARTICLE, row=index + 1)
        for index, item in enumerate(wanted)
        if not str(item.get("field") or "").strip() or not str(item.get("content") or "").strip()
    ]


def _second_list_problem(visible: Sequence[str]) -> Problem:
    named = "、".join(visible)
    return Problem(
        f"补正内容应一次性告知：“{named}”自上次补正以来没有变化，当时即可发现。确需再次列出的，请说明理由。",
        "second_list_reason",
        ARTICLE,
    )


def already_visible(
    session: Session, application: Application, wanted: Sequence[Mapping[str, Any]], current: Submission
) -> list[str]:
    """Fields listed now that neither were listed last time nor have changed since (一次性告知)."""
    earlier = items_of(session, application.case_no, application.correction_round)
    if application.correction_round == 0 or not earlier:
        return []
    reviewed = applications.submission(session, earlier[0].about_submission)
    excused = changed_fields(reviewed.data, current.data) | {_table(item.field) for item in earlier}
    fields = (str(item.get("field") or "").strip() for item in wanted)
    return [field for field in dict.fromkeys(fields) if field and _table(field) not in excused]


def _table(field: str) -> str:
    return field.split(".", 1)[0]


def record_answers(session: Session, application: Application, form: Filed, now: datetime) -> None:
    """The county's answers, item by item; while a round is open every item has to be answered."""
    items = {item.no: item for item in items_of(session, application.case_no, application.correction_round)}
    for answer in form.rows("correction_answers"):
        item = items.get(int(answer.get("no") or 0))
        text = str(answer.get("answer") or "").strip()
        if item is not None and text:
            item.answer, item.answered_at = text, now
    silent = [f"第{item.no}项" for item in items.values() if not item.answer]
    if application.status == "correcting" and silent:
        message = f"请逐项答复补正内容：{'、'.join(silent)}尚未答复。"
        raise Refused([Problem(message, "correction_answers", ARTICLE)])


def rounds(session: Session, application: Application) -> list[Round]:
    """Every round with the differences between the application then and the one that answered it."""
    found = []
    items = items_of(session, application.case_no)
    for number in range(1, application.correction_round + 1):
        listed = tuple(item for item in items if item.round == number)
        after = _answer_to(session, application, listed[0], items)
        before = applications.submission(session, listed[0].about_submission)
        changes = differences(before.data, after.data) if after else []
        is_provisional = DueDate.from_json(listed[0].due_trace).is_provisional
        found.append(Round(number, listed[0].due_on, listed, tuple(changes), is_provisional))
    return found


def _answer_to(
    session: Session, application: Application, item: CorrectionItem, items: Sequence[CorrectionItem]
) -> Submission | None:
    """The submission that the next round was about, or the latest one when no round followed."""
    following = next((i for i in items if i.round == item.round + 1), None)
    if following is not None:
        return applications.submission(session, following.about_submission)
    latest = applications.latest_content(session, application)
    return latest if latest is not None and latest.id != item.about_submission else None
