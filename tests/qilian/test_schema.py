"""Migrations: they match the models, go up and one step down, and never lose a row."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine.db import Database
from qilian import schema
from qilian.config import PROJECT
from qilian.tables import metadata

REVISIONS = [script.revision for script in schema.scripts().walk_revisions()][::-1]


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url)
    yield database
    database.dispose()


def test_migrations_match_the_models(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_each_migration_goes_up_and_one_step_down(empty: Database) -> None:
    assert REVISIONS
    for before, revision in zip([None, *REVISIONS], REVISIONS, strict=False):
        schema.upgrade(empty, revision)
        assert schema.current(empty) == revision
        schema.downgrade(empty, "-1")
        assert schema.current(empty) == before
        schema.upgrade(empty, revision)


def test_an_upgrade_twice_changes_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    schema.upgrade(empty)
    assert schema.is_current(empty)


def test_a_migration_that_would_lose_rows_is_taken_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep_one_bundle(database)

    def lose(config: schema.AlembicConfig, to: str) -> None:
        config.attributes["connection"].execute(sa.text("DELETE FROM bundle"))

    monkeypatch.setattr(schema.command, "upgrade", lose)
    with pytest.raises(schema.MigrationHarmed, match="bundle"):
        schema.upgrade(database)
    with database.read() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM bundle")) == 1


def test_copying_a_parent_table_keeps_its_children(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep_one_bundle(database)
    with database.write() as session:
        session.execute(
            sa.text(
                "INSERT INTO process_definition (process_key, version, name, bundle_id, deployed_at)"
                " VALUES ('p', 1, 'p', 'a', '2024-05-20 01:00:00')"
            )
        )

    def widen(config: schema.AlembicConfig, to: str) -> None:
        from alembic.operations import Operations

        context = MigrationContext.configure(config.attributes["connection"])
        with Operations(context).batch_alter_table("bundle", recreate="auto") as batch:
            batch.alter_column("note", nullable=True, existing_type=sa.Text())

    monkeypatch.setattr(schema.command, "upgrade", widen)
    schema.upgrade(database)
    with database.read() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM process_definition")) == 1


def _keep_one_bundle(database: Database) -> None:
    with database.write() as session:
        session.execute(
            sa.text(
                "INSERT INTO bundle (id, name, xml, forms, note, status, proposed_at)"
                " VALUES ('a', 'a', '', '{}', '', 'proposed', '2024-05-20 01:00:00')"
            )
        )


WALK = """
import importlib, pkgutil
from qilian.config import PROJECT
from qilian.tables import metadata
named = set(metadata.tables)
for package in ("engine", "clusters", "handlers", "web"):
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, f"{package}."):
        importlib.import_module(module.name)
print(sorted(set(metadata.tables) - named))
"""


def test_no_module_has_tables_that_are_not_named() -> None:
    done = subprocess.run([sys.executable, "-c", WALK], capture_output=True, text=True, cwd=PROJECT)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
