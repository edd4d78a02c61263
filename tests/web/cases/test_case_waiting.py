"""A case that is nobody's turn says why it waits, who acts next, until when and how that day was counted."""

from datetime import date

import sqlalchemy as sa

from clusters.applications.applications import effective_application
from clusters.register.models import Cluster, Notice
from qilian.sandbox import papers
from tests.web.register.test_objections import register
from tests.web.told import (
    BATCH_IN_NOTICE,
    DESIGNATED,
    IN_NOTICE,
    OPEN_BATCH,
    WAITING,
    WITHDRAWN,
)


def page(told, county, role="prov_clerk", scope=None):
    return told.client_of(role, scope).get(f"/cases/{told.case(county)}").text


def test_a_case_in_notice_tells_the_last_day_its_count_and_who_decides_then(told):
    shown = page(told, IN_NOTICE)
    assert "名单公示至2024年5月23日（周四）24:00" in shown
    assert "由厅领导作出认定决定，最早2024年5月24日（周五）" in shown
    assert "这一天是怎么算的" in shown
    assert f'href="/batches/{BATCH_IN_NOTICE}"' in shown
    assert "目前不需要人员办理" not in shown


def test_a_reviewed_case_tells_when_recommendations_close_and_who_forms_the_list(told):
    shown = page(told, WAITING)
    assert "市州推荐至2024年8月30日（周五）24:00 截止，此后由厅领导审议拟认定名单" in shown


def test_a_reviewed_case_names_who_forms_the_list_now(told):
    told.play.until(2024, 9, 2)
    shown = page(told, WAITING)
    assert "省厅厅领导" in shown
    assert "办理“审议拟认定名单”" in shown


def test_a_signed_case_names_the_leader_who_recommends_and_the_closing_date(told):
    in_review = told.playing("621102")
    play = told.play
    play.act(in_review, "consult_departments", lambda blank: papers.replies(blank, play.today))
    names = play.names("city_inspector", "621100")
    with told.database.read() as session:
        content, _ = effective_application(session, in_review.id)
    paper = papers.inspection(content, names, "核查组", play.today, in_review.file, in_review.photos)
    play.act(in_review, "city_onsite_check", lambda _: paper)
    play.act(in_review, "preliminary_review", papers.review)
    play.act(in_review, "sign_review", lambda _: papers.signature())
    shown = page(told, "621102")
    assert "定西市市级负责人" in shown
    assert "2024年8月30日（周五）" in shown


def test_a_case_held_back_by_an_objection_says_so_to_its_county_without_naming_the_objection(told):
    row = register(told)
    shown = page(told, IN_NOTICE, role="county_clerk", scope=IN_NOTICE)
    assert "有异议正在办理，办结以前本集群暂缓认定" in shown
    assert row.no not in shown


def test_a_designated_case_leads_to_the_register(told):
    with told.database.read() as session:
        number = session.scalars(sa.select(Cluster.cluster_no)).first()
    shown = page(told, DESIGNATED)
    assert f'href="/register/{number}"' in shown
    assert "有效期 2023年10月12日至2026年10月12日" in shown
    assert "收到通知：认定决定" in shown
    assert "办结：集群已认定" in shown


def test_a_withdrawn_case_says_how_and_when_it_ended(told):
    shown = page(told, WITHDRAWN)
    assert "已撤回。" in shown
    assert "2024年5月13日 09:00 办结" in shown


def test_what_may_come_at_any_time_is_not_shown_as_waited_for(told):
    shown = page(told, IN_NOTICE)
    assert '县级申请撤回 <span class="quiet">随时可以</span>' in shown
    assert "等待中" not in shown


# --- the page of the batch ------------------------------------------------------------------------------


def test_a_timeline_names_the_date_that_arrived(told):
    batch = told.instance("GSPC-2023-01")
    shown = told.client_of("prov_clerk").get(f"/cases/{batch}").text
    assert "期限届至：推荐截止" in shown
    assert "期限届至：公示期满" in shown


def test_a_batch_tells_what_it_waits_for_and_counts_the_days(told):
    shown = told.client_of("prov_clerk").get(f"/batches/{BATCH_IN_NOTICE}").text
    assert "名单公示至2024年5月23日（周四）24:00" in shown
    assert shown.count("这一天是怎么算的") == 2


def test_a_finished_batch_shows_its_list_its_decision_and_the_numbers_of_the_register(told):
    shown = told.client_of("prov_clerk").get("/batches/GSPC-2023-01").text
    assert "本批次已办结。" in shown
    assert "示例认定〔2023〕5号" in shown
    assert "列入 1 件" in shown
    assert 'href="/register/GS-JQ-2023-001"' in shown


def test_after_a_part_has_been_decided_the_page_says_who_is_held_back_and_prints_the_decision(told):
    play, county = told.play, "620523"
    play.until(2024, 9, 2)
    batch = play.case(told.instance(OPEN_BATCH), OPEN_BATCH, "620000", play.holder("prov_clerk", "620000"))
    play.act(batch, "selection", lambda blank: papers.selection(blank, play.today, batch.file))
    play.act(batch, "publish_notice", lambda _: papers.notice(play.today, batch.file))
    play.until(2024, 9, 3)
    clerk = told.client_of("prov_clerk")
    raised = {
        "case_no": told.application(county).case_no, "channel": "letter", "ground": "data",
        "name": "示例提出人", "contact": "0931-0000000", "content": "产值与统计数据不一致（虚构）。",
        "raised_at": "2024-09-03T08:30",
    }  # fmt: skip
    with told.database.read() as session:
        no = session.scalars(sa.select(Notice.no).where(Notice.batch_key == OPEN_BATCH)).one()
    assert clerk.post(f"/notices/{no}/objections/new", data=raised).status_code == 303
    shown = clerk.get(f"/batches/{OPEN_BATCH}").text
    assert "有异议，暂缓认定" in shown
    with told.database.read() as session:
        notice = session.scalars(sa.select(Notice).where(Notice.batch_key == OPEN_BATCH)).one()
        assert notice.last_day == date(2024, 9, 9)
        name = notice.items[0].cluster_name
    assert f"<td>{name}</td>" in shown
