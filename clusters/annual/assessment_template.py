"""A version of the yearly assessment: items, marks, grades (art. 16). Pure; read from TOML."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

EXCELLENT, FAILED = "优秀", "不合格"
PARTS = ("system", "plan", "people")
METRICS = ("growth", "net_honours", "mean_rate", "intensity_fall", "plan_progress")
FULL_MARKS = 100


class BadTemplate(ValueError):
    """考核指标文件有误。"""


@dataclass(frozen=True)
class Item:
    """One item. `zero` and `full` are the values (in percent or enterprises) of no and of all points."""

    id: str
    label: str
    part: str
    points: Fraction
    metric: str
    of: tuple[str, ...]
    over: str
    zero: Fraction
    full: Fraction


@dataclass(frozen=True)
class Grade:
    name: str
    from_points: Fraction


@dataclass(frozen=True)
class Template:
    version: str
    title: str
    from_year: int
    items: tuple[Item, ...]
    grades: tuple[Grade, ...]
    excellent_ceiling: Fraction | None
    bonus_limit: Fraction

    def item(self, item_id: str) -> Item | None:
        return next((i for i in self.items if i.id == item_id), None)

    def grade_of(self, total: Fraction) -> str:
        """The highest grade whose threshold the total reaches."""
        return next(g.name for g in self.grades if total >= g.from_points)

    def is_above(self, grade: str, other: str) -> bool:
        names = [g.name for g in self.grades]
        return names.index(grade) < names.index(other)


def read_template(text: str) -> Template:
    """Raises BadTemplate for anything by which nobody could score."""
    try:
        raw = tomllib.loads(text)
        grades = sorted(
            (Grade(str(g["name"]), Fraction(g["from"])) for g in raw["grades"]),
            key=lambda g: g.from_points, reverse=True,
        )  # fmt: skip
        ceiling = raw.get("excellent_ceiling")
        template = Template(
            version=str(raw["version"]), title=str(raw["title"]), from_year=int(raw["from_year"]),
            items=tuple(_item(i) for i in raw["items"]), grades=tuple(grades),
            excellent_ceiling=None if ceiling is None else Fraction(ceiling),
            bonus_limit=Fraction(raw.get("bonus_limit", "0")),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, tomllib.TOMLDecodeError) as error:
        raise BadTemplate(str(error)) from error
    _check(template)
    return template


def _item(raw: Mapping[str, Any]) -> Item:
    part, metric = str(raw["part"]), str(raw.get("metric", ""))
    if part not in PARTS or (metric not in METRICS) != (part == "people"):
        raise BadTemplate(f"{raw['id']}: {part} {metric}")
    of = tuple(name.strip() for name in str(raw.get("of", "")).split(",") if name.strip())
    return Item(
        str(raw["id"]), str(raw["label"]), part, Fraction(raw["points"]), metric, of,
        str(raw.get("over", "")), Fraction(raw.get("zero", "0")), Fraction(raw.get("full", "0")),
    )  # fmt: skip


def _check(template: Template) -> None:
    if sum(i.points for i in template.items) != FULL_MARKS:
        raise BadTemplate(f"{template.version}: points do not add up to {FULL_MARKS}")
    if len({i.id for i in template.items}) != len(template.items):
        raise BadTemplate(f"{template.version}: an item occurs twice")
    if template.grades[-1].from_points != 0 or EXCELLENT not in {g.name for g in template.grades}:
        raise BadTemplate(f"{template.version}: grades must begin at 0 and name {EXCELLENT}")
