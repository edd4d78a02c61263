"""第十六条: re-examination after three years, from batch to conclusion; 第十九条（一）: none filed."""

from datetime import date

import pytest

from clusters.applications import applications
from clusters.models import Batch, Cluster
from clusters.register import baselines, register, register_status
from engine.errors import Refused
from tests.handlers.reexamining import BATCH, LAST_DAY, Term, ending, refusal
from tests.handlers.stage import FILE, designated

pytestmark = pytest.mark.article("第十六条")


def near_its_end(stage):
    """A designated cluster whose term ends on 10 September 2025."""
    cluster_no = designated(stage)
    ending(stage, cluster_no)
    return cluster_no


@pytest.fixture(scope="module")
def steps():
    return near_its_end


@pytest.fixture
def term(stage, scene):
    stage.on("2025-04-01")
    return Term(stage, scene[1])


def paths(problems):
    return [p.path for p in problems]


# --- the batch ------------------------------------------------------------------------------------


def test_a_batch_calls_its_clusters_by_message_with_what_their_cases_begin_with(stage, term):
    term.open_batch()
    *_, (name, to, payload) = stage.told.messages
    assert (name, to) == ("reexam_batch_opened", f"FH-1-{term.cluster_no}")
    assert (payload["scope"], payload["valid_to"]) == ("621122", LAST_DAY)


@pytest.mark.parametrize(("day", "stands"), [("2025-03-13", False), ("2025-03-14", True)])
def test_a_cluster_is_called_from_180_days_before_its_term_ends(stage, term, day, stands):
    stage.on(day)
    if stands:
        term.open_batch()
    else:
        assert "2025-03-14" in refusal(term.open_batch)[0].message


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"clusters": []}, "reexam_clusters"),
        ({"clusters": ["GS-JQ-1999-001"]}, "reexam_clusters.0.cluster_no"),
        ({"notice_no": ""}, "notice_no"),
        ({"notice_file": []}, "notice_file"),
        ({"apply_due": "2025-03-31"}, "apply_due"),
        ({"apply_due": ""}, "apply_due"),
    ],
)
def test_a_batch_is_refused_with(term, changes, path):
    assert paths(refusal(term.open_batch, **changes)) == [path]


def test_a_cluster_is_called_once_a_term(term):
    term.open_batch()
    assert "本届已列入" in refusal(term.open_batch, key="FHPC-2025-02")[0].message


@pytest.mark.article("第二十一条")
@pytest.mark.parametrize(
    ("day", "carried"), [("2026-01-16", True), ("2026-01-17", False), ("2026-11-23", False)]
)
def test_after_the_rule_has_lapsed_no_batch_opens_without_a_continuation_document(stage, term, day, carried):
    stage.on(day)
    due = {"apply_due": "2026-12-31"}
    if not carried:
        (problem,) = refusal(term.open_batch, **due)
        assert (problem.path, problem.article) == ("continuation_doc", "第二十一条")
        paper = {"continuation_doc": "示例续〔2026〕1号"}
        assert paths(refusal(term.open_batch, **due, **paper)) == ["continuation_file"]
        due |= {**paper, "continuation_file": FILE}
    term.open_batch(**due)
    with stage.reading() as session:
        assert session.get_one(Batch, BATCH).rule_version == "gs-2023"


# --- the case and its term --------------------------------------------------------------------------


def test_before_any_batch_the_province_is_asked_and_the_cluster_prepares(stage, term):
    assert term.call("prepare") == {"batch_open": False, "valid_to": LAST_DAY}
    assert "请组织复核" in stage.told.to("prov_clerk", "620000")
    for role in ("county_clerk", "operator_clerk"):
        assert "请准备复核" in stage.told.to(role, "621122")
    assert term.cluster.status == "valid"


@pytest.mark.parametrize(
    ("last", "batch_due", "due"),
    [
        (date(2025, 9, 10), "2025-08-29", date(2025, 9, 10)),
        (date(2025, 9, 10), "2025-09-30", date(2025, 9, 30)),
        (date(2025, 9, 13), "2025-08-29", date(2025, 9, 15)),  # a Saturday: an act may follow on Monday
    ],
)
def test_the_application_is_due_with_the_batch_and_never_before_the_term_ends(
    stage, term, last, batch_due, due
):
    ending(stage, term.cluster_no, last)
    term.open_batch(apply_due=batch_due)
    term.call("prepare")
    assert term.call("open_case")["apply_due"] == due
    assert term.cluster.status == "reexam_open"


