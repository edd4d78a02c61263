"""A title is proposed for revocation and decided on, in the browser, to each of its three ends (art. 19)."""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from clusters.register.models import Cluster
from engine.models import Instance
from tests.web.driving import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.article("第十九条")]
CITY_CLERK, CITY_LEADER, COUNTY = "定西市市级经办甲", "定西市市级负责人", "渭源县县级经办甲"
CLERK, HEAD, LEADER = "省厅省级经办甲", "省厅省级处室负责人", "省厅厅领导"
KEPT = [{"id": "x", "name": "材料.pdf"}]  # stands for an upload: the browser sends a real file
TODAY = "2024-06-04"  # the day after the last one for a statement
REMEDY = "可以自收到决定之日起依法申请行政复议或者提起行政诉讼（样式）。"
DECIDED = {"reasons": "见复核意见（虚构）。", "decision_date": TODAY}
NUMBERED = {"decision_no": "示例撤决〔2024〕1号", "decision_file": KEPT}


@pytest.fixture
def case(visitor: Visitor) -> SimpleNamespace:
    """The told cluster, proposed for revocation by a clerk of its city."""
    with visitor.told.database.read() as session:
        cluster = session.scalars(sa.select(Cluster)).one()
    propose(visitor, cluster.cluster_no)
    key = visitor.page.locator(".kicker").inner_text().split("·")[1].strip()
    return SimpleNamespace(key=key, cluster_no=cluster.cluster_no, id=visitor.told.instance(key))


def propose(visitor: Visitor, cluster_no: str) -> None:
    visitor.become(CITY_CLERK)
    visitor.open(f"/register/{cluster_no}")
    visitor.follow("提出撤销建议")
    page = visitor.page
    page.get_by_label("撤销情形").select_option("19-2b")
    page.get_by_label("事实摘要").fill("违法排污被处罚（虚构）。")
    for name, value in {
        "title_1": "处罚决定书", "issued_by_1": "示例机关", "doc_no_1": "示例罚〔2024〕3号",
        "effective_on_1": "2024-05-06",
    }.items():  # fmt: skip
        page.locator(f"#{name}").fill(value)
    page.set_input_files("#file_1", visitor.scan())
    visitor.press("提出撤销建议")
    visitor.sees("已提出撤销建议")


def hear_the_party(visitor: Visitor, key: str) -> None:
    """Checked, spoken on by the city, served, answered by the county within the period."""
    visitor.take(CLERK, "审查撤销提案", key)
    visitor.do("check_proposal", {"decision": "accept", "evidence_complete": True})
    visitor.take(CITY_LEADER, "出具市州意见", key)
    visitor.do("city_opinion", {"stance": "support", "opinion": "事实清楚（虚构）。"})
    visitor.take(CLERK, "告知当事人", key)
    served = {
        "notice_no": "示例撤告〔2024〕1号", "service_way": "direct", "served_on": "2024-05-20",
        "receipt": "渭源县工信局签收", "notice_file": KEPT, "receipt_file": KEPT,
    }  # fmt: skip
    visitor.do("serve_notice", served)
    visitor.take(COUNTY, "提出陈述申辩", key)
    visitor.sees("2024年6月3日")
    visitor.do("receive_statement", {"stated_by": "operator", "statement_text": "已经改正，请求从轻。"})


def review(visitor: Visitor, key: str) -> None:
    visitor.take(HEAD, "复核陈述申辩", key)
    point = {"point": "已经改正", "accepted": "partly", "answer": "改正属实，事实仍成立。"}
    visitor.do("review_statement", {"points": [point], "review_opinion": "逐点答复如上。"})


def decide(visitor: Visitor, key: str, **decision: object) -> None:
    visitor.take(LEADER, "作出决定", key)
    visitor.do("decide_revocation", {**DECIDED, **decision})


def outcome(visitor: Visitor, case: SimpleNamespace) -> tuple[str | None, str]:
    with visitor.told.database.read() as session:
        cluster = session.get_one(Cluster, case.cluster_no)
        return session.get_one(Instance, case.id).outcome, cluster.status


def test_a_title_is_revoked_when_an_order_to_rectify_was_not_followed_and_the_public_reads_it(
    visitor: Visitor, case: SimpleNamespace
) -> None:
    hear_the_party(visitor, case.key)
    visitor.until(TODAY)
    review(visitor, case.key)
    decide(visitor, case.key, outcome="rectify", basis="示例条例第十条（虚构）", rectify_due="2024-07-05")
    visitor.take(COUNTY, "报告整改情况", case.key)
    visitor.sees("示例条例第十条")
    visitor.do(
        "report_rectification", {"rectification_text": "尚未完成（虚构）。", "rectification_files": KEPT}
    )
    review(visitor, case.key)
    decide(visitor, case.key, outcome="revoke", remedy_text=REMEDY, **NUMBERED)
    visitor.take(CLERK, "公布撤销决定", case.key)
    address = "https://gxt.gansu.gov.cn/gxt/sandbox/revoked.shtml"
    visitor.do("publish_revocation", {"published_url": address, "published_on": TODAY, "evidence_file": KEPT})
    assert outcome(visitor, case) == ("title_revoked", "revoked")
    visitor.follow("撤销提案与证据")
    visitor.open(f"/cases/{case.id}/print/revocation/decision")
    visitor.sees("撤销认定决定书")
    visitor.open(f"/public/register/{case.cluster_no}")
    visitor.sees("示例撤决〔2024〕1号")


def test_a_ground_that_does_not_hold_leaves_the_title_as_it_was(
    visitor: Visitor, case: SimpleNamespace
) -> None:
    hear_the_party(visitor, case.key)
    visitor.until(TODAY)
    review(visitor, case.key)
    decide(visitor, case.key, outcome="not_established", **NUMBERED)
    assert outcome(visitor, case) == ("ground_not_established", "valid")
    visitor.sees("情形不成立")
