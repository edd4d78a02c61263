"""择优形成集群名单: people decide on every recommended case, in a meeting with minutes (F06, art. 15)."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import applications
from clusters.applications.models import Application
from clusters.batches.models import Batch, Selection, SelectionItem
from clusters.designation import recheck
from clusters.filed import Filed
from engine.due_dates import chinese
from engine.errors import Problem, Refused

ARTICLE = "第十五条"
REVIEWED = ("qualified", "unqualified")


def candidates(session: Session, batch_key: str) -> list[Application]:
    """Every recommended case of the batch that is still open, reviewed or not."""
    query = sa.select(Application).where(
        Application.batch_key == batch_key, Application.status.in_(("recommended", *REVIEWED))
    )
    return list(session.scalars(query.order_by(Application.city_code, Application.case_no)))


def record(session: Session, batch: Batch, form: Filed, today: date, now: datetime) -> Selection:
    """Keep the list; selected cases wait for the notice, the others end with their reason."""
    cases = {a.case_no: a for a in candidates(session, batch.key)}
    found = [
        *_timing_problems(batch, cases, today),
        *_minutes_problems(form, today),
        *_list_problems(form, cases),
        *recheck.before_listing(form, today),
    ]
    if found:
        raise Refused(found)
    row = Selection(
        batch_key=batch.key, **form.source, meeting_type=form.text("meeting_type"),
        meeting_date=form.day("meeting_date"), minutes_no=form.text("meeting_minutes_no"),
        formed_by=form.by, formed_at=now,
    )  # fmt: skip
    row.items = [_item(entry) for entry in form.rows("items")]
    session.add(row)
    session.flush()
    batch.status = "selected"
    for item in row.items:
        if item.selected:
            cases[item.case_no].status = "selected"
        else:
            applications.close(cases[item.case_no], "not_selected", item.reason)
    return row


def _item(entry: Mapping[str, Any]) -> SelectionItem:
    selected = bool(entry.get("selected"))
    return SelectionItem(
        case_no=entry["case_no"], selected=selected, reason=str(entry.get("reason") or "").strip(),
        ranking=entry.get("ranking") if selected else None,
    )  # fmt: skip


def of_batch(session: Session, batch_key: str) -> Selection | None:
    return session.get(Selection, batch_key)


def _timing_problems(batch: Batch, cases: Mapping[str, Application], today: date) -> list[Problem]:
    found = []
    if batch.status != "open":
        found.append(Problem("本批次的名单已经形成。", article=ARTICLE))
    if today <= batch.recommend_due:
        message = f"市州推荐{chinese(batch.recommend_due)}才截止，名单在此之后形成。"
        found.append(Problem(message, "items", ARTICLE))
    unfinished = [a.case_no for a in cases.values() if a.status == "recommended"]
    if unfinished:
        message = f"{'、'.join(unfinished)}尚未完成复审，名单应在全部复审完成后形成。"
        found.append(Problem(message, "items", ARTICLE))
    return found


def _minutes_problems(form: Filed, today: date) -> list[Problem]:
    needed = {
        "meeting_type": "请填写审议会议的类型。",
        "meeting_minutes_no": "请填写会议纪要的文号。",
        "minutes_file": "请上传会议纪要。",
        "meeting_date": "请填写会议日期。",
    }
    found = [Problem(text, name, ARTICLE) for name, text in needed.items() if not form.data.get(name)]
    day = form.day("meeting_date")
    if day and day > today:
        found.append(Problem("会议日期不能晚于今天。", "meeting_date", ARTICLE))
    return found


def _list_problems(form: Filed, cases: Mapping[str, Application]) -> list[Problem]:
    found = []
    listed = Counter(str(row.get("case_no") or "") for row in form.rows("items"))
    rankings: set[object] = set()
    for index, row in enumerate(form.rows("items")):
        found += _row_problems(index, row, cases, listed)
        ranking = row.get("ranking")
        if row.get("selected") and ranking not in (None, ""):
            if ranking in rankings:
                found.append(
                    Problem(f"排序{ranking}重复。", f"items.{index}.ranking", ARTICLE, row=index + 1)
                )
            rankings.add(ranking)
    for case_no in cases.keys() - listed.keys():
        found.append(Problem(f"{case_no}已经推荐，请列明是否列入名单。", "items", ARTICLE))
    return found


def _row_problems(
    index: int, row: Mapping[str, Any], cases: Mapping[str, Application], listed: Counter[str]
) -> list[Problem]:
    case_no = str(row.get("case_no") or "")
    place, number = f"items.{index}", index + 1
    if listed[case_no] > 1:
        return [Problem(f"{case_no}重复列出。", place, ARTICLE, row=number)]
    if case_no not in cases:
        return [Problem(f"{case_no or '（空）'}不是本批次推荐的办件。", place, ARTICLE, row=number)]
    if row.get("selected") and cases[case_no].status == "unqualified":
        return [Problem(f"{case_no}复审不合格，不能列入名单。", f"{place}.selected", ARTICLE, row=number)]
    if not row.get("selected") and not str(row.get("reason") or "").strip():
        return [Problem(f"{case_no}未列入名单，请写明理由。", f"{place}.reason", ARTICLE, row=number)]
    return []
