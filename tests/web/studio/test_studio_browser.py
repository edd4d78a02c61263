"""The pages of processes with a script: the map marks what changed, the editor sends what was drawn."""

import re
from collections.abc import Iterator
from threading import Thread

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from engine import definitions
from engine.element_templates import templates
from handlers import catalogue
from tests.web.told import Quiet
from tests.web.world import MONDAY, World
from web.people import sessions

pytestmark = pytest.mark.browser


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The world behind an address."""
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(page: Page, world: World, site: str, role: str, name: str) -> None:
    cookie = world.client_of(role, name=name).get_cookie(sessions.COOKIE)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": sessions.COOKIE, "value": cookie.value, "url": site}])


def a_proposal(world: World) -> str:
    """The shipped diagram with one name changed, waiting for a second person."""
    world.deploy()
    bundle = world.bundles()[0]
    xml = bundle.xml.replace('name="登记撤回"', 'name="撤回登记"')
    with world.database.write() as session:
        return definitions.propose(session, MONDAY, "somebody", bundle.name, xml, bundle.forms).id


def test_what_changed_is_marked_on_the_map_and_words_lead_to_shapes(page: Page, world: World, site: str):
    bundle_id = a_proposal(world)
    sign_in(page, world, site, "process_owner", "乙")
    page.goto(f"{site}/studio/versions/{bundle_id}")
    changed = page.locator('.process-diagram [data-element-id="record_withdrawal"]')
    expect(changed).to_have_class(re.compile(r"\bis-changed\b"))
    expect(page.locator(".process-diagram .is-changed")).to_have_count(1)
    page.locator('.outline [data-element="preliminary_review"]').focus()
    shape = page.locator('.process-diagram [data-element-id="preliminary_review"]')
    expect(shape).to_have_class(re.compile(r"\bis-pointed-at\b"))


def test_the_deployment_is_asked_about_and_done_by_a_second_person(page: Page, world: World, site: str):
    bundle_id = a_proposal(world)
    sign_in(page, world, site, "sys_admin", "丙")
    page.goto(f"{site}/studio/versions/{bundle_id}")
    page.get_by_role("button", name="部署这一版").click()
    page.locator("dialog button[value=yes]").click()
    expect(page.locator(".flash-success")).to_contain_text("集群申报")
    with world.database.read() as session:
        assert definitions.latest(session, "designation").bundle_id == bundle_id


def open_editor(page: Page, world: World, site: str) -> None:
    world.deploy()
    sign_in(page, world, site, "process_owner", "甲")
    page.goto(f"{site}/studio/designation/edit")
    page.locator("form[data-ready]").wait_for()


def select(page: Page, element: str) -> None:
    page.locator(f'[data-element-id="{element}"] .djs-hit').first.click()


def test_a_topic_is_chosen_from_the_templates_of_our_handlers(page: Page, world: World, site: str):
    open_editor(page, world, site)
    select(page, "record_withdrawal")
    page.get_by_role("button", name="选择").click()
    offered = page.locator(".djs-popup .entry")
    service = [t for t in templates(catalogue.handlers()) if "bpmn:ServiceTask" in t["appliesTo"]]
    expect(offered).to_have_count(len(service))
    offered.filter(has_text="登记受理").click()
    page.get_by_role("button", name="核对并提交").click()
    page.wait_for_url("**/studio/versions/*")
    expect(page.locator("#differences")).to_contain_text("designation.withdraw → designation.accept")


def test_a_drawing_that_was_not_touched_says_that_nothing_changed(page: Page, world: World, site: str):
    open_editor(page, world, site)
    page.get_by_role("button", name="核对并提交").click()
    page.wait_for_url("**/studio/versions/*")
    expect(page.locator("#differences-title")).to_contain_text("差异 0 处")


def test_what_is_typed_into_the_panel_becomes_a_proposal(page: Page, world: World, site: str):
    open_editor(page, world, site)
    select(page, "record_withdrawal")
    name = page.locator("#bio-properties-panel-name")
    if not name.is_visible():
        page.get_by_text("通用", exact=True).first.click()
    name.fill("撤回登记")
    name.press("Enter")  # a line end in the name, no sending
    name.press("Backspace")
    name.blur()
    page.get_by_role("button", name="核对并提交").click()
    page.wait_for_url("**/studio/versions/*")
    expect(page.locator("#differences")).to_contain_text("登记撤回 → 撤回登记")
    expect(page.locator(".differences > li")).to_have_count(1)


def test_a_deadline_is_changed_in_words_without_any_expert_knowledge(page: Page, world: World, site: str):
    """The owner of a process opens a step and finds its reminder under its Chinese name."""
    open_editor(page, world, site)
    select(page, "preliminary_review")
    page.locator(".bio-properties-panel-group-header", has_text="办理规则").click()
    remind = page.get_by_label("提醒")
    expect(remind).to_have_value("-5,-2,0,+1")
    remind.fill("-3,0")
    remind.blur()
    page.get_by_role("button", name="核对并提交").click()
    page.wait_for_url("**/studio/versions/*")
    expect(page.locator(".differences > li")).to_have_count(1)
    expect(page.locator("#differences")).to_contain_text("-3,0")
    assert "modelerTemplate" not in world.bundles()[-1].xml
