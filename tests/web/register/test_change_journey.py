"""Changes after designation in the browser: reported late, found by others, on record at last (art. 17)."""

from typing import Any

import pytest
import sqlalchemy as sa

from clusters.changes.models import ChangeCase
from clusters.register.models import Cluster
from tests.web.driving import Visitor
from tests.web.told import DESIGNATED

pytestmark = [pytest.mark.browser, pytest.mark.article("第十七条")]
CLERK, LEADER = "渭源县县级经办甲", "渭源县县级负责人"
CITY_CLERK, CITY_LEADER, PROVINCE_CLERK = "定西市市级经办甲", "定西市市级负责人", "省厅省级经办甲"
OPERATOR = "渭源县中药材加工运营机构"
KEPT = [{"id": "x", "name": "材料.pdf"}]  # stands for an upload: the browser sends a real file
BASIS = {"basis_kind": "批复", "basis_doc_no": "示例批〔2024〕2号", "basis_file": KEPT}
NEW_BODY = {
    "changes_operator": True, "operator_name": "渭源县产业园区管委会（虚构）", "operator_uscc": "",
    "operator_type": "管委会", "operator_approval_no": "示例编〔2024〕1号", "operator_head": "示例",
}  # fmt: skip


def the_cluster(visitor: Visitor) -> Cluster:
    with visitor.told.database.read() as session:
        query = sa.select(Cluster).where(Cluster.county_code == DESIGNATED).order_by(Cluster.cluster_no)
        return session.scalars(query).first()


def registered(visitor: Visitor, who: str, kind: str, way: str = "", completed_on: str = "") -> str:
    """登记变更 from the page of the cluster; returns the number of the case."""
    visitor.switch(who)
    visitor.open(f"/register/{the_cluster(visitor).cluster_no}")
    visitor.follow("登记变更")
    visitor.page.get_by_role("checkbox", name=kind).check()
    if way:
        visitor.page.get_by_label("发现方式").select_option(label=way)
        visitor.page.get_by_label("情况说明").fill(f"{way}（虚构）")
    if completed_on:
        visitor.page.get_by_label("变更完成日期").fill(completed_on)
    visitor.press("登记")
    with visitor.told.database.read() as session:
        return session.scalars(sa.select(ChangeCase.no).order_by(ChangeCase.opened_at.desc())).first() or ""


def file(visitor: Visitor, case: str, data: dict[str, Any]) -> None:
    visitor.take(CLERK, "填报变更备案表", case)
    visitor.fill(visitor.form("file_change"), data)
    visitor.press("提交：填报变更备案表")


def test_a_late_change_of_operator_is_filed_verified_and_moves_the_baseline_forward(visitor: Visitor) -> None:
    visitor.become(CLERK)
    before = the_cluster(visitor)
    case = registered(visitor, CLERK, "运营管理机构", completed_on="2024-04-10")
    said = {**NEW_BODY, **BASIS, "completed_on": "2024-04-10", "change_reason": "机构改革（虚构）"}
    file(visitor, case, said)
    visitor.sees("请写明逾期原因")  # everything typed is still there
    visitor.do("file_change", {"late_reason": "批复送达较晚（虚构）", "basis_file": KEPT})
    visitor.take(LEADER, "审核盖章报市", case)
    visitor.do("approve_change", {"decision": "approve", "opinion": "同意报送", "seal_scan": KEPT})
    visitor.take(CITY_CLERK, "核实变更", case)
    visitor.sees("渭源县产业园区管委会（虚构）")
    verified = {"decision": "major", "class_reason": "三类变更之一", "verified_with": "查阅批复"}
    visitor.do("verify_change", {**verified, "verify_files": KEPT})
    visitor.take(CITY_LEADER, "签发核实意见", case)
    visitor.do("sign_verification", {"decision": "agree", "opinion": "同意"})
    visitor.take(PROVINCE_CLERK, "登记备案", case)
    today = visitor.told.services.today().isoformat()
    filed = {
        "filed_no": "甘集备〔2024〕1号",
        "filed_on": today,
        "certificate": "note",
        "province_order": "none",
    }
    visitor.do("file_change_record", filed)
    visitor.open(f"/register/{before.cluster_no}")
    visitor.sees("渭源县产业园区管委会（虚构）")
    visitor.sees("甘集备〔2024〕1号")
    visitor.sees("批复送达较晚（虚构）")
    after = the_cluster(visitor)
    assert (after.valid_to, after.baseline_hash != before.baseline_hash) == (before.valid_to, True)
    the_old_operator_has_nothing_to_do_with_it_any_more(visitor)


def the_old_operator_has_nothing_to_do_with_it_any_more(visitor: Visitor) -> None:
    assert OPERATOR not in {person.name for person in visitor.told.services.sandbox.people()}


@pytest.mark.parametrize(
    ("way", "kind"), [("实地核查", "空间范围"), ("举报投诉", "主导产业"), ("部门通报", "集群名称")]
)
def test_what_others_find_is_explained_by_the_county_and_confirmed_by_the_city(
    visitor: Visitor, way: str, kind: str
) -> None:
    visitor.become(CITY_CLERK)
    case = registered(visitor, CITY_CLERK, kind, way)
    visitor.take(CLERK, "说明变更情况", case)
    visitor.sees(f"{way}（虚构）")
    told = {"has_changed": "yes", "completed_on": "2024-05-13", "explanation": "已变更（虚构）"}
    visitor.do("explain_change", told)
    visitor.take(CITY_CLERK, "认定是否变更", case)
    visitor.sees("已变更（虚构）")
    visitor.do(
        "confirm_change",
        {"finding": "major", "finding_reason": "批复已生效", "completed_on": "2024-05-13", **BASIS},
    )
    visitor.sees("2024年6月3日")  # the fifteenth working day after 13 May
    visitor.switch(CITY_CLERK)
    visitor.open(f"/register/{the_cluster(visitor).cluster_no}/changes/new")
    visitor.sees(f"已有在办件 {case}")
    assert visitor.page.get_by_role("checkbox", name=kind).is_disabled()
