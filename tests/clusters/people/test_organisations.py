"""Who may: organisations of part 6, seats by region and level (art. 4), delegation, missing posts."""

from datetime import UTC, date, datetime

import pytest

from clusters.people import delegations, organisations, people
from clusters.people.organisations import OrganisationDirectory
from engine.clock import FixedClock
from engine.directory import Seat
from engine.errors import NotAllowed, Refused

NOW = datetime(2024, 5, 20, 1, 0, tzinfo=UTC)
TODAY = date(2024, 5, 20)


@pytest.fixture
def town(database):
    """A database with all organisations, and a function that adds somebody."""
    with database.write() as session:
        organisations.seed(session)
    return Town(database)


class Town:
    def __init__(self, database):
        self.database = database
        self.clock = FixedClock(NOW)
        self.directory = OrganisationDirectory(self.clock)

    def person(self, login, region, level, *roles):
        with self.database.write() as session:
            org = organisations.of_region(session, level, region)
            return people.create(
                session, login=login, name=f"{login}（示例）", org_id=org.id, role_codes=roles, now=NOW,
                password_hash="x",
            ).id  # fmt: skip

    def candidates(self, role, scope):
        with self.database.read() as session:
            return {p.id for p in self.directory.candidates(session, role, scope)}

    def delegate(self, giver, taker, starts=TODAY, ends=TODAY):
        with self.database.write() as session:
            return delegations.delegate(session, giver, taker, starts, ends, "出差", giver, TODAY, NOW).id


def test_seeding_gives_the_department_15_bureaus_and_88_applicants_and_repeats_nothing(database):
    with database.write() as session:
        assert organisations.seed(session) == 1 + 15 + 88
        assert organisations.seed(session) == 0
    with database.read() as session:
        levels = [o.level for o in organisations.list_organisations(session)]
    assert (levels.count("province"), levels.count("city"), levels.count("county")) == (1, 15, 88)


def test_a_city_sees_its_own_organisations_only(town):
    with town.database.read() as session:
        codes = {o.region_code for o in organisations.list_organisations(session, "621100")}
    assert codes == {"621100", "621102", "621121", "621122", "621123", "621124", "621125", "621126"}


def test_candidates_hold_the_role_in_exactly_that_region(town):
    here = town.person("a", "621122", "county", "county_clerk")
    town.person("b", "621123", "county", "county_clerk")
    town.person("c", "621122", "county", "county_leader")
    assert town.candidates("county_clerk", "621122") == {here}


def test_a_disabled_person_is_no_candidate(town):
    here = town.person("a", "621122", "county", "county_clerk")
    with town.database.write() as session:
        people.disable(session, here, NOW)
    assert town.candidates("county_clerk", "621122") == set()


@pytest.mark.parametrize(
    ("role", "case", "scope"),
    [
        ("county_clerk", "621122", "621122"),
        ("city_clerk", "621122", "621100"),
        ("city_leader", "621100", "621100"),
        ("prov_clerk", "621122", "620000"),
        ("county_clerk", "62LZXQ", "62LZXQ"),
        ("city_clerk", "62LZXQ", "62LZXQ"),
        ("city_clerk", "620200", "620200"),
    ],
)
def test_a_role_handles_a_case_in_the_region_of_its_level(town, role, case, scope):
    assert town.directory.scope_of(role, case) == scope


def test_applicant_and_reviewer_of_a_direct_applicant_are_different_seats_in_one_region(town):
    files = town.person("a", "620200", "county", "county_clerk")
    reviews = town.person("b", "620200", "city", "city_clerk")
    assert town.candidates("county_clerk", "620200") == {files}
    assert town.candidates("city_clerk", "620200") == {reviews}


def test_a_missing_post_is_raised_one_level_and_the_top_has_none_above(town):
    assert town.directory.superior("county_clerk", "621122") == Seat("city_clerk", "621100")
    assert town.directory.superior("city_leader", "621100") == Seat("prov_office_head", "620000")
    assert town.directory.superior("prov_leader", "620000") is None


@pytest.mark.article("第四条")
def test_a_city_clerk_may_not_handle_another_prefectures_case(town):
    clerk = town.person("a", "621100", "city", "city_clerk")
    with town.database.read() as session:
        assert town.directory.may(session, clerk, "city_clerk", "621122")
        assert not town.directory.may(session, clerk, "city_clerk", "620122")
        with pytest.raises(NotAllowed, match="市级经办"):
            town.directory.require(session, clerk, "city_clerk", "620122")


def test_a_delegate_is_a_candidate_from_the_first_to_the_last_day(town):
    boss = town.person("a", "621122", "county", "county_leader")
    deputy = town.person("b", "621122", "county", "county_clerk")
    town.delegate(boss, deputy, date(2024, 5, 21), date(2024, 5, 22))
    seen = {}
    for day in (20, 21, 22, 23):
        town.clock.set(datetime(2024, 5, day, 4, 0, tzinfo=UTC))
        seen[day] = deputy in town.candidates("county_leader", "621122")
    assert seen == {20: False, 21: True, 22: True, 23: False}


def test_a_delegate_keeps_the_own_seat_and_takes_the_other(town):
    boss = town.person("a", "621122", "county", "county_leader")
    deputy = town.person("b", "621122", "county", "county_clerk")
    town.delegate(boss, deputy)
    with town.database.read() as session:
        seats = town.directory.person(session, deputy).seats
    assert seats == {Seat("county_clerk", "621122"), Seat("county_leader", "621122")}


def test_a_revoked_delegation_ends_at_once(town):
    boss = town.person("a", "621122", "county", "county_leader")
    deputy = town.person("b", "621122", "county", "county_clerk")
    given = town.delegate(boss, deputy)
    with town.database.write() as session:
        delegations.revoke(session, given, boss, NOW)
    assert town.candidates("county_leader", "621122") == {boss}


def test_work_is_delegated_inside_the_organisation_only(town):
    boss = town.person("a", "621122", "county", "county_leader")
    outsider = town.person("b", "621123", "county", "county_leader")
    with pytest.raises(Refused, match="本单位"):
        town.delegate(boss, outsider)


def test_a_delegation_cannot_lie_in_the_past(town):
    boss = town.person("a", "621122", "county", "county_leader")
    deputy = town.person("b", "621122", "county", "county_clerk")
    with pytest.raises(Refused, match="截止日"):
        town.delegate(boss, deputy, date(2024, 5, 1), date(2024, 5, 19))
