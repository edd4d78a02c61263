"""A date in law with its reckoning, as it is stored with a deadline and shown to people (D6).

Pure values. How days are counted is the business of `engine.calendar`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day on the way to a due date: counted or skipped, and why."""

    date: dt.date
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class DueDate:
    """The end of a count of working days. The trace follows the way of counting; day 0 is not in it.

    `offset`: calendar days from the counted day to the date that is kept with it (0 mostly).
    `earlier`: counts whose end this one starts from. `note`: why the kept date differs from the count.
    `was`: days that were kept before and have moved.
    """

    start: dt.date
    days: int
    due: dt.date
    provisional: bool
    region: str | None
    calendar_version: str
    trace: tuple[CountedDay, ...]
    offset: int = 0
    earlier: tuple["DueDate", ...] = field(default=())
    note: str = ""
    was: tuple[dt.date, ...] = ()

    @property
    def on(self) -> dt.date:
        """The date by law: the counted day and what the rule adds to it."""
        return self.due + dt.timedelta(days=self.offset)

    @property
    def is_provisional(self) -> bool:
        return self.provisional or any(count.provisional for count in self.earlier)

    def to_json(self) -> dict[str, Any]:
        trace = [{"date": d.date.isoformat(), "counted": d.counted, "why": d.why} for d in self.trace]
        seldom = {
            "offset": self.offset,
            "earlier": [count.to_json() for count in self.earlier],
            "note": self.note,
            "was": [day.isoformat() for day in self.was],
        }
        return {
            "start": self.start.isoformat(),
            "days": self.days,
            "region": self.region,
            "due": self.due.isoformat(),
            "provisional": self.provisional,
            "calendar_version": self.calendar_version,
            "trace": trace,
            **{name: value for name, value in seldom.items() if value},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "DueDate":
        day = dt.date.fromisoformat
        return cls(
            start=day(data["start"]),
            days=data["days"],
            due=day(data["due"]),
            provisional=data["provisional"],
            region=data["region"],
            calendar_version=data["calendar_version"],
            trace=tuple(CountedDay(day(d["date"]), d["counted"], d["why"]) for d in data["trace"]),
            offset=data.get("offset", 0),
            earlier=tuple(cls.from_json(count) for count in data.get("earlier", [])),
            note=data.get("note", ""),
            was=tuple(day(d) for d in data.get("was", [])),
        )

    def stood_for(self, day: dt.date) -> bool:
        """Whether the kept date is this day, or was it once."""
        return day == self.on or day in self.was


def ending(counts: Sequence[DueDate], on: dt.date) -> DueDate:
    """The count that ends on a day, else the last one with the days that a rule adds to it."""
    last = next((n for n in reversed(range(len(counts))) if counts[n].on == on), len(counts) - 1)
    return replace(counts[last], offset=(on - counts[last].due).days, earlier=tuple(counts[:last]))


def succeeding(old: DueDate, found: DueDate, on: dt.date) -> DueDate:
    """The new count of a date that stood on `on`: never earlier, with the reason when the count is (D6)."""
    if found.on >= on:
        return replace(found, was=(*old.was, on) if found.on > on else old.was)
    note = ""
    if on == old.on or old.note:  # else a person has moved it, for a reason of their own
        note = (
            f"按新公布的日历重新计算应为{chinese(found.on)}，早于原定的{chinese(on)}。"
            "在办事项的期限不因此提前，保留原定日期。"
        )
    return replace(found, was=old.was, note=note)


def chinese(day: dt.date) -> str:
    """A day as documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"
