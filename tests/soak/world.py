"""The world of the long run: the shipped system on the sandbox clock, its people, its imported clusters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.annual import assessment_templates
from clusters.batches import rules
from clusters.batches.models import RuleContinuation
from clusters.models import Cluster
from clusters.people import organisations, people, regions, roles
from engine import audit
from engine.clock import SHANGHAI, legal_day
from engine.db import Database
from engine.ids import new_id
from engine.instances import NewInstance
from engine.models import WorkItem
from engine.sandbox_clock import SandboxClock, advance
from engine.ticking import tick
from qilian import bootstrap
from qilian.config import Config
from tests.support.tables import create_tables

PROVINCE = "620000"
MORNING = time(9, 0)
# Enough people for every rule of four eyes and every signature of two.
COUNTY = {"county_clerk": 2, "county_leader": 1}
CITY = {"city_clerk": 2, "city_inspector": 2, "city_leader": 2}
PROVINCIAL = {
    "prov_clerk": 3, "prov_inspector": 3, "prov_office_head": 2, "prov_leader": 2, "sys_admin": 2,
}  # fmt: skip
PLAN_TARGETS = (
    {"aspect": "A1", "name": "集群总产值", "quantitative": True, "unit": "万元", "direction": "higher_better",
     "baseline_value": "200000", "baseline_year": 2023, "target_y1": "220000", "target_y2": "240000",
     "target_y3": "260000", "weight": "60"},
    {"aspect": "A7", "name": "公共服务平台", "quantitative": False, "qualitative_criterion": "平台建成运行",
     "weight": "40"},
)  # fmt: skip


@dataclass(frozen=True)
class OpenItem:
    """What somebody sees of a work item before opening it."""

    id: str
    element: str
    role: str
    scope: str
    due_on: date | None
    instance_id: str


class OnlyClock(SandboxClock):
    """The sandbox clock of a single process: it need not ask the database what it has written there."""

    def __init__(self, database: Database, start: datetime) -> None:
        super().__init__(database, start)
        self._now = super().now()

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        super().set(now)
        self._now = super().now()


class World:
    """One database on the sandbox clock. `random` decides everything that is left to chance."""

    def __init__(self, home: Path, start: date, seed: int, url: str = "") -> None:
        self.seed, self.random = seed, Random(seed)
        if not url:
            url = f"sqlite:///{home / 'soak.db'}"
            create_tables(url)
        self.database = Database(url)
        begins = datetime.combine(start, MORNING, SHANGHAI)
        self.clock = OnlyClock(self.database, begins)
        self.services = bootstrap.build(Config(home, url, home / "secret.key"), self.database, self.clock)
        self.engine = self.services.engine
        bootstrap.seed(self.services, begins)

    @property
    def today(self) -> date:
        return legal_day(self.clock.now())

    def close(self) -> None:
        self.database.dispose()

    # --- before the run -----------------------------------------------------------------------------

    def settle_in(self, counties: list[str]) -> None:
        """People for the province and each county and its city; what the province publishes beforehand."""
        cities = sorted({regions.city_of(county).code for county in counties})
        with self.database.write() as session:
            self._hire(session, roles.PROVINCE, PROVINCE, PROVINCIAL)
            for city in cities:
                self._hire(session, roles.CITY, city, CITY)
            for county in sorted(set(counties)):
                self._hire(session, roles.COUNTY, county, COUNTY)
        with self.database.write() as session:
            self._continue_the_rule(session, self.clock.now())
            self._publish_templates(session)

    def _publish_templates(self, session: Session) -> None:
        """第十六条: nobody is assessed by what has not been published."""
        head = self.holder(session, "prov_office_head")
        for row in assessment_templates.all_versions(session):
            if row.published_on is None:
                doc_no, on, now = "测试考〔2024〕1号", self.today, self.clock.now()
                assessment_templates.publish(session, row.version, doc_no, on, head, on, now)

    def _hire(self, session: Session, level: str, region: str, posts: dict[str, int]) -> None:
        office = organisations.of_region(session, level, region)
        assert office is not None, f"no office for {level} {region}"
        for role, count in posts.items():
            for number in range(count):
                login = f"{role}.{region}.{number + 1}"
                people.create(
                    session, login=login, name=f"{login}（虚构）",
                    org_id=office.id, role_codes=[role], now=self.clock.now(), password_hash="x",
                    must_change=False, phone="13900000000", fictional=True,
                )  # fmt: skip

    def _continue_the_rule(self, session: Session, now: datetime) -> None:
        """The rule lapsed in January 2026; a document of the test continues it (art. 21)."""
        first = date(2026, 1, 17)
        row = RuleContinuation(
            id=new_id(), rule_version=rules.last_known(session, first).code,
            doc_no="测试延续〔2026〕1号（虚构）", issued_on=first, starts_on=first,
            ends_on=date(2040, 12, 31),
            files=[], recorded_by="soak", recorded_at=now,
        )  # fmt: skip
        session.add(row)

    def holder(self, session: Session, role: str, scope: str = PROVINCE) -> str:
        return self.engine.directory.candidates(session, role, scope)[0].id

    def start_import(self) -> str:
        """The import of the paper register, as its page starts it; the actors fill its forms."""
        with self.database.write() as session:
            key = numbering.import_key(session, self.today.year)
            new = NewInstance("register_import", key, f"既有集群导入（{key}）", PROVINCE)
            instance_id = self.engine.start_in(session, new, by=self.holder(session, "prov_clerk"))
        self.engine.settle()
        return instance_id

    # --- time -----------------------------------------------------------------------------------------

    def pass_days(self, days: int) -> None:
        """As with a scheduler that is awake: everything happens at its own moment."""
        advance(self.engine, self._morning(days))

    def outage(self, days: int) -> None:
        """The system was off: what came due meanwhile happens late, all at once."""
        self.clock.set(self._morning(days))
        self.engine.armed_for, self.engine.armed = None, {}  # a process started anew knows nothing
        while tick(self.engine):
            pass

    def _morning(self, days: int) -> datetime:
        return datetime.combine(self.today + timedelta(days=days), MORNING, SHANGHAI)

    def open_items(self) -> list[OpenItem]:
        """What lies on the desks, in the order in which it came."""
        row = WorkItem
        query = sa.select(row.id, row.element, row.role, row.scope, row.due_on, row.instance_id)
        with self.database.read() as session:
            found = session.execute(query.where(row.status == "open").order_by(row.number))
            return [OpenItem(*columns) for columns in found]

    def clusters(self) -> list[Cluster]:
        with self.database.read() as session:
            return list(session.scalars(sa.select(Cluster).order_by(Cluster.cluster_no)))

    def seal(self) -> audit.Verification:
        """Seal what has been recorded and walk the whole chain."""
        with self.database.write() as session:
            while audit.seal(session, self.services.audit_key):
                session.flush()
        with self.database.read() as session:
            return audit.verify(session, self.services.audit_key)


def paper_rows(counties: list[str], today: date, random: Random) -> Iterator[dict[str, object]]:
    """One row of the paper register per cluster, designated within the last two and a half years."""
    for number, county in enumerate(counties, 1):
        earliest = max(date(2023, 2, 1), today - timedelta(days=900))
        latest = min(today, date(2026, 1, 16))
        decided = earliest + timedelta(days=random.randrange((latest - earliest).days))
        ends = date(decided.year + 3, decided.month, min(decided.day, 28))
        yield {
            "cluster_name": f"测试{number:03d}号产业集群（虚构）", "county_code": county,
            "leading_industry_name": f"测试产业{number:03d}", "leading_industry_gbt4754": ["2730"],
            "decision_no": f"测试认定〔{decided.year}〕{number}号", "decision_date": decided.isoformat(),
            "valid_from": decided.isoformat(), "valid_to": ends.isoformat(), "term_no": 1,
            "location_desc": "测试园区（虚构）", "area_km2": "12.5", "operator_type": "管委会",
            "operator_name": f"测试{number:03d}号管委会（虚构）", "plan_start_year": decided.year,
            "plan_end_year": decided.year + 2,
        }  # fmt: skip


def paper_targets(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{"cluster_name": row["cluster_name"], **target} for row in rows for target in PLAN_TARGETS]
