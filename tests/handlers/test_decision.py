"""Objections and the decision (art. 15–16): the day after the notice, one cluster held back, once only."""

from datetime import date

import pytest
from sqlalchemy import select

from clusters import notices, objections, objectors, register
from clusters.vault import Vault
from engine.errors import NotAllowed
from qilian.tables import metadata
from tests.handlers.stage import BATCH, CALENDAR, FILE, at
from tests.handlers.test_filing import refusal, said

VAULT = Vault(b"a secret of this installation")


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
    batch = stage.open_batch()
    return batch, in_notice(stage, batch, "621122")[0]


@pytest.fixture
def steps(request):
    return published if "case" in request.fixturenames else opened


@pytest.fixture
def batch(scene):
    return scene[1][0]


@pytest.fixture
def case(scene):
    return scene[1][1]


def raise_objection(stage, case, raised=None, **changes):
    with stage.database.write() as session:
        given = {
            "notice_no": notices.of_batch(session, BATCH).no, "case_no": case.no, "channel": "letter",
            "ground": "data", "name": "异议人（示例）", "contact": "13900000000",
            "content": "产值与实际不符（虚构）", "evidence": FILE,
            "raised_at": raised or stage.now, **changes,
        }  # fmt: skip
        given = objections.Raised(**given)
        return objections.register(session, VAULT, given, by="pc", now=stage.now).objection


def take_up(stage, no, investigator="pi9"):
    with stage.database.write() as session:
        return objections.accept(session, no, investigator, 15, CALENDAR, stage.now)


def close(stage, no, by="pi9", **changes):
    given = {
        "finding": "not_established", "finding_text": "经核查属实", "effect": "keep",
        "reply_text": "已答复", **changes,
    }  # fmt: skip
    with stage.database.write() as session:
        return objections.close(session, no, by=by, now=stage.now, **given)


# --- the day ------------------------------------------------------------------------------------


@pytest.mark.article("第十五条")
def test_no_decision_on_the_last_day_and_one_on_the_first_working_day_after(stage, batch, case):
    stage.on("2024-09-09", "23:59")
    assert said(refusal(batch.decide), "2024-09-10", "第十五条")
    stage.on("2024-09-10", "00:00")
    assert batch.decide() == {"held_back": False}


@pytest.mark.article("第十五条")
def test_a_decision_is_dated_neither_before_the_notice_ended_nor_ahead(stage, batch, case):
    stage.on("2024-09-12")
    assert said(refusal(batch.decide, decision_date="2024-09-09"), "不能早于", "第十五条")
    assert said(refusal(batch.decide, decision_date="2024-09-13"), "不能晚于今天", "第十五条")
    batch.decide(decision_date="2024-09-10")


def test_an_outage_moves_the_first_day_of_the_decision(stage, batch, case):
    stage.on("2024-09-09")
    with stage.database.write() as session:
        found = notices.of_batch(session, BATCH)
        day = date(2024, 9, 5)
        notices.interrupt(session, found.no, day, day, "门户中断", CALENDAR, "pc", stage.now)
    stage.on("2024-09-10")
    assert said(refusal(batch.decide), "2024-09-11", "第十五条")


@pytest.mark.parametrize("missing", ["decision_no", "decision_date", "decision_file", "evidence_end_file"])
def test_the_decision_is_a_document(stage, batch, case, missing):
    stage.on("2024-09-10")
    found = refusal(batch.decide, **{missing: ""})
    assert [(p.path, p.article) for p in found] == [(missing, "第十五条")]


def test_a_list_changed_behind_the_notice_is_not_decided_upon(stage, batch, case):
    with stage.database.write() as session:
        notices.of_batch(session, BATCH).items[0].cluster_name = "另一个集群"
    stage.on("2024-09-10")
    assert said(refusal(batch.decide), "与发布时不一致", "第十五条")


# --- the register -------------------------------------------------------------------------------


def cluster_of(stage, case):
    with stage.reading() as session:
        return register.of_case(session, case.no)


