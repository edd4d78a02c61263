"""One diagram under examination: what stands around it, and the notes taken about it.

The checks of this package write into it; it judges nothing itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.bpmn.checks.graph import Graph
from engine.bpmn.findings import Finding, Report, in_order
from engine.bpmn.xml import BPMN, Diagram, Element, is_flow_node, is_run, kind

KINDS = {
    "definitions": "文件",
    "collaboration": "协作图",
    "process": "流程",
    "participant": "泳池",
    "lane": "泳道",
    "sequenceFlow": "连线",
    "messageFlow": "消息流",
    "message": "消息",
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "boundaryEvent": "边界事件",
    "intermediateCatchEvent": "捕获事件",
    "intermediateThrowEvent": "抛出事件",
    "task": "任务",
    "userTask": "用户任务",
    "manualTask": "手工任务",
    "serviceTask": "服务任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "scriptTask": "脚本任务",
    "businessRuleTask": "业务规则任务",
    "callActivity": "调用活动",
    "subProcess": "子流程",
    "transaction": "事务",
    "adHocSubProcess": "自由子流程",
    "exclusiveGateway": "排他网关",
    "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关",
    "eventBasedGateway": "事件网关",
    "complexGateway": "复杂网关",
}

MOST_NOTED = 5000
WHOLES = frozenset({"definitions", "collaboration", "process"})


@dataclass(frozen=True)
class Surroundings:
    """What a diagram may refer to. `forms` maps names to the text of a .form file, None if missing.

    `articles`, `terms` (periods of the standard) and `subjects` (of `forEach`) are checked only where
    they are known.
    """

    forms: Mapping[str, str | None]
    topics: frozenset[str]
    roles: frozenset[str]
    articles: frozenset[str] | None = None
    terms: frozenset[str] | None = None
    subjects: frozenset[str] | None = None

    @classmethod
    def of(
        cls,
        forms: Mapping[str, str | None],
        topics: Iterable[str],
        roles: Iterable[str],
        articles: Iterable[str] | None = None,
        terms: Iterable[str] | None = None,
        subjects: Iterable[str] | None = None,
    ) -> "Surroundings":
        """From whatever lists them: a catalogue of handlers, a table of roles."""
        known = (None if names is None else frozenset(names) for names in (articles, terms, subjects))
        return cls(forms, frozenset(topics), frozenset(roles), *known)


@dataclass
class Examination:
    """The diagram, its surroundings and the findings so far."""

    diagram: Diagram
    around: Surroundings
    _problems: list[Finding] = field(default_factory=list)
    _warnings: list[Finding] = field(default_factory=list)

    def problem(self, element: Element | None, code: str, message: str) -> None:
        """Note a reason to refuse; `message` goes on from the name of the step, flow or lane."""
        if len(self._problems) < MOST_NOTED:
            self._problems.append(_finding(element, code, message))

    def warning(self, element: Element | None, code: str, message: str) -> None:
        if len(self._warnings) < MOST_NOTED:
            self._warnings.append(_finding(element, code, message))

    @property
    def has_problems(self) -> bool:
        return bool(self._problems)

    def report(self) -> Report:
        return Report(in_order(self._problems), in_order(self._warnings))

    @cached_property
    def processes(self) -> list[Element]:
        """The processes that would run; all of them when none is marked as executable."""
        every = self.diagram.processes
        return [p for p in every if is_run(p)] or every

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(str(p.get("id")) for p in self.processes)

    @cached_property
    def graphs(self) -> list[Graph]:
        """The flow of each process and of each sub-process within."""
        containers = [c for p in self.processes for c in (p, *p.iter(f"{BPMN}subProcess"))]
        return [Graph(c) for c in containers]


def label(element: Element) -> str:
    """How a process owner would name an element: 用户任务“填报申请”."""
    what, name = KINDS.get(kind(element), "元素"), element.get("name") or element.get("id")
    return f"{what}“{short(name)}”" if name and kind(element) != "definitions" else what


def names_in(text: str) -> frozenset[str]:
    """A set of names, written with spaces between them."""
    return frozenset(text.split())


def short(text: str, length: int = 40) -> str:
    """One line of a text that somebody else wrote, never more than fits into a message."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length] + "…"


def owner(element: Element) -> Element:
    """The step, flow, lane or process that an element belongs to, or is."""
    named = None
    for candidate in (element, *element.iterancestors()):
        if named is None and kind(candidate) and candidate.get("id"):
            named = candidate
        if kind(candidate) in WHOLES and named is not None:
            return named
        if kind(candidate) in KINDS or is_flow_node(candidate):
            return candidate
    return element


def _finding(element: Element | None, code: str, message: str) -> Finding:
    if element is None:
        return Finding(None, None, code, message)
    named = owner(element)
    return Finding(named.get("id"), element.sourceline, code, label(named) + message)
