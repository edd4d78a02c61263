"""The kinds of change of article 17, and what each kind compares: before and after, typed (F13). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS: Mapping[str, str] = {
    "leading_industry": "主导产业",
    "spatial_scope": "空间范围",
    "operator": "运营管理机构",
    "name": "集群名称",
    "other": "其他",
}
# The three kinds that art. 17 names are major whatever anybody thinks; the city judges the others.
ALWAYS_MAJOR = frozenset({"leading_industry", "spatial_scope", "operator"})
# Where each kind stands in the baseline of the register; the name stands beside it.
PARTS: Mapping[str, str] = {
    "leading_industry": "industry",
    "spatial_scope": "boundary",
    "operator": "operator",
}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "leading_industry": {
        "leading_industry_name": "主导产业名称",
        "leading_industry_gbt4754": "国民经济行业代码",
        "segment_name": "细分领域",
    },
    "spatial_scope": {
        "location_desc": "地址及四至范围",
        "area_km2": "占地面积（平方公里）",
        "area_basis": "面积依据文件",
        "boundary_file": "空间范围图",
        "is_within_county": "全部在一个县级区划内",
    },
    "operator": {
        "operator_name": "机构名称",
        "operator_uscc": "统一社会信用代码",
        "operator_type": "机构类型",
        "operator_approval_no": "设立批准文号",
        "operator_head": "负责人",
    },
    "name": {"cluster_name": "集群名称"},
    "other": {"other": "事项"},
}


@dataclass(frozen=True)
class Difference:
    """One field that a change touches, in words."""

    kind: str
    label: str
    before: str
    after: str


def words(kinds: Sequence[str]) -> str:
    return "、".join(KINDS[kind] for kind in kinds if kind in KINDS)


def known(kinds: Sequence[Any]) -> list[str]:
    """The kinds in their own order, unknown ones left out."""
    return [kind for kind in KINDS if kind in kinds]


def before(kind: str, name: str, baseline: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the register. Only of matters that the register does not hold the form tells it."""
    if kind == "name":
        return {"cluster_name": name}
    if kind == "other":
        return {"other": form.get("other_before")}
    part = baseline.get(PARTS[kind]) or {}
    return {field: part.get(field) for field in FIELDS[kind]}


def after(kind: str, form: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "other":
        return {"other": form.get("other_after")}
    return {field: form.get(field) for field in FIELDS[kind]}


def differences(items: Mapping[str, Any]) -> list[Difference]:
    """Every field of a change that differs, kind by kind."""
    return [
        Difference(kind, label, shown(old.get(field)), shown(new.get(field)))
        for kind in known(list(items))
        for old, new in [(items[kind]["before"], items[kind]["after"])]
        for field, label in FIELDS[kind].items()
        if shown(old.get(field)) != shown(new.get(field))
    ]


def shown(value: Any) -> str:
    """A value as a page shows it; by it two values are the same."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(v.get("name", "")) if isinstance(v, dict) else str(v) for v in value)
    return str(value).strip()
