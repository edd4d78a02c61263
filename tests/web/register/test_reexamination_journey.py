"""A term comes to its end in the browser: called, published, objected to, concluded (art. 15, 16).

The county's long form and the city's work are played; what people of the province and the public see is
clicked. The objection goes from the public form to the reply that its receipt shows.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from clusters.reexamination.models import Reexamination
from clusters.register.models import Cluster
from qilian.sandbox import papers
from tests.web.driving import Visitor
from tests.web.told import DESIGNATED
from web.public import robot_check
from web.public.robot_check import DIGITS

pytestmark = [pytest.mark.browser, pytest.mark.article("第十五条"), pytest.mark.article("第十六条")]
CLERK, OTHER_CLERK, LEADER = "省厅省级经办甲", "省厅省级经办乙", "省厅厅领导"
INSPECTOR, HEAD = "省厅省级核查丙", "省厅省级处室负责人"
CITY = "621100"
KEPT = [{"id": "x", "name": "材料.pdf"}]  # stands for an upload: the browser sends a real file
NUMBER = "示例复核〔2024〕1号"


def test_a_term_is_renewed_after_the_objection_to_its_notice_was_answered(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robot_check, "LEAST", timedelta(0))
    case = near_its_end(visitor)
    call(visitor, case)
    apply_and_review(visitor, case)
    publish(visitor, case)
    no, receipt = object_to(visitor, case)
    visitor.open("/")
    visitor.until("2024-05-29")
    held_back(visitor, case, no)
    answer(visitor, no)
    follow(visitor, no, receipt)
    conclude(visitor, case)


def near_its_end(visitor: Visitor) -> SimpleNamespace:
    """The told cluster's term ends this summer; everything else is as it was told."""
    told = visitor.told
    with told.database.write() as session:
        cluster = session.scalars(sa.select(Cluster)).one()
        cluster.valid_to = cluster.valid_to.replace(year=2024, month=8)
        no, name = cluster.cluster_no, cluster.name
    return SimpleNamespace(key=f"FH-1-{no}", no=no, name=name)


def call(visitor: Visitor, case: SimpleNamespace) -> None:
    visitor.become(CLERK)
    visitor.open("/batches")
    visitor.press("开放复核批次")
    blank = visitor.blank(visitor.told.instance("FHPC-2024-01"), "open_reexam_batch")
    assert [row["cluster_no"] for row in blank["reexam_clusters"]] == [case.no]
    opened = {"notice_no": "示例通知〔2024〕8号", "open_on": "2024-05-20", "apply_due": "2024-08-30"}
    visitor.do("open_reexam_batch", {**opened, "notice_file": KEPT})
    visitor.open("/reexamination/FHPC-2024-01")
    visitor.sees(case.name)
    case.id = visitor.told.instance(case.key)
    visitor.open(f"/cases/{case.id}")
    visitor.follow("复核通知")
    visitor.sees("关于做好中小企业特色产业集群期满复核的通知")
    visitor.open(f"/cases/{case.id}")


def apply_and_review(visitor: Visitor, case: SimpleNamespace) -> None:
    play = visitor.told.play
    playing = play.case(case.id, case.key, DESIGNATED, play.holder("county_clerk", DESIGNATED))

    def application(blank: Mapping[str, Any]) -> dict[str, Any]:
        form = visitor.form("fill_reexamination")
        data = papers.application(form, playing.file, DESIGNATED, case.name, "中药材加工", 2024)
        rows = [{**row, "actual_y3": row["target_y3"], "met": "true"} for row in blank["plan_completion"]]
        done = [{**row, "status": "done"} for row in blank["measures_done"]]
        own = {"plan_completion": rows, "measures_done": done}
        return {**data, **own, "self_evaluation": "自评（虚构）" * 100}

    play.act(playing, "fill_reexamination", application)
    play.act(playing, "approve_reexamination", lambda _: papers.approval(playing.file))
    names, org = play.names("city_inspector", CITY), "市级核查组（虚构）"
    sampled = application({"plan_completion": [], "measures_done": []})
    play.act(
        playing, "reexam_onsite_check",
        lambda _: papers.inspection(sampled, names, org, play.today, playing.file, playing.photos),
    )  # fmt: skip
    play.act(playing, "city_reexam_check", lambda blank: {**papers.review(blank), "city_result": "opinion"})
    play.act(playing, "sign_reexam_opinion", lambda _: papers.signature())
    visitor.take(CLERK, "省级复核审查", case.key)
    blank = visitor.blank(case.id, "review_reexamination")
    visitor.do("review_reexamination", {**papers.re_review(blank), "wants_notice": "true"})


