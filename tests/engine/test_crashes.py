"""kill -9 before and after database statements: nothing is lost, nothing happens twice (D5, D8).

`make test` takes a slice of the points; `make soak` every one.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.clock import FixedClock
from engine.db import Database
from engine.engine import Engine
from engine.errors import Conflict
from engine.models import AuditEntry, InboxMessage, Instance, Message, Submission, Timer, WorkItem
from engine.ticking import tick
from tests.engine.crash_zygote import ACTS, LATER
from tests.engine.errands import MONDAY, PROJECT, an_engine, an_errand, inspected, submit
from tests.support.postgres import drop_database, new_database

pytestmark = pytest.mark.soak
pytestmark = pytest.mark.soak
SLICE = 9  # every n-th point in the quick suite


class Zygote:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.engine.crash_zygote"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT,
        )  # fmt: skip

    def run(self, url: str, act: str, kill_at: int = 0) -> dict[str, int]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"url": url, "act": act, "kill_at": kill_at}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.stop()


def prepare(database: Database, act: str) -> None:
    """Bring an errand to the moment before the act."""
    engine = an_engine(database)
    an_errand(engine)
    if act == "message":
        submit(engine, "fill", "bob", subject="修路")
        submit(engine, "approve", "eve", decision="approve")
        submit(engine, "inspect", "i1", found="属实")
    if act == "timer":
        inspected(engine)
        submit(engine, "register", "reg", note="")


def recover(database: Database, act: str) -> None:
    """What happens after a restart: the clerk tries again if need be, the scheduler ticks."""
    engine: Engine = an_engine(database, FixedClock(LATER if act == "timer" else MONDAY))
    if act != "timer":
        # Once the act is committed, its item is no longer there to complete.
        with suppress(Conflict, ValueError):
            ACTS[act](engine)
    tick(engine)


def outcome(database: Database) -> dict[str, list[object]]:
    """Everything that must come out the same, whenever the process died."""
    told = (InboxMessage.person_id, InboxMessage.title)
    with database.read() as session:
        return {
            "submissions": rows(session, Submission.element),
            "open": rows(session, WorkItem.element, WorkItem.status),
            "messages": rows(session, Message.name, Message.status),
            "timers": rows(session, Timer.element, Timer.status),
            "instances": rows(session, Instance.process_key, Instance.status),
            "told": rows(session, *told),
            "audit": rows(session, AuditEntry.action),
        }


def rows(session: Session, *columns: InstrumentedAttribute[str]) -> list[object]:
    return sorted(tuple(row) for row in session.execute(sa.select(*columns)))


def points(steps: int) -> range:
    return range(1, steps + 1, 1 if os.environ.get("QILIAN_SOAK") else SLICE)


def check_every_point(act: str, copy: Callable[[], str], zygote: Zygote) -> None:
    url = copy()
    steps = zygote.run(url, act)["steps"]
    database = Database(url)
    recover(database, act)
    expected = outcome(database)
    database.dispose()
    assert steps > 20
    for point in points(steps):
        url = copy()
        assert zygote.run(url, act, point)["killed"], f"point {point} was not reached"
        database = Database(url)
        recover(database, act)
        assert outcome(database) == expected, f"killed at database step {point} of {steps}"
        database.dispose()


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_lost_or_doubled_on_sqlite(
    act: str, zygote: Zygote, sqlite_template: Path, tmp_path: Path
) -> None:
    ready = tmp_path / "ready.db"
    shutil.copy(sqlite_template, ready)
    database = Database(f"sqlite:///{ready}")
    prepare(database, act)
    database.dispose()

    def copy() -> str:
        for old in tmp_path.glob("run.db*"):
            old.unlink()
        shutil.copy(ready, tmp_path / "run.db")
        return f"sqlite:///{tmp_path / 'run.db'}"

    check_every_point(act, copy, zygote)


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_lost_or_doubled_on_postgresql(
    act: str, zygote: Zygote, postgres: sa.URL, postgres_template: sa.URL
) -> None:
    ready = new_database(postgres, postgres_template.database)
    database = Database(ready.render_as_string(hide_password=False))
    prepare(database, act)
    database.dispose()
    used: list[sa.URL] = []

    def copy() -> str:
        if used:
            drop_database(used.pop(), postgres)
        used.append(new_database(postgres, ready.database))
        return used[0].render_as_string(hide_password=False)

    check_every_point(act, copy, zygote)
    for url in [*used, ready]:
        drop_database(url, postgres)
