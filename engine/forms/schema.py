"""From the text of a .form file to sections of fields. Knows the form-js schema as a whole.

Collects every problem before it refuses, so that a process owner mends a form in one go.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from engine.errors import Problem, QilianError
from engine.forms.components import Reader
from engine.forms.fields import Component, Field, Group, Section, Table
from engine.forms.limits import properties_of

MAX_BYTES = 512 * 1024
MAX_COMPONENTS = 1000
MAX_DEPTH = 16
FORM_ID = re.compile(r"[A-Za-z][\w-]{0,99}", re.ASCII)


class FormInvalid(QilianError):
    """表单文件不符合要求。"""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = list(problems)
        super().__init__("；".join(p.message for p in self.problems) or None)


def read_schema(name: str, text: str) -> tuple[str, tuple[Section, ...]]:
    """Title and sections of the form, or FormInvalid with everything that is wrong with it."""
    schema = _load(text)
    reader = Reader()
    if schema.get("type") != "default":
        reader.findings.add("表单 type 应为 default（由 Camunda Modeler 的表单设计器生成）。")
    if schema.get("id") != name or not FORM_ID.fullmatch(name):
        reader.findings.add(f"表单 id 应与文件名一致：应为 {name}，实为 {schema.get('id')}。")
    components = schema.get("components")
    if not isinstance(components, list) or not components:
        raise FormInvalid([*reader.findings.problems, Problem("表单没有任何组件（components）。")])
    sections = _sections(reader, components)
    for message, element in [*_unnamed_sections(sections), *_dangling_conditions(sections)]:
        reader.findings.add(message, element)
    if reader.findings.problems:
        raise FormInvalid(reader.findings.problems)
    return reader.title or name, sections


def _load(text: str) -> Mapping[str, Any]:
    if len(text) > MAX_BYTES:
        raise FormInvalid([Problem(f"表单文件超过 {MAX_BYTES // 1024} KB。")])
    try:
        schema = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise FormInvalid([Problem(f"表单不是有效的 JSON：{error}")]) from error
    if not isinstance(schema, dict):
        raise FormInvalid([Problem("表单应为一个 JSON 对象。")])
    if _is_too_large(schema):
        raise FormInvalid([Problem(f"表单组件超过 {MAX_COMPONENTS} 个，或嵌套超过 {MAX_DEPTH} 层。")])
    return schema


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"不允许的数值 {word}")


def _is_too_large(schema: Any) -> bool:
    """Counts without recursion: the form has not been looked at yet."""
    components, stack = 0, [(schema, 0)]
    while stack:
        value, depth = stack.pop()
        if components > MAX_COMPONENTS or depth > MAX_DEPTH:
            return True
        if isinstance(value, dict):
            components += "type" in value
        children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        stack.extend((child, depth + 1) for child in children)
    return False


def _sections(reader: Reader, components: list[Any]) -> tuple[Section, ...]:
    """Top-level groups and tables are sections; what stands between them forms sections of its own."""
    sections: list[Section] = []
    loose: list[Component] = []
    keys: set[str] = set()
    for raw in components:
        component = reader.component(raw, keys, ())
        if isinstance(component, Group | Table):
            _close(sections, loose)
            sections.append(_section(component, raw))
        elif component is not None:
            loose.append(component)
    _close(sections, loose)
    return tuple(sections)


def _section(component: Group | Table, raw: Mapping[str, Any]) -> Section:
    if isinstance(component, Table):
        key = component.key
        return Section(key, component.label, (component,), component.article, hides=component.hides)
    properties, parts = properties_of(raw), component.components
    article, advice = properties.get("article"), properties.get("help", "")
    return Section(component.id, component.label, parts, article, advice, component.hides)


def _close(sections: list[Section], loose: list[Component]) -> None:
    if loose:
        sections.append(Section(f"part_{len(sections) + 1}", "", tuple(loose)))
        loose.clear()


def _unnamed_sections(sections: tuple[Section, ...]) -> Iterator[tuple[str, str]]:
    """A section is found by its key: in the address of a page and in its contents."""
    keys = [section.key for section in sections]
    for section in sections:
        if not FORM_ID.fullmatch(section.key) or keys.count(section.key) > 1:
            yield f"分组“{section.label}”没有 id，或 id 重复。", section.key


def _dangling_conditions(sections: tuple[Section, ...]) -> Iterator[tuple[str, str]]:
    """A condition on a key that nobody can fill would hide its field for ever, or never."""
    fields = [field for section in sections for field in section.fields]
    keys = {field.key for field in fields}
    for field in fields:
        yield from _unknown_keys(field, keys)
        if isinstance(field, Table):
            row_keys = keys | {column.key for column in field.columns}
            for column in field.columns:
                yield from _unknown_keys(column, row_keys)


def _unknown_keys(field: Field, keys: set[str]) -> Iterator[tuple[str, str]]:
    for condition in field.hides:
        if condition.key not in keys:
            yield f"“{field.label}”的隐藏条件引用了不存在的字段 {condition.key}。", field.id
