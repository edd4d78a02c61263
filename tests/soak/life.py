"""One long run: days pass, the system fails now and then, people work, and every day is looked at."""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from clusters.people import regions
from engine.models import Instance, WorkItem
from tests.soak.actors import Actors
from tests.soak.invariants import EVERY_DAY, Look
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
    ) -> None:
        self.world, self.stride, self.tell = World(home, start, seed), stride, tell
        self.actors = Actors(self.world)
        self.start, self.end = start, end
        codes = [unit.code for city in regions.cities() for unit in regions.applicants_of(city.code)]
        spread = codes[:: max(len(codes) // clusters, 1)]
        self.counties = [spread[n % len(spread)] for n in range(clusters)]
        self.look: Look | None = None
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
        sealed = self.world.seal()
        assert sealed.broken is None, f"the audit chain is broken at {sealed.broken}"

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
            form, blank, _, able = self.actors.opened(item)
            self.world.engine.complete(item.id, by=able[0], data=filled(form, blank, data, self.world.today))
        assert len(self.world.clusters()) == len(self.counties)

    def a_day(self) -> None:
        if self.world.random.random() < OUTAGE:
            self.outages += 1
            self.world.outage(self.world.random.randrange(2, LONGEST))
        else:
            self.world.pass_days(self.stride if self.actors.are_idle(self.stride) else 1)
        self.check(has_ticked=True)
        if self.actors.work():
            self.check(has_ticked=False)
        self.actors.import_calendars()

    def check(self, *, has_ticked: bool) -> None:
        with self.world.database.read() as session:
            calendar = self.world.engine.parts.calendar_of(session)
            known = self.look
            self.look = Look(session, self.world.today, calendar, self.actors.reached_city, has_ticked)
            if known is not None:
                self.look.due_on, self.look.seen = known.due_on, known.seen
            for invariant in EVERY_DAY:
                faults = list(invariant(self.look))
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
