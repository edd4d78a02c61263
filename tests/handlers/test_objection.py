"""Objections to a notice (art. 15, F08): who may do what, in which order, and what each step refuses."""

from datetime import date

import pytest
from sqlalchemy import select

from clusters.applications.models import DataCorrection
from clusters.models import Cluster
from clusters.notices import notices
from clusters.objections import objections, objectors
from clusters.register import register
from clusters.revocation.models import RevocationProposal
from engine.errors import NotAllowed, NotFound
from qilian.tables import metadata
from tests.handlers.objecting import CONTACT, NAME, VAULT, in_notice, opened, published, raise_objection
from tests.handlers.stage import BATCH, CALENDAR, FILE, at
from tests.handlers.test_filing import refusal, said

# The rules are the same on both databases; the race and the walk go through the queries on each.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def steps(request):
    return published if "case" in request.fixturenames else opened


@pytest.fixture
def batch(scene):
    return scene[1][0]


@pytest.fixture
def case(scene):
    return scene[1][1]


def cluster_of(stage, case):
    with stage.reading() as session:
        return register.of_case(session, case.no)


# --- in time, by name, once -----------------------------------------------------------------------


@pytest.mark.article("第十五条")
@pytest.mark.parametrize(
    ("day", "clock", "lead"), [("2024-09-09", "23:59", None), ("2024-09-10", "00:00", "out_of_time")]
)
def test_an_objection_is_in_time_until_the_last_day_has_passed(stage, batch, case, day, clock, lead):
    stage.on("2024-09-12")
    assert raise_objection(stage, case, at(day, clock)).row.lead_reason == lead
    if lead is None:
        assert said(refusal(batch.decide), "异议尚未办结", "第十五条")
    else:
        assert batch.decide() == {"held_back": False}


def test_an_objection_before_the_portal_published_is_a_lead(stage, case):
    assert raise_objection(stage, case, at("2024-09-02", "08:59")).row.lead_reason == "out_of_time"


def test_a_provisional_last_day_shuts_no_objection_out(stage, case):
    with stage.database.write() as session:
        notices.of_batch(session, BATCH).provisional = True
    stage.on("2024-09-12")
    assert raise_objection(stage, case, at("2024-09-10", "09:00")).row.lead_reason is None


@pytest.mark.parametrize("missing", ["name", "contact"])
def test_an_anonymous_objection_is_kept_as_a_lead_and_blocks_nothing(stage, batch, case, missing):
    assert raise_objection(stage, case, **{missing: " "}).row.lead_reason == "unnamed"
    stage.on("2024-09-10")
    assert batch.decide() == {"held_back": False}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"case_no": "GSJQ-2024-620122-0009"}, "不在公示名单"),
        ({"ground": ""}, "事由"),
        ({"content": "九个字还差一个。"}, "10至2000字"),
        ({"channel": "fax"}, "提出方式"),
    ],
)
def test_what_cannot_be_an_objection_is_refused_with_the_article(stage, case, given, words):
    assert said(refusal(raise_objection, stage, case, **given), words, "第十五条")


@pytest.mark.article("第十五条")
def test_the_same_person_on_the_same_ground_is_told_the_first_number(stage, case):
    first = raise_objection(stage, case)
    again = {"name": "异议人 (示例)", "contact": "139-0000 0000", "content": "换一种说法再提一次（虚构）。"}
    assert said(refusal(raise_objection, stage, case, **again), first.no, "第十五条")
    raise_objection(stage, case, **again | {"ground": "incident"})
    raise_objection(stage, case, **again | {"name": "另一人（示例）"})


def test_other_grounds_are_the_same_only_in_the_same_words(stage, case):
    first = raise_objection(stage, case, ground="other", content="其他事由之一，十个字以上。")
    raise_objection(stage, case, ground="other", content="其他事由之二，十个字以上。")
    same = "其他事由之一， 十个字以上。"
    assert said(refusal(raise_objection, stage, case, ground="other", content=same), first.no)


