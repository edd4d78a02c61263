"""The composition root: which database, clock, directory and handlers make up the running system.

`build` joins the parts; `seed` fills an empty database from `processes/` (files are seeds, the
database is the truth, D10).
"""

import logging
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from clusters.annual import assessment_templates
from clusters.batches import rules
from clusters.dates import SOURCES, ClusterDates
from clusters.duties import DUTIES
from clusters.objections.vault import Vault
from clusters.people import organisations
from clusters.people.organisations import OrganisationDirectory
from clusters.post.post_room import PostRoom
from engine import calendar_store, definitions
from engine.attachments import AttachmentStore
from engine.calendar_store import CalendarStore
from engine.calendar_years import read_years
from engine.clock import Clock, SystemClock
from engine.db import Database, one_at_a_time
from engine.deployment import read_file
from engine.engine import Engine
from engine.errors import Refused
from engine.sandbox_clock import is_sandbox
from handlers import catalogue
from qilian import outside, schema
from qilian.config import SEEDS, Config, ConfigurationFault
from qilian.deployment_rules import deployment_rules
from web.services import Sandbox, Services

log = logging.getLogger("qilian")
SEEDING = "seeding"


def open_database(config: Config) -> Database:
    """The database, brought up to date."""
    config.prepare_home()
    database = Database(config.database_url)
    if not schema.is_current(database):
        schema.upgrade(database)
    return database


def open_services(config: Config) -> Services:
    """The running system on wall time, seeded on first start."""
    database = open_database(config)
    with database.read() as session:
        if is_sandbox(session):
            raise ConfigurationFault("这是沙箱的数据库，时间由人拨动，不能用于正式办理。")
    services = build(config, database, SystemClock())
    seed(services, services.now())
    return services


def build(config: Config, database: Database, clock: Clock, sandbox: Sandbox | None = None) -> Services:
    """Everything behind the pages; starts nothing and writes nothing."""
    engine = Engine(
        database,
        clock,
        catalogue,
        OrganisationDirectory(clock),
        terms=rules.terms,
        calendar_of=CalendarStore(),
        dates=ClusterDates(SOURCES),
        duties=DUTIES,
    )
    return Services(
        engine=engine,
        attachments=AttachmentStore(config.attachments),
        audit_key=config.key_for("audit"),
        secret_key=config.key_for("session"),
        vault=Vault(config.secret_key()),
        processes=SEEDS,
        rules=deployment_rules(),
        post=_post_room(config, database, clock),
        sandbox=sandbox,
        proxies=config.proxies,
    )


def _post_room(config: Config, database: Database, clock: Clock) -> PostRoom:
    """Where time is moved by hand nothing ever leaves, whatever is configured."""
    is_real = isinstance(clock, SystemClock)
    ways = outside.channels(config) if is_real else outside.withheld()
    return PostRoom(database, clock, ways, outside.public_url(config))


def seed(services: Services, now: datetime, folder: Path = SEEDS) -> None:
    """Regions, organisations, calendars, standards and diagrams that are not there yet.

    Several processes may start at once on one database: one seeds, the others find it done.
    """
    with services.database.write() as session:
        one_at_a_time(session, SEEDING)
        organisations.seed(session)
        calendar_store.seed(session, now, read_years(folder / "calendars" / "cn.toml"))
        rules.seed(session, (folder / "standards").glob("*.toml"))
        assessment_templates.seed(session, (folder / "assessments").glob("*.toml"))
    for diagram in sorted(folder.glob("*.bpmn")):
        with services.database.write() as session:
            one_at_a_time(session, SEEDING)
            _deploy_first(session, now, diagram)


def _deploy_first(session: Session, now: datetime, diagram: Path) -> None:
    """Deploy a shipped diagram unless a version of its processes is there; owners decide on updates."""
    bundle = read_file(diagram, deployment_rules())
    if bundle.problems:
        raise Refused(f"{diagram.name}：{bundle.problems[0].message}")
    if all(definitions.latest(session, key) for key in bundle.process_keys):
        return
    row = definitions.propose(session, now, None, diagram.stem, bundle.xml, bundle.forms, "随系统提供")
    definitions.deploy(session, now, row.id, None, second_person=False)
    log.info("deployed %s", diagram.name)
