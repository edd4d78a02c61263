"""One application from county to register, topic by topic (art. 13–16), and what people are told."""

from datetime import date

import pytest

from clusters.register import register
from tests.handlers.stage import BATCH, recommend
from tests.handlers.test_filing import refusal


def test_an_application_walks_from_county_to_register(stage):
    batch = stage.open_batch()
    assert batch.result == {"recommend_due": date(2024, 8, 30)}
    case = stage.case()
    case.fill()
    assert case.submit() == {
        "batch_key": BATCH, "recommendation_key": f"{BATCH}/621100", "fill_due": None
    }  # fmt: skip
    case.accept()
    assert stage.told.rules == ["gs-2023"]
    stage.on("2024-06-05")
    case.inspect()
    assert case.call("weigh_onsite_check") == {"false_data": False}
    assert case.review() == {"recommendable": True}
    case.sign()
    recommend(stage, "621100", {"case_no": case.no, "recommend": True, "rank": 1})
    assert stage.told.names() == [("recommended", case.no)]
    case.formal()
    case.inspect("province", by="pi1", also=("pi2",))
    case.re_review()
    case.call("close_re_review")
    assert case.row.status == "qualified"

    stage.on("2024-09-09")
    batch.select({"case_no": case.no, "selected": True, "ranking": 1})
    # Published before the Mid-Autumn holiday: Saturday 14 September is a make-up day and counts.
    assert batch.publish() == {"notice_last_day": date(2024, 9, 14)}
    stage.on("2024-09-18")
    assert batch.decide() == {"held_back": False}
    assert stage.told.names()[-1] == ("designated", case.no)
    with stage.reading() as session:
        cluster = register.of_case(session, case.no)
    assert cluster.cluster_no == "GS-JQ-2024-001"
    assert (cluster.valid_from, cluster.valid_to) == (date(2024, 9, 18), date(2027, 9, 18))
    assert cluster.baseline["operator"]["operator_name"].endswith("（示例）")
    assert case.row.status == "designated"


def test_people_are_told_in_words_at_each_step(stage):
    stage.open_batch()
    case = stage.case().submitted()
    assert "申报批次开放" in stage.told.to("county_clerk", "621122")
    assert "申报批次开放" in stage.told.to("county_clerk", "62LZXQ")
    assert case.name in stage.told.to("city_clerk", "621100")
    case.accept()
    assert "已受理" in stage.told.to("county_leader", "621122")


@pytest.mark.parametrize("unit", ["62LZXQ", "620200"])
def test_a_direct_applicant_files_with_its_own_city_bureau(stage, unit):
    """兰州新区 and 嘉峪关 have no counties (D-14): one region, two organisations."""
    stage.open_batch()
    case = stage.case(unit)
    case.fill()
    assert case.submit()["recommendation_key"] == f"{BATCH}/{unit}"
    assert case.no.startswith(f"GSJQ-2024-{unit}-")
    assert case.name in stage.told.to("prov_clerk", "620000")
    assert refusal(case.accept, by="cc")[0].article == "第四条"
    case.accept()
