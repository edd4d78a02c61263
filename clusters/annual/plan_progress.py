"""How far the targets of the three-year plan have come (art. 16, 18; 附件八). Pure, exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from clusters.annex.plan_rows import ASPECT_LABELS, Direction
from clusters.exact import plain

ARTICLE = "第十八条"
# What a report may say of a target that no number measures; the city verifies it.
STATES = {"done": Fraction(1), "partly": Fraction(1, 2), "not_done": Fraction(0)}
STATE_LABELS = {"done": "已完成", "partly": "部分完成", "not_done": "未完成"}
NO_WEIGHT = Fraction(1)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Progress:
    """One target in one year. `rate` between 0 and 1; None: it cannot be computed, `why` says so."""

    target_id: str
    name: str
    planned: str
    actual: str
    rate: Fraction | None
    weight: Fraction
    why: str


def plan_year(plan: Mapping[str, Any], year: int) -> int:
    """Which year of the plan a reported year is, 1 to 3; after its end the last counts."""
    start = int(plan.get("plan_start_year") or year)
    return min(max(year - start + 1, 1), 3)


def rows_to_fill(plan: Mapping[str, Any], year: int) -> list[dict[str, Any]]:
    """One row for each frozen target, with the value planned for the year (art. 18: 目标进展)."""
    return [_row_to_fill(target, plan_year(plan, year)) for target in plan.get("plan_targets") or []]


def _row_to_fill(target: Row, which: int) -> dict[str, Any]:
    aspect = str(target.get("aspect") or "")
    quantitative = target.get("quantitative") is True
    planned = target.get(f"target_y{which}") if quantitative else target.get("qualitative_criterion")
    value = number(planned) if quantitative else None
    shown = planned if value is None else plain(value)
    return {
        "target_id": target.get("target_id"),
        "aspect": f"{aspect} {ASPECT_LABELS.get(aspect, '')}".strip(),  # type: ignore[call-overload]
        "name": target.get("name"),
        "planned": f"{shown if shown is not None else '—'}{target.get('unit') or ''}",
    }


def missing_targets(plan: Mapping[str, Any], reported: Sequence[Row]) -> list[str]:
    """Names of frozen targets about which the report says nothing."""
    said = {row.get("target_id") for row in reported if _is_said(row)}
    return [str(t.get("name")) for t in plan.get("plan_targets") or [] if t.get("target_id") not in said]


def _is_said(row: Row) -> bool:
    return number(row.get("actual")) is not None or row.get("state") in STATES


def progress(plan: Mapping[str, Any], year: int, reported: Sequence[Row]) -> list[Progress]:
    """The progress of every frozen target in the reported year."""
    said, which = {row.get("target_id"): row for row in reported}, plan_year(plan, year)
    return [_progress(t, which, said.get(t.get("target_id")) or {}) for t in plan.get("plan_targets") or []]


def _progress(target: Row, which: int, said: Row) -> Progress:
    weight = number(target.get("weight")) or NO_WEIGHT
    planned, actual = number(target.get(f"target_y{which}")), number(said.get("actual"))
    common = (str(target.get("target_id")), str(target.get("name")))
    if target.get("quantitative") is not True or planned is None:
        state = str(said.get("state") or "")
        label = STATE_LABELS.get(state, "未填")
        criterion = str(target.get("qualitative_criterion") or "")
        return Progress(*common, criterion, label, STATES.get(state), weight, "按报告所填完成情况")
    if actual is None:
        return Progress(
            *common, str(target.get(f"target_y{which}")), "未填", None, weight, "报告没有填完成值"
        )
    lower = target.get("direction") == Direction.LOWER_BETTER
    rate, why = completion(planned, actual, number(target.get("baseline_value")), lower_better=lower)
    shown = (str(target.get(f"target_y{which}")), str(said.get("actual")))
    return Progress(*common, *shown, rate, weight, why)


def completion(
    planned: Fraction, actual: Fraction, baseline: Fraction | None, *, lower_better: bool
) -> tuple[Fraction, str]:
    """The share of the way from the baseline to the planned value, between 0 and 1, with its reading."""
    sign = -1 if lower_better else 1
    if sign * (actual - planned) >= 0:
        return Fraction(1), "达到当年目标"
    if baseline is not None and sign * (planned - baseline) > 0:
        return _between((actual - baseline) / (planned - baseline)), "（完成值－基期值）÷（目标值－基期值）"
    if lower_better:
        return _between(planned / actual if actual > 0 else Fraction(0)), "目标值÷完成值"
    return _between(actual / planned if planned > 0 else Fraction(0)), "完成值÷目标值"


def _between(share: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), Fraction(1))


def average(rows: Sequence[Progress]) -> Fraction | None:
    """The weighted mean over every target; None as long as one of them cannot be computed."""
    if not rows or any(row.rate is None for row in rows):
        return None
    total = sum((row.weight for row in rows), Fraction(0))
    return sum((row.weight * (row.rate or 0) for row in rows), Fraction(0)) / total


def number(value: Any) -> Fraction | None:
    """A figure of a form as an exact number; None for blanks and words."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return Fraction(found) if found.is_finite() else None