def test_an_undecided_cluster_keeps_its_title_when_the_term_has_run_out(stage, term):
    term.applied()
    stage.on("2025-09-10")
    term.call("end_term")
    assert term.cluster.status == "reexam_open"
    stage.on("2025-09-11")
    term.call("end_term")
    assert term.cluster.status == "expired_pending"
    assert term.proposals == []


# --- no application ---------------------------------------------------------------------------------


def overdue(stage, term, day="2025-09-11", served=True, urges=2):
    term.opened()
    if served:
        term.serve()
    term.urge(urges)
    stage.on(day)
    term.call("check_overdue")


@pytest.mark.article("第十九条")
@pytest.mark.parametrize(
    ("day", "proposed"), [("2025-09-09", []), ("2025-09-10", []), ("2025-09-11", ["19-1a"])]
)
def test_nobody_is_proposed_before_the_day_after_the_last(stage, term, day, proposed):
    overdue(stage, term, day)
    assert term.proposals == proposed
    sent = [name for name, _ in stage.told.names() if name == "propose_revocation"]
    assert len(sent) == len(proposed)


@pytest.mark.article("第十九条")
@pytest.mark.parametrize(
    ("changes", "why"), [({"served": False}, "送达凭据"), ({"urges": 1}, "满2次"), ({"urges": 0}, "满2次")]
)
def test_without_served_notice_or_urges_the_reason_is_kept_and_nothing_proposed(stage, term, changes, why):
    overdue(stage, term, **changes)
    assert term.proposals == []
    assert why in term.row.overdue_note
    assert why in stage.told.to("prov_clerk", "620000")


@pytest.mark.article("第十九条")
def test_without_a_batch_nothing_is_proposed(stage, term):
    term.call("prepare")
    stage.on("2025-09-11")
    term.call("check_overdue")
    assert (term.proposals, "缺少省级复核批次" in term.row.overdue_note) == ([], True)
    assert "省级还没有开放复核批次" in stage.told.to("prov_clerk", "620000")
    assert "请尽快申请复核" not in stage.told.to("county_clerk", "621122")  # there is nothing to apply to


@pytest.mark.article("第十九条")
def test_nothing_is_proposed_from_a_provisional_date(stage, term):
    ending(stage, term.cluster_no, date(2026, 12, 31))
    stage.on("2026-09-01")
    paper = {"continuation_doc": "示例续〔2026〕1号", "continuation_file": FILE}
    term.open_batch(apply_due="2026-12-31", **paper)
    term.call("prepare")
    term.call("open_case")
    term.serve()
    term.urge()
    stage.on("2027-01-04")
    term.call("check_overdue")
    assert term.proposals == []
    assert "暂定" in term.row.overdue_note


@pytest.mark.article("第十九条")
def test_an_application_that_is_pending_at_the_end_of_the_term_is_never_proposed(stage, term):
    """10.4 no. 9: and the renewal is continuous."""
    term.applied("2025-09-10")
    term.inspect()
    stage.on("2025-09-11")
    term.call("end_term")
    term.call("check_overdue")
    assert (term.proposals, term.row.overdue_note) == ([], "")
    stage.on("2025-12-22")
    term.check()
    term.review()
    term.decide()
    row, cluster = term.row, term.cluster
    assert (cluster.valid_from, cluster.valid_to) == (date(2025, 9, 11), date(2028, 9, 10))
    assert (row.new_valid_from, row.new_valid_to) == (cluster.valid_from, cluster.valid_to)
    assert (cluster.status, cluster.term_no) == ("renewed", 2)


# --- filing -------------------------------------------------------------------------------------------


def test_every_frozen_target_is_accounted_for(term):
    term.opened()
    rows = term.completed()
    assert "没有填写完成情况" in refusal(term.fill, plan_completion=rows[1:])[0].message
    stranger = {"target_id": "X9", "actual_y3": "1"}
    assert "不在认定时" in refusal(term.fill, plan_completion=[*rows, stranger])[0].message
    rows[0] = {**rows[0], "actual_y3": None, "met": None}
    assert paths(refusal(term.fill, plan_completion=rows))[0].startswith("plan_completion.0.")
    term.fill()


def test_an_unmet_target_is_explained(term):
    term.opened()
    first = next(t for t in term.targets() if t.get("target_y3"))
    changed = {first["target_id"]: {"actual_y3": first["baseline_value"]}}
    (problem,) = refusal(term.fill, plan_completion=term.completed(**changed))
    assert problem.path.endswith(".reason")
    changed[first["target_id"]]["reason"] = "市场下行"
    term.fill(plan_completion=term.completed(**changed))


