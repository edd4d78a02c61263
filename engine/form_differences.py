"""What changed between two versions of a form, field by field, by key. Judges nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.differences import ADDED, CHANGED, REMOVED, Change, Difference
from engine.db import dump_json, load_json

WORDS = {
    "label": "名称", "type": "类型", "description": "说明", "defaultValue": "缺省值", "values": "选项",
    "conditional.hide": "显示条件", "readonly": "只读", "disabled": "停用", "text": "文字",
    "decimalDigits": "小数位", "validate.required": "必填", "validate.min": "最小值",
    "validate.max": "最大值", "validate.minLength": "最短", "validate.maxLength": "最长",
    "validate.pattern": "格式", "defaultRepetitions": "起始行数",
    "allowAddRemove": "可增删行", "appearance.suffixAdorner": "单位",
}  # fmt: skip
LABELS = {
    "textfield": "文本", "textarea": "长文本", "number": "数字", "datetime": "日期", "checkbox": "勾选",
    "radio": "单选", "select": "下拉", "checklist": "多选", "taglist": "多选", "filepicker": "附件",
    "dynamiclist": "表格", "group": "分组", "text": "说明文字",
}  # fmt: skip
# Where a field stands and what the tool calls it is no change of the form.
SKIPPED = frozenset({"components", "layout", "id", "key", "path"})
PROPERTIES = {"article": "依据", "help": "填写说明", "unit": "单位", "check": "校验", "prefill": "带出"}


def compare_forms(old: str | None, new: str | None) -> list[Difference]:
    """Fields in the order of the new form, then what was removed. None stands for no form."""
    before, after = dict(_fields(old)), dict(_fields(new))
    found = [_difference(before.get(key), after.get(key), key) for key in dict.fromkeys((*after, *before))]
    moved = [key for key in after if key in before] != [key for key in before if key in after]
    if moved:
        found.append(Difference("", CHANGED, "表单", "", (Change("字段顺序", "原顺序", "已调整"),)))
    return [difference for difference in found if difference is not None]


def _difference(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, key: str) -> Difference | None:
    was, now = dict(_facets(old or {})), dict(_facets(new or {}))
    changes = tuple(
        Change(what, was.get(what), now.get(what))
        for what in dict.fromkeys((*now, *was))
        if was.get(what) != now.get(what)
    )
    how = ADDED if old is None else REMOVED if new is None else CHANGED
    if how == CHANGED and not changes:
        return None
    there = new if new is not None else old or {}
    label = LABELS.get(str(there.get("type")), str(there.get("type")))
    return Difference(key, how, label, _name(there), changes)


def _name(component: Mapping[str, Any]) -> str:
    return str(component.get("label") or component.get("text") or "")[:60]


def _fields(text: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    schema = load_json(text) if text else {}
    yield from _components(schema.get("components"), "")


def _components(components: Any, prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for component in components or []:
        if not isinstance(component, dict):
            continue
        own = component.get("key") or component.get("path") or component.get("id") or ""
        yield f"{prefix}{own}", component
        inner = f"{prefix}{own}." if component.get("type") == "dynamiclist" else prefix
        yield from _components(component.get("components"), inner)


def _facets(component: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in component.items():
        if not path and name in SKIPPED:
            continue
        full = f"{path}{name}"
        if isinstance(value, dict):
            yield from _facets(value, f"{full}.")
        elif name == "values" and isinstance(value, list):
            yield WORDS["values"], "、".join(_option(v) for v in value)
        else:
            yield _words(full), _shown(value)


def _option(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    return f"{value.get('label')}（{value.get('value')}）"


def _words(path: str) -> str:
    if path.startswith("properties."):
        name = path.removeprefix("properties.")
        return PROPERTIES.get(name, f"属性 {name}")
    return WORDS.get(path, path)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str) else dump_json(value)
