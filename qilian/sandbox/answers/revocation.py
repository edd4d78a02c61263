"""撤销 (art. 19): heard, weighed, decided by people; and a proposal that is found not to hold."""

from collections.abc import Mapping

from qilian.sandbox.answers.turn import Answer, Data, Turn


def check(_: Turn) -> Data:
    return {"decision": "accept", "evidence_complete": True,
            "reason": "期限推算和催报凭据齐全，与所列情形相符，予以受理。"}  # fmt: skip


def opine(_: Turn) -> Data:
    return {"stance": "none", "opinion": "催报属实；集群是否有正当理由，请省级听取陈述申辩后决定（虚构）。"}


def support(_: Turn) -> Data:
    return {"stance": "support", "opinion": "多次催报无果，集群已无人办理培育事项，支持撤销（虚构）。"}


def serve(turn: Turn) -> Data:
    return {"notice_no": turn.doc("告"), "service_way": "direct", "served_on": turn.today.isoformat(),
            "receipt": "县级主管部门签收（虚构）", "notice_file": [turn.file],
            "receipt_file": [turn.file]}  # fmt: skip


def state(turn: Turn) -> Data:
    return {
        "stated_by": "county", "statement_files": [turn.file], "wants_hearing": False, "waived": False,
        "statement_text": "统计数据定案推迟，又逢运营机构交接，年度报告迟报；现已报送（虚构）。",
    }  # fmt: skip


def answer(turn: Turn) -> Data:
    """Every point that was made is answered; nobody answers what nobody said."""
    points = [
        {"point": row.get("text") or "", "accepted": "partly",
         "answer": "交接和统计定案推迟属实，报告已经补报；迟报本身记入考核（虚构）。"}
        for row in turn.rows("statements")
    ]  # fmt: skip
    said = (
        "迟报的原因属实、报告已补报，建议认定情形不成立。"
        if points
        else "没有收到陈述申辩，事实清楚，建议撤销认定。"
    )
    return {"points": points, "review_opinion": said + "（虚构）"}


def not_established(turn: Turn) -> Data:
    return {"outcome": "not_established", "decision_date": turn.today.isoformat(),
            "decision_no": turn.doc("决"),
            "decision_file": [turn.file],
            "reasons": "迟报有正当原因，决定前已经补报，第十九条所列情形不成立（虚构）。"}  # fmt: skip


def revoke(turn: Turn) -> Data:
    return {"outcome": "revoke", "decision_date": turn.today.isoformat(), "decision_no": turn.doc("决"),
            "decision_file": [turn.file],
            "reasons": "经催报和告知，逾期仍未报送年度报告，也没有陈述申辩，情形成立（虚构）。",
            "remedy_text": "对本决定不服的，可以依法申请行政复议或者提起行政诉讼（虚构）。"}  # fmt: skip


def publish(turn: Turn) -> Data:
    return {"published_url": f"https://gxt.gansu.gov.cn/gxt/sandbox/{turn.today:%Y%m}-{turn.number}.shtml",
            "published_on": turn.today.isoformat(), "evidence_file": [turn.file]}  # fmt: skip


ANSWERS: Mapping[str, Answer] = {
    "check_proposal": check,
    "supplement_proposal": lambda _: {"note": "已补充催报记录（虚构）。"},
    "city_opinion": opine,
    "serve_notice": serve,
    "receive_statement": state,
    "review_statement": answer,
    "decide_revocation": not_established,
    "publish_revocation": publish,
    "report_rectification": lambda turn: {"rectification_text": "已按要求整改（虚构）。",
                                          "rectification_files": [turn.file]},
}  # fmt: skip
