"""What people write when clusters are designated and re-examined (第十二条—第十六条).

The sandbox's papers are the good answers; over them lie returns, failures and waivers.
"""

from collections.abc import Mapping
from datetime import timedelta

from qilian.sandbox import papers
from tests.soak.answers import Answer, Data, Turn, either
from tests.soak.papers import FILE, WORDS, scan

LONG = WORDS * 30
FILE_ = FILE[0]
PHOTOS = [{**FILE_, "id": f"p{n}", "name": f"现场照片{n}.png", "sha256": f"{n:064x}"} for n in range(1, 4)]


def application(turn: Turn) -> Data:
    name = str(turn.content.get("cluster_name") or f"测试{turn.county}第{turn.number}号产业集群（虚构）")
    industry = str(turn.content.get("leading_industry_name") or f"测试产业{turn.number}")
    data = papers.application(turn.form, FILE_, turn.county, name, industry, turn.today.year)
    return {**data, "correction_answers": _answered(turn), "indicators": _years(turn, data)}


def _years(turn: Turn, data: Data) -> list[Data]:
    """The years that the batch asks for."""
    wanted = [row["year"] for row in turn.rows("indicators")]
    given = sorted(data["indicators"], key=lambda row: int(row["year"]))
    if len(wanted) != len(given):
        return given
    return [{**row, "year": year} for year, row in zip(wanted, given, strict=True)]


def _answered(turn: Turn) -> list[Data]:
    return [{**row, "answer": WORDS} for row in turn.rows("correction_answers")]


def accept(turn: Turn) -> Data:
    return papers.correction(turn.blank) if turn.chance(0.1) else papers.acceptance(turn.blank)


def inspect(turn: Turn) -> Data:
    team = list(turn.team)
    return papers.inspection(turn.content, team, "核查组（虚构）", turn.today, FILE_, PHOTOS)


def review(turn: Turn) -> Data:
    """Favourable unless a criterion fails by now, e.g. because a title of an enterprise has run out."""
    good = papers.review(turn.blank)
    if turn.attempt == 0:
        return good
    meets = "false" if turn.attempt % 2 else "true"
    return {**good, "meets_standard": meets, "recommend": "false", "not_recommend_reason": WORDS}


def re_review(turn: Turn) -> Data:
    good = papers.re_review(turn.blank)
    return {**good, "result": "unqualified", "result_reason": WORDS} if turn.attempt % 2 else good


def recommend(turn: Turn) -> Data:
    """Once the closing day has passed, and nobody puts it off, each is told that it is too late."""
    paper = papers.recommendation(turn.blank, turn.today, turn.doc("荐"), FILE_)
    if turn.attempt > 8:
        rows = [{**row, "recommend": "false", "rank": None, "reason": WORDS} for row in paper["items"]]
        return {**paper, "items": rows}
    return {**paper, "items": [{**row, "rank": row["rank"] + turn.attempt} for row in paper["items"]]}


def select(turn: Turn) -> Data:
    return {
        **papers.selection(turn.blank, turn.today, FILE_), "meeting_minutes_no": turn.doc("纪要"),
    }  # fmt: skip


def decide(turn: Turn) -> Data:
    return {**papers.decision(turn.today, FILE_), "decision_no": turn.doc("认定")}


# --- 复核 -------------------------------------------------------------------------------------------


def open_reexam_batch(turn: Turn) -> Data:
    """Now and then one that should be called is forgotten."""
    rows = turn.rows("reexam_clusters")
    kept = [{**row, "include": len(rows) == 1 or not turn.chance(0.1)} for row in rows]
    due = turn.today + timedelta(days=turn.random.choice((30, 60, 120)))
    return {
        "notice_no": turn.doc("复通"), "notice_file": FILE, "open_on": turn.today.isoformat(),
        "apply_due": due.isoformat(), "reexam_clusters": kept,
    }  # fmt: skip


