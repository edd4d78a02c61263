"""Two people at one task, four eyes, and figures at the threshold: who is stopped reads why."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from clusters.people.models import PersonRole
from engine.clock import SHANGHAI
from engine.models import Draft, Submission, WorkItem
from qilian.sandbox import papers
from qilian.sandbox.play import PDF
from tests.web.driving import posted
from tests.web.told import AT_THRESHOLD, IN_REVIEW

CITY = "621100"


class Race:
    """Two city clerks with the same task open: the replies of the six departments."""

    def __init__(self, told) -> None:
        self.told = told
        self.form, blank, item = told.play.opened(told.playing(IN_REVIEW), "consult_departments")
        self.address, self.item, self.version = f"/tasks/{item.id}", item.id, item.version
        self.blank = blank
        self.people = [told.person("city_clerk", CITY, f"定西市市级经办{letter}") for letter in "甲乙"]
        self.first, self.second = (told.client_for(person) for person in self.people)

    def send(self, client, doc_no):
        rows = papers.replies(self.blank, date(2024, 5, 20))["joint_review_replies"]
        data = {"joint_review_replies": [{**row, "doc_no": doc_no} for row in rows]}
        return client.post(self.address, data=posted(self.form, data) | {"version": self.version})

    def draft(self, person):
        with self.told.database.read() as session:
            found = session.get(Draft, (self.item, person))
            return found and found.data


@pytest.fixture
def race(told):
    return Race(told)


def test_a_refused_urging_says_why_and_keeps_what_was_typed(race):
    county = race.told.client_of("county_clerk", IN_REVIEW)
    said = {"channel": "phone", "text": "请尽快征询六部门", "receipt": " "}
    answer = county.post(f"/tasks/{race.item}/urge", data=said)
    assert answer.status_code == 422
    assert "电话或书面催办须登记" in answer.text
    assert 'value="请尽快征询六部门"' in answer.text
    assert '<option value="phone" selected>' in answer.text
    done = county.post(f"/tasks/{race.item}/urge", data=said | {"receipt": "接听人：示例"})
    assert done.location == f"/cases/{race.told.case(IN_REVIEW)}"


# --- two people at one task -------------------------------------------------------------------------


def test_the_slower_of_two_clerks_reads_who_was_faster_and_keeps_the_draft(race):
    assert race.send(race.first, "示例函1号").status_code == 303
    answer = race.send(race.second, "示例函2号")
    assert answer.status_code == 409
    assert "此事项已由定西市市级经办甲于2024年5月20日" in answer.text
    assert race.draft(race.people[1])["joint_review_replies"][0]["doc_no"] == "示例函2号"
    kept = race.second.get(race.address)
    assert "示例函2号" in kept.text
    assert "未提交的内容" in kept.text


def test_of_two_submissions_at_the_same_moment_exactly_one_counts(race):
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(race.send, (race.first, race.second), ("示例函1号", "示例函2号")))
    assert sorted(a.status_code for a in answers) == [303, 409]
    with race.told.database.read() as session:
        query = sa.select(sa.func.count()).where(Submission.item_id == race.item)
        assert session.scalar(query) == 1


def test_a_colleague_elsewhere_keeps_no_draft_of_what_they_never_worked_on(race):
    assert race.send(race.first, "示例函1号").status_code == 303
    stranger = race.told.person("city_leader", CITY)
    assert race.send(race.told.client_for(stranger), "示例函3号").status_code == 409
    assert race.draft(stranger) is None


def test_what_is_saved_by_itself_after_a_colleague_was_faster_is_kept(race):
    assert race.send(race.first, "示例函1号").status_code == 303
    answer = race.second.post(f"{race.address}/draft", data={"joint_review_replies.0.doc_no": "示例函4号"})
    assert answer.status_code == 409
    assert race.draft(race.people[1])["joint_review_replies"][0]["doc_no"] == "示例函4号"


def test_sending_twice_says_that_one_has_done_it_oneself(race):
    assert race.send(race.first, "示例函1号").status_code == 303
    answer = race.send(race.first, "示例函1号")
    assert answer.status_code == 409
    assert "此事项已由定西市市级经办甲" in answer.text


def test_a_reminder_while_the_form_is_open_disturbs_nobody(race):
    told = race.told
    race.first.post(f"{race.address}/draft", data={"joint_review_replies.0.doc_no": "示例函5号"})
    with told.database.read() as session:
        due = session.scalars(sa.select(WorkItem.due_on).where(WorkItem.id == race.item)).one()
    told.services.sandbox.advance_to(datetime.combine(due + timedelta(days=1), datetime.min.time(), SHANGHAI))
    assert "征询" in told.client_for(race.people[0]).get("/messages").text
    assert race.draft(race.people[0])["joint_review_replies"][0]["doc_no"] == "示例函5号"
    assert race.send(race.first, "示例函6号").status_code == 303


def test_colleagues_who_take_turns_see_each_others_last_word_while_time_stands_still(race):
    """In the sandbox a whole morning passes at one moment."""
    for client, doc_no in ((race.first, "甲一"), (race.second, "乙一"), (race.first, "甲二")):
        client.post(f"{race.address}/draft", data={"joint_review_replies.0.doc_no": doc_no})
    assert "甲二" in race.second.get(race.address).text
    assert "乙一" not in race.second.get(race.address).text


# --- four eyes --------------------------------------------------------------------------------------


def test_whoever_filled_in_an_application_does_not_approve_it(told):
    case = told.playing(AT_THRESHOLD)
    form, _, fill = told.play.opened(case, "fill_application")
    data = papers.application(form, case.file, AT_THRESHOLD, "陇西县中医药集群（虚构）", "中医药加工", 2024)
    told.play.act(case, "fill_application", lambda _: data)
    with told.database.write() as session:
        clerk = session.scalars(sa.select(WorkItem.completed_by).where(WorkItem.id == fill.id)).one()
        session.add(PersonRole(person_id=clerk, role="county_leader"))
    address = f"/tasks/{told.item(case.id, 'approve_application')}"
    both = told.client_for(clerk)
    assert "签收，由我办理" not in both.get(address).text
    answer = both.post(address, data={"decision": "approve", "opinion": "同意"})
    assert answer.status_code == 403
    assert "本环节应由他人办理" in answer.text


# --- figures ----------------------------------------------------------------------------------------


def indicators(told, item, leading_output):
    """Save the page of the yearly figures with another output of the leading industry last year."""
    clerk = told.client_of("county_clerk", AT_THRESHOLD)
    form, _, _ = told.play.opened(told.playing(AT_THRESHOLD), "fill_application")
    with told.database.read() as session:
        draft = session.scalars(sa.select(Draft).where(Draft.item_id == item)).one().data
    rows = [dict(row) for row in draft["indicators"]]
    rows[-1]["leading_output"] = leading_output
    sent = posted(form, {"indicators": rows}) | {"go": "overview"}
    return clerk.post(f"/tasks/{item}/sections/indicator_series", data=sent, follow_redirects=True)


@pytest.mark.parametrize(
    ("leading_output", "words"), [("196000", "1 项硬性指标不符合"), ("196,001", "硬性指标全部符合")]
)
def test_a_leading_share_of_exactly_70_percent_turns_when_one_number_changes(told, leading_output, words):
    item = told.item(told.case(AT_THRESHOLD), "fill_application")
    page = indicators(told, item, leading_output)
    assert page.status_code == 200
    assert words in page.text


def test_a_failing_hard_criterion_is_submitted_only_with_an_express_confirmation(told):
    item = told.item(told.case(AT_THRESHOLD), "fill_application")
    filled = told.client_of("county_clerk", AT_THRESHOLD).post(f"/tasks/{item}", data={"action": "submit"})
    assert filled.status_code == 303
    case, leader = told.playing(AT_THRESHOLD), told.client_of("county_leader", AT_THRESHOLD)
    _, _, approve = told.play.opened(case, "approve_application")
    sent = {"decision": "approve", "opinion": "同意上报。"}
    scan = {"seal_scan": (BytesIO(PDF), "扫描件.pdf")}
    refused = leader.post(f"/tasks/{approve.id}", data=sent | scan)
    assert refused.status_code == 422
    assert "C1.8" in refused.text
    assert "高于 70%" in refused.text
    kept = re.search(r'name="seal_scan" value="([^"]+)"', leader.get(f"/tasks/{approve.id}").text)[1]
    confirmed = sent | {"seal_scan": kept, "confirm_failing": "true"}
    assert leader.post(f"/tasks/{approve.id}", data=confirmed).status_code == 303
    assert told.application(AT_THRESHOLD).status == "submitted"


def test_a_failing_hard_criterion_is_not_recommended(told):
    """The city may say what it likes: as long as the criterion fails, the review is refused."""
    case = told.playing(AT_THRESHOLD)
    play, confirmed = told.play, {"submit_despite_failing": True}
    with told.database.read() as session:
        item = told.item(case.id, "fill_application")
        draft = session.scalars(sa.select(Draft).where(Draft.item_id == item)).one().data
    play.act(case, "fill_application", lambda _: draft | confirmed)
    play.act(case, "approve_application", lambda _: papers.approval(case.file) | {"confirm_failing": True})
    play.act(case, "accept_application", papers.acceptance)
    play.act(case, "consult_departments", lambda blank: papers.replies(blank, play.today))
    names = play.names("city_inspector", CITY)
    record = papers.inspection(draft, names, "核查组（虚构）", play.today, case.file, case.photos)
    play.act(case, "city_onsite_check", lambda _: record)
    form, blank, item = play.opened(case, "preliminary_review")
    clerk = told.client_of("city_clerk", CITY)
    answer = clerk.post(f"/tasks/{item.id}", data=posted(form, {**blank, **papers.review(blank)}))
    assert answer.status_code == 422
    assert "C1.8" in answer.text
    assert "不能认定符合标准" in answer.text
    assert told.application(AT_THRESHOLD).status == "accepted"


# --- the rule's own validity ------------------------------------------------------------------------


def test_a_batch_on_2026_11_23_needs_a_continuation_document(told):
    told.services.sandbox.advance_to(datetime(2026, 11, 23, 9, tzinfo=SHANGHAI))
    clerk = told.client_of("prov_clerk")
    address = clerk.post("/batches/new").location
    day = date(2026, 11, 23)
    paper = papers.batch(
        "2026年度批次（虚构）", "示例通知〔2026〕9号", day, date(2026, 12, 31), date(2027, 2, 26)
    )
    form = told.services.engine.form
    with told.database.read() as session:
        sent = posted(form(session, told.bundle(), "open_batch"), paper)
    refused = clerk.post(address, data=sent)
    assert refused.status_code == 422
    assert "第二十一条" in refused.text
    assert "示例通知〔2026〕9号" in refused.text
    document = {
        "continuation_doc": "示例延续〔2026〕1号",
        "continuation_file": (BytesIO(PDF), "延续文件.pdf"),
    }
    opened = clerk.post(address, data=sent | document)
    assert opened.status_code == 303, opened.text
