"""`qilian process list | deploy | diff` on both databases."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.db import Database
from engine.models import Bundle, ProcessDefinition
from qilian.cli import main
from tests.diagrams import a_form, chain, diagram, end, start, user

GOOD = diagram(start(), user("fill", form="fill_note"), end(), chain("start", "fill", "end"))
CHANGED = GOOD.replace(
    b'camunda:formRef="fill_note"', b'camunda:formRef="fill_note" camunda:dueDate="${today()}"'
)
BAD = GOOD.replace(b'camunda:formRef="fill_note"', b'camunda:formRef="nowhere"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "fill_note.form").write_text(a_form("fill_note"), encoding="utf-8")
    (tmp_path / "errand.bpmn").write_bytes(GOOD)
    return tmp_path


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QILIAN_HOME", str(tmp_path))
    monkeypatch.setenv("QILIAN_DATABASE_URL", database_url)


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    status = main(["process", *map(str, argv)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def versions(url: str) -> list[tuple[str, int]]:
    database = Database(url)
    with database.read() as session:
        query = sa.select(ProcessDefinition.process_key, ProcessDefinition.version)
        found = [(key, version) for key, version in session.execute(query.order_by(ProcessDefinition.id))]
    database.dispose()
    return found


def test_a_sound_diagram_is_deployed_with_the_forms_beside_it(capsys, folder, database_url):
    status, out, _ = run(capsys, "deploy", folder / "errand.bpmn")
    assert status == 0
    assert "第 1 版" in out
    ((key, version),) = versions(database_url)
    assert version == 1
    database = Database(database_url)
    with database.read() as session:
        assert list(session.scalars(sa.select(Bundle)).one().forms) == ["fill_note"]
    database.dispose()
    assert f"{key} 第 1 版" in run(capsys, "list")[1]


def test_the_same_again_changes_nothing(capsys, folder, database_url):
    run(capsys, "deploy", folder / "errand.bpmn")
    status, out, _ = run(capsys, "deploy", folder / "errand.bpmn")
    assert status == 0
    assert "完全相同" in out
    assert len(versions(database_url)) == 1


def test_one_bad_diagram_keeps_the_good_one_out(capsys, folder, database_url):
    (folder / "bad.bpmn").write_bytes(BAD)
    status, out, _ = run(capsys, "deploy", folder / "errand.bpmn", folder / "bad.bpmn")
    assert status == 1
    assert "nowhere" in out
    assert versions(database_url) == []


def test_a_missing_file_is_a_command_that_could_not_run(capsys, folder, database_url):
    status, _, err = run(capsys, "deploy", folder / "missing.bpmn")
    assert status == 2
    assert len(err.strip().splitlines()) == 1


def test_two_versions_are_compared_in_words(capsys, folder, database_url):
    run(capsys, "deploy", folder / "errand.bpmn")
    (folder / "errand.bpmn").write_bytes(CHANGED)
    run(capsys, "deploy", folder / "errand.bpmn")
    key = versions(database_url)[0][0]
    status, out, _ = run(capsys, "diff", key, 1, 2)
    assert status == 0
    assert out.splitlines()[1] == "  期限：（无） → ${today()}"
    assert "没有变化" in run(capsys, "diff", key, 2, 2)[1]


def test_an_unknown_version_is_a_command_that_could_not_run(capsys, database_url):
    status, _, err = run(capsys, "diff", "nowhere", 1, 2)
    assert status == 2
    assert "没有第 1 版" in err
