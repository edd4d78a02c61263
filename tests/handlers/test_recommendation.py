"""The city's letter (art. 14): ranks, quota, reasons; then the province's formal check and re-review."""

from datetime import date

import pytest

from clusters.applications import reviews
from clusters.batches import recommendations
from tests.handlers.stage import BATCH, FILE, recommend
from tests.handlers.test_filing import SEVENTY, refusal, said

# The same rules run on both databases; the walk and the decision go through every query on each.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def two_signed(stage):
    """Two signed cases of one city."""
    stage.open_batch()
    first, second = stage.case(), stage.case("621123")
    stage.on("2024-06-05")
    return first.signed(), second.signed()


@pytest.fixture
def steps(request, steps):
    return two_signed if "two" in request.fixturenames else steps


@pytest.fixture
def two(scene):
    return scene[1]


def row(case, rank=None, recommended=True, reason=""):
    return {"case_no": case.no, "recommend": recommended, "rank": rank, "reason": reason}


def letter(stage, *rows, **changes):
    return recommend(stage, "621100", *rows, **changes)


def test_recommended_and_left_out_cases_learn_it_by_message(stage, two):
    letter(stage, row(two[0], 1), row(two[1], recommended=False, reason="名额有限"))
    assert stage.told.names() == [("recommended", two[0].no), ("not_recommended", two[1].no)]
    two[1].call("close_not_recommended")
    assert (two[1].row.status, two[1].row.outcome_reason) == ("not_recommended", "名额有限")
    assert "推荐" in stage.told.to("prov_clerk", "620000")


@pytest.mark.article("第十四条")
def test_after_the_closing_day_nobody_is_recommended_but_each_is_still_told_why(stage, two):
    stage.on("2024-09-02")
    late = refusal(letter, stage, row(two[0], 1), row(two[1], recommended=False, reason="名额有限"))
    assert said(late, "推荐截止日", "第十四条")
    letter(stage, *(row(case, recommended=False, reason="逾期未审议") for case in two))
    assert stage.told.names() == [("not_recommended", case.no) for case in two]


@pytest.mark.article("第十四条")
def test_a_rank_is_given_once_in_a_letter(stage, two):
    assert said(refusal(letter, stage, row(two[0], 1), row(two[1], 1)), "排序1重复", "第十四条")


def test_a_rank_is_given_once_in_batch_and_city_across_letters(stage):
    stage.open_batch()
    stage.case().recommended(rank=1)
    later = stage.case("621123").signed()
    assert said(refusal(letter, stage, row(later, 1)), "排序1重复")
    letter(stage, row(later, 2))


def test_two_cities_use_the_same_ranks(stage):
    stage.open_batch()
    stage.case("621122").recommended(rank=1)
    stage.case("620122").recommended(rank=1)


@pytest.mark.parametrize("rank", [None, 0, -1])
def test_a_recommended_case_has_a_positive_rank(stage, two, rank):
    left_out = row(two[1], recommended=False, reason="名额有限")
    assert said(refusal(letter, stage, row(two[0], rank), left_out), "正整数")


def test_leaving_a_case_out_needs_a_reason(stage, two):
    found = refusal(letter, stage, row(two[0], 1), row(two[1], recommended=False))
    assert said(found, "写明理由", "第十四条")


def test_a_signed_case_cannot_be_passed_over_in_silence(stage, two):
    assert said(refusal(letter, stage, row(two[0], 1)), two[1].no, "第十四条")


@pytest.mark.article("第十四条")
def test_a_case_that_does_not_meet_the_standard_cannot_be_recommended(stage):
    stage.open_batch()
    case = stage.case()
    case.fill(leading_output=SEVENTY)
    case.submit(confirm_failing=True)
    case.accept()
    stage.on("2024-06-05")
    case.inspect()
    case.review(meets_standard=False, recommend=False, not_recommend_reason="占比不足")
    case.sign()
    assert said(refusal(letter, stage, row(case, 1)), "不能推荐", "第十四条")


def test_an_unsigned_or_returned_opinion_cannot_be_recommended(stage):
    stage.open_batch()
    case = stage.case().inspected()
    case.review()
    assert said(refusal(letter, stage, row(case, 1)), "不能推荐")
    case.sign(decision="return")
    assert said(refusal(letter, stage, row(case, 1)), "不能推荐")
    case.sign()
    case.review()
    assert said(refusal(letter, stage, row(case, 1)), "不能推荐")


def test_another_citys_case_cannot_be_recommended(stage, two):
    assert said(refusal(recommend, stage, "620100", row(two[0], 1)), "不是本市州")


def test_a_quota_of_one_refuses_two_and_takes_one(stage):
    stage.open_batch(city_quota=1)
    first, second = stage.case().signed(), stage.case("621123").signed()
    assert said(refusal(letter, stage, row(first, 1), row(second, 2)), "超过", "第十四条")
    letter(stage, row(first, 1), row(second, recommended=False, reason="名额有限"))


def test_earlier_letters_count_in_the_quota(stage):
    stage.open_batch(city_quota=1)
    stage.case().recommended(rank=1)
    assert said(refusal(letter, stage, row(stage.case("621123").signed(), 2)), "超过")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"letter_no": " "}, "文号"),
        ({"letter_file": []}, "推荐函"),
        ({"undertaking": False}, "真实性承诺"),
        ({"letter_date": "2024-06-06"}, "不能晚于今天"),
    ],
)
def test_the_letter_is_complete(stage, two, changes, words):
    assert said(refusal(letter, stage, row(two[0], 1), row(two[1], 2), **changes), words)


def test_a_letter_number_is_used_once(stage):
    stage.open_batch()
    stage.case().recommended()
    again = row(stage.case("621123").signed(), 2)
    assert said(refusal(letter, stage, again, letter_no="示例荐〔2024〕1号"), "已经用过")


