"""Next year's calendar: handed in by one, confirmed by another, with everything it moves shown first (D6)."""

import io
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from engine import ticking
from engine.models import AuditEntry, CalendarImport, CalendarYear, InboxMessage, WorkItem
from tests.engine.test_calendar_rules import DRAFT, NOTICE, as_json

DECEMBER = datetime(2026, 12, 28, 1, 0, tzinfo=UTC)
HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


def typed(**changes):
    """The year of DRAFT as an administrator types it from the notice."""
    data = {"way": "form", "year": "2027", "source_doc": NOTICE, "status": "confirmed"}
    for number, name in enumerate(HOLIDAYS):
        entries = [e for e in DRAFT.entries if e.name == name]
        (off,) = [e for e in entries if e.kind == "off"]
        data |= {f"name_{number}": name, f"first_{number}": off.first.isoformat()}
        data[f"last_{number}"] = off.last.isoformat()
        days = [f"{e.first.month}月{e.first.day}日" for e in entries if e.kind == "work"]
        data[f"work_{number}"] = "、".join(days)
    return {**data, **changes}


def hand_in(client, **changes):
    answer = client.post("/calendar/imports/new", data=typed(**changes))
    assert answer.status_code == 303, answer.text
    return answer.location


@pytest.fixture
def winter(world):
    world.clock.set(DECEMBER)
    return world


@pytest.fixture
def case(winter):
    """An open step that falls due in the unannounced year."""
    winter.a_case()
    with winter.database.write() as session:
        item = session.scalars(sa.select(WorkItem)).one()
        calendar = winter.services.engine.parts.calendar_of(session)
        due = calendar.due(date(2027, 2, 1), 5, item.scope)
        item.due_on, item.due_trace, item.provisional = due.due, due.to_json(), due.provisional
        assert (due.due, due.provisional) == (date(2027, 2, 10), True)
        return item.instance_id


def versions(world):
    with world.database.read() as session:
        query = sa.select(CalendarYear.version).where(CalendarYear.year == 2027, CalendarYear.region == "")
        return sorted(session.scalars(query))


def item(world):
    with world.database.read() as session:
        return session.scalars(sa.select(WorkItem)).one()


def test_the_whole_way_from_the_notice_to_the_moved_deadline(winter, case):
    importer, keeper = winter.client_of("sys_admin"), winter.client_of("sec_admin")
    address = hand_in(importer)
    page = importer.get(address).text
    assert "2027年2月9日（周二）" in page  # what becomes a day off
    assert "春节放假" in page
    assert "重新计算的期限 1 项" in page
    assert "2027年2月14日（周日）" in page  # where the deadline goes
    assert item(winter).due_on == date(2027, 2, 10)  # a look keeps nothing
    assert importer.post(f"{address}/submit").status_code == 303
    assert versions(winter) == [1]
    assert keeper.get(address).status_code == 200
    assert keeper.post(f"{address}/confirm").status_code == 303
    assert versions(winter) == [1, 2]
    assert (item(winter).due_on, item(winter).provisional) == (date(2027, 2, 14), False)
    with winter.database.read() as session:
        told = session.scalars(sa.select(InboxMessage).where(InboxMessage.title.contains("日历"))).all()
        rows = session.scalars(sa.select(AuditEntry.action).where(AuditEntry.actor.is_not(None))).all()
    assert [m.person_id for m in told] == [winter.person("county_clerk")]
    assert "由2027年2月10日（暂定）改为2027年2月14日" in told[0].text
    assert {"calendar.submitted", "calendar.confirmed", "deadline.moved"} <= set(rows)
    assert "期限变更" in winter.client_of("county_clerk").get(f"/cases/{case}").text
    assert "已重新计算的期限 1 项" in keeper.get(address).text


def test_nobody_confirms_or_returns_what_they_handed_in(winter, case):
    importer = winter.client_of("sys_admin")
    address = hand_in(importer)
    importer.post(f"{address}/submit")
    for act in ("confirm", "reject"):
        assert importer.post(f"{address}/{act}", data={"reason": "x"}).status_code == 403
    assert versions(winter) == [1]
    other = winter.client_of("sys_admin", name="另一名系统管理员")
    assert other.post(f"{address}/confirm").status_code == 303
    assert versions(winter) == [1, 2]


def test_what_is_not_submitted_cannot_be_confirmed_nor_twice(winter):
    importer, keeper = winter.client_of("sys_admin"), winter.client_of("sec_admin")
    address = hand_in(importer)
    assert keeper.post(f"{address}/confirm").status_code == 409
    importer.post(f"{address}/submit")
    assert keeper.post(f"{address}/confirm").status_code == 303
    assert keeper.post(f"{address}/confirm").status_code == 409
    assert versions(winter) == [1, 2]


