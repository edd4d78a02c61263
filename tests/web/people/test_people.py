"""Accounts and organisations: three administrators with a part each; nobody promotes themselves."""

import re

import pytest
import sqlalchemy as sa

from clusters.people import organisations, people
from clusters.people.models import Organisation, Person
from engine.models import AuditEntry, WorkItem
from tests.web.world import PASSWORD


def org_of(world, level="county", region="621122"):
    with world.database.read() as session:
        return organisations.of_region(session, level, region).id


def account(world, login):
    with world.database.read() as session:
        return people.by_login(session, login)


def create(world, login="lisi", role="county_clerk", **changes):
    data = {"name": "李四", "login": login, "org": org_of(world), "roles": [role], **changes}
    return world.client_of("sys_admin").post("/people/new", data=data)


def issue(world, login="lisi"):
    page = world.client_of("sec_admin").post(f"/people/{account(world, login).id}/password")
    return re.search(r'id="issued-password">([^<]+)<', page.text)[1].replace("&#43;", "+")


def sign_in(world, login, password):
    return world.anybody().post("/sign-in", data={"login": login, "password": password})


def audited(world, action):
    with world.database.read() as session:
        return session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action)).all()


# --- three administrators -----------------------------------------------------------------------


def test_an_account_opens_only_after_the_security_administrator_has_issued_a_password(world):
    assert create(world).status_code == 303
    assert sign_in(world, "lisi", PASSWORD).status_code == 401
    password = issue(world)
    answer = sign_in(world, "lisi", password)
    assert answer.status_code == 303
    assert answer.location == "/password"  # an initial password has to be changed


def test_the_system_administrator_never_sees_a_password(world):
    create(world)
    client = world.client_of("sys_admin")
    assert client.post(f"/people/{account(world, 'lisi').id}/password").status_code == 403
    assert "重置密码" not in client.get(f"/people/{account(world, 'lisi').id}").text


def test_the_security_administrator_opens_no_account_and_gives_no_post(world):
    create(world)
    client, target = world.client_of("sec_admin"), account(world, "lisi").id
    assert client.get("/people/new").status_code == 403
    assert client.post("/people/new", data={"name": "王五"}).status_code == 403
    assert client.post(f"/people/{target}", data={"roles": ["county_leader"]}).status_code == 403
    assert client.post(f"/people/{target}/disable").status_code == 403


def test_the_audit_administrator_reads_and_changes_nothing(world):
    create(world)
    client, target = world.client_of("audit_admin"), account(world, "lisi").id
    assert client.get(f"/people/{target}").status_code == 200
    for act in ("", "/disable", "/enable", "/password", "/unlock", "/sign-out"):
        assert client.post(f"/people/{target}{act}").status_code == 403


def test_nobody_changes_their_own_post(world):
    me = world.person("sys_admin")
    answer = world.client_for(me).post(
        f"/people/{me}",
        data={"name": "我", "org": org_of(world, "province", "620000"), "roles": ["prov_leader"]},
    )
    assert answer.status_code == 403
    assert "另一名系统管理员" in answer.text
    assert world.client_for(me).post(f"/people/{me}/disable").status_code == 403


def test_one_may_correct_the_spelling_of_ones_own_name(world):
    me = world.person("sys_admin")
    data = {"name": "改过的名字", "org": org_of(world, "province", "620000"), "roles": ["sys_admin"]}
    assert world.client_for(me).post(f"/people/{me}", data=data).status_code == 303


def test_the_security_administrator_issues_no_password_to_themselves(world):
    me = world.person("sec_admin")
    assert world.client_for(me).post(f"/people/{me}/password").status_code == 403


def test_the_last_security_administrator_cannot_be_stopped(world):
    only = world.person("sec_admin")
    answer = world.client_of("sys_admin").post(f"/people/{only}/disable")
    assert answer.status_code == 422
    assert "须至少有一名在用的安全管理员" in answer.text
    world.person("sec_admin", name="第二名")
    assert world.client_of("sys_admin").post(f"/people/{only}/disable").status_code == 303


