"""The running system: each administrator sees their part; a retry says truthfully whether it went through."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from engine import audit, outbox
from engine.models import AuditEntry, Incident, Message, Outbox, Reminder, Timer, WorkItem
from tests.web.world import MONDAY
from web.csv_text import cell

PAGES = {
    "/admin/incidents": "sys_admin",
    "/admin/timers": "sys_admin",
    "/admin/messages": "sys_admin",
    "/admin/signed-in": "sec_admin",
    "/admin/audit": "audit_admin",
}


def seal(world):
    with world.database.write() as session:
        audit.seal(session, world.services.audit_key)


def put(world, *rows):
    with world.database.write() as session:
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


@pytest.mark.parametrize("role", ["sys_admin", "sec_admin", "audit_admin"])
def test_each_administrator_opens_exactly_their_part(world, role):
    client = world.client_of(role)
    assert client.get("/admin").status_code == 200
    for address, owner in PAGES.items():
        assert client.get(address).status_code == (200 if owner == role else 403), address


def test_nobody_else_looks_into_the_running_system(world):
    for role in ("county_clerk", "prov_leader", "process_owner", "expert"):
        assert world.client_of(role).get("/admin").status_code == 403


def test_the_overview_counts_what_needs_a_hand(world):
    assert "系统运行正常" in world.client_of("sys_admin").get("/admin").text
    put(world, Incident(id="i", kind="complete", subject="x", error="坏了", detail="", at=MONDAY))
    text = world.client_of("sys_admin").get("/admin").text
    assert "1 项需要处理" in text
    assert "1 件未处理" in text


# --- incidents ----------------------------------------------------------------------------------


def a_broken_timer(world, monkeypatch):
    """A put-off step of a real case that has failed for good; mending it is `monkeypatch.undo()`."""
    instance_id = world.a_case()
    with world.database.write() as session:
        timer = Timer(
            instance_id=instance_id, task_id="t", kind="job", element="nowhere", name="系统办理",
            due_at=MONDAY, calendar_version="x", status="incident", attempts=8, late_seconds=0,
        )  # fmt: skip
        session.add(timer)
        session.flush()
        session.add(
            Incident(
                id="broken", kind="timer", subject=str(timer.id), instance_id=instance_id, element="nowhere",
                error="第一次的原因", detail="Traceback …", at=MONDAY,
            )
        )  # fmt: skip
        return timer.id


def incident_of(world, id_="broken"):
    with world.database.read() as session:
        return session.get(Incident, id_)


def test_a_retry_that_fails_again_is_said_to_have_failed(world, monkeypatch):
    a_broken_timer(world, monkeypatch)
    client = world.client_of("sys_admin")
    answer = client.post("/admin/incidents/broken/retry", follow_redirects=True)
    assert "重试没有成功，异常保持未处理" in answer.text
    assert incident_of(world).resolved_at is None
    assert "第一次的原因" not in answer.text  # the newest reason is shown


def test_a_retry_that_goes_through_closes_the_incident(world, monkeypatch):
    timer_id = a_broken_timer(world, monkeypatch)
    with world.database.write() as session:
        session.get(Timer, timer_id).status = "cancelled"  # the case has left the step meanwhile
    answer = world.client_of("sys_admin").post("/admin/incidents/broken/retry", follow_redirects=True)
    assert "不再需要触发" in answer.text
    assert incident_of(world).resolved_at is not None


def test_what_can_be_retried_cannot_simply_be_closed(world, monkeypatch):
    a_broken_timer(world, monkeypatch)
    answer = world.client_of("sys_admin").post("/admin/incidents/broken/close", data={"note": "算了"})
    assert answer.status_code == 422
    assert incident_of(world).resolved_at is None


def failed_completion(world):
    world.a_case()
    with world.database.write() as session:
        item = session.scalars(sa.select(WorkItem)).one()
        session.add(
            Incident(
                id="typed", kind="complete", subject=item.id, instance_id=item.instance_id,
                element=item.element, error="除数为零", detail="Traceback …", at=MONDAY,
            )
        )  # fmt: skip


def test_a_failed_submission_is_closed_with_an_explanation_only(world):
    failed_completion(world)
    client = world.client_of("sys_admin")
    page = client.get("/admin/incidents/typed").text
    assert "草稿" in page
    assert "重试" not in page
    assert client.post("/admin/incidents/typed/close", data={"note": " "}).status_code == 422
    assert client.post("/admin/incidents/typed/close", data={"note": "已请其重新提交"}).status_code == 303
    assert incident_of(world, "typed").resolved_at is not None
    with world.database.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "incident.resolved")).one()
    assert entry.facts == {"note": "已请其重新提交"}


def test_closed_incidents_move_to_their_own_list(world):
    failed_completion(world)
    client = world.client_of("sys_admin")
    assert "除数为零" in client.get("/admin/incidents").text
    client.post("/admin/incidents/typed/close", data={"note": "已处理"})
    assert "除数为零" not in client.get("/admin/incidents").text
    assert "除数为零" in client.get("/admin/incidents?state=closed").text


# --- queues -------------------------------------------------------------------------------------


def test_a_timer_shows_its_count_day_by_day_and_that_it_is_provisional(world):
    instance_id = world.a_case()
    with world.database.read() as session:
        calendar = world.services.engine.parts.calendar_of(session)
    due = calendar.due(MONDAY.date(), 5)
    put(
        world,
        Timer(
            instance_id=instance_id, task_id="t", kind="timer", element="notice_ended", name="公示期满",
            due_at=MONDAY, due_on=due.due, trace=replace(due, provisional=True).to_json(), provisional=True,
            calendar_version="x", status="waiting", attempts=2, late_seconds=0,
        ),
    )  # fmt: skip
    text = world.client_of("sys_admin").get("/admin/timers").text
    assert "公示期满" in text
    assert "暂定" in text
    assert "已试 2 次" in text
    assert "已到期" in text
    assert text.count('class="counted"') == 5


def test_a_late_timer_says_how_late_it_was(world):
    instance_id = world.a_case()
    put(
        world,
        Timer(
            instance_id=instance_id, task_id="t", kind="timer", element="e", due_at=MONDAY,
            calendar_version="x", status="fired", attempts=1, fired_at=MONDAY, late_seconds=3600,
        ),
    )  # fmt: skip
    client = world.client_of("sys_admin")
    assert "晚 1 小时" in client.get("/admin/timers?state=fired").text
    assert "晚 1 小时" not in client.get("/admin/timers?state=waiting").text


def test_kept_and_dead_messages_are_seen_apart(world):
    put(
        world,
        *(
            Message(source=s, name=f"{s}_message", to="G-1", payload={"rank": 1}, status=s, sent_at=MONDAY)
            for s in ("kept", "dead")
        ),
    )
    client = world.client_of("sys_admin")
    assert "kept_message" in client.get("/admin/messages").text
    dead = client.get("/admin/messages?state=dead").text
    assert "dead_message" in dead
    assert "kept_message" not in dead


def test_a_failed_sending_is_queued_again_and_not_said_to_be_sent(world):
    with world.database.write() as session:
        outbox.put(session, MONDAY, "mail:1", "mail", {})
        row = session.scalars(sa.select(Outbox)).one()
        row.status, row.attempts = "failed", 10
    client = world.client_of("sys_admin")
    assert "重发" in client.get("/admin/outbox?state=failed").text
    answer = client.post(f"/admin/outbox/{row.id}/again", follow_redirects=True)
    assert "尚未发出" in answer.text
    with world.database.read() as session:
        assert session.get(Outbox, row.id).status == "pending"
    assert client.post(f"/admin/outbox/{row.id}/again").status_code == 409


# --- who is signed in -----------------------------------------------------------------------------


def test_the_security_administrator_signs_a_browser_out(world):
    clerk = world.client_of("county_clerk", name="经办人甲")
    guard = world.client_of("sec_admin")
    page = guard.get("/admin/signed-in").text
    row = page[page.index("经办人甲") :]
    address = re.search(r"/admin/signed-in/\w+/end", row)[0]
    assert guard.post(address).status_code == 303
    assert clerk.get("/").status_code == 302
    assert guard.get("/admin").status_code == 200


# --- audit --------------------------------------------------------------------------------------


def record(world, action="sign_in.failed", at=MONDAY, actor=None, **facts):
    with world.database.write() as session:
        audit.record(session, at, actor, action, facts=facts)


def test_the_trail_is_searched_by_person_action_day_and_content(world):
    clerk = world.person("county_clerk", name="经办人甲")
    record(world, "password.changed", actor=clerk)
    record(world, "sign_in.failed", login="nobody")
    record(world, "sign_in.ok", at=MONDAY.replace(month=6), address="10.0.0.9")
    client = world.client_of("audit_admin")

    def total(query):
        return int(re.search(r"审计记录 (\d+) 条", client.get(f"/admin/audit?{query}").text)[1])

    assert total("") == 3
    assert total("who=经办人") == 1
    assert total("action=sign_in.failed") == 1
    assert total("q=10.0.0.9") == 1
    assert total("first=2024-05-21") == 1
    assert total("last=2024-05-20") == 2
    assert total("last=2024-05-19") == 0
    assert total("first=nonsense") == 3


def test_a_day_ends_at_midnight_in_shanghai(world):
    record(world, at=datetime(2024, 5, 20, 15, 59, 59, tzinfo=UTC))
    record(world, at=datetime(2024, 5, 20, 16, 0, tzinfo=UTC))
    client = world.client_of("audit_admin")
    for query in ("first=2024-05-20&last=2024-05-20", "first=2024-05-21&last=2024-05-21"):
        assert "审计记录 1 条" in client.get(f"/admin/audit?{query}").text


def test_the_head_and_the_result_of_a_verification_are_shown(world):
    record(world)
    seal(world)
    client = world.client_of("audit_admin")
    with world.database.read() as session:
        head, _ = audit.head(session)
    assert head in client.get("/admin/audit").text
    assert "校验通过" in client.post("/admin/audit/verify").text


def test_a_changed_entry_is_found(world):
    record(world, login="first")
    record(world, login="second")
    seal(world)
    with world.database.write() as session:
        session.execute(sa.update(AuditEntry).where(AuditEntry.sequence == 2).values(facts={"login": "x"}))
    text = world.client_of("audit_admin").post("/admin/audit/verify").text
    assert "校验不通过：第 2 条" in text
    assert "此前 1 条完好" in text


def test_an_export_is_a_table_and_is_itself_recorded(world):
    record(world, login="=HYPERLINK(1)")
    answer = world.client_of("audit_admin").post("/admin/audit/export", data={"action": "sign_in.failed"})
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][0] == "序号"
    assert len(rows) == 2
    assert "attachment" in answer.headers["Content-Disposition"]
    with world.database.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "audit.exported")).one()
    assert entry.facts == {"action": "sign_in.failed"}


def test_a_long_export_loses_no_row_at_the_seams(world, monkeypatch):
    monkeypatch.setattr("web.admin.admin_audit.CHUNK", 3)
    for number in range(7):
        record(world, "sign_in.failed", login=str(number))
    answer = world.client_of("audit_admin").post("/admin/audit/export", data={"action": "sign_in.failed"})
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))[1:]
    assert [row[8] for row in rows] == [f'{{"login":"{n}"}}' for n in range(7)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_formula_in_an_export_is_text(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["甘肃", "1=1", "2024-05-20", ""])
def test_ordinary_text_in_an_export_is_left_alone(text):
    assert cell(text) == text


# --- deadlines ----------------------------------------------------------------------------------


def the_open_item(world):
    with world.database.read() as session:
        return session.scalars(sa.select(WorkItem).where(WorkItem.status == "open")).one()


def a_due_item(world):
    """An open step of a county that falls due on Monday week, with reminders."""
    world.a_case()
    with world.database.write() as session:
        item = session.scalars(sa.select(WorkItem)).one()
        due = world.services.engine.parts.calendar_of(session).due(MONDAY.date(), 5)
        item.due_on, item.due_trace = due.due, due.to_json()
        session.add(Reminder(item_id=item.id, label="-2", due_at=MONDAY, status="waiting"))
    return item.id


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("item", ("填报申报书", "2024年5月27日", "第十三条", "这一天是怎么算的", "日历 2022")),
        ("reminder", ("提醒：填报申报书", "-2")),
        ("timer", ("没有等待的定时",)),
        ("start", ("没有等待的自动发起",)),
    ],
)
def test_every_kind_of_deadline_is_on_the_page_with_its_reckoning(world, kind, said):
    a_due_item(world)
    text = world.client_of("sys_admin").get(f"/admin/timers?kind={kind}").text
    assert [word for word in said if word not in text] == []
    filtered = world.client_of("sys_admin").get(f"/admin/timers?kind={kind}&q=nowhere").text
    assert "填报申报书" not in filtered
    assert (
        "填报申报书" not in world.client_of("sys_admin").get(f"/admin/timers?kind={kind}&provisional=1").text
    )


def test_a_deadline_is_moved_with_a_reason_and_the_case_shows_it(world):
    address = f"/admin/items/{a_due_item(world)}/due"
    client = world.client_of("sys_admin")
    assert "2024年5月27日" in client.get(address).text
    for on, reason, said in (
        ("2024-05-24", "x", "不能早于法定日期2024年5月27日"),
        ("2024-06-03", "", "理由"),
        ("", "x", "新的到期日"),
    ):
        refused = client.post(address, data={"on": on, "reason": reason})
        assert (refused.status_code, said in refused.text) == (422, True)
    answer = client.post(address, data={"on": "2024-06-03", "reason": "当地停电"}, follow_redirects=True)
    assert "改为2024年6月3日" in answer.text
    assert "当地停电" in answer.text
    item = the_open_item(world)
    assert (item.due_on.isoformat(), item.legal_on.isoformat()) == ("2024-06-03", "2024-05-27")
    clerk = world.client_of("county_clerk")
    assert "当地停电" in clerk.get(f"/cases/{item.instance_id}").text
    assert "期限已改" in clerk.get("/messages").text
    for role in ("sec_admin", "prov_clerk", "county_clerk"):
        assert world.client_of(role).post(address, data={"on": "2024-06-09"}).status_code == 403


def test_a_timer_is_put_off_but_never_fired_before_its_legal_day(world):
    instance_id = world.a_case()
    (timer_id,) = put(
        world,
        Timer(
            instance_id=instance_id, task_id="t", kind="timer", element="e", name="公示期满",
            due_at=datetime(2024, 5, 26, 16, 5, tzinfo=UTC), due_on=date(2024, 5, 27), calendar_version="x",
            status="waiting", attempts=0, late_seconds=0,
        ),
    )  # fmt: skip
    client, address = world.client_of("sys_admin"), f"/admin/timers/{timer_id}/due"
    refused = client.post(address, data={"on": "2024-05-26", "reason": "x"})
    assert (refused.status_code, "不能早于法定日期" in refused.text) == (422, True)
    assert client.post(address, data={"on": "2024-05-28", "reason": "门户故障"}).status_code == 303
    with world.database.read() as session:
        assert session.get(Timer, timer_id).due_at == datetime(2024, 5, 27, 16, 5, tzinfo=UTC)
    assert "法定日期 2024年5月27日" in client.get("/admin/timers").text


def test_a_late_timer_says_in_the_case_how_late_and_that_nobody_bears_it(world):
    instance_id = world.a_case()
    with world.database.write() as session:
        for action, late in (("timer.fired", 7200), ("timer.fired", 59)):
            facts = {"due_at": MONDAY.isoformat(), "late_seconds": late}
            audit.record(session, MONDAY, None, action, instance_id=instance_id, element="e", facts=facts)
    text = world.client_of("county_clerk").get(f"/cases/{instance_id}").text
    assert text.count("期限届至") == 2
    assert text.count("期限届至（因系统原因晚 2 小时，不影响当事人）") == 1
