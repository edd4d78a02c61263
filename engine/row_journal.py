"""What handlers wrote in rows of the domain, noted so that it can be put back as it was.

The engine's own rows are not noted: whoever puts a step back brings those in line. A note holds plain JSON:
`table`, `key` (column: value), and the columns `before` and `after`; None for a row that was not there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapper, Session, UOWTransaction

from engine.db import Base, JsonText, UtcDateTime, dump_json, load_json
from engine.errors import Conflict

Note = dict[str, Any]
Values = Mapping[str, Any]
READERS: Mapping[type, Callable[[str], Any]] = {
    JsonText: load_json, UtcDateTime: datetime.fromisoformat, sa.Date: date.fromisoformat
}  # fmt: skip


class RowJournal:
    """Notes every row that a session flushes while the journal is open."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.notes: list[Note] = []
        self.is_whole = True  # False once a value was overwritten that nobody had read

    def __enter__(self) -> "RowJournal":
        event.listen(self._session, "after_flush", self._after_flush)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        event.remove(self._session, "after_flush", self._after_flush)

    def _after_flush(self, session: Session, _: UOWTransaction) -> None:
        """In the order in which the rows were written, parents before children."""
        inserted = [_note(row, None, _values(row)) for row in session.new if _is_of_domain(row)]
        updated = [self._update(row) for row in session.dirty if _is_of_domain(row)]
        deleted = [_note(row, _values(row), None) for row in session.deleted if _is_of_domain(row)]
        self.notes += _parents_first(inserted)
        self.notes += [note for note in updated if note["after"]]
        self.notes += reversed(_parents_first(deleted))

    def _update(self, row: object) -> Note:
        before, after = {}, {}
        state = sa.inspect(row)
        for column, key in _columns(state.mapper):
            history = state.attrs[key].history
            if not history.has_changes():
                continue
            if not history.deleted:
                self.is_whole = False
            before[column.name] = _plain(column, next(iter(history.deleted), None))
            after[column.name] = _plain(column, state.dict[key])
        return _note(row, before, after)


def put_back(session: Session, notes: Sequence[Note]) -> None:
    """Every noted row as it was. Raises Conflict when somebody has changed one since, or refers to it."""
    try:
        for note in reversed(notes):
            _put_back(session, note)
    except IntegrityError as referred:
        raise Conflict from referred
    session.expire_all()


def _put_back(session: Session, note: Note) -> None:
    table, before, after = Base.metadata.tables[note["table"]], note["before"], note["after"]
    where = [table.c[name] == value for name, value in _typed(table, note["key"]).items()]
    found = session.execute(sa.select(table).where(*where)).mappings().first()
    now = None if found is None else {name: _plain(table.c[name], found[name]) for name in after or {}}
    if now != after:
        raise Conflict
    if after is None:
        session.execute(sa.insert(table).values(_typed(table, before)))
    elif before is None:
        session.execute(sa.delete(table).where(*where))
    else:
        session.execute(sa.update(table).where(*where).values(_typed(table, before)))


def _is_of_domain(row: object) -> bool:
    return not type(row).__module__.startswith(f"{__package__}.")


def _columns(mapper: Mapper[Any]) -> Iterable[tuple[sa.Column[Any], str]]:
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        if isinstance(column, sa.Column):
            yield column, attribute.key


def _values(row: object) -> Values:
    """What is known of a row, by column."""
    state = sa.inspect(row)
    columns = _columns(state.mapper)
    return {column.name: _plain(column, state.dict[key]) for column, key in columns if key in state.dict}


def _note(row: object, before: Values | None, after: Values | None) -> Note:
    table = sa.inspect(row).mapper.local_table
    known = _values(row)
    key = {column.name: known[column.name] for column in table.primary_key}
    return {"table": table.name, "key": key, "before": before, "after": after}


def _parents_first(notes: list[Note]) -> list[Note]:
    if len(notes) < 2:  # the tables are put in order at each asking
        return notes
    position = {table.name: at for at, table in enumerate(Base.metadata.sorted_tables)}
    return sorted(notes, key=lambda note: position[note["table"]])


def _typed(table: sa.Table, values: Values) -> dict[str, Any]:
    return {name: _read(table.c[name], value) for name, value in values.items()}


def _plain(column: sa.Column[Any], value: Any) -> Any:
    if value is not None and isinstance(column.type, JsonText):
        return dump_json(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _read(column: sa.Column[Any], plain: Any) -> Any:
    read = READERS.get(type(column.type))
    return plain if plain is None or read is None else read(plain)