@pytest.mark.parametrize("role", ["county_clerk", "prov_leader", "process_owner"])
def test_everybody_else_has_no_page_of_people(world, role):
    assert world.client_of(role).get("/people").status_code == 403


# --- accounts -----------------------------------------------------------------------------------


def test_a_county_account_cannot_be_given_a_post_of_the_city(world):
    answer = create(world, role="city_clerk")
    assert answer.status_code == 422
    assert "不能由该级单位的人员担任" in answer.text
    assert account(world, "lisi") is None


def test_an_account_without_a_post_is_refused(world):
    assert create(world, roles=[]).status_code == 422


@pytest.mark.parametrize(("phone", "status"), [("0932-6621234", 303), ("13900000000", 303), ("123", 422)])
def test_a_telephone_number_is_checked_as_in_the_forms(world, phone, status):
    assert create(world, phone=phone).status_code == status


def test_what_was_typed_stays_when_an_account_is_refused(world):
    create(world)
    answer = create(world, name="同名登录")
    assert answer.status_code == 422
    assert "已被使用" in answer.text
    assert "同名登录" in answer.text


def test_another_post_ends_sessions_and_hands_claimed_items_back(world):
    create(world)
    person_id = account(world, "lisi").id
    item = a_claimed_item(world, person_id)
    browser = world.client_for(person_id)
    assert browser.get("/").status_code == 200
    answer = world.client_of("sys_admin").post(
        f"/people/{person_id}", data={"name": "李四", "org": org_of(world), "roles": ["county_leader"]}
    )
    assert answer.status_code == 303
    assert browser.get("/").status_code == 302
    assert holder(world, item) is None


def test_a_stopped_account_keeps_its_history_and_hands_claimed_items_back(world):
    create(world)
    password = issue(world)
    person_id = account(world, "lisi").id
    item = a_claimed_item(world, person_id)
    world.client_of("sys_admin").post(f"/people/{person_id}/disable")
    assert sign_in(world, "lisi", password).status_code == 401
    assert holder(world, item) is None
    assert audited(world, "account.disabled")[0].facts["items_returned"] == 1
    world.client_of("sys_admin").post(f"/people/{person_id}/enable")
    assert sign_in(world, "lisi", password).status_code == 303


def a_claimed_item(world, person_id):
    world.a_case()
    with world.database.write() as session:
        item = session.scalars(sa.select(WorkItem).where(WorkItem.role == "county_clerk")).one()
        item.assignee = person_id
        return item.id


def holder(world, item_id):
    with world.database.read() as session:
        return session.scalars(sa.select(WorkItem.assignee).where(WorkItem.id == item_id)).one()


def test_a_reset_ends_the_old_password_and_every_session(world):
    create(world)
    first = issue(world)
    browser = world.client_for(account(world, "lisi").id)
    second = issue(world)
    assert first != second
    assert sign_in(world, "lisi", first).status_code == 401
    assert sign_in(world, "lisi", second).status_code == 303
    assert browser.get("/").status_code == 302


def test_an_issued_password_is_shown_once_and_stands_nowhere_in_the_audit(world):
    create(world)
    password = issue(world)
    page = world.client_of("sec_admin").get(f"/people/{account(world, 'lisi').id}")
    assert password not in page.text
    with world.database.read() as session:
        assert all(password not in str(e.facts) for e in session.scalars(sa.select(AuditEntry)))


def test_a_locked_account_is_found_and_unlocked(world):
    create(world)
    password = issue(world)
    for _ in range(5):
        sign_in(world, "lisi", "wrong")
    assert sign_in(world, "lisi", password).status_code == 401
    client = world.client_of("sec_admin")
    assert "李四" in client.get("/people?state=locked").text
    client.post(f"/people/{account(world, 'lisi').id}/unlock")
    assert sign_in(world, "lisi", password).status_code == 303


