"""Scores as people confirmed them, checked against what was computed (F11, art. 16). Pure."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from clusters.annual.assessment_points import POINT_PLACES, Points
from clusters.annual.assessment_template import Template
from clusters.annual.plan_progress import number
from clusters.exact import cut
from clusters.filed import Filed
from engine.errors import Problem

ARTICLE = "第十六条"


def rows_of(points: Sequence[Points], form: Filed) -> tuple[list[dict[str, Any]], list[Problem]]:
    typed = {str(row.get("item_id")): row for row in form.rows("scores")}
    rows, found = [], []
    for index, entry in enumerate(points):
        said = typed.get(entry.item.id) or {}
        problem = _score_problem(entry, said)
        if problem:
            found.append(Problem(problem, f"scores.{index}.points", ARTICLE, row=index + 1))
            continue
        given = number(said.get("points"))
        final = entry.points if given is None else given
        rows.append(_score_row(entry, final or Fraction(0), str(said.get("reason") or "").strip()))
    return rows, found


def _score_problem(entry: Points, said: Mapping[str, Any]) -> str | None:
    """System points stand; computed plan points may be changed with a reason; the rest is for people."""
    item, given = entry.item, number(said.get("points"))
    reason = str(said.get("reason") or "").strip()
    if given is None:
        return f"请给“{item.label}”评分。" if entry.points is None else None
    if not 0 <= given <= item.points:
        return f"“{item.label}”的得分应在0至{cut(item.points, 0)}之间。"
    if entry.points is None:
        needs = item.part != "people" and not reason
        return f"“{item.label}”不能由系统计算，人工评分须写明理由。" if needs else None
    if given != entry.points and item.part == "system":
        shown = cut(entry.points, POINT_PLACES)
        return f"“{item.label}”由系统取数得{shown}分，不能改动；数据有误的，先修订报告数据。"
    if given != entry.points and not reason:
        return f"改动“{item.label}”的得分须写明理由。"
    return None


def _score_row(entry: Points, final: Fraction, reason: str) -> dict[str, Any]:
    item = entry.item
    shown = None if entry.points is None else cut(entry.points, POINT_PLACES)
    return {
        "item_id": item.id, "label": item.label, "part": item.part, "full": cut(item.points, 0),
        "computed": shown, "derivation": entry.derivation, "points": cut(final, POINT_PLACES),
        "reason": reason,
    }  # fmt: skip


def bonus_of(template: Template, form: Filed) -> tuple[list[dict[str, Any]], list[Problem]]:
    rows = [
        {"item_id": "", "label": "加减分", "part": "bonus", "full": "", "computed": None, "derivation": "",
         "points": cut(number(row.get("points")) or Fraction(0), POINT_PLACES),
         "reason": str(row.get("reason") or "").strip()}
        for row in form.rows("bonus_penalty")
    ]  # fmt: skip
    found = []
    if not all(row["reason"] for row in rows):
        found.append(Problem("加分、减分须逐项写明理由。", "bonus_penalty", ARTICLE))
    if abs(sum((Fraction(str(row["points"])) for row in rows), Fraction(0))) > template.bonus_limit:
        limit = cut(template.bonus_limit, 0)
        found.append(Problem(f"加减分合计不得超过{limit}分。", "bonus_penalty", ARTICLE))
    return rows, found


def grade_problems(template: Template, total: Fraction, form: Filed) -> list[Problem]:
    """People decide the grade; nobody gets a better one than the points reach."""
    grade, reached = form.text("grade"), template.grade_of(total)
    if grade not in {g.name for g in template.grades}:
        return [Problem("请确定考核等次。", "grade", ARTICLE)]
    shown = cut(total, POINT_PLACES)
    if template.is_above(grade, reached):
        return [Problem(f"总分{shown}分达到“{reached}”，不能评为“{grade}”。", "grade", ARTICLE)]
    if grade != reached and not form.text("grade_reason"):
        message = f"总分{shown}分达到“{reached}”，评为“{grade}”须写明理由。"
        return [Problem(message, "grade_reason", ARTICLE)]
    return []
