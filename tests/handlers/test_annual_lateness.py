"""Late reports (art. 18, 19-3a): whose lateness, urging, and when a proposal may follow (10.4 no. 4, 8)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from clusters.annual import annual_lateness, annual_reports
from clusters.register import register
from clusters.revocation import proposals
from engine import calendar_store, urges
from engine.models import InboxMessage
from tests.handlers.season import CLUSTER, Season, a_season, confirmed

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.article("第十八条"),
    pytest.mark.article("第十九条"),
]


@pytest.fixture(scope="module")
def steps():
    return a_season


@pytest.fixture
def season(stage, scene):
    return Season(stage.database, now=scene[1])


def proposed(season):
    with season.reading() as session:
        return list(proposals.of_cluster(session, CLUSTER))


def may_propose(season):
    with season.reading() as session:
        calendar = season.engine.parts.calendar_of(session)
        report = annual_reports.get(session, f"NB-2024-{CLUSTER}")
        return annual_lateness.standing(session, report, calendar, season.today).may_propose


def chases(season, year=2024):
    with season.reading() as session:
        found = annual_lateness.chases_of(session, f"NB-{year}-{CLUSTER}")
        return [(row.late, row.action, row.at.date().isoformat()) for row in found]


def reasons(season):
    with season.reading() as session:
        return "".join(annual_lateness.chases_of(session, f"NB-2024-{CLUSTER}")[-1].why)


# --- urging ---------------------------------------------------------------------------------------


def test_a_missing_report_is_urged_on_the_next_working_day_and_every_week(season):
    season.until("2025-03-02")
    assert chases(season) == []
    season.until("2025-03-18")
    assert [c[2] for c in chases(season)] == ["2025-03-02", "2025-03-09", "2025-03-16"]  # 00:05 Beijing
    assert {c[:2] for c in chases(season)} == {("cluster", "urge")}
    with season.reading() as session:
        made = urges.of_instance(session, season.report().instance_id)
        told = {
            r[0]
            for r in session.query(InboxMessage.person_id).filter(InboxMessage.title == "催报：填报年度报告")
        }
        raised = {
            r[0]
            for r in session.query(InboxMessage.person_id).filter(InboxMessage.title.contains("年报逾期未报"))
        }
    assert (len(made), told, raised) == (3, {"cc", "oc"}, {"mc", "ml"})


def test_urges_of_the_system_prove_no_receipt(season):
    season.until("2025-06-30")
    assert proposed(season) == []
    assert "0次" in reasons(season)


def test_two_urges_with_receipt_and_ten_working_days_lead_to_a_proposal_and_no_more(season):
    season.until("2025-03-04").urge().urge(channel="letter", receipt="挂号回执12号")
    season.until("2025-03-14")
    assert not may_propose(season)  # the tenth working day is grace
    assert may_propose(season.until("2025-03-15"))
    assert proposed(season) == []  # the weekly round comes on Monday
    season.until("2025-03-17")
    (proposal,) = proposed(season)
    assert (proposal.ground, proposal.origin, proposal.status) == ("19-3a", "timer", "proposed")
    assert [e["receipt"] for e in proposal.evidence if e["kind"] == "urge"] == [
        "接听人：示例",
        "挂号回执12号",
    ]
    (message,) = season.messages("propose_revocation")
    assert (message.to, message.payload["proposal_id"]) == (proposal.no, proposal.id)
    with season.reading() as session:
        assert register.get(session, CLUSTER).status == "valid"  # a timer decides nothing
    season.until("2025-06-30")
    assert len(proposed(season)) == 1


def test_one_urge_with_receipt_is_not_enough(season):
    season.until("2025-03-04").urge().urge(channel="system", receipt="")
    season.until("2025-05-30")
    assert proposed(season) == []


def test_an_urge_in_the_application_counts_once_its_message_was_opened(season):
    season.until("2025-03-04").urge().urge(channel="system", receipt="")
    with season.database.write() as session:
        opened = sa.update(InboxMessage).where(InboxMessage.event.startswith("urge:"))
        session.execute(opened.values(read_at=datetime(2025, 3, 5, 2, tzinfo=UTC)))
    season.until("2025-03-17")
    (proposal,) = proposed(season)
    receipts = [e["receipt"] for e in proposal.evidence if e["kind"] == "urge"]
    assert receipts == ["接听人：示例", "站内消息已于2025-03-05阅读"]


def test_urging_before_the_date_is_no_urging_of_a_late_cluster(season):
    season.until("2025-02-28").urge().urge()
    season.until("2025-05-30")
    assert proposed(season) == []


def test_the_city_is_late_and_the_cluster_in_time_so_nothing_is_proposed(season):
    season.until("2025-02-28", "23:59").report_to_city()
    season.until("2025-03-04").urge("verify_report", by="pc").urge("verify_report", by="pc")
    season.until("2025-06-30")
    assert (proposed(season), {c[0] for c in chases(season)}) == ([], {"city"})
    assert "逾期不在集群" in reasons(season)


def test_a_report_that_came_late_is_flagged_and_not_proposed(season):
    season.until("2025-03-04").urge().urge()
    season.until("2025-03-14").report_to_city().verify().submit().receive()
    season.until("2025-06-30")
    assert proposed(season) == []
    assert chases(season)[-1][1] == "done"


def test_by_a_provisional_calendar_people_are_reminded_and_nothing_follows(season):
    season.until("2025-01-02").received()
    season.until("2026-01-04").received(2025)
    season.until("2027-03-05")
    season.urge(year=2026).urge(year=2026)
    season.until("2027-06-30")
    assert {c[:2] for c in chases(season, 2026)} == {("", "remind")}
    assert proposed(season) == []


def test_when_the_announcement_has_come_the_same_facts_lead_to_a_proposal(season):
    announced = next(year for year in confirmed(2027).years if year.year == 2027)
    with season.database.write() as session:
        calendar_store.put(session, season.clock.now(), replace(announced, version=announced.version + 1))
    season.until("2025-01-02").received()
    season.until("2026-01-04").received(2025)
    season.until("2027-03-05").urge(year=2026).urge(year=2026)
    season.until("2027-03-15")
    assert proposed(season) == []  # ten working days after Monday 1 March
    season.until("2027-03-16")
    assert len(proposed(season)) == 1


def test_lateness_that_the_system_caused_is_nobodys(season):
    season.outage_until("2025-02-27")
    season.until("2025-03-04").urge().urge()
    season.until("2025-06-30")
    assert proposed(season) == []
    assert "系统迟开" in reasons(season)
