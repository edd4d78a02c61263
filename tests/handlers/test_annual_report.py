"""The annual report from January to its receipt (art. 18, 6): content, two clocks, revision, refusals."""

from datetime import date
from decimal import Decimal

import pytest

from clusters.annual import annual_reports
from clusters.annual.annual_deadlines import deadline_of
from clusters.applications import applications
from clusters.changes import changes
from clusters.people import people
from clusters.register import register
from engine import work_items
from engine.clock import legal_day
from engine.errors import NotAllowed, Refused, TaskAlreadyCompleted
from engine.models import InboxMessage, Reminder
from tests.handlers.season import CALENDAR, CLUSTER, COUNTY, HONEST, Season, in_january, reached

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.article("第十八条"),
]


@pytest.fixture(scope="module")
def steps():
    return in_january


@pytest.fixture
def opened(stage, scene):
    return Season(stage.database, now=scene[1])


def refused(act, *args, **kwargs):
    """(path, article) of everything that was refused."""
    with pytest.raises(Refused) as found:
        act(*args, **kwargs)
    return [(p.path, p.article) for p in found.value.problems]


def said(act, *args, **kwargs):
    with pytest.raises(Refused) as found:
        act(*args, **kwargs)
    return str(found.value)


# --- opening --------------------------------------------------------------------------------------


def test_the_report_opens_on_the_first_working_day_of_january_and_tells_the_operator_too(opened):
    assert opened.report().opened_at.isoformat() == "2025-01-01T16:05:00+00:00"  # 00:05 in Beijing
    assert (opened.open(), opened.item("fill_report").due_on) == ({"fill_report"}, date(2025, 2, 28))
    with opened.reading() as session:
        told = session.query(InboxMessage.person_id).filter(InboxMessage.title.contains("开始填报")).all()
    assert {row[0] for row in told} == {"cc", "cl", "oc"}


def test_reminders_fall_on_working_days_of_january_and_february(opened):
    item = opened.item("fill_report").id
    with opened.reading() as session:
        rows = session.query(Reminder).filter_by(item_id=item).order_by(Reminder.due_at).all()
    days = [legal_day(row.due_at) for row in rows]
    assert all(CALENDAR.is_working_day(day, COUNTY) for day in days)
    assert [f"{day:%m-%d}" for day in days] == [
        "01-20", "02-05", "02-10", "02-20", "02-24", "02-25", "02-26", "02-27", "02-28"
    ]  # fmt: skip


@pytest.mark.parametrize(("today", "opens"), [("2025-12-31", False), ("2026-01-01", True)])
def test_a_year_that_has_not_ended_is_not_reported(opened, today, opens):
    season = opened
    season.clock.set(season.clock.now().fromisoformat(f"{today}T09:00:00+08:00"))
    deadline = deadline_of(2025, CALENDAR, COUNTY, 10)
    with season.database.write() as session:
        cluster = register.get(session, CLUSTER)
        given = (session, "NB-2025-x", cluster, 2025, deadline, season.today, "i", "t", season.clock.now())
        if opens:
            annual_reports.begin(*given)
        else:
            assert refused(annual_reports.begin, *given) == [("report_year", "第十八条")]


def test_what_the_application_said_is_carried_over(opened):
    data = opened.prefilled("fill_report", "cc")
    with opened.reading() as session:
        cluster = register.get(session, CLUSTER)
        applied = applications.effective_application(
            session, applications.get(session, cluster.case_no).instance_id
        )[0]
    last = max(applied["indicators"], key=lambda row: row["year"])
    assert data["operator_name"] == cluster.baseline["operator"]["operator_name"]
    assert data["indicators"][0]["total_output"] == last["total_output"]
    assert data["indicators"][0]["year"] == 2024
    targets = cluster.baseline["plan"]["plan_targets"]
    assert [row["target_id"] for row in data["target_progress"]] == [t["target_id"] for t in targets]


