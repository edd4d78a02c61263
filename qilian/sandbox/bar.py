"""What the sandbox's bar on every page offers: other people, and other times."""

from datetime import datetime

from clusters.people import regions, roles
from engine.sandbox_clock import advance
from engine.ticking import next_due
from qilian.sandbox import cast
from web.services import SandboxPerson, Services


class SandboxBar:
    """Implements web.services.Sandbox."""

    def __init__(self, services: Services) -> None:
        self._services = services

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
