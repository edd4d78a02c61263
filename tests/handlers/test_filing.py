"""Filing (art. 12–13): who may apply, what an application must contain, when and sealed how."""

import pytest

from clusters.applications import applications, batch_choice
from clusters.batches import batches
from engine.errors import Refused
from tests.handlers.stage import BATCH, FILE, at

# The same rules run on both databases; the walk and the decision go through every query on each.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SEVENTY = "202300.00"  # exactly 70 % of the sample's latest output: fails, 高于 is more than


def refusal(act, *args, **kwargs):
    """The problems of a refused act: their messages by path, and their articles."""
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value.problems


def said(problems, words, article=None):
    return any(words in p.message and article in (None, p.article) for p in problems)


@pytest.fixture
def case(stage):
    stage.open_batch()
    return stage.case()


@pytest.mark.article("第十三条")
@pytest.mark.parametrize("code", ["621100", "620000"])
def test_only_a_county_level_applicant_can_start(stage, code):
    stage.open_batch()
    assert said(refusal(stage.case, code), "不是县级申报主体", "第十三条")


@pytest.mark.article("第十三条")
def test_a_county_cannot_apply_for_another_county(case):
    assert said(refusal(case.fill, county_code="621123"), "申报单位所在地", "第十三条")


@pytest.mark.article("附件序言")
def test_without_the_incident_declaration_nothing_is_submitted(case):
    assert said(refusal(case.fill, incident_declaration=False), "承诺", "附件序言")


@pytest.mark.parametrize("field", ["boundary_file", "chain_map_file", "plan_file", "truth_commitment"])
def test_a_missing_mandatory_file_is_named(case, field):
    assert [p.path for p in refusal(case.fill, **{field: []})] == [field]


@pytest.mark.article("第二条")
def test_a_cluster_without_service_body_is_refused(case):
    assert said(refusal(case.fill, service_orgs=[]), "支撑机构", "第二条")


@pytest.mark.article("第十三条")
def test_a_cross_county_cluster_needs_note_and_province_document(case):
    assert said(refusal(case.fill, is_within_county=False), "县级区划", "第十三条")
    assert said(refusal(case.fill, is_within_county=False, cross_county_note="跨两县"), "县级区划")
    case.fill(is_within_county=False, cross_county_note="跨两县", cross_county_doc=FILE)


@pytest.mark.article("第六条")
@pytest.mark.parametrize("table", ["plan_targets", "plan_measures"])
def test_a_plan_that_leaves_an_aspect_empty_is_refused(case, table):
    rows = [row for row in case.content()[table] if row["aspect"] != "A7"]
    assert said(refusal(case.fill, **{table: rows}), "A7", "第六条")


def test_every_problem_is_named_at_once(case):
    found = refusal(case.fill, incident_declaration=False, boundary_file=[], service_orgs=[])
    assert {p.path for p in found} >= {"incident_declaration", "boundary_file", "service_orgs"}


def test_impossible_figures_are_refused_with_their_place(case):
    rows = case.content()["indicators"]
    rows[-1]["sme_output"] = "999999999.00"
    assert any((p.path or "").startswith("indicators.3") for p in refusal(case.fill, indicators=rows))


@pytest.mark.article("第十三条")
def test_the_same_name_as_an_open_case_is_a_duplicate_even_in_wide_letters(stage, case):
    case.fill(cluster_name="陇西ABC集群")
    other = stage.case("621123")
    found = refusal(other.fill, cluster_name=" 陇西ＡＢＣ 集群")
    assert said(found, case.no, "第十三条")


def test_one_county_cannot_file_the_same_industry_twice(stage, case):
    case.fill(leading_industry_name="中医药")
    again = stage.case()
    assert said(refusal(again.fill, leading_industry_name="中医药"), "重复")
    again.fill(leading_industry_name="铝加工")


def test_an_ended_case_is_no_duplicate(stage, case):
    case.fill(cluster_name="陇西集群")
    with stage.database.write() as session:
        applications.withdraw(session, case.no)
    stage.case().fill(cluster_name="陇西集群")


# --- sending in ---------------------------------------------------------------------------------


def test_without_a_sealed_scan_nothing_is_sent_in(case):
    case.fill()
    assert said(refusal(case.submit, seal_scan=[]), "公章", "第十三条")


def test_an_edit_voids_the_scan(case):
    """A-13: the seal belongs to the printed content."""
    case.submitted()
    case.fill(overview="改写后的概况" * 60)
    assert said(refusal(case.submit), "重新打印", "第十三条")
    case.submit(seal_scan=[{**FILE[0], "sha256": "b" * 64}])


