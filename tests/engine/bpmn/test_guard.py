"""A check in a process of its own: the same answer, in bounded time and memory, whatever happens."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.bpmn import guard
from engine.bpmn.checks import Surroundings, examine
from engine.bpmn.guard import check_guarded
from tests.diagrams import (
    a_form,
    chain,
    diagram,
    element,
    end,
    inclusive,
    parallel,
    service,
    start,
    user,
)
from tests.engine.bpmn.examining import ARTICLES, FORMS, ROLES, TERMS, TOPICS

AROUND = Surroundings.of(FORMS, TOPICS, ROLES, ARTICLES, TERMS)
GOOD = diagram(start(), user("fill"), end(), chain("start", "fill", "end"))
BAD = diagram(start(), element("scriptTask", "run"), end(), chain("start", "run", "end"), drawn=False)


@pytest.mark.parametrize("data", [GOOD, BAD, b"", b"\x00\xff", b"<", "中文".encode("gb18030")])
def test_the_answer_is_the_same_as_without_a_guard(data: bytes) -> None:
    assert check_guarded(data, AROUND) == examine(data, AROUND)


def test_names_that_are_not_known_are_not_checked_in_the_process_either() -> None:
    around = Surroundings.of(FORMS, TOPICS, ROLES)
    assert check_guarded(GOOD, around) == examine(GOOD, around)


def test_forms_may_name_the_checks_of_the_domain() -> None:
    with_check = a_form("note").replace(
        '"type": "textfield"', '"type": "textfield", "properties": {"check": "uscc"}'
    )
    around = Surroundings.of({"note": with_check}, TOPICS, ROLES)
    assert check_guarded(GOOD, around).ok


def standing_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """An interpreter that runs `script` instead of the check."""
    impostor = tmp_path / "python"
    impostor.write_text(f"#!{sys.executable}\n{script}\n")
    impostor.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(impostor))


@pytest.mark.parametrize(
    "script",
    [
        "import time; time.sleep(60)",
        "import os; os.abort()",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "raise SystemExit(3)",
        "import sys; sys.setrecursionlimit(10**9); f = lambda: f(); f()",
    ],
)
def test_a_process_that_hangs_or_dies_refuses_the_diagram(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_in(tmp_path, monkeypatch, script)
    began = time.monotonic()
    found = check_guarded(GOOD, AROUND, seconds=1)
    assert [(f.element, f.code) for f in found.problems] == [(None, "too_large")]
    assert time.monotonic() - began < 10


def test_a_fault_of_our_own_refuses_the_diagram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standing_in(tmp_path, monkeypatch, """print('{"failure": "KeyError"}')""")
    found = check_guarded(GOOD, AROUND)
    assert [f.code for f in found.problems] == ["unsupported"]
    assert "KeyError" in found.problems[0].message


def test_a_fault_while_examining_becomes_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes, around: Surroundings) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("engine.bpmn.checks.examine", broken)
    question = {"forms": {}, "topics": [], "roles": [], "articles": None, "terms": None}
    assert guard._examined(GOOD, question) == {"failure": "ZeroDivisionError"}


def test_the_process_knows_no_secret_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    monkeypatch.setenv("QILIAN_SECRET_KEY_FILE", "secret")
    script = f"import os; open({str(seen)!r}, 'w').write(repr(dict(os.environ))); os.abort()"
    standing_in(tmp_path, monkeypatch, script)
    check_guarded(GOOD, AROUND)
    assert "secret" not in seen.read_text()


def test_time_and_memory_of_the_process_are_limited() -> None:
    script = (
        "import resource as r; from engine.bpmn import guard; guard._limit_myself();"
        "print([r.getrlimit(k)[1] for k in (r.RLIMIT_CPU, r.RLIMIT_AS, r.RLIMIT_FSIZE, r.RLIMIT_CORE)])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=guard.PROJECT, capture_output=True, text=True)
    assert done.stdout.strip() == str([guard.CPU_SECONDS, guard.MEMORY, 0, 0])


NAMES = [f"n{number}" for number in range(1200)]
LINKS = "".join(
    element(
        "sequenceFlow",
        f"f{number}{step}",
        attributes=f'sourceRef="n{number}" targetRef="n{(number * step + 7) % 1200}"',
    )
    for number in range(1200)
    for step in (3, 7)
)


@pytest.mark.parametrize(
    "data",
    [
        diagram(start(), *(inclusive(n) for n in NAMES), LINKS, chain("start", "n0"), drawn=False),
        diagram(start(), *(parallel(n) for n in NAMES), LINKS, chain("start", "n0"), drawn=False),
        diagram(start(), *(service(n) for n in NAMES), LINKS, chain("start", "n0"), drawn=False),
        diagram(
            start(), parallel("s"), parallel("j"), end(), chain("start", "s"), chain("j", "end"),
            *(service(n) + chain("s", n, "j") for n in NAMES), drawn=False,
        ),
        diagram(*(f'<bpmn:subProcess id="s{n}">' for n in range(60)), "</bpmn:subProcess>" * 60, drawn=False),
        diagram(user("fill", "<x/>" * 19_000), drawn=False),
        diagram(user("fill", attributes=f'camunda:dueDate="${{{"(" * 900_000}"'), drawn=False),
    ],
    ids=["inclusive", "parallel", "tasks", "branches", "nested", "children", "expression"],
)  # fmt: skip
def test_hostile_shapes_are_answered_in_time(data: bytes) -> None:
    began = time.monotonic()
    found = check_guarded(data, AROUND)
    assert found.problems
    assert time.monotonic() - began < 20
