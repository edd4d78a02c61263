"""The sandbox and real work never share a database, and its time never runs backwards (D7)."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from clusters.people.models import Person
from engine.db import Database
from engine.sandbox_clock import SandboxClock
from qilian import bootstrap, sandbox
from qilian.config import Config, ConfigurationFault
from qilian.sandbox.opening import BEGINNING


@pytest.fixture
def config(sqlite_template: Path, tmp_path: Path) -> Config:
    """An installation whose operator has set the address of the database."""
    shutil.copy(sqlite_template, tmp_path / "work.db")
    return Config(tmp_path, f"sqlite:///{tmp_path / 'work.db'}", tmp_path / "secret.key")


def test_the_sandbox_is_not_laid_over_a_database_in_use(config: Config) -> None:
    bootstrap.open_services(config).database.dispose()
    with pytest.raises(ConfigurationFault, match="正式办理"):
        sandbox.open_services(config)
    database = Database(config.database_url)
    with database.read() as session:
        assert session.scalar(sa.select(Person.id).limit(1)) is None
    database.dispose()


def test_real_work_is_not_done_in_the_sandboxs_database(config: Config) -> None:
    database = Database(config.database_url)
    SandboxClock(database, BEGINNING)
    database.dispose()
    with pytest.raises(ConfigurationFault, match="沙箱的数据库"):
        bootstrap.open_services(config)


def test_of_two_people_who_move_the_time_the_later_time_stays(config: Config) -> None:
    database = Database(config.database_url)
    clock = SandboxClock(database, BEGINNING)
    clock.set(BEGINNING + timedelta(days=30))
    clock.set(BEGINNING + timedelta(days=1))
    assert clock.now() == BEGINNING + timedelta(days=30)
    database.dispose()
