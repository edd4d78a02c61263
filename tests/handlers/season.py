"""Annual reports and assessments run by the engine itself, on a database with one designated cluster.

A `Season` is the shipped diagram, every handler and a clock; the keywords of an act change the form
that would pass. Forms are checked as on the web and begin with what the system prefills.
"""

from contextlib import contextmanager
from datetime import date

import sqlalchemy as sa

from clusters import prefills
from clusters.annual import annual_reports, assessment_templates
from clusters.annual.models import AnnualAssessment, AnnualReport, Award
from clusters.batches import rules
from clusters.people import organisations, roles
from clusters.people.models import Organisation, Person, PersonRole
from clusters.people.organisations import OrganisationDirectory
from clusters.register.models import Cluster
from engine import calendar_store, definitions
from engine.calendar import Calendar
from engine.calendar_store import CalendarStore
from engine.clock import FixedClock, legal_day
from engine.engine import Engine
from engine.models import Bundle, Instance, Message, WorkItem
from engine.ticking import tick
from handlers import catalogue
from tests.handlers.stage import CALENDAR, FILE, PROJECT, at, designated

PROCESSES = PROJECT / "processes"
COUNTY, CITY, PROVINCE = "621122", "621100", "620000"
CLUSTER = "GS-JQ-2024-001"
LONG = "按照发展规划推进各项措施，组织企业实施技术改造和协同配套，取得阶段性成效。" * 6
HONEST = {
    "plan_execution": LONG, "work_experience": LONG, "problems": LONG, "improvement_measures": LONG,
    **dict.fromkeys(
        ("a1_leading_industry", "a2_quality_enterprises", "a3_innovation", "a4_digital", "a5_green",
         "a6_openness", "a7_governance"), "本年度工作情况（虚构）"),
    "no_incidents": True, "truth_commitment": True, "contact_name": "示例", "contact_phone": "13900000000",
    "figure_note": "与上年相同的数据已经核对（虚构）", "a2_new_zjtx": 3, "a2_lost": 1,
}  # fmt: skip


SEATS = {
    "cc": ("county_clerk", COUNTY), "cl": ("county_leader", COUNTY), "oc": ("operator_clerk", COUNTY),
    "mc": ("city_clerk", CITY), "ml": ("city_leader", CITY), "pc": ("prov_clerk", PROVINCE),
    "ph": ("prov_office_head", PROVINCE),
}  # fmt: skip


def hire(session, now):
    """One person in each seat, under the names by which tests call them."""
    for name, (role, region) in SEATS.items():
        level = roles.ROLES[role].level
        office = organisations.of_region(session, level, region)
        if office is None:
            office = Organisation(id=f"org-{name}", level=level, region_code=region, **_operator(session))
            session.add(office)
            session.flush()
        session.add(
            Person(id=name, login=name, name=name, org_id=office.id, password_hash="x", created_at=now)
        )
        session.flush()
        session.add(PersonRole(person_id=name, role=role))


def _operator(session):
    """The body that the register names: its people are those of the cluster."""
    said = session.get_one(Cluster, CLUSTER).baseline["operator"]
    return {"name": said["operator_name"], "uscc": said.get("operator_uscc")}


