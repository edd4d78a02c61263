"""Every address of the application with arguments that stand for something real in the told sandbox."""

import shutil
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from clusters.batches.models import Batch, Recommendation, RuleContinuation
from clusters.people import regions
from clusters.people.models import Organisation
from clusters.publicity.models import PublicityCase
from clusters.reexamination.models import ReexaminationCall
from clusters.register.models import Cluster, Objection
from engine import calendar_imports
from engine.incidents import open_incident
from engine.models import Attachment, Outbox, Submission, Timer
from qilian.sandbox import cast
from qilian.sandbox.play import PDF
from tests.engine.test_calendar_rules import DRAFT
from tests.web import told as story
from tests.web.told import FILE, Told
from web.access import CITY_ROLES, COUNTY_ROLES, Access, access_of

# Addresses whose case is not the one in city review, by the county of the case that has what they show.
DRAFTING = ("tasks.show", "tasks.submit", "tasks.check", "tasks.autosave", "printing.blank")
FAMILIES_OF_DRAFTING = ("collection", "task_sheets", "task_actions")
COUNTY_OF = {
    "printing.correction": story.RETURNED,
    "printing.opinion": story.WAITING,
    "printing.letter": story.IN_NOTICE,
} | dict.fromkeys((*DRAFTING, "tasks.show_section", "tasks.save_section"), story.AT_THRESHOLD)
REVOCATION = ("revocations.show", "revocations.letter", "revocations.withdraw")
CHANGE = ("changes.new", "changes.start")
PUBLICITY = ("publicity.withdrawal", "publicity.withdraw", "case_sheets.show")
COUNTY_OF |= dict.fromkeys((*REVOCATION, *CHANGE, *PUBLICITY), story.DESIGNATED)
BATCH_OF = {"printing.decision": story.BATCH_2023, "batch_acts.extend": story.OPEN_BATCH}
PUBLIC = {"public", "public_notices", "public_objections", "public_register", "public_standard"}
ANOTHER_CITY = {"621100": "620900", "620500": "621100", "620900": "621100"}


@dataclass(frozen=True)
class Address:
    """One method of one route, at a case of `county`."""

    endpoint: str
    method: str
    path: str
    county: str
    access: Access

    def home(self, role: str) -> str:
        """Where somebody of this role is at home with the case."""
        if role in COUNTY_ROLES:
            return self.county
        return regions.city_of(self.county).code if role in CITY_ROLES else cast.PROVINCE

    def abroad(self, role: str) -> str | None:
        """A region whose people have nothing to do with the case; None for the province."""
        city = ANOTHER_CITY[regions.city_of(self.county).code]
        if role in CITY_ROLES:
            return city
        if role not in COUNTY_ROLES:
            return None
        return next(county for county in cast.COUNTIES if regions.city_of(county).code == city)