def test_the_receipt_opens_this_objection_alone(stage, case):
    first, second = raise_objection(stage, case), raise_objection(stage, case, ground="incident")
    with stage.reading() as session:
        typed = first.receipt.lower().replace("-", " ")
        assert objectors.by_receipt(session, VAULT, first.no.lower(), typed).no == first.no
        for no, receipt in ((second.no, first.receipt), ("GSYY-2024-9999", first.receipt), (first.no, "")):
            with pytest.raises(NotFound):
                objectors.by_receipt(session, VAULT, no, receipt)


# --- who objected ---------------------------------------------------------------------------------


def test_name_and_contact_lie_sealed_and_are_gone_when_the_key_is_destroyed(stage, case):
    raised = raise_objection(stage, case)
    assert_nowhere_in(stage.database, NAME, CONTACT, raised.receipt)
    with stage.reading() as session:
        assert objectors.known(session, VAULT, raised.no) == {"name": NAME, "contact": CONTACT}
    with stage.database.write() as session:
        assert said(refusal(objectors.forget, session, VAULT, raised.no, stage.now), "尚未办结")
    raised.found().reply()
    with stage.database.write() as session:
        objectors.forget(session, VAULT, raised.no, stage.now)
    with stage.reading() as session:
        assert objectors.known(session, VAULT, raised.no) is None
    raise_objection(stage, case)  # nothing tells any more that it is the same person


def assert_nowhere_in(database, *secrets):
    with database.read() as session:
        for table in metadata.sorted_tables:
            text = "".join(str(row) for row in session.execute(select(table)))
            assert not any(secret in text for secret in secrets), table.name


# --- admissibility --------------------------------------------------------------------------------


def test_without_evidence_it_is_not_taken_up_until_it_comes(stage, case):
    raised = raise_objection(stage, case, evidence=[])
    assert said(refusal(raised.judge), "佐证", "第十五条")
    assert raised.judge(more_evidence=FILE)["accepted_on"] == stage.today


@pytest.mark.article("第十五条")
def test_nobody_is_declined_for_want_of_evidence_before_a_request_has_run_out(stage, case):
    raised = raise_objection(stage, case, evidence=[])
    decline = {"inadmissible_ground": "no_evidence", "reason": "没有佐证材料"}
    assert said(refusal(raised.judge, "inadmissible", **decline), "尚未通知补充", "第十五条")
    asked = raised.judge("supplement", supplement_asked="统计报表", supplement_days=5)
    assert (asked["supplement_from"], asked["supplement_days"]) == (date(2024, 9, 2), 5)
    raised.asked_until(date(2024, 9, 9))
    stage.on("2024-09-09")
    assert said(refusal(raised.supplement, supplement_result="not_supplied"), "届满后")
    assert said(refusal(raised.judge, "inadmissible", **decline), "届满前不能", "第十五条")
    stage.on("2024-09-10")
    raised.supplement(supplement_result="not_supplied")
    assert raised.judge("inadmissible", **decline)["admissibility"] == "inadmissible"


def test_a_provisional_day_turns_nobody_away(stage, case):
    raised = raise_objection(stage, case, evidence=[])
    raised.asked_until(date(2024, 9, 9), provisional=True)
    stage.on("2024-09-12")
    decline = {"inadmissible_ground": "no_evidence", "reason": "没有佐证材料"}
    assert said(refusal(raised.judge, "inadmissible", **decline), "暂定")


@pytest.mark.parametrize("days", [0, 31, None])
def test_a_request_names_what_and_until_when(stage, case, days):
    raised = raise_objection(stage, case)
    found = refusal(raised.judge, "supplement", supplement_asked="", supplement_days=days)
    assert said(found, "写明要补充什么")
    assert said(found, "1至30个工作日")


@pytest.mark.parametrize("judged", ["inadmissible", "transferred", "lead"])
def test_turning_away_needs_a_reason_a_signature_and_a_reply_before_the_cluster_is_free(
    stage, batch, case, judged
):
    raised = raise_objection(stage, case)
    assert said(refusal(raised.judge, judged), "理由", "第十五条")
    raised.judge(judged, reason="与认定条件无关", inadmissible_ground="out_of_scope")
    stage.on("2024-09-10")
    assert said(refusal(batch.decide), "异议尚未办结")
    raised.sign()
    assert said(refusal(batch.decide), "异议尚未办结")
    assert raised.reply() == {"kept_as_lead": judged == "lead"}
    assert batch.decide() == {"held_back": False}


