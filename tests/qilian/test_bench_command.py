"""`qilian bench`: its answers have their shape and it leaves nothing behind. Sizes here are tiny; what a
benchmark measures is no matter for a test."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from qilian.bench.databases import databases
from qilian.bench.rounds import compared, measured
from qilian.cli import main

TINY = ("--rounds", "1", "--units", "1", "--size", "60")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("QILIAN_HOME", str(tmp_path / "home"))
    for name in ("QILIAN_DATABASE_URL", "QILIAN_TEST_POSTGRES"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


def asked(capsys: pytest.CaptureFixture[str], action: str) -> dict[str, Any]:
    assert main(["bench", action, "--json", *TINY]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return dict(json.loads(captured.out))


@pytest.mark.parametrize("action", ["steps", "timers"])
def test_engines_are_compared_with_raw_sql_and_with_stock_spiffworkflow(
    capsys: pytest.CaptureFixture[str], action: str
) -> None:
    document = asked(capsys, action)
    assert (document["bench"], document["rounds"], document["units"]) == (action, 1, 1)
    (result,) = document["results"]
    assert result["database"] == "sqlite"
    assert [entry["peer"] for entry in result["peers"]] == ["raw", "stock", "qilian"]
    for entry in result["peers"]:
        assert sorted(entry) == ["ms", "peer", "times_raw", "times_stock"]
        assert all(entry[number] > 0 for number in ("ms", "times_raw", "times_stock"))


def test_the_inbox_is_compared_with_one_prepared_statement(capsys: pytest.CaptureFixture[str]) -> None:
    document = asked(capsys, "inbox")
    assert document["size"] == 60
    assert [e["peer"] for e in document["results"][0]["peers"]] == ["raw", "qilian", "qilian_counts"]


def test_words_name_the_times(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "steps", *TINY]) == 0
    out = capsys.readouterr().out
    assert "sqlite" in out
    assert "stock 的" in out


def test_an_installation_is_not_touched(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    asked(capsys, "steps")
    assert not home.exists()


def test_a_server_lends_a_database_that_is_gone_afterwards(postgres: sa.URL) -> None:
    address = postgres.render_as_string(hide_password=False)
    with databases({"QILIAN_DATABASE_URL": address}) as found:
        assert sorted(found) == ["postgresql", "sqlite"]
        lent = found["postgresql"].url.database
        assert lent != postgres.database
    engine = sa.create_engine(postgres)
    with engine.connect() as connection:
        names = connection.scalars(sa.text("SELECT datname FROM pg_database")).all()
    engine.dispose()
    assert lent not in names


def test_a_server_that_lends_nothing_is_told_and_sqlite_is_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with databases({"QILIAN_DATABASE_URL": "postgresql+psycopg://127.0.0.1:1/none"}) as found:
        assert sorted(found) == ["sqlite"]
    assert "PostgreSQL" in capsys.readouterr().err


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5", "99999999999"])
def test_sizes_are_whole_and_positive(capsys: pytest.CaptureFixture[str], size: str) -> None:
    assert main(["bench", "inbox", "--size", size]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# --- how peers are compared -----------------------------------------------------------------------------


class Called:
    def __init__(self, name: str, order: list[str]) -> None:
        self.name, self._order = name, order

    def units(self, count: int) -> list[float]:
        self._order.append(self.name)
        return [1.0] * count


def test_each_round_begins_with_another_peer_after_a_warm_up() -> None:
    order: list[str] = []
    peers = [Called(name, order) for name in "abc"]
    found = measured(peers, lambda peer, count: iter(peer.units(count)), rounds=3, units=1)
    assert "".join(order) == "abc" + "abc" + "bca" + "cab"
    assert [len(values) for values in found.values()] == [3, 3, 3]


def test_a_ratio_is_the_median_of_the_ratios_within_the_rounds() -> None:
    """One round on a busy machine slows both peers and changes no ratio."""
    seconds = {"raw": [0.001, 0.001, 0.010], "ours": [0.002, 0.003, 0.020]}
    raw, ours = compared(seconds, ("raw", "stock"))
    assert raw == {"peer": "raw", "ms": 1.0, "times_raw": 1.0}
    assert ours == {"peer": "ours", "ms": 3.0, "times_raw": 2.0}
