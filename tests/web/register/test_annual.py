"""年报情况, the register's years and the page of a report (art. 16, 18): by region, with whose lateness."""

import pytest

from tests.handlers.season import CLUSTER, Season, in_january
from tests.handlers.stage import Stage
from tests.web.world import World

pytestmark = pytest.mark.article("第十八条")


@pytest.fixture(scope="module")
def filed(world_template, tmp_path_factory):
    """The report of 2024 sent to the city on 20 February 2025 and left there; 18 March 2025."""
    import shutil

    folder = tmp_path_factory.mktemp("annual")
    path = shutil.copy(world_template, folder / "qilian.db")
    world = World(f"sqlite:///{path}", folder)
    stage = Stage(world.database)
    season = Season(world.database, now=in_january(stage))
    season.until("2025-02-20").report_to_city(preliminary_figures=["total_output"])
    season.until("2025-03-18")
    world.clock.set(season.clock.now())
    return world, season


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_year_at_a_glance_says_that_the_city_is_late(filed):
    world, _ = filed
    page = text(world.client_of("prov_clerk"), "/annual")
    assert "2024 年度年报情况：已报省 0 个" in page
    assert "市州迟延 1 个" in page
    assert "集群迟延" not in page
    row = text(world.client_of("city_clerk", "621100"), "/annual.csv?year=2024").splitlines()[1]
    assert row.split(",")[5:11] == ["2025-02-28", "", "已报市州，核实中", "2025-02-20", "", "市州迟延"]


def test_other_regions_see_nothing_of_it(filed):
    world, _ = filed
    assert CLUSTER not in text(world.client_of("city_clerk", "620900"), "/annual.csv")
    assert CLUSTER in text(world.client_of("county_clerk", "621122"), "/annual.csv")


def test_a_year_that_nobody_asked_about_is_the_last_that_ended(filed):
    world, _ = filed
    assert "2024 年度" in text(world.client_of("prov_clerk"), "/annual?year=99999")


def test_the_page_of_a_report_shows_both_clocks_and_why_nothing_is_proposed(filed):
    world, season = filed
    page = text(world.client_of("prov_clerk"), f"/cases/{season.report().instance_id}")
    assert "未提出撤销建议：集群已按期报市州，逾期不在集群" in page
    assert "2025年2月20日" in page


def test_the_register_lists_the_years_of_a_cluster(filed):
    world, _ = filed
    assert "年度报告与考核" in text(world.client_of("prov_clerk"), f"/register/{CLUSTER}")


@pytest.mark.article("第十六条")
def test_the_office_head_publishes_the_template_once_with_its_number(filed):
    world, _ = filed
    head = world.client_of("prov_office_head")
    said = {"version": "gs-kh-2024", "doc_no": " ", "published_on": "2025-03-18"}
    assert head.post("/annual/templates/publish", data=said).status_code == 422
    said["doc_no"] = "示例考〔2025〕1号"
    assert (
        head.post("/annual/templates/publish", data={**said, "published_on": "2025-03-19"}).status_code == 422
    )
    assert head.post("/annual/templates/publish", data=said).status_code == 303
    assert "示例考〔2025〕1号" in text(head, "/annual")
    assert head.post("/annual/templates/publish", data=said).status_code == 422
