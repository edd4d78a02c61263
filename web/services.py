"""What pages work with: put together by the composition root, handed to the application once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from flask import current_app

from clusters.objections.vault import Vault
from clusters.post.post_room import PostRoom
from engine.attachments import AttachmentStore
from engine.clock import legal_day
from engine.contract import Catalogue
from engine.db import Database
from engine.deployment import Rules
from engine.engine import Engine


class Sandbox(Protocol):
    """The sandbox's bar: people, time to move, years to be acted. None outside the sandbox."""

    def people(self) -> list["SandboxPerson"]: ...

    def advance_to(self, target: datetime) -> int: ...

    def next_deadline(self) -> datetime | None: ...

    @property
    def can_begin_anew(self) -> bool: ...

    def begin_anew(self) -> None:
        """Everything as when the sandbox was opened first; whoever had signed in is signed out."""

    @property
    def password(self) -> str:
        """One for all its people, said openly."""

    def chapters(self) -> Sequence["SandboxChapter"]: ...

    def play_until(self, day: date) -> "SandboxPlayed": ...


@dataclass(frozen=True)
class SandboxPerson:
    """One marked-as-fictional account: `group` is the organisation shown in the switch."""

    id: str
    name: str
    label: str
    group: str


@dataclass(frozen=True)
class SandboxChapter:
    """A stretch of the demonstration: up to which day, what happens in it, which pages are worth a look."""

    number: int
    title: str
    since: date
    until: date
    lead: str
    looks: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class SandboxPlayed:
    """How many acts the sandbox's people performed, and what the rules would not take from them."""

    acts: int
    refused: Sequence[str]


@dataclass
class Services:
    """Everything behind the pages. `processes` is the folder of seeds (diagrams, forms, standards);
    `rules` is what an uploaded diagram is held against; `post` what leaves by mail and web hook;
    `proxies` stand between browsers and us."""

    engine: Engine
    attachments: AttachmentStore
    audit_key: bytes
    secret_key: bytes
    vault: Vault
    processes: Path
    rules: Rules
    post: PostRoom
    sandbox: Sandbox | None = None
    proxies: int = 0
    catalogue: Catalogue = field(init=False)

    def __post_init__(self) -> None:
        self.catalogue = self.engine.parts.catalogue

    @property
    def secure_cookies(self) -> bool:
        """Behind a proxy pages are served over HTTPS only, and cookies never leave by another way."""
        return self.proxies > 0

    @property
    def database(self) -> Database:
        return self.engine.database

    def now(self) -> datetime:
        """Legal time (D7)."""
        return self.engine.clock.now()

    def today(self) -> date:
        return legal_day(self.now())


def services() -> Services:
    """The services of the running application."""
    found: Services = current_app.extensions["qilian"]
    return found
