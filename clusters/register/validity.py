"""How long a designation holds (art. 16). Knows dates and four ways of reading 三年; no case, no table."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from engine.errors import Problem, Refused
from engine.periods import ImpossiblePeriod, add_months, add_years, days_after

ARTICLE = "第十六条"


class ValidityPolicy(StrEnum):
    """How the last day follows from the decision (requirements D-05, A-18)."""

    CIVIL_CODE = "CIVIL_CODE"
    INCLUSIVE_START = "INCLUSIVE_START"
    CALENDAR_YEARS = "CALENDAR_YEARS"
    EXPLICIT = "EXPLICIT"


@dataclass(frozen=True, slots=True)
class Validity:
    """The days on which a designation holds, both inclusive; as printed on the certificate."""

    valid_from: dt.date
    valid_to: dt.date
    policy: str

    def covers(self, day: dt.date) -> bool:
        return self.valid_from <= day <= self.valid_to


def validity(
    decision_date: dt.date,
    years: int,
    policy: str = ValidityPolicy.CIVIL_CODE,
    explicit: tuple[dt.date, dt.date] | None = None,
) -> Validity:
    """The term that begins with a decision. `explicit` (from, to) is read under EXPLICIT alone."""
    match _policy(policy, years):
        case ValidityPolicy.CIVIL_CODE:
            last = add_years(decision_date, years)
        case ValidityPolicy.INCLUSIVE_START:
            last = days_after(add_years(decision_date, years), -1)
        case ValidityPolicy.CALENDAR_YEARS:
            last = _last_of_december(decision_date.year + years - 1)
        case ValidityPolicy.EXPLICIT:
            return _explicit(years, explicit)
    return Validity(decision_date, last, policy)


def renewal(old_valid_to: dt.date, years: int, policy: str = ValidityPolicy.CIVIL_CODE) -> Validity:
    """The term after a passed re-examination: unbroken, whatever the day of the decision (art. 16)."""
    _policy(policy, years)
    return Validity(days_after(old_valid_to, 1), add_years(old_valid_to, years), policy)


def _policy(policy: str, years: int) -> ValidityPolicy:
    if years < 1:
        raise ImpossiblePeriod("有效期年数必须是正整数。")
    if policy not in list(ValidityPolicy):
        raise Refused([Problem(f"有效期计算方式“{policy}”无法识别。", "validity_policy", ARTICLE)])
    return ValidityPolicy(policy)


def _explicit(years: int, dates: tuple[dt.date, dt.date] | None) -> Validity:
    if dates is None:
        raise Refused([Problem("请填写有效期的起止日期。", "valid_from", ARTICLE)])
    first, last = dates
    # One month of grace lets printed terms such as 2023-07-01 to 2026-06-30 pass.
    if last < add_months(first, 12 * years - 1):
        message = f"有效期不足{years}年：{first}至{last}。"
        raise Refused([Problem(message, "valid_to", ARTICLE)])
    return Validity(first, last, ValidityPolicy.EXPLICIT)


def _last_of_december(year: int) -> dt.date:
    try:
        return dt.date(year, 12, 31)
    except ValueError:
        raise ImpossiblePeriod from None
