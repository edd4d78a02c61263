"""年报·年度考核·奖励 (art. 6, 16, 18): a year that went well, and one that went so-so."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from clusters import uscc
from qilian.sandbox.answers.turn import Answer, Data, Turn

GRADES = ("优秀", "良好", "合格", "不合格")  # the highest first: the rules say when it is too high
MONEY = ("total_output", "sme_output", "leading_output", "rd_spend_sme", "revenue", "profit", "tax_paid",
         "export_value", "energy_total", "water_total", "rd_spend_total", "clean_energy")  # fmt: skip
CENT = Decimal("0.01")
TEXTS: Data = {
    "plan_execution": (
        "一年来按照三年发展规划推进：产业链方面引进配套项目三个，补上两处缺失环节；优质企业方面组织梯度培育，"
        "辅导企业申报专精特新；创新方面共享检测中心投入使用；数字化方面新增企业接入工业互联网平台；"
        "绿色方面完成节能诊断并更新高耗能设备；开放方面组织企业参加两次对接会；治理方面完善运营机构工作制度。"
        "各项措施都有责任单位和完成时限，季度通报进度，年末由县级主管部门会同运营机构逐项核对，没有完成的列入下年计划。以上内容为沙箱演示所拟，均属虚构。"
    ),
    "work_experience": (
        "坚持一个集群一个运营机构，季度例会由县级主管部门召集，企业提出的事项逐件登记、逐件答复；"
        "共用检测、仓储和物流，降低中小企业成本；以龙头企业订单带动配套企业，形成稳定的供货关系（虚构）。"
        "以数据说话，季度通报规划目标的进度，落后的及时补上。"
    ),
    "problems": (
        "高端环节的本地配套仍然不足，研发人员偏少，部分小企业数字化改造资金紧张，"
        "集群品牌在省外的知名度还不高，物流成本也偏高（虚构）。"
    ),
    "improvement_measures": (
        "继续引进关键环节企业，与高校共建实习基地，用好贷款贴息和共享设备，"
        "统一使用区域品牌参加省外展会，组织企业拼车发货降低物流成本（虚构）。"
    ),
    "a1_leading_industry": "更新产业链图谱，引进配套项目，组织上下游企业对接（虚构）。",
    "a2_quality_enterprises": "建立梯度培育库，辅导企业申报专精特新（虚构）。",
    "a3_innovation": "共享检测中心投入使用，开展产学研合作（虚构）。",
    "a4_digital": "新增企业接入工业互联网平台，开展数字化诊断（虚构）。",
    "a5_green": "完成节能诊断，更新高耗能设备（虚构）。",
    "a6_openness": "组织企业参加省内外对接会和展会（虚构）。",
    "a7_governance": "运营机构按季召开例会，公共服务平台服务全部企业（虚构）。",
    "figure_note": "与上年变动较大或相同的数据已与统计部门核对（虚构）。",
    "no_incidents": True, "truth_commitment": True, "contact_name": "示例联系人",
    "contact_phone": "0930-0000000",
}  # fmt: skip


def good_year(turn: Turn) -> Data:
    """Nine percent more, every target of the year met."""
    return _report(turn, Decimal("1.09"), honours=4, misses=0)


def plain_year(turn: Turn) -> Data:
    """Slower growth, some targets of the year missed."""
    return _report(turn, Decimal("1.075"), honours=1, misses=3)


def _report(turn: Turn, growth: Decimal, honours: int, misses: int) -> Data:
    (row,) = turn.rows("indicators") or [{}]
    return {
        **TEXTS,
        "indicators": [_grown(row, growth)],
        "target_progress": [_progress(n, row, misses) for n, row in enumerate(turn.rows("target_progress"))],
        "a2_new_zjtx": honours, "a2_lost": 0, "a1_new_projects": 3, "a6_events": 2, "a7_served": 24,
        "correction_answers": turn.answered("已按要求补正（虚构）。"),
    }  # fmt: skip


def _grown(row: Mapping[str, Any], growth: Decimal) -> Data:
    """Last year's figures a year on: money by the rate, patents and digital users by one or two."""
    figures = {**row}
    for name in MONEY:
        if row.get(name) is not None:
            rate = growth if not name.startswith(("energy", "water")) else (growth + 1) / 2
            figures[name] = str((Decimal(str(row[name])) * rate).quantize(CENT))
    if row.get("co2_emission") is not None:
        figures["co2_emission"] = str((Decimal(str(row["co2_emission"])) * Decimal("1.03")).quantize(CENT))
    for name, more in (("invention_patents", 2), ("ind_internet_users", 1), ("cloud_users", 1)):
        if row.get(name) is not None:
            figures[name] = int(row[name]) + more
    users = int(row.get("enterprise_count") or 0)
    for name in ("ind_internet_users", "cloud_users"):
        figures[name] = min(int(figures.get(name) or 0), users)
    return figures