def test_the_list_is_filtered_by_region_role_and_name(world):
    world.person("county_clerk", "621122", "陇西经办")
    world.person("county_clerk", "620102", "城关经办")
    world.person("city_leader", "621100", "定西负责人")
    client = world.client_of("sys_admin")

    def shown(query):
        text = client.get(f"/people?{query}").text
        return {name for name in ("陇西经办", "城关经办", "定西负责人") if name in text}

    assert shown("") == {"陇西经办", "城关经办", "定西负责人"}
    assert shown("region=621100") == {"陇西经办", "定西负责人"}
    assert shown("role=county_clerk") == {"陇西经办", "城关经办"}
    assert shown("q=城关") == {"城关经办"}
    assert shown("q=%25") == set()  # a percent sign stands for itself


# --- organisations ------------------------------------------------------------------------------


def test_the_roll_holds_the_province_its_cities_and_every_county(world):
    text = world.client_of("sys_admin").get("/organisations").text
    assert "甘肃省工业和信息化厅" in text
    assert text.count('<details class="branch"') == 15  # 14 prefectures and 兰州新区
    assert text.count('<th scope="row">') == 1 + 15 + 86 + 2  # with the two direct applicants (D-14)


def test_a_post_that_nobody_holds_is_said(world):
    world.person("county_clerk", "621122")
    text = world.client_of("city_leader", "621100").get("/organisations").text
    county = text[text.index("陇西县工业和信息化局") :]
    county = county[: county.index("</tr>")]
    assert "县级负责人：本单位无人担任此岗" in county
    assert "县级经办：" not in county


def test_one_inspector_is_one_too_few_where_the_diagram_asks_for_two(world):
    world.deploy()
    world.person("city_inspector", "621100", "甲")
    leader = world.client_of("city_leader", "621100")
    assert "市级核查：须 2 人共同办理，还缺 1 人" in leader.get("/organisations").text
    world.person("city_inspector", "621100", "乙")
    assert "市级核查：" not in leader.get("/organisations").text


def test_a_city_sees_its_own_organisations_only(world):
    text = world.client_of("city_leader", "621100").get("/organisations").text
    assert "陇西县" in text
    assert "城关区" not in text


def test_a_name_is_edited_by_the_system_administrator_alone(world):
    address = f"/organisations/{org_of(world)}/edit"
    assert world.client_of("city_leader").get(address).status_code == 403
    assert world.client_of("sys_admin").post(address, data={"name": "陇西县工信和商务局"}).status_code == 303
    with world.database.read() as session:
        assert session.get(Organisation, org_of(world)).name == "陇西县工信和商务局"
    assert audited(world, "organisation.changed")[0].facts["after"] == "陇西县工信和商务局"


def test_two_organisations_never_share_a_name(world):
    answer = world.client_of("sys_admin").post(
        f"/organisations/{org_of(world)}/edit", data={"name": "甘肃省工业和信息化厅"}
    )
    assert answer.status_code == 422
    assert "已有同名单位" in answer.text


def test_an_operator_is_added_and_can_be_given_an_account(world):
    client = world.client_of("sys_admin")
    answer = client.post(
        "/organisations/new", data={"level": "operator", "region": "621122", "name": "陇西药业园区运营公司"}
    )
    assert answer.status_code == 303
    assert "运营机构填报" in client.get(answer.location).text


def test_a_bureau_cannot_be_invented(world):
    data = {"level": "county", "region": "621122", "name": "第二工信局"}
    assert world.client_of("sys_admin").post("/organisations/new", data=data).status_code == 422


# --- one's own page -----------------------------------------------------------------------------


def test_contact_data_is_kept_for_prefilling(world):
    me = world.person("county_clerk")
    answer = world.client_for(me).post("/profile", data={"phone": "13900000000", "email": "a@example.cn"})
    assert answer.status_code == 303
    with world.database.read() as session:
        assert session.get(Person, me).phone == "13900000000"


