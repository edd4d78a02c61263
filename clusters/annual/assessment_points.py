"""Points of the yearly assessment, computed from what was filed, each with its derivation (art. 16). Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from clusters.annual import plan_progress
from clusters.annual.annual_checks import name_of
from clusters.annual.assessment_template import Item, Template
from clusters.annual.plan_progress import Progress, number
from clusters.exact import cut

POINT_PLACES = 2
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Filed:
    """What points are computed from. None where nothing was filed for the year."""

    year: int
    now: Figures | None
    before: Figures | None
    report: Mapping[str, Any] | None
    progress: Sequence[Progress]


@dataclass(frozen=True)
class Points:
    """`points` is None where they cannot be computed: then a person gives them with a reason."""

    item: Item
    points: Fraction | None
    derivation: str


class NotComputable(Exception):
    """Why an item has no computed points, in words."""


def computed(template: Template, filed: Filed) -> list[Points]:
    """One entry per item of the template, in its order."""
    return [_points(item, filed) for item in template.items]


def _points(item: Item, filed: Filed) -> Points:
    if item.part == "people":
        return Points(item, None, "由考核人员评分")
    try:
        value, how = METRICS[item.metric](item, filed)
    except NotComputable as why:
        return Points(item, None, f"不能由系统计算：{why}")
    points = _linear(item, value)
    scale = f"{cut(item.zero, 0)}及以下得0分，{cut(item.full, 0)}及以上得{cut(item.points, 0)}分，其间按比例"
    return Points(item, points, f"{how}；{scale}")


def _linear(item: Item, value: Fraction) -> Fraction:
    """The share of the way from `zero` to `full`, cut off after two places as it is shown."""
    share = min(max((value - item.zero) / (item.full - item.zero), Fraction(0)), Fraction(1))
    return Fraction(cut(share * item.points, POINT_PLACES))


# --- metrics ----------------------------------------------------------------------------------


def _figure(rows: Figures | None, name: str, year: int) -> Fraction:
    found = number((rows or {}).get(name))
    if found is None:
        raise NotComputable(f"没有{year}年的{name_of(name)}")
    return found


def _growth(item: Item, filed: Filed) -> tuple[Fraction, str]:
    (name,) = item.of
    now, before = _figure(filed.now, name, filed.year), _figure(filed.before, name, filed.year - 1)
    if before == 0:
        raise NotComputable(f"{filed.year - 1}年的{name_of(name)}为0")
    value = (now / before - 1) * 100
    return value, f"{name_of(name)}由{cut(before, 2)}到{cut(now, 2)}，增长{cut(value, 2)}%"


def _intensity_fall(item: Item, filed: Filed) -> tuple[Fraction, str]:
    def intensity(rows: Figures | None, year: int) -> Fraction:
        over = _figure(rows, item.over, year)
        if over == 0:
            raise NotComputable(f"{year}年的{name_of(item.over)}为0")
        return _figure(rows, item.of[0], year) / over

    now, before = intensity(filed.now, filed.year), intensity(filed.before, filed.year - 1)
    if before == 0:
        raise NotComputable(f"{filed.year - 1}年的排放强度为0")
    value = (1 - now / before) * 100
    return value, f"强度由{cut(before, 6)}到{cut(now, 6)}吨/万元，下降{cut(value, 2)}%"


def _mean_rate(item: Item, filed: Filed) -> tuple[Fraction, str]:
    over = _figure(filed.now, item.over, filed.year)
    if over == 0:
        raise NotComputable(f"{filed.year}年的{name_of(item.over)}为0")
    rates = [_figure(filed.now, name, filed.year) / over * 100 for name in item.of]
    value = sum(rates, Fraction(0)) / len(rates)
    listed = "、".join(f"{name_of(n)}占{cut(r, 2)}%" for n, r in zip(item.of, rates, strict=True))
    return value, f"{listed}，平均{cut(value, 2)}%"


HONOURS = ("a2_new_innovative", "a2_new_zjtx", "a2_new_little_giant", "a2_new_champion")
LOST = "a2_lost"


def _net_honours(item: Item, filed: Filed) -> tuple[Fraction, str]:
    if filed.report is None:
        raise NotComputable("没有该年度的报告")
    gained = sum((number(filed.report.get(name)) or Fraction(0) for name in HONOURS), Fraction(0))
    lost = number(filed.report.get(LOST)) or Fraction(0)
    return gained - lost, f"新增{cut(gained, 0)}家、减少{cut(lost, 0)}家，净增{cut(gained - lost, 0)}家"


def _plan(item: Item, filed: Filed) -> tuple[Fraction, str]:
    mean = plan_progress.average(filed.progress)
    if mean is None:
        unknown = "、".join(p.name for p in filed.progress if p.rate is None)
        raise NotComputable(f"目标进展不全：{unknown}" if unknown else "没有规划目标")
    reached = sum(1 for p in filed.progress if p.rate == 1)
    return mean * 100, f"{len(filed.progress)}项目标中{reached}项达到，加权完成率{cut(mean * 100, 2)}%"


METRICS: Mapping[str, Callable[[Item, Filed], tuple[Fraction, str]]] = {
    "growth": _growth,
    "intensity_fall": _intensity_fall,
    "mean_rate": _mean_rate,
    "net_honours": _net_honours,
    "plan_progress": _plan,
}
