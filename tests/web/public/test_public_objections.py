"""公示异议 from outside: what is taken in, as what, from whom, and what its receipt tells (art. 15, F08)."""

import re
from datetime import datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from clusters.register.models import Notice, Objection
from engine.clock import SHANGHAI, system_now
from engine.models import Attachment, ClockSetting
from qilian.sandbox.play import PDF
from tests.support.axe import violations
from tests.support.browser import Watch
from tests.web.told import IN_NOTICE, Told
from web.public import public_objections, robot_check
from web.public.public_objections import RAISED_FROM
from web.public.rate_limits import Limit

NOTICE = "GSGS-2024-01"
NEW = f"/public/notices/{NOTICE}/objection"
DIGITS = "零一二三四五六七八九"
SOMEWHERE, ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "203.0.113.8"}


@pytest.fixture
def at_leisure(monkeypatch):
    """Readers who have taken their time."""
    monkeypatch.setattr(robot_check, "LEAST", timedelta(0))


def opened(told):
    """The form's token, and the answer to its question."""
    text = told.anybody().get(NEW).text
    one, other = (DIGITS.index(c) for c in re.search(r"验证题：(.)加(.)等于几", text).groups())
    return {"check": re.search(r'name="check" value="([^"]+)"', text)[1], "answer": str(one + other)}


def said(told, **changes):
    return {
        **opened(told), "item": "1", "ground": "data", "objector_type": "person", "name": "示例提出人",
        "contact": "0931-1234567", "content": "产值与统计数据不一致（虚构）。", **changes,
    }  # fmt: skip


def send(told, data, **options):
    return told.anybody().post(NEW, data=data, **options)


def receipt_of(answer):
    assert answer.status_code == 200, answer.text
    no, receipt = re.findall(r"<dd>([A-Z0-9-]{12,})</dd>", answer.text)
    return {"no": no, "receipt": receipt}


def kept(told):
    with told.database.read() as session:
        return session.scalars(sa.select(Objection).order_by(Objection.no)).all()


def follow(told, receipt):
    answer = told.anybody().post("/public/objections", data=receipt)
    assert answer.status_code == 200, answer.text
    return answer.text


pytestmark = pytest.mark.usefixtures("at_leisure")


# --- in time or not ---------------------------------------------------------------------------


@pytest.mark.article("第十五条")
@pytest.mark.parametrize(
    ("moment", "lead"),
    [("2024-05-16T09:00", None), ("2024-05-23T23:59:59", None), ("2024-05-24T00:00", "out_of_time")],
)
def test_an_objection_counts_until_24_00_of_the_last_day_and_is_a_lead_from_then_on(told, moment, lead):
    data = said(told)  # the form was opened before
    with told.database.write() as session:  # the sandbox's clock itself never goes back
        session.get_one(ClockSetting, 1).now = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    answer = send(told, data)
    receipt = receipt_of(answer)
    (row,) = kept(told)
    assert (row.no, row.channel, row.lead_reason) == (receipt["no"], "online", lead)
    assert ("按公示异议办理" in answer.text) == (lead is None)
    assert ("作为线索留存核查" in answer.text) == (lead is not None)


def test_a_provisional_last_day_shuts_nobody_out(told):
    with told.database.write() as session:
        session.execute(sa.update(Notice).values(provisional=True))
    told.clock.set(datetime(2024, 5, 28, 9, tzinfo=SHANGHAI))
    receipt_of(send(told, said(told)))
    assert [row.lead_reason for row in kept(told)] == [None]


# --- who --------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["name", "contact"])
def test_nobody_becomes_a_lead_by_forgetting_a_field(told, missing):
    answer = send(told, said(told, **{missing: " "}))
    assert answer.status_code == 422
    assert f'href="#{missing}"' in answer.text
    assert "产值与统计数据不一致（虚构）。" in answer.text
    assert kept(told) == []


def test_whoever_wants_to_stay_unnamed_leaves_a_lead(told):
    contradictory = send(told, said(told, unnamed="1"))
    assert contradictory.status_code == 422
    answer = send(told, said(told, unnamed="1", name="", contact=""))
    assert "作为线索留存核查" in answer.text
    assert [row.lead_reason for row in kept(told)] == ["unnamed"]


def test_name_and_contact_lie_in_no_file_in_clear(told):
    receipt_of(send(told, said(told, name="赵示例丁", contact="13900001111")))
    told.database.dispose()
    files = [path.read_bytes() for path in told.home.rglob("*") if path.is_file()]
    assert [word for word in ("赵示例丁", "13900001111") if any(word.encode() in f for f in files)] == []


def test_a_second_objection_of_the_same_person_on_the_same_ground_names_the_first(told):
    first = receipt_of(send(told, said(told)))["no"]
    answer = send(told, said(told, contact="0931 123 4567", content="再次说明产值与统计数据不一致。"))
    assert answer.status_code == 422
    assert first in answer.text
    receipt_of(send(told, said(told, ground="procedure")))
    assert len(kept(told)) == 2


