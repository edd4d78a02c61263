"""A form with its data and problems, ready to be drawn (D17). Knows values and words; no HTML.

A page draws one in three ways: `_form.html` (to fill in), `_form_read.html`, `_form_print.html`,
each with a macro `render(view)`. On POST:

    posted = read_form(form, request.form, request.files, base=draft)
    for upload in posted.uploads: attach(posted.data, upload, <stored reference>)
    if pressed(request.form): keep `posted.data` as the draft and show the form again
    else: data = form.clean(posted.data); problems = form.problems(data)
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from engine.errors import Problem
from engine.forms import Field, Form, Group, Rule, Section, Table, Text
from web.render import thousands
from web.tasks.form_parts import Block, Control, RowView, SectionView, TableView, told
from web.tasks.form_post import Button, Posted, Upload, attach, pressed, read_form

__all__ = ["Button", "FormView", "Posted", "Upload", "attach", "pressed", "read_form", "show_form"]

FileUrl = Callable[[Mapping[str, Any]], str | None]
SheetUrl = Callable[[str], str | None]
SectionUrl = Callable[[str], str]
NEW_ROW = "__new__"
SHOWN_PROBLEMS, SHOWN_OF_SECTION = 20, 4


class ProblemLine(NamedTuple):
    """One line of the summary at the top."""

    text: str
    href: str | None
    article: str | None


class SectionProblems(NamedTuple):
    """The problems of one section of a long form: where it stands, the first of them, how many more."""

    label: str
    url: str
    count: int
    lines: list[ProblemLine]
    more: int


@dataclass(frozen=True)
class FormView:
    """Everything that a template needs. Made by `show_form`."""

    form: Form
    data: Mapping[str, Any]
    problems: Sequence[Problem] = ()
    asked: bool = False
    action: str = ""
    file_url: FileUrl = field(default=lambda _: None)
    sheet_url: SheetUrl = field(default=lambda _: None)
    section_url: SectionUrl = field(default=lambda _: "")
    only: str | None = None

    @cached_property
    def sections(self) -> list[SectionView]:
        builder = _Builder(self)
        chosen = [s for s in self.form.sections if self.only in (None, s.key)]
        return [builder.section(section) for section in chosen]

    @property
    def lines(self) -> list[ProblemLine]:
        return [self._line(problem) for problem in self.problems[:SHOWN_PROBLEMS]]

    @property
    def by_section(self) -> list["SectionProblems"]:
        """Where sections are pages of their own: a few lines of each, so that none hides the others."""
        found = []
        for section in self.form.sections:
            keys = {f.key for f in section.fields}
            mine = [p for p in self.problems if (p.path or "").partition(".")[0] in keys]
            if mine and self.section_url(section.key):
                lines = [self._line(problem) for problem in mine[:SHOWN_OF_SECTION]]
                url, more = self.section_url(section.key), max(len(mine) - SHOWN_OF_SECTION, 0)
                found.append(SectionProblems(section.label, url, len(mine), lines, more))
        return found

    @property
    def unplaced(self) -> list[ProblemLine]:
        """Problems of no field."""
        known = {f.key for s in self.form.sections for f in s.fields}
        return [self._line(p) for p in self.problems if (p.path or "").partition(".")[0] not in known]

    @property
    def further_problems(self) -> int:
        return max(len(self.problems) - SHOWN_PROBLEMS, 0)

    def _line(self, problem: Problem) -> ProblemLine:
        known = self.form.field(problem.path) if problem.path else None
        href = f"{self._page_of(problem.path or '')}#f-{problem.path}" if known else None
        return ProblemLine(f"{self._place(problem)}{problem.message}", href, problem.article)

    def _page_of(self, path: str) -> str:
        """Where the field stands, if sections are pages of their own."""
        key = path.partition(".")[0]
        return next(self.section_url(s.key) for s in self.form.sections if key in {f.key for f in s.fields})

    def _place(self, problem: Problem) -> str:
        if not problem.row or not problem.path:
            return ""
        table = self.form.field(problem.path.partition(".")[0])
        return f"{table.label if table else ''}{self._row_words(table, problem.row)}："

    def _row_words(self, table: Field | None, row: int) -> str:
        """Rows that the system names are called by that name: 年度指标（2023）."""
        first = table.columns[0] if isinstance(table, Table) and table.columns else None
        rows = self.data.get(table.key) or [] if table else []
        name = rows[row - 1].get(first.key) if first and first.readonly and len(rows) >= row else None
        return f"（{name}）" if name else f"第 {row} 行"

    def when(self, of: Control) -> str:
        """In words, when a field is to be filled in: for readers without a script."""
        return "；".join(self._when(c.key, c.equal, c.value) for c in of.field.hides)

    def _when(self, key: str, equal: bool, value: Any) -> str:
        asked = self.form.field(key)
        label = asked.label if asked else key
        answer = asked.option_label(value) if asked and asked.options else _word(value)
        return f"“{label}”为“{answer}”时{'不填' if equal else '填写'}"


def _word(value: Any) -> str:
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def show_form(
    form: Form,
    data: Mapping[str, Any],
    problems: Iterable[Problem] | None = None,
    **more: Any,
) -> FormView:
    """A form to draw. `problems` given (even empty) = the person has asked for the check.

    `more`: action (address the form is posted to), file_url, sheet_url; only (key of the one section
    that is drawn); section_url (address of each section, where the summary stands on another page).
    """
    asked = problems is not None
    return FormView(form, form.clean(data, draft=True), tuple(problems or ()), asked, **more)


class _Builder:
    """Walks a form once and puts values, problems and conditions beside each field."""

    def __init__(self, view: FormView) -> None:
        self.view, self.data = view, view.data
        found = view.problems if view.asked else view.form.problems(view.data)
        self.wrong = found if view.asked else [p for p in found if _is_filled(view.data, p.path or "")]
        self.messages: dict[str, list[str]] = {}
        for problem in self.wrong:
            if problem.path:
                self.messages.setdefault(problem.path, []).append(problem.message)
        self.counts, self.wrong_counts = _by_field(found), _by_field(self.wrong)

    def section(self, section: Section) -> SectionView:
        state, text = self._state(section)
        hidden = any(c.holds(self.data) for c in section.hides)
        return SectionView(section, list(self._blocks(section.components)), state, text, hidden)

    def _state(self, section: Section) -> tuple[str, str]:
        wrong = sum(self.wrong_counts[f.key] for f in section.fields)
        missing = sum(self.counts[f.key] for f in section.fields) - wrong
        if not section.fields:
            return "none", ""
        if wrong:
            return "late", f"{wrong} 处问题"
        if self.view.form.is_untouched(self.data, section.key):
            return ("todo", "未填") if missing else ("none", "选填")
        return ("doing", f"待补 {missing} 项") if missing else ("done", "已填")

    def _blocks(self, components: Iterable[Any]) -> Iterator[Block]:
        for component in components:
            if isinstance(component, Rule):
                yield Block("line")
                continue
            hidden = any(c.holds(self.data) for c in component.hides)
            block = Block("field", hidden=hidden, conditions=told(component.hides))
            if isinstance(component, Table):
                yield block._replace(kind="table", table=self._table(component))
            elif isinstance(component, Field):
                yield block._replace(control=self._control(component, component.key, self.data))
            elif isinstance(component, Text):
                yield block._replace(kind="text", text=component.markdown)
            elif isinstance(component, Group):
                inner = list(self._blocks(component.components))
                yield block._replace(kind="group", label=component.label, blocks=inner)

    def _control(self, one: Field, path: str, values: Mapping[str, Any], row: int | None = None) -> Control:
        hidden = bool(one.hides) and one.is_hidden({**self.data, **values} if row is not None else values)
        return Control(one, path, values.get(one.key), self.messages.get(path, ()), hidden, row)

    def _table(self, table: Table) -> TableView:
        values = self.data.get(table.key) or []
        columns = _drawn(table)
        new = None if table.fixed else self._row(table, NEW_ROW, self.view.form.blank_row(table.key))
        return TableView(
            table=table,
            columns=columns,
            rows=[self._row(table, index, row) for index, row in enumerate(values)],
            new_row=new,
            totals=[_total(table, column, values) for column in columns],
            messages=self.messages.get(table.key, ()),
            hidden=table.is_hidden(self.data) or (table.fixed and not values),
            export_url=self.view.sheet_url(table.key) if table.sheet else None,
        )

    def _row(self, table: Table, index: int | str, values: Mapping[str, Any]) -> RowView:
        number = index + 1 if isinstance(index, int) else 0
        controls = [
            self._control(column, f"{table.key}.{index}.{column.key}", values, number)
            for column in _drawn(table)
        ]
        return RowView(number, controls, any(c.messages for c in controls))


def _by_field(problems: Iterable[Problem]) -> Counter[str]:
    return Counter((problem.path or "").partition(".")[0] for problem in problems)


def _is_filled(data: Mapping[str, Any], path: str) -> bool:
    """Whether something stands there: then it is wrong, and worth saying before anybody asks."""
    value: Any = data
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else (value or {}).get(step)
    return value not in (None, "", [], False) and not (isinstance(value, list) and isinstance(value[0], dict))


def _drawn(table: Table) -> list[Field]:
    """Columns to draw. Rows are numbered anyway: a 序号 kept by the system is not drawn beside it."""
    return [c for c in table.columns if not (c.readonly and c.label == "序号")]


def _total(table: Table, column: Field, rows: Sequence[Mapping[str, Any]]) -> str:
    """The sum of a column, exactly; what is no number yet does not count."""
    if not (table.look.total and column.look.total and rows):
        return ""
    numbers = [Decimal(str(row[column.key])) for row in rows if _is_number(row.get(column.key))]
    return thousands(sum(numbers, Decimal(0)), column.rules.digits)


def _is_number(value: Any) -> bool:
    return value is not None and str(value).lstrip("-").replace(".", "", 1).isdecimal()
