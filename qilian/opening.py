"""Opens the configured database for a command, and says in words why it cannot."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from engine.db import Database
from engine.errors import QilianError
from qilian import schema
from qilian.config import Config, ConfigurationFault


class DatabaseUnreachable(QilianError):
    """连接不上数据库。"""


class NotUpgraded(QilianError):
    """数据库还没有升级到本版，请先运行 qilian db upgrade。"""


@contextmanager
def open_database(config: Config, *, create: bool = False) -> Iterator[Database]:
    """The database in whatever state it is; only with `create` a SQLite file may come into being."""
    try:
        database = Database(config.database_url)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigurationFault("环境变量 QILIAN_DATABASE_URL 不是可用的数据库地址。") from error
    if create:
        config.prepare_home()
    elif is_missing(database):
        raise DatabaseUnreachable(f"没有数据库文件“{database.url.database}”，请先运行 qilian db upgrade。")
    try:
        yield database
    except OperationalError as error:
        raise DatabaseUnreachable(f"数据库无法使用：{str(error.orig).strip()}") from error
    finally:
        database.dispose()


def is_missing(database: Database) -> bool:
    """Whether opening would make a new, empty file."""
    return database.is_sqlite and not Path(database.url.database or "").exists()


@contextmanager
def open_upgraded(config: Config) -> Iterator[Database]:
    """The database, at the version that this program needs."""
    with open_database(config) as database:
        if not schema.is_current(database):
            raise NotUpgraded
        yield database
