"""The tables' version: brings a database up to it, one transaction for all steps. Knows no table."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

from engine.db import Database
from engine.errors import QilianError
from qilian.config import PROJECT
from qilian.tables import metadata

ADVISORY_LOCK = 7_301_916  # any number, the same in every process


class MigrationHarmed(QilianError):
    """升级会损坏数据，已全部撤回。"""


def upgrade(database: Database, to: str = "head") -> None:
    """Raises MigrationHarmed, and changes nothing, where a row is lost or points nowhere."""
    with _connection(database) as connection:
        before = _row_counts(connection)
        command.upgrade(_alembic(connection), to)
        _check(connection, before)


def downgrade(database: Database, to: str) -> None:
    with _connection(database) as connection:
        command.downgrade(_alembic(connection), to)
        _check(connection, {})


def create(database: Database) -> None:
    """All tables at once, as the models have them; for tests, which need them in a moment."""
    with _connection(database) as connection:
        metadata.create_all(connection)
        command.stamp(_alembic(connection), "head")


def current(database: Database) -> str | None:
    """The revision that the database has; None before the first."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def head() -> str | None:
    return scripts().get_current_head()


def is_current(database: Database) -> bool:
    return current(database) == head()


def scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_alembic(None))


def write_revision(database: Database, message: str) -> Path:
    """A new step from the difference between the database and the models; for developers."""
    number = len(list(scripts().walk_revisions())) + 1
    with _connection(database) as connection:
        config = _alembic(connection)
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
    return Path(scripts().get_revision("head").path)


def _alembic(connection: sa.Connection | None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(PROJECT / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(database: Database) -> Iterator[sa.Connection]:
    """One transaction; on SQLite without foreign keys, which would delete the children of a copied table."""
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": ADVISORY_LOCK})
            yield connection
        return
    engine = sa.create_engine(
        database.url, poolclass=sa.NullPool, connect_args={"timeout": 30, "isolation_level": None}
    )
    event.listen(engine, "connect", _without_foreign_keys)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        yield connection


def _without_foreign_keys(connection: Any, record: object) -> None:
    # Has no effect inside a transaction, so it stands before BEGIN.
    connection.execute("PRAGMA foreign_keys=OFF")


def _row_counts(connection: sa.Connection) -> dict[str, int]:
    names = sa.inspect(connection).get_table_names()
    return {name: _count(connection, name) for name in names if name != "alembic_version"}


def _count(connection: sa.Connection, name: str) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0


def _check(connection: sa.Connection, before: dict[str, int]) -> None:
    after = _row_counts(connection)
    lost = [name for name, count in before.items() if after.get(name, count) < count]
    if lost:
        raise MigrationHarmed(f"升级会丢失数据（{'、'.join(lost)}），已全部撤回。")
    if connection.dialect.name == "sqlite":
        astray = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if astray:
            raise MigrationHarmed(f"升级后“{astray[0]}”有指向不明的行，已全部撤回。")
