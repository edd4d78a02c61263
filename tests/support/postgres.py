"""A PostgreSQL server for the tests: the one that is given, else one of our own.

Own means: the system's binaries, else PyPI's pgserver, in a temporary folder, reached through a
socket in it only, ended with the tests. Knows nothing of Qilian's tables.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import BinaryIO

import psycopg
import sqlalchemy as sa

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "autovacuum=off")
# SIGINT is PostgreSQL's fast shutdown.
KEEPER = '"$@" & server=$!; read -r _; kill -INT $server; wait $server; rm -rf "$0"'
_numbers = count(1)


@contextmanager
def postgres_server() -> Iterator[sa.URL]:
    """Address of a server on which databases may be made."""
    given = os.environ.get("QILIAN_TEST_POSTGRES")
    if given:
        yield sa.make_url(given).set(drivername="postgresql+psycopg")
        return
    binaries = _binaries()
    os.environ["PATH"] += f"{os.pathsep}{binaries}"  # pg_dump and psql, for the backups
    with _own_server(binaries) as url:
        yield url


def new_database(server: sa.URL, template: str = "template0") -> sa.URL:
    """A fresh database, a copy of `template`."""
    name = f"qilian_{os.getpid()}_{next(_numbers)}"
    _as_admin(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING UTF8')
    return server.set(database=name)


def drop_database(url: sa.URL, server: sa.URL) -> None:
    _as_admin(server, f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')


def _as_admin(server: sa.URL, statement: str) -> None:
    with psycopg.connect(libpq(server), autocommit=True) as connection:
        connection.execute(statement)


def libpq(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _binaries() -> Path:
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = [path for path in system if (path / "initdb").exists()]
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    if initdb:
        return Path(initdb).resolve().parent
    bundled = find_spec("pgserver")
    if bundled and bundled.origin:
        return Path(bundled.origin).parent / "pginstall" / "bin"
    raise RuntimeError(
        "The tests need PostgreSQL: install Debian's postgresql, or set QILIAN_TEST_POSTGRES to the "
        "address of a server on which databases may be made."
    )


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: then another account owns the server."""
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in accounts else "nobody"


@contextmanager
def _own_server(binaries: Path) -> Iterator[sa.URL]:
    owner = _owner()
    home = Path(tempfile.mkdtemp(prefix="qilian-pg-"))
    if owner:
        shutil.chown(home, owner)
    account: dict[str, object] = {"user": owner, "extra_groups": [], "cwd": home} if owner else {"cwd": home}
    initdb = [binaries / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    try:
        subprocess.run(
            [*initdb, "--no-locale", "--no-sync"], check=True, capture_output=True, text=True, **account
        )
        options = [part for setting in FAST for part in ("-c", setting)]
        command = [binaries / "postgres", "-D", home / "data", "-k", home, *options]
        with (home / "log").open("wb") as log, _lives_as_long_as_we(command, log, account) as server:
            url = sa.make_url(f"postgresql+psycopg://postgres@/postgres?host={home}")
            _wait_until_ready(url, server, home / "log")
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _lives_as_long_as_we(
    command: list[object], log: BinaryIO, account: dict[str, object]
) -> Iterator["subprocess.Popen[bytes]"]:
    """The keeper reads a pipe that closes when the tests end, in whatever way, and ends the server."""
    keeper = ["sh", "-c", KEEPER, str(account["cwd"]), *map(str, command)]
    server = subprocess.Popen(
        keeper, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, **account
    )
    try:
        yield server
    finally:
        server.communicate(timeout=60)


def _wait_until_ready(url: sa.URL, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(libpq(url)).close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from error
            time.sleep(0.05)
