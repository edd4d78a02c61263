"""`qilian calendar due` as scripts and outside checks call it."""

import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine import calendar_store
from engine.calendar import DayChange, Year
from engine.db import Database
from qilian.cli import main


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data folder without a database: the shipped calendar counts."""
    monkeypatch.setenv("QILIAN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("QILIAN_DATABASE_URL", raising=False)
    return tmp_path / "home"


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    status = main(["calendar", "due", *argv])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


def test_json_answer_has_the_promised_shape(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "2026-01-30", "1", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "start": "2026-01-30",
        "days": 1,
        "region": None,
        "due": "2026-02-02",
        "provisional": False,
        "trace": [
            {"date": "2026-01-31", "counted": False, "why": "周六"},
            {"date": "2026-02-01", "counted": False, "why": "周日"},
            {"date": "2026-02-02", "counted": True, "why": "工作日"},
        ],
    }


def test_region_applies_the_local_holiday(capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads(run(capsys, "2026-11-10", "15", "--region", "622921", "--json")[1])
    assert (answer["due"], answer["region"]) == ("2026-12-02", "622921")


def test_a_region_that_does_not_exist_is_told_and_counted_by_the_national_calendar(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capsys, "2026-11-10", "15", "--region", "622999", "--json")
    assert (status, json.loads(out)["due"], err.count("\n")) == (0, "2026-12-02", 1)
    status, out, err = run(capsys, "2026-11-10", "15", "--region", "621199", "--json")
    assert (status, json.loads(out)["due"]) == (0, "2026-12-01")
    assert "621199" in err
    assert run(capsys, "2026-11-10", "15", "--region", "621122")[2] == ""


def test_words_name_the_due_date_and_each_day(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "2026-02-12", "2")
    assert status == 0
    assert "届满    2026-02-14 周六 24时\n" in out
    assert "第2日  调休上班（春节）" in out
    assert "暂定" not in out


def test_words_say_when_a_date_is_provisional(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "2026-12-20", "15")[1]
    assert "2027-01-11 周一 24时（暂定）" in out


def test_a_date_in_an_unknown_year_gives_an_error_document_and_exit_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capsys, "2028-03-01", "5", "--json")
    answer = json.loads(out)
    assert status == 2
    assert sorted(answer) == ["days", "error", "start"]
    assert (answer["start"], answer["days"]) == ("2028-03-01", 5)
    assert "2028年" in answer["error"]
    assert err.strip() == answer["error"]


@pytest.mark.parametrize(
    "argv",
    [
        ("2026-02-30", "5"),
        ("20260210", "5"),
        ("2026-W07-2", "5"),
        ("２０２６-02-10", "5"),
        ("tomorrow", "5"),
        ("2026-02-10", "0"),
        ("2026-02-10", "-5"),
        ("2026-02-10", "1.5"),
        ("2026-02-10", "1_0"),
        ("2026-02-10", "五"),
        ("2026-02-10", "9" * 5000),
        ("2026-02-10", "999999"),
        ("9999-12-31", "1"),
        ("0001-01-01", "1"),
        ("2026-02-10",),
        ("2026-02-10", "5", "--region", "6229"),
        ("2026-02-10", "5", "--region", ""),
    ],
)
def test_impossible_input_is_exit_2_and_one_plain_line(
    capsys: pytest.CaptureFixture[str], argv: tuple[str, ...]
) -> None:
    status, out, err = run(capsys, *argv)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "Traceback" not in err
    status, out, err = run(capsys, *argv, "--json")
    assert (status, err.count("\n")) == (2, 1)
    assert json.loads(out)["error"] == err.removesuffix("\n")


def test_lines_are_answered_in_order_each_with_its_own_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, b"\xef\xbb\xbf2026-01-30 1\r\n\n2028-01-03 5\n2026-13-01 5\nx\n2026-01-01 1 2\n\xff 3")
    status, out, err = run(capsys, "-")
    answers: list[dict[str, Any]] = json.loads(out)
    assert (status, err) == (0, "")
    assert [a.get("due") for a in answers] == ["2026-02-02", None, None, None, None, None]
    assert [a["start"] for a in answers[1:5]] == ["2028-01-03", "2026-13-01", "x", "2026-01-01"]
    assert [a["days"] for a in answers] == [1, 5, 5, None, 1, 3]
    assert all(sorted(a) == ["days", "error", "start"] for a in answers[1:])


def test_lines_without_days_take_those_of_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, b"2026-11-10\n2026-11-10 5\n")
    answers = json.loads(run(capsys, "-", "15", "--region", "622900", "--json")[1])
    assert [a["due"] for a in answers] == ["2026-12-02", "2026-11-17"]


def test_no_lines_give_an_empty_list(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, b"")
    assert run(capsys, "-", "--json") == (0, "[]\n", "")


def test_a_malformed_region_fails_the_whole_list(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, b"2026-11-10 5\n")
    status, out, err = run(capsys, "-", "--json", "--region", "X")
    assert (status, err.count("\n")) == (2, 1)
    assert "六位" in json.loads(out)["error"]


def test_thousands_of_lines_through_the_real_command() -> None:
    starts = [date(2022, 1, 1) + timedelta(days=n % 1800) for n in range(5000)]
    lines = "".join(f"{start} {1 + n % 30}\n" for n, start in enumerate(starts))
    done = subprocess.run(
        [sys.executable, "-m", "qilian", "calendar", "due", "-", "--json"],
        input=lines.encode(),
        capture_output=True,
        timeout=30,
        check=True,
    )
    answers = json.loads(done.stdout.decode("utf-8"))
    assert [a["start"] for a in answers] == [start.isoformat() for start in starts]
    assert sum(d["counted"] for d in answers[29]["trace"]) == 30


class TestDatabase:
    """What an administrator imported counts before what was shipped."""

    @pytest.fixture
    def configured(self, monkeypatch: pytest.MonkeyPatch, database: Database) -> Database:
        monkeypatch.setenv("QILIAN_DATABASE_URL", database.url.render_as_string(hide_password=False))
        return database

    def test_the_calendar_in_the_database_is_the_authority(
        self, capsys: pytest.CaptureFixture[str], configured: Database
    ) -> None:
        year = Year(2026, None, "confirmed", "号", 2, {date(2026, 1, 30): DayChange("off", "节")})
        with configured.write() as session:
            calendar_store.seed(session, datetime(2026, 1, 1, tzinfo=UTC), [year])
        assert json.loads(run(capsys, "2026-01-29", "1", "--json")[1])["due"] == "2026-02-02"
        assert run(capsys, "2025-01-27", "1")[0] == 2

    def test_without_imported_years_the_shipped_calendar_counts(
        self, capsys: pytest.CaptureFixture[str], configured: Database
    ) -> None:
        status, out, err = run(capsys, "2026-01-29", "1", "--json")
        assert (status, json.loads(out)["due"], err) == (0, "2026-01-30", "")

    @pytest.mark.parametrize("url", ["nonsense", "postgresql+psycopg://127.0.0.1:1/none"])
    def test_an_unusable_database_is_told_and_the_shipped_calendar_counts(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        monkeypatch.setenv("QILIAN_DATABASE_URL", url)
        status, out, err = run(capsys, "2026-01-29", "1", "--json")
        assert (status, json.loads(out)["due"], err.count("\n")) == (0, "2026-01-30", 1)

    def test_a_database_without_tables_is_told_and_the_shipped_calendar_counts(
        self, capsys: pytest.CaptureFixture[str], home: Path
    ) -> None:
        home.mkdir()
        (home / "qilian.db").touch()
        status, out, err = run(capsys, "2026-01-29", "1", "--json")
        assert (status, json.loads(out)["due"], err.count("\n")) == (0, "2026-01-30", 1)

    def test_asking_makes_no_data_folder(self, capsys: pytest.CaptureFixture[str], home: Path) -> None:
        assert run(capsys, "2026-01-29", "1")[0] == 0
        assert not home.exists()
