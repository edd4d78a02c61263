"""Forms for tests: only what a test names is in them."""

import json
from typing import Any

from engine.forms import Form


def schema(*components: dict[str, Any], name: str = "sample") -> str:
    return json.dumps({"type": "default", "id": name, "components": list(components)}, ensure_ascii=False)


def a_form(*components: dict[str, Any]) -> Form:
    return Form.parse("sample", schema(*components))


def field(kind: str, key: str = "value", label: str = "数值", **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"field_{key}", "key": key, "label": label, **more}


def required(kind: str, key: str = "value", label: str = "数值", **more: Any) -> dict[str, Any]:
    validate = {"required": True, **more.pop("validate", {})}
    return field(kind, key, label, validate=validate, **more)


def choice(kind: str, *values: str, key: str = "value", label: str = "数值", **more: Any) -> dict[str, Any]:
    return field(kind, key, label, values=[{"value": v, "label": v} for v in values], **more)


def table(*columns: dict[str, Any], path: str = "rows", label: str = "名单", **more: Any) -> dict[str, Any]:
    return {
        "type": "dynamiclist",
        "id": f"list_{path}",
        "path": path,
        "label": label,
        "components": list(columns),
        **more,
    }


def hidden_if(condition: str, component: dict[str, Any]) -> dict[str, Any]:
    return {**component, "conditional": {"hide": condition}}


def messages(form: Form, **raw: Any) -> list[str]:
    return [problem.message for problem in form.problems(form.clean(raw))]
