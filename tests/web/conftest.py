"""What tests of pages share: one seeded database, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.db import Database
from tests.web.world import World, seed


@pytest.fixture(scope="session")
def world_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world") / "qilian.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    seed(database)
    database.dispose()  # the last connection to close writes the log back into the file
    return path


@pytest.fixture
def world(world_template: Path, tmp_path: Path) -> Iterator[World]:
    """The application on SQLite, seeded, with nobody and no case in it."""
    path = tmp_path / "qilian.db"
    shutil.copy(world_template, path)
    opened = World(f"sqlite:///{path}", tmp_path)
    yield opened
    opened.database.dispose()