class Season:
    """The diagram deployed on the day of the designation; time moves day by day with `until`.

    On a database that a season has been through already it goes on; `now` is the instant it stands at.
    """

    def __init__(self, database, calendar=CALENDAR, now=None):
        self.database, self.clock = database, FixedClock(now or at("2024-09-10"))
        self.engine = Engine(
            database, self.clock, catalogue, OrganisationDirectory(self.clock), terms=rules.terms,
            calendar_of=CalendarStore(),
        )  # fmt: skip
        with database.read() as session:
            known = session.scalars(sa.select(Bundle.id)).all()
        if known == ["b"]:  # the stage's own
            self._prepare(calendar)

    def _prepare(self, calendar):
        xml = (PROCESSES / "annual_monitoring.bpmn").read_text("utf-8")
        forms = {p.stem: p.read_text("utf-8") for p in (PROCESSES / "forms").glob("*.form")}
        used = {name: text for name, text in forms.items() if f'formRef="{name}"' in xml}
        with self.database.write() as session:
            now = self.clock.now()
            hire(session, now)
            calendar_store.seed(session, now, calendar.years)
            bundle = definitions.propose(session, now, None, "annual_monitoring", xml, used, "")
            definitions.deploy(session, now, bundle.id, None, second_person=False)
            assessment_templates.seed(session, (PROCESSES / "assessments").glob("*.toml"))

    # --- time ---------------------------------------------------------------------------------------

    def until(self, day, clock="09:00"):
        """Stop at every day at which something comes due, as a running scheduler would."""
        from engine import armed_starts, timers

        end = at(day, clock)
        tick(self.engine)
        while True:
            with self.database.read() as session:
                ahead = [f(session, self.clock.now()) for f in (armed_starts.next_due, timers.next_due)]
            due = min((d for d in ahead if d is not None and d <= end), default=None)
            if due is None:
                break
            self.clock.set(due)
            tick(self.engine)
        self.clock.set(end)
        tick(self.engine)
        return self

    def outage_until(self, day, clock="09:00"):
        """The system was down: everything that came due meanwhile happens only now."""
        self.clock.set(at(day, clock))
        tick(self.engine)
        return self

    @property
    def today(self) -> date:
        return legal_day(self.clock.now())

    # --- asking -------------------------------------------------------------------------------------

    @contextmanager
    def reading(self):
        with self.database.read() as session:
            yield session

    def report(self, year=2024) -> AnnualReport | None:
        with self.reading() as session:
            return annual_reports.on_year(session, CLUSTER, year)

    def assessment(self, year=2024) -> AnnualAssessment | None:
        with self.reading() as session:
            return session.get(AnnualAssessment, f"KH-{year}-{CLUSTER}")

    def award_of(self, year=2024) -> Award | None:
        with self.reading() as session:
            return session.get(Award, f"KH-{year}-{CLUSTER}")

    def open(self) -> set[str]:
        with self.reading() as session:
            query = sa.select(WorkItem.element).where(WorkItem.status == "open")
            return set(session.scalars(query))

    def items(self, year) -> list[WorkItem]:
        """What is open of one year's report and assessment."""
        with self.reading() as session:
            query = sa.select(WorkItem).join(Instance, Instance.id == WorkItem.instance_id)
            query = query.where(WorkItem.status == "open")
            return list(session.scalars(query.where(Instance.business_key.endswith(f"-{year}-{CLUSTER}"))))

    def item(self, element, year=2024) -> WorkItem:
        (found,) = (i for i in self.items(year) if i.element == element)
        return found

    def instance(self, key) -> Instance | None:
        with self.reading() as session:
            return session.scalars(sa.select(Instance).where(Instance.business_key == key)).first()

    def messages(self, name) -> list[Message]:
        with self.reading() as session:
            return list(session.scalars(sa.select(Message).where(Message.name == name)))

    def prefilled(self, element, by, year=2024):
        item = self.item(element, year)
        with self.reading() as session:
            instance = session.get_one(Instance, item.instance_id)
            form = self.engine.form(session, instance.bundle_id, item.form)
            return form.blank(prefills.context(session, instance, form, element, by, self.today))

    # --- acting -------------------------------------------------------------------------------------

    def do(self, element, by, year=2024, **data):
        item = self.item(element, year)
        self.engine.complete(item.id, by=by, data={**self.prefilled(element, by, year), **data})
        return self

    def urge(self, element="fill_report", channel="phone", receipt="接听人：示例", by="mc", year=2024):
        with self.engine.desk(by) as desk:
            desk.urge(self.item(element, year).id, channel, "请尽快报送年度报告", receipt)
        return self

    def fill(self, year=2024, progress=None, figures=None, by="cc", **changes):
        data = self.prefilled("fill_report", by, year)
        rows = progress if progress is not None else [reached(row) for row in data["target_progress"]]
        indicators = [{**data["indicators"][0], **(figures or {})}]
        changes = {"target_progress": rows, "indicators": indicators, **HONEST, **changes}
        return self.do("fill_report", by, year, **changes)

    def approve(self, year=2024, sha="a", **changes):
        scan = [{**FILE[0], "sha256": sha * 64}]
        data = {"decision": "approve", "opinion": "同意报送", "seal_scan": scan, **changes}
        return self.do("approve_report", "cl", year, **data)

    def report_to_city(self, year=2024, **changes):
        return self.fill(year, **changes).approve(year)

    def verify(self, year=2024, **changes):
        data = {"decision": "confirmed", "opinion": "数据与统计部门一致", **changes}
        return self.do("verify_report", "mc", year, **data)

    def submit(self, year=2024, **changes):
        return self.do(
            "submit_to_province", "ml", year, **{"decision": "submit", "opinion": "同意", **changes}
        )

    def receive(self, year=2024, **changes):
        return self.do(
            "receive_report", "pc", year, **{"decision": "receive", "opinion": "材料完整", **changes}
        )

    def received(self, year=2024, **changes):
        return self.report_to_city(year, **changes).verify(year).submit(year).receive(year)

    def publish_template(self, day=None):
        with self.database.write() as session:
            on = day or self.today
            assessment_templates.publish(
                session, "gs-kh-2024", "示例考〔2025〕1号", on, "ph", self.today, self.clock.now()
            )
        return self

    def score(self, year=2024, governance="9", reporting="9", scores=None, **changes):
        rows = scores if scores is not None else self.scores(year, governance, reporting)
        data = {"scores": rows, "grade": "优秀", "opinion": "评分有据", **changes}
        return self.do("assess_cluster", "pc", year, **data)

    def scores(self, year=2024, governance="9", reporting="9"):
        """The prefilled rows with the two items that people score."""
        given = {"K8": governance, "K9": reporting}
        rows = self.prefilled("assess_cluster", "pc", year)["scores"]
        return [{**row, "points": given.get(row["item_id"])} for row in rows]

    def sign(self, year=2024, **changes):
        data = {
            "decision": "agree", "opinion": "同意", "decision_no": f"示例通〔{year + 1}〕6号",
            "decision_date": self.today.isoformat(), **changes,
        }  # fmt: skip
        return self.do("sign_assessment", "ph", year, **data)

    def award(self, year=2024, **changes):
        data = {
            "decision": "grant", "fund_available": True, "fund_doc_no": "示例财〔2025〕3号", "fund_doc": FILE,
            "amount": "50", "award_doc_no": "示例奖〔2025〕1号", "payee_uscc": "91350100M000100Y43",
            **changes,
        }  # fmt: skip
        return self.do("record_award", "pc", year, **data)


def reached(row):
    """A line of the target table as a county fills it where the target is met."""
    number = "".join(c for c in row["planned"].partition("万")[0] if c.isdigit() or c == ".")
    quantitative = row["planned"][:1].isdigit() or row["planned"].startswith("-")
    return (
        {**row, "actual": number, "state": None} if quantitative else {**row, "actual": None, "state": "done"}
    )


def a_season(stage):
    """For a module's `steps`: designated on 10 September 2024 with the diagram deployed; the instant."""
    designated(stage)
    return Season(stage.database).clock.now()


def in_january(stage):
    """The same on 2 January 2025, when the report opens."""
    designated(stage)
    return Season(stage.database).until("2025-01-02").clock.now()


def confirmed(*years):
    """The shipped calendar as if the announcement for these years had come as foreseen."""
    from dataclasses import replace

    known = [
        replace(y, status="confirmed", source_doc="示例通知") if y.year in years else y
        for y in CALENDAR.years
    ]
    return Calendar.from_years(known)
