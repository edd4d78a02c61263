"""培育台账: what was done is kept by place and year, summed exactly, voided and never deleted."""

import pytest

from clusters.cultivation import ledger

POLICY = {"title": "技改补助", "on": "2024-05-20", "type": "财税", "amount": "120.55", "beneficiaries": "3"}


@pytest.fixture
def clerk(world):
    return world.client_of("county_clerk", "621122")


def entries(world, *places):
    with world.database.read() as session:
        return ledger.rows(session, places or ("620000",))


@pytest.mark.article("第八条")
def test_support_is_kept_in_fen_and_summed_exactly(world, clerk):
    for amount in ("120.55", "0.45"):
        assert clerk.post("/ledger/policy_item", data={**POLICY, "amount": amount}).status_code == 303
    assert sorted(e.details["amount"] for e in entries(world)) == [450_000, 120_550_000]
    page = clerk.get("/ledger").text
    assert "121.00" in page
    assert ledger.sums(entries(world))["policy_item"] == {
        "rows": 2, "amount": 121_000_000, "beneficiaries": 6,
    }  # fmt: skip


@pytest.mark.article("第七条")
@pytest.mark.article("第九条")
@pytest.mark.article("第十条")
@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("city_plan", {"period": "2024—2026年"}),
        ("service_item", {"participants": "25"}),
        ("training_item", {"headcount": "80"}),
        ("recruit_item", {"mode": "线下", "hired": "12"}),
    ],
)
def test_each_duty_has_its_kind_of_row(world, kind, details):
    city = world.client_of("city_clerk", "621100")
    data = {"title": "一件实事", "on": "2024-05-17", **details}
    assert city.post(f"/ledger/{kind}", data=data).status_code == 303
    (row,) = entries(world)
    assert (row.kind, row.year, row.region_code) == (kind, 2024, "621100")


@pytest.mark.parametrize(
    ("wrong", "at_fault"),
    [
        ({"title": " "}, "title"),
        ({"on": "2024-05-21"}, "on"),
        ({"on": ""}, "on"),
        ({"type": "其他"}, "type"),
        ({"type": ""}, "type"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"beneficiaries": "三"}, "beneficiaries"),
        ({"cluster_no": "GS-JQ-1999-001"}, "cluster_no"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_and_what_was_typed_stays(world, clerk, wrong, at_fault):
    answer = clerk.post("/ledger/policy_item", data={**POLICY, **wrong})
    assert answer.status_code == 422
    assert f'href="#{at_fault}"' in answer.text
    assert entries(world) == []


def test_a_county_sees_its_own_rows_and_its_city_sees_them_too(world, clerk):
    clerk.post("/ledger/policy_item", data=POLICY)
    assert "技改补助" in world.client_of("city_clerk", "621100").get("/ledger").text
    for stranger in (("county_clerk", "621123"), ("city_clerk", "620500")):
        assert "技改补助" not in world.client_of(*stranger).get("/ledger").text
        assert "技改补助" not in world.client_of(*stranger).get("/ledger.csv").text


def test_a_row_is_voided_with_a_reason_by_its_own_office_and_counts_no_more(world, clerk):
    clerk.post("/ledger/policy_item", data=POLICY)
    (row,) = entries(world)
    address = f"/ledger/entries/{row.id}/void"
    assert world.client_of("county_clerk", "621123").post(address, data={"reason": "x"}).status_code == 403
    clerk.post(address, data={"reason": ""})
    assert entries(world)[0].voided_at is None
    assert clerk.post(address, data={"reason": "重复登记"}).status_code == 303
    assert "重复登记" in clerk.get("/ledger").text
    assert ledger.sums(entries(world)) == {}


@pytest.mark.article("第六条")
@pytest.mark.article("第十八条")
def test_rows_of_a_cluster_and_year_stand_beside_its_report(told):
    clerk = told.client_of("county_clerk", "621123")
    clerk.post("/ledger/policy_item", data={**POLICY, "cluster_no": "GS-JQ-2023-001"})
    clerk.post("/ledger/policy_item", data={**POLICY, "on": "2023-12-31", "cluster_no": "GS-JQ-2023-001"})
    with told.database.read() as session:
        assert [str(e.on) for e in ledger.of_year(session, "GS-JQ-2023-001", 2023)] == ["2023-12-31"]
    task = told.item(told.instance("NB-2023-GS-JQ-2023-001"), "fill_report")
    page = clerk.get(f"/tasks/{task}").text
    assert "培育台账中本年度已登记 1 项" in page
    assert "支持金额120.55万元" in page


@pytest.mark.article("第五条")
def test_the_planned_number_is_shown_as_a_plan_and_no_limit(world):
    page = world.client_of("prov_clerk").get("/register").text
    assert "30 个左右" in page
    assert "不作上限" in page


def test_the_ledger_is_read_by_region_and_cluster(world, clerk):
    assert clerk.post("/ledger/policy_item", data=POLICY).status_code == 303
    province = world.client_of("prov_clerk")
    assert "技改补助" in province.get("/ledger?region=621100").text
    for nothing in ("region=620900", "cluster=GS-JQ-1999-001"):
        assert "没有符合条件的登记" in province.get(f"/ledger?{nothing}").text
    assert "技改补助" not in province.get("/ledger.csv?region=620900").text
