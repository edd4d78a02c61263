"""六年一览: the sandbox's people live through the years, by the same forms and rules as everybody."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from clusters.annual.models import AnnualAssessment, AnnualReport, Award
from clusters.changes.models import ChangeCase
from clusters.models import Cluster, Reexamination
from clusters.publicity.models import PublicityCase, PublishedItem
from clusters.register import register_status
from clusters.revocation.models import RevocationDecision, RevocationProposal
from engine import audit, submissions, work_items
from engine.clock import SHANGHAI, legal_day
from engine.models import Incident, WorkItem
from qilian.sandbox import papers
from qilian.sandbox.chapters import CHAPTERS, EXPIRING, LATE_CHANGE, MAIN, SILENT
from tests.support.axe import violations
from tests.support.once import built_once
from tests.web.driving import Visitor
from tests.web.told import IN_REVIEW, Told
from tests.web.world import World


def press(client: FlaskClient, number: int) -> str:
    """One chapter by its button; what the page then says."""
    answer = client.post("/sandbox/years", data={"chapter": str(number)}, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture(scope="module")
def played(told_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The sandbox at the end of the last chapter: every button pressed once, by nobody in particular."""

    def build(home: Path) -> None:
        shutil.copytree(told_template, home, dirs_exist_ok=True)
        told = Told(home)
        client = told.app.test_client()
        pages = [press(client, chapter.number) for chapter in CHAPTERS]
        (home / "pages.html").write_text("\n".join(pages), encoding="utf-8")
        told.database.dispose()

    home = tmp_path_factory.mktemp("years") / "sandbox"
    shutil.copytree(built_once(tmp_path_factory, "played", build), home)
    found = Told(home)
    yield found
    found.database.dispose()


def rows(told: Told, *columns: Any) -> list[Any]:
    with told.database.read() as session:
        return sorted(tuple(row) for row in session.execute(sa.select(*columns)))


def cluster_of(told: Told, county: str) -> Cluster:
    with told.database.read() as session:
        return session.scalars(sa.select(Cluster).where(Cluster.county_code == county)).one()


# --- the register -----------------------------------------------------------------------------------


def test_four_clusters_live_on_or_end_as_the_chapters_promise(played: Told) -> None:
    def term(county: str) -> tuple[str, int, date, date]:
        cluster = cluster_of(played, county)
        return cluster.status, cluster.term_no, cluster.valid_from, cluster.valid_to

    assert term(MAIN) == ("renewed", 3, date(2030, 5, 28), date(2033, 5, 27))
    assert term(EXPIRING) == ("renewed", 3, date(2029, 10, 13), date(2032, 10, 12))
    assert term(LATE_CHANGE) == ("renewed", 3, date(2030, 9, 19), date(2033, 9, 18))
    assert term(SILENT) == ("revoked", 2, date(2027, 9, 19), date(2030, 9, 18))
    assert len(rows(played, Cluster.cluster_no)) == 4


def states(told: Told, county: str) -> list[str]:
    with told.database.read() as session:
        events = register_status.history(session, cluster_of(told, county).cluster_no)
    return [event.status_to or event.kind for event in events]


def test_the_history_of_the_main_cluster_tells_its_six_years(played: Told) -> None:
    assert states(played, MAIN) == [
        "valid", "change_filed", "revocation_proposed", "valid", "reexam_open", "renewed", "reexam_open",
        "renewed",
    ]  # fmt: skip


def test_a_term_that_ends_while_no_rule_is_in_force_costs_nothing(played: Told) -> None:
    assert states(played, EXPIRING) == ["valid", "expired_pending", "renewed", "reexam_open", "renewed"]


def test_the_silent_cluster_is_heard_before_it_is_revoked(played: Told) -> None:
    assert states(played, SILENT) == ["valid", "reexam_open", "renewed", "revocation_proposed", "revoked"]
    proposals = rows(
        played, RevocationProposal.ground, RevocationProposal.proposed_by, RevocationProposal.status
    )
    assert proposals == [("19-3a", None, "not_established"), ("19-3a", None, "revoked")]
    decisions = rows(played, RevocationDecision.decision_date, RevocationDecision.outcome)
    assert [outcome for _, outcome in decisions] == ["not_established", "revoke"]


def test_each_re_examination_renews_without_a_day_between(played: Told) -> None:
    found = rows(played, Reexamination.term_no, Reexamination.conclusion, Reexamination.case_no)
    assert [conclusion for _, conclusion, _ in found] == ["pass"] * 7


# --- reports, awards, changes, case study -----------------------------------------------------------


def test_every_year_is_reported_but_the_silent_clusters_last(played: Told) -> None:
    reports = rows(played, AnnualReport.year, AnnualReport.key, AnnualReport.status)
    counts = {year: sum(y == year for y, _, _ in reports) for year in range(2023, 2030)}
    assert counts == {2023: 1, 2024: 4, 2025: 4, 2026: 4, 2027: 4, 2028: 3, 2029: 3}
    unfiled = [key for _, key, status in reports if status != "closed"]
    assert unfiled == [f"NB-2027-{cluster_of(played, SILENT).cluster_no}"]


def test_only_excellent_years_of_the_main_cluster_are_awarded(played: Told) -> None:
    excellent = [
        key for key, grade in rows(played, AnnualAssessment.key, AnnualAssessment.grade) if grade == "优秀"
    ]
    main = cluster_of(played, MAIN).cluster_no
    assert excellent == [f"KH-{year}-{main}" for year in (2024, 2026, 2028)]
    assert rows(played, Award.key, Award.granted) == [(key, True) for key in excellent]


