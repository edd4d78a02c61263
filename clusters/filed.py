"""A form that somebody filed, and the step in which it takes effect: what every domain row cites (D9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Filed:
    """`task_id` is the task that acts on the form; rows are unique on it and the instance (D8)."""

    data: Mapping[str, Any]
    instance_id: str
    task_id: str
    submission_id: str
    by: str

    def text(self, name: str) -> str:
        return str(self.data.get(name) or "").strip()

    def day(self, name: str) -> date | None:
        value = self.text(name)
        return date.fromisoformat(value) if value else None

    def rows(self, name: str) -> Sequence[Mapping[str, Any]]:
        return self.data.get(name) or []

    @property
    def source(self) -> dict[str, str]:
        """The columns by which a row says where it comes from."""
        return {
            "instance_id": self.instance_id,
            "task_id": self.task_id,
            "submission_id": self.submission_id,
        }
