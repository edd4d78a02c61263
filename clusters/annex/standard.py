"""The standard that a case is bound to: criteria, periods, choices, and its own term. Immutable.

Knows what a standard file says; not how a criterion is measured, and no application. Files in
`processes/standards` are seeds; whoever keeps versions stores their text and reads it back here.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from clusters.annex.standard_parts import (
    Category,
    Choices,
    Criterion,
    IncidentRule,
    Kind,
    Operator,
    Period,
    Plausibility,
    Practice,
    Severity,
    SizeLimit,
)
from engine.errors import QilianError

__all__ = ["Criterion", "Kind", "Operator", "Period", "Practice", "Standard", "StandardInvalid"]

Table = dict[str, Any]
T = TypeVar("T")


class StandardInvalid(QilianError):
    """认定标准文件有误。"""


@dataclass(frozen=True)
class Standard:
    """One version of the rule with everything that it binds a case to."""

    id: str
    code: str
    title: str
    document: str
    article: str
    issued_on: date
    valid_from: date
    valid_to: date
    criteria: tuple[Criterion, ...]
    choices: Choices
    incidents: IncidentRule
    sizes: tuple[SizeLimit, ...]
    plausibility: Plausibility
    periods: Mapping[str, Period]
    practice: Mapping[str, Practice]

    @classmethod
    def load(cls, path: Path) -> "Standard":
        return cls.from_toml(path.read_text(encoding="utf-8"))

    @classmethod
    def from_toml(cls, text: str) -> "Standard":
        """Read the text of a standard; a fault is named with the place where it stands."""
        try:
            return _read(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise StandardInvalid(f"认定标准文件不是有效的 TOML：{error}") from None

    def in_force_on(self, day: date) -> bool:
        """Whether the rule itself was in force (art. 21); a continuation document is the batch's matter."""
        return self.valid_from <= day <= self.valid_to

    def criterion(self, criterion_id: str) -> Criterion:
        return self._by_id[criterion_id]

    @cached_property
    def terms(self) -> Mapping[str, int]:
        """The length of each period, for `term('notice')` in diagrams."""
        return MappingProxyType({name: period.value for name, period in self.periods.items()})

    @cached_property
    def _by_id(self) -> Mapping[str, Criterion]:
        return {criterion.id: criterion for criterion in self.criteria}


def _read(table: Table) -> Standard:
    standard = _build(
        "标准",
        Standard,
        table,
        criteria=lambda rows: tuple(_criterion(row) for row in rows),
        choices=lambda t: _build("choices", Choices, t, innovative_schemes=frozenset),
        incidents=lambda t: _build("incidents", IncidentRule, t, graded=_graded, judged=_categories),
        sizes=lambda rows: tuple(_size(row) for row in rows),
        plausibility=lambda t: _build(
            "plausibility",
            Plausibility,
            t,
            roster_tolerance=_decimal,
            yearly_change=_decimal,
            departments=tuple,
        ),
        periods=lambda t: _named(t, _period),
        practice=lambda t: _named(t, _practice),
    )
    repeated = len(standard.criteria) - len({criterion.id for criterion in standard.criteria})
    uncovered = set(Category) ^ (set(standard.incidents.graded) | standard.incidents.judged)
    if uncovered:
        raise StandardInvalid(f"认定标准文件有误：incidents 没有规定{'、'.join(sorted(uncovered))}。")
    if repeated or standard.valid_to < standard.valid_from:
        raise StandardInvalid("认定标准文件有误：指标编号重复，或有效期起止颠倒。")
    return standard


def _criterion(row: Table) -> Criterion:
    where = f"指标 {row.get('id', '（无编号）')}"
    return _build(
        where,
        Criterion,
        row,
        kind=Kind,
        operator=Operator,
        threshold=_decimal,
        alternative_threshold=_decimal,
        materials=tuple,
        evidence=MappingProxyType,
    )


def _size(row: Table) -> SizeLimit:
    renamed = {("size_class" if key == "class" else key): value for key, value in row.items()}
    return _build("sizes", SizeLimit, renamed, revenue=_decimal)


def _graded(table: Table) -> Mapping[Category, Severity]:
    return MappingProxyType({Category(name): Severity(grade) for name, grade in table.items()})


def _categories(names: list[str]) -> frozenset[Category]:
    return frozenset(Category(name) for name in names)


def _period(name: str, row: Table) -> Period:
    return _build(f"periods.{name}", Period, row, value=_positive)


def _practice(name: str, row: Table) -> Practice:
    return _build(f"practice.{name}", Practice, row, value=_decimal)


def _named(table: Table, read: Callable[[str, Table], T]) -> Mapping[str, T]:
    return MappingProxyType({name: read(name, {"name": name, **row}) for name, row in table.items()})


def _build(where: str, kind: Callable[..., T], table: Table, /, **read: Callable[[Any], Any]) -> T:
    """Make `kind` from a table, converting the named entries; unknown or missing entries are refused."""
    try:
        return kind(**{key: read[key](value) if key in read else value for key, value in table.items()})
    except (TypeError, ValueError, KeyError, AttributeError, InvalidOperation) as error:
        raise StandardInvalid(f"认定标准文件有误：{where}：{error}") from None


def _positive(number: int) -> int:
    if not isinstance(number, int) or number < 1:
        raise ValueError(f"{number!r} 应为正整数")
    return number


def _decimal(text: str) -> Decimal:
    if not isinstance(text, str):
        raise ValueError(f"数值 {text!r} 应写成带引号的十进制数")
    return Decimal(text)