# --- investigation --------------------------------------------------------------------------------


@pytest.mark.article("第十五条")
@pytest.mark.parametrize("person", ["mc", "mi2", "pc2", "pi1"])
def test_nobody_who_reviewed_or_inspected_investigates(stage, case, person):
    raised = raise_objection(stage, case)
    raised.judge()
    with pytest.raises(NotAllowed):
        raised.investigate(by=person)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"finding": "established", "effect": "keep"}, "不能原样保留"),
        ({"finding": "not_established", "effect": "remove_from_list"}, "应保留"),
        ({"finding": "established", "effect": "remove_from_list", "finding_files": []}, "上传调查取得的证据"),
        ({"finding_text": " "}, "调查情况"),
        ({"effect": "revocation_lead", "finding": "established"}, "尚未认定"),
        ({"effect": "correct_data", "finding": "established"}, "要更正的数据"),
    ],
)
def test_a_finding_that_does_not_hold_together_is_refused(stage, case, changes, words):
    raised = raise_objection(stage, case)
    raised.judge()
    assert said(refusal(raised.investigate, **changes), words, "第十五条")


def test_the_investigator_does_not_sign(stage, case):
    raised = raise_objection(stage, case)
    raised.judge()
    raised.investigate()
    with pytest.raises(NotAllowed):
        raised.sign(by="pi9")
    assert said(refusal(raised.sign, "return", opinion=""), "退回的", "第十五条")
    assert raised.sign("return", opinion="请再核实。") == {"sign_decision": "investigate_again"}


def test_a_declined_objection_is_returned_to_whoever_judged_it(stage, case):
    raised = raise_objection(stage, case)
    raised.judge("transferred", reason="属统计部门")
    assert raised.sign("return", opinion="应予受理。") == {"sign_decision": "judge_again"}


def correction(stage, case, to):
    """The latest year's leading output, as the investigator found it."""
    last = len(case.content()["indicators"]) - 1
    row = {"field": f"indicators.{last}.leading_output", "to": to, "reason": "与报表不符"}
    return {"finding": "partly_established", "effect": "correct_data", "data_corrections": [row]}


