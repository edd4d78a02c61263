"""Checks a diagram in a process of its own, bounded in time and memory (D3).

Whatever a file does to the parser, whoever asked gets an answer. Run as a module it is that
process: a question as JSON on stdin, the report as JSON on stdout. Knows nothing of the checks.
"""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from engine.bpmn.checks.examination import Surroundings
from engine.bpmn.findings import Finding, Report
from engine.forms import CHECKS

WALL_SECONDS = 15
CPU_SECONDS = 10
MEMORY = 1 << 30
PROJECT = Path(__file__).parents[2]


def check_guarded(data: bytes, around: Surroundings, seconds: float = WALL_SECONDS) -> Report:
    """The report, or one that refuses what could not be checked within the limits."""
    # -P and a bare environment: nothing of the caller's folder or secrets gets into the process.
    command = [sys.executable, "-P", "-s", "-B", "-m", "engine.bpmn.guard"]
    environment = {"PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", "PATH": os.defpath}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=_question(data, around),
            capture_output=True,
            timeout=seconds,
            env=environment,
            cwd=PROJECT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _overtaxed()
    return _answer(done.stdout) if done.returncode == 0 else _overtaxed()


def _question(data: bytes, around: Surroundings) -> bytes:
    return json.dumps(
        {
            "data": base64.b64encode(data).decode(),
            "forms": dict(around.forms),
            "topics": sorted(around.topics),
            "roles": sorted(around.roles),
            "articles": None if around.articles is None else sorted(around.articles),
            "terms": None if around.terms is None else sorted(around.terms),
            "subjects": None if around.subjects is None else sorted(around.subjects),
            "checks": sorted(CHECKS),
        }
    ).encode()


def _answer(text: bytes) -> Report:
    answer = json.loads(text)
    if "failure" in answer:
        message = f"核对时发生意外（{answer['failure']}），不能部署。请将文件交给系统维护人员。"
        return Report.refusing(Finding(None, None, "unsupported", message))
    return Report.from_json(answer)


def _overtaxed() -> Report:
    message = "在限定的时间和内存内没有核对完，不能部署。请简化或拆成几张图。"
    return Report.refusing(Finding(None, None, "too_large", message))


def main() -> int:
    """The guarded process."""
    _limit_myself()
    question: dict[str, Any] = json.load(sys.stdin)
    data = base64.b64decode(question.pop("data"))
    _know_checks(question.pop("checks"))
    json.dump(_examined(data, question), sys.stdout, ensure_ascii=False)
    return 0


def _limit_myself() -> None:
    import resource

    for limit, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _know_checks(names: list[str]) -> None:
    """The names that the domain has registered. No field is filled here, so none of them is called."""
    for name in names:
        if name not in CHECKS:
            CHECKS.register(name, lambda text: None)


def _examined(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    from engine.bpmn.checks import examine

    try:
        return examine(data, Surroundings.of(**question)).to_json()
    except MemoryError:
        return _overtaxed().to_json()
    except Exception as error:  # a fault of ours must not let a diagram through, nor lose the answer
        return {"failure": type(error).__name__}


if __name__ == "__main__":
    raise SystemExit(main())
