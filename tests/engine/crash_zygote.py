"""Runs acts of the engine in children that kill themselves at one database step.

Reads one JSON command a line, `{"url", "act", "kill_at"}`; forks; answers `{"killed", "steps"}`.
A process of its own, so that forking never meets a thread.
"""

import json
import os
import signal
import sys
from datetime import timedelta

from sqlalchemy import event

from engine.clock import FixedClock
from engine.db import Database
from engine.engine import Engine
from engine.ticking import tick
from tests.engine.errands import MONDAY, an_engine, submit


def complete(engine: Engine) -> None:
    submit(engine, "fill", "bob", subject="修路")


def message(engine: Engine) -> None:
    submit(engine, "inspect", "i2")


def timer(engine: Engine) -> None:
    tick(engine)


ACTS = {"complete": complete, "message": message, "timer": timer}
LATER = MONDAY + timedelta(days=30)


class Steps:
    """Counts statements and commits, before and after each; kills at the chosen one."""

    def __init__(self, database: Database, kill_at: int) -> None:
        self.count, self.kill_at = 0, kill_at
        engine = database.engine
        event.listen(engine, "before_cursor_execute", lambda *_: self.point())
        event.listen(engine, "after_cursor_execute", lambda *_: self.point())
        event.listen(engine, "commit", lambda _: self.point())
        commit = engine.dialect.do_commit

        def do_commit(connection: object) -> None:
            commit(connection)  # type: ignore[arg-type]
            self.point()

        engine.dialect.do_commit = do_commit  # type: ignore[method-assign]

    def point(self) -> None:
        self.count += 1
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def run(url: str, act: str, kill_at: int) -> int:
    database = Database(url)
    engine = an_engine(database, FixedClock(LATER if act == "timer" else MONDAY))
    steps = Steps(database, kill_at)
    ACTS[act](engine)
    database.dispose()
    return steps.count


def serve() -> None:
    for line in sys.stdin:
        command = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writer, str(run(**command)).encode())
            os._exit(0)
        os.close(writer)
        status = os.waitpid(child, 0)[1]
        with os.fdopen(reader) as answer:
            steps = answer.read()
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(json.dumps({"killed": killed, "steps": int(steps or 0)}), flush=True)


if __name__ == "__main__":
    serve()
