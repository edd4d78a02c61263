"""The same SQL without an engine: what the database alone takes for a step, a firing, an inbox page."""

import json
from collections.abc import Iterator
from time import perf_counter

import sqlalchemy as sa

from engine.db import Database
from qilian.bench import reference

STATE = "x" * 4000  # about what the engine keeps of an instance half way through
TABLES = (
    "CREATE TABLE {0}_instance (id {key}, version INTEGER NOT NULL, state TEXT NOT NULL)",
    "CREATE TABLE {0}_item (id {key}, instance_id INTEGER NOT NULL, name TEXT, status TEXT)",
    "CREATE INDEX {0}_item_of ON {0}_item (instance_id, status)",
    "CREATE TABLE {0}_submission (id {key}, item_id INTEGER NOT NULL, data TEXT NOT NULL)",
    "CREATE TABLE {0}_timer (id {key}, instance_id INTEGER NOT NULL, due_at INTEGER, status TEXT)",
    "CREATE INDEX {0}_timer_due ON {0}_timer (status, due_at)",
    "CREATE TABLE {0}_audit (id {key}, facts TEXT NOT NULL)",
)
KEYS = {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"}


def create_tables(database: Database, prefix: str) -> None:
    key = KEYS[database.engine.dialect.name]
    with database.engine.begin() as connection:
        for table in TABLES:
            connection.exec_driver_sql(table.format(prefix, key=key))


def statement(connection: sa.Connection, sql: str) -> str:
    """With the driver's sign for a parameter."""
    return sql if connection.dialect.name == "sqlite" else sql.replace("?", "%s")


class Raw:
    """Prebuilt statements on tables of their own; what is written has the size of what a step writes."""

    name = "raw"

    def __init__(self, database: Database) -> None:
        self._database = database
        self._form = json.dumps(reference.form_data(), ensure_ascii=False)
        create_tables(database, self.name)

    def steps(self, units: int) -> Iterator[float]:
        for _ in range(units):
            number = self._start()
            for task in reference.TASKS:
                began = perf_counter()
                self._complete(number, task)
                yield perf_counter() - began

    def firings(self, units: int) -> Iterator[float]:
        with self._database.engine.begin() as connection:
            for due_at in range(units):
                number = self._insert_instance(connection)
                insert = "INSERT INTO raw_timer (instance_id, due_at, status) VALUES (?, ?, 'waiting')"
                self._run(connection, insert, number, due_at)
        for _ in range(units):
            began = perf_counter()
            self._fire()
            yield perf_counter() - began

    def _start(self) -> int:
        with self._database.engine.begin() as connection:
            return self._insert_instance(connection)

    def _insert_instance(self, connection: sa.Connection) -> int:
        insert = "INSERT INTO raw_instance (version, state) VALUES (0, ?) RETURNING id"
        number = int(self._run(connection, insert, STATE).scalar_one())
        self._run(
            connection,
            "INSERT INTO raw_item (instance_id, name, status) VALUES (?, 'task_a', 'open')",
            number,
        )
        return number

    def _complete(self, number: int, task: str) -> None:
        with self._database.engine.begin() as connection:
            self._run(connection, "SELECT version, state FROM raw_instance WHERE id = ?", number).one()
            find = "SELECT id FROM raw_item WHERE instance_id = ? AND status = 'open'"
            item = self._run(connection, find, number).scalar_one()
            self._run(
                connection, "INSERT INTO raw_submission (item_id, data) VALUES (?, ?)", item, self._form
            )
            self._move_on(connection, number, item)
            self._run(
                connection,
                "INSERT INTO raw_item (instance_id, name, status) VALUES (?, ?, 'open')",
                number,
                task,
            )
            if task == reference.TIMED:
                insert = "INSERT INTO raw_timer (instance_id, due_at, status) VALUES (?, 1, 'cancelled')"
                self._run(connection, insert, number)

    def _fire(self) -> None:
        with self._database.engine.begin() as connection:
            claim = "SELECT id, instance_id FROM raw_timer WHERE status = 'waiting' ORDER BY due_at LIMIT 1"
            timer, number = self._run(connection, claim).one()
            self._run(connection, "UPDATE raw_timer SET status = 'fired' WHERE id = ?", timer)
            self._run(connection, "SELECT version, state FROM raw_instance WHERE id = ?", number).one()
            find = "SELECT id FROM raw_item WHERE instance_id = ? AND status = 'open'"
            self._move_on(connection, number, self._run(connection, find, number).scalar_one())

    def _move_on(self, connection: sa.Connection, number: int, item: int) -> None:
        update = "UPDATE raw_instance SET version = version + 1, state = ? WHERE id = ?"
        self._run(connection, update, STATE, number)
        self._run(connection, "UPDATE raw_item SET status = 'completed' WHERE id = ?", item)
        self._run(connection, "INSERT INTO raw_audit (facts) VALUES (?)", "completed")

    def _run(
        self, connection: sa.Connection, sql: str, *values: object
    ) -> sa.CursorResult[tuple[object, ...]]:
        return connection.exec_driver_sql(statement(connection, sql), values)
