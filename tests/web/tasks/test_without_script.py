"""The way from a draft to the leader's desk in a browser that runs no script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.driving import Visitor
from tests.web.told import AT_THRESHOLD, Told

pytestmark = pytest.mark.browser
CLERK = "陇西县县级经办甲"


@pytest.fixture
def visitor(browser: Browser, told: Told, tmp_path: Path) -> Iterator[Visitor]:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    context.set_default_timeout(10_000)
    with told.serving() as address:
        found = Visitor(context.new_page(), address, told, tmp_path)
        found.open("/sign-in")
        yield found
        context.close()


def test_a_section_is_saved_a_row_added_and_the_application_submitted(visitor: Visitor) -> None:
    page, case = visitor.page, visitor.told.application(AT_THRESHOLD).case_no
    visitor.take(CLERK, "填报", case)
    visitor.follow("未来三年发展规划")
    rows = page.locator("[data-table='plan_measures'] tbody > tr")
    before = rows.count()
    visitor.go(page.locator("button[name='_add'][value='plan_measures']"))
    assert rows.count() == before + 1
    new = f"plan_measures.{before}"
    page.locator(f"[name='{new}.aspect']").select_option(index=1)
    page.locator(f"[name='{new}.measure']").fill("增建共享检测中心（虚构）。")
    page.locator(f"[name='{new}.owner']").fill("县工信局")
    page.locator(f"[name='{new}.deadline']").fill("2025-12-31")
    visitor.press("保存，回目录")
    visitor.follow("未来三年发展规划")
    assert page.locator(f"[name='{new}.measure']").input_value() == "增建共享检测中心（虚构）。"
    visitor.go(page.locator(f"button[name='_delete'][value='{new}']"))
    assert rows.count() == before
    visitor.press("保存，下一部分")
    page.get_by_label("有不达标的硬性指标，仍确认提交").check()
    visitor.press("保存，回目录")
    visitor.press("提交")
    visitor.accepted()
    visitor.sees("陇西县县级负责人")
