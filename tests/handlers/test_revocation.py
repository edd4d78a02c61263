"""Revocation (art. 19): nobody decides alone, nobody unheard, nothing before its day (F15, 10.3)."""

from datetime import date

import pytest

from clusters.people.models import Organisation, Person
from clusters.prefill_opening import Opening
from clusters.register import register, register_status
from clusters.revocation import (
    evidence,
    proposals,
    revocation_decisions,
    revocation_prefills,
    revocations,
)
from clusters.revocation.evidence import Paper
from clusters.revocation.models import RevocationProposal
from engine.errors import NotAllowed
from engine.models import Instance
from tests.handlers.stage import FILE, designated
from tests.handlers.test_filing import refusal, said

# The same rules run on both databases.
pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.article("第十九条"),
]

JUDGMENT = Paper("行政处罚决定书", FILE, "示例罚〔2025〕3号", "示例机关", date(2025, 3, 3))
SERVED, DUE = date(2025, 3, 28), date(2025, 4, 14)  # ten working days, Qingming on 4 April left out


class Matter:
    """One revocation on the stage; every keyword changes the form that would pass."""

    def __init__(self, stage, cluster_no, by="mc", papers=(JUDGMENT,)):
        self.stage, self.cluster_no = stage, cluster_no
        with stage.database.write() as session:
            proposal = proposals.propose(
                session, register.get(session, cluster_no), "19-2b", facts="违法排污（虚构）",
                evidence=list(papers), by=by, on=stage.today, at=stage.now, source=None,
            )  # fmt: skip
            self.no, self.id = proposal.no, proposal.id
        self.instance = stage.instance(self.no, "revocation")

    def call(self, topic, element, by, **data):
        return self.stage.call(f"revocation.{topic}", self.instance, element, by=by, data=data)

    @property
    def row(self) -> RevocationProposal:
        with self.stage.reading() as session:
            return session.get_one(RevocationProposal, self.id)

    @property
    def status(self):
        with self.stage.reading() as session:
            return register.get(session, self.cluster_no).status

    def check(self, by="pc", **changes):
        data = {"decision": "accept", "evidence_complete": True, "reason": "", **changes}
        return self.call("check", "check_proposal", by, **data)

    def opine(self, by="ml", **changes):
        return self.call(
            "opine", "city_opinion", by, **{"stance": "support", "opinion": "事实成立", **changes}
        )

    def serve(self, by="pc", **changes):
        data = {
            "notice_no": "示例告〔2025〕1号", "service_way": "direct", "served_on": "2025-03-28",
            "receipt": "签收人：示例", "notice_file": FILE, "receipt_file": FILE, **changes,
        }  # fmt: skip
        return self.call("serve", "serve_notice", by, **data)

    def state(self, by="cc", **changes):
        data = {"stated_by": "operator", "statement_text": "处罚已履行，请求从轻", **changes}
        return self.call("state", "receive_statement", by, **data)

    def hire_operator(self):
        """Somebody of the body that operates the cluster."""
        with self.stage.database.write() as session:
            said = register.get(session, self.cluster_no).baseline["operator"]
            name, code = said["operator_name"], said.get("operator_uscc")
            body = Organisation(id="o", name=name, uscc=code, level="operator", region_code="621122")
            session.add(body)
            session.flush()
            now = self.stage.now
            session.add(Person(id="oc", login="oc", name="oc", org_id="o", password_hash="x", created_at=now))

    def begins_with(self, element, by):
        with self.stage.reading() as session:
            instance = session.query(Instance).filter_by(business_key=self.no).one()
            opening = Opening(session, instance, None, element, by, self.stage.today)
            return revocation_prefills.STEPS[element](opening)

    def review(self, **changes):
        points = [{"point": "请求从轻", "accepted": "no", "answer": "第十九条未规定从轻情形"}]
        data = {"points": points, "review_opinion": "事实成立", **changes}
        return self.call("review", "review_statement", "ph", **data)

    def decide(self, by="pl", **changes):
        data = {
            "outcome": "revoke", "reasons": "处罚决定已生效", "decision_date": self.stage.today.isoformat(),
            "decision_no": "示例撤〔2025〕1号", "decision_file": FILE, "remedy_text": "可申请行政复议",
            **changes,
        }  # fmt: skip
        return self.call("decide", "decide_revocation", by, **data)

    def publish(self, **changes):
        data = {
            "published_url": "https://gxt.gansu.gov.cn/c1.shtml", "evidence_file": FILE,
            "published_on": self.stage.today.isoformat(), **changes,
        }  # fmt: skip
        return self.call("publish", "publish_revocation", "pc", **data)

    def served(self):
        self.check()
        self.opine()
        self.stage.on(SERVED.isoformat())
        self.serve()
        return self

    def ready(self):
        """The period has run out without a word of the party."""
        self.served()
        self.stage.on("2025-04-15")
        self.review(points=[])
        return self


