"""The decision (art. 15–16): the day after the notice, once only, with a document."""

from datetime import date

import pytest

from clusters.notices import notices
from clusters.register import register
from tests.handlers.objecting import in_notice, opened, published
from tests.handlers.stage import BATCH, CALENDAR
from tests.handlers.test_filing import refusal, said


@pytest.fixture
def steps(request):
    return published if "case" in request.fixturenames else opened


@pytest.fixture
def batch(scene):
    return scene[1][0]


@pytest.fixture
def case(scene):
    return scene[1][1]


# --- the day ------------------------------------------------------------------------------------


@pytest.mark.article("第十五条")
def test_no_decision_on_the_last_day_and_one_on_the_first_working_day_after(stage, batch, case):
    stage.on("2024-09-09", "23:59")
    assert said(refusal(batch.decide), "2024年9月10日", "第十五条")
    stage.on("2024-09-10", "00:00")
    assert batch.decide() == {"held_back": False}


@pytest.mark.article("第十五条")
def test_a_decision_is_dated_neither_before_the_notice_ended_nor_ahead(stage, batch, case):
    stage.on("2024-09-12")
    assert said(refusal(batch.decide, decision_date="2024-09-09"), "不能早于", "第十五条")
    assert said(refusal(batch.decide, decision_date="2024-09-13"), "不能晚于今天", "第十五条")
    batch.decide(decision_date="2024-09-10")


def test_an_outage_moves_the_first_day_of_the_decision(stage, batch, case):
    stage.on("2024-09-09")
    with stage.database.write() as session:
        found = notices.of_batch(session, BATCH)
        day = date(2024, 9, 5)
        notices.interrupt(session, found.no, day, day, "门户中断", CALENDAR, "pc", stage.now)
    stage.on("2024-09-10")
    assert said(refusal(batch.decide), "2024年9月11日", "第十五条")


@pytest.mark.parametrize("missing", ["decision_no", "decision_date", "decision_file", "evidence_end_file"])
def test_the_decision_is_a_document(stage, batch, case, missing):
    stage.on("2024-09-10")
    found = refusal(batch.decide, **{missing: ""})
    assert [(p.path, p.article) for p in found] == [(missing, "第十五条")]


def test_a_list_changed_behind_the_notice_is_not_decided_upon(stage, batch, case):
    with stage.database.write() as session:
        notices.of_batch(session, BATCH).items[0].cluster_name = "另一个集群"
    stage.on("2024-09-10")
    assert said(refusal(batch.decide), "与发布时不一致", "第十五条")


@pytest.mark.article("附件序言")
def test_the_departments_are_asked_once_more_between_notice_and_decision(stage, batch, case):
    stage.on("2024-09-10")
    asked = {"recheck_on": "2024-09-10", "recheck_clean": True}
    assert said(refusal(batch.decide, **asked | {"recheck_on": None}), "请填写认定前部门复核的日期")
    assert said(refusal(batch.decide, **asked | {"recheck_on": "2024-09-01"}), "公示发布以后", "附件序言")
    found = refusal(batch.decide, **asked | {"recheck_clean": False})
    assert said(found, "登记异议，该集群单独暂缓", "附件序言")
    assert batch.decide(**asked) == {"held_back": False}


# --- the register -------------------------------------------------------------------------------


def cluster_of(stage, case):
    with stage.reading() as session:
        return register.of_case(session, case.no)


@pytest.mark.article("第十六条")
def test_the_term_runs_three_years_to_the_same_day(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide()
    found = cluster_of(stage, case)
    assert (found.valid_from, found.valid_to, found.term_no) == (date(2024, 9, 10), date(2027, 9, 10), 1)
    assert register.holds_title(found, date(2027, 9, 10))
    assert not register.holds_title(found, date(2027, 9, 11))
    assert register.status_label(found, date(2027, 9, 11)) == "有效期已届满"


def test_an_explicit_term_is_taken_over(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide(validity_policy="EXPLICIT", valid_to="2027-12-31")
    assert cluster_of(stage, case).valid_to == date(2027, 12, 31)


def test_the_baseline_is_frozen_with_its_hash(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide()
    found = cluster_of(stage, case)
    assert set(found.baseline) == {"industry", "boundary", "operator", "plan"}
    assert found.baseline["boundary"]["area_km2"] == "86.5000"
    assert len(found.baseline["plan"]["plan_targets"]) >= 7
    assert found.baseline_hash == register.baseline_hash(found.baseline)


def test_cluster_numbers_follow_the_list(stage, batch):
    cases = in_notice(stage, batch, "621122", "620122")
    stage.on("2024-09-10")
    batch.decide()
    assert [cluster_of(stage, c).cluster_no for c in cases] == ["GS-JQ-2024-001", "GS-JQ-2024-002"]


@pytest.mark.article("第十五条")
def test_a_cluster_is_designated_once(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide()
    assert said(refusal(batch.decide, decision_no="示例认定〔2024〕6号"), "均已认定", "第十五条")


def test_a_designated_cluster_cannot_apply_again_under_its_name(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide()
    stage.open_batch(
        "GSPC-2024-02", open_on="2024-09-10", county_due="2024-10-10", recommend_due="2024-11-29"
    )
    again = stage.case(batch="GSPC-2024-02")
    found = refusal(again.fill, cluster_name=case.name)
    assert said(found, "GS-JQ-2024-001", "第十三条")


def test_the_register_is_searched_by_place_name_and_number(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide()
    with stage.reading() as session:
        assert len(register.search(session, city_code="621100")) == 1
        assert register.search(session, city_code="620100") == []
        assert len(register.search(session, words=case.name[:6])) == 1
        assert len(register.search(session, words="GS-JQ-2024-001")) == 1
        assert register.search(session, words="%") == []
        assert register.standing_count(session) == 1
