"""The roster as a whole: what it says about the latest year, and how rows come together by credit code.

Knows rows of the form as they are kept (plain JSON values); judges no criterion and opens no file.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from clusters.annex.enterprises import BusinessType, read_enterprise
from clusters.annex.row_reader import RowReader, Source
from clusters.annex.standard_parts import SizeLimit

Row = Mapping[str, Any]

# Yearly figures (F01-Y) that are sums over the roster: where each comes from, over which enterprises.
COUNTS: Mapping[str, Callable[[Row], bool]] = {
    "enterprise_count": lambda row: True,
    "enterprise_count_production": lambda row: row.get("business_type") == BusinessType.PRODUCTION,
    "enterprise_count_service": lambda row: row.get("business_type") == BusinessType.SERVICE,
    "above_scale_count": lambda row: row.get("is_above_scale") is True,
    "ind_internet_users": lambda row: row.get("uses_ind_platform") is True,
    "ind_software_users": lambda row: row.get("uses_ind_software") is True,
    "cloud_users": lambda row: row.get("on_cloud") is True,
}
WHOLE_SUMS = {"employees": "employees", "invention_patents": "invention_patents"}
MONEY_SUMS = {
    "total_output": "output_y1",
    "revenue": "revenue_y1",
    "rd_spend_total": "rd_y1",
    "export_value": "export_y1",
}
SME_SUMS = {"sme_output": "output_y1", "rd_spend_sme": "rd_y1"}
CENT = Decimal("0.01")
IN_FORCE = "有效"


def derive_latest_year(
    enterprises: Iterable[Row], sizes: tuple[SizeLimit, ...], patents: Sequence[Row] = ()
) -> dict[str, int | str]:
    """Figures of Y-1 that follow from the roster (A-22), for the form to begin with.

    A figure that some counted enterprise has not given is left out: half a sum would mislead.
    """
    members = counted(enterprises)
    if not members:
        return {}
    figures: dict[str, int | str | None] = {
        name: sum(1 for row in members if belongs(row)) for name, belongs in COUNTS.items()
    }
    figures |= {name: _whole(members, column) for name, column in WHOLE_SUMS.items()}
    figures |= {name: _money(members, column) for name, column in MONEY_SUMS.items()}
    leading = [row for row in members if row.get("is_leading_industry") is True]
    figures["leading_output"] = _money(leading, "output_y1")
    figures |= _small_and_medium(members, sizes)
    if patents:
        figures["invention_patents"] = sum(1 for row in patents if row.get("legal_status") == IN_FORCE)
    return {name: figure for name, figure in figures.items() if figure is not None}


def counted(enterprises: Iterable[Row]) -> list[Row]:
    """The enterprises that produce or serve inside the boundary, each credit code once (A-04)."""
    inside = (row for row in enterprises if row.get("in_boundary") is True and row.get("uscc"))
    return list({row["uscc"]: row for row in inside}.values())


def merge_by_code(roster: Iterable[Row], answers: Iterable[Row]) -> list[dict[str, Any]]:
    """The roster with what enterprises answered: known ones updated in their place, new ones at the end.

    A blank answer never erases what the roster holds.
    """
    merged = [dict(row) for row in roster]
    places = {row["uscc"]: row for row in merged if row.get("uscc")}
    for answer in answers:
        given = {key: value for key, value in answer.items() if value not in (None, "", [])}
        row = places.get(answer.get("uscc"))
        if row is None:
            row = dict(answer)
            merged.append(row)
            places[row.get("uscc")] = row
        else:
            row.update(given)
    for number, row in enumerate(merged, 1):
        row["seq"] = number
    return merged


def who_has_not_answered(roster: Iterable[Row], answers: Iterable[Row]) -> list[Row]:
    answered = {row.get("uscc") for row in answers}
    return [row for row in roster if row.get("uscc") not in answered]


def _small_and_medium(members: Sequence[Row], sizes: tuple[SizeLimit, ...]) -> dict[str, int | str | None]:
    """Nothing, as long as the size of one enterprise cannot be told."""
    verdicts = [read_enterprise(RowReader(row, Source(is_form=True))).is_sme(sizes) for row in members]
    if None in verdicts:
        return {}
    smes = [row for row, is_sme in zip(members, verdicts, strict=True) if is_sme]
    sums = {name: _money(smes, column) for name, column in SME_SUMS.items()}
    return {"sme_count": len(smes), **sums}


def _whole(rows: Sequence[Row], column: str) -> int | None:
    total = _sum(rows, column)
    return None if total is None else int(total)


def _money(rows: Sequence[Row], column: str) -> str | None:
    total = _sum(rows, column)
    return None if total is None else format(total.quantize(CENT), "f")


def _sum(rows: Sequence[Row], column: str) -> Decimal | None:
    """The sum, or None if an enterprise has given nothing that is a number."""
    numbers = [_decimal(row.get(column)) for row in rows]
    known = [number for number in numbers if number is not None]
    return sum(known, Decimal(0)) if len(known) == len(numbers) else None


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    return number if number.is_finite() and number.adjusted() < 18 else None
