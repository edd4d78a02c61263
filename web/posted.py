"""Short values of plain forms, those that are not filled in as a `.form`."""

from datetime import date

from flask import request

from engine.errors import Problem, Refused

LARGEST = 2**63 - 1


def posted_text(name: str) -> str:
    return request.form.get(name, "").strip()


def posted_number(name: str) -> int | None:
    """The number of a row; None for nothing and for what is no number that a database can hold."""
    number = request.form.get(name, type=int)
    return number if number is not None and 0 <= number <= LARGEST else None


def posted_day(name: str, missing: str = "请填写日期。") -> date:
    """A date field. Raises Refused with the words `missing`."""
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Refused([Problem(missing, name)]) from None