@pytest.fixture(scope="module")
def steps():
    return designated


@pytest.fixture
def cluster_no(stage, scene):
    stage.on("2025-03-17")
    return scene[1]


@pytest.fixture
def matter(stage, cluster_no):
    return Matter(stage, cluster_no)


# --- taking it up -------------------------------------------------------------------------------


def test_accepting_alone_changes_nothing_for_the_cluster(matter):
    assert matter.check() == {"check_result": "accept"}
    assert (matter.row.status, matter.status) == ("accepted", "valid")


def test_whoever_proposed_does_not_take_it_up_speak_for_the_city_or_decide(stage, cluster_no):
    matter = Matter(stage, cluster_no, by="x")
    for act in (matter.check, matter.opine):
        with pytest.raises(NotAllowed, match="由您提出"):
            act(by="x")
    matter.ready()
    with pytest.raises(NotAllowed, match="由您提出"):
        matter.decide(by="x")
    assert matter.status == "revocation_proposed"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"decision": "dismiss"}, "reason"),
        ({"decision": "supplement", "reason": " "}, "reason"),
        ({"evidence_complete": False}, "evidence_complete"),
        ({"decision": ""}, "decision"),
    ],
)
def test_taking_up_or_not_needs(matter, changes, path):
    assert [p.path for p in refusal(matter.check, **changes)] == [path]


def test_what_the_city_adds_stands_beside_what_was_there(matter):
    matter.check(decision="supplement", reason="缺处罚履行情况")
    row = {"title": "履行证明", "doc_no": "示例证〔2025〕8号", "file": FILE}
    matter.call("supplement", "supplement_proposal", "mc", papers=[row], note="")
    assert [item["title"] for item in matter.row.evidence] == ["行政处罚决定书", "履行证明"]
    assert "示例证〔2025〕8号" in matter.row.refs
    assert matter.row.status == "proposed"


def test_a_dismissal_is_told_with_its_reason(stage, matter):
    matter.check(decision="dismiss", reason="处罚已被撤销")
    assert "处罚已被撤销" in stage.told.to("city_leader", "621100")
    assert "处罚已被撤销" in stage.told.to("people", "mc")


def test_the_city_is_heard_in_words(matter):
    assert [p.article for p in refusal(matter.opine, opinion="")] == ["第四条"]


# --- the notice -----------------------------------------------------------------------------------


def test_the_period_runs_from_the_day_of_service_and_the_register_says_so(stage, matter):
    assert matter.served().status == "revocation_proposed"
    with stage.reading() as session:
        notice = revocations.notice_of(session, matter.id)
        last = register_status.history(session, matter.cluster_no)[-1]
    assert (notice.statement_due, notice.due_trace["days"]) == (DUE, 10)
    assert (last.status_from, last.status_to, last.on) == ("valid", "revocation_proposed", SERVED)
    for role in ("county_clerk", "county_leader", "operator_clerk"):
        assert "2025年4月14日" in stage.told.to(role, "621122")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"served_on": "2025-03-29"}, "served_on"),
        ({"served_on": "2025-03-16"}, "served_on"),
        ({"served_on": ""}, "served_on"),
        ({"service_way": "phone"}, "service_way"),
        ({"receipt": ""}, "receipt"),
        ({"receipt_file": []}, "receipt_file"),
        ({"notice_file": []}, "notice_file"),
        ({"notice_no": ""}, "notice_no"),
    ],
)
def test_a_notice_without_proof_of_service_is_none(stage, matter, changes, path):
    matter.check()
    stage.on(SERVED.isoformat())
    assert [p.path for p in refusal(matter.serve, **changes)] == [path]
    assert matter.status == "valid"


