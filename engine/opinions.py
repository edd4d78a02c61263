"""Several opinions on one task: 会签 and 加签 (property `opinions`, D13).

`all:2`: the first person records, every further one agrees or objects; an objection voids the
record and sends it back to whoever recorded it. `majority`: more than half of those asked decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import NotAllowed
from engine.models import Opinion, WorkItem


@dataclass(frozen=True)
class Tally:
    """Where the opinions stand; `decided` when the rule is met, `data` what was recorded."""

    asked: int
    agreed: int
    objected: int
    needed: int
    data: Mapping[str, Any] | None

    @property
    def decided(self) -> bool:
        return self.agreed >= self.needed


def given(session: Session, item_id: str) -> Sequence[Opinion]:
    query = sa.select(Opinion).where(Opinion.item_id == item_id).order_by(Opinion.number)
    return session.scalars(query).all()


def ask(session: Session, item: WorkItem, person_id: str, asked_by: str, at: datetime) -> None:
    """加签: somebody more is asked; the rule waits for that person too."""
    if any(o.person_id == person_id for o in given(session, item.id)):
        raise NotAllowed("已经请该同志会签，无需重复。")
    session.add(Opinion(item_id=item.id, person_id=person_id, asked_by=asked_by, at=at))


def give(
    session: Session,
    item: WorkItem,
    person_id: str,
    *,
    agree: bool,
    text: str,
    data: Mapping[str, Any] | None,
    at: datetime,
) -> Opinion:
    """One opinion per person; a person asked by 加签 answers in the row that asked."""
    opinion = next((o for o in given(session, item.id) if o.person_id == person_id), None)
    if opinion is not None and opinion.vote is not None:
        raise NotAllowed("您已经签署过意见。")
    if opinion is None:
        opinion = Opinion(item_id=item.id, person_id=person_id)
        session.add(opinion)
    opinion.vote, opinion.text, opinion.at = "agree" if agree else "disagree", text, at
    opinion.data = None if data is None else dict(data)
    session.flush()
    return opinion


def tally(session: Session, item: WorkItem) -> Tally:
    rows = given(session, item.id)
    agreed, objected = (sum(o.vote == v for o in rows) for v in ("agree", "disagree"))
    data = next((o.data for o in rows if o.data is not None), None)
    rule = item.opinions or "all:1"
    needed = len(rows) // 2 + 1 if rule == "majority" else max(int(rule.removeprefix("all:")), len(rows))
    return Tally(len(rows), agreed, objected, needed, data)


def void(session: Session, item: WorkItem) -> None:
    """An objection: the record goes back, all opinions are given anew."""
    session.execute(sa.delete(Opinion).where(Opinion.item_id == item.id))
