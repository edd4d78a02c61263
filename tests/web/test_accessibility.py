"""Every main page under axe (WCAG 2.1 AA), and on a telephone: 390 pixels without sideways scrolling."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.axe import violations
from tests.support.browser import Watch
from tests.web.told import (
    AT_THRESHOLD,
    BATCH_2023,
    BATCH_IN_NOTICE,
    BEGUN,
    IN_REVIEW,
    NOTICE,
    OPEN_BATCH,
    RETURNED,
    WAITING,
    Told,
)
from web.people import sessions

pytestmark = pytest.mark.browser
CITY, PROVINCE = "621100", "620000"
DESK, TELEPHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Visits:
    """The told sandbox behind an address, and pages of whoever holds a role."""

    def __init__(self, told: Told, address: str, browser: Browser) -> None:
        self.told, self.address, self.browser = told, address, browser
        self.pages: dict[tuple[str, str], tuple[Page, Watch]] = {}

    def page(self, role: str, scope: str) -> tuple[Page, Watch]:
        """A page of somebody signed in (nobody without a role), and what it has done wrong."""
        if (role, scope) not in self.pages:
            context = self.browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
            if role:
                token = self.told.client_of(role, scope).get_cookie(sessions.COOKIE).value
                context.add_cookies([{"name": sessions.COOKIE, "value": token, "url": self.address}])
            page = context.new_page()
            self.pages[role, scope] = page, Watch(page)
        return self.pages[role, scope]


@pytest.fixture(scope="module")
def visits(
    told_template: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[Visits]:
    home = tmp_path_factory.mktemp("accessibility") / "sandbox"
    shutil.copytree(told_template, home)
    told = Told(home)
    with told.serving() as address:
        found = Visits(told, address, browser)
        yield found
        for page, _ in found.pages.values():
            page.context.close()
    told.database.dispose()


def pages(told: Told) -> dict[str, tuple[str, str, str]]:
    """Each page by its name: role, region and address."""
    drafting, fresh = (told.item(told.case(c), "fill_application") for c in (AT_THRESHOLD, BEGUN))
    inspection = told.item(told.case(IN_REVIEW), "city_onsite_check")
    bundle = told.bundle()
    county, clerk = ("county_clerk", AT_THRESHOLD), ("prov_clerk", PROVINCE)
    return {
        "sign-in": ("", "", "/sign-in"),
        "tour": ("", "", "/sandbox/tour"),
        "six years": ("", "", "/sandbox/years"),
        "inbox": ("city_clerk", CITY, "/"),
        "messages": ("city_clerk", CITY, "/messages"),
        "cases": ("city_clerk", CITY, "/cases"),
        "new case": (*county, "/cases/new"),
        "long form": (*county, f"/tasks/{drafting}"),
        "section": (*county, f"/tasks/{drafting}/sections/profile"),
        "section with tables": (*county, f"/tasks/{drafting}/sections/indicator_series"),
        "empty roster": ("county_clerk", BEGUN, f"/tasks/{fresh}/sections/roster"),
        "problems": ("county_clerk", BEGUN, f"/tasks/{fresh}/check"),
        "collection": (*county, f"/tasks/{drafting}/collection"),
        "short form": ("city_inspector", CITY, f"/tasks/{inspection}"),
        "case": ("city_clerk", CITY, f"/cases/{told.case(IN_REVIEW)}"),
        "returned case": ("county_clerk", RETURNED, f"/cases/{told.case(RETURNED)}"),
        "record": ("prov_clerk", PROVINCE, told_record(told)),
        "batches": (*clerk, "/batches"),
        "batch": (*clerk, f"/batches/{OPEN_BATCH}"),
        "batch in notice": (*clerk, f"/batches/{BATCH_IN_NOTICE}"),
        "notice": (*clerk, f"/notices/{NOTICE}"),
        "new objection": (*clerk, f"/notices/{NOTICE}/objections/new"),
        "register": (*clerk, "/register"),
        "printed list": (*clerk, f"/batches/{BATCH_2023}/print/decision"),
        "people": ("sys_admin", PROVINCE, "/people"),
        "new person": ("sys_admin", PROVINCE, "/people/new"),
        "organisations": ("sys_admin", PROVINCE, "/organisations"),
        "running": ("sys_admin", PROVINCE, "/admin"),
        "audit": ("audit_admin", PROVINCE, "/admin/audit"),
        "calendar": (*clerk, "/calendar"),
        "studio": ("process_owner", PROVINCE, "/studio"),
        "version": ("process_owner", PROVINCE, f"/studio/versions/{bundle}"),
        "upload": ("process_owner", PROVINCE, "/studio/upload"),
        "public site": ("", "", "/public"),
        "public notices": ("", "", "/public/notices"),
        "public notice": ("", "", f"/public/notices/{NOTICE}"),
        "public objection": ("", "", f"/public/notices/{NOTICE}/objection"),
        "follow an objection": ("", "", "/public/objections"),
        "public register": ("", "", "/public/register"),
        "public cluster": ("", "", "/public/register/GS-JQ-2023-001"),
        "public data": ("", "", "/public/register/fields"),
        "public standard": ("", "", "/public/standard"),
        "profile": (*county, "/profile"),
        "password": (*county, "/password"),
        "no such page": (*county, "/no-such-page"),
    }


def told_record(told: Told) -> str:
    """The review of the city, as filed."""
    client = told.client_of("prov_clerk", PROVINCE)
    text = client.get(f"/cases/{told.case(WAITING)}").text
    return text.partition('<ul class="record-list">')[2].partition('href="')[2].partition('"')[0]


NAMES = (
    "sign-in", "tour", "six years", "inbox", "messages", "cases", "new case", "long form", "section",
    "section with tables", "empty roster", "problems", "collection", "short form", "case", "returned case",
    "record", "batches", "batch", "batch in notice", "notice", "new objection", "register", "printed list",
    "public site", "public notices", "public notice", "public objection", "follow an objection",
    "public register", "public cluster", "public data", "public standard",
    "people", "new person", "organisations", "running", "audit", "calendar", "studio", "version", "upload",
    "profile", "password", "no such page",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_page_breaks_no_rule_of_wcag_and_fits_a_telephone(visits: Visits, name: str) -> None:
    role, scope, path = pages(visits.told)[name]
    page, watch = visits.page(role, scope)
    page.set_viewport_size(DESK)
    answer = page.goto(visits.address + path)
    assert answer.status == (404 if name == "no such page" else 200)
    broken = violations(page)
    page.set_viewport_size(TELEPHONE)
    widths = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth]")
    assert broken == []
    assert max(widths) <= TELEPHONE["width"], widths
    assert watch.faults == []


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content('<html lang="zh-CN"><title>x</title><main><img src="x.png"><input></main></html>')
    assert {line.partition(":")[0] for line in violations(page)} == {"image-alt", "label"}


def test_every_page_of_the_list_is_looked_at(visits: Visits) -> None:
    assert set(pages(visits.told)) == set(NAMES)