@pytest.mark.article("第十六条")
def test_the_term_runs_three_years_to_the_same_day(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide()
    found = cluster_of(stage, case)
    assert (found.valid_from, found.valid_to, found.term_no) == (date(2024, 9, 10), date(2027, 9, 10), 1)
    assert register.holds_title(found, date(2027, 9, 10))
    assert not register.holds_title(found, date(2027, 9, 11))
    assert register.status_label(found, date(2027, 9, 11)) == "有效期已届满"


def test_an_explicit_term_is_taken_over(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide(validity_policy="EXPLICIT", valid_to="2027-12-31")
    assert cluster_of(stage, case).valid_to == date(2027, 12, 31)


def test_the_baseline_is_frozen_with_its_hash(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide()
    found = cluster_of(stage, case)
    assert set(found.baseline) == {"industry", "boundary", "operator", "plan"}
    assert found.baseline["boundary"]["area_km2"] == "86.5000"
    assert len(found.baseline["plan"]["plan_targets"]) >= 7
    assert found.baseline_hash == register.baseline_hash(found.baseline)


def test_cluster_numbers_follow_the_list(stage, batch):
    cases = in_notice(stage, batch, "621122", "620122")
    stage.on("2024-09-10")
    batch.decide()
    assert [cluster_of(stage, c).cluster_no for c in cases] == ["GS-JQ-2024-001", "GS-JQ-2024-002"]


@pytest.mark.article("第十五条")
def test_a_cluster_is_designated_once(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide()
    assert said(refusal(batch.decide, decision_no="示例认定〔2024〕6号"), "均已认定", "第十五条")


def test_a_designated_cluster_cannot_apply_again_under_its_name(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide()
    stage.open_batch(
        "GSPC-2024-02", open_on="2024-09-10", county_due="2024-10-10", recommend_due="2024-11-29"
    )
    again = stage.case(batch="GSPC-2024-02")
    found = refusal(again.fill, cluster_name=case.name)
    assert said(found, "GS-JQ-2024-001", "第十三条")


def test_the_register_is_searched_by_place_name_and_number(stage, batch, case):
    stage.on("2024-09-10")
    batch.decide()
    with stage.reading() as session:
        assert len(register.search(session, city_code="621100")) == 1
        assert register.search(session, city_code="620100") == []
        assert len(register.search(session, words=case.name[:6])) == 1
        assert len(register.search(session, words="GS-JQ-2024-001")) == 1
        assert register.search(session, words="%") == []
        assert register.standing_count(session) == 1


# --- objections ---------------------------------------------------------------------------------


@pytest.mark.article("第十五条")
@pytest.mark.parametrize(
    ("day", "clock", "lead"), [("2024-09-09", "23:59", None), ("2024-09-10", "00:00", "out_of_time")]
)
def test_an_objection_is_in_time_until_the_last_day_has_passed(stage, case, day, clock, lead):
    stage.on("2024-09-12")
    assert raise_objection(stage, case, at(day, clock)).lead_reason == lead


def test_an_objection_before_the_portal_published_is_a_lead(stage, case):
    assert raise_objection(stage, case, at("2024-09-02", "08:59")).lead_reason == "out_of_time"


@pytest.mark.parametrize("missing", ["name", "contact"])
def test_an_anonymous_objection_is_kept_as_a_lead_and_blocks_nothing(stage, batch, case, missing):
    assert raise_objection(stage, case, **{missing: " "}).lead_reason == "unnamed"
    stage.on("2024-09-10")
    assert batch.decide() == {"held_back": False}


def test_an_objection_concerns_a_listed_cluster(stage, case):
    assert said(refusal(raise_objection, stage, case, case_no="GSJQ-2024-620122-0009"), "不在公示名单")


@pytest.mark.article("第十五条")
def test_an_open_objection_holds_back_its_cluster_alone(stage, batch):
    held, free = in_notice(stage, batch, "621122", "620122")
    no = raise_objection(stage, held).no
    stage.on("2024-09-10")
    assert batch.decide() == {"held_back": True}
    assert cluster_of(stage, held) is None
    assert cluster_of(stage, free) is not None
    assert said(refusal(batch.decide, decision_no="示例认定〔2024〕6号"), "异议尚未办结", "第十五条")
    take_up(stage, no)
    assert close(stage, no).wakes_batch
    assert batch.decide(decision_no="示例认定〔2024〕6号") == {"held_back": False}
    assert cluster_of(stage, held) is not None


def test_an_established_objection_removes_the_cluster_and_tells_why(stage, batch, case):
    no = raise_objection(stage, case).no
    take_up(stage, no)
    closed = close(stage, no, finding="established", finding_text="产值虚增", effect="remove_from_list")
    assert not closed.wakes_batch
    stage.on("2024-09-10")
    assert batch.decide(decision_no="") == {"held_back": False}
    assert stage.told.names()[-1] == ("removed_from_list", case.no)
    assert "产值虚增" in stage.told.to("county_clerk", "621122")
    assert case.row.status == "removed"
    with stage.reading() as session:
        assert notices.of_batch(session, BATCH).outcome == "partly_removed"


@pytest.mark.parametrize(
    ("finding", "effect", "words"),
    [("established", "keep", "不能保留"), ("not_established", "remove_from_list", "应保留")],
)
def test_finding_and_effect_agree(stage, case, finding, effect, words):
    no = raise_objection(stage, case).no
    take_up(stage, no)
    assert said(refusal(close, stage, no, finding=finding, effect=effect), words, "第十五条")


def test_the_objector_is_owed_a_reply_before_the_case_is_closed(stage, case):
    no = raise_objection(stage, case).no
    take_up(stage, no)
    assert said(refusal(close, stage, no, reply_text=" "), "答复", "第十五条")
    assert said(refusal(close, stage, no, finding_text=" "), "调查情况")


@pytest.mark.parametrize("person", ["mc", "mi2", "pc2", "pi1"])
def test_nobody_who_reviewed_or_inspected_investigates(stage, case, person):
    no = raise_objection(stage, case).no
    with pytest.raises(NotAllowed):
        take_up(stage, no, person)


def test_an_objection_without_evidence_is_not_taken_up_until_it_comes(stage, case):
    no = raise_objection(stage, case, evidence=[]).no
    assert said(refusal(take_up, stage, no), "佐证", "第十五条")
    with stage.database.write() as session:
        objections.add_evidence(session, no, FILE)
    row = take_up(stage, no)
    assert row.investigation_due == date(2024, 9, 24)
    assert sum(day["counted"] for day in row.due_trace["trace"]) == 15


def test_declining_needs_a_reason_and_frees_the_cluster(stage, batch, case):
    no = raise_objection(stage, case).no
    with stage.database.write() as session:
        assert said(refusal(objections.decline, session, no, "inadmissible", " ", "pc", stage.now), "理由")
    with stage.database.write() as session:
        objections.decline(session, no, "inadmissible", "未涉及认定标准", "pc", stage.now)
    stage.on("2024-09-10")
    assert batch.decide() == {"held_back": False}


def test_name_and_contact_lie_sealed_and_are_gone_when_the_key_is_destroyed(stage, batch, case):
    no = raise_objection(stage, case).no
    assert_nowhere_in(stage.database, "异议人（示例）", "13900000000")
    with stage.reading() as session:
        assert objectors.known(session, VAULT, no) == {"name": "异议人（示例）", "contact": "13900000000"}
    take_up(stage, no)
    close(stage, no)
    with stage.database.write() as session:
        objectors.forget(session, VAULT, no, stage.now)
    with stage.reading() as session:
        assert objectors.known(session, VAULT, no) is None


def assert_nowhere_in(database, *secrets):
    with database.read() as session:
        for table in metadata.sorted_tables:
            text = "".join(str(row) for row in session.execute(select(table)))
            assert not any(secret in text for secret in secrets), table.name


def test_a_provisional_last_day_shuts_no_objection_out(stage, case):
    with stage.database.write() as session:
        notices.of_batch(session, BATCH).provisional = True
    stage.on("2024-09-12")
    assert raise_objection(stage, case, at("2024-09-10", "09:00")).lead_reason is None
