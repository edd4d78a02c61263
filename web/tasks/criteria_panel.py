"""The criteria of the annex beside a form: what is met, what is not, what is still missing, in a few lines.

Knows verdicts and the form's labels. The order of the annex stays; what people judge stands apart,
because a clerk can do nothing about it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from clusters.annex.progress import Look, fields_of
from clusters.annex.row_reader import NOT_GIVEN
from clusters.annex.standard import Standard
from clusters.annex.standard_parts import Criterion, Kind
from clusters.annex.verdicts import Result
from clusters.exact import plain
from engine.errors import Problem
from engine.forms import Form

MISSING = "missing"
Row = dict[str, Any]


class Wanting(NamedTuple):
    """What a section of the form still lacks for the check."""

    label: str
    key: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    form: Form
    looks: Sequence[Look]
    standard: Standard
    warnings: Sequence[Problem] = ()
    section: str | None = None  # of a long form: only what that section decides

    def of(self, section: str | None) -> "Panel":
        """The same, with the rows that one section of the form decides."""
        return replace(self, section=section)

    @cached_property
    def rows(self) -> list[Row]:
        return [_row(self.form, look) for look in self.looks]

    @property
    def hard(self) -> list[Row]:
        return [row for row in self.shown if row["kind"] == Kind.HARD.value]

    @property
    def judged(self) -> list[Row]:
        return [row for row in self.shown if row["kind"] != Kind.HARD.value]

    @property
    def failing(self) -> list[Row]:
        return [r for r in self._hard if r["verdict"] in ("fail", "not_computable")]

    @property
    def shown(self) -> list[Row]:
        return [row for row in self.rows if self.section is None or self._is_decided_here(row)]

    @property
    def tally(self) -> str:
        """硬性指标 16 项：符合 14 项，不符合 1 项，待填 1 项；另有 17 项由评审人员判断。"""
        words = {"pass": "符合", "fail": "不符合", "not_computable": "无法计算", MISSING: "待填"}
        words |= {"not_applicable": "不适用", "needs_judgment": "需人工判断"}
        counted = [(word, sum(row["verdict"] == key for row in self._hard)) for key, word in words.items()]
        parts = "，".join(f"{word} {count} 项" for word, count in counted if count)
        others = len(self.rows) - len(self._hard)
        return f"硬性指标 {len(self._hard)} 项：{parts}；另有 {others} 项由评审人员判断。"

    @property
    def badge(self) -> tuple[str, str]:
        if self.failing:
            return "late", f"{len(self.failing)} 项硬性指标不符合"
        if self.missing:
            return "doing", "数据还不完整"
        return "done", "硬性指标全部符合"

    @cached_property
    def missing(self) -> list[Wanting]:
        """By section of the form, in its order."""
        problems = [problem for look in self.looks for problem in look.missing]
        found = []
        for section in self.form.sections:
            keys = {f.key for f in section.fields}
            mine = [p for p in problems if (p.path or "").partition(".")[0] in keys]
            if mine:
                found.append(Wanting(section.label, section.key, tuple(labels(self.form, mine))))
        return found

    @cached_property
    def _hard(self) -> list[Row]:
        return [row for row in self.rows if row["kind"] == Kind.HARD.value]

    def _is_decided_here(self, row: Row) -> bool:
        keys = {f.key for f in self.form.section(self.section or "").fields}
        read = fields_of(row["criterion"], self.standard)
        return bool(keys & {name.partition(".")[0] for name in read})


def _row(form: Form, look: Look) -> Row:
    if look.result is not None:
        return _result_row(look.result)
    missing = "、".join(labels(form, look.missing))
    return _criterion_row(look.criterion) | {"verdict": MISSING, "note": f"还缺：{missing}。"}


def _result_row(result: Result) -> Row:
    return result.to_json() | {"criterion": result.criterion, "label": result.label, "note": result.note}


def _criterion_row(criterion: Criterion) -> Row:
    threshold = criterion.threshold
    return {
        "criterion": criterion, "id": criterion.id, "label": criterion.label, "article": criterion.article,
        "kind": criterion.kind.value, "value": None, "margin": None, "unit": criterion.unit or None,
        "threshold": None if threshold is None else plain(Fraction(threshold)),
        "operator": criterion.operator.value if criterion.operator else None,
    }  # fmt: skip


def labels(form: Form, problems: Iterable[Problem]) -> list[str]:
    """Each field once, by its label; what is wrong rather than missing says so."""
    found: dict[str, None] = {}
    for problem in problems:
        path = problem.path or ""
        known = form.field(path) or form.field(path.partition(".")[0])
        label = known.label if known else path
        found[label if problem.message == NOT_GIVEN else f"{label}（{problem.message}）"] = None
    return list(found)


def of_results(
    form: Form, results: Iterable[Result], standard: Standard, warnings: Sequence[Problem]
) -> Panel:
    return Panel(form, [Look(r.criterion, r) for r in results], standard, warnings)
