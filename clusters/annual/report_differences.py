"""What an annual report says differently from the filed baseline of its cluster (art. 17, 18). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from clusters.applications.application_content import name_key

# Field of the report and of the baseline -> the kind of change that it would be (F13), and its label.
COMPARED = {
    "leading_industry_name": ("industry", "leading_industry", "主导产业"),
    "location_desc": ("boundary", "spatial_scope", "地址及四至范围"),
    "area_km2": ("boundary", "spatial_scope", "占地面积"),
    "operator_name": ("operator", "operator", "运营管理机构"),
    "operator_uscc": ("operator", "operator", "运营管理机构统一社会信用代码"),
}
NAME = ("cluster_name", "name", "集群名称")


@dataclass(frozen=True)
class BaselineDifference:
    """One thing that differs. `kind` is the kind of change of article 17 that it would be."""

    field: str
    kind: str
    label: str
    before: str
    after: str


def compare(
    name: str, baseline: Mapping[str, Mapping[str, Any]], report: Mapping[str, Any]
) -> list[BaselineDifference]:
    """Every difference in the order of the report; a field that the report leaves blank is none."""
    before = {field: (baseline.get(part) or {}).get(field) for field, (part, _, _) in COMPARED.items()}
    words = {field: (kind, label) for field, (_, kind, label) in COMPARED.items()}
    before[NAME[0]], words[NAME[0]] = name, NAME[1:]
    found = []
    for field in (NAME[0], *COMPARED):
        old, new = _text(before[field]), _text(report.get(field))
        if new and not _same(old, new):
            found.append(BaselineDifference(field, *words[field], old, new))
    return found


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _same(old: str, new: str) -> bool:
    """Numbers by value, words without regard to spaces and width."""
    try:
        return Decimal(old) == Decimal(new)
    except InvalidOperation:
        return name_key(old) == name_key(new)
