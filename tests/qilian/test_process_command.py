"""`qilian process check` as process owners, scripts and outside checks call it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qilian.cli import main
from tests.diagrams import a_form, chain, diagram, element, end, service, start, user

SHIPPED = sorted((Path(__file__).parents[2] / "processes").glob("*.bpmn"))
GOOD = diagram(
    start(), user("fill", form="fill_note"), service("work", topic="criteria.check"), end(),
    chain("start", "fill", "work", "end"),
)  # fmt: skip
BAD = GOOD.replace(b'camunda:topic="criteria.check"', b'camunda:topic="criteria.chekc"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good and a bad diagram with the form of both beside them."""
    (tmp_path / "good.bpmn").write_bytes(GOOD)
    (tmp_path / "bad.bpmn").write_bytes(BAD)
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "fill_note.form").write_text(a_form("fill_note"), encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    status = main(["process", "check", *map(str, argv)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def asked(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, list[dict[str, Any]]]:
    status, out, _ = run(capsys, "--json", *argv)
    return status, json.loads(out)["files"]


def test_every_shipped_diagram_is_accepted_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert SHIPPED
    status, files = asked(capsys, *SHIPPED)
    assert [(f["file"], f["problems"], f["warnings"]) for f in files] == [(str(p), [], []) for p in SHIPPED]
    assert status == 0


def test_the_json_answer_has_the_promised_shape(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    status, files = asked(capsys, folder / "bad.bpmn")
    assert status == 1
    (answer,) = files
    assert answer["file"] == str(folder / "bad.bpmn")
    assert answer["ok"] is False
    assert answer["warnings"] == []
    (problem,) = answer["problems"]
    assert (problem["element"], problem["code"]) == ("work", "topic")
    assert problem["line"] > 1
    assert "criteria.chekc" in problem["message"]


def test_a_good_diagram_is_fine(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert asked(capsys, folder / "good.bpmn")[0] == 0
    status, out, err = run(capsys, folder / "good.bpmn")
    assert (status, err) == (0, "")
    assert "可以部署" in out


def test_a_bad_one_among_good_ones_is_the_verdict(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    status, files = asked(capsys, folder / "good.bpmn", folder / "bad.bpmn", folder / "good.bpmn")
    assert status == 1
    assert [f["ok"] for f in files] == [True, False, True]


def test_in_words_each_problem_has_code_place_and_advice(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    status, out, err = run(capsys, folder / "bad.bpmn")
    assert (status, err) == (1, "")
    head, problem = out.splitlines()
    assert "不能部署，1 处问题" in head
    assert "topic 第" in problem
    assert problem.endswith("（work）")


@pytest.mark.parametrize("name", ["gone.bpmn", "", "forms", "bad.bpmn/x", "a\x00b"])
def test_an_unreadable_path_could_not_be_checked(
    capsys: pytest.CaptureFixture[str], folder: Path, name: str
) -> None:
    status, out, err = run(capsys, folder / name)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1


def test_readable_files_beside_an_unreadable_one_are_answered(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    status, out, err = run(capsys, "--json", folder / "gone.bpmn", folder / "good.bpmn")
    assert status == 2
    assert [f["file"] for f in json.loads(out)["files"]] == [str(folder / "good.bpmn")]
    assert "gone.bpmn" in err


# --- forms ------------------------------------------------------------------------------------------


def test_a_form_that_is_nowhere_is_a_problem(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "forms" / "fill_note.form").unlink()
    status, files = asked(capsys, folder / "good.bpmn")
    assert status == 1
    assert [(p["element"], p["code"]) for p in files[0]["problems"]] == [("fill", "form")]


def test_forms_of_the_project_serve_where_none_lies_beside(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "elsewhere.bpmn"
    path.write_bytes(GOOD.replace(b'formRef="fill_note"', b'formRef="application"'))
    assert asked(capsys, path)[0] == 0


def test_the_form_beside_the_file_comes_first(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "good.bpmn").write_bytes(GOOD.replace(b'formRef="fill_note"', b'formRef="application"'))
    (folder / "forms" / "application.form").write_text("{}", encoding="utf-8")
    status, files = asked(capsys, folder / "good.bpmn")
    assert status == 1
    assert files[0]["problems"][0]["code"] == "form"


@pytest.mark.parametrize("encoding", ["utf-16", "gbk"])
def test_a_diagram_in_another_encoding_finds_its_forms(
    capsys: pytest.CaptureFixture[str], folder: Path, encoding: str
) -> None:
    text = GOOD.decode().replace("UTF-8", encoding).replace('name="county_clerk"', 'name="县级经办"')
    (folder / "good.bpmn").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    status, (answer,) = asked(capsys, folder / "good.bpmn")
    assert (status, answer["problems"], answer["warnings"]) == (0, [], [])


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b"{}" * 2_000_000, b"null"])
def test_a_form_of_anything_is_a_problem_and_not_a_crash(
    capsys: pytest.CaptureFixture[str], folder: Path, content: bytes
) -> None:
    (folder / "forms" / "fill_note.form").write_bytes(content)
    status, files = asked(capsys, folder / "good.bpmn")
    assert status == 1
    assert files[0]["problems"][0]["code"] == "form"


def test_a_form_reference_never_leaves_the_folder(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "secret.form").write_text(a_form("secret"), encoding="utf-8")
    (folder / "good.bpmn").write_bytes(GOOD.replace(b'formRef="fill_note"', b'formRef="../secret"'))
    status, files = asked(capsys, folder / "good.bpmn")
    assert status == 1
    assert files[0]["problems"][0]["code"] == "form"


# --- whatever is in a file ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_xml"),
        (b"\x00" * 100, "not_xml"),
        (b"<!DOCTYPE x>" + GOOD, "doctype"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><a>&a;</a>', "doctype"),
        (b" " * 3_000_000, "too_large"),
        (diagram("<a>" * 100 + "</a>" * 100), "too_deep"),
        (diagram(start(), element("scriptTask", "run"), end(), chain("start", "run", "end")), "code"),
    ],
)
def test_whatever_is_in_a_file_the_answer_is_a_report(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "any.bpmn"
    path.write_bytes(content)
    status, files = asked(capsys, path)
    assert status == 1
    assert code in [p["code"] for p in files[0]["problems"]]


def test_it_runs_from_any_folder_without_a_database(folder: Path) -> None:
    environment = {**os.environ, "QILIAN_HOME": str(folder / "nowhere"), "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-m", "qilian", "process", "check", "--json", "good.bpmn"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["files"][0]["file"] == "good.bpmn"
    assert not (folder / "nowhere").exists()
