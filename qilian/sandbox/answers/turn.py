"""One form on one desk, and what an answer to it may rest on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from engine.forms import Form

Data = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """`files` stand for whatever is uploaded; `number` makes document numbers unique.

    `attempt` counts how often the rules have refused this form so far; `team` names the people who may take
    the step; `content` is the application that the case rests on, where there is one.
    """

    form: Form
    today: date
    blank: Mapping[str, Any]
    number: int
    files: Sequence[Data]
    attempt: int = 0
    county: str = ""
    key: str = ""
    team: Sequence[str] = ()
    photos: Sequence[Data] = ()
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> Data:
        return dict(self.files[0])

    def doc(self, kind: str) -> str:
        """A document number that nobody has used."""
        return f"示例{kind}〔{self.today.year}〕{self.number}号"

    def rows(self, name: str) -> list[Data]:
        return [dict(row) for row in self.blank.get(name) or []]

    def answered(self, words: str) -> list[Data]:
        """Everything that was asked to be mended, each with this answer."""
        return [{**row, "answer": words} for row in self.rows("correction_answers")]

    def after(self, days: int) -> str:
        return (self.today + timedelta(days=days)).isoformat()


Answer = Callable[[Turn], Data]
