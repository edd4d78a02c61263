"""撤回: a step taken back leaves everything as it was, and whoever was told is told so (annual report)."""

import pytest
import sqlalchemy as sa

from clusters.annual.models import AnnualReport
from engine.db import Base, JsonText, UtcDateTime
from engine.errors import Refused
from engine.models import InboxMessage, Snapshot
from tests.handlers.season import Season, in_january
from tests.support.rows import rows_of_domain


@pytest.fixture(scope="module")
def steps():
    return in_january


@pytest.fixture
def opened(stage, scene):
    return Season(stage.database, now=scene[1])


@pytest.fixture
def at_city(opened):
    """The county's leader has just sent the report to the city."""
    opened.fill()
    opened.before = rows_of_domain(opened.database)
    opened.sent = opened.item("approve_report")
    return opened.approve()


def told(season, person):
    with season.reading() as session:
        query = sa.select(InboxMessage.title, InboxMessage.text).where(InboxMessage.person_id == person)
        return [" ".join(row) for row in session.execute(query)]


def test_a_clerk_takes_a_form_back_before_the_leader_has_looked_and_the_report_is_as_before(opened):
    before, item = rows_of_domain(opened.database), opened.item("fill_report")
    opened.fill()
    assert rows_of_domain(opened.database) != before
    opened.engine.recall(item.id, by="cc")
    assert rows_of_domain(opened.database) == before
    assert opened.item("fill_report").due_on == item.due_on
    opened.fill()
    assert opened.open() == {"approve_report"}


def test_what_reached_the_city_is_as_if_it_had_not_been_sent_and_the_city_is_told(at_city):
    assert at_city.report().at_city_at is not None
    at_city.engine.recall(at_city.sent.id, by="cl")
    assert rows_of_domain(at_city.database) == at_city.before
    assert at_city.report().at_city_at is None
    assert at_city.open() == {"approve_report"}
    assert any("已撤回" in line and at_city.sent.name in line for line in told(at_city, "mc"))
    assert not any("已撤回" in line for line in told(at_city, "cl"))


def test_nothing_is_taken_back_once_the_city_has_begun(at_city):
    with at_city.engine.desk("mc") as desk:
        desk.claim(at_city.item("verify_report").id)
    with pytest.raises(Refused, match="下一环节已经签收"):
        at_city.engine.recall(at_city.sent.id, by="cl")


def test_nothing_is_taken_back_when_its_rows_have_changed_otherwise(at_city):
    with at_city.database.write() as session:
        session.execute(sa.update(AnnualReport).values(status="received"))
    after = rows_of_domain(at_city.database)
    with pytest.raises(Refused, match="已产生效力"):
        at_city.engine.recall(at_city.sent.id, by="cl")
    assert rows_of_domain(at_city.database) == after
    assert at_city.open() == {"verify_report"}


def test_a_receipt_that_told_the_assessment_stays(at_city):
    at_city.verify().submit()
    item = at_city.item("receive_report")
    at_city.receive()
    with at_city.reading() as session:
        assert session.get(Snapshot, item.instance_id) is None
    with pytest.raises(Refused, match="已产生效力"):
        at_city.engine.recall(item.id, by="pc")


def test_every_column_of_the_domain_is_of_a_kind_that_can_be_put_back():
    """A new kind of column needs a way to and from JSON in engine/row_journal.py."""
    known = (sa.String, sa.Integer, sa.Boolean, sa.Date, UtcDateTime, JsonText)
    columns = [c for m in Base.registry.mappers for c in m.local_table.c]
    assert [str(c) for c in columns if not isinstance(c.type, known)] == []
