"""The sandbox as it stands when somebody opens it first: its story told once, copied for every test."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from werkzeug.serving import WSGIRequestHandler, make_server

from clusters.applications.models import Application
from engine.db import Database
from engine.models import Instance, WorkItem
from engine.sandbox_clock import SandboxClock
from qilian import bootstrap
from qilian.config import Config
from qilian.sandbox.bar import SandboxBar
from qilian.sandbox.opening import BEGINNING, tell
from qilian.sandbox.play import Case, Play
from tests.web.form_pages import COMPILED
from tests.web.world import World
from web.app import create_app

FILE = "qilian.db"
# Counties of the story, by what has become of their application on 2024-05-20.
AT_THRESHOLD, BEGUN, RETURNED, IN_REVIEW = "621122", "621125", "621124", "621102"
WITHDRAWN, WAITING, IN_NOTICE, DESIGNATED = "620981", "620523", "620902", "621123"
BATCH_2023, BATCH_IN_NOTICE, OPEN_BATCH = "GSPC-2023-01", "GSPC-2023-02", "GSPC-2024-01"
NOTICE = "GSGS-2024-01"  # of BATCH_IN_NOTICE


class Quiet(WSGIRequestHandler):
    """Says nothing about requests, so that a failing test shows what failed."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Told(World):
    """The sandbox in `home`. Legal time stands at 2024-05-20 09:00 and moves by the bar or `play`."""

    def __init__(self, home: Path) -> None:
        self.home, url = home, f"sqlite:///{home / FILE}"
        self.database = Database(url)
        self.clock = SandboxClock(self.database, BEGINNING)
        self.services = bootstrap.build(Config(home, url, home / "secret.key"), self.database, self.clock)
        self.services.sandbox = SandboxBar(self.services)
        self.play = Play(self.services)
        self.app = create_app(self.services)
        self.app.jinja_env.bytecode_cache = COMPILED
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.app.testing = True

    def tell(self) -> None:
        bootstrap.seed(self.services, self.services.now())
        tell(self.services)

    # --- what the story left behind ---------------------------------------------------------------

    def application(self, county: str) -> Application:
        with self.database.read() as session:
            query = sa.select(Application).where(Application.county_code == county)
            return session.scalars(query.order_by(Application.case_no.desc()).limit(1)).one()

    def case(self, county: str) -> str:
        """The instance of the county's application."""
        found = self.application(county).instance_id
        assert found is not None
        return found

    def item(self, instance_id: str, element: str) -> str:
        """The open task of a case."""
        with self.database.read() as session:
            query = sa.select(WorkItem.id).where(
                WorkItem.instance_id == instance_id, WorkItem.element == element, WorkItem.status == "open"
            )
            return session.scalars(query).one()

    def playing(self, county: str) -> Case:
        """The county's application for `play`: steps that a test takes without a browser."""
        clerk = self.play.holder("county_clerk", county)
        return self.play.case(self.case(county), self.application(county).case_no, county, clerk)

    def instance(self, business_key: str) -> str:
        with self.database.read() as session:
            return session.scalars(sa.select(Instance.id).where(Instance.business_key == business_key)).one()

    # --- as a server and back to the start ----------------------------------------------------------

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The address at which a browser finds the sandbox; forms need their token, as in production."""
        self.app.config["WTF_CSRF_ENABLED"] = True
        server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            self.app.config["WTF_CSRF_ENABLED"] = False

    def restore(self, database_file: Path) -> None:
        """Forget what a test has done."""
        self.database.dispose()
        for path in self.home.glob(f"{FILE}*"):
            path.unlink()
        shutil.copy(database_file, self.home / FILE)
