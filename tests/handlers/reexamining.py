"""One re-examination on the stage of the handler tests; every keyword changes the form that would pass.

The cluster's term is set by hand: a term that ends before 2027, whose calendar is not announced, is a
printed one (the rule itself began in 2023).
"""

from datetime import date

import pytest

from clusters.models import Cluster, Reexamination, RevocationProposal
from clusters.reexamination import reexamination_batches, reexamination_steps
from clusters.register import register
from engine.errors import Refused
from engine.models import Urge, WorkItem
from tests.builders import a_submission, the_standard
from tests.handlers.stage import FILE, as_form

BATCH = "FHPC-2025-01"
LAST_DAY = date(2025, 9, 10)


def ending(stage, cluster_no, last=LAST_DAY):
    """The cluster's term ends on this day."""
    with stage.database.write() as session:
        cluster = session.get_one(Cluster, cluster_no)
        cluster.valid_from, cluster.valid_to = date(last.year - 3, last.month, last.day), last


def refusal(act, *args, **changes):
    with pytest.raises(Refused) as refused:
        act(*args, **changes)
    return refused.value.problems


class Term:
    """The cluster at the end of its first term."""

    def __init__(self, stage, cluster_no):
        self.stage, self.cluster_no = stage, cluster_no
        self.key = f"FH-1-{cluster_no}"
        self.instance = stage.instance(self.key, "reexamination")

    def call(self, topic, element=None, by=None, also=(), **data):
        filed = {"by": by, "data": data} if element else {}
        if also:
            filed["also"] = also
        return self.stage.call(f"reexamination.{topic}", self.instance, element, **filed)

    @property
    def cluster(self):
        with self.stage.reading() as session:
            return register.get(session, self.cluster_no)

    @property
    def row(self):
        with self.stage.reading() as session:
            return session.get_one(Reexamination, self.key)

    @property
    def proposals(self):
        with self.stage.reading() as session:
            return [p.ground for p in session.query(RevocationProposal).all()]

    def open_batch(self, key=BATCH, clusters=None, **changes):
        chosen = [self.cluster_no] if clusters is None else clusters
        data = {
            "notice_no": "示例通知〔2025〕3号", "notice_file": FILE, "open_on": self.stage.today.isoformat(),
            "apply_due": "2025-08-29", "data_years": "2020,2021,2022,2023",
            "reexam_clusters": [{"include": True, "cluster_no": no} for no in chosen], **changes,
        }  # fmt: skip
        instance = self.stage.instance(key, "reexamination_batch", "620000")
        try:
            return self.stage.call(
                "reexamination.open_batch", instance, "open_reexam_batch", by="pc", data=data
            )
        finally:
            self.stage.end(instance)

    def serve(self, on=None, receipt="县工信局签收"):
        with self.stage.database.write() as session:
            day = on or self.stage.today
            reexamination_batches.serve(session, BATCH, self.cluster_no, day, receipt, self.stage.today)

    def opened(self):
        """The batch has been opened while its window was."""
        self.stage.on("2025-04-01")
        self.open_batch()
        self.call("prepare")
        return self.call("open_case")

    def urge(self, times=2):
        """A person has urged the county, which opened each message."""
        with self.stage.database.write() as session:
            item = WorkItem(
                id="item", instance_id=self.instance, task_id="fill", element="fill_reexamination",
                name="填报", form="x", role="county_clerk", scope="621122", not_by=[], status="open",
                created_at=self.stage.now,
            )  # fmt: skip
            session.add(item)
            session.flush()
            for number in range(times):
                urge = Urge(
                    item_id="item",
                    by="pc",
                    at=self.stage.now,
                    text="请申请",
                    channel="post",
                    receipt=f"邮件{number}",
                )
                session.add(urge)

    def targets(self):
        return reexamination_steps.frozen_targets(self.cluster)

    def completed(self, **changes):
        """Every target met exactly; `T1={…}` changes one row."""
        rows = []
        for target in self.targets():
            row = {"target_id": target["target_id"], "actual_y3": target.get("target_y3"), "met": True}
            rows.append({**row, **changes.get(target["target_id"], {})})
        return rows

    def content(self, **changes):
        with self.stage.reading() as session:
            cluster = register.get(session, self.cluster_no)
        fields = {
            "county_code": cluster.county_code, "cluster_name": cluster.name,
            "leading_industry_name": cluster.leading_industry,
        }  # fmt: skip
        data = as_form(a_submission(**fields))
        for row in data["enterprises"]:  # titles that hold to this day
            for name in ("zjtx_valid_to", "hnte_valid_to"):
                row[name] = row.get(name) and "2027-12-31"
        own = {"plan_completion": self.completed(), "self_evaluation": "自" * 500, "measures_done": []}
        return {**data, **own, **changes}

    def fill(self, by="cc", **changes):
        return self.call("check_complete", "fill_reexamination", by, **self.content(**changes))

    def submit(self, by="cl", **changes):
        data = {"decision": "approve", "seal_scan": FILE, **changes}
        return self.call("submit", "approve_reexamination", by, **data)

    def inspect(self, by="mi1", also=("mi2",)):
        codes = [row["uscc"] for row in self.content()["enterprises"]][:3]
        today = self.stage.today.isoformat()
        return self.call(
            "check_onsite", "reexam_onsite_check", by, also, check_date_from=today, check_date_to=today,
            sampling_method="risk_based",
            team=[{"name": "甲", "org": "市局"}, {"name": "乙", "org": "市局"}],
            sites=[{"uscc": code, "name": "示例", "result": "consistent"} for code in codes],
            conclusion="consistent", county_confirm=FILE,
        )  # fmt: skip

    def judgments(self):
        judged = [c.id for c in the_standard().criteria if c.kind == "judged"] + ["C8.4"]
        return [{"criterion_id": n, "reviewer_result": "pass", "remark": "有佐证"} for n in judged]

    def check(self, by="mc", **changes):
        data = {
            "city_result": "opinion", "criteria_results": self.judgments(), "data_corrections": [],
            "meets_standard": True, "recommend": True, "opinion": "符合标准，建议通过。" * 3,
            "reviewers": [{"name": "甲"}, {"name": "乙"}], **changes,
        }  # fmt: skip
        return self.call("check_city", "city_reexam_check", by, **data)

    def review(self, by="pc2", **changes):
        data = {
            "criteria_recheck": self.judgments(), "data_corrections": [], "result": "qualified",
            "opinion": "建议通过", "wants_notice": False, "no_notice_reason": "另行公告", **changes,
        }  # fmt: skip
        return self.call("review", "review_reexamination", by, **data)

    def publish(self, by="pc2", **changes):
        data = {
            "portal_url": "https://gxt.gansu.gov.cn/n", "published_on": self.stage.today.isoformat(),
            "published_time": "08:30", "evidence_file": FILE, "channel_phone": "0931-0000000",
            "channel_address": "示例路1号", "channel_email": "sandbox@example.org",
            "objection_rule_text": "实名提出，附佐证材料。", **changes,
        }  # fmt: skip
        return self.call("publish_notice", "publish_reexam_notice", by, **data)

    def decide(self, conclusion="pass", by="pl", **changes):
        data = {
            "conclusion": conclusion, "decision_no": "示例复核〔2025〕1号", "reasons": "见审查意见",
            "decision_date": self.stage.today.isoformat(), "decision_file": FILE,
            "evidence_end_file": FILE, **changes,
        }  # fmt: skip
        return self.call("conclude", "decide_reexamination", by, **data)

    def applied(self, on="2025-09-01"):
        self.opened()
        self.stage.on(on)
        self.fill()
        self.submit()
        return self

    def reviewed(self, on="2025-09-01", **changes):
        self.applied(on)
        self.inspect()
        self.check()
        self.review(**changes)
        return self
