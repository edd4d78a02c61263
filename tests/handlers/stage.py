"""A stage on which handlers are called as the engine calls them, without a diagram.

Keeps real rows for instances, work items and submissions; records what a handler sends and tells.
"""

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import sqlalchemy as sa

from clusters.applications import applications
from clusters.batches import rules
from clusters.models import Application, Batch, Cluster, Recommendation
from clusters.people import organisations
from engine import submissions
from engine.calendar import Calendar
from engine.clock import legal_day
from engine.contract import Context
from engine.errors import Refused
from engine.ids import new_id
from engine.models import Bundle, Instance, Opinion, WorkItem
from handlers import catalogue
from tests.builders import SEED, a_submission, the_standard

PROJECT = Path(__file__).parents[2]
CALENDAR = Calendar.load(PROJECT / "processes/calendars/cn.toml")
BATCH = "GSPC-2024-01"
FILE = [{"id": "f1", "name": "盖章件.pdf", "sha256": "a" * 64, "size": 1, "media_type": "application/pdf"}]


def at(day: str, clock: str = "09:00") -> datetime:
    """An instant in Shanghai."""
    return datetime.fromisoformat(f"{day}T{clock}:00+08:00").astimezone(UTC)


def as_form(value):
    """Numbers as a form gives them: whole ones as int, others as text."""
    if isinstance(value, dict):
        return {key: as_form(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_form(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else str(value)
    return value


@dataclass
class Told:
    """What left a handler: messages to instances, words to people."""

    messages: list[tuple[str, str, dict]] = field(default_factory=list)
    words: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    rules: list[str] = field(default_factory=list)

    def to(self, role, scope):
        return "\n".join(self.words[role, scope])

    def names(self):
        return [(name, to) for name, to, _ in self.messages]


class Effects:
    def __init__(self, session, told):
        self.session, self.told = session, told

    def send(self, name, to, payload):
        self.told.messages.append((name, to, dict(payload)))

    def notify(self, person_ids, title, text, link):
        self.told.words["people", ",".join(person_ids)].append(f"{title} {text}")

    def notify_role(self, role, scope, title, text, link):
        self.told.words[role, scope].append(f"{title} {text}")

    def bind_rule(self, rule_version):
        self.told.rules.append(rule_version)

    def rename(self, title):
        pass

    def submission(self, instance_id, element):
        return submissions.latest(self.session, instance_id, element)


class Stage:
    """One database with organisations and the rule; time stands where a test puts it."""

    def __init__(self, database, now="2024-05-20"):
        self.database = database
        self.now = at(now)
        self.told = Told()
        with database.write() as session:
            organisations.seed(session)
            rules.seed(session, [SEED])
            session.add(
                Bundle(
                    id="b", name="b", xml="<x/>", forms={}, note="", status="deployed", proposed_at=self.now
                )
            )

    def on(self, day, clock="09:00"):
        self.now = at(day, clock)
        return self

    @property
    def today(self) -> date:
        return legal_day(self.now)

    @contextmanager
    def reading(self):
        with self.database.read() as session:
            yield session

    # --- instances and submissions ---------------------------------------------------------------

    def instance(self, key, process="designation", scope="621122"):
        with self.database.write() as session:
            row = Instance(
                id=new_id(), process_key=process, definition_version=1, bundle_id="b", business_key=key,
                title=key, scope=scope, status="running", state="{}", codec_version=1, version=1,
                calendar_version="", started_at=self.now,
            )  # fmt: skip
            session.add(row)
        return row.id

    def call(self, topic, instance_id, element=None, **filed):
        """Submit `filed` = (by, data) for `element`, if given, and run the handler in the same step."""
        with self.database.write() as session:
            if element is not None:
                self._submit(session, instance_id, element, **filed)
            instance = session.get_one(Instance, instance_id)
            return catalogue[topic].function(self._context(session, instance, topic, element)) or {}

    def _submit(self, session, instance_id, element, by, data, also=()):
        item = WorkItem(
            id=new_id(), instance_id=instance_id, task_id=new_id(), element=element, name=element,
            form=element, role="", scope="", not_by=[], status="completed", created_at=self.now,
        )  # fmt: skip
        session.add(item)
        session.flush()
        session.add_all(Opinion(item_id=item.id, person_id=p, vote="agree", at=self.now) for p in (by, *also))
        submissions.record(session, item, data, by, self.now)

    def _context(self, session, instance, topic, element):
        return Context(
            session=session, now=self.now, today=self.today, actor=None, instance_id=instance.id,
            process_key=instance.process_key, business_key=instance.business_key, scope=instance.scope,
            element=f"check_{element}" if element else topic, task_id=new_id(), data=MappingProxyType({}),
            calendar=CALENDAR, terms=rules.terms(session, None, self.today), rule_version=None,
            effects=Effects(session, self.told),
        )  # fmt: skip

    # --- one step each; every keyword changes the form that would pass --------------------------

    def open_batch(self, key=BATCH, **changes):
        data = {
            "notice_no": "示例通知〔2024〕1号", "open_on": "2024-05-20", "county_due": "2024-06-28",
            "recommend_due": "2024-08-30", "growth_definition": "three_intervals",
            "patent_definition": "employees", "honours_definition": "distinct_enterprises",
            "platform_definition": "all_enterprises", "definitions_confirmed": True, **changes,
        }  # fmt: skip
        instance = self.instance(key, "designation_batch", "620000")
        try:
            result = self.call("designation.open_batch", instance, "open_batch", by="pc", data=data)
        except Refused:
            self.end(instance)
            raise
        return Step(self, instance, key, result)

    def end(self, instance_id):
        with self.database.write() as session:
            session.get_one(Instance, instance_id).status = "ended"

    def case(self, county="621122", batch=BATCH):
        with self.database.write() as session:
            no = applications.start(session, county, "cc", self.now, batch).case_no
        return Case(self, self.instance(no, scope=county), no, county)

    def application(self, case_no) -> Application:
        with self.reading() as session:
            return session.get_one(Application, case_no)

    def batch(self, key=BATCH) -> Batch:
        with self.reading() as session:
            return session.get_one(Batch, key)


@dataclass
class Step:
    stage: Stage
    instance: str
    key: str
    result: dict

    def select(self, *rows, **changes):
        data = {
            "meeting_type": "office", "meeting_date": self.stage.today.isoformat(),
            "meeting_minutes_no": "示例纪要〔2024〕9期", "minutes_file": FILE, "items": list(rows), **changes,
        }  # fmt: skip
        return self.stage.call("designation.select", self.instance, "selection", by="pl", data=data)

    def publish(self, **changes):
        data = {
            "portal_url": "https://gxt.gansu.gov.cn/gxt/c1/content.shtml",
            "published_on": self.stage.today.isoformat(), "published_time": "09:00", "evidence_file": FILE,
            "channel_phone": "0931-0000000", "channel_address": "示例路1号", "channel_email": "a@example.org",
            "objection_rule_text": "实名、附佐证材料、留联系方式。", **changes,
        }  # fmt: skip
        return self.stage.call("notice.publish", self.instance, "publish_notice", by="pc", data=data)

    def decide(self, **changes):
        data = {
            "decision_no": "示例认定〔2024〕5号", "decision_date": self.stage.today.isoformat(),
            "decision_file": FILE, "evidence_end_file": FILE, "validity_policy": "CIVIL_CODE", **changes,
        }  # fmt: skip
        return self.stage.call("designation.decide", self.instance, "decide_designation", by="pl", data=data)


@dataclass
class Case:
    """One application on the stage."""

    stage: Stage
    instance: str
    no: str
    county: str = "621122"

    def __post_init__(self):
        self.name = f"示例集群{self.no[-11:]}"

    @property
    def row(self) -> Application:
        return self.stage.application(self.no)

    def call(self, topic, element=None, **filed):
        return self.stage.call(f"designation.{topic}", self.instance, element, **filed)

    def content(self, **changes):
        changes = {
            "county_code": self.county, "cluster_name": self.name, "leading_industry_name": f"{self.no}产业",
            **changes,
        }  # fmt: skip
        return as_form(a_submission(**changes))

    def fill(self, by="cc", answers=(), **changes):
        data = {**self.content(**changes), "correction_answers": list(answers)}
        return self.call("check_complete", "fill_application", by=by, data=data)

    def submit(self, by="cl", **changes):
        data = {"decision": "approve", "opinion": "同意", "seal_scan": FILE, **changes}
        return self.call("submit", "approve_application", by=by, data=data)

    def handle(self, topic, by="mc", **data):
        return self.call(topic, "accept_application", by=by, data=data)

    def accept(self, by="mc", **changes):
        rows = [{"item": "申报书", "ok": True}, {"item": "规划", "ok": True}]
        return self.handle("accept", by, **{"decision": "accept", "completeness_checklist": rows, **changes})

    def inspect(self, level="city", by="mi1", also=("mi2",), **changes):
        codes = [row["uscc"] for row in self.content()["enterprises"]][:3]
        data = {
            "check_date_from": "2024-06-03", "check_date_to": "2024-06-04", "sampling_method": "risk_based",
            "team": [{"name": "甲", "org": "市局"}, {"name": "乙", "org": "市局"}],
            "sites": [{"uscc": code, "name": "示例", "result": "consistent"} for code in codes],
            "conclusion": "consistent", "county_confirm": FILE, **changes,
        }  # fmt: skip
        return self.call("check_onsite", f"{level}_onsite_check", by=by, also=also, data=data)

    def review(self, by="mc", **changes):
        data = {
            "criteria_results": self.judgments(), "data_corrections": [], "meets_standard": True,
            "recommend": True, "opinion": "符合认定标准，建议推荐。" * 2,
            "reviewers": [{"name": "甲"}, {"name": "乙"}], **changes,
        }  # fmt: skip
        return self.call("check_review", "preliminary_review", by=by, data=data)

    def judgments(self, **changes):
        """Every criterion that a person decides, passed; `C2="fail"` changes one."""
        results = {c.id: "pass" for c in the_standard().criteria if c.kind == "judged"} | {"C8.4": "pass"}
        results |= {name.replace("_", "."): value for name, value in changes.items()}
        return [
            {"criterion_id": name, "reviewer_result": value, "remark": "有佐证"}
            for name, value in results.items()
        ]

    def sign(self, element="sign_review", by="ml", decision="agree"):
        with self.stage.database.write() as session:
            self.stage._submit(session, self.instance, element, by, {"decision": decision})

    def formal(self, by="pc", **changes):
        data = {"formal_result": "pass", **changes}
        return self.call("check_formal", "formal_check", by=by, data=data)

    def re_review(self, by="pc2", **changes):
        data = {
            "criteria_recheck": self.judgments(), "data_corrections": [], "result": "qualified",
            "expert_scores": [], "opinion": "复审合格", **changes,
        }  # fmt: skip
        self.call("check_re_review", "re_review", by=by, data=data)

    # --- several steps at once -------------------------------------------------------------------

    def submitted(self):
        self.fill()
        self.submit()
        return self

    def accepted(self):
        self.submitted().accept()
        return self

    def inspected(self, **changes):
        self.stage.on("2024-06-05")
        self.accepted().inspect(**changes)
        return self

    def signed(self):
        self.inspected().review()
        self.sign()
        return self

    def recommended(self, rank=1):
        self.signed()
        recommend(self.stage, self.row.city_code, {"case_no": self.no, "recommend": True, "rank": rank})
        return self

    def qualified(self, rank=1):
        self.recommended(rank).formal()
        self.inspect("province", by="pi1", also=("pi2",))
        self.re_review()
        self.call("close_re_review")
        return self


def recommend(stage, city, *rows, batch=BATCH, **changes):
    """A letter of one city."""
    with stage.reading() as session:
        letters = session.scalar(sa.select(sa.func.count()).select_from(Recommendation))
    data = {
        "letter_no": f"示例荐〔2024〕{letters + 1}号", "letter_date": stage.today.isoformat(),
        "letter_file": FILE, "undertaking": True, "items": list(rows), **changes,
    }  # fmt: skip
    instance = stage.instance(f"{batch}/{city}", "recommendation", city)
    try:
        return stage.call("designation.recommend", instance, "recommend", by="ml", data=data)
    finally:
        stage.end(instance)


def designated(stage, county="621122"):
    """The number of a cluster that was designated on Tuesday 10 September 2024, the day it is then."""
    batch = stage.open_batch()
    case = stage.case(county).qualified()
    stage.on("2024-09-02")
    batch.select({"case_no": case.no, "selected": True, "ranking": 1})
    batch.publish()
    stage.on("2024-09-10")
    batch.decide()
    with stage.reading() as session:
        return session.scalars(sa.select(Cluster.cluster_no).where(Cluster.case_no == case.no)).one()
