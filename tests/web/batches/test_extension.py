"""An extended batch moves what was due by its old dates, reminders and all (F18)."""

from datetime import date, timedelta

import sqlalchemy as sa

from clusters.batches import batches
from engine.models import Reminder, WorkItem
from tests.web.told import AT_THRESHOLD, OPEN_BATCH, WITHDRAWN


def test_an_application_still_being_filled_in_is_due_with_the_extended_batch(told):
    item_id = told.item(told.case(AT_THRESHOLD), "fill_application")
    with told.database.read() as session:
        batch = batches.get(session, OPEN_BATCH)
    later, last = batch.county_due + timedelta(days=14), batch.recommend_due + timedelta(days=14)
    answer = told.client_of("prov_clerk").post(
        f"/batches/{OPEN_BATCH}/extend",
        data={"doc_no": "示例延〔2024〕1号", "reason": "汛期", "county_due": later, "recommend_due": last},
    )
    assert answer.status_code == 303
    assert due_and_reminder(told, item_id) == (later, later)
    for role, scope in (
        ("county_clerk", AT_THRESHOLD),
        ("county_leader", WITHDRAWN),
        ("city_leader", "621100"),
    ):
        shown = told.client_of(role, scope).get("/messages").text
        assert "批次截止日期延长" in shown, role
        assert "示例延〔2024〕1号" in shown, role


def due_and_reminder(told, item_id) -> tuple[date, date]:
    with told.database.read() as session:
        item = session.scalars(sa.select(WorkItem).where(WorkItem.id == item_id)).one()
        on_the_day = sa.select(Reminder).where(Reminder.item_id == item_id, Reminder.label == "+0")
        return item.due_on, session.scalars(on_the_day).one().due_at.date()
