"""待办: narrowed by what is in it; a county clerk begins an application from here."""

import re

import pytest

from tests.web.told import AT_THRESHOLD, BEGUN, DESIGNATED


def options(page, name):
    found = re.search(rf'<select[^>]* name="{name}">(.*?)</select>', page, re.S)
    return [] if found is None else re.findall(r"<option[^>]*>([^<]+)", found.group(1))


def test_only_the_steps_and_years_of_ones_own_list_are_offered(told):
    page = told.client_of("county_clerk", AT_THRESHOLD).get("/").text
    assert options(page, "step") == ["全部", "填报申报书"]
    assert options(page, "year") == ["全部", "2024"]


def test_who_works_for_one_city_chooses_no_city(told):
    assert options(told.client_of("county_clerk", BEGUN).get("/").text, "city") == []
    assert "定西市" in options(told.client_of("prov_clerk", "620000").get("/").text, "city")


def test_the_list_is_narrowed_to_a_year(told):
    clerk = told.client_of("county_clerk", DESIGNATED)
    assert "填报年度报告" in clerk.get("/?year=2024").text.partition("<tbody>")[2]
    assert "没有待办事项" in clerk.get("/?year=2023").text
    assert clerk.get("/?year=99999999999999999999").status_code == 200


def test_a_county_clerk_begins_an_application_from_the_list(told):
    assert 'href="/cases/new">发起集群申报' in told.client_of("county_clerk", BEGUN).get("/").text
    assert "发起集群申报" not in told.client_of("county_leader", BEGUN).get("/").text


def test_the_one_open_batch_is_chosen_unless_the_clerk_says_otherwise(told):
    page = told.client_of("county_clerk", BEGUN).get("/cases/new").text
    assert options(page, "batch")[0].startswith("2024年度第二批")
    assert options(page, "batch")[-1] == "提交时再定（预填）"


@pytest.mark.parametrize(
    ("role", "room"), [("process_owner", "/studio"), ("sys_admin", "/admin"), ("audit_admin", "/admin")]
)
def test_whoever_handles_no_cases_begins_where_their_own_work_is(told, role, room):
    answer = told.client_of(role, "620000").get("/")
    assert (answer.status_code, answer.location) == (303, room)
