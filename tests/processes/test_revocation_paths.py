"""Every way through processes/revocation.bpmn leads where article 19 and fair procedure say."""

from datetime import date
from pathlib import Path

import pytest

from engine.bpmn.parser import ParsedBundle, parse_bundle
from engine.calendar import Calendar
from tests.support.walk import Desk, Walk

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
TERMS = {"acceptance": 5, "correction": 10, "decision": 10, "statement": 10}
STARTED = {"cluster_no": "GS-JQ-2024-001", "ground": "19-3a", "proposal_id": "p"}

pytestmark = pytest.mark.article("第十九条")


@pytest.fixture(scope="module")
def bundle() -> ParsedBundle:
    return parse_bundle((PROCESSES / "revocation.bpmn").read_text("utf-8"))


@pytest.fixture
def desk() -> Desk:
    found = Desk(date(2025, 3, 17), Calendar.load(PROCESSES / "calendars" / "cn.toml"), TERMS)
    found.topics = {
        "revocation.check": {"check_result": "accept"},
        "revocation.serve": {"statement_due": "2025-04-11"},
        "revocation.state": {"waived": False},
        "revocation.decide": {"outcome": "revoke", "rectify_due": None},
    }
    return found


@pytest.fixture
def case(bundle: ParsedBundle, desk: Desk) -> Walk:
    return Walk(bundle, "revocation", desk, STARTED, message="propose_revocation")


def served(case: Walk) -> Walk:
    return case.do("check_proposal").do("city_opinion").do("serve_notice")


def reviewed(case: Walk) -> Walk:
    return served(case).wait().do("review_statement")


def test_a_message_and_a_person_start_the_same_way(bundle: ParsedBundle, desk: Desk, case: Walk) -> None:
    assert case.open == {"check_proposal"}
    assert Walk(bundle, "revocation", desk, STARTED).open == {"check_proposal"}


def test_from_proposal_to_publication(case: Walk) -> None:
    reviewed(case).do("decide_revocation").do("publish_revocation")
    assert case.outcome == "title_revoked"


def test_the_party_has_until_the_end_of_the_last_day(case: Walk) -> None:
    served(case)
    assert case.due_on("receive_statement") == "2025-04-11"
    assert case.timer_on == "2025-04-12"


def test_within_the_period_a_statement_may_be_followed_by_others(case: Walk) -> None:
    served(case)
    for _ in range(30):
        case.do("receive_statement")
    assert case.open == {"receive_statement"}
    assert case.timer_on == "2025-04-12"
    assert case.wait().open == {"review_statement"}


def test_a_statement_with_a_waiver_of_the_rest_goes_on_at_once(case: Walk) -> None:
    served(case)
    case.desk.topics["revocation.state"] = {"waived": True}
    assert case.do("receive_statement").open == {"review_statement"}
    assert case.run.waiting_timers() == []


def test_a_proposal_that_lacks_something_goes_to_the_city_and_comes_back(case: Walk) -> None:
    case.desk.topics["revocation.check"] = {"check_result": "supplement"}
    assert case.do("check_proposal").open == {"supplement_proposal"}
    assert case.do("supplement_proposal").open == {"check_proposal"}


def test_a_proposal_not_taken_up_ends(case: Walk) -> None:
    case.desk.topics["revocation.check"] = {"check_result": "dismiss"}
    assert case.do("check_proposal").outcome == "proposal_dismissed"


@pytest.mark.parametrize("word", ["", "unknown"])
def test_no_word_but_revoke_revokes(case: Walk, word: str) -> None:
    case.desk.topics["revocation.decide"] = {"outcome": word, "rectify_due": None}
    assert reviewed(case).do("decide_revocation").outcome == "ground_not_established"


@pytest.mark.parametrize("reported", [True, False])
def test_an_order_to_rectify_returns_to_review(case: Walk, reported: bool) -> None:
    case.desk.topics["revocation.decide"] = {"outcome": "rectify", "rectify_due": "2025-05-30"}
    reviewed(case).do("decide_revocation")
    assert case.due_on("report_rectification") == "2025-05-30"
    assert case.timer_on == "2025-05-31"
    case.do("report_rectification") if reported else case.wait()
    assert case.open == {"review_statement"}
    case.desk.topics["revocation.decide"] = {"outcome": "not_established", "rectify_due": None}
    assert case.do("review_statement").do("decide_revocation").outcome == "ground_not_established"


@pytest.mark.parametrize(
    ("message", "outcome", "topic"),
    [
        ("withdraw_proposal", "proposal_withdrawn", "revocation.withdraw"),
        ("title_lost", "proposal_overtaken", "revocation.overtake"),
    ],
)
@pytest.mark.parametrize("at", ["check_proposal", "city_opinion", "receive_statement", "decide_revocation"])
def test_it_can_be_stopped_wherever_it_stands(
    case: Walk, at: str, message: str, outcome: str, topic: str
) -> None:
    steps = ["check_proposal", "city_opinion", "serve_notice", "receive_statement", "review_statement"]
    case.desk.topics["revocation.state"] = {"waived": True}
    for step in steps[: steps.index(at)] if at in steps else steps:
        case.do(step)
    assert case.open == {at}
    assert case.hear(message).outcome == outcome
    assert topic in case.desk.called
