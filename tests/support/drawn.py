"""What a .bpmn file draws: boxes, lines and labels. Knows geometry; judges nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree

from engine.bpmn.model import BPMN, CAMUNDA

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
CONTAINERS = {"participant", "lane", "subProcess"}

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle and the element it stands for."""

    id: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)

    def contains(self, other: "Box") -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def touches(self, point: Point, tolerance: float = 1) -> bool:
        """Whether the point lies on the outline."""
        x, y = point
        outer, inner = self.grown(tolerance), self.grown(-tolerance)
        return outer.has(x, y) and not inner.has(x, y)

    def has(self, x: float, y: float) -> bool:
        return self.left < x < self.right and self.top < y < self.bottom

    def grown(self, by: float) -> "Box":
        return Box(self.id, self.left - by, self.top - by, self.right + by, self.bottom + by)

    def is_cut_by(self, line: "Line", margin: float = 1) -> bool:
        """Whether an upright or level piece of the line runs through the inside."""
        inner = self.grown(-margin)
        return any(
            min(a[0], b[0]) < inner.right
            and max(a[0], b[0]) > inner.left
            and min(a[1], b[1]) < inner.bottom
            and max(a[1], b[1]) > inner.top
            for a, b in pairwise(line.points)
        )


@dataclass(frozen=True)
class Line:
    """A flow as drawn."""

    id: str
    source: str
    target: str
    points: tuple[Point, ...]


class Drawn:
    """One diagram file with its drawing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = etree.parse(path).getroot()
        self.elements: dict[str, Any] = {e.get("id"): e for e in self.root.iter() if e.get("id")}

    @staticmethod
    def kind(element: Any) -> str:
        return str(etree.QName(element).localname)

    def all(self, *kinds: str) -> list[Any]:
        return [e for kind in kinds for e in self.root.iter(f"{BPMN}{kind}")]

    @cached_property
    def nodes(self) -> list[Any]:
        endings = ("Task", "Event", "Gateway", "task", "callActivity")
        return [e for e in self.elements.values() if e.tag.startswith(BPMN) and e.tag.endswith(endings)]

    @cached_property
    def boxes(self) -> dict[str, Box]:
        return {
            s.get("bpmnElement"): _box(s.get("bpmnElement"), s.find(f"{DC}Bounds"))
            for s in self.root.iter(f"{DI}BPMNShape")
        }

    @cached_property
    def solid(self) -> dict[str, Box]:
        """Boxes of nodes and notes: what nothing else may cover."""
        return {i: b for i, b in self.boxes.items() if self.kind(self.elements[i]) not in CONTAINERS}

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(e) for e in self.root.iter(f"{DI}BPMNEdge")]

    @cached_property
    def labels(self) -> list[Box]:
        found = ((s, s.find(f"{DI}BPMNLabel/{DC}Bounds")) for s in self._drawings())
        return [_box(s.get("bpmnElement"), bounds) for s, bounds in found if bounds is not None]

    @cached_property
    def lane_of(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for lane in self.all("lane"):
            for reference in lane.findall(f"{BPMN}flowNodeRef"):
                found.setdefault(reference.text, []).append(lane.get("id"))
        return found

    def attribute(self, element: Any, name: str) -> str | None:
        value: str | None = element.get(f"{CAMUNDA}{name}")
        return value

    def properties(self, element: Any) -> dict[str, str]:
        path = f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property"
        return {p.get("name"): p.get("value", "") for p in element.findall(path)}

    def outgoing(self, node: Any) -> list[Any]:
        return [f for f in self.all("sequenceFlow") if f.get("sourceRef") == node.get("id")]

    def _drawings(self) -> Iterator[Any]:
        yield from self.root.iter(f"{DI}BPMNShape")
        yield from self.root.iter(f"{DI}BPMNEdge")

    def _line(self, edge: Any) -> Line:
        flow = self.elements[edge.get("bpmnElement")]
        points = tuple((float(w.get("x")), float(w.get("y"))) for w in edge.iter(WAYPOINT))
        return Line(flow.get("id"), flow.get("sourceRef"), flow.get("targetRef"), points)


def _box(id_: str, bounds: Any) -> Box:
    x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return Box(id_, x, y, x + width, y + height)
