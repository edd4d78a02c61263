"""Errors carry facts; the web words them. Knows nothing of processes, databases or pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what, where, and on which article's ground.

    `path` names the field (`enterprises.3.uscc`), `row` the 1-based row of a table,
    `element` the id of a diagram element.
    """

    message: str
    path: str | None = None
    article: str | None = None
    row: int | None = None
    element: str | None = None


class QilianError(Exception):
    """操作未能完成。"""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__class__.__doc__ or "").strip())


class Refused(QilianError):
    """不符合规定，未予办理。"""

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        found = [Problem(problems)] if isinstance(problems, str) else list(problems)
        super().__init__("；".join(p.message for p in found) or None)
        self.problems: list[Problem] = found


class NotAllowed(QilianError):
    """您无权办理此事项。"""


class NotFound(QilianError):
    """没有找到所要的内容。"""


class Conflict(QilianError):
    """内容已被他人更新，请刷新后再办。"""


class TaskAlreadyCompleted(Conflict):
    """此事项已经办结，无需再办。"""

    def __init__(self, item_id: str, by: str | None, at: datetime | None) -> None:
        super().__init__()
        self.item_id, self.by, self.at = item_id, by, at


class CalendarUnavailable(Refused):
    """该年度的工作日历尚未导入，无法计算期限。"""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__class__.__doc__ or "").strip())