@pytest.mark.parametrize(("day", "refused"), [("2024-08-30", False), ("2024-08-31", True)])
def test_the_letter_comes_by_the_closing_day(stage, two, day, refused):
    stage.on(day)
    rows = (row(two[0], 1), row(two[1], 2))
    if refused:
        assert said(refusal(letter, stage, *rows), "2024年8月30日", "第十四条")
    else:
        letter(stage, *rows)


def test_a_withdrawn_case_drops_out_of_the_list(stage, two):
    two[1].call("withdraw")
    assert said(refusal(letter, stage, row(two[0], 1), row(two[1], 2)), two[1].no)
    letter(stage, row(two[0], 1))


def test_opening_a_recommendation_tells_the_citys_leader_the_closing_day(stage):
    stage.open_batch()
    instance = stage.instance(f"{BATCH}/621100", "recommendation", "621100")
    result = stage.call("designation.open_recommendation", instance)
    assert result == {"recommend_due": date(2024, 8, 30)}
    assert "2024年8月30日" in stage.told.to("city_leader", "621100")


# --- the province -------------------------------------------------------------------------------


@pytest.fixture
def case(stage):
    stage.open_batch()
    return stage.case().recommended()


@pytest.mark.article("第四条")
@pytest.mark.parametrize("person", ["cc", "mc", "ml", "mi2"])
def test_nobody_of_county_or_city_checks_the_own_case_again(case, person):
    assert said(refusal(case.formal, by=person), "回避", "第四条")


@pytest.mark.parametrize("result", ["return", "fail"])
def test_a_returned_or_failed_formal_check_has_a_reason(case, result):
    assert said(refusal(case.formal, formal_result=result), "理由", "第十五条")


def test_a_failed_formal_check_ends_the_case_and_tells_why(stage, case):
    case.formal(formal_result="fail", formal_note="推荐函未盖章")
    case.call("fail_formal_check")
    assert case.row.status == "failed_formal_check"
    assert "未盖章" in stage.told.to("county_clerk", "621122")
    assert "未盖章" in stage.told.to("city_clerk", "621100")


def test_a_case_sent_back_frees_its_rank_and_is_recommended_anew(stage, case):
    case.formal(formal_result="return", formal_note="初审意见漏页")
    with stage.reading() as session:
        assert recommendations.standing(session, BATCH) == []
    case.review()
    case.sign()
    letter(stage, row(case, 1))
    assert case.row.status == "recommended"


@pytest.mark.article("第十五条")
def test_no_exemption_from_inspection_without_a_recorded_sampling_plan(case):
    found = refusal(case.formal, onsite_exempt=True)
    assert {p.path for p in found} == {"sampling_plan_no", "sampling_plan_file"}
    case.formal(onsite_exempt=True, sampling_plan_no="示例抽样〔2024〕1号", sampling_plan_file=FILE)
    case.re_review()


@pytest.mark.article("第十五条")
def test_without_inspection_or_plan_there_is_no_re_review(case):
    case.formal()
    assert said(refusal(case.re_review), "没有省级实地抽查记录", "第十五条")


def inspected_by_province(case, **changes):
    case.formal()
    case.inspect("province", by="pi1", also=("pi2",), **changes)
    return case


def test_city_inspectors_do_not_inspect_for_the_province(case):
    case.formal()
    assert said(refusal(case.inspect, "province", by="mi1", also=("pi2",)), "回避")


@pytest.mark.article("第十五条")
def test_qualified_is_refused_while_a_hard_criterion_fails_on_corrected_data(case):
    inspected_by_province(case)
    cut = {"field": "indicators.3.leading_output", "from": "226000.00", "to": SEVENTY, "reason": "核减"}
    found = refusal(case.re_review, data_corrections=[cut])
    assert said(found, "C1.8", "附件一")
    case.re_review(data_corrections=[cut], result="unqualified", result_reason="主导产业占比不足")


def test_an_inspection_that_contradicts_the_data_cannot_be_qualified(case):
    inspected_by_province(case, conclusion="inconsistent")
    assert said(refusal(case.re_review), "与申报不符", "第十五条")
    case.re_review(result="unqualified", result_reason="现场与申报不符")


def test_unqualified_needs_a_reason(case):
    inspected_by_province(case)
    assert said(refusal(case.re_review, result="unqualified"), "理由", "第十五条")


def test_a_recused_expert_gives_no_score(case):
    inspected_by_province(case)
    scores = [{"expert": "专家甲", "recused": True, "score": "90"}]
    assert said(refusal(case.re_review, expert_scores=scores), "回避", "第十五条")
    case.re_review(expert_scores=[{"expert": "专家甲", "recused": True, "score": None}])


def test_the_city_clerk_cannot_re_review(case):
    inspected_by_province(case)
    assert said(refusal(case.re_review, by="mc"), "回避")


def test_the_signed_conclusion_becomes_the_standing(case):
    inspected_by_province(case)
    case.re_review(result="unqualified", result_reason="研发投入不实")
    case.re_review()
    case.call("close_re_review")
    assert case.row.status == "qualified"


@pytest.mark.parametrize(
    ("scores", "mean"), [(["90", "85.5"], "87.75"), (["80", "80", "81"], "80.33"), ([], None)]
)
def test_the_mean_of_the_experts_who_scored_stands_before_the_meeting(stage, case, scores, mean):
    rows = [{"expert": f"专家{n}", "recused": False, "score": score} for n, score in enumerate(scores)]
    rows.append({"expert": "回避的专家", "recused": True, "score": None})
    inspected_by_province(case)
    case.re_review(expert_scores=rows)
    with stage.reading() as session:
        assert reviews.latest(session, case.no, "province").score == mean
