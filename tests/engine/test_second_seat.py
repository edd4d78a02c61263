"""`alsoBy`: a step that a second role of the case may do just as well as that of its lane (D13)."""

import pytest
import sqlalchemy as sa

from engine import definitions, handover, task_lists, work_items
from engine.clock import FixedClock
from engine.db import Database
from engine.directory import Person, Seat
from engine.engine import Engine
from engine.errors import NotAllowed
from engine.models import InboxMessage
from engine.task_lists import Filters
from tests.engine.errands import FORMS, MONDAY, PROJECT, People, an_engine, an_errand, submit, the_item

LANE_ALONE = '<camunda:property name="stopsClock" value="review" />'
BOTH = LANE_ALONE + '<camunda:property name="alsoBy" value="applicant" />'


class WithApplicants(People):
    """Each errand has an applicant of its own; one of them is a leader as well."""

    def __init__(self) -> None:
        super().__init__()
        own, other, leader = (Seat("applicant", "E-1"), Seat("applicant", "E-2"), Seat("leader", "621122"))
        for name, seats in {"own": {own}, "two": {own, leader}, "other": {other}}.items():
            self.people[name] = Person(name, name, "申请单位", frozenset(seats))

    def scope_of(self, role: str, case_scope: str, case_key: str = "") -> str:
        return case_key if role == "applicant" else case_scope


@pytest.fixture
def engine(database: Database) -> Engine:
    made = an_engine(database, FixedClock(MONDAY), WithApplicants())
    xml = (PROJECT / "tests/data/errand.bpmn").read_text().replace(LANE_ALONE, BOTH)
    with database.write() as session:
        bundle = definitions.propose(session, MONDAY, "ann", "errand", xml, FORMS)
        definitions.deploy(session, MONDAY, bundle.id, "bob")
    an_errand(made)
    return made


def to_do(engine: Engine, name: str) -> list[str]:
    with engine.database.read() as session:
        person = engine.directory.person(session, name)
        assert person is not None
        return [row.item.element for row in task_lists.to_do(session, person, Filters())]


def test_both_seats_see_the_step_and_are_told_of_it(engine: Engine) -> None:
    assert [to_do(engine, name) for name in ("bob", "own", "other")] == [["fill"], ["fill"], []]
    with engine.database.read() as session:
        told = set(session.scalars(sa.select(InboxMessage.person_id)))
    assert told == {"ann", "bob", "own", "two"}


def test_the_second_seat_may_do_it_and_nobody_of_another_case(engine: Engine) -> None:
    with pytest.raises(NotAllowed, match="不在您的岗位"):
        submit(engine, "fill", "other", subject="修路")
    submit(engine, "fill", "own", subject="修路")
    assert the_item(engine, "approve").status == "open"


def test_what_one_seat_has_drafted_the_other_finds_and_may_file(engine: Engine) -> None:
    item = the_item(engine, "fill")
    with engine.desk("own") as desk:
        desk.save_draft(item.id, {"subject": "修路"})
    with engine.database.read() as session:
        assert work_items.prefill(session, item, "bob") == {"subject": "修路"}
    submit(engine, "fill", "bob", subject="修路")


def test_a_claim_holds_against_the_other_seat(engine: Engine) -> None:
    item = the_item(engine, "fill")
    with engine.desk("own") as desk:
        desk.claim(item.id)
    with pytest.raises(NotAllowed, match="已由他人签收"):
        submit(engine, "fill", "bob", subject="修路")


def test_the_four_eyes_rule_holds_across_the_seats(engine: Engine) -> None:
    submit(engine, "fill", "two", subject="修路")
    with pytest.raises(NotAllowed, match="两人复核"):
        submit(engine, "approve", "two", decision="approve")
    submit(engine, "approve", "eve", decision="approve")


def test_whoever_keeps_one_of_the_seats_keeps_the_item(engine: Engine) -> None:
    item = the_item(engine, "fill")
    with engine.desk("own") as desk:
        desk.claim(item.id)
    with engine.database.write() as session:
        assert handover.hand_back(session, MONDAY, "ann", "own", "", keeps={Seat("applicant", "E-1")}) == 0
        assert handover.hand_back(session, MONDAY, "ann", "own", "", keeps=set()) == 1