@pytest.mark.parametrize("act", ["withdraw", "reject"])
def test_a_withdrawn_or_returned_import_changes_nothing_and_makes_room(winter, case, act):
    importer, keeper = winter.client_of("sys_admin"), winter.client_of("sec_admin")
    address = hand_in(importer)
    importer.post(f"{address}/submit")
    again = importer.post("/calendar/imports/new", data=typed())
    assert (again.status_code, "已有一份待办的导入" in again.text) == (422, True)
    if act == "reject":
        assert keeper.post(f"{address}/reject", data={"reason": " "}).status_code == 422
        assert keeper.post(f"{address}/reject", data={"reason": "2月14日抄错"}).status_code == 303
        assert "2月14日抄错" in importer.get(address).text
    else:
        assert keeper.post(f"{address}/withdraw").status_code == 403
        assert importer.post(f"{address}/withdraw").status_code == 303
    assert versions(winter) == [1]
    assert item(winter).provisional
    hand_in(importer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source_doc": ""}, "文号"),
        ({"year": "27"}, "四位年度"),
        ({"first_2": "2027-04-31"}, "清明节的起止日期"),
        ({"work_1": "下周日"}, "无法识别"),
        ({"work_1": "2月15日"}, "本来就是工作日"),
        ({"first_4": "", "last_4": ""}, "端午节"),
        ({"region": "622900"}, "只能增加放假日"),
    ],
)
def test_a_form_is_refused_with_the_reason_and_keeps_what_was_typed(winter, changes, said):
    answer = winter.client_of("sys_admin").post("/calendar/imports/new", data=typed(**changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="2027-10-07"' in answer.text
    with winter.database.read() as session:
        assert session.scalars(sa.select(CalendarImport)).all() == []


def upload(client, content, name="2027.json", **more):
    data = {"way": "file", "source_doc": NOTICE, "file": (io.BytesIO(content), name), **more}
    return client.post("/calendar/imports/new", data=data, content_type="multipart/form-data")


def test_a_file_goes_the_same_way(winter):
    client = winter.client_of("sys_admin")
    answer = upload(client, as_json())
    assert answer.status_code == 303
    assert "文件 2027.json" in client.get(answer.location).text


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"{", "a.json", "读不懂"),
        (b"PK\x03\x04", "a.xlsx", "应为 .toml 或 .json"),
        (b" " * (256 * 1024 + 1), "a.toml", "256 KB"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused(winter, content, name, said):
    answer = upload(winter.client_of("sys_admin"), content, name)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_a_local_holiday_moves_only_the_deadlines_of_its_region(winter, case):
    """D-16: an overlay adds days off for filings to that city and below it."""
    importer, keeper = winter.client_of("sys_admin"), winter.client_of("sec_admin")
    local = {f"{name}_{n}": "" for n in range(7) for name in ("first", "last", "work")}
    local |= {"region": "621100", "source_doc": "定政办发〔2027〕1号", "name_7": "本地节日（虚构）"}
    address = hand_in(importer, **local, first_7="2027-02-03")
    page = importer.get(address).text
    assert "2027年2月11日" in page
    importer.post(f"{address}/submit")
    keeper.post(f"{address}/confirm")
    assert (item(winter).due_on, item(winter).provisional) == (date(2027, 2, 11), True)


def test_only_keepers_of_the_calendar_come_in(winter):
    for role in ("audit_admin", "prov_clerk", "county_clerk", "process_owner"):
        assert winter.client_of(role).get("/calendar/imports").status_code == 403
    assert winter.client_of("sec_admin").get("/calendar/imports/new").status_code == 403


# --- the daily request ----------------------------------------------------------------------------


def asked(world):
    with world.database.read() as session:
        query = sa.select(InboxMessage).where(InboxMessage.event.startswith("calendar_missing"))
        return session.scalars(query.order_by(InboxMessage.id)).all()


def at(world, day, hour=9):
    world.clock.set(datetime.fromisoformat(f"{day}T{hour:02}:00+08:00"))
    ticking.tick(world.services.engine)


def test_from_november_the_calendar_is_asked_for_daily_until_it_is_there(world):
    admin = world.person("sys_admin")
    at(world, "2026-10-31")
    assert asked(world) == []
    assert ticking.next_due(world.services.engine, world.clock.now()) == datetime(2026, 11, 1, 1, tzinfo=UTC)
    for day in ("2026-11-01", "2026-11-02", "2026-11-02", "2026-12-15"):
        at(world, day)
    asking = "请导入2027年工作日历"
    told = [(m.person_id, m.title) for m in asked(world)]
    assert told == [(admin, asking), (admin, asking), (admin, f"【紧急】{asking}")]
    importer, keeper = world.client_of("sys_admin"), world.client_of("sec_admin")
    address = hand_in(importer)
    importer.post(f"{address}/submit")
    at(world, "2026-12-16")
    assert [(m.person_id, m.title) for m in asked(world)[3:]] == [
        (world.person("sec_admin"), "【紧急】请确认2027年工作日历")
    ]
    keeper.post(f"{address}/confirm")
    at(world, "2026-12-17")
    assert len(asked(world)) == 4
    assert ticking.next_due(world.services.engine, world.clock.now()) == datetime(2027, 11, 1, 1, tzinfo=UTC)


def lapse_notices(world):
    with world.database.read() as session:
        query = sa.select(InboxMessage).where(InboxMessage.event.startswith("rule_lapse"))
        return [m.title for m in session.scalars(query.order_by(InboxMessage.id))]


@pytest.mark.article("第二十一条")
def test_the_rule_is_announced_to_end_180_90_and_30_days_ahead_and_on_the_day(world):
    world.person("prov_clerk")
    for day in (
        "2025-07-19",
        "2025-07-20",
        "2025-07-21",
        "2025-10-18",
        "2025-12-17",
        "2026-01-16",
        "2026-01-17",
    ):
        at(world, day)
    assert lapse_notices(world) == [f"实施细则还有{n}天届满" for n in (180, 90, 30)] + ["实施细则今天届满"]


@pytest.mark.article("第二十一条")
def test_after_an_outage_the_lapse_is_told_once_with_the_days_that_are_left(world):
    world.person("prov_clerk")
    at(world, "2025-07-01")
    at(world, "2025-07-20")
    at(world, "2025-12-20")  # ninety and thirty days passed unheard
    assert lapse_notices(world) == ["实施细则还有180天届满", "实施细则还有27天届满"]