def test_a_proposal_is_withdrawn_by_its_maker_alone_and_only_before_the_notice(stage, matter):
    def withdraw(by):
        with stage.database.write() as session:
            revocations.withdraw(session.get_one(RevocationProposal, matter.id), by, stage.today)

    for stranger in ("pc", None):
        with pytest.raises(NotAllowed):
            withdraw(stranger)
    matter.served()
    assert said(refusal(withdraw, "mc"), "已经告知当事人")
    other = Matter(stage, matter.cluster_no, papers=[evidence.Paper("另案", FILE[:0], "x"), other_paper()])
    matter.id = other.id
    withdraw("mc")
    assert other.row.status == "withdrawn"


def other_paper():
    file = {**FILE[0], "sha256": "b" * 64}
    return Paper("另一处罚", [file], "示例罚〔2025〕9号", "示例机关", date(2025, 3, 5))


# --- hearing the party ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"statement_text": ""}, "statement_text"),
        ({"stated_by": ""}, "stated_by"),
        ({"waived": True}, "waiver_file"),
    ],
)
def test_a_statement_needs(matter, changes, path):
    matter.served()
    assert [p.path for p in refusal(matter.state, **changes)] == [path]


def test_the_party_speaks_for_itself_or_through_its_county_and_the_record_says_which(matter):
    matter.hire_operator()
    matter.served().state()
    matter.state(by="oc")
    assert matter.begins_with("receive_statement", "oc")["stated_by"] == "operator"
    assert matter.begins_with("receive_statement", "cc")["stated_by"] is None
    rows = matter.begins_with("review_statement", "ph")["statements"]
    own, handed_in = "集群运营管理机构（陈述申辩）", "集群运营管理机构（陈述申辩，县级代交）"
    assert [row["who"] for row in rows] == [handed_in, own]


def test_the_operator_does_not_speak_for_the_office(matter):
    matter.hire_operator()
    matter.served()
    assert [p.path for p in refusal(matter.state, by="oc", stated_by="county")] == ["stated_by"]


def test_each_point_of_the_party_is_answered(matter):
    matter.served().state()
    assert [p.path for p in refusal(matter.review, points=[])] == ["points"]
    open_point = {"point": "请求从轻", "accepted": "no", "answer": " "}
    assert [p.path for p in refusal(matter.review, points=[open_point])] == ["points.0.answer"]
    matter.review()


def test_a_hearing_that_was_asked_for_is_accounted_for(matter):
    matter.served().state(wants_hearing=True)
    assert [p.path for p in refusal(matter.review)] == ["hearing_note"]
    matter.review(hearing_note="4月8日听取，笔录附后")


# --- the decision -----------------------------------------------------------------------------------


@pytest.mark.parametrize("today", ["2025-04-13", "2025-04-14"])
def test_nothing_is_decided_before_the_period_has_run_out(stage, matter, today):
    matter.served()
    stage.on(today, "23:59")
    assert said(refusal(matter.decide), "2025-04-14", "第十九条")


def test_on_the_day_after_the_period_it_may_be_decided_but_not_dated_back(stage, matter):
    matter.ready()
    assert [p.path for p in refusal(matter.decide, decision_date="2025-04-14")] == ["decision_date"]
    matter.decide()
    assert matter.status == "revoked"


def test_a_statement_alone_does_not_shorten_the_period_a_written_waiver_does(stage, matter):
    matter.served()
    stage.on("2025-04-01")
    assert matter.state() == {"waived": False}
    refusal(matter.decide)
    assert matter.state(waived=True, waiver_file=FILE) == {"waived": True}
    assert [p.path for p in refusal(matter.decide, decision_date="2025-03-31")] == ["decision_date"]
    matter.decide()


