"""Armed starts: one obligation per subject and occurrence, begun once, never for the past (D4)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine import definitions, retrying
from engine.calendar import Calendar
from engine.clock import FixedClock
from engine.contract import Catalogue, Context, Subject
from engine.engine import Engine
from engine.instances import NewInstance
from engine.models import ArmedStart, Incident, Instance
from engine.ticking import next_due, tick
from engine.timers import MAX_ATTEMPTS
from tests.diagrams import a_form, chain, diagram, element, end, flow, properties, service, start, tag, user
from tests.engine.errands import PROJECT, People

DEPLOYED = datetime(2023, 3, 1, 1, 0, tzinfo=UTC)
REPORT_DAY = "${next_working_day(date(occurrence + 1, 1, 1))}"


def timed(id_: str, expression: str, **values: str) -> str:
    date_ = tag("timeDate", expression, 'xsi:type="bpmn:tFormalExpression"')
    inside = properties(forEach="things", **values) + element("timerEventDefinition", f"{id_}_timer", date_)
    return start(id_, inside)


def yearly(expression: str = REPORT_DAY, *beside: str) -> str:
    steps = [
        timed("report_season", expression, businessKey="NB"),
        *beside,
        service("open_report"),
        user("report"),
    ]
    return diagram(
        *steps, end(), chain("report_season", "open_report", "report", "end"),
        lanes={"clerk": ["report"]},
    ).decode()  # fmt: skip


class Things:
    """The subjects, as a test changes them."""

    def __init__(self) -> None:
        self.now = {"T-1": self.thing("T-1", date(2023, 10, 12))}
        self.broken = False

    @staticmethod
    def thing(key: str, since: date, term_no: int = 1) -> Subject:
        end_of_term = date(since.year + 3, since.month, since.day).isoformat()
        return Subject(key, f"事物{key}", "621122", since, {"valid_to": end_of_term, "term_no": term_no})

    def catalogue(self) -> Catalogue:
        catalogue = Catalogue()

        @catalogue.subjects("things", label="事物", revision=lambda _: tuple(self.now.items()))
        def things(session, today):
            return list(self.now.values())

        @catalogue.handler("sample.work", label="开始")
        def work(context: Context) -> None:
            if self.broken:
                raise RuntimeError("the machine is broken")

        return catalogue


class Office:
    """An engine with one diagram about things, and its clock."""

    def __init__(self, database) -> None:
        self.things, self.clock = Things(), FixedClock(DEPLOYED)
        calendar = Calendar.load(PROJECT / "processes/calendars/cn.toml")
        self.engine = Engine(
            database, self.clock, self.things.catalogue(), People(),
            terms=lambda *_: {}, calendar_of=lambda _: calendar,
        )  # fmt: skip

    def deploy(self, xml: str, at: datetime = DEPLOYED) -> None:
        with self.engine.database.write() as session:
            bundle = definitions.propose(session, at, "ann", "sample", xml, {"note": a_form("note")})
            definitions.deploy(session, at, bundle.id, "bob")

    def at(self, year: int, month: int, day: int, hour: int = 9) -> "Office":
        self.clock.set(datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=8))
        tick(self.engine)
        return self

    def waiting(self) -> list[tuple[str, int, str]]:
        with self.engine.database.read() as session:
            query = sa.select(ArmedStart).where(ArmedStart.status == "waiting").order_by(ArmedStart.due_at)
            return [(r.subject, r.occurrence, r.due_on.isoformat()) for r in session.scalars(query)]

    def begun(self) -> list[str]:
        with self.engine.database.read() as session:
            return list(session.scalars(sa.select(Instance.business_key).order_by(Instance.started_at)))


@pytest.fixture
def office(database) -> Office:
    return Office(database)


def test_a_report_opens_on_the_first_working_day_of_the_next_year(office: Office) -> None:
    office.deploy(yearly())
    office.at(2023, 10, 12)
    assert office.waiting() == [("T-1", 2023, "2024-01-02"), ("T-1", 2024, "2025-01-02")]
    assert next_due(office.engine, office.clock.now()) == datetime(2024, 1, 1, 16, 5, tzinfo=UTC)
    assert office.at(2024, 1, 2, 0).begun() == []
    assert office.at(2024, 1, 2).begun() == ["NB-2023-T-1"]
    assert office.at(2024, 1, 3).begun() == ["NB-2023-T-1"]


def test_the_instance_begins_with_its_subject_and_occurrence(office: Office) -> None:
    office.deploy(yearly())
    office.at(2023, 10, 12).at(2024, 1, 2)
    with office.engine.database.read() as session:
        instance = session.scalars(sa.select(Instance)).one()
    assert (instance.scope, instance.title) == ("621122", "事物T-1：sample")
    assert '"occurrence":2023' in instance.state
    assert '"valid_to":"2026-10-12"' in instance.state


def test_a_thing_of_december_reports_that_year_and_one_of_january_does_not(office: Office) -> None:
    things = [Things.thing("T-12", date(2023, 12, 31)), Things.thing("T-01", date(2024, 1, 3))]
    office.things.now = {t.key: t for t in things}
    office.deploy(yearly())
    office.at(2023, 12, 31).at(2024, 1, 2).at(2024, 1, 3)
    assert office.begun() == ["NB-2023-T-12"]
    assert ("T-01", 2024, "2025-01-02") in office.waiting()


def test_the_obligation_of_a_year_binds_whoever_was_there_in_it_however_late_it_starts(
    office: Office,
) -> None:
    office.deploy(yearly("${date(occurrence + 1, 3, 1)}"))
    office.things.now = {"T-12": Things.thing("T-12", date(2023, 12, 31))}
    office.things.now["T-01"] = Things.thing("T-01", date(2024, 1, 15))
    office.at(2024, 1, 15).at(2024, 3, 1)
    assert office.begun() == ["NB-2023-T-12"]


def test_an_import_never_starts_past_years(office: Office) -> None:
    office.deploy(yearly())
    office.things.now = {}
    office.at(2026, 11, 23)
    office.things.now = {"T-9": Things.thing("T-9", date(2026, 11, 23))}
    office.at(2026, 11, 23, 10)
    assert office.begun() == []
    assert [row[:2] for row in office.waiting()] == [("T-9", 2026)]


def test_a_late_first_deployment_never_starts_past_years(office: Office) -> None:
    office.clock.set(datetime(2024, 5, 20, 1, tzinfo=UTC))
    office.deploy(yearly(), at=office.clock.now())
    office.at(2024, 5, 20, 12)
    assert office.begun() == []
    assert office.waiting() == [("T-1", 2024, "2025-01-02"), ("T-1", 2025, "2026-01-04")]


def test_after_an_outage_of_years_each_missed_report_still_opens_once(office: Office) -> None:
    office.deploy(yearly())
    office.at(2023, 10, 12)
    assert office.at(2026, 6, 1).begun() == ["NB-2023-T-1", "NB-2024-T-1", "NB-2025-T-1"]
    with office.engine.database.read() as session:
        rows = session.scalars(sa.select(ArmedStart).where(ArmedStart.status == "fired")).all()
    assert all(row.late_seconds > 0 for row in rows)


def test_who_loses_the_title_is_asked_no_more_and_who_gets_it_back_is(office: Office) -> None:
    office.deploy(yearly())
    office.at(2023, 10, 12)
    kept, office.things.now = office.things.now, {}
    assert office.at(2023, 11, 1).waiting() == []
    office.things.now = kept
    assert office.at(2023, 12, 1).waiting()[0] == ("T-1", 2023, "2024-01-02")


def test_a_new_version_of_the_diagram_moves_what_waits(office: Office) -> None:
    office.deploy(yearly())
    office.at(2023, 10, 12)
    office.deploy(yearly("${date(occurrence + 1, 1, 15)}"), at=office.clock.now())
    assert office.at(2023, 10, 13).waiting()[0] == ("T-1", 2023, "2024-01-15")


def test_once_a_term_means_once_until_the_next_term(office: Office) -> None:
    start_ = timed("prompt", "${days_after(valid_to, -180)}", occurrence="term", businessKey="FH")
    xml = diagram(
        start_, user("report"), end(), chain("prompt", "report", "end"), lanes={"clerk": ["report"]}
    ).decode()
    office.deploy(xml)
    office.at(2023, 10, 12)
    assert office.waiting() == [("T-1", 1, "2026-04-15")]
    office.at(2026, 4, 15)
    renewed = Things.thing("T-1", date(2026, 10, 13), term_no=2)
    office.things.now = {"T-1": renewed}
    office.at(2026, 10, 13)
    assert (office.begun(), office.waiting()) == (["FH-1-T-1"], [("T-1", 2, "2029-04-16")])


def test_a_person_starts_at_the_plain_event_and_the_timer_then_starts_nothing(office: Office) -> None:

    office.deploy(
        yearly(REPORT_DAY, start("by_hand"), user("first"), flow("by_hand", "first"), flow("first", "report"))
    )
    office.at(2023, 10, 12)
    office.engine.start(NewInstance("sample", "NB-2023-T-1", "提前", "621122"), by="ann")
    assert office.at(2024, 1, 2).begun() == ["NB-2023-T-1"]


def test_a_start_that_keeps_failing_becomes_an_incident_that_can_be_tried_again(office: Office) -> None:
    office.things.broken = True
    office.deploy(yearly())
    office.at(2023, 10, 12)
    with office.engine.database.write() as session:
        session.execute(sa.update(ArmedStart).values(attempts=MAX_ATTEMPTS - 1))
    office.at(2024, 1, 2)
    with office.engine.database.read() as session:
        incident = session.scalars(sa.select(Incident).where(Incident.kind == "start")).one()
    assert not retrying.retry(office.engine, incident.id, "ann").went_through
    office.things.broken = False
    assert retrying.retry(office.engine, incident.id, "ann").went_through
    assert office.begun() == ["NB-2023-T-1"]
