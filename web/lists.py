"""Small parts of every list: page numbers of the address, search words, addresses of other pages."""

from collections.abc import Callable, Mapping

from flask import request, url_for

LONGEST_NUMBER = 6


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
