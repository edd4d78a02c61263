"""On-site check and preliminary review (art. 14): no favourable word against the facts."""

import pytest

from clusters.applications import applications, assessment, data_corrections, onsite, random_draw
from engine.errors import NotAllowed
from tests.handlers.test_filing import SEVENTY, refusal, said

# The same rules run on both databases; the walk and the decision go through every query on each.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def accepted(stage):
    stage.open_batch()
    found = stage.case().accepted()
    stage.on("2024-06-05")
    return found


@pytest.fixture
def steps(request, steps):
    return accepted if "case" in request.fixturenames else steps


@pytest.fixture
def case(scene):
    return scene[1]


@pytest.fixture
def inspected(case):
    case.inspect()
    return case


def changed(case, criterion, **row):
    """The reviewer's table with one row changed."""
    rows = [r for r in case.judgments() if r["criterion_id"] != criterion]
    return [*rows, {"criterion_id": criterion, **row}]


# --- on site ------------------------------------------------------------------------------------


@pytest.mark.article("第十四条")
def test_one_inspector_is_not_an_inspection(case):
    assert said(refusal(case.inspect, team=[{"name": "甲", "org": "市局"}]), "不少于2人", "第十四条")


def test_the_same_name_twice_is_one_inspector(case):
    team = [{"name": "甲", "org": "市局"}, {"name": " 甲", "org": "市局"}]
    assert said(refusal(case.inspect, team=team), "不少于2人")


def test_inspectors_do_not_come_from_the_applicant(case):
    team = [{"name": "甲", "org": "市局"}, {"name": "乙", "org": "定西市陇西县工业和信息化局"}]
    assert said(refusal(case.inspect, team=team), "申报单位")


def test_somebody_who_filled_in_the_application_cannot_agree_to_the_record(case):
    assert said(refusal(case.inspect, by="mi1", also=("cc",)), "回避")


def test_two_sites_are_too_few_and_three_are_enough(case):
    codes = [row["uscc"] for row in case.content()["enterprises"]]
    sites = [{"uscc": code, "name": "示例"} for code in codes]
    assert said(refusal(case.inspect, sites=sites[:2]), "不少于3户")
    case.inspect(sites=sites[:3])


def test_a_full_check_visits_every_enterprise_that_counts(case):
    found = refusal(case.inspect, sampling_method="full")
    assert said(found, f"不少于{len(case.content()['enterprises'])}户")


def test_a_site_outside_the_roster_is_refused(case):
    sites = [{"uscc": "91620102MA73A0015A", "name": "外县企业"}]
    assert said(refusal(case.inspect, sites=sites), "不在企业名单")


def test_an_inspection_cannot_be_dated_tomorrow(case):
    assert said(refusal(case.inspect, check_date_to="2024-06-06"), "不能晚于今天")
    case.inspect(check_date_to="2024-06-05")


def test_the_inspected_unit_signs_or_its_refusal_is_recorded(case):
    assert said(refusal(case.inspect, county_confirm=[]), "签字确认")
    case.inspect(county_confirm=[], county_confirm_refused="拒签：对产值有异议")


def test_a_random_sample_is_drawn_by_the_system_once_and_can_be_drawn_again_by_anybody(stage, case):
    assert said(refusal(case.inspect, sampling_method="random"), "先抽取样本")
    draws = [drawn(stage, case) for _ in range(2)]
    assert draws[0].seed == draws[1].seed
    assert random_draw.is_reproducible(draws[0].population, draws[0].drawn, draws[0].seed)
    left_out = [code for code in draws[0].population if code not in draws[0].drawn][:3]
    sites = [{"uscc": code} for code in left_out]
    assert said(refusal(case.inspect, sampling_method="random", sites=sites), "抽中的企业")
    case.inspect(sampling_method="random", sites=[{"uscc": code} for code in draws[0].drawn])


def drawn(stage, case):
    with stage.database.write() as session:
        standard = assessment.binding_standard(session, case.row, stage.today)
        return onsite.draw_sample(session, case.instance, "city_onsite_check", standard, "mi1", stage.now)


@pytest.mark.article("第十九条")
def test_false_data_found_on_site_ends_the_case_with_its_reason(stage, case):
    case.inspect(conclusion="false_suspected", problems=[{"desc": "企业已停产三年", "severity": "serious"}])
    assert case.call("weigh_onsite_check") == {"false_data": True}
    case.call("mark_ineligible")
    assert case.row.status == "ineligible"
    assert "停产三年" in stage.told.to("county_clerk", "621122")
    assert "停产三年" in stage.told.to("prov_clerk", "620000")


# --- the opinion --------------------------------------------------------------------------------


def test_an_opinion_without_on_site_record_is_refused(case):
    assert said(refusal(case.review), "没有实地抽查记录", "第十四条")


@pytest.mark.article("附件一")
def test_meets_the_standard_is_refused_while_a_hard_criterion_fails(stage):
    stage.open_batch()
    case = stage.case()
    case.fill(leading_output=SEVENTY)
    case.submit(confirm_failing=True)
    case.accept()
    stage.on("2024-06-05")
    case.inspect()
    found = refusal(case.review)
    assert said(found, "C1.8", "附件一")
    override = changed(case, "C1.8", reviewer_result="pass", remark="四舍五入")
    assert said(refusal(case.review, criteria_results=override), "不能改结果", "附件一")
    result = case.review(meets_standard=False, recommend=False, not_recommend_reason="主导产业占比不足")
    assert result == {"recommendable": False}


def test_not_meeting_the_standard_cannot_be_recommended(inspected):
    rows = inspected.judgments(C7="fail")
    found = refusal(inspected.review, criteria_results=rows, meets_standard=False)
    assert said(found, "不能推荐", "第十四条")


