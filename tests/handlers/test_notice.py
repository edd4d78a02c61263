"""The list and its notice (art. 15): people form the list, the portal's time starts the working days."""

from dataclasses import replace
from datetime import date

import pytest

from clusters.notices import notices
from engine.calendar import Calendar
from tests.handlers.stage import BATCH, CALENDAR, at
from tests.handlers.test_filing import refusal, said

# The same rules run on both databases; the walk and the decision go through every query on each.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def opened(stage):
    return stage.open_batch(), None


def qualified(stage):
    batch, found = stage.open_batch(), stage.case().qualified()
    stage.on("2024-09-02")
    return batch, found


@pytest.fixture
def steps(request):
    return qualified if "case" in request.fixturenames else opened


@pytest.fixture
def batch(scene):
    return scene[1][0]


@pytest.fixture
def case(scene):
    return scene[1][1]


def row(case, selected=True, ranking=1, reason=""):
    return {"case_no": case.no, "selected": selected, "ranking": ranking, "reason": reason}


@pytest.fixture
def listed(batch, case):
    batch.select(row(case))
    return batch


def notice(stage):
    with stage.reading() as session:
        found = notices.of_batch(session, BATCH)
        assert found is not None
        return found, list(found.items)


# --- the list -----------------------------------------------------------------------------------


@pytest.mark.article("第十五条")
@pytest.mark.parametrize("missing", ["meeting_type", "meeting_date", "meeting_minutes_no", "minutes_file"])
def test_no_list_without_meeting_and_minutes(batch, case, missing):
    found = refusal(batch.select, row(case), **{missing: ""})
    assert [(p.path, p.article) for p in found] == [(missing, "第十五条")]


def test_a_meeting_cannot_lie_ahead(batch, case):
    assert said(refusal(batch.select, row(case), meeting_date="2024-09-03"), "不能晚于今天")


def test_a_qualified_case_left_out_is_owed_a_reason(stage, batch, case):
    assert said(refusal(batch.select, row(case, selected=False)), "写明理由", "第十五条")
    batch.select(row(case, selected=False, reason="择优：同类集群已有两个"))
    assert ("not_selected", case.no) in stage.told.names()
    assert "同类集群" in stage.told.to("county_clerk", "621122")
    assert case.row.status == "not_selected"


def test_every_recommended_case_is_on_the_list_one_way_or_the_other(batch, case):
    assert said(refusal(batch.select), case.no, "第十五条")
    assert said(refusal(batch.select, row(case), row(case)), "重复列出")


@pytest.mark.article("第十五条")
def test_an_unqualified_case_cannot_be_listed(stage, batch):
    case = stage.case().recommended()
    case.formal()
    case.inspect("province", by="pi1", also=("pi2",))
    case.re_review(result="unqualified", result_reason="研发投入不实")
    case.call("close_re_review")
    stage.on("2024-09-02")
    assert said(refusal(batch.select, row(case)), "不能列入名单", "第十五条")


def test_the_list_waits_for_recommendations_and_reviews(stage, batch):
    case = stage.case().recommended()
    stage.on("2024-08-30")
    assert said(refusal(batch.select, row(case)), "才截止", "第十五条")
    stage.on("2024-08-31")
    assert said(refusal(batch.select, row(case)), "尚未完成复审", "第十五条")


def test_a_list_is_formed_once(listed, case):
    assert said(refusal(listed.select, row(case)), "已经形成")


@pytest.mark.article("附件序言")
def test_the_departments_are_asked_once_more_before_the_meeting_lists_anybody(batch, case):
    checked = row(case) | {"recheck": "clean"}
    assert [p.path for p in refusal(batch.select, checked, recheck_on=None)] == ["recheck_on"]
    assert said(refusal(batch.select, checked, recheck_on="2024-09-03"), "不能晚于会议日期", "附件序言")
    found = refusal(batch.select, row(case) | {"recheck": "found"}, recheck_on="2024-09-02")
    assert said(found, "不能列入名单", "附件序言")
    batch.select(checked, recheck_on="2024-09-02")
    assert case.row.status == "selected"


# --- the notice ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "first", "last"),
    [("FULL_DAYS", date(2024, 9, 3), date(2024, 9, 9)), ("INCLUSIVE", date(2024, 9, 2), date(2024, 9, 6))],
)
def test_whether_the_day_of_publication_counts_is_chosen_with_the_notice(stage, listed, policy, first, last):
    assert listed.publish(first_day_policy=policy) == {"notice_last_day": last}
    found, _ = notice(stage)
    assert (found.first_day, found.policy) == (first, policy)
    assert [d["counted"] for d in found.trace["trace"]].count(True) == 5


@pytest.mark.parametrize("policy", ["", "SHORT"])
def test_only_a_known_way_of_counting_is_taken(listed, policy):
    if policy:
        assert said(refusal(listed.publish, first_day_policy=policy), "无法识别")
    else:
        assert listed.publish(first_day_policy=policy) == {"notice_last_day": date(2024, 9, 9)}


def test_the_notice_runs_full_working_days_and_explains_each(stage, listed):
    """Published on a Monday: Tuesday to Monday, the weekend between skipped."""
    assert listed.publish() == {"notice_last_day": date(2024, 9, 9)}
    found, items = notice(stage)
    assert found.first_day == date(2024, 9, 3)
    assert [d["counted"] for d in found.trace["trace"]] == [True] * 4 + [False] * 2 + [True]
    assert [item.cluster_name for item in items] == [stage.application(items[0].case_no).cluster_name]
    assert "2024年9月3日至2024年9月9日" in found.text
    assert found.list_hash in found.text


