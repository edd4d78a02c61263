"""What the scripts add to a form, in a real browser; and that nothing is missing without them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.form_pages import FormPages, an_application, running

pytestmark = pytest.mark.browser


@pytest.fixture
def pages() -> FormPages:
    return FormPages(an_application())


@pytest.fixture
def address(pages: FormPages) -> Iterator[str]:
    with running(pages) as found:
        yield found


def field(path: str) -> str:
    return f"[id='f-{path}']"


def submit(page: Page) -> None:
    page.get_by_role("button", name="提交审核").click()
    page.wait_for_load_state()


def test_numbers_are_grouped_on_leaving_and_plain_while_typing(page: Page, address: str) -> None:
    page.goto(address)
    area = page.locator(field("enterprises.0.output_y1"))
    total = page.locator("[data-total='output_y1']")
    expect(total).to_have_text("20,004.00")
    area.focus()
    expect(area).to_have_value("10001.50")
    area.fill("１２３４５６７.05")
    area.blur()
    expect(area).to_have_value("1,234,567.05")
    expect(total).to_have_text("1,244,569.55")


def test_a_row_is_added_deleted_and_brought_back(page: Page, address: str, pages: FormPages) -> None:
    page.goto(address)
    rows = page.locator("#f-enterprises tbody tr")
    page.get_by_role("button", name="增加一行").click()
    expect(rows).to_have_count(3)
    expect(page.locator(field("enterprises.2.name"))).to_be_focused()
    page.get_by_role("button", name="删除第 1 行").click()
    expect(rows).to_have_count(2)
    expect(page.get_by_text("已删除第 1 行")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(rows).to_have_count(3)
    expect(rows.nth(0).locator("[data-row-number]")).to_have_text("1")
    page.get_by_role("button", name="删除第 2 行").click()
    submit(page)
    names = [row["name"] for row in pages.received["enterprises"]]
    assert names == ["陇西县示范药业第1有限公司（示例）", ""]


def test_cells_copied_from_excel_are_pasted_as_rows(page: Page, address: str, pages: FormPages) -> None:
    page.goto(address)
    page.locator(field("enterprises.1.name")).focus()
    lines = [
        "甲公司\t91620000000000000A\t中型\t否\t1,200\t3456.7\t2015年3月2日",
        "乙公司\t91620000000000000B\t小型\t是\t30\t99",
    ]
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData("text/plain", text);
        document.activeElement.dispatchEvent(new ClipboardEvent("paste",
          {clipboardData: data, bubbles: true, cancelable: true})); }""",
        "\r\n".join(lines) + "\r\n",
    )
    expect(page.locator("#f-enterprises tbody tr")).to_have_count(3)
    expect(page.locator("[data-total='employees']")).to_have_text("2,231")
    submit(page)
    second, third = pages.form.clean(pages.received)["enterprises"][1:]
    assert (second["name"], second["size_class"], second["is_leading"]) == ("甲公司", "medium", False)
    assert (second["employees"], second["output_y1"]) == (1200, "3456.70")
    assert second["established_on"] == "2015-03-02"
    assert (third["uscc"], third["is_leading"]) == ("91620000000000000B", True)


def test_a_field_appears_as_soon_as_its_condition_is_met(page: Page, address: str) -> None:
    page.goto(address)
    note = page.locator(field("cross_county_note"))
    expect(note).to_be_hidden()
    page.get_by_label("否", exact=True).check()
    expect(note).to_be_visible()
    page.get_by_label("导入 Excel").check()
    expect(page.locator("#f-enterprises")).to_be_hidden()


def test_a_condition_inside_a_table_looks_at_its_own_row(page: Page, address: str) -> None:
    page.goto(address)
    first, second = (page.locator(field(f"enterprises.{i}.platform")) for i in (0, 1))
    page.locator(field("enterprises.0.is_leading")).uncheck()
    expect(first).to_be_hidden()
    expect(second).to_be_visible()


def test_a_draft_is_saved_by_itself_with_its_attachments_and_the_token(
    page: Page, address: str, pages: FormPages, tmp_path: Path
) -> None:
    page.goto(address)
    page.locator("meta[name='csrf-token']").evaluate("meta => { meta.content = 'token-1' }")
    (tmp_path / "新图.pdf").write_bytes(b"%PDF-")
    page.locator("input[type='file'][name='boundary_file']").set_input_files(tmp_path / "新图.pdf")
    with page.expect_response("**/draft", timeout=10_000):
        page.get_by_label("集群名称").fill("白银市有色金属产业集群")
    expect(page.locator("[data-autosave-status]")).to_contain_text("保存")
    assert pages.drafts[-1]["cluster_name"] == "白银市有色金属产业集群"
    assert [file["id"] for file in pages.drafts[-1]["boundary_file"]] == ["a1"]
    assert pages.tokens[-1] == "token-1"


def test_problems_are_reached_first_and_their_links_lead_to_the_field(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("联系电话").fill("12")
    submit(page)
    summary = page.locator("#problems")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("联系电话")).to_be_focused()


def test_the_enter_key_in_a_field_saves_and_deletes_no_row(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("集群名称").press("Enter")
    page.wait_for_load_state()
    expect(page.locator("#f-enterprises tbody tr")).to_have_count(2)
    expect(page.locator("#problems")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/", "/read"])
def test_no_page_is_wider_than_its_window(page: Page, address: str, width: int, path: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_head_and_the_first_column_of_a_table_stay_in_sight(page: Page) -> None:
    with running(FormPages(an_application(enterprises=60))) as address:
        page.set_viewport_size({"width": 1000, "height": 800})
        page.goto(address)
        box = page.locator("#f-enterprises .table-box")
        box.evaluate("box => box.scrollTo(400, 900)")
        frame = box.bounding_box()
        head = page.locator("#f-enterprises thead th").nth(1).bounding_box()
        assert frame is not None
        assert head is not None
        assert abs(head["y"] - frame["y"]) < 2
        assert head["x"] - frame["x"] < 80


def test_everything_works_without_a_script(browser: Browser, address: str, pages: FormPages) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(address)
    assert page.locator(field("cross_county_note")).is_visible()
    page.get_by_label("集群名称").fill("金昌市镍钴新材料产业集群")
    page.get_by_role("button", name="增加一行").click()
    page.locator(field("enterprises.2.name")).fill("丙公司")
    page.get_by_role("button", name="删除第 1 行").click()
    page.get_by_role("button", name="移除 范围图.pdf").click()
    assert page.url.endswith("#f-boundary_file")
    submit(page)
    assert page.locator("#problems").is_visible()
    context.close()
    assert pages.received["cluster_name"] == "金昌市镍钴新材料产业集群"
    assert [row["name"] for row in pages.received["enterprises"]][1] == "丙公司"
    assert pages.received["boundary_file"] == []