def publish(visitor: Visitor, case: SimpleNamespace) -> None:
    visitor.take(OTHER_CLERK, "公示复核结果", case.key)
    visitor.do("publish_notice", papers.notice(visitor.told.play.today, KEPT[0]))
    visitor.sees("2024年5月21日")
    visitor.open("/public")
    visitor.sees(f"关于“{case.name}”拟通过有效期满复核的公示")


def object_to(visitor: Visitor, case: SimpleNamespace) -> tuple[str, str]:
    """As somebody outside does; returns number and receipt."""
    page = visitor.page
    visitor.go(page.get_by_role("link", name=re.compile("拟通过有效期满复核")).first)
    visitor.go(page.get_by_role("link", name="填写异议"))
    page.get_by_label("对哪个集群").select_option(label=case.name)
    page.get_by_label("申报数据或材料不实").check()
    page.get_by_label("事实和理由").fill("产值与统计数据不一致（虚构），请核实。")
    page.set_input_files("#evidence", visitor.scan())
    page.get_by_label("姓名或单位名称").fill("示例提出人")
    page.get_by_label("电话或邮箱").fill("0931-0000000")
    asked = page.locator("label[for='answer']").inner_text()
    one, other = (DIGITS.index(c) for c in re.findall(r"：(.)加(.)等于", asked)[0])
    page.get_by_label("验证题").fill(str(one + other))
    visitor.go(page.get_by_role("button", name="提交异议"))
    no, receipt = page.locator(".receipt dd").all_inner_texts()
    return no, receipt


def held_back(visitor: Visitor, case: SimpleNamespace, no: str) -> None:
    visitor.become(OTHER_CLERK)
    visitor.open(f"/cases/{case.id}")
    visitor.sees("异议处理完毕")
    visitor.go(visitor.page.get_by_role("link", name=re.compile("^GSGS-")).first)
    visitor.sees("办结以前只暂缓所涉集群的复核结论")
    visitor.follow(no)


def answer(visitor: Visitor, no: str) -> None:
    """Judged by a clerk, investigated by somebody who had no hand in the reviews, signed by a third."""
    visitor.take(OTHER_CLERK, "审查是否受理", no)
    visitor.do("judge_admissibility", {"admissibility": "accepted"})
    visitor.take(INSPECTOR, "调查异议", no)
    found = {"finding": "not_established", "effect": "keep", "finding_text": "与统计报表一致（虚构）。"}
    visitor.do("investigate", found)
    visitor.take(HEAD, "签批处理意见", no)
    visitor.do("sign_finding", {"decision": "agree", "opinion": "同意。"})
    visitor.take(OTHER_CLERK, "答复提出人", no)
    visitor.do("reply", {"reply_text": "经调查，异议不成立（虚构）。", "reply_channel": "receipt"})


def follow(visitor: Visitor, no: str, receipt: str) -> None:
    visitor.open("/public/objections")
    visitor.page.locator("#no").fill(no)
    visitor.page.locator("#receipt").fill(receipt)
    visitor.go(visitor.page.get_by_role("button", name=re.compile("查询")))
    visitor.sees("经调查，异议不成立（虚构）。")
    visitor.open("/")


def conclude(visitor: Visitor, case: SimpleNamespace) -> None:
    visitor.take(LEADER, "作出复核决定", case.key)
    visitor.sees("异议不成立")
    decided = {"decision_no": NUMBER, "decision_date": "2024-05-29", "decision_file": KEPT}
    visitor.do("decide_reexamination", {"conclusion": "pass", **decided, "evidence_end_file": KEPT})
    visitor.follow("复核结论通知书")
    visitor.sees("有效期延长三年")
    with visitor.told.database.read() as session:
        assert session.get_one(Reexamination, case.key).conclusion == "pass"
    visitor.open(f"/public/register/{case.no}")
    visitor.sees(NUMBER)
