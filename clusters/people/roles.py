"""The roles of the regulation (art. 4, 12–15) and where each is at home. Pure data, no person."""

from dataclasses import dataclass

from engine.errors import Problem

COUNTY, CITY, PROVINCE, OPERATOR, EXPERT = "county", "city", "province", "operator", "expert"
ADMINISTRATORS = frozenset({"sys_admin", "sec_admin", "audit_admin"})


@dataclass(frozen=True)
class Role:
    """`level` is the level of the organisations whose people may hold the role; `above` names whom
    a vacant post is raised to."""

    code: str
    label: str
    level: str
    above: str | None


_TABLE = (
    ("county_clerk", "县级经办", COUNTY, "city_clerk"),
    ("county_leader", "县级负责人", COUNTY, "city_leader"),
    ("operator_clerk", "运营机构填报", OPERATOR, "county_clerk"),
    ("city_clerk", "市级经办", CITY, "prov_clerk"),
    ("city_inspector", "市级核查", CITY, "prov_clerk"),
    ("city_leader", "市级负责人", CITY, "prov_office_head"),
    ("prov_clerk", "省级经办", PROVINCE, "prov_office_head"),
    ("prov_inspector", "省级核查", PROVINCE, "prov_office_head"),
    ("prov_office_head", "省级处室负责人", PROVINCE, "prov_leader"),
    ("prov_leader", "厅领导", PROVINCE, None),
    ("expert", "评审专家", EXPERT, "prov_clerk"),
    ("process_owner", "流程管理员", PROVINCE, "prov_office_head"),
    ("sys_admin", "系统管理员", PROVINCE, None),
    ("sec_admin", "安全管理员", PROVINCE, None),
    ("audit_admin", "审计管理员", PROVINCE, None),
)
ROLES: dict[str, Role] = {row[0]: Role(*row) for row in _TABLE}


def label(role: str) -> str:
    return ROLES[role].label if role in ROLES else role


def problems_of(roles: set[str], org_level: str) -> list[Problem]:
    """Why somebody of an organisation of this level may not hold these roles together."""
    found = [f"没有“{r}”这一角色。" for r in sorted(roles - ROLES.keys())]
    for role in sorted(roles & ROLES.keys()):
        if ROLES[role].level != org_level:
            found.append(f"“{ROLES[role].label}”不能由该级单位的人员担任。")
    if len(roles & ADMINISTRATORS) > 1:
        found.append("系统、安全、审计管理员须由不同人员担任。")
    return [Problem(message, path="roles") for message in found]
