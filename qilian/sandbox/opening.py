"""Opening the sandbox: its own data folder, its own clock, and the story told once."""

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from clusters.applications.models import Application
from clusters.people.models import Person
from engine.clock import SHANGHAI
from engine.db import Database
from engine.models import Bundle
from engine.sandbox_clock import SandboxClock, is_sandbox
from qilian import bootstrap, dumps
from qilian.config import Config, ConfigurationFault
from qilian.sandbox import cast, demonstration
from qilian.sandbox.bar import SandboxBar
from qilian.sandbox.play import Play
from qilian.sandbox.story import Story
from web.services import Services

log = logging.getLogger("qilian.sandbox")
BEGINNING_COPY = "beginning"
BEGINNING = datetime(2023, 3, 1, 9, 0, tzinfo=SHANGHAI)


def config_of(config: Config) -> Config:
    """The sandbox never touches real data: unless told otherwise, it lives in a folder of its own."""
    home = config.home / "sandbox"
    url = config.database_url
    if url == f"sqlite:///{config.home / 'qilian.db'}":
        url = f"sqlite:///{home / 'qilian.db'}"
    return replace(config, home=home, database_url=url, secret_key_file=home / "secret.key")


def open_services(config: Config) -> Services:
    """The sandbox, its story told on first opening (some seconds)."""
    config = config_of(config)
    database = bootstrap.open_database(config)
    _refuse_real_data(database)
    services = bootstrap.build(config, database, SandboxClock(database, BEGINNING))
    beginning = config.home / BEGINNING_COPY
    services.sandbox = SandboxBar(services, beginning)
    bootstrap.seed(services, services.now())
    if tell(services):
        keep_beginning(database, beginning)
    return services


def keep_beginning(database: Database, beginning: Path) -> None:
    """A copy to begin anew from; without it the sandbox works as well, only the button is not offered."""
    beginning.unlink(missing_ok=True)
    try:
        dumps.dump(database, beginning)
    except dumps.DumpFailed as fault:
        log.warning("the sandbox cannot be begun anew: %s", fault)


def _refuse_real_data(database: Database) -> None:
    """Anybody may become anybody in a sandbox: it is never laid over a database that was in use."""
    with database.read() as session:
        used = (session.scalar(sa.select(column).limit(1)) for column in (Bundle.id, Person.id))
        if not is_sandbox(session) and any(found is not None for found in used):
            raise ConfigurationFault("这个数据库已用于正式办理，不能当作沙箱打开。")


def tell(services: Services) -> bool:
    """Seed people and play the past, unless that has been done; whether it was done now."""
    hashed = cast.password_hash()
    with services.database.write() as session:
        cast.seed(session, services.now(), hashed)
        demonstration.seed(session, services.now())
        is_told = session.scalar(sa.select(Application.case_no).limit(1)) is not None
    if not is_told:
        log.info("telling the sandbox's story")
        Story(Play(services)).tell()
    with services.database.write() as session:
        cast.seat_operators(session, services.now(), hashed)
    return not is_told
