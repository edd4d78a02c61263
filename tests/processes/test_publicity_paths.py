"""Every way through processes/publicity.bpmn leads where article 11 says."""

from datetime import date
from pathlib import Path

import pytest

from engine.bpmn.parser import ParsedBundle, parse_bundle
from engine.calendar import Calendar
from tests.support.walk import Desk, Walk

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
TERMS = {"acceptance": 5, "correction": 10, "take_down": 3}
LEVELS = {"county": "draft_case", "city": "draft_case_city", "province": "draft_case_province"}

pytestmark = pytest.mark.article("第十一条")


@pytest.fixture(scope="module")
def bundle() -> ParsedBundle:
    return parse_bundle((PROCESSES / "publicity.bpmn").read_text("utf-8"))


@pytest.fixture
def desk() -> Desk:
    found = Desk(date(2024, 5, 20), Calendar.load(PROCESSES / "calendars" / "cn.toml"), TERMS)
    found.topics = {
        "publicity.draft": {"given_up": False, "has_operator": True, "publisher": "city"},
        "publicity.consent": {"consented": True, "consent_valid_to": None},
        "publicity.review": {"review_result": "clear"},
        "publicity.publish": {"published": True},
    }
    return found


@pytest.fixture
def case(bundle: ParsedBundle, desk: Desk) -> Walk:
    return Walk(bundle, "publicity", desk, {"cluster_no": "GS-JQ-2023-001", "level": "county"})


def by_province(case: Walk) -> Walk:
    case.desk.topics["publicity.draft"] = {"given_up": False, "has_operator": True, "publisher": "province"}
    return case


def agreed(case: Walk) -> Walk:
    return case.do("draft_case").do("operator_consent")


def published(case: Walk) -> Walk:
    return agreed(case).do("secret_review").do("publish_case")


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_drafts_what_it_has_begun(bundle: ParsedBundle, desk: Desk, level: str) -> None:
    case = Walk(bundle, "publicity", desk, {"cluster_no": "GS-JQ-2023-001", "level": level})
    assert case.open == {LEVELS[level]}
    assert case.do(LEVELS[level]).open == {"operator_consent"}


def test_from_draft_over_publication_to_taking_down(case: Walk) -> None:
    assert published(case).open == set()
    assert case.outcome is None
    assert case.hear("withdraw_consent").open == {"take_down"}
    assert case.due_on("take_down") == "2024-05-23"
    assert case.do("take_down").outcome == "taken_down"


def test_what_the_province_publishes_it_reviews_and_takes_down(case: Walk) -> None:
    agreed(by_province(case)).do("secret_review_province").do("publish_case_province")
    case.hear("withdraw_consent")
    assert case.do("take_down_province").outcome == "taken_down"


def test_an_operator_without_account_answers_on_paper(case: Walk) -> None:
    case.desk.topics["publicity.draft"] = {"given_up": False, "has_operator": False, "publisher": "city"}
    assert case.do("draft_case").open == {"consent_on_paper"}
    assert case.do("consent_on_paper").open == {"secret_review"}


def test_without_consent_nothing_is_reviewed_or_published(case: Walk) -> None:
    case.desk.topics["publicity.consent"] = {"consented": False, "consent_valid_to": None}
    assert agreed(case).outcome == "consent_refused"
    assert "publicity.publish" not in case.desk.called


def test_a_draft_that_is_given_up_asks_nobody(case: Walk) -> None:
    case.desk.topics["publicity.draft"] = {"given_up": True, "has_operator": False, "publisher": "city"}
    assert case.do("draft_case").outcome == "case_given_up"


def test_a_text_with_secrets_goes_back_and_is_agreed_to_again(case: Walk) -> None:
    case.desk.topics["publicity.review"] = {"review_result": "redraft"}
    assert agreed(case).do("secret_review").open == {"draft_case"}
    assert case.do("draft_case").open == {"operator_consent"}


@pytest.mark.parametrize("word", ["end", "", "unknown"])
def test_no_word_but_clear_leads_to_publication(case: Walk, word: str) -> None:
    case.desk.topics["publicity.review"] = {"review_result": word}
    assert agreed(case).do("secret_review").outcome == "publication_refused"


def test_whoever_publishes_may_decide_not_to(case: Walk) -> None:
    case.desk.topics["publicity.publish"] = {"published": False}
    assert published(case).outcome == "publication_dropped"


@pytest.mark.parametrize("at", ["secret_review", "publish_case"])
def test_a_consent_withdrawn_before_publication_ends_the_case(case: Walk, at: str) -> None:
    agreed(case)
    if at == "publish_case":
        case.do("secret_review")
    assert case.open == {at}
    assert case.hear("withdraw_consent").outcome == "consent_withdrawn_early"
    assert "publicity.withdraw" in case.desk.called


@pytest.mark.parametrize("at", ["secret_review_province", "publish_case_province"])
def test_so_does_one_withdrawn_before_the_province_publishes(case: Walk, at: str) -> None:
    agreed(by_province(case))
    if at == "publish_case_province":
        case.do("secret_review_province")
    assert case.open == {at}
    assert case.hear("withdraw_consent").outcome == "consent_withdrawn_early"


def test_a_consent_with_a_last_day_runs_out_after_it(case: Walk) -> None:
    case.desk.topics["publicity.consent"] = {"consented": True, "consent_valid_to": "2025-05-31"}
    published(case)
    assert case.timer_on == "2025-06-01"
    assert case.wait().open == {"take_down"}
    assert "publicity.expire" in case.desk.called


def test_within_its_term_a_consent_may_be_withdrawn_and_the_timer_is_gone(case: Walk) -> None:
    case.desk.topics["publicity.consent"] = {"consented": True, "consent_valid_to": "2025-05-31"}
    assert published(case).hear("withdraw_consent").open == {"take_down"}
    assert case.run.waiting_timers() == []


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 4])
def test_a_lost_title_is_told_and_takes_nothing_down(case: Walk, steps: int) -> None:
    ways = ["draft_case", "operator_consent", "secret_review", "publish_case"]
    for step in ways[:steps]:
        case.do(step)
    before = case.open
    assert case.hear("title_lost").open == before
    assert case.outcome is None
    assert "publicity.title_lost" in case.desk.called
