"""F01-Y: the figures of the cluster, one row per calendar year, in the units of the form.

Knows the fields of a year and what a year alone makes impossible; not which year a criterion reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from clusters.annex.row_reader import RowReader

NO_YEAR = -1  # the year of a row without a usable one

# What hard criteria read, in every one of the four years (D-07, A-07).
READ_AMOUNTS = ("total_output", "sme_output", "leading_output", "rd_spend_sme", "co2_emission")
READ_COUNTS = (
    "enterprise_count",
    "employees",
    "invention_patents",
    "ind_internet_users",
    "ind_software_users",
)
OTHER_AMOUNTS = (
    "revenue",
    "tax_paid",
    "export_value",
    "resident_population",
    "rd_spend_total",
    "co2_intensity",
    "energy_total",
    "clean_energy",
    "water_total",
)
OTHER_COUNTS = (
    "enterprise_count_production",
    "enterprise_count_service",
    "sme_count",
    "above_scale_count",
    "cloud_users",
)


class PriceBasis(StrEnum):
    CURRENT = "current"
    CONSTANT = "constant"


class DataBasis(StrEnum):
    STATISTICS = "统计部门"
    REPORTS = "企业报表汇总"
    AUDIT = "审计"
    OTHER = "其他"


@dataclass(frozen=True)
class YearlyIndicators:
    """One year. `figures` holds every number that was given, by field name; `at` its place in the input."""

    year: int
    figures: Mapping[str, Decimal]
    price_basis: PriceBasis | None
    path: str
    row: int

    def figure(self, name: str) -> Fraction:
        """A figure that criteria read, and that the input therefore gives."""
        return Fraction(self.figures[name])

    def get(self, name: str) -> Fraction | None:
        return Fraction(self.figures[name]) if name in self.figures else None


def read_year(reader: RowReader, needed_years: range) -> YearlyIndicators:
    """`needed_years` are the years whose figures criteria read; other rows may be incomplete."""
    year = reader.needed_whole("year") or NO_YEAR
    found = {name: reader.amount(name) for name in (*READ_AMOUNTS, *OTHER_AMOUNTS)}
    found["profit"] = reader.amount("profit", signed=True)
    for name in (*READ_COUNTS, *OTHER_COUNTS):
        count = reader.whole(name)
        found[name] = None if count is None else Decimal(count)
    if year in needed_years:
        for name in (*READ_AMOUNTS, *READ_COUNTS):
            reader.given(name)
    price_basis = reader.code("price_basis", PriceBasis)
    reader.code("data_basis", DataBasis)
    reader.finish()
    figures = {name: number for name, number in found.items() if number is not None}
    _parts_within_total(reader, figures)
    return YearlyIndicators(year, figures, price_basis, reader.path, reader.row or 0)


def _parts_within_total(reader: RowReader, figures: dict[str, Decimal]) -> None:
    """5.3 no. 2: a part of the output cannot exceed the whole."""
    total = figures.get("total_output")
    for name, label in (("sme_output", "中小企业产值"), ("leading_output", "主导产业产值")):
        part = figures.get(name)
        if total is not None and part is not None and part > total:
            reader.fault(name, f"{label} {part} 万元大于集群总产值 {total} 万元")
