"""All tables in an empty database, in a moment."""

from engine.db import Database
from qilian import schema


def create_tables(url: str) -> None:
    database = Database(url)
    schema.create(database)
    database.dispose()
