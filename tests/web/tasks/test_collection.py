"""企业采集表: one page per enterprise goes out; what comes back is shown, then merged by credit code."""

import html
import re
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from clusters.workbooks.collection import collection_sheet
from engine.models import Draft
from tests.clusters.sheets import an_archive
from tests.web.told import AT_THRESHOLD

BOMB = an_archive([("xl/workbook.xml", bytes(8_000_000))])


class Collecting:
    """The clerk of a county whose roster has 24 enterprises."""

    def __init__(self, told) -> None:
        self.told, self.item = told, told.item(told.case(AT_THRESHOLD), "fill_application")
        with told.database.read() as session:
            self.draft = sa.select(Draft).where(Draft.item_id == self.item)
            self.clerk = told.client_for(session.scalars(self.draft).one().person_id)
        self.address = f"/tasks/{self.item}/collection"
        with told.database.read() as session:
            form = told.services.engine.form(session, told.bundle(), "application")
        self.table = form.field("enterprises")

    def roster(self):
        with self.told.database.read() as session:
            return session.scalars(sa.select(Draft.data).where(Draft.item_id == self.item)).one()[
                "enterprises"
            ]

    def page_of(self, row, **changes):
        return collection_sheet(self.table, "示例集群", [{**row, **changes}])

    def send(self, **files):
        """`files`: contents by name without its ending."""
        sent = [(BytesIO(content), f"{name}.xlsx") for name, content in files.items()]
        return self.clerk.post(self.address, data={"workbooks": sent})

    def accept(self, preview):
        payload = re.search(r'name="payload" value="([^"]*)"', preview.text)[1]
        return self.clerk.post(f"{self.address}/accept", data={"payload": html.unescape(payload)})


@pytest.fixture
def collecting(told):
    return Collecting(told)


def test_one_page_goes_out_for_every_enterprise_of_the_roster(collecting):
    book = load_workbook(BytesIO(collecting.clerk.get(f"{collecting.address}.xlsx").data))
    pages = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert len(pages) == len(collecting.roster()) == 24
    blank = load_workbook(BytesIO(collecting.clerk.get(f"{collecting.address}.xlsx?empty=1").data))
    assert len([sheet for sheet in blank.worksheets if sheet.sheet_state == "visible"]) == 1


def test_an_answer_changes_its_enterprise_alone_and_only_when_taken_over(collecting):
    first, second, *_ = before = collecting.roster()
    preview = collecting.send(甲=collecting.page_of(first, employees=777))
    assert preview.status_code == 200
    assert "读到 1 户企业，合并后名单 24 户" in preview.text
    assert collecting.roster() == before
    assert collecting.accept(preview).status_code == 303
    after = collecting.roster()
    assert (after[0]["employees"], after[1]) == (777, second)
    assert len(after) == 24


def test_whoever_has_not_answered_is_listed(collecting):
    first, second, *_ = collecting.roster()
    preview = collecting.send(甲=collecting.page_of(first))
    silent = preview.text.partition("还没有交回的企业 23 户")[2].partition("</ul>")[0]
    assert second["name"] in silent
    assert first["name"] not in silent


def test_a_hostile_file_among_many_is_named_and_the_others_are_read(collecting):
    first, *_ = collecting.roster()
    preview = collecting.send(甲=collecting.page_of(first, employees=777), 炸弹=BOMB, 乱码=b"MZ\x90")
    assert preview.status_code == 200
    assert "读到 1 户企业" in preview.text
    told = re.sub(r"\s+", "", preview.text)
    assert "炸弹.xlsx<ul><li>文件展开后过大" in told
    assert "乱码.xlsx<ul><li>这不是Excel工作簿" in told


def test_nothing_chosen_is_said_in_words(collecting):
    answer = collecting.clerk.post(collecting.address)
    assert answer.status_code == 422
    assert "请选择企业交回的采集表" in answer.text


def test_the_page_is_printed_blank_or_one_for_each_enterprise(collecting):
    blank = collecting.clerk.get(f"{collecting.address}/print?empty=1")
    every = collecting.clerk.get(f"{collecting.address}/print")
    assert blank.text.count("企业采集表</h1>") == 1
    assert every.text.count("企业采集表</h1>") == 24
    assert collecting.told.application(AT_THRESHOLD).case_no in every.text


def test_an_application_of_another_county_is_closed(collecting):
    neighbour = collecting.told.client_of("county_clerk", "621123")
    assert neighbour.get(collecting.address).status_code == 403
    assert neighbour.post(f"{collecting.address}/accept").status_code == 403


@pytest.mark.browser
def test_the_sheet_for_an_enterprise_fits_one_page(collecting, told, page, tmp_path):
    """An enterprise signs and seals one sheet of paper, not two."""
    with told.serving() as address:
        page.goto(f"{address}/sign-in")
        page.locator(".sandbox-people summary").click()
        page.get_by_role("button", name="漳县县级经办", exact=True).click()
        page.goto(f"{address}{collecting.address}/print?empty=1")
        sheet = page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
    assert sheet.count(b"/Type /Page\n") == 1