def _progress(number: int, row: Data, misses: int) -> Data:
    is_missed = number < misses
    planned = str(row.get("planned") or "")
    amount = "".join(c for c in planned.split("（")[0] if c.isdigit() or c in ".-")
    if planned[:1].isdigit() and amount:
        actual = str(Decimal(amount) - 1) if is_missed else amount
        return {
            **row,
            "actual": actual,
            "state": None,
            "reason": "项目投产推迟（虚构）。" if is_missed else None,
        }
    return {**row, "actual": None, "state": "partly" if is_missed else "done", "reason": "正在推进（虚构）。"}


def assess(turn: Turn) -> Data:
    """Marks for what nobody can compute, and the highest grade that the rules allow."""
    rows = [_marked(row) for row in turn.rows("scores")]
    opinion = "按公布的考核指标评分，数据与核实后的年度报告一致（虚构）。"
    return {"scores": rows, "grade": GRADES[min(turn.attempt, len(GRADES) - 1)], "opinion": opinion}


def _marked(row: Data) -> Data:
    if row.get("computed") not in (None, "", "—"):
        return row
    full = int(row.get("full") or 0)
    return {**row, "points": full * 8 // 10, "reason": "有工作记录和企业评价（虚构）。"}


def assess_late(turn: Turn) -> Data:
    """A late report costs the marks for reporting in time, which are the last item."""
    paper = assess(turn)
    *rows, last = paper["scores"]
    return {**paper, "scores": [*rows, {**last, "points": 2, "reason": "年度报告迟报（虚构）。"}]}


def sign_assessment(turn: Turn) -> Data:
    return {"decision": "agree", "opinion": "同意。", "decision_no": turn.doc("考核"),
            "decision_date": turn.today.isoformat()}  # fmt: skip


def award(turn: Turn) -> Data:
    """第十六条: for 优秀 only, from the year's fund; what the rules bar is not awarded, with the reason."""
    if turn.attempt:
        return {"decision": "none", "reason": "考核年度末称号状态不符合奖励条件（虚构）。"}
    body = f"12{turn.county}MB7000012"
    return {
        "decision": "grant", "fund_available": True, "fund_doc_no": turn.doc("财"), "amount": "50",
        "award_doc_no": turn.doc("奖"), "payee_uscc": body + uscc.check_character(body),
        "paid_on": turn.today.isoformat(),
    }  # fmt: skip


def revise(turn: Turn) -> Data:
    reason = "统计部门定案（虚构）。"
    return {"revisions": [{**row, "final": True, "reason": reason} for row in turn.rows("revisions")]}


ANSWERS: Mapping[str, Answer] = {
    "fill_report": plain_year,
    "approve_report": lambda turn: {"decision": "approve", "opinion": "同意报送。", "seal_scan": [turn.file]},
    "verify_report": lambda _: {"decision": "confirmed", "opinion": "已与统计部门核对，数据一致（虚构）。"},
    "submit_to_province": lambda _: {"decision": "submit", "opinion": "同意报省。"},
    "receive_report": lambda _: {"decision": "receive", "opinion": "材料完整，予以接收。"},
    "revise_figures": revise,
    "assess_cluster": assess,
    "sign_assessment": sign_assessment,
    "record_award": award,
    "rectification_letter": lambda turn: {"letter_no": turn.doc("改"), "letter_due_on": turn.after(60)},
}  # fmt: skip
