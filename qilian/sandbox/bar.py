"""What the sandbox's bar on every page offers: other people, other times, years that act themselves, and
beginning anew.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from clusters.people import regions, roles
from engine.errors import Refused
from engine.periods import days_after
from engine.sandbox_clock import advance
from engine.ticking import next_due
from qilian import bootstrap, dumps, schema
from qilian.sandbox import cast
from qilian.sandbox.chapters import CHAPTERS, FIRST, numbers_of
from qilian.sandbox.years import Years
from web.services import SandboxChapter, SandboxPerson, SandboxPlayed, Services


class SandboxBar:
    """Implements web.services.Sandbox."""

    password = cast.PASSWORD

    def __init__(self, services: Services, beginning: Path | None = None) -> None:
        self._services, self._beginning = services, beginning
        self._stage = threading.Lock()

    @contextmanager
    def _alone_on_stage(self) -> Iterator[None]:
        """One demonstration at a time; visitors act meanwhile as they like."""
        if not self._stage.acquire(blocking=False):
            raise Refused("演示正在进行，请等它演完，再刷新看看。")
        try:
            yield
        finally:
            self._stage.release()

    @property
    def can_begin_anew(self) -> bool:
        return self._beginning is not None and self._beginning.exists()

    def begin_anew(self) -> None:
        """Back to the copy kept when the story had been told; an older one is brought up to date."""
        if self._beginning is None or not self._beginning.exists():
            raise Refused("没有留存沙箱开始时的样子。请停止服务，删除沙箱的数据目录后重新启动。")
        with self._alone_on_stage():
            self._load(self._beginning)

    def _load(self, beginning: Path) -> None:
        database = self._services.database
        database.dispose()
        with tempfile.TemporaryDirectory(dir=beginning.parent) as folder:
            dumps.load(database, Path(shutil.copy(beginning, folder)))
        database.dispose()
        if not schema.is_current(database):
            schema.upgrade(database)
        bootstrap.seed(self._services, self._services.now())

    def people(self) -> list[SandboxPerson]:
        with self._services.database.read() as session:
            return [
                SandboxPerson(
                    id=person.id,
                    name=person.name,
                    label=roles.label(role),
                    group=regions.full_name(person.organisation.region_code),
                )
                for person, role in cast.holders(session)
            ]

    def next_deadline(self) -> datetime | None:
        return next_due(self._services.engine, self._services.now())

    def advance_to(self, target: datetime) -> int:
        return advance(self._services.engine, target)

    def chapters(self) -> Sequence[SandboxChapter]:
        """Each with the addresses of its pages; what does not exist yet has none."""
        with self._services.database.read() as session:
            numbers = numbers_of(session)
        begins = (FIRST, *(days_after(chapter.until, 1) for chapter in CHAPTERS))
        return [
            SandboxChapter(
                number=chapter.number, title=chapter.title, since=since, until=chapter.until,
                lead=chapter.lead, looks=chapter.looks_in(numbers),
            )
            for since, chapter in zip(begins, CHAPTERS, strict=False)
        ]  # fmt: skip

    def play_until(self, day: date) -> SandboxPlayed:
        with self._alone_on_stage():
            outcome = Years(self._services).until(day)
        return SandboxPlayed(outcome.acts, outcome.refused)