def test_next_year_begins_with_what_was_reported_last(opened):
    opened.received(figures={"total_output": "301000.00"}, operator_name="示例新机构")
    opened.until("2026-01-04")
    data = opened.prefilled("fill_report", "cc", 2025)
    assert data["indicators"][0]["total_output"] == "301000.00"
    assert {"figure": "集群总产值", "value": "301000.00"} in data["last_figures"]
    # What changed without a filing stays what the baseline says (art. 17).
    assert data["operator_name"] != "示例新机构"


# --- content --------------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", ["plan_execution", "work_experience", "problems", "improvement_measures"])
def test_a_report_without_one_of_the_five_topics_is_refused(opened, topic):
    assert [path for path, _ in refused(opened.fill, **{topic: " "})] == [topic]


@pytest.mark.article("第六条")
@pytest.mark.parametrize("aspect", ["a1_leading_industry", "a4_digital", "a7_governance"])
def test_a_report_without_one_of_the_seven_aspects_is_refused(opened, aspect):
    assert [path for path, _ in refused(opened.fill, **{aspect: ""})] == [aspect]


@pytest.mark.article("第十六条")
def test_every_frozen_target_has_its_progress(opened):
    rows = [reached(row) for row in opened.prefilled("fill_report", "cc")["target_progress"]]
    rows[2] = {**rows[2], "actual": None, "state": None}
    assert refused(opened.fill, progress=rows) == [("target_progress", "第十八条")]


@pytest.mark.parametrize(
    ("growth", "asks"), [("1.3001", True), ("1.3", False), ("0.7", False), ("0.6999", True), ("1", True)]
)
def test_a_figure_more_than_30_percent_off_or_the_same_as_last_year_is_explained(opened, growth, asks):
    row = opened.prefilled("fill_report", "cc")["indicators"][0]
    others = ("total_output", "sme_output", "leading_output", "rd_spend_sme")
    figures = {name: times(row[name], "1.01") for name in others}
    figures["co2_emission"] = times(row["co2_emission"], growth)
    given = {"figures": figures, "figure_note": ""}
    if asks:
        assert "二氧化碳排放量" in said(opened.fill, **given)
    else:
        opened.fill(**given)


def times(amount, factor):
    return str((Decimal(amount) * Decimal(factor)).quantize(Decimal("0.01")))


def test_a_part_above_its_total_is_impossible_whatever_is_explained(opened):
    row = opened.prefilled("fill_report", "cc")["indicators"][0]
    more = str(Decimal(row["total_output"]) + 1)
    assert ("indicators.0.sme_output", None) in refused(opened.fill, figures={"sme_output": more})


@pytest.mark.article("第十九条")
def test_disclosure_is_explicit(opened):
    assert ("no_incidents", "第十九条") in refused(opened.fill, no_incidents=False)
    row = {
        "uscc": "91350100M000100Y43", "date": "2024-05-01", "category": "质量", "severity": "一般",
        "doc_no": "示例1号", "authority": "示例", "description": "示例", "rectified": True,
    }  # fmt: skip
    assert ("no_incidents", "第十九条") in refused(opened.fill, incidents=[row])
    opened.fill(incidents=[row], no_incidents=False)


# --- the way up and back --------------------------------------------------------------------------


def test_who_filled_the_report_in_does_not_approve_it(opened):
    opened.fill()
    with pytest.raises(NotAllowed):
        opened.do("approve_report", "cc", decision="approve", opinion="同意", seal_scan=[])


def test_an_edit_makes_the_sealed_scan_void(opened):
    opened.report_to_city()
    opened.verify(decision="returned", correction_items=[{"content": "补充工作经验"}])
    opened.fill(work_experience=HONEST["work_experience"] + "补充。")
    assert refused(opened.approve) == [("seal_scan", "第十八条")]
    opened.approve(sha="b")


