"""What stands beside a form: what earlier steps decided, what is asked for, whether the criteria are met."""

import re

from clusters.applications import applications
from qilian.sandbox import papers
from tests.web.told import AT_THRESHOLD, BEGUN, IN_REVIEW, RETURNED

CITY = "621100"


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def page_of(told, case, element, role, scope):
    item = told.item(case, element)
    return told.client_of(role, scope).get(f"/tasks/{item}").text


# --- the criteria -------------------------------------------------------------------------------------


def test_a_criterion_is_shown_as_soon_as_its_own_figure_is_there(told):
    item = told.item(told.case(BEGUN), "fill_application")
    with told.services.engine.desk(told.person("county_clerk", BEGUN)) as desk:
        desk.save_draft(item, {"area_km2": "120"})
    page = text_of(told.client_of("county_clerk", BEGUN).get(f"/tasks/{item}").text)
    assert "C1.4 占地面积 附件一 120 平方公里 不超过 100 平方公里 -20 不符合" in page
    assert "C1.8 主导产业占比 还缺：集群总产值、主导产业产值。" in page


def test_what_fails_is_said_first_with_value_and_threshold(told):
    page = text_of(page_of(told, told.case(AT_THRESHOLD), "fill_application", "county_clerk", AT_THRESHOLD))
    assert "1 项硬性指标不符合" in page
    assert "C1.8 主导产业占比 70.0000 % ，要求高于 70 %" in page
    assert page.index("要求高于") < page.index("C1.4")


def test_a_section_shows_the_criteria_that_it_decides(told):
    item = told.item(told.case(AT_THRESHOLD), "fill_application")
    clerk = told.client_of("county_clerk", AT_THRESHOLD)
    profile = text_of(clerk.get(f"/tasks/{item}/sections/profile").text)
    assert "C1.4 占地面积" in profile
    assert "C1.6" not in profile


# --- what was said before -----------------------------------------------------------------------------


def test_who_signs_reads_what_the_reviewers_decided(told):
    case = told.playing(IN_REVIEW)
    reviewed(told, case)
    page = text_of(page_of(told, case.id, "sign_review", "city_leader", CITY))
    assert "征询六部门意见 未发现重大问题 6" in page
    assert "市级实地抽查 与申报一致" in page
    assert "市级初审 建议推荐：是" in page
    assert "建议推荐。”" in page


def test_the_timeline_says_what_was_decided(told):
    page = text_of(told.client_of("county_clerk", RETURNED).get(f"/cases/{told.case(RETURNED)}").text)
    assert "受理审查：退回补正" in page
    assert "审核盖章上报：同意上报" in page


def test_whoever_checks_completeness_has_each_paper_a_click_away(told):
    case = told.playing(BEGUN)
    sent_in(told, case)
    page = page_of(told, case.id, "accept_application", "city_clerk", CITY)
    papers_shown = page[page.index("必备材料") :]
    assert papers_shown.count('href="/attachments/') >= 5
    assert "真实性承诺书：" in papers_shown


# --- corrections --------------------------------------------------------------------------------------


def test_each_thing_to_be_mended_leads_to_its_field_and_marks_its_section(told):
    page = page_of(told, told.case(RETURNED), "fill_application", "county_clerk", RETURNED)
    assert '/sections/profile#f-area_basis">面积依据文件</a>：占地面积的依据文件未写明批复日期' in page
    assert "补正 2 项" in page


def test_a_scan_of_earlier_content_is_void_before_anybody_presses_anything(told):
    case = told.playing(RETURNED)
    with told.database.read() as session:
        data, _ = applications.effective_application(session, case.id)
    answers = [{"no": n, "answer": "已补充。"} for n in (1, 2)]
    mended = {**data, "area_basis": "示例批复〔2021〕2号", "correction_answers": answers}
    told.play.act(case, "fill_application", lambda blank: {**blank, **mended})
    page = page_of(told, case.id, "approve_application", "county_leader", RETURNED)
    assert "原扫描件已经作废" in page


# --- the sections' states -----------------------------------------------------------------------------


def test_a_wrong_value_is_shown_at_once_and_a_missing_one_is_only_counted(told):
    item = told.item(told.case(BEGUN), "fill_application")
    with told.services.engine.desk(told.person("county_clerk", BEGUN)) as desk:
        desk.save_draft(item, {"contact_phone": "12345"})
    clerk = told.client_of("county_clerk", BEGUN)
    cover = clerk.get(f"/tasks/{item}/sections/cover").text
    assert "联系电话应为 11 位手机号" in cover
    assert "请填写集群名称" not in cover
    assert "1 处问题" in text_of(clerk.get(f"/tasks/{item}").text)


def test_a_check_that_finds_nothing_says_so(told):
    item = told.item(told.case(AT_THRESHOLD), "fill_application")
    assert (
        "没有发现问题，可以提交"
        in told.client_of("county_clerk", AT_THRESHOLD).get(f"/tasks/{item}/check").text
    )


# --- acts of the play -----------------------------------------------------------------------------------


def reviewed(told, case):
    told.play.act(case, "consult_departments", lambda blank: papers.replies(blank, told.play.today))
    names = told.play.names("city_inspector", CITY)
    with told.database.read() as session:
        data, _ = applications.effective_application(session, case.id)
    record = papers.inspection(data, names, "核查组（虚构）", told.play.today, case.file, case.photos)
    told.play.act(case, "city_onsite_check", lambda _: record)
    told.play.act(case, "preliminary_review", papers.review)


def sent_in(told, case):
    with told.database.read() as session:
        form = told.services.engine.form(session, told.bundle(), "application")
    data = papers.application(form, case.file, BEGUN, "漳县示例产业集群", "示例产业", 2024)
    told.play.act(case, "fill_application", lambda blank: {**blank, **data})
    told.play.act(case, "approve_application", lambda _: papers.approval(case.file))


def test_a_check_of_a_long_form_shows_something_of_every_section_and_leads_to_all_of_it(told):
    item = told.item(told.case(BEGUN), "fill_application")
    clerk = told.client_of("county_clerk", BEGUN)
    summary = clerk.get(f"/tasks/{item}/check").text.partition("填报内容</h2>")[0]
    for section in ("集群基本情况", "八方面指标数据", "未来三年发展规划"):
        assert f">{section}</a>：" in summary
    assert "年度指标（2020）：请填写集群总产值" in summary or "年度指标（2020）：请填写相关生产" in summary
    page = clerk.get(f"/tasks/{item}/sections/profile?check=1").text
    assert "请填写集群概况。" in page


def test_the_button_says_what_the_diagram_writes_on_it(told):
    page = page_of(told, told.case(BEGUN), "fill_application", "county_clerk", BEGUN)
    assert 'value="submit">提交县级负责人审核</button>' in page
