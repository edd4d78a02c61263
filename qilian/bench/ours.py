"""Qilian's engine on the reference process: the real facade, one clerk, nothing left out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from time import perf_counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import definitions
from engine.calendar import Calendar
from engine.clock import FixedClock
from engine.contract import Catalogue, Context
from engine.db import Database
from engine.directory import Person, Seat
from engine.engine import Engine
from engine.instances import NewInstance
from engine.models import WorkItem
from engine.ticking import fire_next
from qilian.bench import reference
from qilian.config import SEEDS

BEGINNING = datetime(2024, 5, 20, 1, 0, tzinfo=UTC)
SCOPE = "621122"
CLERK = Person("clerk", "经办", "县", frozenset({Seat("bench_clerk", SCOPE)}))
BEYOND_THE_TIMER = timedelta(days=16)


class OneClerk:
    """A directory of one person who holds every seat of the process."""

    def person(self, session: Session, person_id: str) -> Person | None:
        return CLERK if person_id == CLERK.id else None

    def candidates(self, session: Session, role: str, scope: str) -> Sequence[Person]:
        return [CLERK]

    def scope_of(self, role: str, case_scope: str) -> str:
        return case_scope

    def superior(self, role: str, scope: str) -> Seat | None:
        return None


def _catalogue() -> Catalogue:
    catalogue = Catalogue()

    @catalogue.handler("bench.check", label="核对")
    def check(context: Context) -> Mapping[str, object]:
        return {"approved": int(context.data["amount"]) < 10_000}

    @catalogue.handler("bench.price", label="计价")
    def price(context: Context) -> Mapping[str, object]:
        return {"price": int(context.data["amount"]) * 2}

    @catalogue.handler("bench.notify", label="告知")
    def notify(context: Context) -> Mapping[str, object]:
        return {}

    return catalogue


class Ours:
    """The engine with the reference process deployed."""

    name = "qilian"

    def __init__(self, database: Database) -> None:
        calendar = Calendar.load(SEEDS / "calendars" / "cn.toml")
        self.clock = FixedClock(BEGINNING)
        self.database = database
        self.engine = Engine(
            database, self.clock, _catalogue(), OneClerk(), terms=lambda session, rule, today: {},
            calendar_of=lambda session: calendar,
        )  # fmt: skip
        self._numbers, self._form = count(1), reference.form_data()
        with database.write() as session:
            bundle = definitions.propose(
                session, BEGINNING, None, "bench", reference.our_diagram(), {"bench": reference.form()}
            )
            definitions.deploy(session, BEGINNING, bundle.id, None, second_person=False)

    def start(self) -> str:
        number = next(self._numbers)
        new = NewInstance(reference.PROCESS, f"B-{number}", f"第{number}件", SCOPE)
        return self.engine.start(new, by=CLERK.id)

    def steps(self, units: int) -> Iterator[float]:
        """The seconds of each completed user task of `units` instances."""
        for _ in range(units):
            instance = self.start()
            for _ in reference.TASKS:
                item = self._open_item(instance)
                began = perf_counter()
                self.engine.complete(item, by=CLERK.id, data=self._form)
                yield perf_counter() - began

    def firings(self, units: int) -> Iterator[float]:
        """The seconds of each due timer, of `units` instances that wait at one."""
        for _ in range(units):
            self.engine.complete(self._open_item(self.start()), by=CLERK.id, data=self._form)
        self.clock.set(self.clock.now() + BEYOND_THE_TIMER)
        for _ in range(units):
            began = perf_counter()
            fired = fire_next(self.engine, self.clock.now())
            yield perf_counter() - began
            assert fired

    def _open_item(self, instance: str) -> str:
        query = sa.select(WorkItem.id).where(WorkItem.instance_id == instance, WorkItem.status == "open")
        with self.database.read() as session:
            return session.scalars(query).one()
