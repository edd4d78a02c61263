"""A form as its users see it: parse once, then clean, check and prefill. Knows the parts beneath it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import Problem
from engine.forms.clean import clean_form, clean_value, is_untouched, visible
from engine.forms.fields import Component, Field, Group, Option, Section, Table
from engine.forms.schema import read_schema
from engine.forms.validate import form_problems

Choices = Mapping[str, Iterable[tuple[str, str]]]


@dataclass(frozen=True)
class Form:
    """One .form file. Immutable; the same object may serve every request."""

    name: str
    title: str
    sections: tuple[Section, ...]

    @classmethod
    def parse(cls, name: str, text: str) -> "Form":
        """Read a .form file; `name` is its file name without suffix. Raises FormInvalid."""
        name = name.removesuffix(".form")
        title, sections = read_schema(name, text)
        return cls(name, title, sections)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field in order, groups opened; a table counts as one field."""
        return tuple(field for section in self.sections for field in section.fields)

    def section(self, key: str) -> Section:
        return next(section for section in self.sections if section.key == key)

    def field(self, path: str) -> Field | None:
        """The field that `enterprises.3.uscc` or `cluster_name` names."""
        key, _, rest = path.partition(".")
        found = next((field for field in self.fields if field.key == key), None)
        if rest and isinstance(found, Table):
            return found.column(rest.rpartition(".")[2])
        return found

    def clean(self, raw: Mapping[str, Any], draft: bool = False) -> dict[str, Any]:
        """Plain JSON values in one spelling, undeclared keys dropped.

        A draft keeps what is hidden at the moment and rows that are still blank; a submission does not.
        """
        return clean_form(self.fields, raw, draft)

    def problems(self, data: Mapping[str, Any], section: str | None = None) -> list[Problem]:
        """Everything that is wrong with `data` (cleaned here), or with one section of it."""
        fields = self.fields if section is None else self.section(section).fields
        shown = visible(self.fields, self.clean(data, draft=True))
        return list(form_problems(fields, shown))

    def blank(self, context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A form to begin with: defaults, and what `context` holds under the `prefill` names."""
        context = context or {}
        return {field.key: _first_value(field, context) for field in self.fields}

    def blank_row(self, table: str, context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A further row to begin with."""
        found = self.field(table)
        columns = found.columns if isinstance(found, Table) else ()
        return {column.key: _first_value(column, context or {}) for column in columns}

    def is_untouched(self, data: Mapping[str, Any], section: str) -> bool:
        """Whether nobody has entered anything into the section yet."""
        fields = self.section(section).fields
        return all(is_untouched(f, data.get(f.key)) for f in fields if not f.readonly)

    def keep_readonly(self, data: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
        """`data` with every read-only field as in `base`: what the system fills, nobody types.

        Rows are matched by position; a fixed table has exactly the rows of `base`.
        """
        return {f.key: _protected(f, data.get(f.key), base.get(f.key)) for f in self.fields}

    def with_options(self, choices: Choices) -> "Form":
        """The form with the choices that fields ask for by `valuesKey`."""
        sections = tuple(replace(s, components=_bind(s.components, choices)) for s in self.sections)
        return replace(self, sections=sections)

    def files(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """(path, reference) of every attachment in `data`."""
        for path, field, value in self._values(data):
            if field.type == "filepicker":
                for reference in value or []:
                    yield path, reference

    def _values(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Field, Any]]:
        for field in self.fields:
            if not isinstance(field, Table):
                yield field.key, field, data.get(field.key)
                continue
            for index, row in enumerate(data.get(field.key) or []):
                for column in field.columns:
                    yield f"{field.key}.{index}.{column.key}", column, row.get(column.key)


def _first_value(field: Field, context: Mapping[str, Any]) -> Any:
    given = context.get(field.prefill) if field.prefill else None
    if given is None:
        given = field.default
    if isinstance(field, Table) and not given and not field.fixed:
        row = {column.key: _first_value(column, context) for column in field.columns}
        return [dict(row) for _ in range(max(field.start_rows, field.min_rows))]
    return clean_value(field, given, draft=True)


def _protected(field: Field, value: Any, kept: Any) -> Any:
    if field.readonly:
        return kept
    if not isinstance(field, Table):
        return value
    rows, before = list(value or []), list(kept or [])
    if field.fixed:
        rows = (rows + [{}] * len(before))[: len(before)]
    before += [{}] * (len(rows) - len(before))
    return [_protected_row(field, row, old) for row, old in zip(rows, before, strict=False)]


def _protected_row(table: Table, row: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    return {c.key: old.get(c.key) if c.readonly else row.get(c.key) for c in table.columns}


def _bind(components: tuple[Component, ...], choices: Choices) -> tuple[Any, ...]:
    return tuple(_bind_one(component, choices) for component in components)


def _bind_one(component: Component, choices: Choices) -> Component:
    if isinstance(component, Group):
        return replace(component, components=_bind(component.components, choices))
    if isinstance(component, Table):
        return replace(component, columns=_bind(component.columns, choices))
    if isinstance(component, Field) and component.options_from in choices:
        options = tuple(Option(*choice) for choice in choices[component.options_from or ""])
        return replace(component, options=options, options_from=None)
    return component
