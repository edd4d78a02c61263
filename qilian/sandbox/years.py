"""The years after the sandbox opens, acted by its people: whatever is on their desks when its day has come.

Time moves to the next day on which somebody means to act, and never past anything that comes due. What a
visitor has done meanwhile is on no desk any more, and so stays as it is. Writes nothing by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from engine.calendar import Calendar
from engine.clock import SHANGHAI
from engine.errors import CalendarUnavailable, Refused
from engine.models import Submission
from engine.sandbox_clock import advance
from engine.ticking import next_due
from qilian.sandbox.acting import Acting, OpenTask
from qilian.sandbox.answers import ANSWERS
from qilian.sandbox.chapters import CHAPTERS, Scene
from qilian.sandbox.deeds import Deed
from qilian.sandbox.play import AT, Play
from web.services import Services

USUAL = 3  # days on a desk
PACE: Mapping[str, int] = {
    "approve_report": 2, "submit_to_province": 2, "verify_report": 5, "assess_cluster": 10,
    "sign_assessment": 6, "record_award": 20, "fill_reexamination": 8, "receive_statement": 7,
}  # fmt: skip
# Not before this day of the year after the reported one: figures come in February, marks in April.
NOT_BEFORE: Mapping[str, tuple[int, int]] = {"fill_report": (2, 8), "assess_cluster": (4, 8)}
# An application is its county's own; only what was sent back is mended. A statement is made once.
ONCE = "receive_statement"
OWN = "fill_application"


@dataclass(frozen=True)
class Outcome:
    """`acts` were performed; `refused` names what the rules would not take, and why."""

    acts: int
    refused: Sequence[str]


class Years:
    """One stretch of time with people who act. Made anew for each: what is undone is looked up, not kept."""

    def __init__(self, services: Services) -> None:
        self.play = Play(services)
        self.acting, self.engine = Acting(self.play), services.engine
        with self.engine.database.read() as session:
            self.calendar: Calendar = self.engine.parts.calendar_of(session)
        self.plans: dict[str, date | None] = {}
        self.refused: list[str] = []
        self.acts = 0

    def until(self, last: date) -> Outcome:
        """Act what falls due up to this day, each on its own."""
        end, todo = datetime.combine(last, AT, SHANGHAI), self._deeds(last)
        while True:
            now = self.engine.clock.now()
            turn = self._next_turn(todo, now)
            stop = next_due(self.engine, now) or end
            if turn is not None and turn.at <= min(stop, end):
                advance(self.engine, max(turn.at, now))
                self.acts += turn.act()
            elif now >= end:
                return Outcome(self.acts, self.refused)
            else:
                advance(self.engine, min(stop, end))

    def _deeds(self, last: date) -> list[tuple[date, Deed]]:
        """What is still to be done of people's own accord: nothing of chapters that are over."""
        live = [c for c in CHAPTERS if c.until > self.play.today]
        found = [(on, deed) for c in live for on, deed in c.deeds if on <= last]
        return sorted(found, key=lambda entry: entry[0])

    def _next_turn(self, todo: list[tuple[date, Deed]], now: datetime) -> "Turn | None":
        """The earliest that somebody means to do; what was meant for an earlier day is done now."""
        found = [Turn(self._morning(on, now), lambda: self._do(todo)) for on, _ in todo[:1]]
        for task in self.acting.open_tasks():
            if task.id not in self.plans:
                self.plans[task.id] = self._plan(task)
            on = self.plans[task.id]
            if on is not None:
                found.append(Turn(self._morning(on, now), partial(self._act, task)))
        return min(found, key=lambda turn: turn.at, default=None)

    def _morning(self, on: date, now: datetime) -> datetime:
        """Nine o'clock of that day, or of the next working day; at once when that has passed."""
        try:
            day = self.calendar.on_or_after(on).due
        except CalendarUnavailable:
            day = on
        return max(datetime.combine(day, AT, SHANGHAI), now)

    # --- acting -----------------------------------------------------------------------------------

    def _do(self, todo: list[tuple[date, Deed]]) -> int:
        _, deed = todo.pop(0)
        try:
            deed(self.acting)
            return 1
        except Refused as refusal:
            self.refused.append(str(refusal))
            return 0

    def _act(self, task: OpenTask) -> int:
        """What the rules refuse is put aside: it stays on its desk for the visitor."""
        scene = _scene(task)
        why = self.acting.act(task.id, (scene and scene.answer) or ANSWERS[task.element])
        if why:
            self.refused.append(f"{task.key}：{why}")
            self.plans[task.id] = None
        return int(not why)

    def _plan(self, task: OpenTask) -> date | None:
        """The day on which somebody sees to it; None where the demonstration does not."""
        scene, element = _scene(task), task.element
        if element not in ANSWERS or (scene is not None and scene.never):
            return None
        if element in (OWN, ONCE) and self._was_filed(task) != (element == OWN):
            return None
        if scene is not None and scene.on is not None and scene.on >= task.since:
            return scene.on
        day = task.since + timedelta(days=PACE.get(element, USUAL))
        if element in NOT_BEFORE and task.year is not None:
            day = max(day, date(task.year + 1, *NOT_BEFORE[element]))
        return day

    def _was_filed(self, task: OpenTask) -> bool:
        query = sa.select(Submission.id).where(
            Submission.instance_id == task.instance_id, Submission.element == task.element
        )
        with self.engine.database.read() as session:
            return session.scalar(query.limit(1)) is not None


@dataclass(frozen=True)
class Turn:
    """Something that somebody will do, and when; `act` says how many acts that was."""

    at: datetime
    act: Callable[[], int]


def _scene(task: OpenTask) -> Scene | None:
    for chapter in CHAPTERS:
        for scene in chapter.scenes:
            if (scene.element, scene.county) == (task.element, task.county) and scene.year in (
                None, task.year,
            ):  # fmt: skip
                return scene
    return None
