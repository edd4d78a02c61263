"""The people of the long run: each does what is on the desk, on time, late or never, sometimes wrongly.

A refusal is an answer, not a fault: it must leave nothing behind. What nobody expects ends the run.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from clusters import numbering, prefills
from clusters.applications import applications, batch_choice
from clusters.batches import batches
from clusters.people import regions, roles
from clusters.register import register
from engine import calendar_imports, recalls, work_items
from engine.db import Base
from engine.errors import CalendarUnavailable, Conflict, NotAllowed, Refused
from engine.forms import Form
from engine.models import Instance, WorkItem
from tests.soak import calendars
from tests.soak.answers import ANSWERS, Turn
from tests.soak.answers_of_outsiders import OUTSIDERS
from tests.soak.answers_of_terms import TERMS
from tests.soak.papers import filled
from tests.soak.world import OpenItem, World
from tests.support.rows import rows_of_domain

EVERY_ANSWER = {**ANSWERS, **TERMS, **OUTSIDERS}

NEVER = date(9999, 12, 31)
REGRETS = 0.05  # share of steps that somebody wants back as soon as they are taken
GIVES_UP = 40  # refusals of one item in a row: then the harness or a rule is wrong
WAITS = ("异议尚未办结", "尚未办结，本集群的结论暂缓", "尚未完成复审")  # for others, however long they take
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
    recalled: Counter[str] = field(default_factory=Counter)
    contents: dict[str, dict[str, Any]] = field(default_factory=dict)
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
        return before != (self.number, self.urged.total())

    def are_idle(self, days: int) -> bool:
        """Whether nothing on any desk is planned, late or to be imported within the coming days."""
        until = self.world.today + timedelta(days=days)
        if any(day <= until for day in self.imports):
            return False
        items = self.world.open_items()
        return all(self.plans.get(i.id, self.world.today) > until and not _is_late(i, until) for i in items)

    def _plan(self, item: OpenItem, today: date) -> date:
        """When somebody will see to it. Counties may never do so, cities are late, the province is slow."""
        chance, random = self.world.random.random(), self.world.random
        due = max(item.due_on or today + timedelta(days=10), today)
        level = roles.ROLES[item.role].level if item.role in roles.ROLES else ""
        if level == roles.COUNTY and chance > 0.92:
            return NEVER if chance > 0.96 else today + timedelta(days=random.randrange(150, 400))
        if level != roles.PROVINCE and chance > 0.6:
            return due + timedelta(days=random.randrange(1, 60))
        if level == roles.PROVINCE and chance > 0.8:
            return today + timedelta(days=random.randrange(10, 60))
        return today + timedelta(days=random.randrange(0, max((due - today).days, 1)))

    def _chase(self, item: OpenItem, today: date) -> None:
        """The city urges a county that is late, mostly with proof of receipt; some then move."""
        if roles.ROLES[item.role].level != roles.COUNTY or self.world.random.random() > 0.1:
            return
        channel, receipt = self.world.random.choice(
            (("system", ""), ("phone", "接听人：示例"), ("letter", "签收人：示例"))
        )
        city = regions.city_of(item.scope).code
        with self.world.database.read() as session:
            clerk = self.world.holder(session, "city_clerk", city)
        try:
            with self.world.engine.desk(clerk) as desk:
                desk.urge(item.id, channel, "请尽快办理（虚构）", receipt)
        except Conflict:  # somebody else's act of today has ended it
            return
        self.urged[item.id] += 1
        if self.world.random.random() < 0.15:
            self.plans[item.id] = today + timedelta(days=self.world.random.randrange(1, 10))

    # --- one form -----------------------------------------------------------------------------------

    def _act(self, waiting: OpenItem) -> None:
        form, blank, instance, able, item = self.opened(waiting.id)
        if item.status != "open":  # somebody else's act of today has ended it
            return
        self.number += 1
        turn = Turn(
            self.world.today, blank, self.world.random, self.attempts[item.id], self.number, form,
            instance.scope, able, {**self._registered(instance), **self.contents.get(instance.id, {})},
        )  # fmt: skip
        answer = EVERY_ANSWER.get(item.element, lambda _: {})
        data = filled(form, blank, answer(turn), self.world.today)
        if self.world.random.random() < 0.06:
            self._err(item, data)
        before = rows_of_domain(self.world.database) if self.world.random.random() < REGRETS else None
        try:
            self._complete(item, able, data)
        except Conflict:
            return
        except Refused as refusal:
            self._refused(item, instance, refusal)
            return
        self.done[item.element] += 1
        if before is not None and self._take_back(item):
            assert rows_of_domain(self.world.database) == before, f"{item.element} left something behind"
            return
        if item.element in ("fill_application", "fill_reexamination"):
            self.contents[instance.id] = data
        if item.element == "approve_report" and data.get("decision") == "approve":
            self.reached_city.setdefault(instance.business_key, self.world.today)

    def _take_back(self, item: WorkItem) -> bool:
        """撤回, at once; whether the step is one that can be taken back."""
        with self.world.database.read() as session:
            by = session.scalars(sa.select(WorkItem.completed_by).where(WorkItem.id == item.id)).one()
            instance = session.get_one(Instance, item.instance_id)
            if by is None or recalls.offered(session, instance, by) is None:
                return False
        self.world.engine.recall(item.id, by=by)
        self.recalled[item.element] += 1
        return True

    def opened(self, item_id: str) -> tuple[Form, dict[str, Any], Instance, list[str], WorkItem]:
        with self.world.database.read() as session:
            item = session.scalars(sa.select(WorkItem).where(WorkItem.id == item_id)).one()
            instance = session.get_one(Instance, item.instance_id)
            form = self.world.engine.form(session, instance.bundle_id, item.form)
            able = [p.id for p in work_items.candidates(session, self.world.engine.directory, item)]
            if not able:
                raise AssertionError(f"nobody may take {item.element} of {instance.business_key}")
            known = prefills.context(session, instance, form, item.element, able[0], self.world.today)
            return form, form.blank(known), instance, able, item

    def _registered(self, instance: Instance) -> dict[str, Any]:
        """What the register has of the cluster that is re-examined."""
        if instance.process_key != "reexamination":
            return {}
        with self.world.database.read() as session:
            cluster = register.get(session, numbering.cluster_of_reexamination(instance.business_key))
            return {"cluster_name": cluster.name, "leading_industry_name": cluster.leading_industry}

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
        if not isinstance(refusal, CalendarUnavailable) and not any(w in str(refusal) for w in WAITS):
            self.attempts[item.id] += 1
        self.refused[f"{item.element}: {refusal.problems[0].message}"] += 1
        self.plans[item.id] = self.world.today + timedelta(days=self.world.random.randrange(1, 8))
        if item.element == "approve_application":
            self._seek_batch(instance)
        assert self.attempts[item.id] < GIVES_UP, (
            f"{item.element} of {instance.business_key} is refused again and again: {refusal}"
        )

    def _seek_batch(self, instance: Instance) -> None:
        """Whose batch has closed goes into the next one, or gives up when none opens."""
        today = self.world.today
        with self.world.database.write() as session:
            application = applications.by_instance(session, instance.id)
            own = batches.get(session, str(application.batch_key))
            others = batch_choice.batches_to_choose(session, application, today)
            if others:
                batch_choice.choose_batch(session, application, others[0].key, today)
            by = self.world.holder(session, "county_clerk", application.county_code)
            has_given_up = not others and own.recommend_due < today - timedelta(days=60)
        if has_given_up:
            self.world.engine.send("withdraw", instance.business_key, by=by)

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


def _is_late(item: OpenItem, day: date) -> bool:
    """Late items are urged, as long as there is hope."""
    return item.due_on is not None and item.due_on < day and (day - item.due_on).days < 120
