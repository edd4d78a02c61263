"""Every way through processes/reexamination.bpmn leads where articles 16 and 19 say."""

from datetime import date
from pathlib import Path

import pytest

from engine.bpmn.parser import ParsedBundle, parse_bundle
from engine.calendar import Calendar
from tests.support.walk import Desk, Walk

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
TERMS = {
    "acceptance": 5, "correction": 10, "decision": 10, "preliminary_review": 15, "re_review": 20,
    "reexamination_window": 180,
}  # fmt: skip
STARTED = {"cluster_no": "GS-JQ-2022-001", "term_no": 1, "valid_to": "2025-09-10"}

pytestmark = pytest.mark.article("第十六条")


@pytest.fixture(scope="module")
def bundle() -> ParsedBundle:
    return parse_bundle((PROCESSES / "reexamination.bpmn").read_text("utf-8"))


@pytest.fixture
def desk() -> Desk:
    found = Desk(date(2025, 4, 1), Calendar.load(PROCESSES / "calendars" / "cn.toml"), TERMS)
    found.topics = {
        "reexamination.prepare": {"batch_open": True, "valid_to": "2025-09-10"},
        "reexamination.open_case": {"apply_due": "2025-09-30", "fill_due": "2025-09-30"},
        "reexamination.submit": {"onsite_done": False},
        "reexamination.check_city": {"city_result": "opinion", "fill_due": "2025-09-30"},
        "reexamination.review": {"wants_notice": True},
        "reexamination.publish_notice": {"notice_last_day": "2025-10-20"},
        "reexamination.close_notice": {"held_back": False, "decide_from": "2025-10-20"},
        "reexamination.conclude": {"conclusion": "pass"},
    }
    return found


@pytest.fixture
def case(bundle: ParsedBundle, desk: Desk) -> Walk:
    return Walk(bundle, "reexamination", desk, STARTED, message="reexam_batch_opened")


def fire(case: Walk, element: str) -> Walk:
    (timer,) = [t for t in case.run.waiting_timers() if t.element == element]
    case.run.fire(timer.task_id, timer.element)
    return case


def waits(case: Walk) -> dict[str, str]:
    return {t.element: str(t.due["on"]) for t in case.run.waiting_timers()}


def applied(case: Walk) -> Walk:
    return case.do("fill_reexamination").do("approve_reexamination", decision="approve")


def signed(case: Walk) -> Walk:
    applied(case).do("reexam_onsite_check").do("city_reexam_check")
    return case.do("sign_reexam_opinion", decision="agree")


def test_the_countys_task_begins_with_the_batch(bundle: ParsedBundle, desk: Desk) -> None:
    desk.topics["reexamination.prepare"] = {"batch_open": False, "valid_to": "2025-09-10"}
    start = next(iter(bundle.models["reexamination"].armed_starts))
    assert (start.for_each, start.occurrence, start.key) == ("designated_clusters", "term", "FH")
    assert desk.evaluate(str(start.timer), STARTED) == "2025-03-14"
    case = Walk(bundle, "reexamination", desk, STARTED, message="reexam_batch_opened")
    assert (case.open, waits(case)) == (set(), {"term_ended": "2025-09-11"})
    assert case.hear("reexam_batch_opened").open == {"fill_reexamination"}
    assert case.due_on("fill_reexamination") == "2025-09-30"


def test_from_the_batch_to_the_conclusion(case: Walk) -> None:
    fire(signed(case).do("review_reexamination").do("publish_reexam_notice"), "reexam_notice_over")
    case.do("decide_reexamination")
    assert case.outcome == "reexam_concluded"


def test_the_notice_runs_to_the_end_of_its_last_day(case: Walk) -> None:
    signed(case).do("review_reexamination").do("publish_reexam_notice")
    assert waits(case)["reexam_notice_over"] == "2025-10-21"


def published(case: Walk) -> Walk:
    return fire(signed(case).do("review_reexamination").do("publish_reexam_notice"), "reexam_notice_over")


@pytest.mark.article("第十五条")
def test_an_open_objection_holds_the_decision_back_until_it_is_closed(case: Walk, desk: Desk) -> None:
    desk.topics["reexamination.close_notice"] = {"held_back": True, "decide_from": "2025-10-20"}
    assert published(case).open == set()
    assert case.hear("objection_closed").open == set()  # another one is open still
    desk.topics["reexamination.close_notice"] = {"held_back": False, "decide_from": "2025-11-10"}
    assert case.hear("objection_closed").open == {"decide_reexamination"}
    assert case.due_on("decide_reexamination") == "2025-11-24"


@pytest.mark.article("第十五条")
def test_the_decision_is_due_from_the_day_on_which_the_notice_really_ended(case: Walk) -> None:
    assert published(case).due_on("decide_reexamination") == "2025-11-03"


def test_without_a_notice_the_leader_decides_at_once(case: Walk, desk: Desk) -> None:
    desk.topics["reexamination.review"] = {"wants_notice": False}
    assert signed(case).do("review_reexamination").open == {"decide_reexamination"}


def test_the_end_of_the_term_and_of_the_period_end_nothing(case: Walk, desk: Desk) -> None:
    assert waits(case) == {"term_ended": "2025-09-11", "application_overdue": "2025-10-09"}
    fire(fire(case, "term_ended"), "application_overdue")
    assert desk.called[-2:] == ["reexamination.end_term", "reexamination.check_overdue"]
    assert case.open == {"fill_reexamination"}


def test_returned_papers_come_back_to_the_city_without_another_inspection(case: Walk, desk: Desk) -> None:
    applied(case).do("reexam_onsite_check")
    desk.topics["reexamination.check_city"] = {"city_result": "return", "fill_due": "2025-10-15"}
    assert case.do("city_reexam_check").open == {"fill_reexamination"}
    desk.topics["reexamination.submit"] = {"onsite_done": True}
    assert applied(case).open == {"city_reexam_check"}


@pytest.mark.parametrize(
    ("steps", "task", "back"),
    [(("fill_reexamination",), "approve_reexamination", "fill_reexamination"),
     (("fill_reexamination", "approve", "reexam_onsite_check", "city_reexam_check"), "sign_reexam_opinion",
      "city_reexam_check")],
)  # fmt: skip
def test_whoever_signs_may_send_it_back(case: Walk, steps: tuple[str, ...], task: str, back: str) -> None:
    for step in steps:
        if step == "approve":
            case.do("approve_reexamination", decision="approve")
        else:
            case.do(step)
    assert case.do(task, decision="return").open == {back}


@pytest.mark.article("第十九条")
def test_a_lost_title_ends_the_case_wherever_it_is(case: Walk) -> None:
    assert applied(case).hear("title_lost").outcome == "reexam_overtaken"


@pytest.mark.article("第二十一条")
def test_a_batch_is_opened_by_a_person(bundle: ParsedBundle, desk: Desk) -> None:
    batch = Walk(bundle, "reexamination_batch", desk, {})
    assert batch.do("open_reexam_batch").outcome == "reexam_batch_open"
