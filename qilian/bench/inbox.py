"""The inbox: how long one page of a person's open work takes when there are very many items.

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
from engine.models import Instance, WorkItem
from engine.task_lists import PAGE, Filters
from qilian.bench.ours import BEGINNING, Ours
from qilian.bench.raw import statement

SCOPES = 100
ROLES = 10
AT_ONCE = 5000
ITEMS_OF_A_CASE = 10
TODAY = date(2024, 5, 20)
PERSON = Person("person_2", "人", "县", frozenset({Seat("role_1", "620001"), Seat("role_2", "620001")}))
PART = (
    "SELECT * FROM (SELECT id, due_on, number, title FROM raw_inbox "
    "WHERE {0} ORDER BY due_on, number LIMIT 51) part_{1}"
)


def fill(database: Database, size: int) -> None:
    """So many items over a thousand seats, a third of them done, and the open ones for the raw page."""
    first_instance = Ours(database).start()
    with database.engine.begin() as connection:
        instances = _instances(connection, first_instance, size // ITEMS_OF_A_CASE)
        connection.exec_driver_sql(
            "CREATE TABLE raw_inbox "
            "(id INTEGER, assignee TEXT, seat TEXT, due_on DATE, number INTEGER, title TEXT)"
        )
        for first in range(0, size, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, size))
            rows = [_row(instances[number // ITEMS_OF_A_CASE], number) for number in numbers]
            connection.execute(sa.insert(WorkItem), rows)
        connection.exec_driver_sql(
            "INSERT INTO raw_inbox "
            "SELECT number, assignee, role || scope, due_on, number, name FROM work_item "
            "WHERE status = 'open'"
        )
        connection.exec_driver_sql("CREATE INDEX raw_inbox_seat ON raw_inbox (seat, due_on, number)")
        connection.exec_driver_sql("CREATE INDEX raw_inbox_mine ON raw_inbox (assignee, due_on, number)")
        connection.exec_driver_sql("ANALYZE")


def _instances(connection: sa.Connection, model: str, count: int) -> list[str]:
    """Ids of as many further instances, alike but for id and key."""
    row = dict(connection.execute(sa.select(Instance).where(Instance.id == model)).one()._mapping)
    ids = [f"case-{number}" for number in range(count + 1)]
    for first in range(0, len(ids), AT_ONCE):
        some = [{**row, "id": id_, "business_key": id_} for id_ in ids[first : first + AT_ONCE]]
        connection.execute(sa.insert(Instance), some)
    return ids


def _row(instance: str, number: int) -> dict[str, object]:
    seat, done = number % (SCOPES * ROLES), number % 3 == 2
    return {
        "id": f"item-{number}", "instance_id": instance, "task_id": str(uuid.UUID(int=number)), "round": 0,
        "element": "task_a", "name": f"第{number}项", "form": "bench", "role": f"role_{seat % ROLES}",
        "scope": str(620000 + seat // ROLES), "not_by": [], "version": 1,
        "status": "completed" if done else "open",
        "completed_by": f"person_{number % 500}" if done else None,
        "completed_at": BEGINNING if done else None,
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