def test_does_not_meet_the_standard_needs_a_criterion_that_fails(inspected):
    found = refusal(inspected.review, meets_standard=False, recommend=False, not_recommend_reason="名额有限")
    assert said(found, "各项指标均符合")
    assert inspected.review(recommend=False, not_recommend_reason="名额有限") == {"recommendable": False}


JUDGED = pytest.mark.parametrize(
    ("criterion", "annex"), [("C3.1", "附件三"), ("C3.2", "附件三"), ("C7", "附件七")]
)


@JUDGED
@pytest.mark.article("附件三")
@pytest.mark.article("附件七")
def test_every_judged_criterion_needs_the_reviewers_word(inspected, criterion, annex):
    rows = [r for r in inspected.judgments() if r["criterion_id"] != criterion]
    assert said(refusal(inspected.review, criteria_results=rows), criterion, annex)


def test_a_judgment_against_the_applicant_needs_a_remark(inspected):
    rows = changed(inspected, "C7", reviewer_result="fail", remark="")
    found = refusal(inspected.review, criteria_results=rows, meets_standard=False, recommend=False)
    assert said(found, "必须写明理由", "附件七")


def test_one_reviewer_is_too_few(inspected):
    assert said(refusal(inspected.review, reviewers=[{"name": "甲"}]), "不少于2人")


def test_not_recommending_needs_a_reason(inspected):
    assert said(refusal(inspected.review, recommend=False), "写明理由", "第十四条")


def test_an_inconsistent_inspection_cannot_lead_to_a_recommendation(stage, case):
    case.inspect(conclusion="inconsistent")
    assert said(refusal(case.review), "与申报不符", "第十四条")


def test_a_minor_difference_does_not_stand_in_the_way(case):
    case.inspect(conclusion="minor_difference")
    assert case.review() == {"recommendable": True}


def test_the_applicant_cannot_review_itself(inspected):
    assert said(refusal(inspected.review, by="cl"), "回避", "第四条")


def test_a_county_that_is_not_recommended_is_told_why(stage, inspected):
    inspected.review(recommend=False, not_recommend_reason="本批名额有限，择优推荐其他集群")
    inspected.sign()
    inspected.call("close_not_recommended")
    assert inspected.row.status == "not_recommended"
    assert "名额有限" in stage.told.to("county_leader", "621122")


# --- corrections of data --------------------------------------------------------------------------


def correction(to, reason="核实后核减", field="indicators.3.leading_output", was="226000.00"):
    return {"field": field, "from": was, "to": to, "reason": reason}


def test_a_correction_of_data_changes_the_verdict(inspected):
    found = refusal(inspected.review, data_corrections=[correction(SEVENTY)])
    assert said(found, "C1.8", "附件一")
    assert inspected.review(data_corrections=[correction("202300.01")]) == {"recommendable": True}


def test_corrections_need_a_reason_a_place_and_the_present_value(inspected):
    assert said(refusal(inspected.review, data_corrections=[correction("1.00", reason=" ")]), "理由")
    nowhere = correction("1.00", field="indicators.9.leading_output")
    assert said(refusal(inspected.review, data_corrections=[nowhere]), "没有“indicators.9")
    stale = correction("226001.00", was="225000.00")
    assert said(refusal(inspected.review, data_corrections=[stale]), "现值是226000.00")


@pytest.mark.parametrize("to", ["abc", "", "12,5x"])
def test_a_figure_is_corrected_by_a_figure(inspected, to):
    assert said(refusal(inspected.review, data_corrections=[correction(to)]), "应为数值")


def test_whole_tables_cannot_be_corrected(inspected):
    row = correction("[]", field="enterprises", was=None)
    assert said(refusal(inspected.review, data_corrections=[row]), "整表")


def test_the_county_sees_the_correction_and_may_answer(stage, inspected):
    inspected.review(data_corrections=[correction("225000.00")])
    assert "226000.00改为225000.00" in stage.told.to("county_clerk", "621122")
    (row,) = corrections(stage, inspected)
    with stage.database.write() as session:
        with pytest.raises(NotAllowed):
            data_corrections.answer(session, row.id, "不认可", "x", "621123", stage.now)
        data_corrections.answer(session, row.id, "认可", "cc", "621122", stage.now)
    assert corrections(stage, inspected)[0].answer == "认可"


def corrections(stage, case):
    with stage.reading() as session:
        return applications.corrections_of(session, case.row.submission_id)


def effective(stage, case):
    with stage.reading() as session:
        return applications.effective_application(session, case.instance)[0]


def test_the_submission_itself_is_never_changed(stage, inspected):
    inspected.review(data_corrections=[correction("225000.00")])
    with stage.reading() as session:
        submitted = applications.latest_submission(session, inspected.instance).data
    assert submitted["indicators"][3]["leading_output"] == "226000.00"
    assert effective(stage, inspected)["indicators"][3]["leading_output"] == "225000.00"


def test_a_repeated_review_appends_only_what_is_new(stage, inspected):
    inspected.review(data_corrections=[correction("225000.00")])
    both = [correction("225000.00"), correction("224000.00", was="225000.00")]
    inspected.review(data_corrections=both)
    inspected.review(data_corrections=both)
    assert [row.new for row in corrections(stage, inspected)] == ["225000.00", "224000.00"]


def test_a_correction_taken_off_the_list_is_reverted_by_a_further_row(stage, inspected):
    inspected.review(data_corrections=[correction("225000.00")])
    inspected.review(data_corrections=[])
    assert [row.new for row in corrections(stage, inspected)] == ["225000.00", "226000.00"]
    assert effective(stage, inspected)["indicators"][3]["leading_output"] == "226000.00"
