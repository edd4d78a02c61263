"""Every row outside the engine's own tables, to compare what was with what is."""

from typing import Any

import sqlalchemy as sa

from engine.db import Base, Database

CONSUMED = {"numbering"}  # a number once given is not given again


def rows_of_domain(database: Database) -> dict[str, list[Any]]:
    """By table, in the order of the primary key."""
    tables = {m.local_table for m in Base.registry.mappers if not m.class_.__module__.startswith("engine.")}
    with database.read() as session:
        return {
            t.name: [tuple(row) for row in session.execute(sa.select(t).order_by(*t.primary_key))]
            for t in Base.metadata.sorted_tables
            if t in tables and t.name not in CONSUMED
        }
