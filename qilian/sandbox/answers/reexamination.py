"""期满复核 (art. 16): the batch, an application with the plan completed, reviews, a notice, a renewal."""

from collections.abc import Mapping

from qilian.sandbox import papers
from qilian.sandbox.answers.turn import Answer, Data, Turn

SELF = (
    "本届有效期内，集群按照认定时固定的三年规划推进各项措施，逐年报送年度报告并接受考核。"
    "主导产业规模稳步扩大，中小企业户数和产值占比保持在标准以上，优质企业梯度培育初见成效，"
    "研发投入和有效发明专利逐年增加，工业互联网平台和工业软件应用面扩大，单位产值排放下降，"
    "对外合作和公共服务持续开展；重大变更按规定报备。存在的不足是高端人才仍然紧缺、关键环节配套还需补强，"
    "下一届将重点解决。以上均为沙箱演示所拟，属虚构。"
) * 4  # fmt: skip


def open_batch(turn: Turn) -> Data:
    return {"title": f"{turn.today.year}年度集群复核批次（虚构）", "notice_no": turn.doc("复通"),
            "notice_file": [turn.file], "open_on": turn.today.isoformat(), "apply_due": turn.after(60),
            "reexam_clusters": turn.rows("reexam_clusters")}  # fmt: skip


def fill(turn: Turn) -> Data:
    """The register's facts stay; figures, enterprises and the next plan are written for today."""
    blank, year = turn.blank, turn.today.year
    written = papers.application(
        turn.form, turn.file, turn.county, str(blank["cluster_name"]),
        str(blank.get("leading_industry_name") or ""), year,
    )  # fmt: skip
    kept = {k: v for k, v in blank.items() if v not in (None, "", []) and k not in papers.TABLES}
    return {
        **written, **kept, "plan_completion": [_completed(row) for row in turn.rows("plan_completion")],
        "measures_done": [{**row, "status": "done"} for row in turn.rows("measures_done")],
        "self_evaluation": SELF,
        "correction_answers": turn.answered("已补正（虚构）。"),
    }  # fmt: skip


def _completed(row: Data) -> Data:
    return {**row, "actual_y3": row.get("target_y3"), "met": "true"}


def inspect(turn: Turn) -> Data:
    return papers.inspection(
        turn.content, list(turn.team), "市级核查组（虚构）", turn.today, turn.file, list(turn.photos)
    )


def check(turn: Turn) -> Data:
    return {**papers.review(turn.blank), "city_result": "opinion", "recommend": "true",
            "opinion": "材料齐全，规划目标完成，指标符合标准，建议通过复核（虚构）。"}  # fmt: skip


def review(turn: Turn) -> Data:
    return {**papers.re_review(turn.blank), "opinion": "经审查符合认定标准，建议通过复核（虚构）。",
            "wants_notice": "true"}  # fmt: skip


def publish(turn: Turn) -> Data:
    """The same form as for a designation (art. 15)."""
    url = f"https://gxt.gansu.gov.cn/gxt/sandbox/{turn.today:%Y%m}-{turn.number}.shtml"
    return {**papers.notice(turn.today, turn.file), "portal_url": url}


def decide(turn: Turn) -> Data:
    return {"conclusion": "pass", "reasons": "规划目标完成，符合认定标准（虚构）。",
            "decision_no": turn.doc("复决"), "decision_date": turn.today.isoformat(),
            "decision_file": [turn.file], "evidence_end_file": [turn.file]}  # fmt: skip


ANSWERS: Mapping[str, Answer] = {
    "open_reexam_batch": open_batch,
    "fill_reexamination": fill,
    "approve_reexamination": lambda turn: {"decision": "approve", "opinion": "同意上报。",
                                           "seal_scan": [turn.file]},
    "reexam_onsite_check": inspect,
    "city_reexam_check": check,
    "sign_reexam_opinion": lambda _: papers.signature(),
    "review_reexamination": review,
    "publish_reexam_notice": publish,
    "decide_reexamination": decide,
}  # fmt: skip
