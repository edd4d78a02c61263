"""What changed between two versions of a diagram, element by element, by id.

Every attribute and every text of the model is compared, so that nothing changes unseen; a tool that
only looks at names and types would miss a timer or a lane. Judges nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.checks.examination import KINDS
from engine.bpmn.xml import (
    BPMN,
    CAMUNDA,
    DRAWING,
    Diagram,
    Element,
    is_flow_node,
    kind,
    read_diagram,
    text_of,
)

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
CONTAINERS = frozenset(
    {"definitions", "collaboration", "process", "subProcess", "transaction", "adHocSubProcess", "laneSet",
     "childLaneSet", "lane"}
)  # fmt: skip
TRANSPARENT = frozenset({"laneSet", "childLaneSet"})
OTHER_ENTRIES = frozenset(
    {"definitions", "collaboration", "process", "participant", "messageFlow", "lane", "sequenceFlow",
     "message", "signal", "error", "escalation", "dataObject", "dataObjectReference", "dataStore",
     "dataStoreReference", "textAnnotation", "association", "group", "category", "itemDefinition"}
)  # fmt: skip
# Said elsewhere: flows name their ends, nodes name their lane. The tool that saved is no change, nor is
# how it spells that an expression is an expression.
SKIPPED = frozenset({"incoming", "outgoing", "flowNodeRef"})
SKIPPED_ATTRIBUTES = frozenset(
    {"id", "exporter", "exporterVersion", "{http://www.w3.org/2001/XMLSchema-instance}type"}
)
REFERENCES = frozenset(
    {"起点", "终点", "默认出口", "附着于", "办理人", "所在", "对应流程", "消息", "messageRef"}
)  # fmt: skip
WORDS = {
    "name": "名称", "isExecutable": "可执行", "sourceRef": "起点", "targetRef": "终点", "default": "默认出口",
    "attachedToRef": "附着于", "cancelActivity": "中断任务", "processRef": "对应流程", "formRef": "表单",
    "formRefBinding": "表单版本", "dueDate": "期限", "topic": "处理程序", "type": "实现方式",
    "asyncBefore": "先提交后办理", "historyTimeToLive": "历史保存", "documentation": "说明",
    "timeDate": "定时", "timeDuration": "定时", "timeCycle": "定时", "conditionExpression": "条件",
    "messageRef": "消息", "messageEventDefinition": "消息事件", "timerEventDefinition": "定时事件",
    "terminateEventDefinition": "终止事件", "text": "文字", "executionPlatformVersion": "平台版本",
    "property": "属性", "inputParameter": "输入", "outputParameter": "输出", "assignee": "办理人账号",
    "candidateGroups": "候选组", "candidateUsers": "候选人", "priority": "优先级", "gatewayDirection": "方向",
    "multiInstanceLoopCharacteristics": "多实例", "collection": "集合", "elementVariable": "元素变量",
}  # fmt: skip
NAMED = frozenset({f"{CAMUNDA}property", f"{CAMUNDA}inputParameter", f"{CAMUNDA}outputParameter"})


@dataclass(frozen=True)
class Change:
    """One thing about an element: None stands for not there."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Difference:
    """One element that was added, removed or changed. `label` is its kind in words."""

    element: str
    kind: str
    label: str
    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Comparison:
    """`redrawn`: shapes were moved. With no differences, only the drawing or nothing has changed."""

    differences: tuple[Difference, ...]
    redrawn: bool


def compare_diagrams(old: bytes, new: bytes) -> Comparison:
    """Both must be readable (`read_diagram`). Order: as in the new diagram, then what was removed."""
    before, after = _Side(read_diagram(old)), _Side(read_diagram(new))
    found = [_difference(before, after, id_) for id_ in after.entries]
    found += [_difference(before, after, id_) for id_ in before.entries if id_ not in after.entries]
    redrawn = before.drawing != after.drawing
    return Comparison(tuple(d for d in found if d is not None), redrawn)


def _difference(before: "_Side", after: "_Side", id_: str) -> Difference | None:
    old, new = before.facets(id_), after.facets(id_)
    changes = tuple(
        Change(what, before.shown(what, old.get(what)), after.shown(what, new.get(what)))
        for what in dict.fromkeys((*new, *old))
        if old.get(what) != new.get(what)
    )
    how = ADDED if id_ not in before.entries else REMOVED if id_ not in after.entries else CHANGED
    if how == CHANGED and not changes:
        return None
    there = after if id_ in after.entries else before
    element = there.entries[id_]
    return Difference(id_, how, KINDS.get(kind(element), WORDS.get(kind(element), kind(element))),
                      there.name(id_), changes)  # fmt: skip


