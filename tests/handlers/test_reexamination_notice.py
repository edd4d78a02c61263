"""第十五条、第十六条: what is proposed to pass is published, objected to, and held back alone."""

from datetime import datetime
from types import SimpleNamespace

import pytest

from clusters.applications import applications
from clusters.notices import notices
from engine.clock import SHANGHAI
from tests.handlers.objecting import raise_objection
from tests.handlers.reexamining import Term, ending, refusal
from tests.handlers.stage import designated

pytestmark = [pytest.mark.article("第十五条"), pytest.mark.article("第十六条")]


def near_its_end(stage):
    cluster_no = designated(stage)
    ending(stage, cluster_no)
    return cluster_no


@pytest.fixture(scope="module")
def steps():
    return near_its_end


@pytest.fixture
def term(stage, scene):
    """Published on Monday 1 September 2025; the last day is the 8th."""
    found = Term(stage, scene[1])
    found.reviewed(wants_notice=True, no_notice_reason="")
    found.publish()
    return found


def notice_of(term):
    with term.stage.reading() as session:
        found = notices.of_case(session, term.key)
        _ = found and found.items  # read while the transaction lasts
        return found


def objection_to(term, moment="2025-09-02T08:00", **changes):
    term.stage.on(moment[:10])
    raised = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    case = SimpleNamespace(no=term.key)
    return raise_objection(term.stage, case, raised, notice_no=notice_of(term).no, **changes)


def over(term):
    term.stage.on("2025-09-09")
    return term.call("close_notice")


def test_it_is_frozen_and_hashed_like_the_notice_of_a_designation(term):
    notice = notice_of(term)
    assert (notice.kind, [i.case_no for i in notice.items]) == ("renewal", [term.key])
    assert notices.list_hash(notice) == notice.list_hash
    for words in (
        term.cluster.name,
        "拟通过复核",
        "2025年9月2日至2025年9月8日，共5个工作日",
        notice.list_hash,
    ):
        assert words in notice.text
    assert "已经公示" in refusal(term.publish)[0].message


@pytest.mark.parametrize(
    "missing", ["channel_phone", "channel_address", "objection_rule_text", "evidence_file"]
)
def test_it_needs_what_a_notice_needs(stage, scene, missing):
    term = Term(stage, scene[1])
    term.reviewed(wants_notice=True, no_notice_reason="")
    assert [p.path for p in refusal(term.publish, **{missing: ""})] == [missing]


def test_what_is_proposed_to_fail_is_published_nowhere(stage, scene):
    term = Term(stage, scene[1])
    term.reviewed(result="unqualified", result_reason="指标下降", wants_notice=True, no_notice_reason="")
    assert (term.row.wants_notice, notice_of(term)) == (False, None)
    term.decide("fail")


def test_an_open_objection_holds_back_this_conclusion_until_the_reply(stage, term):
    objection = objection_to(term)
    assert over(term)["held_back"]
    (held,) = refusal(term.decide)
    assert (held.path, objection.no in held.message) == ("conclusion", True)
    objection.found()
    assert "尚未办结" in refusal(term.decide)[0].message
    stage.on("2025-09-24")
    objection.reply()
    assert stage.told.messages[-1][:2] == ("objection_closed", term.key)
    assert term.call("close_notice") == {"held_back": False, "decide_from": stage.today}
    term.decide()
    notice = notice_of(term)
    assert (notice.items[0].result, notice.outcome) == ("renewed", "objection_rejected")


def test_an_objection_closed_while_the_notice_runs_wakes_nobody(stage, term):
    objection = objection_to(term)
    objection.found()
    before = list(stage.told.messages)
    objection.reply()
    assert stage.told.messages == before
    assert not over(term)["held_back"]


def test_a_lead_holds_nothing_back(term):
    assert objection_to(term, "2025-09-09T00:00").row.is_lead
    assert not over(term)["held_back"]
    term.decide()


def test_an_established_objection_takes_the_cluster_off_the_list_and_it_does_not_pass(term):
    objection_to(term).found(finding="established", effect="remove_from_list").reply()
    assert not over(term)["held_back"]
    assert "不能决定通过" in refusal(term.decide)[0].message
    term.decide("fail")
    assert notice_of(term).items[0].result == "removed"


def test_a_title_that_stands_is_not_returned_but_may_be_proposed_for_revocation(term):
    objection = objection_to(term)
    objection.judge()
    wrong = refusal(objection.investigate, finding="established", effect="return_for_correction")
    assert "尚未作出复核结论" in wrong[0].message
    objection.investigate(finding="established", effect="revocation_lead", revocation_ground="19-2a")
    objection.sign()
    assert term.proposals == ["19-2a"]


def test_corrected_figures_are_those_that_the_conclusion_rests_on(term):
    cut = {"field": "indicators.3.total_output", "to": "299000", "reason": "核减（虚构）"}
    objection = objection_to(term)
    objection.found(finding="partly_established", effect="correct_data", data_corrections=[cut])
    with term.stage.reading() as session:
        data, _ = applications.effective_application(session, term.instance)
    assert str(data["indicators"][3]["total_output"]) == "299000"


def test_nobody_who_reviewed_the_term_investigates(term):
    objection = objection_to(term)
    objection.judge()
    for person in ("mi1", "mc", "pc2"):
        with pytest.raises(Exception, match="回避"):
            objection.investigate(by=person)


def test_the_conclusion_needs_the_proof_of_the_last_day(term):
    over(term)
    assert [p.path for p in refusal(term.decide, evidence_end_file=[])] == ["evidence_end_file"]
