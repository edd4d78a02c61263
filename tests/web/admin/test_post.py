"""From the inbox to a real mail server: one digest a day, urges at once, nothing that is not theirs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa

from clusters.people.models import Person
from clusters.post.channels import MAIL, WEBHOOK, MailChannel, WebhookChannel
from clusters.post.post_room import PostRoom
from engine import inbox
from engine.clock import SystemClock
from engine.mail import SmtpServer
from engine.models import InboxMessage, Outbox, Reminder, WorkItem
from engine.ticking import tick
from engine.webhook import Hook
from qilian.bootstrap import _post_room
from qilian.config import Config
from tests.support.receivers import Mailbox, http_server, smtp_server
from tests.web.world import MONDAY

NINE = timedelta(0)  # MONDAY is nine o'clock in Shanghai
DAY = timedelta(days=1)
BASE = "https://qilian.example.cn"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server() as opened:
        yield opened


@pytest.fixture
def room(world, box) -> PostRoom:
    server = SmtpServer("localhost", box.port, "none", "qilian@example.cn")
    return PostRoom(world.database, world.clock, {MAIL: MailChannel(server)}, BASE)


def reachable(world, person_id: str, address: str) -> str:
    with world.database.write() as session:
        session.get(Person, person_id).email = address
    return person_id


@pytest.fixture
def clerk(world) -> str:
    return reachable(world, world.person("county_clerk", "621122"), "clerk@example.org")


def a_due_item(world, due_on: date, *reminded: datetime, provisional=False) -> str:
    """An open application of the county with its due date and reminders."""
    instance_id = world.a_case()
    with world.database.write() as session:
        item = session.scalars(sa.select(WorkItem).where(WorkItem.instance_id == instance_id)).first()
        session.execute(sa.delete(Reminder).where(Reminder.item_id == item.id))
        item.due_on, item.provisional = due_on, provisional
        for number, at in enumerate(reminded):
            session.add(Reminder(item_id=item.id, label=f"{number:+d}", due_at=at, status="waiting"))
        session.execute(sa.update(InboxMessage).values(routed_at=MONDAY))  # the announcement is old news
        return item.id


def at(world, moment: datetime, room: PostRoom) -> None:
    world.clock.set(moment)
    tick(world.services.engine)
    room.run()


def subjects(box: Mailbox) -> list[str]:
    return [str(m["Subject"]) for m in box.messages]


def text_of(message: EmailMessage) -> str:
    return message.get_content().replace("\r\n", "\n")


def test_all_reminders_of_a_day_come_in_one_mail_with_the_overdue_first(world, room, box, clerk):
    monday = MONDAY.date()
    later = a_due_item(world, monday - DAY, MONDAY, provisional=True)  # nothing is late by such a date
    late = a_due_item(world, monday - 3 * DAY, MONDAY)
    today = a_due_item(world, monday, MONDAY)
    at(world, MONDAY, room)
    (message,) = box.messages
    assert subjects(box) == ["【祁连】5月20日：3 项待您关注，其中 2 项今天到期或已逾期"]
    text = text_of(message)
    places = [text.index(f"{BASE}/tasks/{item}") for item in (late, today, later)]
    assert places == sorted(places)
    assert text.count("暂定，节假日安排公布后重新计算") == 1
    assert text.index("暂定，节假日") > places[1]
    assert "以站内“消息”的记录为准" in text
    at(world, MONDAY + timedelta(minutes=1), room)
    assert len(box.messages) == 1


def test_the_next_day_has_a_mail_of_its_own(world, room, box, clerk):
    a_due_item(world, MONDAY.date() + DAY, MONDAY, MONDAY + DAY)
    at(world, MONDAY, room)
    at(world, MONDAY + DAY, room)
    assert [s[4:9] for s in subjects(box)] == ["5月20日", "5月21日"]


def test_reminders_that_fire_late_after_an_outage_are_told_once(world, room, box, clerk):
    reminded = [MONDAY + n * DAY for n in range(5)]
    item = a_due_item(world, MONDAY.date() + 4 * DAY, *reminded)
    at(world, MONDAY + 7 * DAY + timedelta(hours=5), room)
    with world.database.read() as session:
        query = sa.select(InboxMessage).where(InboxMessage.kind == "reminder")
        assert len(session.scalars(query).all()) == 1
        assert set(session.scalars(sa.select(Reminder.status))) == {"sent"}
    (message,) = box.messages
    assert text_of(message).count(f"/tasks/{item}") == 1
    assert "已逾期" in text_of(message)
    assert "告知）" not in text_of(message)


def test_a_digest_says_when_a_count_of_days_was_told_earlier(world, room, box, clerk):
    a_due_item(world, MONDAY.date() + 2 * DAY, MONDAY)
    world.clock.set(MONDAY)
    tick(world.services.engine)
    at(world, MONDAY + DAY, room)
    assert "还有 2 个工作日。（5月20日告知）" in text_of(box.messages[0])


def test_no_digest_leaves_before_nine_or_while_reminders_are_still_due(world, room, box, clerk):
    a_due_item(world, MONDAY.date(), MONDAY - timedelta(hours=3))
    at(world, MONDAY - timedelta(minutes=1), room)
    assert box.messages == []
    a_due_item(world, MONDAY.date(), MONDAY)
    world.clock.set(MONDAY)
    room.run()  # the scheduler has not come to the second reminder yet
    assert box.messages == []
    at(world, MONDAY, room)
    assert "2 项" in subjects(box)[0]


def test_what_is_done_by_nine_is_not_reminded_of_by_mail(world, room, box, clerk):
    item = a_due_item(world, MONDAY.date(), MONDAY)
    world.clock.set(MONDAY)
    tick(world.services.engine)
    with world.database.write() as session:
        session.scalars(sa.select(WorkItem).where(WorkItem.id == item)).one().status = "completed"
    room.run()
    assert box.messages == []


def test_an_urge_leaves_at_once_and_reaches_nobody_else(world, room, box, clerk):
    other = reachable(world, world.person("county_clerk", "621123"), "other@example.org")
    item = a_due_item(world, MONDAY.date() + 9 * DAY)
    city = world.person("city_clerk", "621100")
    world.clock.set(MONDAY - timedelta(hours=5))
    with world.services.engine.desk(city) as desk:
        desk.urge(item, channel="system", text="请尽快\r\nBcc: x@example.org")
    room.run()
    (message,) = box.messages
    assert box.recipients == ["clerk@example.org"]
    assert str(message["Subject"]).startswith("【祁连】催办：")
    assert "请尽快" in text_of(message)
    with world.database.read() as session:
        assert inbox.unread_count(session, other) == 0


def test_what_somebody_does_not_want_by_mail_stays_in_the_inbox(world, room, box, clerk):
    wishes = {"reminder": "none", "urge": "none", "task": "at_once", "result": "digest"}
    client = world.client_for(clerk)
    assert client.post("/profile/mail", data=wishes).status_code == 303
    a_due_item(world, MONDAY.date(), MONDAY)
    at(world, MONDAY, room)
    assert box.messages == []
    with world.database.read() as session:
        assert inbox.unread_count(session, clerk) >= 1
    with world.database.write() as session:
        inbox.put(session, MONDAY, "new", [clerk], "新待办：补正材料", "", "/tasks/x", kind="task")
        inbox.put(session, MONDAY, "end", [clerk], "已认定", "", None, kind="result")
    room.run()
    assert subjects(box) == ["【祁连】新待办：补正材料"]
    at(world, MONDAY + DAY, room)
    assert "已认定" in text_of(box.messages[1])


def test_reminders_one_by_one_cannot_be_chosen(world, clerk):
    wishes = {"reminder": "at_once", "urge": "none", "task": "none", "result": "none"}
    answer = world.client_for(clerk).post("/profile/mail", data=wishes)
    assert answer.status_code == 422
    assert "请选择期限提醒怎样发送" in answer.text


def test_the_web_hook_names_the_matter_and_keeps_the_rest_behind_the_sign_in(world, clerk):
    with http_server() as hits:
        hook = WebhookChannel(Hook(f"http://localhost:{hits.port}/", b"s" * 32))
        room = PostRoom(world.database, world.clock, {WEBHOOK: hook}, BASE)
        with world.database.write() as session:
            inbox.put(session, MONDAY, "u", [clerk], "催办：受理", "联系人张某", "/tasks/x", kind="urge")
            login = session.get(Person, clerk).login
        room.run()
    (body,) = (json.loads(b) for b in hits.bodies)
    assert body["to"] == login
    assert body["text"]["content"] == f"催办：受理\n{BASE}/tasks/x"
    assert "张某" not in json.dumps(body, ensure_ascii=False)


# --- where nothing may leave ----------------------------------------------------------------------


def test_where_time_is_moved_by_hand_nothing_leaves_whatever_is_configured(world, told, tmp_path, box):
    outside = {
        "QILIAN_PUBLIC_URL": BASE, "QILIAN_SMTP_HOST": "localhost", "QILIAN_SMTP_PORT": str(box.port),
        "QILIAN_SMTP_SECURITY": "none", "QILIAN_SMTP_SENDER": "qilian@example.cn",
    }  # fmt: skip
    config = replace(Config(tmp_path, "sqlite://", tmp_path / "secret.key"), outside=outside)
    assert _post_room(config, told.database, SystemClock()).channels[MAIL].leaves
    sandbox = _post_room(config, told.database, told.clock)
    told.play.services.engine.settle()
    sandbox.run()
    assert box.messages == []
    with told.database.read() as session:
        states = set(session.scalars(sa.select(Outbox.status)))
    assert states == {"withheld"}
    page = told.client_of("sys_admin").get("/admin/outbox?state=withheld")
    assert "沙箱未外发" in page.text
    assert "sandbox@example.org" in page.text


# --- pages ----------------------------------------------------------------------------------------


def test_somebody_reads_filters_and_comes_back_to_messages(world, clerk):
    with world.database.write() as session:
        inbox.put(session, MONDAY, "a", [clerk], "催办：受理", "", "/done", kind="urge")
        inbox.put(session, MONDAY, "b", [clerk], "办理结果甲", "", None)
    client = world.client_for(clerk)
    page = client.get("/messages").text
    assert "消息，2 条未读" in page
    assert '<span class="count">2<' in page
    assert "办理结果甲" not in client.get("/messages?kind=urge").text
    with world.database.read() as session:
        urge = session.scalar(sa.select(InboxMessage.id).where(InboxMessage.event == "a"))
    assert client.post("/messages/read", data={"id": urge, "to": "/done"}).location == "/done"
    assert "催办：受理" not in client.get("/messages?state=unread").text
    client.post(f"/messages/{urge}/unread", data={"to": "//evil.example"})
    assert "催办：受理" in client.get("/messages?state=unread").text


def test_nobody_marks_anothers_message(world, clerk):
    with world.database.write() as session:
        inbox.put(session, MONDAY, "a", [clerk], "催办", "", None)
        inbox.mark_read(session, clerk, MONDAY)
        message_id = session.scalar(sa.select(InboxMessage.id))
    world.client_of("county_clerk", "621123").post(f"/messages/{message_id}/unread")
    with world.database.read() as session:
        assert inbox.unread_count(session, clerk) == 0


def test_administrators_see_what_failed_and_the_text_stays_with_its_reader(world, clerk):
    with smtp_server(refuse=b"550 no such user") as box:
        server = SmtpServer("localhost", box.port, "none", "qilian@example.cn")
        room = PostRoom(world.database, world.clock, {MAIL: MailChannel(server)}, BASE)
        with world.database.write() as session:
            inbox.put(session, MONDAY, "a", [clerk], "催办：受理", "只给本人看", "/x", kind="urge")
        room.run()
    auditor, admin = world.client_of("audit_admin"), world.client_of("sys_admin")
    page = auditor.get("/admin/outbox?state=failed").text
    for shown in ("clerk@example.org", "催办：受理", "550 no such user", "已试 1 次"):
        assert shown in page
    assert "重发" not in page
    with world.database.read() as session:
        row_id = session.scalar(sa.select(Outbox.id))
    assert "只给本人看" not in admin.get(f"/admin/outbox/{row_id}").text
    assert auditor.post(f"/admin/outbox/{row_id}/again").status_code == 403
    assert admin.post(f"/admin/outbox/{row_id}/drop", data={"reason": ""}).status_code == 422
    assert admin.post(f"/admin/outbox/{row_id}/drop", data={"reason": "已注销"}).status_code == 303
    assert admin.get("/admin/outbox/999").status_code == 404
