"""Rows out of sheets, judged by the form and told to people by cell.

Knows that a value stood in a cell and what the form says of it; opens no workbook.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from clusters.workbooks.workbook_cells import CellRefused, read_cell
from clusters.workbooks.workbook_open import Cell
from clusters.workbooks.workbook_schema import is_filled_by_hand
from engine.forms import Field, Form, Section, Table

SEQUENCE, TARGET = "seq", "target_id"  # the two columns that the system numbers (F01-E, F01-T)


@dataclass(frozen=True)
class CellError:
    """What is wrong, and in which cell. `is_blank`: something required is missing and can be added later."""

    cell: str | None
    message: str
    path: str | None = None
    is_blank: bool = False

    def __str__(self) -> str:
        return f"{self.cell}: {self.message}" if self.cell else self.message


@dataclass
class SheetRow:
    """One row as found: values in the form's terms, the cell of each, and cells that were refused."""

    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def take(self, column: Field, cell: Cell, address: str) -> None:
        self.cells[column.key] = address
        try:
            value = read_cell(column, cell)
        except CellRefused as refused:
            self.refused[column.key] = f"{column.label}{refused}"
        else:
            if value is not None:
                self.values[column.key] = value

    @property
    def is_blank(self) -> bool:
        return not self.values and not self.refused


def judge(table: Table, found: Sequence[SheetRow]) -> tuple[list[dict[str, Any]], list[CellError]]:
    """The rows as the form keeps them, and every error, by row and column."""
    raw = {table.key: [row.values for row in found]}
    rows: list[dict[str, Any]] = _form_of(table).clean(raw, draft=True)[table.key]
    order = {column.key: place for place, column in enumerate(table.columns)}
    found_errors = [*_refusals(table, found), *_faults(table, found, rows), *_repeats(table, found, rows)]
    found_errors.sort(key=lambda error: (error[0], order[error[1]]))
    return rows, [error for _, _, error in found_errors]


def _form_of(table: Table) -> Form:
    """A form of this table alone: rows are judged by columns; how many there are is another question."""
    alone = replace(table, hides=(), unique=(), min_rows=0)
    return Form(table.key, table.label, (Section(table.key, table.label, (alone,)),))


Found = Iterator[tuple[int, str, CellError]]


def _refusals(table: Table, found: Sequence[SheetRow]) -> Found:
    for index, row in enumerate(found):
        for key, message in row.refused.items():
            yield index, key, CellError(row.cells[key], message, f"{table.key}.{index}.{key}")


def _faults(table: Table, found: Sequence[SheetRow], rows: list[dict[str, Any]]) -> Found:
    """What the form says, and ticks without an answer: a blank cell is not a "no"."""
    for problem in _form_of(table).problems({table.key: rows}):
        _, number, key = str(problem.path).split(".")
        index = int(number)
        column = table.column(key)
        if key in found[index].refused or column is None or not is_filled_by_hand(table, column):
            continue
        is_blank = rows[index].get(key) in (None, [], False)
        cell = found[index].cells.get(key)
        if cell is not None:
            yield index, key, CellError(cell, problem.message.rstrip("。"), problem.path, is_blank)
    for index, row in enumerate(found):
        for column in table.columns:
            unanswered = column.key in row.cells and column.key not in row.values.keys() | row.refused.keys()
            if column.type == "checkbox" and unanswered and not column.readonly:
                message = f"请填写{column.label}：是或否"
                path = f"{table.key}.{index}.{column.key}"
                yield index, column.key, CellError(row.cells[column.key], message, path, True)


def _repeats(table: Table, found: Sequence[SheetRow], rows: list[dict[str, Any]]) -> Found:
    first: dict[tuple[Any, ...], str] = {}
    columns = [column for column in table.columns if column.key in table.unique]
    for index, row in enumerate(rows if columns else ()):
        values = tuple(row.get(column.key) for column in columns)
        cell = found[index].cells.get(columns[-1].key)
        if None in values or cell is None:
            continue
        earlier = first.setdefault(values, cell)
        if earlier != cell:
            path = f"{table.key}.{index}.{columns[-1].key}"
            yield index, columns[-1].key, CellError(cell, f"{columns[-1].label}与 {earlier} 重复", path)


def number_rows(rows: list[dict[str, Any]]) -> None:
    """Row numbers from 1; targets without a number get the next free one, the others keep theirs."""
    taken = {row.get(TARGET) for row in rows}
    free = (f"T{number}" for number in range(1, 10_000))
    for number, row in enumerate(rows, 1):
        if SEQUENCE in row:
            row[SEQUENCE] = number
        if TARGET in row and not row[TARGET]:
            row[TARGET] = next(name for name in free if name not in taken)


def keep_what_no_sheet_holds(
    table: Table, rows: Iterable[dict[str, Any]], before: Iterable[Mapping[str, Any]]
) -> None:
    """Files and what the system filled in stay with their row, recognised by its key (uscc, year …)."""
    known = {_identity(table, row): row for row in before if table.unique}
    kept = [c.key for c in table.columns if c.type == "filepicker" or not is_filled_by_hand(table, c)]
    for row in rows:
        earlier = known.get(_identity(table, row))
        if earlier is not None and None not in _identity(table, row):
            row.update({key: earlier[key] for key in kept if key in earlier})


def _identity(table: Table, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(key) for key in table.unique)