def test_one_change_is_filed_in_time_and_one_late_and_no_other_arises(played: Told) -> None:
    found = rows(played, ChangeCase.completed_on, ChangeCase.status, ChangeCase.cluster_no)
    assert found == [
        (date(2025, 9, 8), "filed", cluster_of(played, MAIN).cluster_no),
        (date(2025, 9, 22), "filed", cluster_of(played, LATE_CHANGE).cluster_no),
    ]
    with played.database.read() as session:
        reported = {
            c.cluster_no: (legal_day(c.reported_at), c.due_on) for c in session.scalars(sa.select(ChangeCase))
        }
    at, due = reported[cluster_of(played, MAIN).cluster_no]
    assert at <= due
    at, due = reported[cluster_of(played, LATE_CHANGE).cluster_no]
    assert at > due


def test_the_case_study_is_published_and_taken_down_when_consent_ends(played: Told) -> None:
    assert rows(played, PublicityCase.status) == [("taken_down",)]
    ((published, down),) = rows(played, PublishedItem.published_on, PublishedItem.taken_down_on)
    assert published < down


# --- nothing is left over -----------------------------------------------------------------------------


def test_nothing_is_overdue_or_broken_at_the_end_and_the_chain_verifies(played: Told) -> None:
    with played.database.read() as session:
        assert session.scalar(sa.select(Incident.id).limit(1)) is None
        late = [i.name for i in session.scalars(sa.select(WorkItem).where(WorkItem.status == "open"))
                if work_items.is_overdue(i, played.services.today())]  # fmt: skip
    assert late == []
    with played.database.write() as session:
        while audit.seal(session, played.services.audit_key):
            session.flush()
    with played.database.read() as session:
        verified = audit.verify(session, played.services.audit_key)
    assert (verified.broken, verified.late) == (None, 0)


def test_the_page_says_who_did_what_on_which_day_by_which_article(played: Told) -> None:
    text = (played.home / "pages.html").read_text(encoding="utf-8")
    for words in (
        "2024年5月27日", "作出认定决定", "年度考核评分：优秀", "电话催办：填报年度报告", "第十八条",
        "提出撤销建议（待人决定）：未及时报送年度培育情况", "作出决定：情形不成立", "撤回宣传同意",
        "下架已发布内容",
    ):  # fmt: skip
        assert words in text, words
    assert "没有办成" not in text
    assert "访客所办" not in text


# --- a visitor among them -----------------------------------------------------------------------------


def test_what_a_visitor_has_done_stays_and_what_he_began_to_write_is_kept(told: Told) -> None:
    case = told.playing(IN_REVIEW)
    told.play.act(case, "consult_departments", lambda blank: papers.replies(blank, told.play.today))
    told.play.draft(case, "city_onsite_check", lambda _: {"interviews": "访客写的"})
    page = press(told.app.test_client(), 1)
    with told.database.read() as session:
        onsite = submissions.latest(session, case.id, "city_onsite_check")
    assert onsite is not None
    assert onsite.data["interviews"] == "访客写的"
    assert "（访客所办）" in page


def test_a_cluster_that_a_visitor_withdraws_is_not_in_the_play_any_more(told: Told) -> None:
    clerk = told.play.holder("county_clerk", IN_REVIEW)
    told.play.engine.send("withdraw", told.application(IN_REVIEW).case_no, by=clerk)
    press(told.app.test_client(), 1)
    assert told.application(IN_REVIEW).status == "withdrawn"
    assert [row[0] for row in rows(told, Cluster.county_code)] == sorted((MAIN, EXPIRING, LATE_CHANGE))


def test_after_time_was_moved_by_hand_the_play_takes_over_what_is_undone(told: Told) -> None:
    told.services.sandbox.advance_to(datetime(2024, 9, 10, 9, tzinfo=SHANGHAI))
    press(told.app.test_client(), 1)
    assert cluster_of(told, MAIN).valid_from == date(2024, 9, 10)


def test_time_may_move_day_by_day_with_people_who_act(told: Told) -> None:
    client = told.app.test_client()
    client.post("/sandbox/advance", data={"how": "date", "date": "2024-05-27", "acting": "1"})
    assert cluster_of(told, MAIN).valid_from == date(2024, 5, 27)
    assert 'name="acting" value="1" checked' in client.get("/sandbox/years").text


def test_a_chapter_that_is_over_is_not_played_again(played: Told) -> None:
    client = played.app.test_client()
    assert client.post("/sandbox/years", data={"chapter": "1"}).status_code == 422
    assert client.post("/sandbox/years", data={"chapter": "99"}).status_code == 404


def test_outside_the_sandbox_nobody_plays(world: World) -> None:
    client = world.app.test_client()
    assert client.get("/sandbox/years").status_code == 404
    assert client.post("/sandbox/years", data={"chapter": "1"}).status_code == 404


@pytest.mark.browser
def test_a_reader_presses_a_chapter_and_reads_what_happened(visitor: Visitor) -> None:
    page = visitor.page
    page.set_default_timeout(120_000)
    visitor.go(page.get_by_role("link", name="六年一览"))
    visitor.press("演这一章")
    visitor.sees("其间由沙箱人物办理")
    visitor.sees("认定为省级中小企业特色产业集群")
    assert violations(page) == []
    visitor.follow("肃州区装备制造集群（虚构）")
    visitor.sees("2024年5月27日至2027年5月27日")
    assert page.get_by_text("省厅省级经办").first.is_visible()
