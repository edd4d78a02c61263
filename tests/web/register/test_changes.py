"""Registering a change from the register's page, and what the page lists of it (art. 17)."""

import pytest
import sqlalchemy as sa

from clusters.register.models import Cluster
from engine.models import WorkItem
from tests.web.told import DESIGNATED

pytestmark = pytest.mark.article("第十七条")


@pytest.fixture
def address(told):
    with told.database.read() as session:
        return f"/register/{session.scalars(sa.select(Cluster.cluster_no)).one()}"


def register(told, address, role="county_clerk", scope=DESIGNATED, **posted):
    data = {"kinds": ["operator"], "completed_on": told.services.today().isoformat(), **posted}
    return told.client_of(role, scope).post(f"{address}/changes/new", data=data)


def test_a_county_registers_a_change_and_the_form_begins_with_the_register(told, address):
    answer = register(told, address)
    assert answer.status_code == 303, answer.text
    case = answer.location.rpartition("/")[2]
    client = told.client_of("county_clerk", DESIGNATED)
    with told.database.read() as session:
        query = sa.select(WorkItem.id).where(WorkItem.instance_id == case, WorkItem.status == "open")
        item = session.scalars(query).one()
        held = session.scalars(sa.select(Cluster)).one().baseline["operator"]["operator_name"]
    assert held in client.get(f"/tasks/{item}").text
    assert "待报备" in client.get(address).text
    again = register(told, address)
    assert (again.status_code, "已有在办件" in again.text) == (422, True)


def test_a_change_to_come_and_a_foreign_county_are_refused(told, address):
    late = register(told, address, completed_on="2099-01-01")
    assert (late.status_code, "变更完成后再报备" in late.text) == (422, True)
    assert register(told, address, scope="620102").status_code == 403


def test_a_city_says_how_it_found_the_change_and_the_county_is_asked(told, address):
    answer = register(told, address, "city_clerk", "621100", found_in="onsite", completed_on="")
    assert answer.status_code == 303, answer.text
    page = told.client_of("county_clerk", DESIGNATED).get("/").text
    assert "说明变更情况" in page
