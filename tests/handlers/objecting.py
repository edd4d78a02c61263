"""Objections on the stage: raised against a listed cluster and taken through their steps."""

from dataclasses import dataclass

from clusters.models import Objection
from clusters.notices import notices
from clusters.objections import objections
from clusters.objections.vault import Vault
from engine.ids import new_id
from engine.models import WorkItem
from tests.handlers.stage import BATCH, FILE, Stage

VAULT = Vault(b"a secret of this installation")
NAME, CONTACT = "异议人（示例）", "13900000000"


def in_notice(stage, batch, *counties):
    """Qualified cases, listed and published on Monday 2 September: the last day is the 9th."""
    cases = []
    for county in counties:
        stage.on("2024-05-20")
        cases.append(stage.case(county).qualified())
    stage.on("2024-09-02")
    batch.select(*({"case_no": c.no, "selected": True, "ranking": n} for n, c in enumerate(cases, 1)))
    batch.publish()
    return cases


def opened(stage):
    return stage.open_batch(), None


def published(stage):
    """The scene of a batch in notice with one cluster."""
    batch = stage.open_batch()
    return batch, in_notice(stage, batch, "621122")[0]


def raise_objection(stage, case, raised=None, **changes) -> "Objected":
    """As staff would register it; every keyword changes what passes. Taken in by the process's first step."""
    with stage.database.write() as session:
        given = {
            "notice_no": notices.of_batch(session, BATCH).no, "case_no": case.no, "channel": "letter",
            "ground": "data", "name": NAME, "contact": CONTACT, "content": "产值与实际不符（虚构）。",
            "evidence": FILE, "raised_at": raised or stage.now, **changes,
        }  # fmt: skip
        made = objections.register(session, VAULT, objections.Raised(**given), by="pc", now=stage.now)
        no, receipt = made.objection.no, made.receipt
    found = Objected(stage, stage.instance(no, "objection", "620000"), no, receipt)
    found.call("take_in")
    return found


@dataclass
class Objected:
    stage: Stage
    instance: str
    no: str
    receipt: str

    @property
    def row(self) -> Objection:
        with self.stage.reading() as session:
            return session.get_one(Objection, self.no)

    def call(self, topic, element=None, **filed):
        return self.stage.call(f"objection.{topic}", self.instance, element, **filed)

    def judge(self, judged="accepted", by="pc9", **data):
        return self.call("judge", "judge_admissibility", by=by, data={"admissibility": judged, **data})

    def asked_until(self, due_on, provisional=False):
        """The request for evidence as the engine keeps it."""
        with self.stage.database.write() as session:
            session.add(
                WorkItem(
                    id=new_id(), instance_id=self.instance, task_id=new_id(), element="supplement", name="",
                    form="supplement", role="prov_clerk", scope="620000", not_by=[], status="completed",
                    created_at=self.stage.now, due_on=due_on, provisional=provisional,
                )
            )  # fmt: skip

    def supplement(self, by="pc9", **data):
        """Only records what came; the request itself is `asked_until`."""
        return self.call("supplement", "supplement", by=by, data=data)

    def investigate(self, by="pi9", **changes):
        data = {
            "finding": "not_established", "finding_text": "经核查与统计报表一致。", "effect": "keep",
            "finding_files": FILE, **changes,
        }  # fmt: skip
        return self.call("record_finding", "investigate", by=by, data=data)

    def sign(self, decision="agree", by="ph9", opinion="同意。"):
        data = {"decision": decision, "opinion": opinion}
        return self.call("sign", "sign_finding", by=by, data=data)

    def reply(self, by="pc9", **changes):
        data = {"reply_text": "经调查，异议不成立。", "reply_channel": "receipt", **changes}
        return self.call("close", "reply", by=by, data=data)

    def dispose(self, outcome, note="见处置单（虚构）", by="pc9"):
        data = {"lead_outcome": outcome, "lead_note": note}
        return self.call("dispose_lead", "handle_lead", by=by, data=data)

    def found(self, **finding):
        """From taking up to the signature."""
        self.judge()
        self.investigate(**finding)
        self.sign()
        return self
