"""市州推荐: one ranked letter for the cases that meet the standard, reasons for the others (F05, art. 14)."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import applications
from clusters.applications.models import Application
from clusters.batches.models import Batch, Recommendation, RecommendationItem
from clusters.filed import Filed
from engine.due_dates import chinese
from engine.errors import Problem, Refused
from engine.ids import new_id

ARTICLE = "第十四条"


def signed_cases(session: Session, batch_key: str, city_code: str) -> list[Application]:
    """Cases whose favourable opinion the city's leader has signed and that await the city's list."""
    query = sa.select(Application).where(
        Application.batch_key == batch_key,
        Application.city_code == city_code,
        Application.status == "recommendable",
    )
    return [a for a in session.scalars(query.order_by(Application.case_no)) if _is_signed(session, a)]


def _is_signed(session: Session, application: Application) -> bool:
    if application.instance_id is None:
        return False
    opinion = applications.latest_submission(session, application.instance_id, "preliminary_review")
    signature = applications.latest_submission(session, application.instance_id, "sign_review")
    return (
        opinion is not None
        and signature is not None
        and signature.number > opinion.number
        and signature.data.get("decision") == "agree"
    )


def standing(session: Session, batch_key: str, city_code: str | None = None) -> list[RecommendationItem]:
    """Items of a batch that recommend and have not been undone, by city and rank."""
    query = (
        sa.select(RecommendationItem)
        .join(Recommendation, Recommendation.id == RecommendationItem.recommendation_id)
        .where(Recommendation.batch_key == batch_key, RecommendationItem.rank_key.is_not(None))
        .order_by(Recommendation.city_code, RecommendationItem.rank)
    )
    if city_code is not None:
        query = query.where(Recommendation.city_code == city_code)
    return list(session.scalars(query))


def item_of(session: Session, case_no: str) -> RecommendationItem | None:
    """The latest word of the city on a case."""
    query = sa.select(RecommendationItem).where(RecommendationItem.case_no == case_no)
    return session.scalars(query.order_by(RecommendationItem.id.desc())).first()


def letter_of(session: Session, item: RecommendationItem) -> Recommendation:
    return session.get_one(Recommendation, item.recommendation_id)


def _rank_key(batch_key: str, city_code: str, rank: int) -> str:
    return f"{batch_key}/{city_code}/{rank}"


def record(
    session: Session, batch: Batch, city_code: str, letter: Filed, today: date, now: datetime
) -> Recommendation:
    """Keep the letter; recommended cases go on, the others end with their reason."""
    waiting = {a.case_no: a for a in signed_cases(session, batch.key, city_code)}
    ranked = standing(session, batch.key, city_code)
    found = [
        *_letter_problems(session, batch, letter, today),
        *_list_problems(session, letter, waiting),
        *_rank_problems(letter, {item.rank for item in ranked}),
        *_quota_problems(batch, letter, len(ranked)),
    ]
    if found:
        raise Refused(found)
    row = Recommendation(
        id=new_id(), **letter.source, batch_key=batch.key, city_code=city_code,
        letter_no=letter.text("letter_no"), letter_date=letter.day("letter_date"),
        signed_by=letter.by, signed_at=now,
    )  # fmt: skip
    row.items = [_item(batch.key, city_code, entry) for entry in letter.rows("items")]
    session.add(row)
    session.flush()
    for item in row.items:
        if item.recommended:
            waiting[item.case_no].status = "recommended"
    return row


def _item(batch_key: str, city_code: str, entry: Mapping[str, Any]) -> RecommendationItem:
    recommended = bool(entry.get("recommend"))
    rank = int(entry["rank"]) if recommended else None
    return RecommendationItem(
        case_no=entry["case_no"], recommended=recommended, rank=rank,
        rank_key=_rank_key(batch_key, city_code, rank) if rank is not None else None,
        reason=str(entry.get("reason") or "").strip(),
    )  # fmt: skip


def _letter_problems(session: Session, batch: Batch, letter: Filed, today: date) -> list[Problem]:
    found = []
    number = letter.text("letter_no")
    if not number:
        found.append(Problem("请填写推荐函的文号。", "letter_no", ARTICLE))
    elif session.scalars(sa.select(Recommendation).where(Recommendation.letter_no == number)).first():
        found.append(Problem(f"推荐函文号“{number}”已经用过。", "letter_no", ARTICLE))
    if not letter.data.get("letter_file"):
        found.append(Problem("请上传盖章的推荐函。", "letter_file", ARTICLE))
    if not letter.data.get("undertaking"):
        found.append(Problem("请作出真实性承诺。", "undertaking", "第十九条"))
    day = letter.day("letter_date")
    if not day:
        found.append(Problem("请填写发文日期。", "letter_date", ARTICLE))
    elif day > today:
        found.append(Problem("发文日期不能晚于今天。", "letter_date", ARTICLE))
    # After the closing day nobody is recommended any more, but whoever waits is still told so, with reasons.
    is_late = today > batch.recommend_due or (day and day > batch.recommend_due)
    if is_late and any(row.get("recommend") for row in letter.rows("items")):
        message = (
            f"本批次的推荐截止日是{chinese(batch.recommend_due)}，确需延后的请省厅办理批次延期；"
            "不再推荐的，逐件写明理由后仍可发出。"
        )
        found.append(Problem(message, "letter_date", ARTICLE))
    return found


def _list_problems(session: Session, letter: Filed, waiting: Mapping[str, Application]) -> list[Problem]:
    found = []
    listed = Counter(str(row.get("case_no") or "") for row in letter.rows("items"))
    for index, row in enumerate(letter.rows("items")):
        case_no = str(row.get("case_no") or "")
        place, number = f"items.{index}", index + 1
        if listed[case_no] > 1:
            found.append(Problem(f"{case_no}重复列出。", place, ARTICLE, row=number))
        elif case_no not in waiting:
            message = f"{case_no or '（空）'}不是本市州已签批、符合认定标准的办件，不能推荐。"
            found.append(Problem(message, place, ARTICLE, row=number))
        if not row.get("recommend") and not str(row.get("reason") or "").strip():
            found.append(Problem(f"{case_no}不推荐，请写明理由。", f"{place}.reason", ARTICLE, row=number))
    for case_no, application in waiting.items():
        if case_no not in listed:
            message = f"{application.cluster_name}（{case_no}）已初审签批，请列入：推荐，或不推荐并写明理由。"
            found.append(Problem(message, "items", ARTICLE))
    return found


def _rank_problems(letter: Filed, taken: set[int | None]) -> list[Problem]:
    """择优: each rank of a batch and city is given once."""
    found = []
    seen = set(taken)
    for index, row in enumerate(letter.rows("items")):
        if not row.get("recommend"):
            continue
        rank = row.get("rank")
        if not isinstance(rank, int) or rank < 1:
            found.append(
                Problem("推荐的办件须填写排序（正整数）。", f"items.{index}.rank", ARTICLE, row=index + 1)
            )
        elif rank in seen:
            found.append(Problem(f"排序{rank}重复。", f"items.{index}.rank", ARTICLE, row=index + 1))
        else:
            seen.add(rank)
    return found


def _quota_problems(batch: Batch, letter: Filed, earlier: int) -> list[Problem]:
    wanted = earlier + sum(bool(row.get("recommend")) for row in letter.rows("items"))
    if batch.city_quota is None or wanted <= batch.city_quota:
        return []
    message = f"推荐{wanted}个，超过本批次每市州{batch.city_quota}个的名额。"
    return [Problem(message, "items", ARTICLE)]


def undo(session: Session, case_no: str) -> None:
    """The province sends a case back: its place on the city's list is free again."""
    item = item_of(session, case_no)
    if item is not None:
        item.rank_key = None
