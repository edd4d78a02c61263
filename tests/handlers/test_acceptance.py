"""Acceptance (art. 14): complete files only, all defects at once, by somebody else; binds the rule."""

from dataclasses import dataclass
from datetime import date

import pytest

from clusters.applications import correction_rounds
from clusters.batches import batches, continuations, rules
from engine.errors import Refused
from tests.handlers.stage import FILE
from tests.handlers.test_filing import refusal, said

# The same rules run on both databases; the walk and the decision go through every query on each.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DEFECT = {"field": "enterprises", "content": "补充名单证明"}


def submitted(stage):
    stage.open_batch()
    return stage.case().submitted()


@pytest.fixture
def steps(request, steps):
    return submitted if "case" in request.fixturenames else steps


@pytest.fixture
def case(scene):
    return scene[1]


def returned(case, *items, **changes):
    return case.handle("return_for_correction", decision="correct", correction_items=list(items), **changes)


def answered(case, number=1, **changes):
    """The county mends something, answers every item, has it sealed anew and sends it in."""
    answers = [{"no": n, "answer": "已补"} for n in range(1, number + 1)]
    case.fill(answers=answers, **changes)
    case.submit(seal_scan=[{**FILE[0], "sha256": f"{case.row.correction_round:064d}"}])


def test_an_incomplete_file_is_not_accepted(case):
    rows = [{"item": "申报书", "ok": True}, {"item": "规划", "ok": False}]
    assert said(refusal(case.accept, completeness_checklist=rows), "规划", "第十四条")
    assert said(refusal(case.accept, completeness_checklist=[]), "逐项核对")


def test_filling_in_is_due_with_the_batch_as_extended_and_then_with_the_correction(stage, case):
    def due():
        return case.call("set_fill_due")["fill_due"]

    assert due() == date(2024, 6, 28)
    with stage.database.write() as session:
        days = date(2024, 7, 12), date(2024, 9, 13)
        batches.extend(session, case.row.batch_key, "示例延〔2024〕1号", "汛期", *days, "pc", stage.now)
    assert due() == date(2024, 7, 12)
    returned(case, DEFECT)
    assert due() == date(2024, 6, 3)
    prefilled = stage.case(batch=None)
    assert prefilled.call("set_fill_due") == {"fill_due": None}


@pytest.mark.parametrize("person", ["cc", "cl"])
def test_the_applicants_own_people_cannot_accept(case, person):
    assert said(refusal(case.accept, by=person), "回避", "第四条")


def test_acceptance_fixes_the_rule_and_the_time(stage, case):
    case.accept()
    assert stage.told.rules == ["gs-2023"]
    assert (case.row.rule_version, case.row.accepted_at) == ("gs-2023", stage.now)


@pytest.mark.article("第二十一条")
def test_after_the_lapse_a_case_is_accepted_only_by_continuation(stage):
    stage.on("2026-01-12").open_batch(
        "GSPC-2026-01", open_on="2026-01-12", county_due="2026-03-02", recommend_due="2026-04-01"
    )
    case = stage.case(batch="GSPC-2026-01")
    rows = case.content()["indicators"]
    for row in rows:
        row["year"] += 2
    case.fill(indicators=rows, plan_start_year=2026, plan_end_year=2028)
    case.submit(confirm_failing=True)
    assert standing(stage) == Standing(False, 0, 1)
    stage.on("2026-01-17")
    assert said(refusal(case.accept), "延续执行", "第二十一条")
    assert standing(stage) == Standing(True, 0, 1)
    with stage.database.write() as session:
        continuations.record(session, "GSPC-2026-01", "示例延续〔2026〕1号", FILE, stage.today)
    case.accept()
    assert standing(stage) is None


@dataclass
class Standing:
    has_lapsed: bool
    filling: int
    waiting: int


def standing(stage):
    with stage.reading() as session:
        found = continuations.lapse(session, batches.get(session, "GSPC-2026-01"), stage.today)
    return found and Standing(found.has_lapsed, found.filling, found.waiting)


