"""Numbers for people: cases, batches, notices, objections, clusters. Never given twice.

Knows the series and their patterns (F00, F07–F09), nothing of what is numbered.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from clusters.batches.models import Numbering


def next_in(session: Session, series: str) -> int:
    """The next number of a series, counted from 1, in one statement that two writers cannot share."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(Numbering).values(series=series, last=1)
    counted = statement.on_conflict_do_update(
        index_elements=[Numbering.series], set_={"last": Numbering.last + 1}
    ).returning(Numbering.last)
    return session.execute(counted, execution_options={"populate_existing": True}).scalar_one()


def reserve(session: Session, series: str, at_least: int) -> None:
    """Never give a number up to `at_least` in this series: for registers taken over from paper."""
    known = session.scalar(sa.select(Numbering.last).where(Numbering.series == series)) or 0
    for _ in range(known, at_least):
        next_in(session, series)


def case_no(session: Session, year: int, region: str) -> str:
    return f"GSJQ-{year}-{region}-{next_in(session, f'case/{year}/{region}'):04d}"


def batch_key(session: Session, year: int) -> str:
    return f"GSPC-{year}-{next_in(session, f'batch/{year}'):02d}"


def notice_no(session: Session, year: int) -> str:
    return f"GSGS-{year}-{next_in(session, f'notice/{year}'):02d}"


def objection_no(session: Session, year: int) -> str:
    return f"GSYY-{year}-{next_in(session, f'objection/{year}'):04d}"


def reexamination_batch_key(session: Session, year: int) -> str:
    return f"FHPC-{year}-{next_in(session, f'reexamination-batch/{year}'):02d}"


def reexamination_key(term_no: int, cluster_no: str) -> str:
    """Of the cluster and its term: re-examined once (art. 16)."""
    return f"FH-{term_no}-{cluster_no}"


def cluster_of_reexamination(key: str) -> str:
    return key.split("-", 2)[2]


def import_key(session: Session, year: int) -> str:
    return f"DR-{year}-{next_in(session, f'import/{year}'):02d}"


def cluster_no(session: Session, year: int) -> str:
    return f"GS-JQ-{year}-{next_in(session, f'cluster/{year}'):03d}"


def revocation_key(session: Session, cluster_no: str) -> str:
    return f"CX-{cluster_no}-{next_in(session, f'revocation/{cluster_no}')}"


def report_key(year: int, cluster_no: str) -> str:
    """The annual report on a year; one per cluster and year, so it needs no series (art. 18)."""
    return f"NB-{year}-{cluster_no}"


def assessment_key(year: int, cluster_no: str) -> str:
    """The assessment for a year (art. 16)."""
    return f"KH-{year}-{cluster_no}"


def change_key(session: Session, cluster_no: str) -> str:
    return f"BG-{cluster_no}-{next_in(session, f'change/{cluster_no}')}"


def publicity_key(session: Session, cluster_no: str) -> str:
    return f"XC-{cluster_no}-{next_in(session, f'publicity/{cluster_no}')}"
