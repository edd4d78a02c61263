"""Alembic's entry: runs the steps on the connection that `qilian.schema` hands in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from engine.db import JsonText, UtcDateTime
from qilian.tables import metadata

PLAIN = {UtcDateTime: "sa.DateTime(timezone=True)", JsonText: "sa.Text()"}


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our own types as what they are in the database: a step must not change with the code."""
    return PLAIN.get(type(item), False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=render,
    transactional_ddl=True,  # the caller's transaction holds all steps, on SQLite too
)
context.run_migrations()
