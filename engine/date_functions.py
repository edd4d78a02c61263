"""The date functions that expressions may call, on the legal calendar (D3, D6). Knows no diagram.

Arguments are dates or ISO text, as workflow data keeps them; results are dates. Every count of
working days is noted in `log`, so that a due date can show how it came about.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from engine import periods
from engine.calendar import Calendar, DueDate
from engine.clock import legal_day
from engine.expressions import ExpressionError

MAX_COUNT = 100_000


def date_functions(
    calendar: Calendar, today: date, terms: Mapping[str, int], region: str | None, log: list[DueDate]
) -> Mapping[str, Callable[..., Any]]:
    """The functions for one step: its legal day, the standard's periods and the region of the case."""

    def logged(due: DueDate) -> date:
        log.append(due)
        return due.due

    def term(name: str) -> int:
        if name not in terms:
            raise ExpressionError(f"认定标准中没有“{name}”这一期限")
        return terms[name]

    return {
        "today": lambda: today,
        "date": lambda y, m, d: _date(_count(y), _count(m), _count(d)),
        "year": lambda d: _day(d).year,
        "days_after": lambda d, n: periods.days_after(_day(d), _count(n)),
        "months_before": lambda d, n: periods.months_before(_day(d), _count(n)),
        "years_after": lambda d, n: periods.add_years(_day(d), _count(n)),
        "end_of_february": lambda y: periods.end_of_february(_count(y)),
        "working_days_after": lambda d, n: logged(calendar.due(_day(d), _count(n), region)),
        "working_days_before": lambda d, n: logged(calendar.before(_day(d), _count(n), region)),
        "next_working_day": lambda d: logged(calendar.next_working_day(_day(d), region)),
        "term": term,
    }


def _day(value: Any) -> date:
    """A legal day; an instant stands for the day in Shanghai on which it falls."""
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ExpressionError(f"时刻“{value.isoformat()}”没有写明时区")
            return legal_day(value)
    except ValueError:
        pass
    if type(value) is not date:
        raise ExpressionError(f"“{_shown(value)}”不是日期")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or abs(value) > MAX_COUNT:
        raise ExpressionError(f"“{_shown(value)}”不是合适的整数")
    return value


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ExpressionError(f"没有{year}年{month}月{day}日这一天") from None


def _shown(value: Any) -> str:
    return "无值" if value is None else str(value)[:30]