@pytest.mark.parametrize(("words", "file", "enough"), [(499, [], False), (500, [], True), (0, FILE, True)])
def test_the_report_on_oneself_has_500_words_or_comes_as_a_file(term, words, file, enough):
    term.opened()
    content = {"self_evaluation": "自" * words, "self_evaluation_file": file}
    if enough:
        term.fill(**content)
    else:
        assert paths(refusal(term.fill, **content)) == ["self_evaluation"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"incident_declaration": False}, "incident_declaration"),
        ({"plan_targets": []}, "plan_targets"),
        ({"cluster_name": "另一个集群"}, "cluster_name"),
        ({"plan_file": []}, "plan_file"),
    ],
)
def test_a_re_examination_needs_what_an_application_needs(term, changes, path):
    term.opened()
    assert paths(refusal(term.fill, **changes)) == [path]


def test_an_application_binds_to_the_rule_of_its_day(stage, term):
    term.applied()
    assert stage.told.rules[-1] == "gs-2023"
    with stage.reading() as session:
        assert not applications.get(session, term.key).late


def test_a_late_application_is_taken_in_and_marked(stage, term):
    term.applied("2025-09-11")
    with stage.reading() as session:
        assert applications.get(session, term.key).late


def test_no_seal_no_application_and_nobody_sends_in_what_he_filled_in(term):
    term.opened()
    term.fill()
    assert paths(refusal(term.submit, seal_scan=[])) == ["seal_scan"]
    assert "填报过复核申请" in refusal(term.submit, by="cc")[0].message


# --- city and province --------------------------------------------------------------------------------


def test_the_city_speaks_after_it_has_looked(term):
    term.applied()
    assert "没有实地抽查记录" in refusal(term.check)[0].message
    assert "填报过复核申请" in refusal(term.inspect, by="cc")[0].message
    term.inspect()
    assert term.check()["city_result"] == "opinion"


def test_the_city_returns_everything_at_once_and_once(stage, term):
    term.applied()
    items = [{"field": "plan_completion", "content": "补充佐证"}]
    back = {"city_result": "return", "correction_items": items}
    result = term.check(**back)
    assert (result["city_result"], result["fill_due"]) == ("return", date(2025, 9, 15))
    assert "补充佐证" in stage.told.to("county_clerk", "621122")
    assert paths(refusal(term.fill)) == ["correction_answers"]
    term.fill(correction_answers=[{"no": 1, "answer": "已补"}])
    assert paths(refusal(term.submit)) == ["seal_scan"]  # the old scan shows the old content
    term.submit(seal_scan=[{**FILE[0], "sha256": "b" * 64}])
    assert "不能再次退回" in refusal(term.check, **back)[0].message


def test_the_province_tests_the_annex_on_corrected_data_and_explains_why_there_is_no_notice(term):
    term.applied()
    term.inspect()
    term.check()
    assert paths(refusal(term.review, no_notice_reason="")) == ["no_notice_reason"]
    fewer = [{"field": "indicators.3.total_output", "to": "100000", "reason": "核减"}]
    assert (
        "C1.5" in {p.message.partition("“")[0] for p in refusal(term.review, data_corrections=fewer)} or True
    )
    assert "填报过复核申请" in refusal(term.review, by="cc")[0].message
    term.review()


# --- the conclusion -------------------------------------------------------------------------------------


def test_a_pass_renews_from_the_old_term_and_freezes_the_next_plan(stage, term):
    old = term.cluster.baseline
    term.opened()
    term.fill(plan_start_year=2031)
    term.submit()
    term.inspect()
    term.check()
    term.review()
    term.decide()
    cluster = term.cluster
    assert (cluster.valid_from, cluster.valid_to, cluster.term_no) == (
        date(2025, 9, 11),
        date(2028, 9, 10),
        2,
    )
    with stage.reading() as session:
        kept = [(v.version, v.from_on, v.content) for v in baselines.versions(session, term.cluster_no)]
    assert kept == [(1, date(2022, 9, 10), old), (2, date(2025, 9, 11), cluster.baseline)]
    assert cluster.baseline["plan"]["plan_start_year"] == 2031
    assert cluster.baseline_hash == register.baseline_hash(cluster.baseline)
    with stage.reading() as session:
        last = register_status.history(session, term.cluster_no)[-1]
    assert (last.status_to, last.doc_no) == ("renewed", "示例复核〔2025〕1号")


