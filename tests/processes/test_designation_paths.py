"""Every way through processes/designation.bpmn leads where the rule says (art. 13 to 15)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from engine.bpmn.parser import ParsedBundle, parse_bundle
from engine.calendar import Calendar
from tests.support.walk import Desk, Walk

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
TERMS = {"acceptance": 5, "correction": 10, "preliminary_review": 20, "re_review": 30, "decision": 10}
TOPICS = {
    "designation.submit": {"batch_key": "GSPC-2024-01", "recommendation_key": "GSPC-2024-01/621100"},
    "designation.return_for_correction": {"fill_due": "2024-06-03"},
    "designation.weigh_onsite_check": {"false_data": False},
    "designation.check_review": {"recommendable": True},
    "designation.open_recommendation": {"recommend_due": "2024-07-31"},
    "designation.open_batch": {"recommend_due": "2024-07-31"},
    "notice.publish": {"notice_last_day": "2024-09-20"},
    "designation.decide": {"held_back": False},
}


@pytest.fixture(scope="module")
def bundle() -> ParsedBundle:
    return parse_bundle((PROCESSES / "designation.bpmn").read_text("utf-8"))


@pytest.fixture
def desk() -> Desk:
    found = Desk(date(2024, 5, 20), Calendar.load(PROCESSES / "calendars" / "cn.toml"), TERMS)
    found.topics = dict(TOPICS)
    return found


@pytest.fixture
def application(bundle: ParsedBundle, desk: Desk) -> Walk:
    return Walk(bundle, "designation", desk, {"fill_due": None})


@pytest.fixture
def batch(bundle: ParsedBundle, desk: Desk) -> Walk:
    return Walk(bundle, "designation_batch", desk, {})


# --- how far a case has come ------------------------------------------------------------------------


def submitted(case: Walk) -> Walk:
    return case.do("fill_application").do("approve_application", decision="approve")


def accepted(case: Walk) -> Walk:
    return submitted(case).do("accept_application", decision="accept")


def checked(case: Walk) -> Walk:
    return accepted(case).do("consult_departments").do("city_onsite_check")


def reported(case: Walk) -> Walk:
    return checked(case).do("preliminary_review").do("sign_review", decision="agree")


def recommended(case: Walk) -> Walk:
    return reported(case).hear("recommended")


def inspected(case: Walk) -> Walk:
    recommended(case).do("formal_check", formal_result="pass", onsite_exempt=False)
    return case.do("province_onsite_check")


def reviewed(case: Walk) -> Walk:
    return inspected(case).do("re_review").do("sign_re_review", decision="agree")


# --- the application --------------------------------------------------------------------------------


def test_the_main_path_leads_from_the_county_to_designation(application: Walk) -> None:
    reviewed(application).hear("designated")
    assert application.outcome == "cluster_designated"
    assert ("review_signed", "GSPC-2024-01/621100") in application.desk.sent


def test_the_leader_sends_the_application_back_to_the_clerk(application: Walk) -> None:
    application.do("fill_application").do("approve_application", decision="return")
    assert application.open == {"fill_application"}


def test_a_correction_comes_back_with_its_due_date_and_loses_it_when_submitted_again(
    application: Walk,
) -> None:
    submitted(application).do("accept_application", decision="correct")
    assert application.due_on("fill_application") == "2024-06-03"
    submitted(application)
    assert application.data("accept_application")["fill_due"] is None


def test_a_step_that_opens_again_is_due_by_the_date_as_it_is_then(application: Walk) -> None:
    """The batch was extended while the leader had the application."""
    application.do("fill_application")
    application.desk.topics["designation.set_fill_due"] = {"fill_due": "2024-07-12"}
    application.do("approve_application", decision="return")
    assert application.due_on("fill_application") == "2024-07-12"


def test_thirty_corrections_change_nothing_in_the_way_on(application: Walk) -> None:
    for _ in range(30):
        submitted(application).do("accept_application", decision="correct")
    accepted(application)
    assert application.open == {"consult_departments", "city_onsite_check"}


def test_a_refusal_needs_the_word_refuse(application: Walk) -> None:
    submitted(application).do("accept_application", decision="refuse")
    assert application.outcome == "application_refused"


def test_the_review_waits_for_both_the_departments_and_the_inspection(application: Walk) -> None:
    accepted(application).do("city_onsite_check")
    assert application.open == {"consult_departments"}
    application.do("consult_departments")
    assert application.open == {"preliminary_review"}


def test_false_data_found_on_site_end_the_application(application: Walk) -> None:
    application.desk.topics["designation.weigh_onsite_check"] = {"false_data": True}
    checked(application)
    assert application.outcome == "application_ineligible"


def test_an_unsigned_opinion_goes_back_to_the_reviewers(application: Walk) -> None:
    checked(application).do("preliminary_review").do("sign_review", decision="return")
    assert application.open == {"preliminary_review"}


def test_a_case_that_is_not_worth_recommending_ends_with_its_reason(application: Walk) -> None:
    application.desk.topics["designation.check_review"] = {"recommendable": False}
    reported(application)
    assert application.outcome == "application_not_recommended"
    assert "designation.close_not_recommended" in application.desk.called
    assert application.desk.sent == []


def test_the_city_may_leave_a_signed_case_out(application: Walk) -> None:
    reported(application).hear("not_recommended")
    assert application.outcome == "application_not_recommended_by_city"


def test_the_province_sends_a_case_back_to_the_city_and_it_is_reported_again(application: Walk) -> None:
    recommended(application).do("formal_check", formal_result="return", onsite_exempt=False)
    assert application.open == {"preliminary_review"}
    application.do("preliminary_review").do("sign_review", decision="agree").hear("recommended")
    assert application.open == {"formal_check"}
    assert [name for name, _ in application.desk.sent] == ["review_signed", "review_signed"]


def test_a_failed_formal_check_ends_the_application(application: Walk) -> None:
    recommended(application).do("formal_check", formal_result="fail", onsite_exempt=False)
    assert application.outcome == "application_failed_formal_check"


def test_only_a_sampling_plan_spares_a_case_the_inspection(application: Walk) -> None:
    recommended(application).do("formal_check", formal_result="pass", onsite_exempt=True)
    assert application.open == {"re_review"}


def test_an_unsigned_re_review_is_repeated(application: Walk) -> None:
    inspected(application).do("re_review").do("sign_re_review", decision="return")
    assert application.open == {"re_review"}


@pytest.mark.parametrize(
    ("message", "outcome"),
    [("not_selected", "application_not_selected"), ("removed_from_list", "removed_after_objection")],
)
def test_what_the_batch_decides_ends_the_application(application: Walk, message: str, outcome: str) -> None:
    assert reviewed(application).hear(message).outcome == outcome


@pytest.mark.parametrize(
    "stage",
    [submitted, accepted, checked, reported, recommended, inspected, reviewed],
    ids=lambda s: s.__name__,
)
def test_the_county_may_withdraw_at_any_stage(application: Walk, stage: Callable[[Walk], Walk]) -> None:
    assert stage(application).hear("withdraw").outcome == "application_withdrawn"
    assert application.open == set()


# --- recommendation and batch ---------------------------------------------------------------------------


def test_a_recommendation_starts_with_the_first_signed_opinion(bundle: ParsedBundle, desk: Desk) -> None:
    city = Walk(bundle, "recommendation", desk, {"batch_key": "GSPC-2024-01"}, "review_signed")
    assert city.due_on("recommend") == "2024-07-31"
    assert city.do("recommend").outcome == "cases_recommended"


def test_the_list_is_formed_on_the_day_after_recommendations_close(batch: Walk) -> None:
    batch.do("open_batch")
    assert batch.timer_on == "2024-08-01"
    assert batch.wait().open == {"selection"}


def test_the_decision_is_possible_on_the_day_after_the_notice_and_due_in_working_days(batch: Walk) -> None:
    batch.do("open_batch").wait().do("selection").do("publish_notice")
    assert batch.timer_on == "2024-09-21"
    assert (
        batch.wait().due_on("decide_designation") == "2024-10-10"
    )  # a make-up Sunday counts, the holiday does not
    assert batch.do("decide_designation").outcome == "batch_decided"


def test_the_decision_counts_from_the_last_day_of_a_prolonged_notice(batch: Walk) -> None:
    batch.do("open_batch").wait().do("selection").do("publish_notice")
    batch.desk.topics["notice.close"] = {"notice_last_day": "2024-09-24"}
    assert batch.wait().due_on("decide_designation") == "2024-10-12"


def test_a_cluster_held_back_is_decided_when_its_objection_is_closed(batch: Walk) -> None:
    batch.desk.topics["designation.decide"] = {"held_back": True}
    batch.do("open_batch").wait().do("selection").do("publish_notice").wait().do("decide_designation")
    assert batch.open == set()
    batch.desk.today = date(2024, 10, 21)
    assert batch.hear("objection_closed").open == {"decide_designation"}
    assert batch.due_on("decide_designation") == "2024-11-04"  # counted from here
    batch.desk.topics["designation.decide"] = {"held_back": False}
    assert batch.do("decide_designation").outcome == "batch_decided"


def test_a_cancelled_notice_is_published_again(batch: Walk) -> None:
    batch.do("open_batch").wait().do("selection").do("publish_notice")
    assert batch.timer_element == "notice_ended"
    batch.hear("notice_cancelled")
    assert batch.open == {"publish_notice"}
    batch.do("publish_notice").wait().do("decide_designation")
    assert batch.outcome == "batch_decided"


def test_a_notice_may_still_be_cancelled_when_it_has_ended_and_waits_for_the_decision(batch: Walk) -> None:
    batch.do("open_batch").wait().do("selection").do("publish_notice").wait()
    assert batch.open == {"decide_designation"}
    batch.hear("notice_cancelled")
    assert batch.open == {"publish_notice"}


def test_a_batch_in_which_nobody_is_listed_ends_without_a_notice(batch: Walk) -> None:
    batch.do("open_batch").wait().do("selection").hear("list_empty")
    assert batch.outcome == "nobody_listed"
