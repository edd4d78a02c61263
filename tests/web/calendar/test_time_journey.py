"""Time as administrators keep it, in the browser: a changed calendar, a moved deadline, mail (D6)."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from engine.models import WorkItem
from qilian.config import SEEDS
from tests.web.driving import Visitor
from tests.web.told import IN_REVIEW

pytestmark = pytest.mark.browser
SYSTEM, SECURITY = "省厅系统管理员", "省厅安全管理员"
CITY_CLERK = "定西市市级经办甲"


def a_changed_year() -> bytes:
    """The calendar of 2024 as if a second notice had taken one Saturday of work back."""
    text = (SEEDS / "calendars" / "cn.toml").read_text("utf-8")
    found = re.search(r"\[\[year\]\]\nyear = 2024\nstatus.*?(?=\n\[\[year\]\])", text, re.S)
    assert found
    year = found[0].replace('  { name = "劳动节", date = 2024-05-11 },\n', "").replace("version = 1\n", "")
    return year.replace("国办发明电〔2023〕7号，2023-10-25", "国办发明电〔2024〕99号，2024-05-17").encode()


def the_item(visitor: Visitor) -> WorkItem:
    """An open step of the application under review."""
    with visitor.told.database.read() as session:
        query = sa.select(WorkItem).where(
            WorkItem.instance_id == visitor.told.case(IN_REVIEW), WorkItem.status == "open",
            WorkItem.due_on.is_not(None),
        )  # fmt: skip
        return session.scalars(query.order_by(WorkItem.due_on, WorkItem.number)).first()


def test_a_calendar_is_handed_in_by_one_confirmed_by_another_and_lists_every_deadline_it_moves(
    visitor: Visitor,
) -> None:
    before = the_item(visitor)
    visitor.become(SYSTEM)
    visitor.open("/calendar/imports")
    visitor.follow("导入一个年度")
    path = visitor.folder / "2024.toml"
    path.write_bytes(a_changed_year())
    visitor.page.set_input_files("input[type='file']", path)
    visitor.page.locator("input[name='year']").first.fill("2024")
    visitor.press("核对")
    visitor.sees("2024年5月11日（周六）")
    visitor.sees("重新计算的期限")
    visitor.sees(before.name)
    visitor.press("提交")
    assert visitor.page.get_by_role("button", name="确认生效").count() == 0  # not by whoever handed it in
    address = visitor.page.url.removeprefix(visitor.address)
    assert the_item(visitor).due_on == before.due_on
    visitor.switch(SECURITY)
    visitor.open(address)
    visitor.page.get_by_role("button", name="确认生效").click()
    visitor.go(visitor.page.get_by_role("dialog").get_by_role("button", name="确认生效"))
    visitor.sees("日历已生效")
    assert the_item(visitor).due_on > before.due_on
    visitor.switch(CITY_CLERK)
    visitor.open("/messages")
    visitor.sees("2024年工作日历已导入，您有期限重新计算")


def test_a_deadline_is_moved_with_a_reason_that_stands_in_the_case(visitor: Visitor) -> None:
    before = the_item(visitor)
    visitor.become(SYSTEM)
    visitor.open("/admin/timers?kind=item")
    row = visitor.page.get_by_role("row").filter(has_text=before.name).first
    visitor.go(row.get_by_role("link", name="改期"))
    visitor.page.get_by_label("新的到期日").fill("2024-08-01")
    visitor.press("改期")
    visitor.sees("理由")  # refused without one; the day stays
    assert visitor.page.get_by_label("新的到期日").input_value() == "2024-08-01"
    visitor.page.get_by_label("理由").fill("道路中断，现场检查顺延（虚构）")
    visitor.press("改期")
    visitor.sees("理由已记入审计")


def test_everybody_chooses_what_is_also_sent_by_mail(visitor: Visitor) -> None:
    visitor.become(CITY_CLERK)
    visitor.open("/profile")
    visitor.page.get_by_role("group", name="催办").get_by_label("不发邮件").check()
    visitor.press("保存邮件接收方式")
    expect(visitor.page.get_by_role("group", name="催办").get_by_label("不发邮件")).to_be_checked()
