"""典型案例 (art. 11): written, agreed to on paper, checked, published, taken down."""

from collections.abc import Mapping

from qilian.sandbox.answers.turn import Answer, Data, Turn

CHANNEL = "新媒体"


def draft(turn: Turn) -> Data:
    return {
        "case_title": "共享检测中心带动中小企业协同创新（虚构）", "case_theme": ["创新", "产业链协同"],
        "case_body": "集群由运营管理机构牵头建设共享检测中心，二十余户中小企业按使用量付费，"
        "新产品检测周期由三周缩短到一周；龙头企业把检测标准开放给配套企业，次品率明显下降（虚构）。",
        "channels_wished": [CHANNEL], "involved_enterprises": [],
    }  # fmt: skip


def consent(turn: Turn) -> Data:
    return {"consent_status": "granted", "consent_scope": [CHANNEL], "signer_of_operator": True,
            "consent_org": turn.blank.get("publicity_operator"), "consent_signer": "示例负责人",
            "consent_date": turn.today.isoformat(), "consent_file": [turn.file]}  # fmt: skip


def publish(turn: Turn) -> Data:
    item = {"channel": CHANNEL, "url": f"https://media.example.org/sandbox/{turn.number}",
            "published_on": turn.today.isoformat()}  # fmt: skip
    return {"publish_decision": "publish", "published_items": [item], "publication_proof": [turn.file]}


def take_down(turn: Turn) -> Data:
    rows = [{**row, "taken_down_on": turn.today.isoformat()} for row in turn.rows("taken_down_items")]
    return {"taken_down_items": rows, "take_down_proof": [turn.file]}


def review(_: Turn) -> Data:
    return {"secret_review": "none", "review_reason": "未涉及工艺参数、客户和价格等商业秘密（虚构）。"}


ANSWERS: Mapping[str, Answer] = {
    "draft_case": draft,
    "draft_case_city": draft,
    "draft_case_province": draft,
    "operator_consent": consent,
    "consent_on_paper": consent,
    "secret_review": review,
    "secret_review_province": review,
    "publish_case": publish,
    "publish_case_province": publish,
    "take_down": take_down,
    "take_down_province": take_down,
}
