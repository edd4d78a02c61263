"""Acts the sandbox's people perform, through the engine, as a person would in the browser."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from clusters import prefills
from clusters.applications import applications
from clusters.batches import batches
from clusters.people import regions
from engine import work_items
from engine.attachments import reference
from engine.clock import SHANGHAI, legal_day
from engine.forms import Form
from engine.instances import NewInstance
from engine.models import Instance, WorkItem
from engine.sandbox_clock import advance
from qilian.sandbox import cast, papers
from web.services import Services

Data = dict[str, Any]
Paper = Callable[[Mapping[str, Any]], Data]
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FILES = [("示例材料.pdf", PDF), *((f"现场照片{n}.png", PNG + bytes([n])) for n in range(1, 4))]
AT = time(9, 0)


@dataclass(frozen=True)
class Case:
    """One instance in the play: its number, and the files that stand for all its attachments."""

    id: str
    key: str
    scope: str
    file: Data
    photos: list[Data]


class Play:
    """Moves time and lets people act. Whoever holds the seat acts; the four-eyes rules choose among them."""

    def __init__(self, services: Services) -> None:
        self.services, self.engine = services, services.engine

    @property
    def today(self) -> date:
        return legal_day(self.engine.clock.now())

    def until(self, year: int, month: int, day: int) -> None:
        advance(self.engine, datetime.combine(date(year, month, day), AT, SHANGHAI))

    def later(self, days: int) -> None:
        """Some days pass, as they would between two desks."""
        moment = self.engine.clock.now().astimezone(SHANGHAI) + timedelta(days=days)
        advance(self.engine, moment)

    # --- beginnings -----------------------------------------------------------------------------

    def open_batch(self, title: str, notice_no: str, county_due: date, recommend_due: date) -> Case:
        clerk = self.holder("prov_clerk", cast.PROVINCE)
        with self.engine.database.write() as session:
            key = batches.next_key(session, self.today.year)
            new = NewInstance("designation_batch", key, title, cast.PROVINCE)
            instance_id = self.engine.start_in(session, new, by=clerk)
        self.engine.settle()
        case = self.case(instance_id, key, cast.PROVINCE, clerk)
        form = papers.batch(title, notice_no, self.today, county_due, recommend_due)
        self.act(case, "open_batch", lambda _: form)
        return case

    def start(self, county: str, batch_key: str | None) -> Case:
        clerk, now = self.holder("county_clerk", county), self.engine.clock.now()
        with self.engine.database.write() as session:
            application = applications.start(session, county, clerk, now, batch_key, fictional=True)
            title = f"{regions.full_name(county)}集群申报"
            new = NewInstance("designation", application.case_no, title, county)
            data = applications.first_data(session, application)
            instance_id = self.engine.start_in(session, new, by=clerk, data=data)
            applications.attach(session, application.case_no, instance_id)
        self.engine.settle()
        return self.case(instance_id, application.case_no, county, clerk)

    def recommendation(self, batch: Case, city: str) -> Case:
        key = f"{batch.key}/{city}"
        with self.engine.database.read() as session:
            query = sa.select(Instance).where(Instance.business_key == key, Instance.status == "running")
            found = session.scalars(query).one()
        return self.case(found.id, key, city, self.holder("city_leader", city))

    # --- acting ---------------------------------------------------------------------------------

    def act(self, case: Case, element: str, paper: Paper) -> None:
        """Whoever may takes the step; a task with opinions is countersigned by the next one."""
        _, blank, item = self.opened(case, element)
        first, *others = self._people(item)
        done = self.engine.complete(item.id, by=first, data={**blank, **paper(blank)})
        while not done.done:
            done = self.engine.complete(item.id, by=others.pop(0), data={}, text="情况属实，同意。")

    def draft(self, case: Case, element: str, paper: Paper) -> None:
        form, blank, item = self.opened(case, element)
        person = self._people(item)[0]
        with self.engine.desk(person) as desk:
            desk.save_draft(item.id, form.clean({**blank, **paper(blank)}, draft=True))

    def opened(self, case: Case, element: str) -> tuple[Form, Data, WorkItem]:
        with self.engine.database.read() as session:
            query = sa.select(WorkItem).where(
                WorkItem.instance_id == case.id, WorkItem.element == element, WorkItem.status == "open"
            )
            item = session.scalars(query).one()
            instance = session.get_one(Instance, case.id)
            form = self.engine.form(session, instance.bundle_id, item.form)
            person = work_items.candidates(session, self.engine.directory, item)[0].id
            known = prefills.context(session, instance, form, element, person, self.today)
            return form, form.blank(known), item

    def names(self, role: str, scope: str) -> list[str]:
        with self.engine.database.read() as session:
            return [p.name for p in self.engine.directory.candidates(session, role, scope)]

    def _people(self, item: WorkItem) -> list[str]:
        with self.engine.database.read() as session:
            return [p.id for p in work_items.candidates(session, self.engine.directory, item)]

    def holder(self, role: str, scope: str) -> str:
        with self.engine.database.read() as session:
            return self.engine.directory.candidates(session, role, scope)[0].id

    def case(self, instance_id: str, key: str, scope: str, by: str) -> Case:
        """An instance with files kept for it, which stand for whatever its people will upload."""
        kept = [self._keep(name, content, instance_id, by) for name, content in FILES]
        return Case(instance_id, key, scope, kept[0], kept[1:])

    def uploads(self, form: Form, instance_id: str, by: str, number: int) -> list[Data]:
        """What stands for the files of a task: a scan like no other, and photos where it asks for them."""
        scan = PDF + f"% {instance_id} {number}\n".encode()
        kept = [self._keep("示例材料（虚构）.pdf", scan, instance_id, by)]
        if any(field.key == "photos" for field in form.fields):
            kept += [self._keep(name, content, instance_id, by) for name, content in FILES[1:]]
        return kept

    def _keep(self, name: str, content: bytes, instance_id: str, by: str) -> Data:
        store, now = self.services.attachments, self.engine.clock.now()
        return reference(
            store.add(
                self.engine.database, now, by, name=name, content=content, field="sandbox",
                instance_id=instance_id,
            )
        )  # fmt: skip