def test_the_same_content_may_be_sent_again_with_the_same_scan(case):
    case.submitted()
    case.fill()
    case.submit()


@pytest.mark.article("第十三条")
def test_whoever_filled_in_cannot_approve(case):
    case.fill(by="one")
    assert said(refusal(case.submit, by="one"), "回避")


def test_a_failing_hard_criterion_is_submitted_only_knowingly(case):
    case.fill(leading_output=SEVENTY)
    found = refusal(case.submit)
    assert [(p.path, p.article) for p in found] == [("confirm_failing", "附件一")]
    assert "C1.8" in found[0].message
    case.submit(confirm_failing=True)
    assert case.row.status == "submitted"


def test_the_clerk_may_confirm_a_failing_criterion_in_the_application_too(case):
    case.fill(leading_output=SEVENTY, submit_despite_failing=True)
    case.submit()


def test_before_the_batch_opens_an_application_can_be_filled_but_not_sent_in(stage):
    case = stage.case(batch=None)
    case.fill()
    assert said(refusal(case.submit), "没有开放的申报批次", "第十三条")
    stage.open_batch()
    assert case.submit()["batch_key"] == BATCH


def test_a_batch_is_open_from_its_first_day(stage):
    stage.open_batch(open_on="2024-05-27")
    case = stage.case()
    case.fill()
    assert said(refusal(case.submit), "未开放")
    stage.on("2024-05-27", "00:00")
    case.submit()


@pytest.mark.parametrize(("day", "late"), [("2024-06-28", False), ("2024-06-29", True)])
def test_what_arrives_after_the_countys_closing_day_is_told_so(stage, case, day, late):
    stage.on(day, "23:59")
    case.submitted()
    assert case.row.late is late
    assert ("迟报" in stage.told.to("county_clerk", "621122")) is late


def test_after_the_citys_closing_day_nothing_new_is_sent_in(stage, case):
    stage.on("2024-08-31")
    case.fill()
    assert said(refusal(case.submit), "未开放")


def test_a_draft_whose_batch_has_closed_goes_into_the_next_one(stage, case):
    def choose():
        with stage.database.write() as session:
            row = applications.get(session, case.no)
            return batch_choice.choose_batch(session, row, "GSPC-2024-02", stage.today)

    case.fill()
    stage.open_batch("GSPC-2024-02", recommend_due="2024-12-31")
    stage.on("2024-08-30")
    assert said(refusal(choose), "不能选定")  # its own is open until the end of the day
    stage.on("2024-08-31")
    assert said(refusal(case.submit), "转入", "第十三条")
    choose()
    assert case.submit()["batch_key"] == "GSPC-2024-02"


def test_what_has_been_sent_in_stays_in_its_batch(stage, case):
    case.submitted()
    stage.open_batch("GSPC-2024-02", recommend_due="2024-12-31")
    stage.on("2024-08-31")
    with stage.reading() as session:
        assert batch_choice.batches_to_choose(session, applications.get(session, case.no), stage.today) == []


def test_two_open_batches_need_a_choice(stage):
    stage.open_batch()
    stage.open_batch("GSPC-2024-02")
    case = stage.case(batch=None)
    case.fill()
    assert said(refusal(case.submit), "选定批次")


def test_an_extension_needs_document_and_reason_and_goes_forward_only(stage, case):
    def extend(doc="示例延〔2024〕1号", reason="汛期", county="2024-07-05", city="2024-09-06"):
        dates = [at(day).date() for day in (county, city)]
        with stage.database.write() as session:
            batches.extend(session, BATCH, doc, reason, *dates, "pc", stage.now)

    assert said(refusal(extend, doc=""), "文号")
    assert said(refusal(extend, reason=" "), "理由")
    assert said(refusal(extend, county="2024-06-27"), "不能提前")
    extend()
    stage.on("2024-07-05")
    case.submitted()
    assert not case.row.late


# --- withdrawing --------------------------------------------------------------------------------


@pytest.mark.article("第十二条")
def test_a_case_is_withdrawn_without_anybodys_consent(stage, case):
    case.submitted()
    case.call("withdraw")
    assert case.row.status == "withdrawn"
    assert "撤回" in stage.told.to("city_clerk", "621100")


def test_an_ended_case_cannot_be_withdrawn_again(case):
    case.submitted()
    case.call("withdraw")
    assert said(refusal(case.call, "withdraw"), "已经办结")
