"""What may be proposed under article 19, and on which evidence (F15, A-10, D-08, D-13)."""

from dataclasses import replace
from datetime import date

import pytest

from clusters.annex.standard_parts import Category, Severity
from clusters.register import register
from clusters.revocation import proposals
from clusters.revocation.evidence import Case, Deadline, Happened, Paper, Served, Urged
from tests.handlers.stage import CALENDAR, FILE, designated
from tests.handlers.test_filing import refusal, said

# The same rules run on both databases.
pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.article("第十九条"),
]

REPORT = "NB-2024-GS-JQ-2024-001"
COUNT = CALENDAR.due(date(2025, 2, 28), 10).to_json()  # ten working days of grace: 14 March
LATE = Deadline("上年度情况报送期限及宽限", date(2025, 3, 14), COUNT, False, case_key=REPORT)
URGES = [Urged("催报", date(2025, 3, 3), "电话催办", "接听人：示例", 1),
         Urged("再次催报", date(2025, 3, 10), "书面催办", "回执", 2)]  # fmt: skip
JUDGMENT = Paper("行政处罚决定书", FILE, "示例罚〔2025〕3号", "示例机关", date(2025, 3, 3))
ACCIDENT = Happened(
    "91621122MA70000013", "示例企业（虚构）", date(2025, 2, 10), Category.SAFETY, Severity.LARGER
)


@pytest.fixture(scope="module")
def steps():
    return designated


@pytest.fixture
def cluster_no(stage, scene):
    stage.on("2025-03-17")
    return scene[1]


@pytest.fixture
def propose(stage, cluster_no):
    def act(ground="19-3a", evidence=(LATE, *URGES), by=None, **changes):
        with stage.database.write() as session:
            given = {
                "facts": "至今未报送",
                "by": by,
                "on": stage.today,
                "at": stage.now,
                "source": None,
                **changes,
            }
            cluster = register.get(session, cluster_no)
            return proposals.propose(session, cluster, ground, evidence=list(evidence), **given)

    return act


def put(stage, proposal, status):
    with stage.database.write() as session:
        proposals.get(session, proposal.id).status = status


def test_a_report_not_filed_is_proposed_with_its_count_and_urges(propose, cluster_no):
    proposal = propose()
    assert (proposal.no, proposal.origin, proposal.status) == (f"CX-{cluster_no}-1", "timer", "proposed")
    deadline = proposal.evidence[0]
    assert deadline["count"]["calendar_version"] == CALENDAR.version
    assert deadline["count"]["trace"][-1]["date"] == "2025-03-14"
    assert [e["receipt"] for e in proposal.evidence[1:]] == ["接听人：示例", "回执"]


def test_only_the_grounds_of_article_19_may_be_proposed(propose):
    assert [p.path for p in refusal(propose, "19-6")] == ["ground"]


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        ([], "至少附一项证据"),
        ([replace(LATE, count=None), *URGES], "逐日推算"),
        ([replace(LATE, provisional=True), *URGES], "暂定日历"),
        ([replace(LATE, count={**COUNT, "provisional": True}), *URGES], "暂定日历"),
        ([replace(LATE, owed_by="city"), *URGES], "不在集群一方"),
        ([replace(LATE, done_on=date(2025, 3, 16)), *URGES], "已于2025年3月16日补办"),
        ([replace(LATE, on=date(2025, 3, 17)), *URGES], "期限还没有过"),
        ([LATE, URGES[0]], "只有1次"),
        ([LATE, URGES[0], URGES[0]], "只有1次"),
        ([LATE, URGES[0], replace(URGES[1], receipt=" ")], "只有1次"),
    ],
)
def test_lateness_is_no_ground_without(propose, evidence, words):
    assert said(refusal(propose, "19-3a", evidence), words, "第十九条")


def test_a_period_that_ended_yesterday_has_run_out(propose, stage):
    stage.on("2025-03-15")
    propose()


