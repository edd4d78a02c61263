"""What the sandbox's bar on every page offers: other people, other times, and beginning anew."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from clusters.people import regions, roles
from engine.errors import Refused
from engine.sandbox_clock import advance
from engine.ticking import next_due
from qilian import bootstrap, dumps, schema
from qilian.sandbox import cast
from web.services import SandboxPerson, Services


class SandboxBar:
    """Implements web.services.Sandbox."""

    password = cast.PASSWORD

    def __init__(self, services: Services, beginning: Path | None = None) -> None:
        self._services, self._beginning = services, beginning

    @property
    def can_begin_anew(self) -> bool:
        return self._beginning is not None and self._beginning.exists()

    def begin_anew(self) -> None:
        """Back to the copy kept when the story had been told; an older one is brought up to date."""
        if self._beginning is None or not self._beginning.exists():
            raise Refused("没有留存沙箱开始时的样子。请停止服务，删除沙箱的数据目录后重新启动。")
        database = self._services.database
        database.dispose()
        with tempfile.TemporaryDirectory(dir=self._beginning.parent) as folder:
            dumps.load(database, Path(shutil.copy(self._beginning, folder)))
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
