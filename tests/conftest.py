"""Fixtures that every package's tests share: both databases and a browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

from engine.db import Database
from tests.support.browser import ARGUMENTS, Watch, chromium_path
from tests.support.once import built_once
from tests.support.postgres import drop_database, new_database, postgres_server
from tests.support.tables import create_tables

settings.register_profile("quick", deadline=None, max_examples=50, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[sa.URL]:
    """A PostgreSQL server, for tests that make their own databases on it."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def build(folder: Path) -> None:
        create_tables(f"sqlite:///{folder / 'qilian.db'}")

    return built_once(tmp_path_factory, "tables", build) / "qilian.db"


@pytest.fixture(scope="session")
def postgres_template(postgres: sa.URL) -> Iterator[sa.URL]:
    url = new_database(postgres)
    create_tables(url.render_as_string(hide_password=False))
    yield url
    drop_database(url, postgres)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database without tables; the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: sa.URL = request.getfixturevalue("postgres")
    url = new_database(server)
    yield url.render_as_string(hide_password=False)
    drop_database(url, server)


@pytest.fixture
def source(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """What `database_url` copies for each kind; overridden where tests begin further on."""
    return lambda kind: request.getfixturevalue(f"{kind}_template")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, source: Callable[[str], Any]
) -> Iterator[str]:
    """Address of a database with all tables and no rows; the test runs once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "qilian.db"
        shutil.copy(source("sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: sa.URL = request.getfixturevalue("postgres")
    url = new_database(server, source("postgres").database)
    yield url.render_as_string(hide_password=False)
    drop_database(url, server)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a browser profile of its own; it may ask nobody but this machine."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    opened = context.new_page()
    watch = Watch(opened)
    yield opened
    context.close()
    assert not watch.faults
