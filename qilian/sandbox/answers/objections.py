"""异议 (art. 15): what a visitor raises against a notice is taken in, looked into and answered."""

from collections.abc import Mapping

from qilian.sandbox.answers.turn import Answer

ANSWERS: Mapping[str, Answer] = {
    "judge_admissibility": lambda _: {"admissibility": "accepted", "reason": "在公示期内提出，予以受理。"},
    "supplement": lambda turn: {"supplement_result": "not_supplied", "supplement_note": "没有收到（虚构）。"},
    "handle_lead": lambda _: {"lead_outcome": "file", "lead_note": "公示期外提出，存档备查（虚构）。"},
    "investigate": lambda turn: {
        "finding": "not_established", "effect": "keep", "finding_files": [turn.file],
        "finding_text": "经查阅统计报表并走访企业，所述情况与事实不符（虚构）。",
    },
    "sign_finding": lambda _: {"decision": "agree", "opinion": "同意。"},
    "reply": lambda turn: {"reply_text": turn.blank.get("reply_draft") or "经调查，异议不成立（虚构）。",
                           "reply_channel": "receipt"},
}  # fmt: skip
