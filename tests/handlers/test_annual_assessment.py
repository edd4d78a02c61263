"""年度考核 and 奖励 (art. 16): who scores by what, who signs, and what follows from a grade."""

import pytest

from clusters.annual.models import AssessmentTemplate
from clusters.register import register, register_status
from clusters.revocation import proposals
from clusters.revocation.evidence import Paper
from engine.errors import NotAllowed, Refused
from tests.handlers.season import CLUSTER, Season, a_season
from tests.handlers.stage import FILE
from tests.handlers.test_annual_report import times

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.article("第十六条"),
]


def assessed_from_march(stage):
    """On Monday 3 March 2025: the report of 2024 received, the template published."""
    season = Season(stage.database, now=a_season(stage))
    season.until("2025-01-02").received(figures=thriving(season), a2_new_zjtx=5, a2_lost=0)
    season.publish_template().until("2025-03-03")
    return season.clock.now()


def thriving(season):
    """Figures that reach every point of the system: 10 % more output, 8 % more R&D, and so on."""
    row = season.prefilled("fill_report", "cc")["indicators"][0]
    growth = {"total_output": "1.1", "sme_output": "1.1", "leading_output": "1.1", "rd_spend_sme": "1.08",
              "co2_emission": "1.06"}  # fmt: skip
    users = row["enterprise_count"] * 3 // 10 + 1
    return {
        **{name: times(row[name], factor) for name, factor in growth.items()},
        "invention_patents": row["invention_patents"] * 11 // 10 + 1,
        "ind_internet_users": users, "ind_software_users": users,
    }  # fmt: skip


@pytest.fixture(scope="module")
def steps():
    return assessed_from_march


@pytest.fixture
def season(stage, scene):
    return Season(stage.database, now=scene[1])


def refused(act, *args, **kwargs):
    """(path, message) of everything that was refused."""
    with pytest.raises(Refused) as found:
        act(*args, **kwargs)
    return [(p.path, p.message) for p in found.value.problems]


def paths(found):
    return [path for path, _ in found]


# --- scoring --------------------------------------------------------------------------------------


def test_the_assessment_opens_on_the_first_of_march_and_is_due_at_the_end_of_may(season):
    item = season.item("assess_cluster")
    assert (item.created_at.isoformat()[:10], item.due_on.isoformat()) == ("2025-02-28", "2025-05-31")


def test_nobody_scores_by_a_template_that_is_not_published(season):
    rows = season.scores()
    with season.database.write() as session:
        session.query(AssessmentTemplate).update({"published_on": None})
    assert "尚未公布" in refused(season.score, scores=rows)[0][1]


def test_points_of_the_system_are_shown_with_their_derivation_and_stand(season):
    rows = season.scores()
    output = next(r for r in rows if r["item_id"] == "K1")
    assert "集群总产值由" in output["derivation"]
    changed = [{**r, "points": "9", "reason": "酌情"} if r is output else r for r in rows]
    assert "不能改动" in refused(season.score, scores=changed)[0][1]


def test_plan_points_are_changed_with_a_reason_only(season):
    rows = season.scores()
    at_plan = next(n for n, r in enumerate(rows) if r["item_id"] == "K7")
    rows[at_plan] = {**rows[at_plan], "points": "30"}
    assert paths(refused(season.score, scores=rows)) == [f"scores.{at_plan}.points"]
    rows[at_plan]["reason"] = "两项目标佐证不足"
    season.score(scores=rows)
    (row,) = [r for r in season.assessment().scores if r["item_id"] == "K7"]
    assert (row["points"], row["reason"]) == ("30.00", "两项目标佐证不足")


def test_what_people_score_has_to_be_scored(season):
    found = refused(season.score, governance=None, reporting="10.01")
    assert [message for _, message in found] == [
        "请给“集群治理与公共服务”评分。",
        "“报送及时、数据质量和变更报备”的得分应在0至10之间。",
    ]


def test_the_total_decides_how_good_a_grade_may_be(season):
    assert paths(refused(season.score, governance="0", reporting="0", grade="优秀")) == ["grade"]
    season.score(governance="5", reporting="0")  # 85 points


def test_without_a_report_the_assessment_goes_on_in_may_with_reasons(season):
    season.until("2026-04-30")
    assert "assess_cluster" not in {i.element for i in season.items(2025)}
    season.until("2026-05-01")
    rows = season.scores(2025)
    assert {r["computed"] for r in rows} == {"—"}
    silent = [{**r, "points": "0"} for r in rows]
    assert "写明理由" in refused(season.score, 2025, scores=silent, grade="不合格")[0][1]
    season.score(2025, scores=[{**r, "reason": "未报送年度情况"} for r in silent], grade="不合格")
    assert (season.assessment(2025).total, season.assessment(2025).late_report) == ("0.00", True)


