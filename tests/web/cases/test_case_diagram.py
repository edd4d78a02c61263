"""The diagram of a case in the browser: a map that says what is done, open and overdue (D19)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

PROJECT = Path(__file__).resolve().parents[3]
STATIC = PROJECT / "web" / "static"
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
HOST = "http://localhost"
HTML = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>办件</title>
<link rel="stylesheet" href="/static/css/qilian.css">
<link rel="stylesheet" href="/static/vendor/bpmn-viewer.css">
<link rel="stylesheet" href="/static/css/diagram.css">
<div class="case-diagram" data-xml="/diagram.bpmn" data-states="/states.json"></div>
<ol><li data-element="accept_application"><a href="#r2">受理审查</a></li></ol>
<details><summary>各环节材料</summary><p id="r1">第一次填报</p></details>
<script src="/static/vendor/bpmn-viewer.js"></script><script src="/static/js/case_diagram.js"></script>"""

pytestmark = pytest.mark.browser


def event(element: str, what: str, hour: int) -> dict[str, Any]:
    at = f"2024-05-20T0{hour}:00:00+00:00"
    return {"at": at, "who": "张敏", "what": what, "element": element, "done": what.endswith("办结")}


FACTS: Mapping[str, Any] = {
    "process": "designation",
    "states": {
        "fill_application": "done",
        "approve_application": "done",
        "application_approved": "done",
        "withdrawal_asked": "open",
        "accept_application": "done",
        "city_onsite_check": "open",
        "consult_departments": "overdue",
    },
    "events": [
        event("fill_application", "填报申报书：办结", 1),
        event("approve_application", "审核盖章上报：办结", 2),
        event("fill_application", "填报申报书：办结", 3),
        event("accept_application", "受理审查：签收", 4),
        event("accept_application", "受理审查：办结", 5),
    ],
    "records": {"fill_application": "#r1"},
}


def serve(route: Route) -> None:
    path = route.request.url.removeprefix(HOST)
    if path == "/":
        route.fulfill(body=HTML, content_type="text/html", headers={"Content-Security-Policy": CSP})
    elif path == "/diagram.bpmn":
        route.fulfill(path=PROJECT / "processes" / "designation.bpmn", content_type="application/xml")
    elif path == "/states.json":
        route.fulfill(body=json.dumps(FACTS), content_type="application/json")
    elif path.startswith("/static/") and (file := STATIC / path.removeprefix("/static/")).is_file():
        route.fulfill(path=file)
    else:
        route.fulfill(status=404)


@pytest.fixture
def case(page: Page) -> Page:
    page.route("**/*", serve)
    page.goto(f"{HOST}/")
    page.wait_for_selector(".diagram-badge")
    return page


def shape(page: Page, element: str) -> Locator:
    return page.locator(f'.djs-element[data-element-id="{element}"]')


def badge(page: Page, element: str) -> Locator:
    return page.locator(f'.djs-overlays[data-container-id="{element}"] .diagram-badge')


def test_each_state_is_said_in_words_and_not_by_colour_alone(case: Page) -> None:
    expect(badge(case, "fill_application")).to_have_text("✓ 已办 ×2")
    expect(badge(case, "city_onsite_check")).to_have_text("办理中")
    expect(badge(case, "consult_departments")).to_have_text("逾期")
    expect(badge(case, "preliminary_review")).to_have_count(0)


def test_an_event_that_merely_listens_is_nobodys_turn(case: Page) -> None:
    expect(shape(case, "withdrawal_asked")).not_to_have_class("is-open")
    expect(badge(case, "withdrawal_asked")).to_have_count(0)


def test_the_map_opens_where_the_case_stands(case: Page) -> None:
    canvas, step = (
        case.locator(".diagram-canvas").bounding_box(),
        shape(case, "city_onsite_check").bounding_box(),
    )
    assert canvas is not None
    assert step is not None
    assert canvas["x"] <= step["x"] <= canvas["x"] + canvas["width"] - step["width"]
    assert canvas["y"] <= step["y"] <= canvas["y"] + canvas["height"] - step["height"]
    assert step["width"] >= 50  # large enough to be read


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        ({"states": {"withdrawal_asked": "open", "await_designation": "open"}}, "await_designation"),
        ({"states": {"fill_application": "done"}, "outcome": "cluster_designated"}, "cluster_designated"),
    ],
)
def test_the_map_opens_at_what_is_waited_for_and_at_the_end_of_what_has_ended(
    page: Page, facts: Mapping[str, Any], seen: str
) -> None:
    page.route("**/*", serve)
    told = json.dumps({**FACTS, **facts})
    page.route("**/states.json", lambda r: r.fulfill(body=told, content_type="application/json"))
    page.goto(f"{HOST}/")
    page.wait_for_selector(".diagram-toolbar button")
    expect(shape(page, seen)).to_be_in_viewport()
    canvas, place = page.locator(".diagram-canvas").bounding_box(), shape(page, seen).bounding_box()
    assert canvas is not None
    assert place is not None
    assert canvas["x"] <= place["x"] <= canvas["x"] + canvas["width"] - place["width"]
    assert canvas["y"] <= place["y"] <= canvas["y"] + canvas["height"] - place["height"]


def test_a_click_on_a_step_leads_to_its_record(case: Page) -> None:
    case.get_by_role("button", name="全图").click()
    shape(case, "fill_application").click()
    expect(case.locator("#r1")).to_be_focused()
    expect(case.locator("#r1")).to_be_visible()


def test_the_slider_replays_the_case_and_says_what_happened(case: Page) -> None:
    slider = case.get_by_role("slider", name="回放")
    slider.focus()
    slider.press("Home")
    expect(case.locator(".diagram-moment")).to_contain_text("张敏 填报申报书：办结")
    expect(badge(case, "fill_application")).to_have_text("✓ 已办")
    expect(badge(case, "consult_departments")).to_have_count(0)
    for _ in range(3):
        slider.press("ArrowRight")
    expect(badge(case, "accept_application")).to_have_text("办理中")
    slider.press("End")
    expect(case.locator(".diagram-moment")).to_have_text("此刻")
    expect(badge(case, "consult_departments")).to_have_text("逾期")


def test_a_step_of_the_outline_points_at_its_shape_from_the_keyboard(case: Page) -> None:
    case.get_by_role("link", name="受理审查").focus()
    expect(shape(case, "accept_application")).to_contain_class("is-pointed-at")
    case.get_by_role("button", name="全图").focus()
    expect(shape(case, "accept_application")).not_to_contain_class("is-pointed-at")


def test_the_wheel_belongs_to_the_page(case: Page) -> None:
    map_on_page = """() => {
      const drawn = document.querySelector('[data-element-id="city_onsite_check"]').getBoundingClientRect();
      return drawn.top - document.querySelector('.diagram-canvas').getBoundingClientRect().top;
    }"""
    before = case.evaluate(map_on_page)
    case.evaluate("() => { window.moved = new Promise(done => addEventListener('scroll', done)); }")
    case.locator(".diagram-canvas").hover()
    case.mouse.wheel(0, 300)
    case.evaluate("() => window.moved.then(() => true)")
    assert case.evaluate(map_on_page) == pytest.approx(before)


def test_a_diagram_that_cannot_be_loaded_says_where_the_words_are(page: Page) -> None:
    page.route("**/*", serve)
    page.route("**/states.json", lambda route: route.fulfill(status=500))
    page.goto(f"{HOST}/")
    expect(page.locator(".diagram-failed")).to_contain_text("办理步骤")