def test_a_person_may_propose_for_a_change_filed_late_where_a_timer_may_not(propose):
    late = replace(LATE, done_on=date(2025, 3, 16))
    refusal(propose, "19-4", [late, *URGES])
    assert propose("19-4", [late, *URGES], by="pc").origin == "manual"


def test_re_examination_not_applied_for_needs_the_batch_and_its_service(propose, stage):
    asked = [Case("FHPC-2027-01", "复核批次"), Served("复核通知", date(2027, 6, 1), "签收回执")]
    stage.on("2027-09-10")
    assert said(refusal(propose, "19-1a", [LATE, *URGES, *asked]), "尚未届满")
    stage.on("2027-09-11")
    assert said(refusal(propose, "19-1a", [LATE, *URGES, asked[1]]), "未组织复核")
    assert said(refusal(propose, "19-1a", [LATE, *URGES, asked[0]]), "送达凭据")
    propose("19-1a", [LATE, *URGES, *asked])


@pytest.mark.parametrize("lacking", ["files", "doc_no", "issued_by", "effective_on"])
def test_unlawful_conduct_needs_an_effective_document(propose, lacking):
    paper = replace(
        JUDGMENT, **{lacking: [] if lacking == "files" else None if lacking == "effective_on" else ""}
    )
    assert said(refusal(propose, "19-2b", [paper]), "已生效")


def test_a_document_that_takes_effect_tomorrow_is_not_effective(propose):
    assert said(refusal(propose, "19-2b", [replace(JUDGMENT, effective_on=date(2025, 3, 18))]), "已生效")
    propose("19-2b", [replace(JUDGMENT, effective_on=date(2025, 3, 17))])


@pytest.mark.parametrize(
    ("category", "severity", "is_ground"),
    [
        (Category.SAFETY, Severity.ORDINARY, False),
        (Category.SAFETY, Severity.LARGER, True),
        (Category.NETWORK, Severity.LARGER, False),
        (Category.NETWORK, Severity.MAJOR, True),
        (Category.DATA, Severity.UNGRADED, False),
        (Category.TAX, Severity.UNGRADED, True),
    ],
)
def test_an_event_below_its_grade_is_no_ground(propose, category, severity, is_ground):
    event = replace(ACCIDENT, category=category, severity=severity)
    if is_ground:
        propose("19-5", [event, JUDGMENT])
    else:
        assert said(refusal(propose, "19-5", [event, JUDGMENT]), "不是撤销情形")


def test_an_accident_known_from_the_news_alone_is_no_ground(propose):
    assert said(refusal(propose, "19-5", [ACCIDENT, Paper("新闻报道", FILE)]), "已生效")


def test_the_same_facts_are_not_proposed_twice_at_once(propose):
    first = propose()
    assert said(refusal(propose), first.no)
    propose("19-3a", [replace(LATE, case_key="NB-2025-GS-JQ-2024-001"), *URGES])


@pytest.mark.parametrize(("status", "again"), [("not_established", False), ("dismissed", False),
                                               ("withdrawn", True), ("overtaken", True)])  # fmt: skip
def test_facts_that_were_decided_are_not_proposed_again(stage, propose, status, again):
    put(stage, propose(), status)
    if again:
        assert propose().no.endswith("-2")
    else:
        assert said(refusal(propose), "没有新的事实")


def test_what_was_not_taken_up_may_be_proposed_with_new_evidence_but_not_what_was_decided(stage, propose):
    more = [LATE, *URGES, Paper("现场核查记录", FILE)]
    put(stage, propose(), "dismissed")
    second = propose("19-3a", more)
    put(stage, second, "not_established")
    assert said(refusal(propose, "19-3a", [*more, JUDGMENT]), "情形不成立")


@pytest.mark.parametrize("status", ["revoked", "exited"])
def test_a_title_that_is_gone_cannot_be_revoked(stage, cluster_no, propose, status):
    with stage.database.write() as session:
        register.get(session, cluster_no).status = status
    assert said(refusal(propose), "不能再提出撤销")
