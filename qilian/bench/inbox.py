"""The inbox: how long one page of a person's open work takes when very many items are open.

Beside it the same page by one prepared statement: an index range for each of the person's seats.
"""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from time import perf_counter

import sqlalchemy as sa

from engine import task_lists
from engine.db import Database
from engine.directory import Person, Seat
from engine.models import WorkItem
from engine.task_lists import PAGE, Filters
from qilian.bench.ours import BEGINNING, Ours
from qilian.bench.raw import statement

SCOPES = 100
ROLES = 10
AT_ONCE = 5000
TODAY = date(2024, 5, 20)
PERSON = Person("p", "人", "县", frozenset({Seat("role_1", "620001"), Seat("role_2", "620001")}))
PART = (
    "SELECT * FROM (SELECT id, due_on, number, title FROM raw_inbox "
    "WHERE {0} ORDER BY due_on, number LIMIT 51) part_{1}"
)


def fill(database: Database, size: int) -> None:
    """So many open items over a thousand seats, and the same rows for the raw page."""
    instance = Ours(database).start()
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE raw_inbox "
            "(id INTEGER, assignee TEXT, seat TEXT, due_on DATE, number INTEGER, title TEXT)"
        )
        for first in range(0, size, AT_ONCE):
            rows = [_row(instance, number) for number in range(first, min(first + AT_ONCE, size))]
            connection.execute(sa.insert(WorkItem), rows)
        connection.exec_driver_sql(
            "INSERT INTO raw_inbox "
            "SELECT number, assignee, role || scope, due_on, number, name FROM work_item"
        )
        connection.exec_driver_sql("CREATE INDEX raw_inbox_seat ON raw_inbox (seat, due_on, number)")
        connection.exec_driver_sql("CREATE INDEX raw_inbox_mine ON raw_inbox (assignee, due_on, number)")
        connection.exec_driver_sql("ANALYZE")


def _row(instance: str, number: int) -> dict[str, object]:
    seat = number % (SCOPES * ROLES)
    return {
        "id": f"item-{number}", "instance_id": instance, "task_id": str(uuid.UUID(int=number)), "round": 0,
        "element": "task_a", "name": f"第{number}项", "form": "bench", "role": f"role_{seat % ROLES}",
        "scope": str(620000 + seat // ROLES), "not_by": [], "status": "open", "version": 1,
        "created_at": BEGINNING, "due_on": TODAY + timedelta(days=number % 60), "provisional": False,
    }  # fmt: skip


class RawPage:
    name = "raw"

    def __init__(self, database: Database) -> None:
        self._engine = database.engine

    def pages(self, units: int) -> Iterator[float]:
        seats = [f"{seat.role}{seat.scope}" for seat in PERSON.seats]
        parts = [PART.format("assignee = ?", 0), *(PART.format("seat = ?", n + 1) for n in range(len(seats)))]
        sql = " UNION ALL ".join(parts) + " ORDER BY 2, 3 LIMIT 51"
        with self._engine.connect() as connection:
            for _ in range(units):
                began = perf_counter()
                rows = connection.exec_driver_sql(statement(connection, sql), (PERSON.id, *seats)).all()
                yield perf_counter() - began
                assert len(rows) <= PAGE + 1


class Page:
    """待办, the first page, as the task list asks for it."""

    name = "qilian"

    def __init__(self, database: Database) -> None:
        self._database = database

    def pages(self, units: int) -> Iterator[float]:
        for _ in range(units):
            began = perf_counter()
            with self._database.read() as session:
                task_lists.to_do(session, PERSON, Filters())
            yield perf_counter() - began


class Counts(Page):
    """The four numbers beside it."""

    name = "qilian_counts"

    def pages(self, units: int) -> Iterator[float]:
        for _ in range(units):
            began = perf_counter()
            with self._database.read() as session:
                task_lists.counts(session, PERSON, TODAY)
            yield perf_counter() - began