class Addresses:
    """Knows an example for each argument. Makes what the story does not bring: an objection, an incident."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self._fixed = self._examples() | {
            "no": self._objection(), "incident_id": self._incident(), "import_id": self._import(),
            "row_id": self._letter(), "continuation_id": self._continuation(),
        }  # fmt: skip
        self._revocation = self._propose_revocation()
        self._publicity = self._start_publicity()
        self._reexamination = self._call_to_reexamination()

    def all(self) -> list[Address]:
        rules = sorted(self.told.app.url_map.iter_rules(), key=str)
        return [self._address(r, m) for r in rules for m in sorted(r.methods or ()) if m in ("GET", "POST")]

    def _address(self, rule: Rule, method: str) -> Address:
        declared = access_of(self.told.app, rule.endpoint)
        assert declared is not None, f"{rule} ({rule.endpoint}) declares no access"
        family = rule.endpoint.partition(".")[0]
        county = story.AT_THRESHOLD if family in FAMILIES_OF_DRAFTING else story.IN_REVIEW
        county = COUNTY_OF.get(rule.endpoint, county)
        values = {name: self._value(name, rule.endpoint, county) for name in rule.arguments}
        with self.told.app.test_request_context():
            path = self.told.app.url_for(rule.endpoint, **values)
        return Address(rule.endpoint, method, path, county, declared)

    def _value(self, name: str, endpoint: str, county: str) -> Any:
        case = self.told.case(county)
        if name == "instance_id" and endpoint in REVOCATION:
            return self._revocation
        if name == "sheet" and endpoint == "case_sheets.show":
            return "consent"
        if name == "instance_id" and endpoint.startswith(("publicity.", "case_sheets.")):
            return self._publicity
        if name == "instance_id":
            return case
        if name == "item_id":
            review = "city_onsite_check" if endpoint == "case_acts.draw" else "consult_departments"
            return self.told.item(case, review if county == story.IN_REVIEW else "fill_application")
        if name == "key" and endpoint.startswith("reexamination."):
            return self._reexamination
        if name == "key":
            is_table = endpoint.startswith("task_sheets")
            return "enterprises" if is_table else BATCH_OF.get(endpoint, story.BATCH_IN_NOTICE)
        assert name in self._fixed, f"tests/web/addresses.py knows no example of <{name}> ({endpoint})"
        return self._fixed[name]

    def _examples(self) -> dict[str, Any]:
        told, case = self.told, self.told.case(story.IN_REVIEW)
        with told.database.read() as session:
            submission = sa.select(Submission.id).where(Submission.instance_id == case)
            attachment = sa.select(Attachment.id).where(Attachment.instance_id == case)
            letter = sa.select(Recommendation.id).where(Recommendation.batch_key == story.BATCH_IN_NOTICE)
            organisation = sa.select(Organisation.id).where(Organisation.region_code == story.IN_REVIEW)
            return {
                "submission_id": session.scalars(submission.limit(1)).one(),
                "attachment_id": session.scalars(attachment.limit(1)).one(),
                "letter_id": session.scalars(letter).one(),
                "org_id": session.scalars(organisation.limit(1)).one(),
                "notice_no": story.NOTICE,
                "version": "gs-2023",
                "cluster_no": session.scalars(sa.select(Cluster.cluster_no)).one(),
                "person_id": told.person("county_clerk", story.IN_REVIEW),
                "bundle_id": told.bundle(),
                "name": "designation",
                "form_name": "sign_review",
                "filename": "css/office.css",
                "section": "profile",
                "department": "税务",
                "timer_id": session.scalars(sa.select(Timer.id).where(Timer.status == "waiting")).first(),
                "work_item_id": told.item(told.case(story.AT_THRESHOLD), "fill_application"),
                "sheet": "notice",
                "kind": "policy_item",
                "entry_id": "none",
                "number": 1,
                # only ever posted to; whoever may not post is refused before anybody looks for them
                "correction_id": 1,
                "message_id": 1,
                "session_id": "nobody",
                "delegation_id": "none",
            }

    def _objection(self) -> str:
        clerk = self.told.client_of("prov_clerk")
        said = {
            "case_no": self.told.application(story.IN_NOTICE).case_no, "channel": "letter", "ground": "data",
            "name": "示例提出人", "contact": "0931-0000000", "content": "产值与统计数据不一致（虚构）。",
            "raised_at": "2024-05-17T10:00",
        }  # fmt: skip
        answer = clerk.post(f"/notices/{story.NOTICE}/objections/new", data=said)
        assert answer.status_code == 303, answer.text
        with self.told.database.read() as session:
            return session.scalars(sa.select(Objection.no)).one()

    def _continuation(self) -> str:
        said = {
            "version": "gs-2023", "doc_no": "示例〔2026〕2号", "issued_on": "2024-05-20",
            "starts_on": "2026-01-17", "ends_on": "2026-11-22",
            "continuation_file": (BytesIO(PDF), "延续.pdf"),
        }  # fmt: skip
        answer = self.told.client_of("prov_office_head").post("/rules/continuations", data=said)
        assert answer.status_code == 303, answer.text
        with self.told.database.read() as session:
            query = sa.select(RuleContinuation.id).where(RuleContinuation.doc_no == said["doc_no"])
            return session.scalars(query).one()

    def _letter(self) -> int:
        self.told.services.post.run()
        with self.told.database.read() as session:
            return session.scalars(sa.select(Outbox.id).limit(1)).one()

    def _start_publicity(self) -> str:
        address = f"/register/{self._fixed['cluster_no']}/publicity"
        answer = self.told.client_of("county_clerk", "621123").post(address)
        assert answer.status_code == 303, answer.text
        with self.told.database.write() as session:  # there is a paper to sign
            session.scalars(sa.select(PublicityCase)).one().status = "consent"
        return answer.location.rpartition("/")[2]

    def _propose_revocation(self) -> str:
        file = {
            "title_1": "处罚决定书", "issued_by_1": "示例机关", "doc_no_1": "示例罚〔2024〕3号",
            "effective_on_1": "2024-05-06", "file_1": (BytesIO(PDF), "处罚决定书.pdf"),
        }  # fmt: skip
        said = {"ground": "19-2b", "facts": "示例事实（虚构）。", **file}
        address = f"/register/{self._fixed['cluster_no']}/revocations/new"
        answer = self.told.client_of("city_leader", "621100").post(address, data=said)
        assert answer.status_code == 303, answer.text
        return answer.location.rpartition("/")[2]

    def _call_to_reexamination(self) -> str:
        """The told story ends long before a term does: a batch as its form leaves it."""
        with self.told.database.write() as session:
            model = session.get_one(Batch, story.BATCH_IN_NOTICE)
            columns = {c.key: getattr(model, c.key) for c in sa.inspect(Batch).column_attrs}
            own = {"key": "FHPC-2024-01", "kind": "reexamination", "task_id": "open_reexam_batch"}
            session.add(Batch(**{**columns, **own}))
            session.flush()
            call = {"cluster_no": self._fixed["cluster_no"], "term_no": 1}
            session.add(ReexaminationCall(batch_key=own["key"], **call))
        return own["key"]

    def _incident(self) -> str:
        with self.told.database.write() as session:
            now, fault = self.told.services.now(), RuntimeError("示例")
            return open_incident(session, now, kind="complete", subject="example", error=fault).id

    def _import(self) -> str:
        with self.told.database.write() as session:
            return calendar_imports.draft(session, self.told.services.now(), DRAFT, "", "somebody").id


def get(client: FlaskClient, address: Address) -> TestResponse:
    """What `client` is answered at `address`."""
    answer = client.open(address.path, method=address.method)
    answer.get_data()
    answer.close()  # a file that is sent stays open until then
    return answer


class Walk:
    """The told sandbox without its bar, one browser per role and region, and all its addresses."""

    def __init__(self, told: Told, template: Path) -> None:
        self.told, self.addresses = told, Addresses(told).all()
        self._clients: dict[tuple[str, str], FlaskClient] = {}
        told.services.sandbox = None  # as in production: nobody moves time or becomes somebody else
        told.database.dispose()  # writes the log back, so that one file is all
        self.template = template
        shutil.copy(told.home / FILE, template)

    def client(self, role: str, scope: str) -> FlaskClient:
        if (role, scope) not in self._clients:
            self._clients[role, scope] = self.told.client_of(role, scope)
        return self._clients[role, scope]

    def by(self, method: str) -> list[Address]:
        return [address for address in self.addresses if address.method == method]

    def public_pages(self) -> list[Address]:
        """What is read under /public."""
        return [a for a in self.by("GET") if a.endpoint.partition(".")[0] in PUBLIC]

    def closed(self) -> list[Address]:
        """Addresses for which one must sign in."""
        return [address for address in self.addresses if address.access.scope != "public"]

    def ask(self, address: Address, role: str, scope: str) -> TestResponse:
        return get(self.client(role, scope), address)

    def restore(self) -> None:
        """Forget what has been posted, and sign everybody out."""
        self.told.restore(self.template)
        self._clients.clear()
