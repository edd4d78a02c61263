"""The dates of an annual report: the last of February, when consequences begin, and who was late (art. 18).

Pure. The legal date never moves; only its consequences wait for the next working day (D-04).
"""

from dataclasses import dataclass
from datetime import date

from engine.calendar import Calendar, DueDate
from engine.periods import end_of_february

ARTICLE = "第十八条"


@dataclass(frozen=True)
class Deadline:
    """`due` is the legal date, `flags_after` the last day on which nobody counts as late.

    `grace_ends` is the last day of the grace that follows; `count` shows how it was reckoned.
    """

    due: date
    flags_after: date
    grace_ends: date
    count: DueDate
    provisional: bool


@dataclass(frozen=True)
class Arrivals:
    """The two clocks: when the report first reached the city, and when it first reached the province."""

    at_city: date | None
    at_province: date | None


def deadline_of(year: int, calendar: Calendar, region: str, grace_days: int) -> Deadline:
    """Dates of the report on `year`. `grace_days` are working days after `flags_after`."""
    due = end_of_february(year + 1)
    rolled = calendar.on_or_after(due, region)
    grace = calendar.due(rolled.due, grace_days, region)
    provisional = rolled.provisional or grace.provisional
    return Deadline(due, rolled.due, grace.due, grace, provisional)


def city_deadline(deadline: Deadline, at_city: date, calendar: Calendar, region: str, days: int) -> date:
    """By when the city has to have sent it on: what comes late to the city is due `days` working days on."""
    if at_city <= deadline.flags_after:
        return deadline.flags_after
    return calendar.due(at_city, days, region).due


def cluster_is_late(deadline: Deadline, arrivals: Arrivals, today: date) -> bool:
    return (arrivals.at_city or today) > deadline.flags_after


def city_is_late(city_due: date | None, arrivals: Arrivals, today: date) -> bool:
    """Never before the report has reached the city: until then the city has nothing to send on."""
    return city_due is not None and (arrivals.at_province or today) > city_due
