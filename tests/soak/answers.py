"""What people write into each form, one line per step in `ANSWERS`: a diagram joins by adding its steps.

Whatever a step does not name is filled from the form's schema (`papers.filled`). Answers are random but
such as the law allows; what the rules refuse all the same is tried again with other answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from engine.forms import Form
from tests.soak.papers import FILE, USCC, WORDS, scan

Data = dict[str, Any]
LONG = WORDS * 12
FIGURES = {
    "enterprise_count": 40, "enterprise_count_production": 30, "enterprise_count_service": 10,
    "sme_count": 36,
    "total_output": 220000, "sme_output": 170000, "leading_output": 165000, "price_basis": "current",
    "data_basis": "统计部门", "export_value": 1000, "employees": 5000, "rd_spend_sme": 12000,
    "invention_patents": 20, "ind_internet_users": 12, "ind_software_users": 15, "cloud_users": 18,
    "co2_emission": 30000, "energy_total": 12000,
}  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """One form on one desk. `attempt` counts how often the rules have refused it so far.

    `team` names who may take the step, `content` is what the case rests on (an application).
    """

    today: date
    blank: Mapping[str, Any]
    random: Random
    attempt: int
    number: int
    form: Form
    county: str = ""
    team: Sequence[str] = ()
    content: Mapping[str, Any] = field(default_factory=dict)

    def doc(self, kind: str) -> str:
        """A document number that nobody has used."""
        return f"测试{kind}〔{self.today.year}〕{self.number}号"

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def rows(self, name: str) -> list[Data]:
        return [dict(row) for row in self.blank.get(name) or []]


Answer = Callable[[Turn], Data]


def either(good: Data, bad: Data, share_of_bad: float) -> Answer:
    """Mostly the one, sometimes the other."""
    return lambda turn: {"opinion": WORDS, **(bad if turn.chance(share_of_bad) else good)}


# --- 年报·年度考核·奖励 -----------------------------------------------------------------------------


def fill_report(turn: Turn) -> Data:
    (row,) = turn.rows("indicators") or [{}]
    growth = turn.random.choice((97, 103, 108, 115))
    figures = {**FIGURES, **{k: v for k, v in row.items() if v is not None}}
    for name in ("total_output", "sme_output", "leading_output", "rd_spend_sme"):
        figures[name] = int(float(str(figures[name]))) * growth // 100
    for name in (
        "sme_output",
        "leading_output",
    ):  # corrected upwards, they may exceed it
        figures[name] = min(figures[name], figures["total_output"])
    changed: Data = {}
    if turn.chance(0.12):
        changed = {"operator_name": f"测试新管委会{turn.number}（虚构）"}
    progress = [_progress(turn, row) for row in turn.rows("target_progress")]
    return {
        "indicators": [figures], "figure_note": WORDS, "no_incidents": True, "contact_name": "示例",
        "contact_phone": "13900000000", "target_progress": progress,
        "preliminary_figures": ["total_output"] if turn.chance(0.2) else [],
        "correction_answers": [{**r, "answer": WORDS} for r in turn.rows("correction_answers")], **changed,
    }  # fmt: skip


def _progress(turn: Turn, row: Data) -> Data:
    if str(row.get("planned") or "")[:1].isdigit():
        return {**row, "actual": str(turn.random.randrange(180000, 300000)), "state": None, "reason": WORDS}
    return {
        **row,
        "actual": None,
        "state": turn.random.choice(("done", "partly", "not_done")),
        "reason": WORDS,
    }


def revise_figures(turn: Turn) -> Data:
    rows = [{**row, "to": "230000", "final": True, "reason": WORDS} for row in turn.rows("revisions")]
    return {"revisions": rows}


def assess_cluster(turn: Turn) -> Data:
    """Points for what nobody can compute; the grade as wished, then, if refused, the lowest."""
    rows = [_points(turn, row) for row in turn.rows("scores")]
    grades = ("优秀", "良好", "合格") if turn.attempt == 0 else ("不合格",)
    return {"scores": rows, "grade": turn.random.choice(grades), "grade_reason": WORDS}


def _points(turn: Turn, row: Data) -> Data:
    if row.get("computed") not in (None, "", "—"):
        return row
    full = int(row.get("full") or 0)
    return {**row, "points": turn.random.randint(full * 7 // 10, full), "reason": WORDS}


def sign_assessment(turn: Turn) -> Data:
    if turn.chance(0.1):
        return {"decision": "return"}
    return {"decision": "agree", "decision_no": turn.doc("通报"), "decision_date": turn.today.isoformat()}


def record_award(turn: Turn) -> Data:
    if turn.attempt or turn.chance(0.4):
        return {"decision": "none"}
    return {
        "decision": "grant", "fund_available": True, "fund_doc_no": turn.doc("资金"), "amount": "50",
        "award_doc_no": turn.doc("奖励"), "payee_uscc": USCC, "delay_by_office": True,
    }  # fmt: skip


def rectification_letter(turn: Turn) -> Data:
    return {"letter_no": turn.doc("整改"), "letter_due_on": (turn.today + timedelta(days=60)).isoformat()}


# --- 撤销 --------------------------------------------------------------------------------------------


def check_proposal(turn: Turn) -> Data:
    decision = turn.random.choices(("accept", "supplement", "dismiss"), (75, 10, 15))[0]
    return {"decision": decision, "evidence_complete": decision == "accept", "reason": WORDS}


def serve_notice(turn: Turn) -> Data:
    return {"notice_no": turn.doc("告知"), "served_on": turn.today.isoformat(), "service_way": "direct"}


def receive_statement(turn: Turn) -> Data:
    waived = turn.chance(0.3)
    return {
        "stated_by": "operator", "statement_text": WORDS, "wants_hearing": turn.chance(0.3), "waived": waived,
        "waiver_file": FILE if waived else [],
    }  # fmt: skip


def review_statement(turn: Turn) -> Data:
    points = [{"point": WORDS, "accepted": "no", "answer": WORDS}]
    return {"points": points, "hearing_note": WORDS, "hearing_file": FILE}


def decide_revocation(turn: Turn) -> Data:
    outcome = turn.random.choices(("revoke", "not_established", "rectify"), (25, 55, 20))[0]
    return {
        "outcome": outcome, "reasons": WORDS, "decision_date": turn.today.isoformat(),
        "decision_no": turn.doc("决定"), "decision_file": FILE, "basis": WORDS, "remedy_text": WORDS,
        "rectify_due": (turn.today + timedelta(days=30)).isoformat(),
    }  # fmt: skip


def publish_revocation(turn: Turn) -> Data:
    return {"published_url": "https://gxt.gansu.gov.cn/test.shtml", "published_on": turn.today.isoformat()}


# --- 变更备案 ----------------------------------------------------------------------------------------


def explain_change(turn: Turn) -> Data:
    """Mostly it has changed, some days or weeks ago."""
    return {"has_changed": "yes" if turn.chance(0.8) else "no", "completed_on": _some_days_ago(turn)}


def confirm_change(turn: Turn) -> Data:
    """A change of operator is major whatever somebody thinks."""
    finding = "major" if turn.attempt or turn.chance(0.7) else "none"
    return {"finding": finding, "completed_on": turn.blank.get("completed_on") or _some_days_ago(turn)}


def _some_days_ago(turn: Turn) -> str:
    return (turn.today - timedelta(days=turn.random.randrange(0, 40))).isoformat()


def file_change(turn: Turn) -> Data:
    return {
        "changes_operator": True, "operator_name": f"测试新管委会{turn.number}（虚构）",
        "operator_type": "管委会",
        "operator_uscc": None, "completed_on": turn.blank.get("completed_on") or _some_days_ago(turn),
        "late_reason": WORDS,
    }  # fmt: skip


def verify_change(turn: Turn) -> Data:
    decision = "return" if turn.chance(0.15) else "major"
    return {"decision": decision, "correction_items": [{"content": WORDS}]}


def file_change_record(turn: Turn) -> Data:
    return {"filed_no": turn.doc("备案"), "filed_on": turn.today.isoformat(), "certificate": "reissue"}


ANSWERS: Mapping[str, Answer] = {
    "approve_import": lambda _: {"decision": "approve"},
    "confirm_import": lambda _: {"outcome": "keep"},
    "fill_report": fill_report,
    "approve_report": lambda turn: either(
        {"decision": "approve", "seal_scan": scan(turn.number)},
        {"decision": "return"}, 0.08,
    )(turn),
    "verify_report": either(
        {"decision": "confirmed"}, {"decision": "returned", "correction_items": [{"content": WORDS}]}, 0.15
    ),
    "submit_to_province": either({"decision": "submit"}, {"decision": "return"}, 0.07),
    "receive_report": either({"decision": "receive"}, {"decision": "return"}, 0.07),
    "revise_figures": revise_figures,
    "assess_cluster": assess_cluster,
    "sign_assessment": sign_assessment,
    "record_award": record_award,
    "rectification_letter": rectification_letter,
    "explain_change": explain_change,
    "confirm_change": confirm_change,
    "file_change": file_change,
    "approve_change": lambda turn: either(
        {"decision": "approve", "seal_scan": scan(turn.number), "late_reason": WORDS},
        {"decision": "return"}, 0.1,
    )(turn),
    "verify_change": verify_change,
    "sign_verification": either({"decision": "agree"}, {"decision": "return"}, 0.1),
    "file_change_record": file_change_record,
    "check_proposal": check_proposal,
    "supplement_proposal": lambda _: {"note": WORDS},
    "city_opinion": lambda turn: {"stance": turn.random.choice(("support", "against", "none"))},
    "serve_notice": serve_notice,
    "receive_statement": receive_statement,
    "review_statement": review_statement,
    "decide_revocation": decide_revocation,
    "publish_revocation": publish_revocation,
    "report_rectification": lambda _: {"rectification_text": WORDS},
}  # fmt: skip