def test_a_period_counted_on_a_provisional_calendar_decides_nothing(stage, cluster_no):
    stage.on("2026-12-21")
    matter = Matter(stage, cluster_no)
    matter.check()
    matter.serve(served_on="2026-12-21")
    stage.on("2027-01-20")
    assert said(refusal(matter.decide), "暂定日历")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"outcome": ""}, "outcome"),
        ({"reasons": ""}, "reasons"),
        ({"decision_date": ""}, "decision_date"),
        ({"decision_date": "2025-04-16"}, "decision_date"),
        ({"decision_no": ""}, "decision_no"),
        ({"decision_file": []}, "decision_file"),
        ({"remedy_text": ""}, "remedy_text"),
        ({"outcome": "not_established", "reasons": ""}, "reasons"),
        ({"outcome": "rectify", "rectify_due": "2025-05-30"}, "basis"),
        ({"outcome": "rectify", "basis": "第十八条"}, "rectify_due"),
        ({"outcome": "rectify", "basis": "第十八条", "rectify_due": "2025-04-15"}, "rectify_due"),
    ],
)
def test_a_decision_needs(matter, changes, path):
    matter.ready()
    assert [p.path for p in refusal(matter.decide, **changes)] == [path]
    assert matter.status == "revocation_proposed"


def test_nothing_is_decided_without_a_notice(stage, matter):
    stage.on("2025-04-15")
    with pytest.raises(Exception, match="尚未告知"):
        matter.decide()


def test_a_revocation_ends_everything_that_runs_for_this_cluster_and_nothing_else(stage, matter):
    ours = [f"NB-2024-{matter.cluster_no}", f"FH-1-{matter.cluster_no}", f"BG-{matter.cluster_no}-2",
            f"XC-{matter.cluster_no}-1"]  # fmt: skip
    others = [f"NB-2024-{matter.cluster_no}9", f"BG-{matter.cluster_no}9-1", "FHPC-2025-01"]
    for key in (*ours, *others):
        stage.instance(key)
    ended = stage.instance(f"BG-{matter.cluster_no}-1")
    with stage.database.write() as session:
        session.get_one(Instance, ended).status = "ended"
    matter.ready().decide()
    stopped = {to for name, to in stage.told.names() if name == "title_lost"}
    assert stopped == set(ours)
    with stage.reading() as session:
        last = register_status.history(session, matter.cluster_no)[-1]
    assert (last.status_to, last.on, last.doc_no) == ("revoked", stage.today, "示例撤〔2025〕1号")


@pytest.mark.parametrize("before", ["valid", "reexam_open", "expired_pending"])
def test_a_ground_not_established_gives_back_the_state_before(stage, cluster_no, before):
    with stage.database.write() as session:
        register.get(session, cluster_no).status = before
    matter = Matter(stage, cluster_no).ready()
    assert matter.status == "revocation_proposed"
    matter.decide(outcome="not_established", remedy_text="")
    assert (matter.status, matter.row.status) == (before, "not_established")
    assert [m for m in stage.told.messages if m[0] == "title_lost"] == []


def test_a_title_stays_proposed_for_revocation_while_another_proposal_is_pending(stage, matter):
    matter.ready()
    other = Matter(stage, matter.cluster_no, papers=[other_paper()])
    other.check()
    other.serve(served_on="2025-04-15", notice_no="示例告〔2025〕2号")
    matter.decide(outcome="not_established")
    assert matter.status == "revocation_proposed"
    stage.on("2025-05-06")
    other.decide(outcome="not_established", decision_no="示例撤〔2025〕2号")
    assert matter.status == "valid"


def test_an_order_to_rectify_decides_nothing_yet(stage, matter):
    matter.ready()
    result = matter.decide(outcome="rectify", basis="第十八条", rectify_due="2025-05-30")
    assert result == {"outcome": "rectify", "rectify_due": "2025-05-30"}
    assert (matter.status, matter.row.status) == ("revocation_proposed", "rectifying")
    stage.on("2025-05-20")
    matter.call("rectified", "report_rectification", "cc", rectification_text="已完成整改")
    assert [p.path for p in refusal(matter.review, points=[])] == ["points"]
    matter.review()
    matter.decide(outcome="not_established")
    assert matter.status == "valid"


def test_publication_follows_the_decision(stage, matter):
    matter.ready().decide()
    stage.on("2025-04-18")
    for day in ("2025-04-14", "2025-04-19"):
        assert [p.path for p in refusal(matter.publish, published_on=day)] == ["published_on"]
    assert [p.path for p in refusal(matter.publish, published_url="")] == ["published_url"]
    assert [p.path for p in refusal(matter.publish, evidence_file=[])] == ["evidence_file"]
    matter.publish()
    with stage.reading() as session:
        decision = revocation_decisions.decisions(session, matter.id)[-1]
    assert decision.published_on == stage.today
