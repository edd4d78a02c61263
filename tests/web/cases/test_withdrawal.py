"""Withdrawing an application in the browser."""

import pytest

from tests.web.driving import Visitor
from tests.web.told import RETURNED

pytestmark = pytest.mark.browser


def test_withdrawing_asks_first_and_ends_the_case(visitor: Visitor) -> None:
    visitor.become("临洮县县级经办")
    visitor.open(f"/cases/{visitor.told.case(RETURNED)}")
    visitor.page.get_by_role("button", name="撤回申报").click()
    asked = visitor.page.get_by_role("dialog")
    visitor.sees("撤回后本件即告终止")
    asked.get_by_role("button", name="取消").click()
    assert visitor.told.application(RETURNED).status == "correcting"
    visitor.page.get_by_role("button", name="撤回申报").click()
    visitor.go(asked.get_by_role("button", name="撤回申报"))
    visitor.sees("申报已撤回")
    assert visitor.told.application(RETURNED).status == "withdrawn"
