"""An annual report in the browser, from the operator's draft to the award and its document (art. 16, 18)."""

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from clusters.annual.models import AnnualReport, Award
from tests.handlers.season import HONEST, reached
from tests.web.driving import Visitor
from tests.web.told import DESIGNATED

pytestmark = [pytest.mark.browser, pytest.mark.article("第十六条", "第十八条")]
YEAR = 2023
OPERATOR, CLERK, LEADER = "渭源县中药材加工运营机构", "渭源县县级经办甲", "渭源县县级负责人"
CITY_CLERK, CITY_LEADER = "定西市市级经办甲", "定西市市级负责人"
PROVINCE_CLERK, HEAD = "省厅省级经办甲", "省厅省级处室负责人"
KEPT = [{"id": "x", "name": "材料.pdf"}]  # stands for an upload: the browser sends a real file
GROWN = ("total_output", "rd_spend_sme", "invention_patents", "ind_internet_users", "ind_software_users")


def test_a_report_travels_from_the_operator_to_assessment_and_award(visitor: Visitor) -> None:
    key = annual_key(visitor)
    the_operator_drafts_and_the_county_finds_it(visitor, key)
    the_operator_files(visitor, key)
    the_county_approves(visitor, key)
    the_city_corrects_and_submits(visitor, key)
    the_province_receives(visitor, key)
    preliminary_figures_become_final(visitor, key)
    assessment = key.replace("NB", "KH")
    the_template_is_published_before_anybody_scores(visitor)
    the_province_assesses(visitor, assessment)
    no_award_without_its_document(visitor, assessment)


def annual_key(visitor: Visitor) -> str:
    """Of the county's cluster that was designated in the year of the report."""
    with visitor.told.database.read() as session:
        query = sa.select(AnnualReport.key).where(
            AnnualReport.year == YEAR, AnnualReport.county_code == DESIGNATED
        )
        return session.scalars(query).one()


def sections(visitor: Visitor, names: tuple[str, ...], data: dict[str, Any]) -> None:
    """Some sections of the open report, a page each."""
    form = visitor.form("annual_report")
    for section in (s for s in form.sections if s.key in names):
        visitor.go(visitor.page.locator(".section-list").get_by_role("link", name=section.label))
        visitor.fill(form, {f.key: data[f.key] for f in section.fields if f.key in data})
        visitor.press("保存，回目录")


def content(visitor: Visitor, key: str) -> dict[str, Any]:
    blank = visitor.blank(visitor.told.instance(key), "fill_report")
    last = blank["indicators"][0]
    rows = [{**last, **{name: int(Decimal(str(last[name])) * 5 / 4) for name in GROWN}}]
    progress = [reached(row) for row in blank["target_progress"]]
    return {
        **blank, **HONEST, "indicators": rows, "target_progress": progress,
        "preliminary_figures": ["total_output"],
    }  # fmt: skip


# --- operator and county ------------------------------------------------------------------------------


def the_operator_drafts_and_the_county_finds_it(visitor: Visitor, key: str) -> None:
    visitor.become(OPERATOR)
    visitor.take(OPERATOR, "填报年度报告", key)
    sections(visitor, ("basics", "figures", "topics"), content(visitor, key))
    visitor.take(CLERK, "填报年度报告", key)
    visitor.go(visitor.page.locator(".section-list").get_by_role("link", name="规划执行与目标进展"))
    assert HONEST["plan_execution"] in visitor.page.locator("textarea[name='plan_execution']").input_value()


def the_operator_files(visitor: Visitor, key: str) -> None:
    visitor.take(OPERATOR, "填报年度报告", key)
    visitor.press("提交：填报年度报告")
    visitor.sees("处问题")  # refused with every problem, nothing lost
    sections(visitor, ("aspects", "support", "events", "commitment"), content(visitor, key))
    visitor.press("提交：填报年度报告")
    visitor.accepted()
    visitor.sees("审核盖章报市")


