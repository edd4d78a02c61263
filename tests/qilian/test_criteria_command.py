"""`qilian criteria check`: exit status, one JSON document, and plain words for everything else."""

import json
from pathlib import Path
from typing import Any

import pytest

from clusters.batches import rules
from engine.db import Database
from qilian.cli import main
from tests.builders import SAMPLE, SEED

FINE, FAULTY, IMPOSSIBLE = 0, 1, 2


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of its own, without a database."""
    monkeypatch.setenv("QILIAN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("QILIAN_DATABASE_URL", raising=False)


Answer = tuple[int, dict[str, Any], str]


def sample() -> dict[str, Any]:
    return dict(json.loads(SAMPLE.read_text(encoding="utf-8")))


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["criteria", "check", *words])
    out, err = capsys.readouterr()
    return status, out, err


def ask(capsys: pytest.CaptureFixture[str], file: Path, *words: str) -> Answer:
    status, out, err = run(capsys, str(file), "--json", *words)
    return status, json.loads(out), err


def saved(folder: Path, content: str | bytes) -> Path:
    path = folder / "application.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_sample_passes(capsys: pytest.CaptureFixture[str]) -> None:
    status, answer, err = ask(capsys, SAMPLE)
    assert (status, err) == (FINE, "")
    assert (answer["standard"], answer["reference_date"], answer["passed"]) == ("gs-2023", "2024-05-20", True)
    assert (len(answer["results"]), answer["warnings"]) == (33, [])


def test_a_failing_application_gives_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = sample()
    document["indicators"][3]["leading_output"] = 202300.00
    status, answer, _ = ask(capsys, saved(tmp_path, json.dumps(document)))
    found = next(result for result in answer["results"] if result["id"] == "C1.8")
    assert (status, answer["passed"], found["verdict"]) == (FAULTY, False, "fail")
    assert (found["value"], found["threshold"], found["operator"]) == ("70.0000", "70", "gt")
    assert found["margin"] == "0.0000"


def test_a_decimal_written_as_a_number_is_read_exactly(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = SAMPLE.read_text(encoding="utf-8").replace('"86.5000"', "100.00000000000000001")
    status, answer, _ = ask(capsys, saved(tmp_path, text))
    assert (status, answer["passed"]) == (FAULTY, False)


def test_impossible_input_names_every_problem(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = sample()
    document["application"]["area_km2"] = "-3"
    document["enterprises"][4]["uscc"] = "91350100M000100Y4Z"
    del document["indicators"][1]
    status, answer, err = ask(capsys, saved(tmp_path, json.dumps(document)))
    assert status == IMPOSSIBLE
    assert list(answer) == ["problems"]
    assert all(list(problem) == ["path", "row", "message"] for problem in answer["problems"])
    assert [(problem["path"], problem["row"]) for problem in answer["problems"]] == [
        ("application.area_km2", None),
        ("indicators", None),
        ("enterprises.4.uscc", 5),
    ]
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"not json",
        b"[]",
        b"null",
        b"3",
        b'"x"',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000,
        b'{"reference_date": 1e999999, "application": 1e99999999999999999999}',
        b'{"\\ud800": 1}',
        b"9" * 100_000,
    ],
    ids=range(12),
)
def test_what_is_no_application_is_refused_in_plain_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes
) -> None:
    status, answer, err = ask(capsys, saved(tmp_path, content))
    assert status == IMPOSSIBLE
    assert answer["problems"]
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_path_that_cannot_be_read_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    status, answer, err = ask(capsys, tmp_path / name)
    assert status == IMPOSSIBLE
    assert [problem["path"] for problem in answer["problems"]] == [None]
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("name", ["gs-2099", "../calendars/cn", "", "GS-2023", "gs-2023.toml"])
def test_a_standard_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str], name: str) -> None:
    status, answer, err = ask(capsys, SAMPLE, "--standard", name)
    assert (status, list(answer)) == (IMPOSSIBLE, ["problems"])
    assert "gs-2023" in err


def test_the_standard_of_the_database_goes_before_the_shipped_one(
    capsys: pytest.CaptureFixture[str], database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stricter = SEED.read_text(encoding="utf-8").replace('threshold = "100"', 'threshold = "80"', 1)
    kept = tmp_path / "gs-2023.toml"
    kept.write_text(stricter, encoding="utf-8")
    with database.write() as session:
        rules.seed(session, [kept])
    monkeypatch.setenv("QILIAN_DATABASE_URL", database.url.render_as_string(hide_password=False))
    status, answer, _ = ask(capsys, SAMPLE)
    failed = [result["id"] for result in answer["results"] if result["verdict"] == "fail"]
    assert (status, failed) == (FAULTY, ["C1.4"])


def test_a_database_that_cannot_be_read_is_said_and_the_shipped_standard_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database at all")
    monkeypatch.setenv("QILIAN_DATABASE_URL", f"sqlite:///{broken}")
    status, answer, err = ask(capsys, SAMPLE)
    assert (status, answer["passed"]) == (FINE, True)
    assert "认定标准" in err


def test_people_get_a_table_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, str(SAMPLE))
    assert (status, err) == (FINE, "")
    assert "甘工信发〔2023〕19号" in out
    line = next(line for line in out.splitlines() if line.startswith("C1.8"))
    assert "附件一" in line
    assert "主导产业占比 78.2006%，要求高于 70%" in line


def test_people_get_every_problem_and_warning_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = sample()
    document["indicators"][3]["enterprise_count"] = 25
    _, out, _ = run(capsys, str(saved(tmp_path, json.dumps(document))))
    assert "indicators.3.enterprise_count（第 4 行）：" in out
    document["application"]["area_km2"] = None
    status, out, err = run(capsys, str(saved(tmp_path, json.dumps(document))))
    assert status == IMPOSSIBLE
    assert "application.area_km2：" in out
    assert len(err.splitlines()) == 1