class _Side:
    """One of the two diagrams: its entries by id, and what each of them says."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self.entries: dict[str, Element] = {}
        for element in _entries(diagram.root):
            self.entries.setdefault(element.get("id"), element)
        self.drawing = _drawing(diagram)

    def name(self, id_: str) -> str:
        element = self.entries.get(id_)
        if element is None:
            return ""
        text = element.get("name") or " ".join(text_of(t) for t in element.findall(f"{BPMN}text"))
        return str(text or "")

    def facets(self, id_: str) -> dict[str, str]:
        element = self.entries.get(id_)
        if element is None:
            return {}
        found: dict[str, str] = {"类型": KINDS.get(kind(element), kind(element))}
        lanes = self._diagram.lanes.get(id_) if is_flow_node(element) else None
        if lanes:
            found["办理人"] = str(lanes[-1].get("id"))
        parent = _container(element)
        if parent is not None:
            found["所在"] = str(parent.get("id"))
        for what, value in _said(element, ""):
            found[what] = f"{found[what]}；{value}" if what in found else value
        return found

    def shown(self, what: str, value: str | None) -> str | None:
        """A reference with the name of what it refers to."""
        if value is None or what.rpartition(" ")[2] not in REFERENCES:
            return value
        name = self.name(value)
        return f"{name}（{value}）" if name else value


def _entries(element: Element) -> Iterator[Element]:
    """The elements that stand for themselves; all others are parts of the one they stand in."""
    if kind(element) not in TRANSPARENT and element.get("id") is not None:
        yield element
    if kind(element) in CONTAINERS:
        for child in element:
            if _stands_alone(child):
                yield from _entries(child)


def _stands_alone(element: Element) -> bool:
    name = kind(element)
    if name in TRANSPARENT:
        return True
    return (name in OTHER_ENTRIES or is_flow_node(element)) and element.get("id") is not None


def _container(element: Element) -> Element | None:
    """The process or sub-process in which an element stands; a process stands in none."""
    parents = (p for p in element.iterancestors() if kind(p) in CONTAINERS - TRANSPARENT - {"lane"})
    parent = next(parents, None)
    return None if parent is None or kind(parent) in ("definitions", "collaboration") else parent


def _said(element: Element, path: str) -> Iterator[tuple[str, str]]:
    """Every attribute and text of an element and its parts, each under its words."""
    named = element.tag in NAMED
    for name, value in element.attrib.items():
        local = name.rpartition("}")[2]
        if name in SKIPPED_ATTRIBUTES or (named and local == "name"):
            continue
        if named and local == "value":
            yield path, value
        else:
            yield _join(path, WORDS.get(local, local)), value
    text = text_of(element)
    if text:
        yield path or "文字", text
    for child in element:
        if isinstance(child.tag, str) and not _is_said_elsewhere(element, child):
            yield from _part(child, path)


def _part(child: Element, path: str) -> Iterator[tuple[str, str]]:
    local = child.tag.rpartition("}")[2]
    if local in ("extensionElements", "properties", "inputOutput"):
        yield from _said(child, path)
        return
    if local.endswith("EventDefinition"):
        yield from list(_said(child, path)) or [(WORDS.get(local, local), "有")]
        return
    words = WORDS.get(local, local)
    inner = f"{words} {child.get('name', '')}" if child.tag in NAMED else _join(path, words)
    said = list(_said(child, inner))
    yield from said or [(inner, "有")]


def _is_said_elsewhere(parent: Element, child: Element) -> bool:
    is_entry = kind(parent) in CONTAINERS and _stands_alone(child)
    return is_entry or kind(child) in SKIPPED or child.tag == f"{DRAWING}BPMNDiagram"


def _join(path: str, words: str) -> str:
    return f"{path} {words}" if path else words


def _drawing(diagram: Diagram) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Where each element is drawn, whatever the shapes themselves are called."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for shape in diagram.root.iter():
        element = shape.get("bpmnElement") if isinstance(shape.tag, str) else None
        if element:
            found[element] = tuple(
                (str(part.tag), " ".join(f"{k}={v}" for k, v in sorted(part.attrib.items()) if k != "id"))
                for part in shape.iter()
                if isinstance(part.tag, str)
            )
    return found