def test_what_is_sent_back_keeps_its_first_arrival_and_shows_what_is_asked(opened):
    opened.until("2025-02-20").report_to_city()
    opened.until("2025-02-27").verify(decision="returned", correction_items=[{"content": "补充工作经验"}])
    assert opened.prefilled("fill_report", "cc")["correction_answers"][0]["content"] == "补充工作经验"
    opened.until("2025-03-03").fill().approve(sha="c")
    assert annual_reports.arrivals(opened.report()).at_city == date(2025, 2, 20)


def test_a_return_without_a_list_is_refused(opened):
    opened.report_to_city()
    assert refused(opened.verify, decision="returned", correction_items=[])


def test_nothing_is_edited_after_it_was_sent(opened):
    item = opened.item("fill_report").id
    opened.report_to_city()
    with pytest.raises(TaskAlreadyCompleted):
        opened.engine.complete(item, by="cc", data={})


def test_the_city_corrects_figures_with_reasons_and_takes_a_correction_back(opened):
    opened.report_to_city()
    row = {"figure": "total_output", "to": "290000", "reason": "统计部门核定"}
    opened.verify(data_corrections=[row])
    assert figure(opened) == "290000"
    opened.submit().receive(decision="return", opinion="请复核产值")
    opened.verify(data_corrections=[])
    assert figure(opened) != "290000"


def test_a_correction_without_a_reason_is_refused(opened):
    opened.report_to_city()
    wrong = [{"figure": "total_output", "to": "1", "reason": ""}]
    assert refused(opened.verify, data_corrections=wrong)


def figure(season, name="total_output"):
    with season.reading() as session:
        return annual_reports.effective(session, season.report())["indicators"][0][name]


# --- preliminary figures --------------------------------------------------------------------------


@pytest.mark.article("第十六条")
def test_preliminary_figures_become_final_one_by_one_until_the_assessment(opened):
    opened.received(preliminary_figures=["total_output", "co2_emission"])
    opened.do("revise_figures", "cc", revisions=[
        {"figure": "total_output", "to": "305000", "final": True, "reason": "统计定案"}])  # fmt: skip
    assert (figure(opened), opened.report().preliminary) == ("305000", ["co2_emission"])
    opened.publish_template().until("2025-03-03").score(grade="良好").sign()
    assert opened.open() == set()
    assert (opened.report().status, opened.report().preliminary) == ("closed", [])


def test_a_revision_needs_a_reason_and_a_final_report_offers_none(opened):
    opened.received(preliminary_figures=["total_output"])
    rows = [{"figure": "total_output", "to": "305000", "final": True, "reason": ""}]
    assert refused(opened.do, "revise_figures", "cc", revisions=rows)
    opened.do("revise_figures", "cc", revisions=[{**rows[0], "reason": "统计定案"}])
    assert opened.open() == set()


# --- changes that the report brings to light ------------------------------------------------------


@pytest.mark.article("第十七条")
def test_a_difference_from_the_baseline_opens_one_change_case(opened):
    opened.report_to_city(operator_name="示例新机构", area_km2="90")
    shown = opened.prefilled("verify_report", "mc")["baseline_differences"]
    assert [row["label"] for row in shown] == ["占地面积", "运营管理机构"]
    opened.verify()
    (message,) = opened.messages("open_change")
    assert message.to == f"BG-{CLUSTER}-1"
    assert message.payload["kinds"] == ["spatial_scope", "operator"]
    opened.submit(decision="return", opinion="再核").verify()
    assert len(opened.messages("open_change")) == 1  # the matter is under way


@pytest.mark.article("第十七条")
def test_a_report_like_the_baseline_opens_none(opened):
    opened.report_to_city().verify()
    assert opened.messages("open_change") == []


DECLARED = {"type": "operator", "completed_on": "2024-11-04", "content": "改由新机构运营（虚构）"}


