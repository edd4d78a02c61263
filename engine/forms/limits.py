"""What a component says about its values and its look. Knows `validate`, `properties` and `layout`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.errors import Problem
from engine.forms.checks import CHECKS
from engine.forms.fields import Look, Option, Rules
from engine.forms.patterns import PatternRefused, compile_pattern

CHOICES = ("radio", "select", "checklist", "taglist")
DEFAULT_TEXT = {"textfield": 500, "textarea": 5000}
LONGEST_TEXT = 20_000
MOST_ITEMS = 50
# A sum over these units says nothing: shares, ratios, years.
NEVER_SUMMED = ("%", "/", "年", "月", "日")

Raw = Mapping[str, Any]


@dataclass
class Findings:
    """Collects what is wrong with a form, so that it can be mended in one go."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, message: str, element: str | None = None) -> None:
        self.problems.append(Problem(message, element=element))

    def about(self, element: str) -> Callable[[str], None]:
        return lambda message: self.add(message, element)


Tell = Callable[[str], None]


def properties_of(raw: Raw) -> Mapping[str, str]:
    properties = raw.get("properties")
    if not isinstance(properties, dict):
        return {}
    return {str(name): str(value).strip() for name, value in properties.items()}


def read_rules(raw: Raw, kind: str, tell: Tell) -> Rules:
    validate = raw.get("validate")
    validate = validate if isinstance(validate, dict) else {}
    properties = properties_of(raw)
    return Rules(
        required=validate.get("required") is True,
        minimum=_decimal(validate, "min", tell),
        maximum=_decimal(validate, "max", tell),
        digits=whole(raw, "decimalDigits", 0, 10, tell),
        min_length=whole(validate, "minLength", 0, LONGEST_TEXT, tell),
        max_length=whole(validate, "maxLength", DEFAULT_TEXT.get(kind, 500), LONGEST_TEXT, tell),
        pattern=_pattern(validate, tell),
        pattern_message=validate.get("patternErrorMessage") or None,
        check=_check(validate, properties, tell),
        min_items=whole(properties, "minItems", 0, MOST_ITEMS, tell),
        max_items=whole(properties, "maxItems", MOST_ITEMS, MOST_ITEMS, tell),
        accept=_suffixes(properties.get("accept") or raw.get("accept")),
    )


def read_look(raw: Raw, kind: str) -> Look:
    properties, appearance, layout = properties_of(raw), raw.get("appearance"), raw.get("layout")
    unit = properties.get("unit", "")
    if not unit and isinstance(appearance, dict):
        unit = str(appearance.get("suffixAdorner") or "")
    span = layout.get("columns") if isinstance(layout, dict) else None
    summed = kind == "number" and bool(unit) and not any(mark in unit for mark in NEVER_SUMMED)
    return Look(
        help=str(raw.get("description") or properties.get("help", "")),
        unit=unit,
        span=span if isinstance(span, int) and 1 <= span <= 16 else None,
        wide=properties.get("wide") == "true",
        plain=properties.get("plain") == "true" or unit == "年",
        total=properties["total"] == "true" if "total" in properties else summed,
        searchable=kind == "select" and raw.get("searchable") is True,
    )


def read_options(raw: Raw, kind: str, tell: Tell) -> tuple[Option, ...]:
    if kind not in CHOICES:
        return ()
    values = raw.get("values")
    found = [
        Option(str(v["value"]), str(v.get("label") or v["value"]))
        for v in (values if isinstance(values, list) else [])
        if isinstance(v, dict) and v.get("value") not in (None, "")
    ]
    is_free = kind == "taglist" and "check" in properties_of(raw)
    if not found and not raw.get("valuesKey") and not is_free:
        tell("选择类组件没有选项（values）。")
    if len({o.value for o in found}) < len(found):
        tell("选项的值有重复。")
    return tuple(found)


def whole(source: Raw, name: str, default: int, most: int, tell: Tell) -> int:
    """A whole number between 0 and `most` out of a JSON number or a property's text."""
    number = _decimal(source, name, tell)
    if number is None:
        return default
    if number != number.to_integral_value() or not 0 <= number <= most:
        tell(f"{name} 应为 0 至 {most} 的整数：{number}")
        return default
    return int(number)


def with_spans(children: list[Any]) -> list[Any]:
    """form-js leaves `columns` open where fields of one row share it evenly: write the share down."""
    rows = [_row(child) for child in children]
    return [
        {**child, "layout": {**child["layout"], "columns": max(16 // rows.count(row), 1)}}
        if row and rows.count(row) > 1 and not child["layout"].get("columns")
        else child
        for child, row in zip(children, rows, strict=True)
    ]


def _row(child: Any) -> str | None:
    layout = child.get("layout") if isinstance(child, dict) else None
    row = layout.get("row") if isinstance(layout, dict) else None
    return row if isinstance(row, str) else None


def _check(validate: Raw, properties: Mapping[str, str], tell: Tell) -> str | None:
    name = properties.get("check") or validate.get("validationType")
    if not name or name == "custom":
        return None
    if name not in CHECKS:
        tell(f"没有名为 {name} 的校验（check）。")
    return str(name)


def _pattern(validate: Raw, tell: Tell) -> re.Pattern[str] | None:
    source = validate.get("pattern")
    if not source:
        return None
    try:
        return compile_pattern(str(source))
    except PatternRefused as refused:
        tell(f"{refused}：{source}")
        return None


def _decimal(source: Raw, name: str, tell: Tell) -> Decimal | None:
    value = source.get(name)
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or abs(number.adjusted()) > 18:
        tell(f"{name} 应为数字：{value}")
        return None
    return number


def _suffixes(accept: Any) -> tuple[str, ...]:
    """`.pdf,.JPG` as lower-case suffixes; media types are left to the attachment store."""
    parts = (part.strip().lower() for part in str(accept or "").split(","))
    return tuple(part for part in parts if part.startswith("."))
