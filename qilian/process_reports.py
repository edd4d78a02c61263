"""The forms that a diagram's file goes with, and what its check says in words."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.bpmn.findings import Finding, Report

FORM_REFERENCE = re.compile(r"""formRef\s*=\s*["']\s*([\w\-]{1,100})\s*["']""")
FORM_BYTES = 1_000_000  # beyond what any valid form may have


def forms_of(diagram: Path, data: bytes) -> dict[str, str | None]:
    """The forms that the diagram names: those beside it come before the project's."""
    from engine.bpmn.decoding import decoded
    from engine.bpmn.findings import DiagramRefused
    from qilian.config import SEEDS

    folders = (diagram.parent / "forms", SEEDS / "forms")
    try:
        names = set(FORM_REFERENCE.findall(decoded(data)))
    except DiagramRefused:  # the check will say so
        return {}
    return {name: _form(name, folders) for name in sorted(names)}


def _form(name: str, folders: tuple[Path, ...]) -> str | None:
    for folder in folders:
        path = folder / f"{name}.form"
        try:
            if path.is_file():
                with path.open("rb") as opened:
                    return opened.read(FORM_BYTES).decode("utf-8", errors="replace")
        except OSError:
            return ""  # there, but not readable: refused as an invalid form
    return None


def in_words(file: str, report: "Report") -> str:
    verdict = "可以部署" if report.ok else f"不能部署，{len(report.problems)} 处问题"
    more = f"，{len(report.warnings)} 处提醒" if report.warnings else ""
    lines = [f"{file}：{verdict}{more}。"]
    lines += [_line("问题", finding) for finding in report.problems]
    lines += [_line("提醒", finding) for finding in report.warnings]
    return "\n".join(lines)


def _line(kind: str, finding: "Finding") -> str:
    where = f"第{finding.line}行 " if finding.line else ""
    element = f"（{finding.element}）" if finding.element else ""
    return f"  {kind} {finding.code} {where}{finding.message}{element}"
