"""The people of the long run: each does what is on the desk, on time, late or never, sometimes wrongly.

A refusal is an answer, not a fault: it must leave nothing behind. What nobody expects ends the run.
"""

from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from clusters import prefills
from clusters.people import regions, roles
from clusters.register import register
from clusters.revocation import proposals
from clusters.revocation.evidence import Paper
from engine import calendar_imports, work_items
from engine.db import Base
from engine.errors import CalendarUnavailable, Conflict, NotAllowed, Refused
from engine.forms import Form
from engine.instances import NewInstance
from engine.models import Instance, WorkItem
from tests.soak import calendars
from tests.soak.answers import ANSWERS, Turn
from tests.soak.papers import filled, scan
from tests.soak.world import World

NEVER = date(9999, 12, 31)
GIVES_UP = 40  # refusals of one item in a row: then the harness or a rule is wrong
NOT_BEHIND = frozenset({"draft", "incident", "attachment"})  # the typed words are kept on purpose (D8)


@dataclass
class Actors:
    """What they mean to do, and what they know themselves: `reached_city` is their own record (D-04)."""

    world: World
    plans: dict[str, date] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    attempts: Counter[str] = field(default_factory=Counter)
    reached_city: dict[str, date] = field(default_factory=dict)
    urged: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    imports: dict[date, list[calendars.YearDraft]] = field(default_factory=lambda: defaultdict(list))
    number: int = 0

    # --- a day ------------------------------------------------------------------------------------

    def work(self) -> bool:
        """Everybody's working day; whether anybody did anything."""
        today, before = self.world.today, (self.number, self.urged.total())
        if today.weekday() >= 5:
            return False
        for item in self.world.open_items():
            if item.id not in self.plans:
                self.plans[item.id] = self._plan(item, today)
            if self.plans[item.id] <= today:
                self._act(item)
            elif item.due_on is not None and item.due_on < today:
                self._chase(item, today)
        with suppress(CalendarUnavailable):
            self._accuse()
        return before != (self.number, self.urged.total())

    def are_idle(self, days: int) -> bool:
        """Whether nothing on any desk is planned, late or to be imported within the coming days."""
        until = self.world.today + timedelta(days=days)
        if any(day <= until for day in self.imports):
            return False
        items = self.world.open_items()
        return all(self.plans.get(i.id, self.world.today) > until and not _is_late(i, until) for i in items)

    def _plan(self, item: WorkItem, today: date) -> date:
        """When somebody will see to it. Counties may never do so, cities are late, the province is slow."""
        chance, random = self.world.random.random(), self.world.random
        due = max(item.due_on or today + timedelta(days=10), today)
        level = roles.ROLES[item.role].level if item.role in roles.ROLES else ""
        if level == roles.COUNTY and chance > 0.8:
            return NEVER if chance > 0.9 else today + timedelta(days=random.randrange(150, 400))
        if level != roles.PROVINCE and chance > 0.6:
            return due + timedelta(days=random.randrange(1, 60))
        if level == roles.PROVINCE and chance > 0.8:
            return today + timedelta(days=random.randrange(10, 60))
        return today + timedelta(days=random.randrange(0, max((due - today).days, 1)))

    def _chase(self, item: WorkItem, today: date) -> None:
        """The city urges a county that is late, mostly with proof of receipt; some then move."""
        if roles.ROLES[item.role].level != roles.COUNTY or self.world.random.random() > 0.1:
            return
        channel, receipt = self.world.random.choice(
            (("system", ""), ("phone", "接听人：示例"), ("letter", "签收人：示例"))
        )
        city = regions.city_of(item.scope).code
        with self.world.database.read() as session:
            clerk = self.world.holder(session, "city_clerk", city)
        with self.world.engine.desk(clerk) as desk:
            desk.urge(item.id, channel, "请尽快办理（虚构）", receipt)
        self.urged[item.id] += 1
        if self.world.random.random() < 0.15:
            self.plans[item.id] = today + timedelta(days=self.world.random.randrange(1, 10))

    # --- one form -----------------------------------------------------------------------------------

    def _act(self, item: WorkItem) -> None:
        form, blank, instance, able = self.opened(item)
        self.number += 1
        turn = Turn(self.world.today, blank, self.world.random, self.attempts[item.id], self.number)
        answer = ANSWERS.get(item.element, lambda _: {})
        data = filled(form, blank, answer(turn), self.world.today)
        if self.world.random.random() < 0.06:
            self._err(item, data)
        try:
            self._complete(item, able, data)
        except Conflict:
            return
        except Refused as refusal:
            self._refused(item, instance, refusal)
            return
        self.done[item.element] += 1
        if item.element == "approve_report" and data.get("decision") == "approve":
            self.reached_city.setdefault(instance.business_key, self.world.today)

    def opened(self, item: WorkItem) -> tuple[Form, dict[str, Any], Instance, list[str]]:
        with self.world.database.read() as session:
            instance = session.get_one(Instance, item.instance_id)
            form = self.world.engine.form(session, instance.bundle_id, item.form)
            able = [p.id for p in work_items.candidates(session, self.world.engine.directory, item)]
            if not able:
                raise AssertionError(f"nobody may take {item.element} of {instance.business_key}")
            known = prefills.context(session, instance, form, item.element, able[0], self.world.today)
            return form, form.blank(known), instance, able

    def _complete(self, item: WorkItem, able: list[str], data: dict[str, Any]) -> None:
        first, *others = able
        footprint = self._footprint(item) if self.attempts[item.id] else None
        try:
            done = self.world.engine.complete(item.id, by=first, data=data)
        except Refused:
            assert footprint is None or self._footprint(item) == footprint, (
                f"half done: {item.element} {item.id}"
            )
            raise
        while not done.done:
            done = self.world.engine.complete(item.id, by=others.pop(0), data={}, text="情况属实，同意。")

    def _refused(self, item: WorkItem, instance: Instance, refusal: Refused) -> None:
        if not isinstance(refusal, CalendarUnavailable):
            self.attempts[item.id] += 1
        self.refused[f"{item.element}: {refusal.problems[0].message}"] += 1
        self.plans[item.id] = self.world.today + timedelta(days=self.world.random.randrange(1, 8))
        assert self.attempts[item.id] < GIVES_UP, (
            f"{item.element} of {instance.business_key} is refused again and again: {refusal}"
        )

    # --- what goes wrong ------------------------------------------------------------------------------

    def _err(self, item: WorkItem, data: dict[str, Any]) -> None:
        """The right form from the wrong person: refused, and nothing half-done (10.3)."""
        before = self._footprint(item)
        with self.world.database.read() as session:
            stranger = self.world.holder(session, "sys_admin")
        try:
            self.world.engine.complete(item.id, by=stranger, data=data)
        except NotAllowed:
            pass
        else:
            raise AssertionError(f"{item.element} was taken from somebody without that post")
        assert self._footprint(item) == before, f"a refusal left something of {item.element} half-done"

    def _footprint(self, item: WorkItem) -> dict[str, Any]:
        """How many rows of the case each table has, and the versions of case and task."""
        found: dict[str, Any] = {}
        with self.world.database.read() as session:
            for table in Base.metadata.sorted_tables:
                if "instance_id" in table.c and table.name not in NOT_BEHIND:
                    own = table.c.instance_id == item.instance_id
                    found[table.name] = session.scalar(
                        sa.select(sa.func.count()).select_from(table).where(own)
                    )
            row = session.scalars(sa.select(WorkItem).where(WorkItem.id == item.id)).one()
            case = session.get_one(Instance, item.instance_id)
            return {**found, "versions": (row.version, row.status, case.version, case.status, case.state)}

    # --- of their own accord ----------------------------------------------------------------------------

    def _accuse(self) -> None:
        """Now and then a city proposes on a ground that no timer knows (19-2b), with an effective paper."""
        if self.world.random.random() > 0.0006 * len(self.world.clusters()):
            return
        now, today = self.world.clock.now(), self.world.today
        with self.world.database.write() as session:
            standing = register.standing(session)
            if not standing:
                return
            cluster = self.world.random.choice(standing)
            self.number += 1
            paper = Paper(
                "行政处罚决定书（虚构）",
                scan(self.number),
                f"测试罚〔{today.year}〕{self.number}号",
                "测试机关",
                today,
            )
            clerk = self.world.holder(session, "city_clerk", cluster.city_code)
            proposal = proposals.propose(
                session, cluster, "19-2b", facts="测试事实（虚构）", evidence=[paper], by=clerk, on=today,
                at=now, source=None,
            )  # fmt: skip
            data = proposals.start_data(proposal, cluster)
            new = NewInstance(proposals.PROCESS, proposal.no, data.pop("title"), data.pop("scope"))
            self.world.engine.start_in(session, new, by=clerk, data=data)
        self.world.engine.settle()

    # --- calendars --------------------------------------------------------------------------------------

    def foresee_imports(self, years: range) -> None:
        """Most calendars come in November, some only when the year has long begun, guessed before or not."""
        random = self.world.random
        for year in years:
            comes = date(year - 1, 11, 5) + timedelta(
                days=random.choice(
                    (random.randrange(40), random.randrange(70, 170), random.randrange(150, 230))
                )
            )
            comes = max(comes, self.world.today + timedelta(days=30))
            self.imports[comes].append(calendars.announced(year, random))
            guessed = date(year - 1, 11, 1)
            if year > 2027 and random.random() < 0.5 and guessed > self.world.today:
                self.imports[guessed].append(calendars.foreseen(year))

    def import_calendars(self) -> None:
        """One person hands the year in, another confirms it (D6)."""
        for day in sorted(d for d in self.imports if d <= self.world.today):
            for draft in self.imports.pop(day):
                self._import(draft)

    def _import(self, draft: calendars.YearDraft) -> None:
        now, engine = self.world.clock.now(), self.world.engine
        with self.world.database.write() as session:
            first, second = (p.id for p in engine.directory.candidates(session, "sys_admin", "620000")[:2])
            row = calendar_imports.draft(session, now, draft, "form", first)
            calendar_imports.submit(session, now, row.id, first)
        with self.world.database.write() as session:
            calendar_imports.confirm(engine.parts, session, now, row.id, second)
        engine.settle()


def _is_late(item: WorkItem, day: date) -> bool:
    """Late items are urged, as long as there is hope."""
    return item.due_on is not None and item.due_on < day and (day - item.due_on).days < 120