@pytest.mark.article("附件一")
def test_corrected_figures_that_fail_a_criterion_do_not_stay_on_the_list(stage, batch, case):
    latest = case.content()["indicators"][-1]
    total, raised = int(float(latest["total_output"])), raise_objection(stage, case)
    raised.judge()
    failing = correction(stage, case, str(total * 7 // 10))
    assert said(refusal(raised.investigate, **failing), "不能保留在名单中")
    raised.investigate(**correction(stage, case, str(total * 71 // 100)))
    assert corrections(stage, case) == []
    raised.sign()
    assert [c.level for c in corrections(stage, case)] == ["objection"]
    assert "核查后更正" in stage.told.to("county_clerk", "621122")
    raised.reply()
    stage.on("2024-09-10")
    assert batch.decide() == {"held_back": False}


def corrections(stage, case):
    with stage.reading() as session:
        return list(session.scalars(select(DataCorrection).where(DataCorrection.case_no == case.no)))


# --- what the decision makes of it ----------------------------------------------------------------


@pytest.mark.article("第十五条")
def test_an_open_objection_holds_back_its_cluster_alone_and_closing_wakes_the_batch(stage, batch):
    held, free = in_notice(stage, batch, "621122", "620122")
    raised = raise_objection(stage, held)
    stage.on("2024-09-10")
    assert batch.decide() == {"held_back": True}
    assert cluster_of(stage, held) is None
    assert cluster_of(stage, free) is not None
    assert said(refusal(batch.decide, decision_no="示例认定〔2024〕6号"), "异议尚未办结", "第十五条")
    raised.found().reply()
    assert stage.told.names()[-1] == ("objection_closed", BATCH)
    assert "不影响本集群的认定" in stage.told.to("county_clerk", "621122")
    assert batch.decide(decision_no="示例认定〔2024〕6号") == {"held_back": False}
    assert cluster_of(stage, held) is not None


def test_the_batch_is_woken_too_when_all_that_was_decided_was_a_removal(stage, batch):
    held, off = in_notice(stage, batch, "621122", "620122")
    removal = {"finding": "established", "effect": "remove_from_list"}
    raise_objection(stage, off).found(**removal).reply()
    raised = raise_objection(stage, held)
    stage.on("2024-09-10")
    assert batch.decide(decision_no="") == {"held_back": True}
    raised.found().reply()
    assert stage.told.names()[-1] == ("objection_closed", BATCH)


def test_two_objections_to_one_cluster_wake_the_batch_once(stage, batch):
    held, _ = in_notice(stage, batch, "621122", "620122")
    first, second = raise_objection(stage, held), raise_objection(stage, held, ground="incident")
    stage.on("2024-09-10")
    batch.decide()
    first.found().reply()
    assert ("objection_closed", BATCH) not in stage.told.names()
    second.found().reply()
    assert stage.told.names()[-1] == ("objection_closed", BATCH)


def test_an_established_objection_removes_the_cluster_and_tells_why(stage, batch, case):
    removal = {"finding": "established", "finding_text": "产值虚增，查实。", "effect": "remove_from_list"}
    raised = raise_objection(stage, case).found(**removal)
    stage.on("2024-09-10")
    assert said(refusal(batch.decide), "异议尚未办结")  # the reply comes before the decision
    raised.reply()
    assert batch.decide(decision_no="") == {"held_back": False}
    assert stage.told.names()[-1] == ("removed_from_list", case.no)
    assert "产值虚增" in stage.told.to("county_clerk", "621122")
    assert case.row.status == "removed"
    with stage.reading() as session:
        assert notices.of_batch(session, BATCH).outcome == "partly_removed"


def test_the_objector_is_owed_a_reply(stage, case):
    raised = raise_objection(stage, case).found()
    assert said(refusal(raised.reply, reply_text=" "), "答复", "第十五条")
    assert said(refusal(raised.reply, reply_channel=""), "答复方式")


# --- leads ----------------------------------------------------------------------------------------


def test_a_lead_is_closed_by_a_person_with_a_reason(stage, case):
    lead = raise_objection(stage, case, name="")
    assert said(refusal(lead.dispose, "file", note=" "), "依据或去向", "第十五条")
    assert lead.dispose("file")["accepted_on"] is None
    assert lead.row.status == "closed"


def test_an_outage_makes_late_leads_objections_also_one_already_filed(stage, batch, case):
    stage.on("2024-09-10", "10:00")
    open_, filed = raise_objection(stage, case), raise_objection(stage, case, ground="incident")
    later = raise_objection(stage, case, ground="procedure", name="")
    filed.dispose("file")
    with stage.database.write() as session:
        notice = notices.of_batch(session, BATCH)
        day = date(2024, 9, 5)
        notices.interrupt(session, notice.no, day, day, "门户中断", CALENDAR, "pc", stage.now)
        reread = objections.reread(session, notice, "pc", stage.now)
    assert {row.no for row in reread} == {open_.no, filed.no}
    assert later.row.lead_reason == "unnamed"
    stage.on("2024-09-11")
    assert said(refusal(batch.decide), "异议尚未办结")


@pytest.mark.article("第十九条")
def test_a_lead_proposes_a_revocation_only_by_a_signed_finding_on_a_designated_cluster(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide()
    lead = raise_objection(stage, case)
    assert lead.row.is_lead
    lead.dispose("investigate")
    bad = {"finding": "established", "effect": "remove_from_list"}
    assert said(refusal(lead.investigate, **bad), "已经认定", "第十五条")
    false_data = {"finding": "established", "effect": "revocation_lead", "revocation_ground": "19-2a"}
    unlawful = false_data | {"revocation_ground": "19-2b"}
    assert said(refusal(lead.investigate, **unlawful), "已生效", "第十九条")
    lead.investigate(**false_data)
    assert proposals_of(stage) == []
    lead.sign()
    (made,) = proposals_of(stage)
    assert (made.ground, made.proposed_by, made.origin) == ("19-2a", "pi9", "complaint")
    assert stage.told.names()[-1] == ("propose_revocation", made.no)
    assert cluster_of(stage, case).status == "valid"
    lead.reply()
    assert lead.row.status == "closed"


def proposals_of(stage):
    with stage.reading() as session:
        assert session.scalars(select(Cluster)).one()
        return list(session.scalars(select(RevocationProposal)))
