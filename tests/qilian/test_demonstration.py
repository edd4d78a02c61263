"""The sandbox alone runs beyond 2026, on a calendar and a document that say what they are."""

from datetime import date
from pathlib import Path

import pytest

from clusters.batches import rules
from engine.calendar import Calendar
from engine.calendar_files import read
from engine.calendar_rules import checked, warnings
from engine.db import Database
from qilian import bootstrap
from qilian.config import Config
from qilian.sandbox import demonstration
from tests.web.world import MONDAY, seed


@pytest.mark.parametrize("year", [2027, 2028, 2029, 2030])
def test_each_demonstration_year_stands_up_to_an_import(year: int) -> None:
    draft = read("x.toml", demonstration.CALENDAR.read_bytes(), year, None, "国办发明电〔2000〕1号")
    assert warnings(checked(draft, Calendar.from_years([]))) == []


def test_the_demonstration_replaces_what_is_provisional_and_nothing_else(database: Database) -> None:
    seed(database)
    with database.write() as session:
        demonstration.seed(session, MONDAY)
        demonstration.seed(session, MONDAY)  # as at every opening
    with database.read() as session:
        calendar = Calendar.from_years(bootstrap.calendar_store.load_years(session))
        marked = {(y.year, y.region) for y in calendar.years if y.is_demonstration}
        assert marked == {(y, r) for y in range(2027, 2031) for r in (None, "622900")}
        assert not calendar.due(date(2027, 1, 4), 15).provisional
        # The lapse of 2026 can still be seen; from 2027 the rule goes on by a document that says 演示.
        assert rules.in_force(session, date(2026, 1, 16)) is not None
        assert rules.in_force(session, date(2026, 1, 17)) is None
        assert rules.in_force(session, date(2026, 12, 31)) is None
        assert rules.in_force(session, date(2027, 1, 1)) is not None
        continued = rules.continuation(session, date(2029, 6, 1))
        assert continued is not None
        assert "虚构" in continued.doc_no


def test_outside_the_sandbox_2027_is_provisional_and_2028_unknown(
    sqlite_template: Path, tmp_path: Path
) -> None:
    (tmp_path / "qilian.db").write_bytes(sqlite_template.read_bytes())
    services = bootstrap.open_services(
        Config(tmp_path, f"sqlite:///{tmp_path / 'qilian.db'}", tmp_path / "k")
    )
    with services.database.read() as session:
        years = {y.year: y for y in bootstrap.calendar_store.load_years(session) if y.region is None}
    assert years[2027].is_provisional
    assert 2028 not in years
    assert not any(y.is_demonstration for y in years.values())
    services.database.dispose()
