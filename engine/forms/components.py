"""One component of a .form at a time. Knows which component types and properties we understand."""

import re
from collections.abc import Mapping
from typing import Any

from engine.forms.conditions import Condition, parse_condition
from engine.forms.fields import Component, Field, Group, Look, Rule, Table, Text, fields_in
from engine.forms.limits import (
    Findings,
    Tell,
    properties_of,
    read_look,
    read_options,
    read_rules,
    whole,
    with_spans,
)

TYPED = frozenset({"textfield", "textarea", "number", "datetime", "filepicker"})
CHOSEN = frozenset({"checkbox", "radio", "select", "checklist", "taglist"})
QUIET = frozenset({"spacer", "button"})
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
# SpiffWorkflow's serialiser reads `typename` as a marker; csrf_token is posted by our pages.
BANNED_KEYS = frozenset({"typename", "csrf_token"})
MEANING = frozenset({"article", "check", "accept", "readonly", "prefill", "minItems", "maxItems"})
DRAWING = frozenset({"help", "unit", "wide", "plain", "total"})
ROWS = frozenset({"sheet", "unique", "minRows", "maxRows", "totals"})
# Features of form-js that would change the meaning of a field and that we do not have.
UNSUPPORTED = ("valuesExpression", "expression", "disallowPassedDates", "disabled")
MAX_ROWS = 500

Raw = Mapping[str, Any]
Hides = tuple[Condition, ...]


class Reader:
    """Turns components into fields and remembers what was wrong with them."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.title: str | None = None

    def component(self, raw: Any, keys: set[str], hides: Hides) -> Component | None:
        """The component, or None where there is nothing to show. `keys`: already taken in this scope."""
        if not isinstance(raw, dict):
            self.findings.add("组件应为 JSON 对象。")
            return None
        identity = str(raw.get("id") or raw.get("key") or raw.get("path") or "")
        tell = self.findings.about(identity)
        _refuse_unsupported(raw, tell)
        hides = hides + _hides(raw, tell)
        kind = raw.get("type")
        if kind in TYPED | CHOSEN:
            return _field(raw, identity, keys, hides, tell)
        if kind == "dynamiclist":
            return self._table(raw, identity, keys, hides)
        if kind == "group":
            return self._group(raw, identity, keys, hides)
        if kind == "text":
            return self._text(raw, identity, hides)
        if kind == "separator":
            return Rule(identity)
        if kind not in QUIET:
            tell(f"不支持的组件类型 {kind}。")
        return None

    def _text(self, raw: Raw, identity: str, hides: Hides) -> Text:
        markdown = str(raw.get("text") or "")
        if self.title is None and markdown.startswith("# "):
            self.title, _, markdown = markdown[2:].partition("\n")
        return Text(identity, markdown.strip(), hides)

    def _group(self, raw: Raw, identity: str, keys: set[str], hides: Hides) -> Group:
        if raw.get("path"):
            self.findings.add("分组不支持 path：数据是平的。", identity)
        return Group(identity, str(raw.get("label") or ""), self._children(raw, identity, keys, hides), hides)

    def _children(self, raw: Raw, identity: str, keys: set[str], hides: Hides) -> tuple[Component, ...]:
        children = raw.get("components")
        if not isinstance(children, list) or not children:
            self.findings.add("分组或列表是空的。", identity)
            return ()
        found = (self.component(child, keys, hides) for child in with_spans(children))
        return tuple(c for c in found if c is not None)

    def _table(self, raw: Raw, identity: str, keys: set[str], hides: Hides) -> Table:
        properties, tell = properties_of(raw), self.findings.about(identity)
        columns = tuple(fields_in(self._children(raw, identity, set(), ())))
        if any(isinstance(c, Table) for c in columns):
            tell("列表之中不能再有列表。")
        return Table(
            id=identity,
            type="dynamiclist",
            key=_key(raw.get("path"), keys, tell),
            label=_label(raw, tell),
            article=properties.get("article"),
            look=Look(
                help=str(raw.get("description") or properties.get("help", "")),
                unit=properties.get("unit", ""),
                total=properties.get("totals") != "false",
            ),
            readonly=properties.get("readonly") == "true",
            prefill=properties.get("prefill"),
            hides=hides,
            columns=columns,
            min_rows=whole(properties, "minRows", 0, MAX_ROWS, tell),
            max_rows=whole(properties, "maxRows", MAX_ROWS, MAX_ROWS, tell),
            start_rows=whole(raw, "defaultRepetitions", 1, 50, tell),
            fixed=raw.get("allowAddRemove") is False or properties.get("readonly") == "true",
            unique=_unique(properties, columns, tell),
            sheet=properties.get("sheet"),
        )


def _field(raw: Raw, identity: str, keys: set[str], hides: Hides, tell: Tell) -> Field:
    kind, properties = str(raw["type"]), properties_of(raw)
    if kind == "datetime" and raw.get("subtype") not in (None, "date"):
        tell("日期组件只支持日期（subtype 为 date）。")
    return Field(
        id=identity,
        type=kind,
        key=_key(raw.get("key"), keys, tell),
        label=_label(raw, tell),
        article=properties.get("article"),
        rules=read_rules(raw, kind, tell),
        look=read_look(raw, kind),
        options=read_options(raw, kind, tell),
        options_from=str(raw["valuesKey"]) if raw.get("valuesKey") else None,
        multiple=raw.get("multiple") is True or kind in ("checklist", "taglist"),
        readonly=raw.get("readonly") is True or properties.get("readonly") == "true",
        prefill=properties.get("prefill"),
        default=raw.get("defaultValue"),
        hides=hides,
    )


def _label(raw: Raw, tell: Tell) -> str:
    label = str(raw.get("dateLabel") or raw.get("label") or "").strip()
    if not label:
        tell("字段没有标签（label）。")
    return label


def _key(key: Any, keys: set[str], tell: Tell) -> str:
    if not isinstance(key, str) or not KEY.fullmatch(key):
        tell(f"字段名 {key} 只能由英文字母、数字和下划线组成，并以字母开头。")
        return ""
    if key in BANNED_KEYS:
        tell(f"字段名 {key} 为系统保留。")
    if key in keys:
        tell(f"字段名 {key} 重复。")
    keys.add(key)
    return key


def _hides(raw: Raw, tell: Tell) -> Hides:
    conditional = raw.get("conditional")
    hide = conditional.get("hide") if isinstance(conditional, dict) else None
    if not hide:
        return ()
    condition = parse_condition(str(hide))
    if condition is None:
        tell(f'隐藏条件只能写作 =字段 = "值" 或 =字段 != "值"：{hide}')
        return ()
    return (condition,)


def _unique(properties: Mapping[str, str], columns: tuple[Field, ...], tell: Tell) -> tuple[str, ...]:
    unique = tuple(key.strip() for key in properties.get("unique", "").split(",") if key.strip())
    for key in unique:
        if key not in {c.key for c in columns}:
            tell(f"unique 引用了不存在的列 {key}。")
    return unique


def _refuse_unsupported(raw: Raw, tell: Tell) -> None:
    for name in UNSUPPORTED:
        if raw.get(name):
            tell(f"不支持组件属性 {name}。")
    validate = raw.get("validate")
    values = [*raw.items(), *(validate.items() if isinstance(validate, dict) else [])]
    for name, value in values:
        if isinstance(value, str) and value.startswith("="):
            tell(f"属性 {name} 不能是表达式；只有隐藏条件可以。")
    for name in properties_of(raw):
        if name not in MEANING | DRAWING | ROWS:
            tell(f"未知的自定义属性 {name}。")