def test_a_bad_address_is_refused_beside_its_field(world):
    answer = world.client_of("county_clerk").post("/profile", data={"email": "not-an-address"})
    assert answer.status_code == 422
    assert 'id="email-help"' in answer.text


def delegation(world, to, **changes):
    period = {"starts_on": "2024-05-20", "ends_on": "2024-05-24", "reason": "出差"}
    return {"to_person": to, **period, **changes}


def test_a_deputy_works_in_the_seats_of_the_absent_for_the_period_and_no_longer(world):
    giver = world.person("county_leader", name="负责人")
    deputy = world.person("county_clerk", name="经办人")
    answer = world.client_for(giver).post("/profile/delegations", data=delegation(world, deputy))
    assert answer.status_code == 303

    def roles(now):
        world.clock.set(now)
        with world.database.read() as session:
            return {s.role for s in world.services.engine.directory.person(session, deputy).seats}

    from datetime import UTC, datetime

    assert roles(datetime(2024, 5, 24, 15, 59, tzinfo=UTC)) == {"county_clerk", "county_leader"}
    assert roles(datetime(2024, 5, 24, 16, 0, tzinfo=UTC)) == {"county_clerk"}  # 25 May in Shanghai


@pytest.mark.parametrize(
    "change", [{"reason": " "}, {"ends_on": "2024-05-19"}, {"ends_on": "x"}, {"to_person": ""}]
)
def test_a_delegation_names_a_colleague_a_period_and_a_reason(world, change):
    deputy = world.person("county_clerk", name="经办人")
    answer = world.client_of("county_leader").post(
        "/profile/delegations", data={**delegation(world, deputy), **change}
    )
    assert answer.status_code == 422


def test_nobody_deputises_in_another_organisation(world):
    stranger = world.person("county_clerk", "620102")
    answer = world.client_of("county_leader").post("/profile/delegations", data=delegation(world, stranger))
    assert answer.status_code == 422


def test_posts_of_administrators_are_never_delegated(world):
    other = world.person("sec_admin")
    answer = world.client_of("sys_admin").post("/profile/delegations", data=delegation(world, other))
    assert answer.status_code == 422
    assert "不能代理" in answer.text
    answer = world.client_of("prov_clerk").post("/profile/delegations", data=delegation(world, other))
    assert answer.status_code == 422


def test_only_the_giver_revokes(world):
    giver, deputy = world.person("county_leader"), world.person("county_clerk")
    world.client_for(giver).post("/profile/delegations", data=delegation(world, deputy))
    page = world.client_for(giver).get("/profile").text
    address = re.search(r"/profile/delegations/\w+/revoke", page)[0]
    assert world.client_for(deputy).post(address).status_code == 403
    assert world.client_for(giver).post(address).status_code == 303
    assert "已收回" in world.client_for(giver).get("/profile").text


def test_claimed_items_go_back_on_request_so_that_the_deputy_can_take_them(world):
    giver, deputy = world.person("county_clerk", name="甲"), world.person("county_clerk", name="乙")
    item = a_claimed_item(world, giver)
    world.client_for(giver).post("/profile/delegations", data=delegation(world, deputy, hand_back="1"))
    assert holder(world, item) is None


def test_another_post_ends_delegations(world):
    giver, deputy = world.person("county_leader"), world.person("county_clerk")
    world.client_for(giver).post("/profile/delegations", data=delegation(world, deputy))
    both = {"name": "甲", "org": org_of(world), "roles": ["county_leader", "county_clerk"]}
    world.client_of("sys_admin").post(f"/people/{giver}", data=both)
    with world.database.read() as session:
        seats = world.services.engine.directory.person(session, deputy).seats
    assert {seat.role for seat in seats} == {"county_clerk"}
