"""From untrusted bytes to a diagram: refuses before it builds, resolves nothing, fetches nothing (D3).

Knows XML and where BPMN and Camunda 7 keep things; judges nothing beyond readability.
"""

import io
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from lxml import etree

from engine.bpmn.decoding import decoded
from engine.bpmn.findings import DiagramRefused

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 64
MAX_ATTRIBUTES = 64
MOST_CLAIMS = 4

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
DRAWING = "{http://www.omg.org/spec/BPMN/20100524/DI}"
XINCLUDE = "{http://www.w3.org/2001/XInclude}"

Element = Any  # lxml's element type carries no annotations

REFERENCES = frozenset(
    {"sourceRef", "targetRef", "messageRef", "signalRef", "errorRef", "escalationRef", "processRef",
     "attachedToRef", "default", "calledElement"}
)  # fmt: skip
BEFORE_ROOT = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    "recover": False,
}


def read_diagram(data: bytes) -> "Diagram":
    """The diagram in `data`, or DiagramRefused with not_xml, doctype, too_large or too_deep."""
    _require_size(data)
    text = decoded(data).encode()
    _require_size(text)
    _refuse_doctype(text)
    try:
        etree.parse(io.BytesIO(text), etree.XMLParser(target=_Limits(), **OPTIONS))
        root = etree.fromstring(text, etree.XMLParser(remove_pis=True, remove_comments=True, **OPTIONS))
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        where = f"（第{line}行附近）" if line else ""
        raise DiagramRefused("not_xml", f"文件不是完整的 XML{where}，请用建模工具重新导出。", line) from None
    if root.tag != f"{BPMN}definitions":
        raise DiagramRefused("not_xml", "文件不是 BPMN 2.0 流程图：最外层应为 definitions。", root.sourceline)
    _take_prefixes_off(root)
    return Diagram(root, text.decode())


def _require_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise DiagramRefused("too_large", "文件超过 2 MB。请删去内嵌的图片或拆成几张图。")


def _refuse_doctype(data: bytes) -> None:
    """A document type can only stand before the root; there it holds entities and outside files."""
    at = 0
    while match := BEFORE_ROOT.match(data, at):
        at = match.end()
    if data[at : at + 9].upper() == b"<!DOCTYPE":
        line = data[:at].count(b"\n") + 1
        raise DiagramRefused("doctype", "文件含有 DOCTYPE 声明，不予读取。请删去该声明。", line)


def _take_prefixes_off(root: Element) -> None:
    """References are qualified names: some tools write `bpmn2:review` where the id is `review`."""
    for element in root.iter(etree.Element):
        for name in REFERENCES.intersection(element.attrib):
            element.set(name, _local(element, element.get(name)))
        if kind(element) in ("flowNodeRef", "incoming", "outgoing"):
            element.text = _local(element, text_of(element))


def _local(element: Element, reference: str) -> str:
    prefix, colon, local = reference.partition(":")
    return local if colon and prefix in element.nsmap else reference


class _Limits:
    """Counts while lxml reads and keeps nothing, so that the limits bite before a tree is built."""

    def __init__(self) -> None:
        self._elements, self._depth = 0, 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_ELEMENTS:
            raise DiagramRefused("too_large", f"元素超过{MAX_ELEMENTS}个，请拆成几张图。")
        if self._depth > MAX_DEPTH:
            raise DiagramRefused("too_deep", f"元素嵌套超过{MAX_DEPTH}层。")
        if len(attributes) > MAX_ATTRIBUTES:
            raise DiagramRefused("too_large", f"一个元素的属性超过{MAX_ATTRIBUTES}个。")

    def end(self, tag: str) -> None:
        self._depth -= 1

    def doctype(self, *declaration: str) -> None:
        raise DiagramRefused("doctype", "文件含有 DOCTYPE 声明，不予读取。请删去该声明。")

    def close(self) -> None:
        return None


def kind(element: Element) -> str:
    """The BPMN name of an element (`userTask`), or "" for anything else."""
    tag = element.tag
    return tag.removeprefix(BPMN) if isinstance(tag, str) and tag.startswith(BPMN) else ""


