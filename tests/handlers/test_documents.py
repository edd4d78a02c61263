"""Print views as data: each sheet says what its rows say, to whom, until when, signed by whom."""

import pytest

from clusters.batches import recommendations
from clusters.designation import documents
from clusters.models import DesignationDecision
from clusters.notices import notices
from engine.errors import NotFound
from tests.handlers.stage import BATCH, CALENDAR


@pytest.fixture
def batch(stage):
    return stage.open_batch()


def test_the_correction_notice_lists_every_item_and_the_due_day(stage, batch):
    case = stage.case().submitted()
    items = [{"field": "plan_file", "content": "规划缺页"}, {"field": "enterprises", "content": "补证明"}]
    stage.on("2024-05-31")
    case.handle("return_for_correction", decision="correct", correction_items=items)
    with stage.reading() as session:
        sheet = documents.correction_notice(session, case.row, 1)
        with pytest.raises(NotFound):
            documents.correction_notice(session, case.row, 2)
    assert sheet.addressee == "定西市陇西县工业和信息化局"
    assert sheet.signed_by == "定西市工业和信息化局"
    assert [row[2] for row in sheet.tables[0].rows] == ["规划缺页", "补证明"]
    assert "2024年6月17日" in sheet.paragraphs[1]
    assert "10个工作日" in sheet.paragraphs[1]


def test_the_letter_to_a_department_lists_the_enterprises_that_count(stage, batch):
    case = stage.case().submitted()
    with stage.reading() as session:
        sheet = documents.department_letter(session, case.row, "税务", stage.today, None)
    assert sheet.addressee == "定西市税务部门"
    assert len(sheet.tables[0].rows) == len(case.content()["enterprises"])


def test_the_opinion_shows_system_and_reviewer_side_by_side(stage, batch):
    case = stage.case().inspected()
    cut = {"field": "indicators.3.leading_output", "from": "226000.00", "to": "225000.00", "reason": "核减"}
    case.review(data_corrections=[cut])
    with stage.reading() as session:
        sheet = documents.review_opinion(session, case.row)
    rows = {row[0]: row for row in sheet.tables[0].rows}
    assert rows["C1.8"][1:4] == ("附件一", "77.8546%", "高于 70%")
    assert rows["C7"][5] == "符合"
    assert sheet.tables[1].rows == (("indicators.3.leading_output", "226000.00", "225000.00", "核减", ""),)
    assert "建议推荐" in sheet.paragraphs[2]


def test_letter_notice_and_list_say_what_was_decided(stage, batch):
    case = stage.case().qualified()
    stage.on("2024-09-02")
    batch.select({"case_no": case.no, "selected": True, "ranking": 1})
    batch.publish()
    stage.on("2024-09-10")
    batch.decide()
    with stage.database.write() as session:
        letter = recommendations.letter_of(session, recommendations.item_of(session, case.no))
        sheet = documents.recommendation_letter(session, letter)
        assert sheet.tables[0].rows[0][:3] == ("1", case.name, "陇西县")
        notice = notices.of_batch(session, BATCH)
        assert notice.list_hash in "".join(documents.public_notice(notice).paragraphs)
        decision = session.get_one(DesignationDecision, "示例认定〔2024〕5号")
        (row,) = documents.designation_list(session, decision).tables[0].rows
    assert row[0] == "GS-JQ-2024-001"
    assert row[4] == "2024年9月10日至2027年9月10日"


def test_an_outage_is_told_below_the_notice(stage, batch):
    case = stage.case().qualified()
    stage.on("2024-09-02")
    batch.select({"case_no": case.no, "selected": True, "ranking": 1})
    batch.publish()
    stage.on("2024-09-06")
    with stage.database.write() as session:
        notice = notices.of_batch(session, BATCH)
        notices.interrupt(session, notice.no, stage.today, stage.today, "断网", CALENDAR, "pc", stage.now)
        sheet = documents.public_notice(notice)
    assert sheet.footnotes[-1] == "公示期相应延长至2024年9月10日。"
