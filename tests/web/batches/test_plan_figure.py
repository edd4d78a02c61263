"""The planned number of clusters stands beside those designated, as a reference and no limit (art. 5)."""

import pytest

from tests.web.told import OPEN_BATCH

pytestmark = pytest.mark.article("第五条")


def test_the_meeting_that_forms_the_list_sees_the_plan_figure(told):
    told.play.until(2024, 9, 2)
    task = told.item(told.instance(OPEN_BATCH), "selection")
    shown = told.client_of("prov_leader").get(f"/tasks/{task}").text
    assert "已认定1个，计划30个左右；计划数供参考，不作上限" in shown


@pytest.mark.parametrize("path", ["/register", "/batches"])
def test_the_register_and_the_batches_show_the_plan_figure(told, path):
    assert "30 个左右" in told.client_of("prov_clerk").get(path).text
