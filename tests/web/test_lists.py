"""Lists: how much they ask of the database, odd page numbers, tables for spreadsheets."""

import pytest
from sqlalchemy import event, update

from clusters.register.models import Cluster
from engine.models import WorkItem
from tests.web.told import AT_THRESHOLD, IN_REVIEW
from web.frame import due_of


def test_a_list_asks_for_the_day_and_the_calendar_once(told):
    asked = []
    event.listen(told.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    case = told.case(IN_REVIEW)
    with told.database.read() as session:
        item = session.query(WorkItem).filter(
            WorkItem.instance_id == case, WorkItem.due_on.is_not(None)
        ).first()  # fmt: skip
    with told.app.test_request_context():
        assert due_of(item) == due_of(item)
        before = len(asked)
        for _ in range(50):
            due_of(item)
        assert len(asked) == before


@pytest.mark.parametrize("page", ["99999999999999999999", "-1", "x", "٣", ""])
def test_an_odd_page_number_is_no_fault(told, page):
    for address in ("/", "/done", "/started"):
        assert told.client_of("city_clerk", "621100").get(f"{address}?page={page}").status_code == 200


@pytest.mark.parametrize("name", ["=1+1", "＝1+1", "@SUM(A1)"])
def test_a_name_in_the_register_is_no_formula_in_a_spreadsheet(told, name):
    with told.database.write() as session:
        session.execute(update(Cluster).values(name=name))
    table = told.client_of("prov_clerk").get("/register.csv")
    assert f",'{name}," in table.text
    assert table.text.startswith("\ufeff集群编号,集群名称")


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_a_number_that_no_database_holds_names_nothing(told, number):
    clerk = told.client_of("county_clerk", AT_THRESHOLD)
    assert clerk.post("/messages/read", data={"id": number}).status_code == 404
    case = told.case(AT_THRESHOLD)
    assert clerk.post(f"/cases/{case}/corrections/{number}", data={"answer": "无"}).status_code == 404
    assert clerk.post("/messages/read", data={"id": 2**63 - 1}).status_code == 303