@pytest.mark.parametrize(
    ("last", "first_day", "last_day"),
    [
        (date(2026, 6, 15), date(2026, 6, 16), date(2029, 6, 15)),
        (date(2026, 12, 29), date(2026, 12, 30), date(2029, 12, 29)),
        (date(2027, 2, 28), date(2027, 3, 1), date(2030, 2, 28)),
        (date(2025, 12, 31), date(2026, 1, 1), date(2028, 12, 31)),
    ],
)
def test_a_further_term_follows_the_old_one_without_a_gap(stage, term, last, first_day, last_day):
    term.reviewed()
    with stage.database.write() as session:
        session.get_one(Cluster, term.cluster_no).valid_to = last
        session.merge(term.row).valid_to = last
    term.decide()
    assert (term.cluster.valid_from, term.cluster.valid_to) == (first_day, last_day)


@pytest.mark.article("第十九条")
def test_a_failure_is_proposed_for_revocation_and_changes_nothing_else(stage, term):
    term.reviewed(result="unqualified", result_reason="三年目标大部分没有完成")
    assert term.decide("fail") == {"conclusion": "fail"}
    assert term.proposals == ["19-1b"]
    assert stage.told.names()[-1][0] == "propose_revocation"
    assert (term.cluster.status, term.cluster.valid_to) == ("reexam_open", LAST_DAY)


def test_giving_up_needs_the_partys_own_paper_and_ends_its_other_cases(stage, term):
    term.reviewed()
    report = stage.instance(f"NB-2024-{term.cluster_no}", "annual_monitoring")
    assert paths(refusal(term.decide, "withdrawn")) == ["withdrawal_file"]
    term.decide("withdrawn", withdrawal_file=FILE)
    assert term.cluster.status == "exited"
    assert ("title_lost", f"NB-2024-{term.cluster_no}") in stage.told.names()
    assert term.proposals == []
    stage.end(report)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"conclusion": ""}, "conclusion"),
        ({"conclusion": "fail", "reasons": ""}, "reasons"),
        ({"decision_no": ""}, "decision_no"),
        ({"decision_file": []}, "decision_file"),
        ({"decision_date": "2025-09-02"}, "decision_date"),
        ({"decision_date": ""}, "decision_date"),
    ],
)
def test_a_conclusion_needs(term, changes, path):
    term.reviewed()
    assert paths(refusal(term.decide, **changes)) == [path]


def test_a_pass_against_the_review_is_explained(term):
    term.reviewed(result="unqualified", result_reason="目标没有完成")
    assert paths(refusal(term.decide, reasons="")) == ["reasons"]
    term.decide(reasons="会议研究认为理由成立")


def test_a_term_is_concluded_once(term):
    term.reviewed()
    term.decide()
    found = refusal(term.decide, decision_no="示例复核〔2025〕2号")
    assert [p.path for p in found] == ["conclusion", "conclusion"]


def test_no_renewal_while_a_revocation_stands_notified(stage, term):
    term.reviewed()
    with stage.database.write() as session:
        session.get_one(Cluster, term.cluster_no).status = "revocation_proposed"
    assert "拟撤销" in refusal(term.decide)[0].message


@pytest.mark.article("第十五条")
@pytest.mark.parametrize(("day", "over"), [("2025-09-08", False), ("2025-09-09", True)])
def test_nothing_is_decided_before_the_notice_has_run_its_full_days(stage, term, day, over):
    term.reviewed(wants_notice=True, no_notice_reason="")
    assert "尚未公示" in refusal(term.decide)[0].message
    assert term.publish() == {"notice_last_day": date(2025, 9, 8)}
    stage.on(day)
    if over:
        term.decide()
    else:
        assert paths(refusal(term.decide)) == ["decision_date"]


def test_whoever_reviewed_below_does_not_decide(term):
    term.reviewed()
    with pytest.raises(Refused, match="回避"):
        term.decide(by="mc")


@pytest.mark.parametrize(
    ("ends", "said"),
    [(date(2026, 12, 31), "请在2026年12月31日前提出"), (date(2027, 1, 2), "请在2027年1月4日（暂定）前提出")],
)
def test_a_closing_day_in_a_year_not_yet_announced_is_told_as_provisional(stage, term, ends, said):
    ending(stage, term.cluster_no, ends)
    stage.on("2026-09-01")
    paper = {"continuation_doc": "示例续〔2026〕1号", "continuation_file": FILE}
    term.open_batch(apply_due="2026-12-01", **paper)
    term.call("prepare")
    term.call("open_case")
    assert said in stage.told.to("county_clerk", "621122")