@pytest.mark.article("第十五条")
@pytest.mark.parametrize(("last_day", "refused"), [("2024-09-08", True), ("2024-09-09", False)])
def test_a_notice_shorter_than_the_working_days_is_refused(listed, last_day, refused):
    if refused:
        assert said(refusal(listed.publish, last_day=last_day), "5个工作日", "第十五条")
    else:
        listed.publish(last_day=last_day)


def test_a_longer_notice_is_allowed(listed):
    assert listed.publish(last_day="2024-09-20") == {"notice_last_day": date(2024, 9, 20)}


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/notice",
        "https://gxt.gansu.gov.cn.example.org/n",
        "ftp://gxt.gansu.gov.cn/n",
        "gxt.gansu.gov.cn/n",
        "https://example.org/?u=https://gxt.gansu.gov.cn/n",
        "",
    ],
)
def test_the_notice_stands_on_the_departments_portal_and_nowhere_else(listed, url):
    assert said(refusal(listed.publish, portal_url=url), "门户网站", "第十五条")


def test_a_publication_in_the_future_is_refused_to_the_minute(stage, listed):
    assert said(refusal(listed.publish, published_time="09:01"), "不能晚于现在", "第十五条")
    listed.publish(published_time="09:00")


def test_a_publication_before_the_meeting_is_refused(listed):
    assert said(refusal(listed.publish, published_on="2024-09-01"), "早于形成名单")


@pytest.mark.parametrize("time", ["", "25:00", "morning"])
def test_the_time_of_the_portal_is_a_time(listed, time):
    assert said(refusal(listed.publish, published_time=time), "09:30")


@pytest.mark.parametrize(
    "missing",
    ["channel_phone", "channel_address", "channel_email", "objection_rule_text", "evidence_file"],
)
def test_a_notice_without_contact_or_proof_is_refused(listed, missing):
    found = refusal(listed.publish, **{missing: ""})
    assert [(p.path, p.article) for p in found] == [(missing, "第十五条")]


def test_a_notice_is_published_once(listed):
    listed.publish()
    assert said(refusal(listed.publish), "已经公示")


@pytest.mark.article("第十二条")
def test_after_publication_nobody_withdraws(stage, listed, case):
    listed.publish()
    assert said(refusal(case.call, "withdraw"), "不能再撤回", "第十二条")


def test_a_case_withdrawn_from_the_list_is_not_published(stage, listed, case):
    case.call("withdraw")
    assert "撤回" in stage.told.to("prov_clerk", "620000")
    assert said(refusal(listed.publish), "没有可以公示")


# --- while it runs ------------------------------------------------------------------------------


def interrupt(stage, starts, ends, reason="门户网站无法访问"):
    found, _ = notice(stage)
    with stage.database.write() as session:
        days = [at(day).date() for day in (starts, ends)]
        return notices.interrupt(session, found.no, *days, reason, CALENDAR, "pc", stage.now).last_day


def test_each_working_day_of_an_outage_is_made_up_once(stage, listed):
    """A-15. Thursday to Sunday: two working days, so 9 September becomes the 11th."""
    listed.publish()
    stage.on("2024-09-09")
    assert interrupt(stage, "2024-09-05", "2024-09-08") == date(2024, 9, 11)
    assert interrupt(stage, "2024-09-05", "2024-09-06") == date(2024, 9, 11)


def test_an_outage_in_the_days_that_were_added_counts_too(stage, listed):
    listed.publish()
    stage.on("2024-09-11")
    assert interrupt(stage, "2024-09-09", "2024-09-10") == date(2024, 9, 11)
    assert interrupt(stage, "2024-09-11", "2024-09-11") == date(2024, 9, 12)


def test_an_outage_on_a_weekend_changes_nothing(stage, listed):
    listed.publish()
    stage.on("2024-09-09")
    assert interrupt(stage, "2024-09-07", "2024-09-08") == date(2024, 9, 9)


def test_an_outage_needs_a_reason_and_lies_within_the_notice(stage, listed):
    listed.publish()
    stage.on("2024-09-09")
    assert said(refusal(interrupt, stage, "2024-09-05", "2024-09-05", " "), "情况")
    assert said(refusal(interrupt, stage, "2024-09-02", "2024-09-02"), "不在公示期内")
    assert said(refusal(interrupt, stage, "2024-09-05", "2024-09-10"), "晚于今天")


def test_a_notice_over_an_unconfirmed_year_is_provisional_until_the_year_is_imported(stage, listed):
    """10.4 no. 6 in small: the same notice counted with 2024 provisional, then confirmed."""
    listed.publish()
    unknown = Calendar.from_years(
        replace(y, status="provisional") if (y.year, y.region) == (2024, None) else y for y in CALENDAR.years
    )
    with stage.database.write() as session:
        found = notices.of_batch(session, BATCH)
        notices.recompute(found, unknown)
        assert found.provisional
        notices.recompute(found, CALENDAR)
        assert (found.provisional, found.last_day) == (False, date(2024, 9, 9))


def test_a_list_without_a_cluster_ends_the_batch_without_a_notice(stage, batch, case):
    batch.select(row(case, selected=False, reason="择优：同类集群已有两个"))
    assert ("list_empty", BATCH) in stage.told.names()
    assert stage.batch().status == "empty"


def test_when_the_last_listed_county_withdraws_the_batch_ends(stage, batch, case):
    batch.select(row(case))
    assert ("list_empty", BATCH) not in stage.told.names()
    case.call("withdraw")
    assert ("list_empty", BATCH) in stage.told.names()
    assert stage.batch().status == "empty"
