"""One application travels from county to register in the browser, as the README promises its reader."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from clusters.applications.applications import effective_application
from clusters.register.models import Cluster
from clusters.workbooks.workbook_write import write_table
from qilian.sandbox import papers
from tests.web.driving import Visitor
from tests.web.told import OPEN_BATCH, WAITING

pytestmark = pytest.mark.browser
COUNTY, CITY, NAME = "621123", "621100", "渭源县蔬菜种苗集群（虚构）"
CLERK, LEADER = "渭源县县级经办甲", "渭源县县级负责人"
CITY_CLERK, CITY_LEADER = "定西市市级经办甲", "定西市市级负责人"
PROVINCE_CLERK, PROVINCE_LEADER = "省厅省级经办甲", "省厅厅领导"
KEPT = {"id": "x", "name": "材料.pdf"}  # stands for an upload: the browser sends a real file
BY_EXCEL = ("enterprises", "indicators")
BY_HAND = {"cover", "profile", "indicator_series", "roster", "opinions"}


def test_an_application_travels_from_county_to_register(visitor: Visitor) -> None:
    case = a_started_case(visitor)
    fill_in(visitor)
    approve(visitor, case)
    mend_what_the_city_asked_for(visitor, case)
    review(visitor, case)
    recommend(visitor, case)
    review_again(visitor, case)
    publish(visitor)
    hold_back_the_other_cluster(visitor)
    decide(visitor)
    visitor.open("/register")
    visitor.follow(NAME)
    visitor.sees("2024年9月10日至2027年9月10日")
    visitor.sees(number_of(visitor))
    assert visitor.told.application(COUNTY).status == "designated"
    assert visitor.told.application(WAITING).status == "in_notice"


def number_of(visitor: Visitor) -> str:
    with visitor.told.database.read() as session:
        return session.scalars(sa.select(Cluster.cluster_no).where(Cluster.name == NAME)).one()


# --- the county -------------------------------------------------------------------------------------


def a_started_case(visitor: Visitor) -> str:
    """The clerk begins an application; returns its number."""
    visitor.become(CLERK)
    visitor.open("/cases")
    visitor.follow("发起")
    visitor.page.get_by_label("申报批次").select_option(OPEN_BATCH)
    visitor.press("开始填报")
    visitor.sees("现在该谁办")
    return visitor.told.application(COUNTY).case_no


def fill_in(visitor: Visitor) -> None:
    """Half of the ten sections a page each, two tables from Excel; the criteria are shown as they stand."""
    told, form = visitor.told, visitor.form("application")
    case = told.playing(COUNTY)
    data = papers.application(form, case.file, COUNTY, NAME, "蔬菜种苗繁育", 2024)
    by_hand = [section for section in form.sections if section.key in BY_HAND]
    rest = {s.key for s in form.sections} - BY_HAND
    fields = {f.key for key in rest for f in form.section(key).fields}
    told.play.draft(case, "fill_application", lambda _: {k: v for k, v in data.items() if k in fields})
    visitor.follow("办理")
    visitor.sees("数据还不完整")
    for section in by_hand:
        visitor.go(visitor.page.locator(".section-list").get_by_role("link", name=section.label))
        for field in section.fields:
            if field.key in BY_EXCEL:
                import_table(visitor, field.key, data[field.key])
        mine = {f.key: data[f.key] for f in section.fields if f.key in data and f.key not in BY_EXCEL}
        visitor.fill(form, mine)
        visitor.press("保存，回目录")
    visitor.sees("硬性指标全部符合")
    visitor.press("提交")
    visitor.accepted()


def import_table(visitor: Visitor, key: str, rows: list[dict[str, Any]]) -> None:
    file = visitor.folder / f"{key}.xlsx"
    file.write_bytes(write_table(visitor.form("application").field(key), rows))
    visitor.page.set_input_files(f"#sheet-{key}", file)
    visitor.go(visitor.page.locator(f"button[name='_import'][value='{key}']"))
    visitor.sees("导入预览")
    visitor.press(f"导入这 {len(rows)} 行")
    visitor.sees(f"已导入 {len(rows)} 行")


def approve(visitor: Visitor, case: str) -> None:
    """The leader prints the book, has it sealed, and approves with the scan."""
    visitor.take(LEADER, "审核", case)
    visitor.follow("打印申报书")
    visitor.sees(case)
    visitor.sees("内容校验 SHA-256")
    visitor.page.go_back()
    visitor.do("approve_application", papers.approval(KEPT))


# --- the city ---------------------------------------------------------------------------------------


def mend_what_the_city_asked_for(visitor: Visitor, case: str) -> None:
    """Two items, each answered; the city sees what has changed, and accepts."""
    instance = visitor.told.case(COUNTY)
    visitor.take(CITY_CLERK, "受理", case)
    visitor.do("accept_application", papers.correction(visitor.blank(instance, "accept_application")))
    visitor.take(CLERK, "填报", case)
    visitor.sees("占地面积的依据文件未写明批复日期")
    change(visitor, "profile", {"area_basis": "示例批复〔2021〕1号，2021年3月1日"})
    change(
        visitor, "opinions", {"correction_answers": [{"answer": "已补充日期。"}, {"answer": "已补充名称。"}]}
    )
    visitor.press("提交")
    visitor.accepted()
    the_old_scan_is_void(visitor, case)
    visitor.do("approve_application", papers.approval(KEPT))
    visitor.become(CITY_CLERK)
    visitor.open(f"/cases/{instance}")
    visitor.sees("县级答复：已补充日期。")
    visitor.page.get_by_text("补正前后的差异").click()
    visitor.sees("示例批复〔2021〕1号，2021年3月1日")
    visitor.follow("办理")
    visitor.do("accept_application", papers.acceptance(visitor.blank(instance, "accept_application")))


def the_old_scan_is_void(visitor: Visitor, case: str) -> None:
    visitor.take(LEADER, "审核", case)
    visitor.press("提交")
    visitor.sees("申报书内容已改动，原扫描件作废")
    visitor.press("移除")


def change(visitor: Visitor, section: str, values: dict[str, Any]) -> None:
    form = visitor.form("application")
    label = form.section(section).label
    visitor.go(visitor.page.locator(".section-list").get_by_role("link", name=label))
    visitor.fill(form, values)
    visitor.press("保存，回目录")


def review(visitor: Visitor, case: str) -> None:
    """Six departments, a drawn sample and two inspectors, a review that corrects one figure, a signature."""
    instance, today = visitor.told.case(COUNTY), date(2024, 5, 20)
    visitor.take(CITY_CLERK, "征询", case)
    visitor.do("consult_departments", papers.replies(visitor.blank(instance, "consult_departments"), today))
    inspect(visitor, case, "city_onsite_check", ["定西市市级核查甲", "定西市市级核查乙"])
    visitor.take(CITY_CLERK, "初审", case)
    cut = {
        "field": "indicators.3.leading_output",
        "from": "226000.00",
        "to": "225000.00",
        "reason": "核减（虚构）",
    }
    paper = papers.review(visitor.blank(instance, "preliminary_review"))
    visitor.do("preliminary_review", paper | {"data_corrections": [cut]})
    visitor.become(CLERK)
    visitor.open(f"/cases/{instance}")
    visitor.page.get_by_label("答复").fill("认可核减。")
    visitor.press("答复")
    visitor.take(CITY_LEADER, "签批", case)
    visitor.do("sign_review", papers.signature())


def inspect(visitor: Visitor, case: str, element: str, team: list[str]) -> None:
    """One draws the sample and records, the other agrees; the seed is kept."""
    instance = visitor.told.case(COUNTY)
    visitor.take(team[0], "抽查", case)
    visitor.press("随机抽取企业")
    visitor.sees("抽样种子")
    paper = papers.inspection({"enterprises": []}, team, "核查组（虚构）", date(2024, 5, 20), KEPT, [KEPT])
    blank = visitor.blank(instance, element)
    sites = [{"contact": "示例", "items": "产值、用工", "result": "consistent"} for _ in blank["sites"]]
    items = [{"consistent": True} for _ in blank["item_results"]]
    visitor.do("onsite_check", paper | {"sites": sites, "item_results": items, "sampling_method": "random"})
    visitor.take(team[1], "抽查", case)
    visitor.press("签署会签意见")
    visitor.accepted()


def recommend(visitor: Visitor, case: str) -> None:
    instance = visitor.told.instance(f"{OPEN_BATCH}/{CITY}")
    visitor.take(CITY_LEADER, "推荐", OPEN_BATCH)
    visitor.sees(case)
    blank = visitor.blank(instance, "recommend")
    visitor.do("recommend", papers.recommendation(blank, date(2024, 5, 20), "示例推荐〔2024〕1号", KEPT))


# --- the province -----------------------------------------------------------------------------------


def review_again(visitor: Visitor, case: str) -> None:
    """The province checks in the browser; its inspection and signature are taken as given."""
    play, playing = visitor.told.play, visitor.told.playing(COUNTY)
    visitor.take(PROVINCE_CLERK, "形式审查", case)
    visitor.do("formal_check", papers.formal_check())
    names = play.names("prov_inspector", "620000")
    with visitor.told.database.read() as session:
        data, _ = effective_application(session, playing.id)
    inspection = papers.inspection(data, names, "核查组（虚构）", play.today, playing.file, playing.photos)
    play.act(playing, "province_onsite_check", lambda _: inspection)
    visitor.take(PROVINCE_CLERK, "复审", case)
    visitor.do("re_review", papers.re_review(visitor.blank(playing.id, "re_review")))
    play.act(playing, "sign_re_review", lambda _: papers.signature())


def publish(visitor: Visitor) -> None:
    """Time moves to the end of recommendation; two clusters are listed and published."""
    batch, today = visitor.told.instance(OPEN_BATCH), date(2024, 9, 2)
    visitor.until("2024-09-02")
    visitor.take(PROVINCE_LEADER, "名单", OPEN_BATCH)
    visitor.do("selection", papers.selection(visitor.blank(batch, "selection"), today, KEPT))
    visitor.take(PROVINCE_CLERK, "公示", OPEN_BATCH)
    visitor.do("publish_notice", papers.notice(today, KEPT))
    visitor.open(f"/batches/{OPEN_BATCH}")
    visitor.sees("公示期 2024年9月3日（周二） 至 2024年9月9日（周一）")


def hold_back_the_other_cluster(visitor: Visitor) -> None:
    visitor.day_passes()
    visitor.follow("登记异议")
    page = visitor.page
    page.locator("[name='case_no']").select_option(visitor.told.application(WAITING).case_no)
    page.locator("[name='channel']").select_option("letter")
    for name, value in {
        "name": "示例提出人",
        "contact": "0931-0000000",
        "content": "产值与统计数据不一致（虚构）。",
    }.items():
        page.locator(f"[name='{name}']").fill(value)
    page.locator("[name='raised_at']").fill("2024-09-03T08:30")
    visitor.press("登记异议")
    visitor.sees("所涉集群暂缓认定，其他集群不受影响")


def decide(visitor: Visitor) -> None:
    visitor.until("2024-09-10")
    visitor.take(PROVINCE_LEADER, "认定", OPEN_BATCH)
    visitor.do("decide_designation", papers.decision(date(2024, 9, 10), KEPT))
