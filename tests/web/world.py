"""The whole application on a fresh database: services as the composition root builds them, and people.

`world.client_of("city_clerk", "621100")` is a browser in which a holder of that role in that region has
signed in; the account is made when nobody holds the role there yet.
"""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clusters.batches import rules
from clusters.people import organisations, passwords, people, roles
from clusters.people.models import Organisation, Person, PersonRole
from engine import calendar_store, definitions
from engine.calendar_years import read_years
from engine.clock import FixedClock
from engine.db import Database
from engine.ids import new_id
from engine.models import Bundle
from qilian.bootstrap import build
from qilian.config import SEEDS, Config
from tests.web.form_pages import COMPILED
from web.app import create_app
from web.people import sessions
from web.services import Services

MONDAY = datetime(2024, 5, 20, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
PASSWORD = "Lanzhou#2024-x"
HOME = {roles.COUNTY: "621122", roles.CITY: "621100", roles.OPERATOR: "621122", roles.EXPERT: "620000"}


@cache
def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


def seed(database: Database) -> None:
    """Regions, organisations, calendar and standard; no diagram and no person."""
    with database.write() as session:
        organisations.seed(session)
        calendar_store.seed(session, MONDAY, read_years(SEEDS / "calendars" / "cn.toml"))
        rules.seed(session, (SEEDS / "standards").glob("*.toml"))


class World:
    """One installation. `clock` is legal time and moves only when a test sets it."""

    def __init__(self, url: str, home: Path) -> None:
        self.database = Database(url)
        self.clock = FixedClock(MONDAY)
        self.services: Services = build(Config(home, url, home / "secret.key"), self.database, self.clock)
        self.app: Flask = create_app(self.services)
        self.app.jinja_env.bytecode_cache = COMPILED
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.app.testing = True

    # --- people ---------------------------------------------------------------------------------

    def person(self, role: str, scope: str | None = None, name: str | None = None) -> str:
        """The id of somebody who holds `role` in `scope`; a `name` makes sure it is this one."""
        scope = scope or HOME.get(roles.ROLES[role].level, "620000")
        with self.database.write() as session:
            query = (
                sa.select(Person.id)
                .join(PersonRole, PersonRole.person_id == Person.id)
                .join(Organisation, Organisation.id == Person.org_id)
                .where(PersonRole.role == role, Organisation.region_code == scope)
            )
            query = query.where(Person.name == name) if name else query
            return session.scalars(query.limit(1)).first() or self._hire(session, role, scope, name)

    def _hire(self, session: Session, role: str, scope: str, name: str | None) -> str:
        level = roles.ROLES[role].level
        organisation = organisations.of_region(session, level, scope)
        if organisation is None:
            organisation = Organisation(id=new_id(), name=f"{scope}{level}", level=level, region_code=scope)
            session.add(organisation)
            session.flush()
        shown = name or f"{roles.label(role)}{scope}"
        return people.create(
            session, login=f"{role}.{scope}.{shown}", name=shown, org_id=organisation.id, role_codes=[role],
            now=MONDAY, password_hash=password_hash(), must_change=False,
        ).id  # fmt: skip

    def client_of(self, role: str, scope: str | None = None, name: str | None = None) -> FlaskClient:
        return self.client_for(self.person(role, scope, name))

    def client_for(self, person_id: str) -> FlaskClient:
        """A browser in which this person, who has long since chosen a password, has signed in."""
        client = self.app.test_client()
        with self.app.test_request_context(), self.database.write() as session:
            people.get(session, person_id).must_change_password = False
            token = sessions.begin(session, person_id)
        client.set_cookie(sessions.COOKIE, token)
        return client

    def anybody(self) -> FlaskClient:
        """A browser in which nobody has signed in."""
        return self.app.test_client()

    # --- processes --------------------------------------------------------------------------------

    def deploy(self, name: str = "designation") -> str:
        """Deploy a shipped diagram with the forms it names; returns the bundle's id."""
        xml = (SEEDS / f"{name}.bpmn").read_text(encoding="utf-8")
        forms = {path.stem: path.read_text(encoding="utf-8") for path in (SEEDS / "forms").glob("*.form")}
        used = {key: text for key, text in forms.items() if f'formRef="{key}"' in xml}
        with self.database.write() as session:
            bundle = definitions.propose(session, MONDAY, None, name, xml, used, "")
            definitions.deploy(session, MONDAY, bundle.id, None, second_person=False)
            return bundle.id

    def a_case(self, county: str = "621122") -> str:
        """A fresh application of this county, begun by its clerk; returns the id of its instance."""
        if not self.bundles():
            self.deploy()
        answer = self.client_of("county_clerk", county).post("/cases/new", data={"county": county})
        assert answer.status_code == 303, answer.text
        return answer.location.rpartition("/")[2]

    def bundle(self, name: str = "designation") -> str:
        """The id of the newest bundle of this diagram."""
        return next(b.id for b in reversed(self.bundles()) if b.name == name)

    def bundles(self) -> list[Bundle]:
        with self.database.read() as session:
            return list(session.scalars(sa.select(Bundle).order_by(Bundle.proposed_at)))
