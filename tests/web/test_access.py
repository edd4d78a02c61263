"""Every route under every role, at home and abroad: who may comes in, everybody else is refused in words."""

import pytest

from clusters.people import roles
from tests.web.addresses import get
from web.access import access_of

WRONG_POST = "您的岗位不能使用这个页面"
TOKEN_ERROR = "页面已过期"


def test_every_route_declares_who_may_use_it(walk):
    endpoints = {rule.endpoint for rule in walk.told.app.url_map.iter_rules()}
    assert [e for e in sorted(endpoints) if access_of(walk.told.app, e) is None] == []


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_page(walk):
    nobody = walk.told.anybody()
    for address in walk.closed():
        answer = get(nobody, address)
        assert answer.status_code == 302, address
        assert answer.location.startswith("/sign-in?next="), address


def test_public_pages_need_nobody_to_sign_in(walk):
    nobody = walk.told.anybody()
    for address in walk.by("GET"):
        if address.access.scope == "public" and not address.endpoint.startswith("sandbox"):
            assert get(nobody, address).status_code == 200, address


def test_outside_the_sandbox_nobody_moves_time_or_becomes_somebody_else(walk):
    nobody = walk.told.anybody()
    found = [a for a in walk.addresses if a.endpoint.startswith("sandbox")]
    assert found
    assert {get(nobody, address).status_code for address in found} == {404}


@pytest.mark.parametrize("role", sorted(roles.ROLES))
def test_a_role_that_is_not_named_is_refused(walk, role):
    for address in walk.closed():
        if role not in address.access.roles:
            answer = walk.ask(address, role, address.home(role))
            assert answer.status_code == 403, (address, answer.status_code)
            assert WRONG_POST in answer.text


@pytest.mark.parametrize("role", sorted(roles.ROLES))
def test_every_page_opens_for_the_roles_it_names(walk, role):
    for address in walk.by("GET"):
        if role in address.access.roles:
            answer = walk.ask(address, role, address.home(role))
            if address.path == "/" and answer.status_code == 303:  # some begin in a room of their own
                answer = walk.client(role, address.home(role)).get(answer.location)
            assert answer.status_code == 200, (address, answer.status_code)


@pytest.mark.parametrize("role", sorted(roles.ROLES))
def test_a_case_of_another_region_is_closed(walk, role):
    for address in walk.closed():
        is_bound = address.access.scope == "case" or address.endpoint == "printing.letter"
        if is_bound and role in address.access.roles and (abroad := address.abroad(role)):
            answer = walk.ask(address, role, abroad)
            assert answer.status_code in (403, 404), (address, abroad, answer.status_code)


def test_a_neighbouring_county_of_the_same_city_does_not_see_a_case(walk):
    for address in walk.by("GET"):
        if address.access.scope == "case" and "county_clerk" in address.access.roles:
            neighbour = "621123" if address.county != "621123" else "621122"
            assert walk.ask(address, "county_clerk", neighbour).status_code == 403, address


def test_no_list_shows_a_county_the_cases_of_others(walk):
    others = [walk.told.application(county) for county in ("621124", "621125", "620981", "620523")]
    for address in walk.by("GET"):
        if "county_clerk" in address.access.roles and address.home("county_clerk") == "621102":
            text = walk.ask(address, "county_clerk", "621102").text
            assert [a.case_no for a in others if a.case_no in text] == [], address


def test_an_empty_post_is_answered_in_words_whatever_the_page(walk):
    for address in walk.by("POST"):
        role = min(address.access.roles, default="county_clerk")
        answer = walk.ask(address, role, address.home(role))
        assert answer.status_code < 500, (address, answer.text)
        assert WRONG_POST not in answer.text, address
        walk.restore()


def test_a_post_without_the_token_of_its_session_is_refused(walk):
    walk.told.app.config["WTF_CSRF_ENABLED"] = True
    for address in walk.by("POST"):
        role = min(address.access.roles, default="county_clerk")
        answer = walk.ask(address, role, address.home(role))
        assert (answer.status_code, TOKEN_ERROR in answer.text) == (400, True), address
    walk.told.app.config["WTF_CSRF_ENABLED"] = False
