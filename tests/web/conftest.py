"""What tests of pages share: a seeded database and a told sandbox, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from engine.db import Database
from tests.support.once import built_once
from tests.web.addresses import Walk
from tests.web.driving import Visitor
from tests.web.told import FILE, Told
from tests.web.world import World, seed


@pytest.fixture(scope="session")
def world_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def build(folder: Path) -> None:
        shutil.copy(sqlite_template, folder / FILE)
        database = Database(f"sqlite:///{folder / FILE}")
        seed(database)
        database.dispose()  # the last connection to close writes the log back into the file

    return built_once(tmp_path_factory, "world", build) / FILE


@pytest.fixture
def world(world_template: Path, tmp_path: Path) -> Iterator[World]:
    """The application on SQLite, seeded, with nobody and no case in it."""
    path = tmp_path / "qilian.db"
    shutil.copy(world_template, path)
    opened = World(f"sqlite:///{path}", tmp_path)
    yield opened
    opened.database.dispose()


@pytest.fixture(scope="session")
def told_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sandbox whose story has been told."""

    def build(home: Path) -> None:
        shutil.copy(sqlite_template, home / FILE)
        teller = Told(home)
        teller.tell()
        teller.database.dispose()

    return built_once(tmp_path_factory, "told", build)


@pytest.fixture
def told(told_template: Path, tmp_path: Path) -> Iterator[Told]:
    """The sandbox as it opens, for this test alone."""
    home = tmp_path / "sandbox"
    shutil.copytree(told_template, home)
    opened = Told(home)
    yield opened
    opened.database.dispose()


@pytest.fixture(scope="module")
def walk(told_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Every address of the application, with a browser for every role; shared by a module's tests."""
    folder = tmp_path_factory.mktemp("walk")
    shutil.copytree(told_template, folder / "sandbox")
    told = Told(folder / "sandbox")
    yield Walk(told, folder / "walk.db")
    told.database.dispose()


@pytest.fixture
def visitor(page: Page, told: Told, tmp_path: Path) -> Iterator[Visitor]:
    """A browser at the door of the sandbox."""
    page.set_default_timeout(10_000)
    with told.serving() as address:
        found = Visitor(page, address, told, tmp_path)
        found.open("/sign-in")
        yield found
