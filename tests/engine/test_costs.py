"""What a step and a page may ask of the database: counted, not timed (a timing is a benchmark)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import sqlalchemy as sa

from engine import task_lists
from engine.db import Database
from engine.models import WorkItem
from engine.task_lists import Filters
from tests.engine.errands import People, an_engine, an_errand, submit, the_item

BOB = People().people["bob"]


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement in its order; beginnings and commits of transactions that hold the write lock."""
    seen: list[str] = []

    def note(*call: object) -> None:
        seen.append(str(call[2]))

    def commit(connection: sa.Connection) -> None:
        seen.append("COMMIT")

    sa.event.listen(database.engine, "before_cursor_execute", note)
    sa.event.listen(database.engine, "commit", commit)
    try:
        yield seen
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
        sa.event.remove(database.engine, "commit", commit)


def test_a_step_that_sends_nothing_is_one_transaction(database: Database) -> None:
    """D8; to see that no message waits takes no write lock."""
    engine = an_engine(database)
    an_errand(engine)
    with statements(database) as seen:
        submit(engine, "fill", "bob", subject="修路")
    assert seen.count("COMMIT") == 1


def test_a_step_reads_its_instance_once_and_writes_it_once(database: Database) -> None:
    engine = an_engine(database)
    an_errand(engine)
    with statements(database) as seen:
        submit(engine, "fill", "bob", subject="修路")
    reads = [s for s in seen if s.startswith("SELECT instance.id, instance.process_key")]
    writes = [s for s in seen if s.startswith("UPDATE instance")]
    assert (len(reads), len(writes)) == (1, 1)


def test_a_step_does_not_read_what_the_case_has_long_done(database: Database) -> None:
    engine = an_engine(database)
    an_errand(engine)
    for _ in range(3):
        submit(engine, "fill", "bob", subject="修路")
        submit(engine, "approve", "eve", decision="return")
    loaded: list[str] = []

    def note(item: WorkItem, context: object) -> None:
        loaded.append(item.status)

    sa.event.listen(WorkItem, "load", note)
    try:
        submit(engine, "fill", "bob", subject="修路")
    finally:
        sa.event.remove(WorkItem, "load", note)
    assert loaded
    assert "completed" not in loaded


def test_the_inbox_is_read_by_ranges_of_an_index_and_not_item_by_item(database: Database) -> None:
    engine = an_engine(database)
    an_errand(engine)
    assert the_item(engine, "fill")
    if not database.is_sqlite:
        return  # a planner that knows how few rows there are reads them all
    with database.read() as session, statements(database) as seen:
        task_lists.to_do(session, BOB, Filters())
        task_lists.counts(session, BOB, date(2024, 5, 20))
        queries = list(seen)
    with database.engine.connect() as connection:
        for query in queries:
            values = tuple(datetime(2024, 5, 20, tzinfo=UTC).isoformat() for _ in range(query.count("?")))
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
            assert not any("SCAN work_item" in row[3] or "SCAN instance" in row[3] for row in plan), plan