def the_county_approves(visitor: Visitor, key: str) -> None:
    visitor.take(LEADER, "审核盖章报市", key)
    visitor.do("approve_report", {"decision": "approve", "opinion": "同意报送", "seal_scan": KEPT})
    visitor.sees("集群迟延")


# --- city and province --------------------------------------------------------------------------------


def the_city_corrects_and_submits(visitor: Visitor, key: str) -> None:
    visitor.take(CITY_CLERK, "核实年度报告", key)
    correction = {"figure": "employees", "to": "8050", "reason": "与社保人数核对（虚构）"}
    visitor.do(
        "verify_report",
        {"decision": "confirmed", "opinion": "与统计部门核对一致", "data_corrections": [correction]},
    )
    visitor.sees("与社保人数核对（虚构）")
    visitor.take(CITY_LEADER, "签发报省", key)
    visitor.do("submit_to_province", {"decision": "submit", "opinion": "同意报省"})


def the_province_receives(visitor: Visitor, key: str) -> None:
    visitor.take(PROVINCE_CLERK, "接收年度报告", key)
    visitor.do("receive_report", {"decision": "receive", "opinion": "材料完整"})


def preliminary_figures_become_final(visitor: Visitor, key: str) -> None:
    """快报数 may be revised until the assessment, by the operator as well (A-14)."""
    visitor.take(OPERATOR, "修订快报数", key)
    visitor.sees("集群总产值")
    row = {"figure": "total_output", "to": "362000", "final": True, "reason": "统计定案（虚构）"}
    visitor.do("revise_figures", {"revisions": [row]})
    visitor.sees("统计定案（虚构）")


# --- assessment and award -----------------------------------------------------------------------------


def the_template_is_published_before_anybody_scores(visitor: Visitor) -> None:
    visitor.switch(HEAD)
    visitor.open(f"/annual?year={YEAR}")
    visitor.page.get_by_label("文号").fill("示例考〔2024〕1号")
    visitor.page.get_by_label("公布日期").fill(visitor.told.services.today().isoformat())
    visitor.press("公布")
    visitor.sees("示例考〔2024〕1号")


def the_province_assesses(visitor: Visitor, key: str) -> None:
    visitor.take(PROVINCE_CLERK, "年度考核评分", key)
    blank = visitor.blank(visitor.told.instance(key), "assess_cluster")
    given = {row["item_id"]: row["full"] for row in blank["scores"] if row["computed"] == "—"}
    said = {"reason": "评分有据（虚构）"}
    rows = [{**row, "points": given.get(row["item_id"]), **said} for row in blank["scores"]]
    visitor.do("assess_cluster", {"scores": rows, "grade": "优秀", "opinion": "评分有据"})
    visitor.take(HEAD, "签批考核结果", key)
    today = visitor.told.services.today().isoformat()
    visitor.do(
        "sign_assessment",
        {"decision": "agree", "opinion": "同意", "decision_no": "示例通〔2024〕6号", "decision_date": today},
    )


def no_award_without_its_document(visitor: Visitor, key: str) -> None:
    """The amount is the fund document's; without it there is none, and what was typed stays."""
    visitor.take(PROVINCE_CLERK, "办理奖励", key)
    said = {
        "decision": "grant", "fund_available": "true", "amount": "50", "award_doc_no": "示例奖〔2024〕1号",
        "payee_uscc": "91350100M000100Y43",
    }  # fmt: skip
    form = visitor.form("record_award")
    visitor.fill(form, said)
    visitor.press("提交：办理奖励")
    visitor.sees("资金文件")
    assert visitor.page.locator("input[name='amount']").input_value() == "50.00"
    visitor.do("record_award", {**said, "fund_doc_no": "示例财〔2024〕3号", "fund_doc": KEPT})
    with visitor.told.database.read() as session:
        award = session.get_one(Award, key)
    assert (award.granted, award.amount_fen) == (True, 50_000_000)
