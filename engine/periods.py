"""Plain calendar arithmetic for periods of days, months and years (Civil Code 201-203).

Knows nothing of working days: a fixed date such as the last of February does not move (art. 18).
"""

import calendar as gregorian
import datetime as dt

from engine.errors import QilianError


class ImpossiblePeriod(QilianError):
    """日期或期限超出可以计算的范围。"""


def end_of_february(year: int) -> dt.date:
    """The day on which the annual report of art. 18 falls due."""
    return _day(year, 2, 29 if gregorian.isleap(year) else 28)


def add_years(day: dt.date, years: int) -> dt.date:
    """The same calendar day `years` later; 29 February becomes the 28th in a common year."""
    return add_months(day, 12 * years)


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day of the month `months` earlier, or the last day of a shorter month."""
    return add_months(day, -months)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month `months` later, or the last day of a shorter month (Civil Code 202)."""
    year, month0 = divmod(12 * day.year + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise ImpossiblePeriod
    return _day(year, month0 + 1, min(day.day, gregorian.monthrange(year, month0 + 1)[1]))


def days_after(day: dt.date, days: int) -> dt.date:
    """The day `days` calendar days later; earlier if `days` is negative."""
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        raise ImpossiblePeriod from None


def _day(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except (OverflowError, ValueError):
        raise ImpossiblePeriod from None
