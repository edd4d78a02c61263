"""撤回 and 代理 on the pages: take a step back while nobody has gone on; whose step a deputy takes."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from clusters.people import delegations
from engine import work_items
from engine.models import AuditEntry
from tests.web.told import AT_THRESHOLD, Told

BACK = re.compile(r'action="(/tasks/\w+/recall)"')


@pytest.fixture
def filled(told: Told) -> Told:
    """The county's clerk has filled in the application; the leader's turn has come."""
    item, clerk = told.item(told.case(AT_THRESHOLD), "fill_application"), _clerk(told)
    with told.database.read() as session:
        data = work_items.prefill(session, work_items.get(session, item), clerk)
    told.services.engine.complete(item, by=clerk, data=data)
    return told


def _clerk(told: Told) -> str:
    return told.play.holder("county_clerk", AT_THRESHOLD)


def clerk_of(told: Told):
    return told.client_for(_clerk(told))


def page(told: Told, client) -> str:
    return client.get(f"/cases/{told.case(AT_THRESHOLD)}").text


def test_whoever_took_the_step_takes_it_back_and_finds_everything_in_the_form(filled):
    clerk = clerk_of(filled)
    (address,) = BACK.findall(page(filled, clerk))
    assert not BACK.search(page(filled, filled.client_of("county_leader", AT_THRESHOLD)))
    assert "已撤回" in clerk.post(address, follow_redirects=True).text
    item = filled.item(filled.case(AT_THRESHOLD), "fill_application")
    assert filled.application(AT_THRESHOLD).cluster_name in clerk.get(f"/tasks/{item}").text
    assert "填报申报书：撤回" in page(filled, clerk)
    messages = filled.client_of("county_leader", AT_THRESHOLD).get("/messages").text
    assert "已撤回：" in messages


def test_nothing_is_offered_once_the_next_office_has_claimed_it(filled):
    clerk, leader = clerk_of(filled), filled.client_of("county_leader", AT_THRESHOLD)
    (address,) = BACK.findall(page(filled, clerk))
    item = filled.item(filled.case(AT_THRESHOLD), "approve_application")
    assert leader.post(f"/tasks/{item}/claim").status_code == 303
    assert not BACK.search(page(filled, clerk))
    refused = clerk.post(address)
    assert (refused.status_code, "下一环节已经签收" in refused.text) == (422, True)


def test_what_a_deputy_did_is_recorded_with_the_absent_colleagues_name(filled):
    play, today = filled.play, filled.services.today()
    leader = play.holder("county_leader", AT_THRESHOLD)
    deputy = filled.person("county_clerk", AT_THRESHOLD, name="代办人")
    with filled.database.write() as session:
        absent = filled.services.engine.directory.person(session, leader).name
        delegations.delegate(
            session, leader, deputy, today, date(2024, 6, 1), "出差", leader, today, filled.services.now()
        )
    client = filled.client_for(deputy)
    assert f"代理{absent}" in page(filled, client)
    item = filled.item(filled.case(AT_THRESHOLD), "approve_application")
    assert f"代办人（代理{absent}）" in client.get(f"/tasks/{item}").text
    answer = client.post(
        f"/tasks/{item}", data={"decision": "return", "opinion": "请补充", "action": "submit"}
    )
    assert answer.status_code == 303, answer.text
    with filled.database.read() as session:
        done = sa.select(AuditEntry.facts).where(AuditEntry.subject == item)
        facts = session.scalars(done.where(AuditEntry.action == "item.completed")).one()
    assert facts["stands_in_for"] == absent
    assert f"代理{absent}" in page(filled, filled.client_of("county_leader", AT_THRESHOLD))


def test_each_filing_of_a_step_is_found_by_its_link_also_when_it_was_filed_again(filled):
    play, case = filled.play, filled.playing(AT_THRESHOLD)
    first = filled.item(case.id, "approve_application")
    play.act(case, "approve_application", lambda _: {"decision": "return", "opinion": "请补充"})
    with filled.database.read() as session:
        form = work_items.prefill(
            session, work_items.get(session, filled.item(case.id, "fill_application")), _clerk(filled)
        )
    play.act(case, "fill_application", lambda _: form)
    play.act(case, "approve_application", lambda _: {"decision": "return", "opinion": "再补充"})
    leader = filled.client_of("county_leader", AT_THRESHOLD)
    assert f"#{first}" in leader.get("/done").text
    assert f'id="{first}"' in page(filled, leader)
    assert "此前 1 次" in page(filled, leader)
