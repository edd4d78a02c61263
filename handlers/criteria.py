"""Topics of the annex (附件): verdicts as values. They inform people and decide nothing (D11)."""

from collections.abc import Mapping
from typing import Any

from clusters.annex.verdicts import Verdict
from clusters.applications import assessment
from engine.contract import Context
from handlers.topics import catalogue


@catalogue.handler(
    "criteria.check",
    label="核对认定标准",
    outputs={
        "passed": "没有不达标或无法计算的硬性指标",
        "blocking": "不达标或无法计算的硬性指标编号",
        "to_judge": "待人工判断的指标编号",
    },
    recallable=True,
)
def check(context: Context) -> Mapping[str, Any] | None:
    """The effective application of this case against the standard that binds it."""
    verdicts = assessment.assess(context.session, context.instance_id, context.today)
    to_judge = [r.id for r in verdicts.results if r.verdict is Verdict.NEEDS_JUDGMENT]
    return {
        "passed": verdicts.passed,
        "blocking": [r.id for r in verdicts.blocking],
        "to_judge": to_judge,
    }
