"""One long run: days pass, the system fails now and then, people work, and every day is looked at."""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from clusters.people import regions
from clusters.revocation.models import RevocationProposal
from engine.models import Incident, Instance, WorkItem
from tests.soak.actors import Actors
from tests.soak.initiative import Initiative
from tests.soak.invariants import EVERY_DAY, WHEN_CHANGED, Look, Memory
from tests.soak.papers import filled
from tests.soak.world import World, paper_rows, paper_targets

OUTAGE = 0.012  # share of days on which the system goes off
LONGEST = 25


class Life:
    """`clusters` from `start` to `end`, wholly determined by the seed.

    `stride`: so many days pass at once, each due moment still at its own, while nobody has anything to do.
    """

    def __init__(
        self,
        home: Path,
        *,
        clusters: int,
        end: date,
        seed: int,
        start: date,
        stride: int,
        tell: Callable[[str], None],
        url: str = "",
    ) -> None:
        self.world, self.stride, self.tell = World(home, start, seed, url), stride, tell
        self.actors = Actors(self.world)
        self.start, self.end = start, end
        codes = [unit.code for city in regions.cities() for unit in regions.applicants_of(city.code)]
        spread = codes[:: max(len(codes) // clusters, 1)]
        self.counties = [spread[n % len(spread)] for n in range(clusters)]
        self.memory = Memory()
        self.initiative = Initiative(self.world, self.actors, self.counties)
        self.outages = 0

    def run(self) -> None:
        begun = time.monotonic()
        self.world.settle_in(self.counties)
        self.import_clusters()
        self.actors.foresee_imports(range(2027, self.end.year + 2))
        month = self.start.month
        while self.world.today < self.end:
            self.a_day()
            if self.world.today.month != month:
                month = self.world.today.month
                if month % 3 == 1:
                    self.tell(f"{self.world.today} {self._counts()} {time.monotonic() - begun:.0f} s")
        self.look_back()

    def look_back(self) -> None:
        """At the end: nothing ever broke, and the record of it all is whole."""
        sealed = self.world.seal()
        assert sealed.broken is None, f"the audit chain is broken at {sealed.broken}"
        with self.world.database.read() as session:
            broke = list(session.scalars(sa.select(Incident.error)))
        assert not broke, broke[:5]
        self.tell(f"begun of their own accord: {dict(self.initiative.begun)}")
        self.proposed_by_timer = self._proposed_by_timer()
        self.tell(f"proposed by the clock: {self.proposed_by_timer}")
        self.tell(f"taken back: {dict(self.actors.recalled)}")
        self.tell(f"done: {dict(self.actors.done)}; {sealed.checked} audit entries are whole")

    def _proposed_by_timer(self) -> dict[str, int]:
        """How often each ground of article 19 was proposed by no person."""
        row = RevocationProposal
        query = sa.select(row.ground, sa.func.count()).where(row.proposed_by.is_(None)).group_by(row.ground)
        with self.world.database.read() as session:
            return dict(session.execute(query).all())

    def close(self) -> None:
        for refused in (self.actors.refused, self.initiative.refused):
            for message, times in refused.most_common(12):
                self.tell(f"refused {times} times: {message}")
        self.world.close()

    def import_clusters(self) -> None:
        """第五条: clusters designated on paper come in by the shipped diagram, as staff would do it."""
        instance_id = self.world.start_import()
        rows = list(paper_rows(self.counties, self.world.today, self.world.random))
        for element, data in (
            (
                "import_clusters",
                {"basis_doc": "测试名录（虚构）", "clusters": rows, "targets": paper_targets(rows)},
            ),
            ("approve_import", {"decision": "approve"}),
        ):
            with self.world.database.read() as session:
                query = sa.select(WorkItem).where(
                    WorkItem.instance_id == instance_id, WorkItem.status == "open"
                )
                item = session.scalars(query).one()
            assert item.element == element
            form, blank, _, able, _ = self.actors.opened(item.id)
            self.world.engine.complete(item.id, by=able[0], data=filled(form, blank, data, self.world.today))
        assert len(self.world.clusters()) == len(self.counties)

    def a_day(self) -> None:
        if self.world.random.random() < OUTAGE:
            self.outages += 1
            self.world.outage(self.world.random.randrange(2, LONGEST))
        else:
            self.world.pass_days(self.stride if self.actors.are_idle(self.stride) else 1)
        self.check(has_ticked=True)
        self.initiative.work()
        self.actors.work()
        self.check(has_ticked=False)
        self.actors.import_calendars()

    def check(self, *, has_ticked: bool) -> None:
        """What was true stays true until something is recorded, or a day brings something due."""
        with self.world.database.read() as session:
            calendar, now = self.world.engine.parts.calendar_of(session), self.world.clock.now()
            look = Look(
                session, self.world.today, now, calendar, self.actors.reached_city, has_ticked, self.memory
            )
            wanted = EVERY_DAY if has_ticked else ()
            if look.has_changed:
                wanted = (*EVERY_DAY, *WHEN_CHANGED)
            for invariant in wanted:
                faults = list(invariant(look))
                assert not faults, (
                    f"seed {self.world.seed}, {self.world.today}: {invariant.__name__}: {faults[:5]}"
                )

    def _counts(self) -> str:
        with self.world.database.read() as session:
            query = sa.select(Instance.process_key, sa.func.count()).group_by(Instance.process_key)
            begun = dict(session.execute(query).all())
        states: dict[str, int] = {}
        for cluster in self.world.clusters():
            states[cluster.status] = states.get(cluster.status, 0) + 1
        acts, refused = self.actors.done.total(), self.actors.refused.total()
        return f"{begun} {states} acts {acts} refused {refused} outages {self.outages}"
