"""What a task shows to whom, and what of a browser's word is believed."""

import html
import json
import re
from io import BytesIO

import pytest
import sqlalchemy as sa

from clusters.applications.onsite import draw_of
from clusters.people import people
from clusters.people.models import Organisation
from engine import opinions, work_items
from engine.models import Draft, Instance, WorkItem
from tests.web.told import AT_THRESHOLD, BEGUN, IN_REVIEW

CITY = "621100"


def drafted(told, item_id):
    with told.database.read() as session:
        drafts = session.scalars(sa.select(Draft).where(Draft.item_id == item_id)).all()
    return [draft.data for draft in drafts]


@pytest.fixture
def inspection(told):
    return told.item(told.case(IN_REVIEW), "city_onsite_check")


# --- what is not filed yet ----------------------------------------------------------------------


def test_the_county_does_not_learn_the_sample_before_the_inspection(told, inspection):
    inspector = told.client_of("city_inspector", CITY)
    inspector.post(f"/tasks/{inspection}/draw")
    with told.database.read() as session:
        drawn = draw_of(session, told.case(IN_REVIEW), "city_onsite_check").drawn
    for address in (f"/tasks/{inspection}", f"/tasks/{inspection}/print"):
        assert all(code in inspector.get(address).text for code in drawn)
        for role, scope in (("county_clerk", IN_REVIEW), ("prov_clerk", "620000")):
            answer = told.client_of(role, scope).get(address)
            assert answer.status_code == 200
            assert not any(code in answer.text for code in drawn), (role, address)


def test_the_county_leader_sees_what_the_clerk_is_filling_in_and_the_city_does_not(told):
    item = told.item(told.case(BEGUN), "fill_application")
    with told.services.engine.desk(told.person("county_clerk", BEGUN)) as desk:
        desk.save_draft(item, {"cluster_name": "陇上示例产业集群"})
    cover = f"/tasks/{item}/sections/cover"
    assert "陇上示例产业集群" in told.client_of("county_leader", BEGUN).get(cover).text
    assert "陇上示例产业集群" not in told.client_of("city_clerk", CITY).get(cover).text


def test_a_refused_transfer_keeps_the_reason_typed(told, inspection):
    typed = {"to": told.person("city_clerk", CITY), "reason": "出差一周"}
    refused = told.client_of("city_inspector", CITY).post(f"/tasks/{inspection}/transfer", data=typed)
    assert refused.status_code == 422
    assert "只能转办给同岗位" in refused.text
    assert 'value="出差一周"' in refused.text
    assert "<details open><summary>转办给同事" in refused.text


# --- what a browser may say ---------------------------------------------------------------------


@pytest.mark.parametrize("address", ["tables/enterprises/accept", "collection/accept"])
def test_rows_that_were_never_previewed_are_not_taken_over(told, address):
    item = told.item(told.case(BEGUN), "fill_application")
    before = drafted(told, item)
    forged = json.dumps([{"name": "凭空企业", "evidence": [{"id": "x", "name": "x.pdf", "sha256": "0"}]}])
    answer = told.client_of("county_clerk", BEGUN).post(f"/tasks/{item}/{address}", data={"payload": forged})
    assert answer.status_code == 422
    assert "预览内容已失效" in answer.text
    assert drafted(told, item) == before


def test_previewed_rows_are_taken_over_in_their_own_task_alone(told):
    clerk, item = (
        told.client_of("county_clerk", AT_THRESHOLD),
        told.item(told.case(AT_THRESHOLD), "fill_application"),
    )
    with clerk.get(f"/tasks/{item}/tables/enterprises") as workbook:
        posted = {"_import": "enterprises", "_sheet.enterprises": (BytesIO(workbook.data), "名单.xlsx")}
    shown = clerk.post(f"/tasks/{item}/sections/roster", data=posted)
    found = re.search(r'name="payload" value="([^"]*)"', shown.text)
    assert found, shown.text
    payload = {"payload": html.unescape(found[1])}
    assert clerk.post(f"/tasks/{item}/tables/patent_list/accept", data=payload).status_code == 422
    assert clerk.post(f"/tasks/{item}/tables/enterprises/accept", data=payload).status_code == 303
    assert len(drafted(told, item)[0]["enterprises"]) > 20


def test_a_record_that_comes_second_is_kept_as_a_draft(told, inspection):
    first, second = (told.person("city_inspector", CITY, name) for name in ("甲（示例）", "乙（示例）"))
    with told.database.write() as session:
        item = work_items.get(session, inspection)
        opinions.give(
            session, item, first, agree=True, text="", data={"conclusion": "consistent"}, at=told.clock.now()
        )
    answer = told.client_for(second).post(
        f"/tasks/{inspection}", data={"unvisited_reason": "道路中断，未能到达", "action": "submit"}
    )
    assert answer.status_code == 409
    assert "已先提交记录" in answer.text
    assert any(d.get("unvisited_reason") == "道路中断，未能到达" for d in drafted(told, inspection))


# --- who may end a case -------------------------------------------------------------------------


def test_somebody_who_has_left_the_county_does_not_withdraw_its_application(told):
    case = told.case(IN_REVIEW)
    with told.database.write() as session:
        filled = sa.select(WorkItem.completed_by).where(
            WorkItem.instance_id == case, WorkItem.element == "fill_application"
        )
        clerk = session.scalars(filled).first()
        other = sa.select(Organisation.id).where(Organisation.region_code == BEGUN)
        people.get(session, clerk).org_id = session.scalars(other).first()
    assert told.client_for(clerk).post(f"/cases/{case}/withdraw").status_code == 403
    with told.database.read() as session:
        assert session.get_one(Instance, case).status == "running"


def test_the_operator_does_not_withdraw_the_countys_application(told):
    case = told.case(IN_REVIEW)
    assert told.client_of("operator_clerk", IN_REVIEW).post(f"/cases/{case}/withdraw").status_code == 403