# --- robots -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{"check": ""}, {"check": "eyJhdCI6ICIyMDI0In0.x"}, {"answer": ""}, {"answer": "99"}, {"answer": "x十"},
     {robot_check.TRAP: "https://example.org"}],
)  # fmt: skip
def test_what_a_robot_would_send_is_not_taken_in_and_a_person_tries_again(told, changes):
    answer = send(told, said(told, **changes))
    assert answer.status_code == 422
    assert kept(told) == []
    assert "产值与统计数据不一致（虚构）。" in answer.text
    assert 'name="check" value="' in answer.text


def test_the_question_may_be_answered_in_chinese(told):
    data = said(told)
    number = int(data["answer"])
    words = DIGITS[number] if number < 10 else f"十{DIGITS[number - 10] if number > 10 else ''}"
    receipt_of(send(told, data | {"answer": words}))


@pytest.mark.parametrize(
    ("seconds", "status"), [(4.9, 422), (5, 200), (24 * 3600, 200), (24 * 3600 + 1, 422)]
)
def test_a_form_is_read_for_five_seconds_at_least_and_a_day_at_most(told, monkeypatch, seconds, status):
    monkeypatch.setattr(robot_check, "LEAST", timedelta(seconds=5))
    began = system_now()
    monkeypatch.setattr(robot_check, "system_now", lambda: began)
    data = said(told)
    monkeypatch.setattr(robot_check, "system_now", lambda: began + timedelta(seconds=seconds))
    assert send(told, data).status_code == status


def test_a_form_sent_twice_is_one_objection_and_the_same_receipt(told, monkeypatch):
    data = said(told)
    first, second = send(told, data), send(told, data | {"content": "另外一段话，与前面不同。"})
    assert receipt_of(first) == receipt_of(second)
    assert len(kept(told)) == 1
    later = system_now() + robot_check.TOLD_AGAIN
    monkeypatch.setattr(robot_check, "system_now", lambda: later)
    third = send(told, data)
    assert third.status_code == 422
    assert "已经提交过" in third.text
    assert receipt_of(first)["receipt"] not in third.text


def test_more_than_a_person_needs_is_too_often_for_one_address_in_whichever_process(told, monkeypatch):
    monkeypatch.setattr(public_objections, "RAISED_FROM", Limit("objection from", 3, RAISED_FROM.per))
    another = Told(told.home)  # another process on the same database
    refused = said(told, item="")
    for process in (told, another, told):
        assert send(process, refused, environ_base=SOMEWHERE).status_code == 422
    answer = send(another, refused, environ_base=SOMEWHERE)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "电话" in answer.text
    assert "产值与统计数据不一致（虚构）。" in answer.text
    assert send(another, refused, environ_base=ELSEWHERE).status_code == 422
    another.database.dispose()


def test_one_notice_is_not_flooded_from_many_addresses(told, monkeypatch):
    monkeypatch.setattr(public_objections, "RAISED_TO", Limit("objection to", 2, timedelta(days=1)))
    refused = said(told, item="")
    found = [
        send(told, refused, environ_base={"REMOTE_ADDR": f"203.0.113.{n}"}).status_code for n in (1, 2, 3)
    ]
    assert found == [422, 422, 429]


# --- evidence ---------------------------------------------------------------------------------


def files(*found):
    return {"evidence": [(BytesIO(content), name) for name, content in found]}


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ([("材料.pdf", b"MZ no pdf")], "文件类型不在允许之列"),
        ([("材料.png", PDF)], "不符"),
        ([(f"{n}.pdf", PDF) for n in range(6)], "最多上传 5 个"),
        ([("好的.pdf", PDF), ("空的.pdf", b"")], "文件是空的"),
    ],
)
def test_hostile_evidence_is_refused_whole_and_the_words_stay(told, found, why):
    with told.database.read() as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(Attachment))
    answer = send(told, said(told) | files(*found))
    assert answer.status_code == 422
    assert why in answer.text
    assert "产值与统计数据不一致（虚构）。" in answer.text
    with told.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == before
    assert kept(told) == []


def test_evidence_follows_later_and_is_fetched_by_the_province_alone(told):
    receipt = receipt_of(send(told, said(told) | files(("一.pdf", PDF))))
    more = told.anybody().post("/public/objections/evidence", data=receipt | files(("二.pdf", PDF + b"2")))
    assert "已收到补充的 1 个文件" in more.text
    (row,) = kept(told)
    assert [file["name"] for file in row.evidence] == ["一.pdf", "二.pdf"]
    for file in row.evidence:
        address = f"/attachments/{file['id']}"
        assert told.client_of("county_clerk", IN_NOTICE).get(address).status_code == 403
        assert told.anybody().get(address).status_code == 302
        with told.client_of("prov_clerk").get(address) as fetched:
            assert fetched.status_code == 200
    wrong = receipt | {"receipt": "AAAA-BBBB-CCCC"} | files(("三.pdf", PDF))
    assert told.anybody().post("/public/objections/evidence", data=wrong).status_code == 404
    assert len(kept(told)[0].evidence) == 2


# --- following --------------------------------------------------------------------------------


