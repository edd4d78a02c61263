"""What became of each target of the frozen three-year plan (F14, art. 16; 附件八). Exact; decides nothing.

The yearly rate of `clusters.annual.plan_progress` is made for scoring and ends at 0 and 1; here the whole way
counts, also beyond its end.

The regulation names no pass mark: the share of targets met is shown to those who decide, beside a guide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from clusters.annual.plan_progress import number
from engine.errors import Problem

ARTICLE = "第十六条"
FIELD = "plan_completion"
GUIDE = Fraction(80, 100)  # what others call a good share; a guide for people and no threshold
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Completion:
    """One frozen target. `share` is None where nothing can be computed; `is_met` None while unsaid."""

    target: Row
    actual: Fraction | None
    share: Fraction | None
    is_met: bool | None
    reason: str
    row: Row


def is_quantitative(target: Row) -> bool:
    return number(target.get("baseline_value")) is not None and number(target.get("target_y3")) is not None


def share_of(baseline: Fraction, wanted: Fraction, actual: Fraction) -> Fraction | None:
    """The part of the way that was made; of a target that keeps its baseline the part that was kept."""
    if wanted != baseline:
        return (actual - baseline) / (wanted - baseline)
    return actual / wanted if wanted else None


def completions(targets: Sequence[Row], rows: Sequence[Row]) -> list[Completion]:
    """Each frozen target with what was filed for it, in the order of the plan."""
    filed = {str(row.get("target_id") or ""): row for row in rows}
    return [_completion(target, filed.get(str(target.get("target_id")), {})) for target in targets]


def _completion(target: Row, row: Row) -> Completion:
    reason = str(row.get("reason") or "").strip()
    if not is_quantitative(target):
        stated = row.get("met")
        return Completion(target, None, None, None if stated in (None, "") else bool(stated), reason, row)
    actual = number(row.get("actual_y3"))
    if actual is None:
        return Completion(target, None, None, None, reason, row)
    baseline, wanted = _exactly(target["baseline_value"]), _exactly(target["target_y3"])
    falls = target.get("direction") == "lower_better" or (not target.get("direction") and wanted < baseline)
    is_met = actual <= wanted if falls else actual >= wanted
    return Completion(target, actual, share_of(baseline, wanted, actual), is_met, reason, row)


def overall(found: Sequence[Completion]) -> Fraction | None:
    """The weighted share of targets met; without a weight for each of them all count the same."""
    if not found:
        return None
    given = [number(c.target.get("weight")) for c in found]
    weights = [w or Fraction(0) for w in given] if all(w is not None for w in given) else []
    if not sum(weights):
        weights = [Fraction(1)] * len(found)
    met = sum((w for w, c in zip(weights, found, strict=True) if c.is_met), Fraction(0))
    return met / sum(weights)


def problems(targets: Sequence[Row], rows: Sequence[Row]) -> list[Problem]:
    """Every frozen target is accounted for, an unmet one with its reason; others do not belong here."""
    known = [str(target.get("target_id")) for target in targets]
    places = {str(row.get("target_id") or ""): n for n, row in enumerate(rows)}
    found = [
        Problem(f"第 {n + 1} 行的目标“{name}”不在认定时固定的规划目标中。", f"{FIELD}.{n}", ARTICLE, n + 1)
        for name, n in places.items()
        if name not in known
    ]
    if len(places) != len(rows):
        found.append(Problem("同一目标只填一行。", FIELD, ARTICLE))
    for completion in completions(targets, rows):
        found += _open_points(completion, places.get(str(completion.target.get("target_id"))))
    return found


def _open_points(completion: Completion, place: int | None) -> list[Problem]:
    name = completion.target.get("name")
    if place is None:
        return [Problem(f"规划目标“{name}”没有填写完成情况。", FIELD, ARTICLE)]
    row = place + 1
    if completion.is_met is None:
        column = "actual_y3" if is_quantitative(completion.target) else "met"
        return [Problem(f"请填写目标“{name}”的完成情况。", f"{FIELD}.{place}.{column}", ARTICLE, row)]
    if not completion.is_met and not completion.reason:
        return [Problem(f"目标“{name}”没有完成，请说明原因。", f"{FIELD}.{place}.reason", ARTICLE, row)]
    return []


def percent(share: Fraction | None) -> str:
    """In percent, truncated to two places, so that nothing unfinished reads as 100."""
    if share is None:
        return "无法计算"
    hundredths = int(share * 10000)
    return f"{Decimal(hundredths) / 100:f}%"


def _exactly(value: Any) -> Fraction:
    return Fraction(Decimal(str(value)))
