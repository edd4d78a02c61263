"""Databases that a benchmark may fill: a SQLite file in a temporary folder, and one made on PostgreSQL.

An installation's own database is never touched: of its address only the server is used, and only where
it lets a database be made.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from engine.db import Database
from qilian import schema
from qilian.cli import complain

SERVERS = ("QILIAN_DATABASE_URL", "QILIAN_TEST_POSTGRES")


@contextmanager
def databases(environment: Mapping[str, str] = os.environ) -> Iterator[dict[str, Database]]:
    """By name, with all tables and no rows; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="qilian-bench-") as folder:
        found = {"sqlite": _made(f"sqlite:///{Path(folder) / 'bench.db'}")}
        server = _server(environment)
        try:
            with _on_server(server) as postgres:
                if postgres is not None:
                    found["postgresql"] = postgres
                yield found
        finally:
            for database in found.values():
                database.dispose()


def _server(environment: Mapping[str, str]) -> sa.URL | None:
    for name in SERVERS:
        url = environment.get(name, "")
        if url.startswith("postgresql"):
            return sa.make_url(url).set(drivername="postgresql+psycopg")
    return None


@contextmanager
def _on_server(server: sa.URL | None) -> Iterator[Database | None]:
    if server is None:
        yield None
        return
    name = f"qilian_bench_{os.getpid()}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    except SQLAlchemyError as error:
        complain(f"注意：PostgreSQL 上不能新建数据库，只测 SQLite（{type(error).__name__}）。")
        admin.dispose()
        yield None
        return
    try:
        database = _made(server.set(database=name).render_as_string(hide_password=False))
        yield database
    finally:
        database.dispose()
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.dispose()


def _made(url: str) -> Database:
    database = Database(url)
    schema.create(database)
    return database