def test_number_and_receipt_are_both_needed_and_neither_is_confirmed(told):
    receipt = receipt_of(send(told, said(told)))
    wrong = [receipt | {"receipt": "AAAA-BBBB-CCCC"}, receipt | {"no": "GSYY-2024-9999"}, {}]
    answers = [told.anybody().post("/public/objections", data=data) for data in wrong]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({re.search(r"error-summary.*?</div>", a.text, re.DOTALL)[0] for a in answers}) == 1
    spelled = {"no": receipt["no"].lower(), "receipt": receipt["receipt"].lower().replace("-", " ")}
    assert "已收到，待审查是否受理" in follow(told, spelled)


def test_a_finding_is_told_when_the_reply_is_and_not_before(told):
    receipt = receipt_of(send(told, said(told)))
    with told.database.write() as session:
        session.execute(sa.update(Objection).values(
            status="signing", admissibility="accepted", finding="established", finding_text="内部调查情况",
            effect="remove_from_list",
        ))  # fmt: skip
    text = follow(told, receipt)
    assert "已受理" in text
    assert "成立" not in text
    with told.database.write() as session:
        now = told.services.now()
        session.execute(sa.update(Objection).values(
            status="closed", reply_text="经查，产值有误，已移出名单。", replied_at=now, closed_at=now,
        ))  # fmt: skip
    text = follow(told, receipt)
    for told_now in ("已办结", "<dd>成立</dd>", "经查，产值有误，已移出名单。"):
        assert told_now in text
    assert "内部调查情况" not in text
    assert "示例提出人" not in text


def test_a_refusal_to_accept_is_told_with_its_reason_once_it_is_final(told):
    receipt = receipt_of(send(told, said(told)))
    values = {"admissibility": "inadmissible", "admissibility_reason": "所述与名单无关", "status": "signing"}
    with told.database.write() as session:
        session.execute(sa.update(Objection).values(**values))
    assert "不予受理" not in follow(told, receipt)
    with told.database.write() as session:
        session.execute(sa.update(Objection).values(status="closed"))
    assert "不予受理：所述与名单无关" in follow(told, receipt)


def test_guessing_receipts_is_slowed_down(told, monkeypatch):
    monkeypatch.setattr(public_objections, "ASKED_FROM", Limit("asked", 2, timedelta(minutes=10)))
    guess = {"no": "GSYY-2024-0001", "receipt": "AAAA-BBBB-CCCC"}
    found = [
        told.anybody().post("/public/objections", data=guess, environ_base=SOMEWHERE).status_code
        for _ in range(3)
    ]
    assert found == [404, 404, 429]


# --- in a browser -----------------------------------------------------------------------------


@pytest.mark.browser
def test_an_objection_is_raised_and_followed_on_a_telephone_without_a_script(told, browser, tmp_path):
    paper = tmp_path / "佐证.pdf"
    paper.write_bytes(PDF)
    context = browser.new_context(
        locale="zh-CN", java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    watch = Watch(page)
    with told.serving() as address:
        page.goto(f"{address}/sign-in")
        page.get_by_role("link", name="公示、异议、集群名录和认定标准").click()
        page.get_by_role("link", name="拟认定甘肃省中小企业特色产业集群名单").first.click()
        page.get_by_role("link", name="填写异议").click()
        page.get_by_role("button", name="提交异议").click()  # nothing filled in: told what is missing
        page.locator(".error-summary a", has_text="姓名").click()
        page.get_by_label("对哪个集群").select_option(index=1)
        page.get_by_label("申报数据或材料不实").check()
        page.get_by_label("事实和理由").fill("产值与统计数据不一致（虚构）。")
        page.get_by_label("佐证材料").set_input_files(paper)
        page.get_by_label("姓名或单位名称").fill("示例提出人")
        page.get_by_label("电话或邮箱").fill("0931-1234567")
        asked = page.locator("label[for='answer']").inner_text()
        one, other = (DIGITS.index(c) for c in re.search(r"：(.)加(.)等于", asked).groups())
        page.get_by_label("验证题").fill(str(one + other))
        page.get_by_role("button", name="提交异议").click()
        no, receipt = page.locator(".receipt dd").all_inner_texts()
        page.get_by_role("link", name="异议查询").click()
        page.get_by_label("异议编号").fill(no)
        page.get_by_label("回执码").fill(receipt)
        page.get_by_role("button", name="查询").click()
        assert "已收到，待审查是否受理" in page.locator("main").inner_text()
        assert "1 个文件：佐证.pdf" in page.locator("main").inner_text()
    assert watch.faults == []
    context.close()


@pytest.mark.browser
def test_the_pages_after_sending_break_no_rule_of_wcag(told, page):
    refused = send(told, said(told, item="", name="", content="短"))
    taken = send(told, said(told))
    followed = told.anybody().post("/public/objections", data=receipt_of(taken))
    with told.serving() as address:
        page.goto(f"{address}/public")
        for answer in (refused, taken, followed):
            html = answer.text.replace('href="/static', f'href="{address}/static')
            page.set_content(html, wait_until="load")
            assert violations(page) == []
