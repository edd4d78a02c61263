"""Conditions that are a bare word: `${decision}` holds for any answer but an empty one (expression).

Normal for yes and no; a warning where the word is known to hold one of several answers.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from engine.bpmn.checks.examination import Examination, short
from engine.bpmn.xml import CAMUNDA, Element, parameter_elements, text_of

WORD = re.compile(r"\s*[$#]\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}\s*")
COMPARED = re.compile(r"\b([A-Za-z][A-Za-z0-9_]*)\s*[!=]=\s*['\"]")
CHOICES = frozenset({"radio", "select"})
TEXTS = frozenset({"textfield", "textarea"})
MOST_SHOWN = 4


def check_conditions(exam: Examination) -> None:
    conditions = list(exam.diagram.elements("conditionExpression"))
    bare = [(c, found[1]) for c in conditions if (found := WORD.fullmatch(text_of(c)))]
    if not bare:
        return
    answers = _answers(exam)
    compared = {name for c in conditions for name in COMPARED.findall(text_of(c))}
    for condition, name in bare:
        if name in answers:
            _warn(exam, condition, name, answers[name])
        elif name in compared:
            _warn(exam, condition, name, [])


def _warn(exam: Examination, condition: Element, name: str, values: list[str]) -> None:
    listed = (
        f"（{'、'.join(values[:MOST_SHOWN])}{'……' if len(values) > MOST_SHOWN else ''}）" if values else ""
    )
    example = short(values[0]) if values else "approve"
    message = (
        f"的条件只写了 {short(name)}，而它是文字{listed}，只要不空就成立；"
        f"请写明要哪一个，如 ${{{short(name)} == '{example}'}}。"
    )
    exam.warning(condition, "expression", message)


def _answers(exam: Examination) -> dict[str, list[str]]:
    """Variables that a user task fills from a choice or a text of its form, with the choices."""
    found: dict[str, list[str]] = {}
    for task in exam.diagram.elements("userTask"):
        outputs = parameter_elements(task, "output")
        fields = _fields(exam, task) if outputs else {}
        for output in outputs:
            word = WORD.fullmatch(text_of(output))
            if word is not None and word[1] in fields:
                found[output.get("name") or ""] = fields[word[1]]
    return found


def _fields(exam: Examination, task: Element) -> dict[str, list[str]]:
    text = exam.around.forms.get(task.get(f"{CAMUNDA}formRef") or "")
    try:
        form = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}  # reported with the forms
    return dict(_texts(form))


def _texts(part: Any) -> Iterator[tuple[str, list[str]]]:
    """Keys of the fields that give a text, with their possible values; tables have no single value."""
    children = part.get("components") if isinstance(part, dict) else None
    for child in children if isinstance(children, list) else []:
        if not isinstance(child, dict) or child.get("type") == "dynamiclist":
            continue
        key = child.get("key")
        if isinstance(key, str) and child.get("type") in CHOICES | TEXTS:
            yield key, _values(child)
        yield from _texts(child)


def _values(field: dict[str, Any]) -> list[str]:
    values = field.get("values")
    rows = values if isinstance(values, list) else []
    return [r["value"] for r in rows if isinstance(r, dict) and isinstance(r.get("value"), str)]
