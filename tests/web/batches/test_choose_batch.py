"""A prefilled application (预填) is put into an open batch on its own page (art. 13)."""

import sqlalchemy as sa

from clusters.applications import applications
from clusters.batches import batches
from engine import work_items
from engine.models import Reminder
from tests.web.told import AT_THRESHOLD, IN_REVIEW, OPEN_BATCH

COUNTY = AT_THRESHOLD


def prefilled(told, county: str = COUNTY) -> str:
    """The page of a case begun without a batch."""
    answer = told.client_of("county_clerk", county).post("/cases/new", data={"county": county})
    assert answer.status_code == 303
    return answer.location


def test_the_chosen_batch_and_its_closing_date_stand_on_the_case(told):
    case, clerk = prefilled(told), told.client_of("county_clerk", COUNTY)
    assert OPEN_BATCH in clerk.get(case).text
    assert clerk.post(f"{case}/batch", data={"batch": OPEN_BATCH}).status_code == 303
    instance_id = case.rsplit("/", 1)[1]
    with told.database.read() as session:
        assert applications.by_instance(session, instance_id).batch_key == OPEN_BATCH
        item = work_items.get(session, told.item(instance_id, applications.FILL))
        assert item.due_on == batches.get(session, OPEN_BATCH).county_due
        armed = sa.select(Reminder.label).where(Reminder.item_id == item.id, Reminder.status == "waiting")
        assert set(session.scalars(armed)) == {"-5", "-2", "+0", "+1"}


def test_a_batch_is_chosen_once_and_only_an_open_one(told):
    case, clerk = prefilled(told), told.client_of("county_clerk", COUNTY)
    assert clerk.post(f"{case}/batch", data={"batch": "GSPC-2023-01"}).status_code == 422
    clerk.post(f"{case}/batch", data={"batch": OPEN_BATCH})
    assert clerk.post(f"{case}/batch", data={"batch": OPEN_BATCH}).status_code == 422
    assert 'id="batch"' not in clerk.get(case).text


def test_another_county_chooses_nothing(told):
    case = prefilled(told)
    answer = told.client_of("county_clerk", IN_REVIEW).post(f"{case}/batch", data={"batch": OPEN_BATCH})
    assert answer.status_code in (403, 404)
