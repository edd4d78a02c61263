"""The database: one Base, exact types, read and write transactions. Knows no table."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of every package hangs on this one base."""

    metadata = sa.MetaData(naming_convention=NAMING)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant. Aware on the way in, UTC in the database, aware UTC on the way out (D16)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")


def dump_json(value: Any) -> str:
    """JSON text in UTF-8, key order kept; Decimal becomes exact text, dates ISO."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def load_json(text: str) -> Any:
    """JSON read exactly: numbers with a point become Decimal, never float."""
    return json.loads(text, parse_float=Decimal)


class JsonText(sa.types.TypeDecorator[Any]):
    """JSON kept as TEXT: key order survives and numbers stay exact (D16)."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else dump_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else load_json(value)


def _sqlite(url: sa.URL) -> Engine:
    # isolation_level=None takes BEGIN away from the driver, which would otherwise begin
    # deferred transactions that fail with "database is locked" when they turn to writing.
    engine = sa.create_engine(
        url, connect_args={"timeout": 30, "isolation_level": None}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: ConnectionPoolEntry) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        readonly = connection.get_execution_options().get("qilian_readonly", False)
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


class Database:
    """Where everything is kept: SQLite in one file or PostgreSQL, one code path (D16)."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # Parameters are hidden in errors: these end in logs and incidents, what was typed must not.
        self.engine: Engine = (
            _sqlite(self.url)
            if self.is_sqlite
            else sa.create_engine(self.url, pool_pre_ping=True, hide_parameters=True)
        )
        self._reader = self.engine.execution_options(qilian_readonly=True)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that never takes the write lock and is never committed."""
        with Session(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    def dispose(self) -> None:
        self.engine.dispose()


def one_at_a_time(session: Session, what: str) -> None:
    """Until the end of this transaction nobody else is at `what`, on any node.

    Where there is a row to lock, lock the row. SQLite has one writer anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        statement = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")
        session.execute(statement, {"what": f"qilian:{what}"})
