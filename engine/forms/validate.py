"""What is wrong with a cleaned form, in Chinese. Knows values and limits; nothing of their origin."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.errors import Problem
from engine.forms.checks import CHECKS
from engine.forms.clean import NUMBER, is_blank
from engine.forms.fields import Field, Table
from engine.forms.patterns import MAX_TEXT, matches

MAX_FILES = 50
ASK = {
    "radio": "请选择{0}。",
    "select": "请选择{0}。",
    "checklist": "请至少选择一项{0}。",
    "taglist": "请填写{0}。",
    "datetime": "请填写{0}。",
    "filepicker": "请上传{0}。",
    "checkbox": "请勾选“{0}”。",
}


def form_problems(fields: Iterable[Field], data: Mapping[str, Any]) -> Iterator[Problem]:
    """Problems of `fields` in `data`, which is cleaned and holds visible fields only."""
    for field in fields:
        if field.key not in data:
            continue
        if isinstance(field, Table):
            yield from _table_problems(field, data[field.key])
        else:
            yield from _field_problems(field, data[field.key], field.key, None)


def _table_problems(table: Table, rows: list[Mapping[str, Any]]) -> Iterator[Problem]:
    """Untouched rows are no rows; they will not be submitted."""
    filled = [(i, row) for i, row in enumerate(rows) if table.fixed or not is_blank(table, row)]
    if len(filled) < table.min_rows:
        few = f"{table.label}至少需要 {table.min_rows} 行，现有 {len(filled)} 行。"
        yield Problem(few, table.key, table.article)
    if len(filled) > table.max_rows:
        yield Problem(f"{table.label}最多 {table.max_rows} 行。", table.key, table.article)
        return
    for index, row in filled:
        for column in table.columns:
            if column.key in row:
                path = f"{table.key}.{index}.{column.key}"
                yield from _field_problems(column, row[column.key], path, index + 1)
    if table.unique:
        yield from _duplicates(table, rows)


def _duplicates(table: Table, rows: list[Mapping[str, Any]]) -> Iterator[Problem]:
    """Every later row whose unique columns repeat those of an earlier one."""
    seen: dict[tuple[Any, ...], int] = {}
    columns = [c for c in table.columns if c.key in table.unique]
    label, last = "、".join(c.label for c in columns), columns[-1]
    for index, row in enumerate(rows):
        values = tuple(row.get(c.key) for c in columns)
        if any(value is None for value in values):
            continue
        first = seen.setdefault(values, index)
        if first != index:
            path = f"{table.key}.{index}.{last.key}"
            yield Problem(f"{label}与第 {first + 1} 行重复。", path, last.article, index + 1)


def _field_problems(field: Field, value: Any, path: str, row: int | None) -> Iterator[Problem]:
    for message in _messages(field, value):
        yield Problem(message, path, field.article, row)


def _messages(field: Field, value: Any) -> Iterable[str]:
    if value is None or value == [] or (value is False and field.type == "checkbox"):
        return [_ask(field)] if field.rules.required else []
    return JUDGES[field.type](field, value)


def _ask(field: Field) -> str:
    return ASK.get(field.type, "请填写{0}。").format(field.label)


def _text(field: Field, value: Any) -> Iterator[str]:
    rules, label, text = field.rules, field.label, str(value)
    if len(text) < rules.min_length:
        yield f"{label}至少 {rules.min_length} 个字，现有 {len(text)} 个字。"
    if len(text) > rules.max_length:
        yield f"{label}最多 {rules.max_length} 个字，现有 {len(text)} 个字。"
    elif rules.pattern and not matches(rules.pattern, text):
        long = f"{label}最多 {MAX_TEXT} 个字。" if len(text) > MAX_TEXT else f"{label}的格式不正确。"
        yield rules.pattern_message or long
    elif rules.check:
        yield from _checked(field, text)


def _checked(field: Field, text: str) -> Iterator[str]:
    wrong = CHECKS[field.rules.check or ""].verify(text)
    if wrong:
        yield f"{field.label}{wrong.rstrip('。')}。"


def _number(field: Field, value: Any) -> Iterator[str]:
    rules, label, unit = field.rules, field.label, field.look.unit
    if not NUMBER.fullmatch(str(value)):
        yield f"{label}应为数字，现为“{str(value)[:20]}”。"
        return
    number = Decimal(str(value))
    places = -int(number.as_tuple().exponent)
    if places > rules.digits:
        yield f"{label}最多保留 {rules.digits} 位小数。" if rules.digits else f"{label}应为整数。"
    if rules.minimum is not None and number < rules.minimum:
        yield f"{label}不得小于 {rules.minimum}{unit and f' {unit}'}。"
    if rules.maximum is not None and number > rules.maximum:
        yield f"{label}不得大于 {rules.maximum}{unit and f' {unit}'}。"


def _date(field: Field, value: Any) -> Iterator[str]:
    try:
        found = date.fromisoformat(str(value)).isoformat() == value
    except ValueError:
        found = False
    if not found:
        yield f"{field.label}不是有效的日期，请写作 2024-06-18。"


def _choice(field: Field, value: Any) -> Iterator[str]:
    allowed = {True, False} if field.is_boolean else {o.value for o in field.options}
    is_open = field.options_from and not field.options
    if not is_open and (value not in allowed or isinstance(value, bool) is not field.is_boolean):
        yield f"{field.label}的选项无效，请重新选择。"


def _items(field: Field, value: Any) -> Iterator[str]:
    rules, label = field.rules, field.label
    if len(value) < rules.min_items:
        yield f"{label}至少 {rules.min_items} 项，现有 {len(value)} 项。"
    if len(value) > rules.max_items:
        yield f"{label}最多 {rules.max_items} 项，现有 {len(value)} 项。"
    if field.options and not set(value) <= {o.value for o in field.options}:
        yield f"{label}的选项无效，请重新选择。"
    elif rules.check:
        for item in value:
            yield from (f"{item}：{message}" for message in _checked(field, item))


def _files(field: Field, value: Any) -> Iterator[str]:
    most = MAX_FILES if field.multiple else 1
    if len(value) > most:
        yield f"{field.label}最多上传 {most} 个文件，现有 {len(value)} 个。"
    for file in value:
        name = str(file.get("name", ""))
        if field.rules.accept and not name.lower().endswith(field.rules.accept):
            kinds = "、".join(suffix[1:].upper() for suffix in field.rules.accept)
            yield f"{field.label}只接受 {kinds} 文件：{name}"


def _tick(field: Field, value: Any) -> Iterator[str]:
    if value is not True:
        yield f"{field.label}的选项无效，请重新选择。"


JUDGES: Mapping[str, Callable[[Field, Any], Iterable[str]]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _date,
    "checkbox": _tick,
    "radio": _choice,
    "select": _choice,
    "checklist": _items,
    "taglist": _items,
    "filepicker": _files,
}