# --- signature ------------------------------------------------------------------------------------


def test_the_signed_grade_fixes_the_figures(season):
    season.score().sign()
    found = season.assessment()
    assert (found.status, found.grade, found.total) == ("signed", "优秀", "98.00")
    assert found.decision_no == "示例通〔2025〕6号"
    assert season.report().status == "closed"


def test_what_is_sent_back_is_scored_again_in_the_same_row(season):
    season.score().sign(decision="return", opinion="治理分偏高")
    assert season.open() == {"assess_cluster"}
    season.score(governance="8")
    assert (season.assessment().status, season.assessment().total) == ("scored", "97.00")


def test_the_document_of_a_grade_is_not_dated_ahead(season):
    season.score()
    assert paths(refused(season.sign, decision_date="2025-03-04")) == ["decision_date"]


def test_whoever_scored_does_not_sign(season):
    season.score()
    with pytest.raises(NotAllowed):
        season.do("sign_assessment", "pc", decision="agree", opinion="同意")


@pytest.mark.article("第十九条")
def test_a_failed_assessment_leads_to_a_letter_and_never_to_revocation(season):
    season.score(governance="0", reporting="0", grade="不合格", grade_reason="治理缺失（示例）").sign()
    letter = {
        "letter_no": "示例改〔2025〕1号",
        "letter_due_on": "2025-06-30",
        "letter_text": "示例",
        "letter_file": FILE,
    }
    today = {**letter, "letter_due_on": "2025-03-03"}
    assert paths(refused(season.do, "rectification_letter", "pc", **today)) == ["letter_due_on"]
    season.do("rectification_letter", "pc", **letter)
    assert season.open() == set()
    with season.reading() as session:
        assert register.get(session, CLUSTER).status == "valid"
        assert list(proposals.of_cluster(session, CLUSTER)) == []


# --- award ----------------------------------------------------------------------------------------


@pytest.fixture
def graded(season):
    return season.score().sign()


def test_an_award_is_what_people_enter_from_the_fund_document(graded):
    graded.award(amount="33.333333", paid_on="2025-06-30")
    found = graded.award_of()
    assert (found.granted, found.amount_fen, found.status_then) == (True, 33_333_333, "valid")


@pytest.mark.parametrize(
    "changes",
    [{"fund_available": False}, {"fund_doc_no": ""}, {"fund_doc": []}, {"amount": None}, {"amount": "0"},
     {"award_doc_no": ""}, {"payee_uscc": "91350100M000100Y4Z"}],
)  # fmt: skip
def test_no_award_without_the_fund_its_document_and_its_amount(graded, changes):
    assert paths(refused(graded.award, **changes)) == list(changes)


def test_without_a_fund_people_say_why_there_is_no_award(graded):
    assert paths(refused(graded.award, decision="none", reason="")) == ["reason"]
    graded.award(decision="none", reason="当年未安排省级专项资金")
    assert graded.award_of().granted is False


def test_only_an_excellent_cluster_is_offered_an_award(season):
    season.score(grade="良好", grade_reason="优秀比例已满").sign()
    assert season.open() == set()
    assert season.award_of() is None


@pytest.mark.article("第十九条")
def test_an_open_revocation_bars_the_award(graded):
    judgment = Paper("处罚决定书", FILE, "示例罚〔2025〕3号", "示例机关", graded.today)
    with graded.database.write() as session:
        proposals.propose(
            session, register.get(session, CLUSTER), "19-2b", facts="示例", evidence=[judgment], by="mc",
            on=graded.today, at=graded.clock.now(), source=None,
        )  # fmt: skip
    assert "撤销程序" in refused(graded.award)[0][1]


def moved(season, to, on):
    with season.database.write() as session:
        cluster = register.get(session, CLUSTER)
        register_status.move(session, cluster, to, on=on, at=season.clock.now(), why="示例", doc_no="示例1号")


def test_the_title_is_tested_on_the_last_day_of_the_year(graded):
    moved(graded, "expired_pending", graded.today.replace(year=2025, month=1, day=1))
    graded.award()  # it still was valid on 31 December 2024
    assert graded.award_of().status_then == "valid"


def test_a_re_examination_that_the_office_has_not_finished_bars_nobody(graded):
    moved(graded, "expired_pending", graded.today.replace(year=2024, month=12, day=31))
    assert paths(refused(graded.award)) == ["delay_by_office"]
    graded.award(delay_by_office=True)
    assert graded.award_of().status_then == "expired_pending"


def test_a_title_given_up_before_the_end_of_the_year_brings_no_award(graded):
    moved(graded, "exited", graded.today.replace(year=2024, month=12, day=31))
    assert "不具有认定称号" in refused(graded.award)[0][1]
