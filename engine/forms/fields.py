"""What a form consists of: fields, tables, sections. Knows shapes; neither their file nor their look."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.forms.conditions import Condition


@dataclass(frozen=True)
class Option:
    """One choice: what is stored, what is read."""

    value: str
    label: str


@dataclass(frozen=True)
class Rules:
    """What a value must satisfy. Texts are counted in characters, `digits` are decimal places."""

    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    digits: int = 0
    min_length: int = 0
    max_length: int = 500
    pattern: re.Pattern[str] | None = None
    pattern_message: str | None = None
    check: str | None = None
    min_items: int = 0
    max_items: int = 50
    accept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """Hints for whoever draws the field. `span`: of 16 columns, None = by type."""

    help: str = ""
    unit: str = ""
    span: int | None = None
    wide: bool = False
    plain: bool = False
    total: bool = False
    searchable: bool = False


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that is asked. `hides`: it is hidden as soon as one of these conditions holds."""

    id: str
    type: str
    key: str
    label: str
    article: str | None = None
    rules: Rules = Rules()
    look: Look = Look()
    options: tuple[Option, ...] = ()
    options_from: str | None = None
    multiple: bool = False
    readonly: bool = False
    prefill: str | None = None
    default: Any = None
    hides: tuple[Condition, ...] = ()

    @property
    def is_boolean(self) -> bool:
        """A tick, or a choice between exactly true and false: stored as a JSON boolean."""
        return self.type == "checkbox" or {o.value for o in self.options} == {"true", "false"}

    @property
    def is_list(self) -> bool:
        return self.type in ("checklist", "taglist", "filepicker", "dynamiclist")

    @property
    def empty(self) -> Any:
        """What a cleaned form holds where nothing was filled in."""
        if self.is_list:
            return []
        return False if self.type == "checkbox" else None

    def is_hidden(self, scope: Mapping[str, Any]) -> bool:
        return any(condition.holds(scope) for condition in self.hides)

    def option_label(self, value: Any) -> str:
        stored = str(value).lower() if isinstance(value, bool) else value
        return next((o.label for o in self.options if o.value == stored), str(value))


@dataclass(frozen=True, kw_only=True)
class Table(Field):
    """A dynamiclist. `fixed`: rows come from the system and are neither added nor deleted."""

    columns: tuple[Field, ...] = ()
    min_rows: int = 0
    max_rows: int = 500
    start_rows: int = 1
    fixed: bool = False
    unique: tuple[str, ...] = ()
    sheet: str | None = None

    def column(self, key: str) -> Field | None:
        return next((c for c in self.columns if c.key == key), None)


@dataclass(frozen=True)
class Text:
    """Words for the reader, in a small Markdown."""

    id: str
    markdown: str
    hides: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A line between two blocks."""

    id: str


@dataclass(frozen=True)
class Group:
    """Fields under a heading inside a section."""

    id: str
    label: str
    components: tuple["Component", ...] = ()
    hides: tuple[Condition, ...] = ()


Component = Field | Text | Rule | Group


@dataclass(frozen=True)
class Section:
    """One part of a form, with a heading and a state of its own."""

    key: str
    label: str
    components: tuple[Component, ...] = ()
    article: str | None = None
    help: str = ""
    hides: tuple[Condition, ...] = field(default=())

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(fields_in(self.components))


def fields_in(components: tuple[Component, ...]) -> Iterator[Field]:
    """Every field, groups opened; a table counts as one field."""
    for component in components:
        if isinstance(component, Group):
            yield from fields_in(component.components)
        elif isinstance(component, Field):
            yield component
