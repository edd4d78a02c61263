"""Filters and words that every template may use. Knows how values read; nothing of where they come from."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from clusters.annex.plan_rows import ASPECT_LABELS, Aspect
from web.dates import cn_date, cn_datetime, cn_period, due_phrase, iso_date

# The criteria of the standard in words (D18).
OPERATORS: Mapping[str, str] = {"ge": "不低于", "gt": "高于", "le": "不超过", "lt": "低于"}
VERDICTS: Mapping[str, tuple[str, str]] = {
    "pass": ("done", "符合"),
    "fail": ("late", "不符合"),
    "needs_judgment": ("doing", "需人工判断"),
    "not_applicable": ("none", "不适用"),
    "not_computable": ("doing", "无法计算"),
    "missing": ("todo", "待填"),
}
FEN_PER_WAN = 1_000_000
LONG_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]{3,}")
SIZES = ("字节", "KB", "MB", "GB")


def thousands(value: Any, digits: int | None = None) -> str:
    """1,234,567.50. Text that is no number is shown as it is; `digits` pads, never rounds."""
    if value is None or value == "":
        return ""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return str(value)
    places = -int(number.as_tuple().exponent)
    if digits is not None and places < digits:
        number = number.quantize(Decimal(1).scaleb(-digits))
    return f"{number:,f}"


def shortened(value: Any) -> str:
    """A decimal without the zeros behind its second place, 50.000000 as 50.00; other text as it is."""
    text = str(value)
    if not LONG_DECIMAL.fullmatch(text):
        return text
    whole, _, places = text.partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


def measured(value: Any) -> str:
    """As `thousands`, without the zeros that only the kept precision adds: 86.5000 reads 86.5."""
    shown = thousands(value)
    return shown.rstrip("0").rstrip(".") if "." in shown and shown[-1].isdigit() else shown


def aspect_words(code: str) -> str:
    """The aspect of cultivation (art. 6) that a code stands for."""
    return ASPECT_LABELS[Aspect(code)] if code in set(Aspect) else code


def wan(fen: int | None, digits: int = 2) -> str:
    """An amount kept in fen, in 万元."""
    if fen is None:
        return ""
    return thousands(Decimal(fen) / FEN_PER_WAN, digits)


def filesize(size: int | None) -> str:
    """3.2 MB."""
    if size is None:
        return ""
    amount, unit = Decimal(size), 0
    while amount >= 1024 and unit < len(SIZES) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{amount.quantize(Decimal('0.1')) if unit else amount} {SIZES[unit]}"


def short_hash(digest: str | None) -> str:
    """The first twelve characters: enough to compare by eye."""
    return (digest or "")[:12]


def operator_words(operator: str | None) -> str:
    return OPERATORS.get(operator or "", "")


def signed(value: Any, digits: int | None = None) -> str:
    """A margin with its sign: +1,234.00; zero has none."""
    text = thousands(value, digits)
    return text if text.startswith("-") or not text.strip("0.,") else f"+{text}"


def prose(text: str | None) -> Markup:
    """Small Markdown of a form's texts: headings, lists, **bold**, paragraphs. All else is escaped."""
    blocks = [_block(block) for block in (text or "").strip().split("\n\n") if block.strip()]
    return Markup("\n").join(blocks)


def _block(block: str) -> Markup:
    lines = [line.strip() for line in block.strip().splitlines()]
    if all(line.startswith(("- ", "* ")) for line in lines):
        items = Markup("").join(Markup("<li>{}</li>").format(_inline(line[2:])) for line in lines)
        return Markup("<ul>{}</ul>").format(items)
    first = lines[0]
    if first.startswith("#"):
        head = Markup("<h3>{}</h3>").format(_inline(first.lstrip("#").strip()))
        return head + _block("\n".join(lines[1:])) if lines[1:] else head
    return Markup("<p>{}</p>").format(Markup("<br>").join(_inline(line) for line in lines))


def _inline(text: str) -> Markup:
    """**bold** inside one line."""
    parts = text.split("**")
    if len(parts) % 2 == 0:
        return escape(text)
    shown = (Markup("<strong>{}</strong>").format(p) if i % 2 else escape(p) for i, p in enumerate(parts))
    return Markup("").join(shown)


def register_filters(app: Flask) -> None:
    """Make the filters and words known to every template."""
    filters = (
        thousands,
        measured,
        aspect_words,
        wan,
        filesize,
        short_hash,
        operator_words,
        signed,
        prose,
        cn_date,
        cn_datetime,
        cn_period,
        iso_date,
    )
    for function in filters:
        app.add_template_filter(function)
    app.add_template_global(due_phrase)
    app.jinja_env.globals["VERDICTS"] = VERDICTS


# web.app calls `install` of every module that has one.
install = register_filters
