"""F01-T and the measures: the three-year plan as filed (art. 6, 16; 附件八). Knows rows, no progress."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from clusters.annex.row_reader import RowReader


class Aspect(StrEnum):
    """The seven aspects of 第六条 (一) to (七)."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    A6 = "A6"
    A7 = "A7"


ASPECT_LABELS = {
    Aspect.A1: "主导产业优势",
    Aspect.A2: "优质企业",
    Aspect.A3: "创业创新",
    Aspect.A4: "数字化",
    Aspect.A5: "绿色低碳",
    Aspect.A6: "开放合作",
    Aspect.A7: "治理服务",
}


class Direction(StrEnum):
    HIGHER_BETTER = "higher_better"
    LOWER_BETTER = "lower_better"


@dataclass(frozen=True)
class PlanTarget:
    """A target; a quantitative one needs unit, direction, baseline and three values (a loss is negative)."""

    target_id: str
    aspect: Aspect
    name: str
    quantitative: bool | None
    unit: str
    direction: Direction | None
    baseline_value: Decimal | None
    baseline_year: int | None
    values: tuple[Decimal | None, ...]
    qualitative_criterion: str
    weight: Decimal | None
    path: str
    row: int


@dataclass(frozen=True)
class PlanMeasure:
    aspect: Aspect
    measure: str
    owner: str
    deadline: date | None
    path: str
    row: int


def read_target(reader: RowReader) -> PlanTarget:
    target = PlanTarget(
        target_id=reader.text("target_id"),
        aspect=reader.needed_code("aspect", Aspect),
        name=reader.text("name"),
        quantitative=reader.flag("quantitative"),
        unit=reader.text("unit"),
        direction=reader.code("direction", Direction),
        baseline_value=reader.amount("baseline_value", signed=True),
        baseline_year=reader.whole("baseline_year"),
        values=tuple(reader.amount(f"target_y{year}", signed=True) for year in (1, 2, 3)),
        qualitative_criterion=reader.text("qualitative_criterion"),
        weight=reader.amount("weight"),
        path=reader.path,
        row=reader.row or 0,
    )
    reader.text("evidence_required")
    reader.finish()
    return target


def read_measure(reader: RowReader) -> PlanMeasure:
    measure = PlanMeasure(
        aspect=reader.needed_code("aspect", Aspect),
        measure=reader.text("measure"),
        owner=reader.text("owner"),
        deadline=reader.day("deadline"),
        path=reader.path,
        row=reader.row or 0,
    )
    reader.finish()
    return measure
