"""The rows of F01's header that rules look at: benchmarks, shared mechanisms, patents, replies.

Knows the fields of one row and their types; what a criterion makes of them stands elsewhere.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clusters.annex.row_reader import RowReader


@dataclass(frozen=True)
class Benchmark:
    """One product against its benchmark of energy or water use (附件六): lower is better."""

    product: str
    consumption: Decimal
    unit: str
    benchmark: Decimal
    path: str
    row: int


@dataclass(frozen=True)
class Mechanism:
    """One shared mechanism of 附件三."""

    kind: str
    established: bool
    proof: tuple[str, ...]
    path: str
    row: int


@dataclass(frozen=True)
class Patent:
    patent_no: str
    legal_status: str
    granted_on: date | None
    expires_on: date | None
    path: str
    row: int


@dataclass(frozen=True)
class Proof:
    """The reply of one department about incidents (附件序言)."""

    dept: str
    files: tuple[str, ...]


def read_benchmarks(reader: RowReader, name: str, amount: str, applies: bool) -> tuple[Benchmark, ...]:
    """The rows matter, and are needed, only when the cluster is of that kind of industry."""
    if applies:
        reader.given(name)
    return tuple(_benchmark(row, amount, applies) for row in reader.rows(name))


def _benchmark(row: RowReader, amount: str, applies: bool) -> Benchmark:
    read = row.needed_amount if applies else lambda name: row.amount(name) or Decimal(0)
    benchmark = Benchmark(
        product=row.text("product"),
        consumption=read(amount),
        unit=row.text("unit"),
        benchmark=read("benchmark_value"),
        path=row.path,
        row=row.row or 0,
    )
    row.text("standard_ref")
    row.whole("year")
    row.finish()
    return benchmark


def read_mechanism(row: RowReader) -> Mechanism:
    mechanism = Mechanism(
        kind=row.text("kind"),
        established=row.flag("established") is True,
        proof=row.files("proof"),
        path=row.path,
        row=row.row or 0,
    )
    row.text("description")
    row.finish()
    return mechanism


def read_patent(row: RowReader) -> Patent:
    patent = Patent(
        patent_no=row.text("patent_no"),
        legal_status=row.text("legal_status"),
        granted_on=row.day("grant_date"),
        expires_on=row.day("expires_on"),
        path=row.path,
        row=row.row or 0,
    )
    row.text("title")
    row.uscc("patentee_uscc")
    row.finish()
    return patent


def read_proof(row: RowReader) -> Proof:
    proof = Proof(dept=row.text("dept"), files=row.files("file"))
    row.finish()
    return proof
