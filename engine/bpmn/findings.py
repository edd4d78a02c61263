"""What the checks say about a diagram: findings with a code, kept in the order of the file (D3).

Knows the words of the codes, not how anything is found.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engine.errors import QilianError

# Why a deployment is refused, as the process owner reads it.
CODES = {
    "not_xml": "不是可读的 BPMN 文件",
    "doctype": "含有文档类型声明或外部引用",
    "too_large": "文件太大或太复杂",
    "too_deep": "元素嵌套太深",
    "code": "含有程序代码",
    "expression": "表达式有误",
    "topic": "服务任务的主题有误",
    "form": "表单有误",
    "lane": "办理人有误",
    "timer": "时间设置有误",
    "flow": "流向有误",
    "unsupported": "使用了不支持的元素",
}
MAX_FINDINGS = 200


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or worth knowing: which element, where in the file, what to do."""

    element: str | None
    line: int | None
    code: str
    message: str

    def to_json(self) -> dict[str, Any]:
        return {"element": self.element, "line": self.line, "code": self.code, "message": self.message}


@dataclass(frozen=True)
class Report:
    """The answer about one diagram. Only problems refuse it."""

    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "problems": [f.to_json() for f in self.problems],
            "warnings": [f.to_json() for f in self.warnings],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Report":
        return cls([Finding(**f) for f in data["problems"]], [Finding(**f) for f in data["warnings"]])

    @classmethod
    def refusing(cls, finding: Finding) -> "Report":
        return cls([finding], [])


class DiagramRefused(QilianError):
    """流程图无法读取。"""

    def __init__(self, code: str, message: str, line: int | None = None, element: str | None = None) -> None:
        super().__init__(message)
        self.finding = Finding(element, line, code, message)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Without repetition, in the order of the file, and not more than a person would read."""
    unique = sorted(set(findings), key=lambda f: (f.line or 0, f.element or "", f.code, f.message))
    if len(unique) <= MAX_FINDINGS:
        return unique
    rest = len(unique) - MAX_FINDINGS
    last = unique[MAX_FINDINGS]
    more = Finding(None, last.line, last.code, f"另有{rest}处问题未列出，请先改正以上各处。")
    return [*unique[:MAX_FINDINGS], more]
