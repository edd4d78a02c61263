"""What the province does on the page of a batch; what was typed stays when it is refused (F18)."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from clusters.batches import batches
from clusters.notices import notices
from engine.clock import SHANGHAI
from engine.errors import NotAllowed
from engine.models import AuditEntry, Reminder, Timer, WorkItem
from engine.ticking import tick
from qilian.sandbox.play import PDF
from tests.web.told import AT_THRESHOLD, BATCH_IN_NOTICE, NOTICE, OPEN_BATCH

PAGE = f"/batches/{OPEN_BATCH}"


def on(told, year, month, day):
    told.clock.set(datetime(year, month, day, 9, tzinfo=SHANGHAI))


def document(number="示例延续〔2026〕1号"):
    return {"continuation_doc": number, "continuation_file": (BytesIO(PDF), "延续文件.pdf")}


# --- the rule lapses while a batch runs (第二十一条) --------------------------------------------------


@pytest.mark.article("第二十一条")
def test_a_batch_whose_rule_lapsed_says_what_stands_still_and_goes_on_by_a_document(told):
    clerk = told.client_of("prov_clerk")
    on(told, 2026, 1, 16)
    assert "登记延续执行文件" not in clerk.get(PAGE).text
    refused = clerk.post(f"{PAGE}/continuation", data=document())
    assert refused.status_code == 422
    assert "无需登记延续执行文件" in refused.text
    on(told, 2026, 1, 17)
    shown = clerk.get(PAGE).text
    assert "受理暂停" in shown
    assert "2026年1月16日" in shown
    without_file = clerk.post(f"{PAGE}/continuation", data={"continuation_doc": "示例延续〔2026〕1号"})
    assert without_file.status_code == 422
    assert "请上传延续执行文件" in without_file.text
    assert 'value="示例延续〔2026〕1号"' in without_file.text
    head = told.client_of("prov_office_head")
    assert head.post(f"{PAGE}/continuation", data=document()).status_code == 303
    shown = clerk.get(PAGE).text
    assert "受理暂停" not in shown
    assert "示例延续〔2026〕1号" in shown
    with told.database.read() as session:
        batch = batches.get(session, OPEN_BATCH)
        row = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "batch.continued")).one()
    assert row.facts == {
        "doc_no": "示例延续〔2026〕1号",
        "files": [batch.continuation_files[0]["sha256"]],
    }
    again = clerk.post(f"{PAGE}/continuation", data=document("示例延续〔2026〕2号"))
    assert again.status_code == 422
    assert "已登记延续执行文件" in again.text


def test_a_county_reads_what_stands_still_and_records_nothing(told):
    on(told, 2026, 1, 17)
    county = told.client_of("county_clerk", AT_THRESHOLD)
    shown = county.get(PAGE).text
    assert "须由省厅登记延续执行文件" in shown
    assert "continuation_file" not in shown
    assert county.post(f"{PAGE}/continuation", data=document()).status_code == 403


# --- what was typed stays -----------------------------------------------------------------------------


def test_a_refused_extension_keeps_what_was_typed(told):
    typed = {"doc_no": "示例延〔2024〕1号", "reason": "汛期", "county_due": "2024-01-01", "recommend_due": ""}
    refused = told.client_of("prov_clerk").post(f"{PAGE}/extend", data=typed)
    assert refused.status_code == 422
    assert "请填写日期" in refused.text
    for value in ("示例延〔2024〕1号", "汛期", "2024-01-01"):
        assert f'value="{value}"' in refused.text


def test_a_refused_outage_keeps_what_was_typed(told):
    typed = {"starts_on": "2024-05-19", "ends_on": "2024-05-18", "reason": "门户升级"}
    refused = told.client_of("prov_clerk").post(f"/notices/{NOTICE}/interruptions", data=typed)
    assert refused.status_code == 422
    assert "不能早于起日" in refused.text
    for value in typed.values():
        assert f'value="{value}"' in refused.text


# --- an outage of the portal (第十五条, A-15) ----------------------------------------------------------


def outage(told, day: date):
    data = {"starts_on": day, "ends_on": day, "reason": "门户网站无法访问（虚构）"}
    answer = told.client_of("prov_clerk").post(f"/notices/{NOTICE}/interruptions", data=data)
    assert answer.status_code == 303


def last_day(told) -> date:
    with told.database.read() as session:
        return notices.of_batch(session, BATCH_IN_NOTICE).last_day


def decision(told) -> WorkItem:
    with told.database.read() as session:
        query = sa.select(WorkItem).where(WorkItem.element == "decide_designation", WorkItem.status == "open")
        return session.scalars(query).one()


def working_days_later(told, day: date, days: int) -> date:
    with told.database.read() as session:
        return told.services.engine.parts.calendar_of(session).due(day, days, "620000").due


@pytest.mark.article("第十五条")
def test_the_decision_is_due_from_the_day_on_which_a_prolonged_notice_really_ended(told):
    planned = last_day(told)
    outage(told, date(2024, 5, 20))
    prolonged = last_day(told)
    assert prolonged > planned
    told.play.until(prolonged.year, prolonged.month, prolonged.day)
    tick(told.services.engine)
    with told.database.read() as session:
        waiting = sa.select(Timer.status).where(Timer.element == "notice_ended").order_by(Timer.id.desc())
        assert session.scalars(waiting).first() == "waiting"
    after = prolonged + timedelta(days=1)
    told.play.until(after.year, after.month, after.day)
    item = decision(told)
    assert item.due_on == working_days_later(told, prolonged, 10)
    assert item.due_trace["start"] == prolonged.isoformat()


@pytest.mark.article("第十五条")
def test_an_outage_registered_when_the_decision_is_open_moves_its_due_date_and_reminders(told):
    planned = last_day(told)
    after = planned + timedelta(days=1)
    told.play.until(after.year, after.month, after.day)
    before = decision(told)
    assert before.due_on == working_days_later(told, planned, 10)
    outage(told, planned)
    item, expected = decision(told), working_days_later(told, last_day(told), 10)
    assert expected > before.due_on
    assert (item.due_on, item.due_trace["due"]) == (expected, expected.isoformat())
    with told.database.read() as session:
        on_the_day = sa.select(Reminder).where(Reminder.item_id == item.id, Reminder.label == "+0")
        assert session.scalars(on_the_day).one().due_at.date() == expected
        row = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "notice.interrupted")).one()
    assert row.facts["last_day"] == last_day(told).isoformat()
    assert row.facts["decision_due"] == expected.isoformat()


@pytest.mark.article("第四条")
def test_a_city_cannot_take_the_decision_of_the_province(told):
    """10.3: not by its page, not by its address, whoever of the city asks."""
    told.play.until(2024, 5, 24)
    item = decision(told)
    for role in ("city_clerk", "city_leader"):
        with told.database.read() as session:
            somebody = told.services.engine.directory.candidates(session, role, "621100")[0]
        with pytest.raises(NotAllowed):
            told.services.engine.complete(item.id, by=somebody.id, data={})
        assert told.client_of(role).post(f"/tasks/{item.id}", data={}).status_code in (403, 404)
    assert decision(told).version == item.version
