"""One database written to a file while it is in use, and put back in one transaction.

SQLite through its own backup interface, because copying a live file misses commits; PostgreSQL
through pg_dump, pg_restore and psql. Knows no table, no archive and no attachment.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from engine.db import Database
from engine.errors import QilianError

DEBIAN_CLIENTS = Path("/usr/lib/postgresql")


class DumpFailed(QilianError):
    """数据库备份或恢复失败。"""


def kind(database: Database) -> str:
    return "sqlite" if database.is_sqlite else "postgresql"


def tables(database: Database) -> list[str]:
    with database.read() as session:
        return sa.inspect(session.connection()).get_table_names()


def dump(database: Database, file: Path) -> None:
    """A consistent copy of everything that was committed at one moment; stops no writer."""
    if database.is_sqlite:
        _dump_sqlite(database, file)
    else:
        _client("pg_dump", database, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


def load(database: Database, file: Path) -> None:
    """Replace all content; on any failure the database stays as it was."""
    if database.is_sqlite:
        _load_sqlite(database, file)
    else:
        _load_postgres(database, file)


def _dump_sqlite(database: Database, file: Path) -> None:
    with closing(sqlite3.connect(file)) as copy, database.engine.connect() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        _demand_integrity(copy)


def _load_sqlite(database: Database, file: Path) -> None:
    path = Path(database.url.database or "")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as copy, closing(sqlite3.connect(path, timeout=30)) as target:
        _demand_integrity(copy)
        copy.backup(target)
        target.execute("PRAGMA journal_mode=WAL")


def _demand_integrity(connection: sqlite3.Connection) -> None:
    try:
        answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise DumpFailed(f"数据库副本不完整：{answer}")


def _load_postgres(database: Database, file: Path) -> None:
    """All in one psql transaction: what is there now goes, what is in the file comes."""
    script, clear = file.with_suffix(".sql"), file.with_suffix(".clear.sql")
    quote = database.engine.dialect.identifier_preparer.quote
    drops = [f"DROP TABLE {quote(name)} CASCADE;\n" for name in tables(database)]
    clear.write_text("".join(drops), encoding="utf-8")
    _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file)], {})
    options = [
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
    ]
    _client("psql", database, *options, f"--file={clear}", f"--file={script}")


def _client(program: str, database: Database, *arguments: str) -> None:
    # The password goes through the environment: everybody on the machine sees arguments.
    url = database.url.set(drivername="postgresql")
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    address = sa.URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string()
    _run([program, f"--dbname={address}", *arguments], secret)


def _run(command: list[str], secret: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        [_find(command[0]), *command[1:]],
        env={**os.environ, **secret, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["?"])[0]
        raise DumpFailed(f"{command[0]} 未能完成：{reason}")


def _find(program: str) -> str:
    """Debian's newest client, else the one on the path: it must not be older than the server."""
    versions = sorted(DEBIAN_CLIENTS.glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(program)
    if not found:
        raise DumpFailed(f"找不到 {program}，请安装 PostgreSQL 客户端程序（Debian：postgresql-client）。")
    return found
