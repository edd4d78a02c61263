"""Small parts of every list: pages of rows, page numbers of the address, search words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from sqlalchemy.orm import Session

PAGE = 50
LONGEST_NUMBER = 6


@dataclass(frozen=True)
class Listing:
    """One page of a list. `total` counts the rows of all pages."""

    rows: Sequence[Any]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE)


def listing(session: Session, query: sa.Select[Any], number: int) -> Listing:
    """Entities of a query for one of them, rows of a query for several; `number` counts from 1."""
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    part = query.limit(PAGE).offset((number - 1) * PAGE)
    is_one = len(query.column_descriptions) == 1
    rows = session.scalars(part).all() if is_one else session.execute(part).all()
    return Listing(rows, total, number)


def page_number(arguments: Mapping[str, str]) -> int:
    """`page` of the address, counted from 1; anything else is the first page."""
    text = arguments.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 1


def escaped_like(text: str) -> str:
    """A pattern that finds `text` anywhere; % and _ stand for themselves. Use with escape="\\\\"."""
    plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"


def page_address() -> Callable[[int], str]:
    """Gives the address of another page of this list, with the filters kept (macro `pager`)."""
    endpoint, kept = request.endpoint or "", {**(request.view_args or {}), **request.args.to_dict()}
    return lambda number: url_for(endpoint, **{**kept, "page": number})