@pytest.mark.article("第十七条")
def test_a_change_that_the_report_names_without_a_filing_opens_one_case(opened):
    opened.report_to_city(major_changes=[DECLARED, {**DECLARED, "type": "other"}])
    shown = opened.prefilled("verify_report", "mc")["baseline_differences"]
    assert [row["label"] for row in shown] == ["运营管理机构变更", "其他变更"]
    opened.verify()
    (message,) = opened.messages("open_change")
    assert message.payload["kinds"] == ["operator", "other"]
    assert "运营管理机构变更（改由新机构运营（虚构）），2024年11月4日完成" in message.payload["note"]
    opened.submit(decision="return", opinion="再核").verify()
    assert len(opened.messages("open_change")) == 1  # the matter is under way


@pytest.mark.article("第十七条")
def test_a_difference_and_a_row_on_the_same_matter_are_one_case(opened):
    opened.report_to_city(operator_name="示例新机构", major_changes=[DECLARED]).verify()
    (message,) = opened.messages("open_change")
    assert message.payload["kinds"] == ["operator"]


@pytest.mark.article("第十七条")
def test_a_row_with_a_number_opens_none_but_an_unknown_number_is_shown_to_the_city(opened):
    opened.report_to_city(major_changes=[{**DECLARED, "filed_no": "甘集备〔2024〕9号"}])
    (row,) = opened.prefilled("verify_report", "mc")["baseline_differences"]
    assert "名录中没有备案号甘集备〔2024〕9号" in row["before"]
    opened.verify()
    assert opened.messages("open_change") == []


@pytest.mark.article("第十七条")
def test_what_a_closed_case_has_dealt_with_is_not_asked_about_again(opened):
    with opened.database.write() as session:
        cluster = register.get(session, CLUSTER)
        now, on = opened.clock.now(), date(2024, 11, 4)
        case = changes.open_case(
            session, cluster, ["operator"], found_in="self_report", by="cc", on=on, at=now, completed_on=on
        )
        case.status = "filed"
        name = changes.open_case(
            session, cluster, ["name"], found_in="self_report", by="cc", on=on, at=now, completed_on=on
        )
        name.status = "minor"
        name.items = {"name": {"before": {}, "after": {"cluster_name": "新名称（虚构）"}}}
    opened.report_to_city(cluster_name="新名称（虚构）", major_changes=[DECLARED]).verify()
    assert opened.messages("open_change") == []


@pytest.mark.article("第十七条")
def test_a_change_that_is_not_completed_is_not_named_in_a_report(opened):
    later = {**DECLARED, "completed_on": "2025-06-01"}
    assert refused(opened.fill, major_changes=[later]) == [("major_changes.0.completed_on", "第十七条")]


# --- the operator's own people --------------------------------------------------------------------


def test_the_operator_drafts_and_files_and_the_county_leader_approves(opened):
    item = opened.item("fill_report")
    assert (item.also_role, item.also_scope) == ("operator_clerk", CLUSTER)
    with opened.engine.desk("oc") as desk:
        desk.save_draft(item.id, {"plan_execution": "运营机构起草（虚构）"})
    with opened.reading() as session:
        assert work_items.prefill(session, item, "cc")["plan_execution"] == "运营机构起草（虚构）"
    opened.fill(by="oc").approve()
    assert opened.report().status == "at_city"


def test_the_operator_of_another_cluster_of_the_county_has_no_part_in_it(opened):
    with opened.database.write() as session:
        people.get(session, "oc").organisation.uscc = "91350100M000100Y43"
    with pytest.raises(NotAllowed):
        opened.fill(by="oc")
    assert opened.fill().open() == {"approve_report"}


# --- the end of the title -------------------------------------------------------------------------


@pytest.mark.article("第十九条")
def test_a_lost_title_ends_the_report_and_every_open_task(opened):
    opened.fill()
    opened.engine.send("title_lost", f"NB-2024-{CLUSTER}", by="pc")
    assert (opened.open(), opened.report().status) == (set(), "ended")
