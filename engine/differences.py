"""What changed between two bundles: the diagram by element, each form by field."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.differences import Comparison, Difference, compare_diagrams
from engine.form_differences import compare_forms
from engine.models import Bundle


@dataclass(frozen=True)
class BundleComparison:
    """`forms`: name -> differences, only forms that have any."""

    diagram: Comparison
    forms: Mapping[str, list[Difference]]

    @property
    def is_empty(self) -> bool:
        return not (self.diagram.differences or self.diagram.redrawn or self.forms)

    @property
    def count(self) -> int:
        return len(self.diagram.differences) + sum(len(found) for found in self.forms.values())


def compare_bundles(old: Bundle, new: Bundle) -> BundleComparison:
    names = dict.fromkeys((*new.forms, *old.forms))
    forms = {name: compare_forms(old.forms.get(name), new.forms.get(name)) for name in names}
    diagram = compare_diagrams(old.xml.encode(), new.xml.encode())
    return BundleComparison(diagram, {name: found for name, found in forms.items() if found})
