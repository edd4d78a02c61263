"""Changes of one designated cluster, run by the engine itself; the keywords of an act change its form."""

from clusters.changes import changes
from clusters.changes.models import ChangeCase
from clusters.register import register
from engine import calendar_store, definitions, messages
from engine.instances import NewInstance
from engine.models import WorkItem
from engine.ticking import tick
from tests.handlers.season import CLUSTER, COUNTY, PROCESSES, Season, hire
from tests.handlers.stage import FILE, designated

OPERATOR = {
    "changes_operator": True, "operator_name": "示例新管委会（虚构）", "operator_uscc": "",
    "operator_type": "管委会", "operator_approval_no": "示例编〔2026〕1号", "operator_head": "示例",
}  # fmt: skip
BASIS = {"basis_kind": "批复", "basis_doc_no": "示例批〔2026〕2号", "basis_file": FILE}


def standing(stage):
    """A designated cluster, the people of its seats and the diagram; returns the instant it is then."""
    designated(stage)
    return Changing(stage.database).clock.now()


class Changing(Season):
    def _prepare(self, calendar):
        xml = (PROCESSES / "change_filing.bpmn").read_text("utf-8")
        forms = {p.stem: p.read_text("utf-8") for p in (PROCESSES / "forms").glob("*.form")}
        used = {name: text for name, text in forms.items() if f'formRef="{name}"' in xml}
        with self.database.write() as session:
            now = self.clock.now()
            hire(session, now)
            calendar_store.seed(session, now, calendar.years)
            bundle = definitions.propose(session, now, None, changes.PROCESS, xml, used, "")
            definitions.deploy(session, now, bundle.id, None, second_person=False)

    # --- asking -------------------------------------------------------------------------------------

    def case(self, n=1) -> ChangeCase:
        with self.reading() as session:
            return session.get_one(ChangeCase, f"BG-{CLUSTER}-{n}")

    def cluster(self):
        with self.reading() as session:
            return register.get(session, CLUSTER)

    def items(self, year=None) -> list[WorkItem]:
        with self.reading() as session:
            return list(session.query(WorkItem).filter_by(status="open"))

    def status(self, n=1):
        return self.case(n).status

    # --- acting -------------------------------------------------------------------------------------

    def report(self, completed_on=None, kinds=("operator",), found_in="self_report", by="cc", scope=COUNTY):
        """As the register's page does it."""
        with self.database.write() as session:
            cluster = register.get(session, CLUSTER)
            case = changes.open_case(
                session, cluster, list(kinds), found_in=found_in, by=by, on=self.today, at=self.clock.now(),
                completed_on=completed_on,
            )  # fmt: skip
            new = NewInstance(changes.PROCESS, case.no, "变更", scope)
            self.engine.start_in(session, new, by=by, data={"cluster_no": CLUSTER})
        tick(self.engine)
        return self

    def found(self, n=1, kinds=("operator",)):
        """As another process says it: the message opens the case."""
        payload = {
            "cluster_no": CLUSTER, "kinds": list(kinds), "found_in": "annual_report", "found_case": "NB-x",
            "title": "变更报备", "scope": COUNTY,
        }  # fmt: skip
        with self.database.write() as session:
            now, to = self.clock.now(), f"BG-{CLUSTER}-{n}"
            messages.post(session, now, None, source=to, name=changes.MESSAGE, to=to, payload=payload)
        tick(self.engine)
        return self

    def explain(self, **changed):
        data = {"has_changed": "yes", "explanation": "已换机构（虚构）", **changed}
        return self.do("explain_change", "cc", **data)

    def confirm(self, **changed):
        data = {"finding": "major", "finding_reason": "批复已生效", **BASIS, **changed}
        return self.do("confirm_change", "mc", **data)

    def file(self, **changed):
        data = {**OPERATOR, **BASIS, "change_reason": "机构改革（虚构）", **changed}
        return self.do("file_change", "cc", **data)

    def approve(self, sha="a", **changed):
        scan = [{**FILE[0], "sha256": sha * 64}]
        data = {"decision": "approve", "opinion": "同意", "seal_scan": scan, **changed}
        return self.do("approve_change", "cl", **data)

    def verify(self, by="mc", **changed):
        data = {
            "decision": "major", "class_reason": "属三类变更", "verified_with": "查阅批复",
            "verify_files": FILE, **changed,
        }  # fmt: skip
        return self.do("verify_change", by, **data)

    def sign(self, **changed):
        return self.do("sign_verification", "ml", **{"decision": "agree", "opinion": "同意", **changed})

    def record(self, **changed):
        data = {
            "filed_no": "甘集备〔2026〕1号", "filed_on": self.today.isoformat(), "certificate": "note",
            "province_order": "none", **changed,
        }  # fmt: skip
        return self.do("file_change_record", "pc", **data)

    def proposals(self):
        return self.messages("propose_revocation")
