"""The stage of the handler tests, on both databases; steps that many tests begin with are walked once.

A module that overrides `steps` with a function of the stage finds what it returned in `scene[1]`, and
the stage as it left it. Tests change copies only.
"""

import copy
import shutil

import pytest

from engine.db import Database
from tests.handlers.stage import Stage
from tests.support.postgres import drop_database, new_database


class Scenes:
    """What steps leave behind on one kind of database; each is walked once in a process."""

    def __init__(self, new_template):
        """`new_template()` returns a database with tables: what to copy it by, and its address."""
        self.new_template, self.kept = new_template, {}

    def after(self, steps):
        """What to copy, and (stage, what the steps returned)."""
        if steps not in self.kept:
            template, url = self.new_template()
            stage = Stage(Database(url))
            self.kept[steps] = template, (stage, steps(stage))
            stage.database.dispose()
        return self.kept[steps]


@pytest.fixture(scope="session")
def sqlite_scenes(sqlite_template, tmp_path_factory):
    def new_template():
        path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("scene") / "qilian.db")
        return path, f"sqlite:///{path}"

    return Scenes(new_template)


@pytest.fixture(scope="session")
def postgres_scenes(postgres, postgres_template):
    def new_template():
        url = new_database(postgres, postgres_template.database)
        return url, url.render_as_string(hide_password=False)

    scenes = Scenes(new_template)
    yield scenes
    for template, _ in scenes.kept.values():
        drop_database(template, postgres)


def nothing(stage):
    """Only what the stage itself brings."""


@pytest.fixture
def steps():
    return nothing


@pytest.fixture
def source(request, steps):
    return lambda kind: request.getfixturevalue(f"{kind}_scenes").after(steps)[0]


@pytest.fixture
def scene(request, database, steps):
    kind = "sqlite" if database.is_sqlite else "postgres"
    _, kept = request.getfixturevalue(f"{kind}_scenes").after(steps)
    return copy.deepcopy(kept, {id(kept[0].database): database})


@pytest.fixture
def stage(scene):
    return scene[0]
