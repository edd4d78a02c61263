"""集群认定 (art. 12-15): what becomes of applications that are under way."""

from collections.abc import Mapping

from qilian.sandbox import papers
from qilian.sandbox.answers.turn import Answer, Data, Turn


def mend(turn: Turn) -> Data:
    """A returned application: what was asked for is mended and answered item by item."""
    answers = turn.answered("已补充（虚构）。")
    return {**turn.content, "area_basis": "示例批复〔2021〕1号，2021年3月1日", "correction_answers": answers}


def inspect(turn: Turn) -> Data:
    return papers.inspection(
        turn.content, list(turn.team), "核查组（虚构）", turn.today, turn.file, list(turn.photos)
    )


def review(turn: Turn) -> Data:
    """For it; where the annex bars that, against it with the reason."""
    paper = papers.review(turn.blank)
    if not turn.attempt:
        return paper
    reason = "有指标不符合认定标准，见核验表（虚构）。"
    return {**paper, "meets_standard": "false", "recommend": "false", "not_recommend_reason": reason,
            "opinion": "经核验，有指标不符合认定标准，不建议推荐（虚构）。"}  # fmt: skip


def re_review(turn: Turn) -> Data:
    paper = papers.re_review(turn.blank)
    return (
        {**paper, "result": "unqualified", "result_reason": "有指标不符合认定标准（虚构）。"}
        if turn.attempt
        else paper
    )


def recommend(turn: Turn) -> Data:
    """A later letter of the same city ranks behind its earlier ones."""
    paper = papers.recommendation(turn.blank, turn.today, turn.doc("荐"), turn.file)
    rows = [{**row, "rank": row["rank"] + turn.attempt} for row in paper["items"]]
    return {**paper, "items": rows}


def decide(turn: Turn) -> Data:
    return {**papers.decision(turn.today, turn.file), "decision_no": turn.doc("认定")}


ANSWERS: Mapping[str, Answer] = {
    "fill_application": mend,
    "approve_application": lambda turn: papers.approval(turn.file),
    "accept_application": lambda turn: papers.acceptance(turn.blank),
    "consult_departments": lambda turn: papers.replies(turn.blank, turn.today),
    "city_onsite_check": inspect,
    "preliminary_review": review,
    "sign_review": lambda _: papers.signature(),
    "recommend": recommend,
    "formal_check": lambda _: papers.formal_check(),
    "province_onsite_check": inspect,
    "re_review": re_review,
    "sign_re_review": lambda _: papers.signature(),
    "selection": lambda turn: papers.selection(turn.blank, turn.today, turn.file),
    "publish_notice": lambda turn: papers.notice(turn.today, turn.file),
    "decide_designation": decide,
}
