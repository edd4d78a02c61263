"""Where an application stands, in codes and in words. Pure data.

A status says what was last decided, not which task is open: open tasks are the engine's.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """`ended`: the case is closed, `granted`: with what was applied for.

    `locked`: the list is public, withdrawal is no longer possible.
    """

    code: str
    label: str
    ended: bool = False
    locked: bool = False
    granted: bool = False


_ALL = (
    Status("drafting", "填报中"),
    Status("submitted", "待受理"),
    Status("correcting", "补正中"),
    Status("accepted", "已受理，初审中"),
    Status("recommendable", "初审符合，待推荐"),
    Status("recommended", "已推荐，复审中"),
    Status("returned", "复审退回，重新初审"),
    Status("qualified", "复审合格，待列入名单"),
    Status("unqualified", "复审不合格，待会议确认"),
    Status("selected", "列入拟认定名单"),
    Status("in_notice", "公示中", locked=True),
    Status("designated", "已认定", ended=True, locked=True, granted=True),
    Status("withdrawn", "已撤回", ended=True),
    Status("refused", "不予受理", ended=True),
    Status("ineligible", "取消申报资格", ended=True),
    Status("not_recommended", "未予推荐", ended=True),
    Status("failed_formal_check", "形式审查不通过", ended=True),
    Status("not_selected", "未列入名单", ended=True),
    Status("reexam_passed", "复核通过", ended=True, locked=True, granted=True),
    Status("reexam_failed", "复核未通过", ended=True, locked=True),
    Status("title_lost", "集群已失去称号", ended=True, locked=True),
    Status("removed", "公示后移出名单", ended=True, locked=True),
)
STATUSES: dict[str, Status] = {s.code: s for s in _ALL}
ENDED: frozenset[str] = frozenset(s.code for s in _ALL if s.ended)
BEFORE_ACCEPTANCE = frozenset({"drafting", "submitted", "correcting"})


# The same stands in a re-examination, where nothing is recommended or listed (art. 16).
OF_A_TERM = {
    "drafting": "填报中",
    "submitted": "待市州审查",
    "accepted": "市州已出具意见",
    "qualified": "省级建议通过，待决定",
    "unqualified": "省级建议不通过，待决定",
    "withdrawn": "书面放弃续期",
}


def label(code: str, kind: str = "application") -> str:
    if kind == "reexamination" and code in OF_A_TERM:
        return OF_A_TERM[code]
    return STATUSES[code].label if code in STATUSES else code