def split_name(name: str) -> tuple[str, str]:
    """Namespace and local name of a tag or an attribute."""
    namespace, brace, local = name.rpartition("}")
    return namespace[1:] if brace else "", local


def is_set(element: Element, attribute: str) -> bool:
    """A truth value of XML: anything but absent, `false` and `0`."""
    return element.get(attribute, "false") not in ("false", "0")


def text_of(element: Element) -> str:
    return (element.text or "").strip()


def camunda(element: Element, name: str) -> str | None:
    """The attribute `camunda:name`."""
    value = element.get(f"{CAMUNDA}{name}")
    return None if value is None else str(value)


def properties(element: Element) -> dict[str, str]:
    """The `camunda:property` entries of an element."""
    path = f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property"
    return {p.get("name", ""): p.get("value", "") for p in element.findall(path)}


def parameters(element: Element, direction: str) -> dict[str, str]:
    """The `camunda:inputParameter` or `outputParameter` entries of an element, as text."""
    return {p.get("name", ""): text_of(p) for p in parameter_elements(element, direction)}


def parameter_elements(element: Element, direction: str) -> list[Element]:
    path = f"{BPMN}extensionElements/{CAMUNDA}inputOutput/{CAMUNDA}{direction}Parameter"
    return list(element.findall(path))


def definitions_of(event: Element) -> list[Element]:
    """The event definitions that stand in an event."""
    return [child for child in event if kind(child).endswith("EventDefinition")]


FLOW_NODES = frozenset({"task", "subProcess", "callActivity", "transaction", "adHocSubProcess"})


def is_flow_node(element: Element) -> bool:
    name = kind(element)
    return name in FLOW_NODES or name.endswith(("Task", "Event", "Gateway"))


def is_run(process: Element) -> bool:
    """Whether a case can begin in it: marked as executable or not marked, and more than an empty pool."""
    return process.get("isExecutable") != "false" and any(is_flow_node(step) for step in process)


class Diagram:
    """A readable BPMN file: its root, its text, and what refers to what."""

    def __init__(self, root: Element, text: str) -> None:
        self.root, self.text = root, text

    @property
    def processes(self) -> list[Element]:
        return list(self.root.findall(f"{BPMN}process"))

    @property
    def has_drawing(self) -> bool:
        return next(self.root.iter(f"{DRAWING}BPMNShape"), None) is not None

    @cached_property
    def by_id(self) -> dict[str, Element]:
        """Elements of the model by id; of a repeated id the first."""
        found: dict[str, Element] = {}
        for element in self.elements():
            if element.get("id") is not None:
                found.setdefault(element.get("id"), element)
        return found

    def elements(self, *names: str) -> Iterator[Element]:
        """Every BPMN element in the order of the file, or those of the given names."""
        for element in self.root.iter(etree.Element):
            name = kind(element)
            if name and (not names or name in names):
                yield element

    @cached_property
    def messages(self) -> dict[str, str]:
        return {m.get("id", ""): m.get("name") or "" for m in self.root.findall(f"{BPMN}message")}

    @cached_property
    def lanes(self) -> dict[str, list[Element]]:
        """Flow node id -> the innermost lanes that claim it; more than one is ambiguous."""
        found: dict[str, list[Element]] = {}
        for lane in self.elements("lane"):
            for reference in lane.findall(f"{BPMN}flowNodeRef"):
                claims = found.setdefault(text_of(reference), [])
                if len(claims) < MOST_CLAIMS:
                    claims[:] = [c for c in claims if c not in (lane, *lane.iterancestors())] + [lane]
        return found

    @cached_property
    def drawn(self) -> frozenset[str]:
        """The ids that have a shape or an edge in the drawing."""
        shapes = (*self.root.iter(f"{DRAWING}BPMNShape"), *self.root.iter(f"{DRAWING}BPMNEdge"))
        return frozenset(shape.get("bpmnElement", "") for shape in shapes)


def scope_of(element: Element) -> Element:
    """The process or sub-process that an element belongs to."""
    return next(a for a in element.iterancestors() if kind(a) in CONTAINERS)


CONTAINERS = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})