@pytest.mark.article("第二十一条")
def test_a_continuation_recorded_for_all_carries_the_batch_without_a_document_of_its_own(stage):
    stage.on("2026-01-12").open_batch(
        "GSPC-2026-01", open_on="2026-01-12", county_due="2026-03-02", recommend_due="2026-04-01"
    )
    with stage.database.write() as session:
        rules.record_continuation(
            session, "gs-2023", "示例延续〔2026〕1号", date(2026, 1, 15), date(2026, 1, 17),
            date(2026, 12, 31), FILE, "pc", stage.now,
        )  # fmt: skip
    stage.on("2026-01-17")
    assert standing(stage) is None
    with stage.database.write() as session, pytest.raises(Refused, match="无需登记"):
        continuations.record(session, "GSPC-2026-01", "示例延续〔2026〕2号", FILE, stage.today)


def test_a_correction_is_due_after_ten_working_days(stage, case):
    """Day 0 is the day of the notice; 8 and 9 June lie in between, 10 June is a holiday."""
    stage.on("2024-05-31")
    assert returned(case, DEFECT) == {"fill_due": date(2024, 6, 17)}
    assert "2024年6月17日" in stage.told.to("county_clerk", "621122")
    with stage.reading() as session:
        (item,) = correction_rounds.items_of(session, case.no)
    assert sum(day["counted"] for day in item.due_trace["trace"]) == 10


def test_a_list_of_defects_is_not_empty_and_names_field_and_content(case):
    assert said(refusal(returned, case), "一次性", "第十四条")
    assert said(refusal(returned, case, {"field": "enterprises", "content": " "}), "栏目和内容")


def test_the_county_answers_item_by_item(case):
    returned(case, DEFECT, {"field": "plan_file", "content": "规划缺页"})
    found = refusal(case.fill, answers=[{"no": 1, "answer": "已补"}])
    assert said(found, "第2项尚未答复", "第十四条")
    answered(case, 2)
    assert case.row.status == "submitted"


@pytest.mark.article("第十四条")
def test_a_second_list_of_what_was_visible_at_first_needs_a_reason(case):
    returned(case, DEFECT)
    answered(case)
    visible = {"field": "overview", "content": "概况太简略"}
    assert said(refusal(returned, case, visible), "overview", "第十四条")
    returned(case, visible, second_list_reason="初次审查遗漏，一并告知")


def test_what_changed_or_was_listed_before_may_be_listed_again(case):
    returned(case, DEFECT)
    answered(case, overview="改写后的概况" * 60)
    returned(case, DEFECT, {"field": "overview", "content": "字数不符"})


def test_the_city_sees_what_the_county_changed(stage, case):
    returned(case, DEFECT)
    answered(case, overview="改写后的概况" * 60)
    with stage.reading() as session:
        (round_one,) = correction_rounds.rounds(session, case.row)
    assert [d.path for d in round_one.changes if d.path != "correction_answers.0"] == ["overview"]
    assert round_one.items[0].answer == "已补"


def test_thirty_returns_of_one_application_leave_it_whole(case):
    for _ in range(30):
        returned(case, DEFECT)
        answered(case)
    assert case.row.correction_round == 30
    case.accept()


def test_a_refusal_needs_ground_and_reason(case):
    assert said(refusal(case.handle, "refuse", decision="refuse", refuse_reason="重复"), "情形")
    found = refusal(case.handle, "refuse", decision="refuse", refuse_ground="duplicate")
    assert said(found, "理由")
    case.handle("refuse", decision="refuse", refuse_ground="duplicate", refuse_reason="与某集群相同")
    assert (case.row.status, case.row.outcome_reason) == ("refused", "重复申报：与某集群相同")


def test_an_adverse_end_without_reason_is_refused(case):
    from clusters.applications import applications

    with pytest.raises(Refused, match="理由"):
        applications.close(case.row, "not_selected", " ")
