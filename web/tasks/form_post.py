"""From posted names such as `enterprises.3.uscc` back to the data of a form. Judges nothing.

Two things never come from the browser: what the system fills (`readonly`) and what a file is.
Both are taken from `base`, the data that the page was drawn from.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from werkzeug.datastructures import FileStorage, MultiDict

from engine.forms import Field, Form, Table

Row = dict[str, Any]
# Buttons of the form itself: what was asked, and of which table, row or file.
# `save` is what the Enter key does.
BUTTONS = {"_add": "add", "_delete": "delete", "_remove": "remove", "_import": "import", "_save": "save"}
ROW_MARK = "_row"
MAX_INDEX_DIGITS = 6


class Upload(NamedTuple):
    """A file that came with the form and is not stored yet."""

    path: str
    field: Field
    file: FileStorage


class Posted(NamedTuple):
    """What a page sent: raw data (clean it next) and new files (store them, then `attach`)."""

    data: dict[str, Any]
    uploads: list[Upload]


class Button(NamedTuple):
    """A button inside the form: `kind` is add, delete, remove, import or save; `path` what it stands at."""

    kind: str
    path: str


def pressed(posted: Mapping[str, str]) -> Button | None:
    """The form's own button that was pressed, if any: then save the draft and show the form again."""
    for name, kind in BUTTONS.items():
        if name in posted:
            return Button(kind, posted[name])
    return None


def read_form(
    form: Form,
    posted: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    base: Mapping[str, Any] | None = None,
    section: str | None = None,
) -> Posted:
    """The posted data over `base`. With `section` only that section was on the page."""
    return _Reading(form, posted, files, base or {}).read(section)


def attach(data: dict[str, Any], upload: Upload, reference: Mapping[str, Any]) -> None:
    """Write the reference of a stored upload where the file was chosen."""
    holder, _, key = upload.path.rpartition(".")
    target: Any = data
    for step in filter(None, holder.split(".")):
        target = target[int(step)] if step.isdigit() else target[step]
    before = list(target.get(key) or []) if upload.field.multiple else []
    target[key] = [*before, dict(reference)]


def _chosen(field: Field, text: str | None) -> str | None:
    """What is stored for a choice that people find by its words; other words stay as they were typed."""
    return next((o.value for o in field.options if o.label == (text or "").strip()), text)


class _Reading:
    """One posted form on its way back into data."""

    def __init__(
        self,
        form: Form,
        posted: MultiDict[str, str],
        files: MultiDict[str, FileStorage],
        base: Mapping[str, Any],
    ) -> None:
        self.form, self.posted, self.files, self.base = form, posted, files, base
        self.button = pressed(posted)
        self.known = {str(ref.get("id")): ref for _, ref in form.files(base)}
        self.uploads: list[Upload] = []

    def read(self, section: str | None) -> Posted:
        shown = self.form.fields if section is None else self.form.section(section).fields
        data = {f.key: self.base.get(f.key) for f in self.form.fields}
        indexes = self._row_indexes({f.key for f in shown if isinstance(f, Table)})
        for field in shown:
            if field.readonly:
                continue
            if isinstance(field, Table):
                data[field.key] = list(self._rows(field, indexes[field.key]))
            else:
                data[field.key] = self._value(field, field.key, field.key)
        return Posted(data, self.uploads)

    def _row_indexes(self, tables: set[str]) -> dict[str, set[int]]:
        """Which rows of each table were posted, by the numbers in their names."""
        found: dict[str, set[int]] = {key: set() for key in tables}
        for name in (*self.posted.keys(), *self.files.keys()):
            table, _, rest = name.partition(".")
            index, dot, _ = rest.partition(".")
            if dot and table in found and index.isdecimal() and len(index) <= MAX_INDEX_DIGITS:
                found[table].add(int(index))
        return found

    def _rows(self, table: Table, indexes: set[int]) -> Iterator[Row]:
        """Rows in order, without the deleted one, numbered afresh; one more if asked."""
        before = list(self.base.get(table.key) or [])
        order = list(range(len(before))) if table.fixed else sorted(indexes)[: table.max_rows + 1]
        kept = [i for i in order if table.fixed or self.button != Button("delete", f"{table.key}.{i}")]
        for new, old in enumerate(kept):
            yield self._row(table, before[old] if old < len(before) else {}, old, new)
        if self.button == Button("add", table.key) and not table.fixed and len(kept) < table.max_rows:
            yield self.form.blank_row(table.key)

    def _row(self, table: Table, before: Mapping[str, Any], old: int, new: int) -> Row:
        return {
            c.key: before.get(c.key)
            if c.readonly
            else self._value(c, f"{table.key}.{old}.{c.key}", f"{table.key}.{new}.{c.key}")
            for c in table.columns
        }

    def _value(self, field: Field, name: str, path: str) -> Any:
        """The value posted under `name`, whose place in the data will be `path`."""
        if field.type == "filepicker":
            return self._files(field, name, path)
        if field.is_list and field.options:
            return self.posted.getlist(name)
        text = self.posted.get(name)
        return _chosen(field, text) if field.look.searchable else text

    def _files(self, field: Field, name: str, path: str) -> list[Mapping[str, Any]]:
        kept = [id_ for id_ in self.posted.getlist(name) if id_ in self.known]
        removed = self.button.path if self.button and self.button.kind == "remove" else None
        self.uploads += [Upload(path, field, f) for f in self.files.getlist(name) if f.filename]
        return [self.known[id_] for id_ in kept if f"{name}.{id_}" != removed]
