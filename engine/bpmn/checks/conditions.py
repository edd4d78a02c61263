"""Conditions that can be read and yet go wrong: warnings only (expression, variable).

A bare word: `${decision}` holds for any answer but an empty one. Normal for yes and no; not where the
word is known to hold one of several answers. A word that nothing sets: handlers, messages and whoever
starts a case bring variables that no diagram shows, so only what looks misspelt is mentioned.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from engine.bpmn.checks.examination import Examination, short
from engine.bpmn.xml import CAMUNDA, Element, parameter_elements, text_of
from engine.expressions import ExpressionError, compile_expression

WORD = re.compile(r"\s*[$#]\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}\s*")
COMPARED = re.compile(r"\b([A-Za-z][A-Za-z0-9_]*)\s*[!=]=\s*['\"]")
CHOICES = frozenset({"radio", "select"})
TEXTS = frozenset({"textfield", "textarea"})
MOST_SHOWN = 4
MOST_COMPARED = 200
SHORTEST = 5  # letters; shorter names are alike by chance
CONDITIONS = ("conditionExpression", "condition", "loopCondition", "completionCondition")
# Camunda counts in these; here nothing does.
COUNTERS = frozenset({"nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "loopCounter"})


def check_conditions(exam: Examination) -> None:
    _check_bare_words(exam)
    _check_spelling(exam)


def _check_bare_words(exam: Examination) -> None:
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


def _check_spelling(exam: Examination) -> None:
    given = _given(exam)
    read = [(c, name) for c in exam.diagram.elements(*CONDITIONS) for name in _names(text_of(c))]
    unknown = sorted({name for _, name in read} - given)[:MOST_COMPARED]
    said = {name: found for name in unknown if (found := _remark(name, sorted(given)[:MOST_COMPARED]))}
    for condition, name in read:
        if name in said:
            exam.warning(condition, "variable", said[name])


def _remark(name: str, given: list[str]) -> str | None:
    if name in COUNTERS:
        return f"用了 {name}，本系统没有这个变量，条件无法计算：请改用自己的变量。"
    alike = next((other for other in given if _is_slip(name, other)), None)
    if alike is None:
        return None
    return f"用了 {short(name)}，图中没有一步给出它；是否应为 {short(alike)}？"


def _is_slip(name: str, other: str) -> bool:
    """Case, underscores, two letters swapped, or one dropped or doubled within the word.

    A letter exchanged is no slip: approved and approver, city_1 and city_2 are different words.
    """
    one, two = (text.replace("_", "").casefold() for text in (name, other))
    if min(len(one), len(two)) < SHORTEST:
        return False
    if sorted(one) == sorted(two):
        return True
    less, more = sorted((one, two), key=len)
    without = (more[:at] + more[at + 1 :] for at in range(len(more) - 1) if more[at].isalpha())
    return len(more) == len(less) + 1 and less in without


def _names(text: str) -> frozenset[str]:
    try:
        return compile_expression(text).names
    except ExpressionError:
        return frozenset()  # reported with the expressions


def _given(exam: Examination) -> set[str]:
    """Every variable that the diagram itself sets or sends."""
    found = {p.get("name") or "" for p in exam.diagram.root.iter(f"{CAMUNDA}inputParameter")}
    found |= {p.get("name") or "" for p in exam.diagram.root.iter(f"{CAMUNDA}outputParameter")}
    for loop in exam.diagram.elements("multiInstanceLoopCharacteristics"):
        found.add(loop.get(f"{CAMUNDA}elementVariable") or "")
    for item in exam.diagram.elements("inputDataItem", "outputDataItem"):
        found |= {item.get("id") or "", item.get("name") or ""}
    return found


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
