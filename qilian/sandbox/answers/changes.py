"""变更备案 (art. 17): a new operator, filed in time or late."""

from collections.abc import Mapping

from clusters.people import regions
from qilian.sandbox.answers.turn import Answer, Data, Turn

BASIS = "示例编〔{year}〕{number}号"


def file_change(turn: Turn) -> Data:
    """A service centre takes over; a filing after the fifteenth working day says why."""
    place = regions.name_of(turn.county)
    return {
        "changes_operator": True, "operator_name": f"{place}产业集群运营服务中心（虚构）",
        "operator_uscc": None, "operator_type": "事业单位", "operator_head": "示例负责人",
        "operator_approval_no": BASIS.format(year=turn.today.year, number=turn.number),
        "completed_on": turn.blank.get("completed_on") or turn.today.isoformat(), "basis_kind": "批复",
        "basis_doc_no": BASIS.format(year=turn.today.year, number=turn.number), "basis_file": [turn.file],
        "change_reason": "机构改革，原运营管理机构职能整体划转（虚构）。",
        "late_reason": "经办人员调整，未及时掌握报备期限（虚构）",
    }  # fmt: skip


def explain(turn: Turn) -> Data:
    return {"has_changed": "yes", "completed_on": turn.blank.get("completed_on") or turn.today.isoformat(),
            "explanation": "运营管理机构已经划转（虚构）。"}  # fmt: skip


def confirm(turn: Turn) -> Data:
    return {"finding": "major", "finding_reason": "运营管理机构变更属重大变更。", "basis_kind": "批复",
            "basis_doc_no": turn.doc("批"), "basis_file": [turn.file],
            "completed_on": turn.blank.get("completed_on") or turn.today.isoformat()}  # fmt: skip


def verify(turn: Turn) -> Data:
    return {"decision": "major", "class_reason": "运营管理机构变更，属第十七条所列重大变更。",
            "verified_with": "查阅批复，向编制部门核对（虚构）。", "verify_files": [turn.file]}  # fmt: skip


def record(turn: Turn) -> Data:
    return {"filed_no": turn.doc("集备"), "filed_on": turn.today.isoformat(), "certificate": "note",
            "province_order": "none"}  # fmt: skip


ANSWERS: Mapping[str, Answer] = {
    "explain_change": explain,
    "confirm_change": confirm,
    "file_change": file_change,
    "approve_change": lambda turn: {"decision": "approve", "opinion": "同意报备。", "seal_scan": [turn.file]},
    "verify_change": verify,
    "sign_verification": lambda _: {"decision": "agree", "opinion": "同意。"},
    "file_change_record": record,
}  # fmt: skip
