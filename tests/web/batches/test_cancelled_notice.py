"""撤销公示后重新发布: the first text stays, the days are counted anew, objections go on (art. 15)."""

from datetime import date

import pytest
import sqlalchemy as sa

from clusters.notices import notices
from clusters.objections import objections
from clusters.register.models import Notice
from engine.errors import Refused
from engine.models import AuditEntry, InboxMessage
from qilian.sandbox import papers
from tests.web.register.test_objections import register, said
from tests.web.told import BATCH_IN_NOTICE, IN_NOTICE

PAGE = f"/batches/{BATCH_IN_NOTICE}"
REASON = {"reason": "名单中的集群名称有误"}


def standing(told):
    with told.database.read() as session:
        return notices.of_batch(session, BATCH_IN_NOTICE)


def batch(told):
    key = BATCH_IN_NOTICE
    return told.play.case(told.instance(key), key, "620000", told.play.holder("prov_clerk", "620000"))


def publish(told, **changes):
    case = batch(told)
    told.play.act(case, "publish_notice", lambda _: {**papers.notice(told.play.today, case.file), **changes})


def cancelled(told):
    first = standing(told)
    answer = told.client_of("prov_clerk").post(f"{PAGE}/cancelled-notices", data=REASON)
    assert answer.status_code == 303, answer.text
    return first


@pytest.mark.article("第十五条")
def test_a_cancelled_notice_keeps_its_text_and_the_batch_is_published_again_with_days_of_its_own(told):
    first = cancelled(told)
    assert standing(told) is None
    assert told.application(IN_NOTICE).status == "selected"
    told.play.until(2024, 5, 21)
    publish(told)
    second = standing(told)
    assert second.no != first.no
    assert second.last_day == date(2024, 5, 28)
    with told.database.read() as session:
        kept = session.get_one(Notice, first.no)
        assert (kept.text, kept.outcome, kept.cancel_reason) == (first.text, "cancelled", REASON["reason"])
        recorded = sa.select(AuditEntry.facts).where(AuditEntry.action == "notice.cancelled")
        assert session.scalars(recorded).one()["list_hash"] == first.list_hash
        told_county = sa.select(InboxMessage.text).where(InboxMessage.event == f"cancelled:{first.no}")
        assert REASON["reason"] in session.scalars(told_county).first()
    told.play.until(2024, 5, 29)
    case = batch(told)
    told.play.act(case, "decide_designation", lambda _: papers.decision(told.play.today, case.file))
    assert told.application(IN_NOTICE).status == "designated"


def test_a_reason_is_owed_and_what_was_typed_stays(told):
    clerk = told.client_of("prov_clerk")
    refused = clerk.post(f"{PAGE}/cancelled-notices", data={"reason": " "})
    assert refused.status_code == 422
    assert "请写明撤销公示的理由" in refused.text
    assert standing(told) is not None


def test_the_second_notice_is_not_dated_before_the_first_was_cancelled(told):
    cancelled(told)
    told.play.until(2024, 5, 21)
    with pytest.raises(Refused) as refused:
        publish(told, published_on="2024-05-17")
    assert "撤销以后重新发布" in str(refused.value.problems)


def test_nothing_that_has_been_decided_can_be_cancelled(told):
    told.play.until(2024, 5, 24)
    case = batch(told)
    told.play.act(case, "decide_designation", lambda _: papers.decision(told.play.today, case.file))
    refused = told.client_of("prov_clerk").post(f"{PAGE}/cancelled-notices", data=REASON)
    assert refused.status_code == 422
    assert "不能撤销公示" in refused.text


def test_a_notice_that_has_ended_may_be_cancelled_until_the_decision(told):
    told.play.until(2024, 5, 24)
    cancelled(told)
    with told.database.read() as session:
        assert told.item(told.instance(BATCH_IN_NOTICE), "publish_notice")
        assert session.scalars(sa.select(Notice.outcome)).all().count("cancelled") == 1


def test_an_objection_to_the_first_notice_holds_the_cluster_back_under_the_second(told):
    row = register(told)
    cancelled(told)
    told.play.until(2024, 5, 21)
    publish(told)
    with told.database.read() as session:
        assert objections.held_back(session, notices.of_batch(session, BATCH_IN_NOTICE).no) == {row.case_no}


def test_no_new_objection_is_taken_to_a_cancelled_notice(told):
    first = cancelled(told)
    shown = told.anybody().get(f"/public/notices/{first.no}").text
    assert "撤销" in shown
    assert REASON["reason"] in shown
    assert "填写异议" not in shown
    answer = told.client_of("prov_clerk").post(f"/notices/{first.no}/objections/new", data=said(told))
    assert answer.status_code == 422


def test_the_page_of_the_batch_lists_the_cancelled_notice_with_its_text(told):
    first = cancelled(told)
    clerk = told.client_of("prov_clerk")
    shown = clerk.get(PAGE).text
    assert "已撤销的公示" in shown
    kept = clerk.get(f"/notices/{first.no}").text
    assert first.title in kept
    assert "原文留存" in kept
