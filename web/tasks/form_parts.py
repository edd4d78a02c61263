"""What is drawn of a form: controls, tables, sections. Knows one value and its place; no HTML."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from clusters.people import regions
from engine.forms import Condition, Field, Section, Table
from web.dates import cn_date
from web.render import shortened, thousands

BOXES_UP_TO = 12
PRINT_BLANK_ROWS = 8
TURNED_FROM, TURNED_ROWS = 16, 5
# Widths in characters, for the sheets of paper that a table is cut into.
WIDTHS = {"number": 7, "datetime": 7, "select": 6, "radio": 6, "checkbox": 4, "textarea": 14, "filepicker": 9}
WIDTH_OF_TEXT, WIDTH_OF_WIDE, PAGE_WIDTH, WIDE_PAGE_WIDTH = 10, 16, 48, 78


Told = tuple[str, bool, Any]


def told(conditions: Iterable[Condition]) -> list[Told]:
    """For the script that shows and hides at once; without it all is shown, and said when it applies."""
    return [(c.key, c.equal, c.value) for c in conditions]


class Control(NamedTuple):
    """One value at its place: in a table the row number stands in `row` (from 1)."""

    field: Field
    path: str
    value: Any
    messages: Sequence[str] = ()
    hidden: bool = False
    row: int | None = None

    @property
    def id(self) -> str:
        return f"f-{self.path}"

    @property
    def error_id(self) -> str:
        return f"e-{self.path}"

    @property
    def described_by(self) -> str:
        parts = [self.error_id] if self.messages else []
        if self.row is None and self.field.look.help:
            parts.append(f"h-{self.path}")
        return " ".join(parts)

    @property
    def typed(self) -> str:
        """The value as it stands in an input."""
        if self.value is None:
            return ""
        if self.field.type == "number" and not self.field.look.plain:
            return thousands(shortened(self.value))
        if isinstance(self.value, list):
            return "、".join(str(item) for item in self.value)
        return str(self.value)

    @property
    def read(self) -> str:
        """The value in words."""
        if self.value is None or self.value == []:
            return ""
        if self.field.options:
            values = self.value if isinstance(self.value, list) else [self.value]
            return "、".join(self.field.option_label(value) for value in values)
        if isinstance(self.value, bool):
            return "是" if self.value else "否"
        if self.field.rules.check == "region":
            return _region_in_words(self.typed)
        return _date_in_words(self.typed) if self.field.type == "datetime" else self.typed

    def has(self, option: str) -> bool:
        """Whether the option is chosen."""
        if isinstance(self.value, list):
            return option in self.value
        stored = str(self.value).lower() if isinstance(self.value, bool) else self.value
        return bool(stored == option)

    @property
    def span(self) -> int:
        look = self.field.look
        if look.span is not None:
            return look.span
        narrow = self.field.type in ("number", "datetime", "select") and not look.wide
        return 8 if narrow else 16

    @property
    def text_rows(self) -> int:
        longest = self.field.rules.max_length
        return 3 if longest <= 500 else 5 if longest <= 1000 else 8

    @property
    def uses_boxes(self) -> bool:
        """A list short enough to be ticked."""
        return 0 < len(self.field.options) <= BOXES_UP_TO

    @property
    def conditions(self) -> list[Told]:
        return told(self.field.hides)


def _region_in_words(code: str) -> str:
    """渭源县（621123）: people know places by their names."""
    known = regions.all_regions().get(code)
    return f"{known.name}（{code}）" if known else code


def _date_in_words(text: str) -> str:
    try:
        return cn_date(text)
    except ValueError:
        return text


class RowView(NamedTuple):
    """One row; `number` counts from 1."""

    number: int
    controls: list[Control]
    is_wrong: bool


@dataclass(frozen=True)
class TableView:
    """A table with its rows, totals and the row that a script copies for a new one."""

    table: Table
    columns: list[Field]
    rows: list[RowView]
    new_row: RowView | None
    totals: list[str]
    messages: Sequence[str]
    hidden: bool
    export_url: str | None

    @property
    def id(self) -> str:
        return f"f-{self.table.key}"

    @property
    def conditions(self) -> list[Told]:
        return told(self.table.hides)

    @property
    def has_totals(self) -> bool:
        return any(self.totals)

    @property
    def rows_by_server(self) -> bool:
        """Rows with values that only the system knows are added and deleted by the server alone."""
        return any(column.readonly for column in self.columns)

    @property
    def is_wide(self) -> bool:
        """Too wide for an upright sheet of A4."""
        return not self.is_turned and sum(map(_width, self.columns)) > PAGE_WIDTH

    @property
    def is_turned(self) -> bool:
        """A few fixed rows with many columns, such as the years of F01-Y, are drawn as columns: people
        compare one figure over the years, and nobody scrolls through twenty columns sideways."""
        return self.new_row is None and len(self.columns) >= TURNED_FROM and len(self.rows) <= TURNED_ROWS

    def sheets(self) -> list[list[int]]:
        """Columns cut into sheets of about equal width; the first column is repeated on each."""
        widths = [_width(column) for column in self.columns]
        room = WIDE_PAGE_WIDTH - widths[0] if self.is_wide else PAGE_WIDTH
        wanted = -(-sum(widths[1:]) // room)
        if wanted <= 1:
            return [list(range(len(widths)))]
        sheets, used, fair = [[0]], 0, sum(widths[1:]) / Fraction(wanted)
        for index, width in enumerate(widths[1:], start=1):
            if used and (used + width > room or used >= fair):
                sheets.append([0])
                used = 0
            sheets[-1].append(index)
            used += width
        return sheets

    def blank_lines(self) -> range:
        """Empty lines of a form that will be filled in by hand."""
        return range(max(len(self.rows), self.table.min_rows, PRINT_BLANK_ROWS))


def _width(column: Field) -> int:
    if column.look.wide:
        return WIDTH_OF_WIDE
    return max(WIDTHS.get(column.type, WIDTH_OF_TEXT), min(len(column.label), WIDTH_OF_TEXT))


class Block(NamedTuple):
    """One thing in a section: `kind` is field, table, text, line or group."""

    kind: str
    control: Control | None = None
    table: TableView | None = None
    text: str = ""
    label: str = ""
    blocks: list["Block"] = []  # noqa: RUF012 - never changed
    hidden: bool = False
    conditions: list[Told] = []  # noqa: RUF012 - never changed

    @property
    def is_wide(self) -> bool:
        return (self.table is not None and self.table.is_wide) or any(b.is_wide for b in self.blocks)


@dataclass(frozen=True)
class SectionView:
    """A card of the form. `state` is one of done, late, doing, todo, none; `state_text` says it."""

    section: Section
    blocks: list[Block]
    state: str
    state_text: str
    hidden: bool

    @property
    def id(self) -> str:
        return f"s-{self.section.key}"

    @property
    def is_wide(self) -> bool:
        """Whether a table of it needs a sheet on its side: then the whole section stands on such sheets."""
        return any(block.is_wide for block in self.blocks)

    @property
    def conditions(self) -> list[Told]:
        return told(self.section.hides)