def fill_reexamination(turn: Turn) -> Data:
    written = application(turn)
    kept = {
        key: value
        for key, value in turn.blank.items()
        if value not in (None, "", []) and key not in (*papers.TABLES, "cluster_name")
    }
    targets = [
        {**row, "actual_y3": row.get("target_y3"), "met": "true"} for row in turn.rows("plan_completion")
    ]
    return {
        **written, **kept, "plan_completion": targets, "self_evaluation": LONG,
        "measures_done": [{**row, "status": "done"} for row in turn.rows("measures_done")]
        or [{"measure": WORDS, "status": "done"}],
        "correction_answers": _answered(turn), "enterprises": written["enterprises"],
    }  # fmt: skip


def approve_reexamination(turn: Turn) -> Data:
    good = {
        "decision": "approve", "opinion": WORDS, "seal_scan": scan(turn.number), "confirm_failing": True,
    }  # fmt: skip
    return {"decision": "return", "opinion": WORDS} if turn.chance(0.05) else good


def city_reexam_check(turn: Turn) -> Data:
    if turn.attempt == 0 and turn.chance(0.1):
        return {"city_result": "return", "correction_items": [{"field": "brand_desc", "content": WORDS}]}
    good = {**papers.review(turn.blank), "city_result": "opinion", "opinion": LONG[:200]}
    if turn.attempt or turn.chance(0.15):
        meets = "false" if turn.attempt % 2 else "true"  # whichever the figures say
        return {**good, "meets_standard": meets, "recommend": "false", "not_recommend_reason": WORDS}
    return good


def review_reexamination(turn: Turn) -> Data:
    good = {**papers.re_review(turn.blank), "wants_notice": "true" if turn.chance(0.6) else "false",
            "no_notice_reason": WORDS, "opinion": LONG[:100]}  # fmt: skip
    if turn.attempt % 2 or turn.chance(0.15):
        return {**good, "result": "unqualified", "result_reason": WORDS}
    return good


def publish_notice(turn: Turn) -> Data:
    url = f"https://gxt.gansu.gov.cn/gxt/test/{turn.number}.shtml"
    return {**papers.notice(turn.today, FILE_), "portal_url": url}


def decide_reexamination(turn: Turn) -> Data:
    options = ("pass", "fail", "withdrawn")
    conclusion = turn.random.choices(options, (86, 9, 5) if turn.attempt == 0 else (55, 35, 10))[0]
    return {
        "conclusion": conclusion, "reasons": WORDS, "withdrawal_file": FILE, "decision_file": FILE,
        "evidence_end_file": FILE,
        "decision_no": turn.doc("复决"), "decision_date": turn.today.isoformat(),
    }  # fmt: skip


AGREE = {"decision": "agree"}
RETURN = {"decision": "return"}
TERMS: Mapping[str, Answer] = {
    "open_batch": lambda turn: papers.batch(
        f"测试批次{turn.number}（虚构）", turn.doc("通知"), turn.today, turn.today + timedelta(days=60),
        turn.today + timedelta(days=110),
    ),
    "fill_application": application,
    "approve_application": lambda turn: either(
        {"decision": "approve", "seal_scan": scan(turn.number)}, RETURN, 0.08
    )(turn),
    "accept_application": accept,
    "consult_departments": lambda turn: papers.replies(turn.blank, turn.today),
    "city_onsite_check": inspect,
    "preliminary_review": review,
    "sign_review": either(AGREE, RETURN, 0.08),
    "recommend": recommend,
    "formal_check": lambda _: papers.formal_check(),
    "province_onsite_check": inspect,
    "re_review": re_review,
    "sign_re_review": either(AGREE, RETURN, 0.05),
    "selection": select,
    "publish_notice": publish_notice,
    "decide_designation": decide,
    "open_reexam_batch": open_reexam_batch,
    "fill_reexamination": fill_reexamination,
    "approve_reexamination": approve_reexamination,
    "reexam_onsite_check": inspect,
    "city_reexam_check": city_reexam_check,
    "sign_reexam_opinion": either(AGREE, RETURN, 0.07),
    "review_reexamination": review_reexamination,
    "publish_reexam_notice": publish_notice,
    "decide_reexamination": decide_reexamination,
}  # fmt: skip
