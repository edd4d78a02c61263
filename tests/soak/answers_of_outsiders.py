"""What is written where outsiders come in: objections (第十五条) and consents (第十一条)."""

from collections.abc import Mapping
from datetime import timedelta

from tests.soak.answers import Answer, Data, Turn, either
from tests.soak.papers import FILE, WORDS

CHANNEL = "新媒体"


def judge(turn: Turn) -> Data:
    judged = turn.random.choices(
        ("accepted", "supplement", "inadmissible", "transferred", "lead"), (60, 10, 10, 5, 15)
    )[0]
    if turn.attempt:
        judged = "accepted" if turn.attempt < 3 else "transferred"
    return {
        "admissibility": judged, "reason": WORDS, "supplement_asked": WORDS, "supplement_days": 5,
        "inadmissible_ground": "out_of_scope",
    }  # fmt: skip


def supplement(turn: Turn) -> Data:
    result = "supplied" if turn.attempt or turn.chance(0.6) else "not_supplied"
    return {"supplement_result": result, "supplement_files": FILE if result == "supplied" else []}


def investigate(turn: Turn) -> Data:
    good = {"finding": "not_established", "effect": "keep", "finding_text": WORDS, "finding_files": FILE}
    if turn.attempt == 0 and turn.chance(0.25):
        return {**good, "finding": "established", "effect": "remove_from_list"}
    return good


def handle_lead(turn: Turn) -> Data:
    outcome = "investigate" if turn.attempt == 0 and turn.chance(0.2) else "file"
    return {"lead_outcome": outcome, "lead_note": WORDS}


def draft(turn: Turn) -> Data:
    if turn.chance(0.05):
        return {"given_up": True, "given_up_reason": WORDS}
    return {
        "case_title": "测试典型案例（虚构）", "case_theme": ["创新"], "case_body": WORDS * 20,
        "channels_wished": [CHANNEL], "involved_enterprises": [],
    }  # fmt: skip


def consent(turn: Turn) -> Data:
    if turn.chance(0.15):
        return {"consent_status": "refused", "refusal_reason": WORDS, "reason": WORDS}
    ends = (turn.today + timedelta(days=turn.random.choice((90, 300)))).isoformat()
    return {
        "consent_status": "granted", "consent_scope": [CHANNEL], "consent_org": turn.blank.get(
            "publicity_operator"), "signer_of_operator": True, "consent_signer": "示例负责人",
        "consent_date": turn.today.isoformat(), "consent_file": FILE,
        **({"consent_valid_to": ends} if turn.chance(0.5) else {}),
    }  # fmt: skip


def secret_review(turn: Turn) -> Data:
    found = turn.random.choices(("none", "contains"), (80, 20))[0]
    return {
        "secret_review": found,
        "review_reason": WORDS,
        "after_contains": turn.random.choice(("redraft", "end")),
    }


def publish(turn: Turn) -> Data:
    if turn.chance(0.1):
        return {"publish_decision": "drop", "drop_reason": WORDS}
    item = {"channel": CHANNEL, "url": f"https://media.example.org/{turn.number}",
            "published_on": turn.today.isoformat()}  # fmt: skip
    return {"publish_decision": "publish", "published_items": [item], "publication_proof": FILE}


def take_down(turn: Turn) -> Data:
    rows = [{**row, "taken_down_on": turn.today.isoformat()} for row in turn.rows("taken_down_items")]
    return {"taken_down_items": rows, "take_down_proof": FILE}


OUTSIDERS: Mapping[str, Answer] = {
    "judge_admissibility": judge,
    "supplement": supplement,
    "investigate": investigate,
    "sign_finding": either({"decision": "agree"}, {"decision": "return"}, 0.1),
    "reply": lambda _: {"reply_text": WORDS, "reply_channel": "receipt"},
    "handle_lead": handle_lead,
    "draft_case": draft,
    "draft_case_city": draft,
    "draft_case_province": draft,
    "operator_consent": consent,
    "consent_on_paper": consent,
    "secret_review": secret_review,
    "secret_review_province": secret_review,
    "publish_case": publish,
    "publish_case_province": publish,
    "take_down": take_down,
    "take_down_province": take_down,
}
