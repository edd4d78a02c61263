"""What is drawn of a form: to fill in, with problems, to read, to print. And back from a post."""

import io
import re
from typing import Any

import pytest
from lxml import html
from werkzeug.datastructures import FileStorage, MultiDict

from engine.errors import Problem
from engine.forms import Form
from tests.engine.form_builder import a_form, field, hidden_if, table
from tests.web.form_pages import PLAN, FormPages, an_application, an_enterprise, demo_form
from web.tasks.form_view import Button, FormView, attach, pressed, read_form, show_form

Page = html.HtmlElement


def get(data: dict[str, Any], address: str = "/") -> Page:
    return parsed(FormPages(data).app.test_client().get(address).text)


def post(pages: FormPages, **changes: Any) -> Page:
    return parsed(pages.app.test_client().post("/", data=posted_by(pages, **changes)).text)


def parsed(text: str) -> Page:
    return html.fromstring(text)


def posted_by(pages: FormPages, **changes: Any) -> MultiDict[str, Any]:
    """What a browser would send of the page as it stands, with `changes` (dots written as __)."""
    page = parsed(pages.app.test_client().get("/").text)
    for template in page.iter("template"):
        template.getparent().remove(template)
    [form] = [f for f in page.forms if f.method == "POST"]
    values: MultiDict[str, Any] = MultiDict(form.form_values())
    for name, value in changes.items():
        values.setlist(name.replace("__", ".") if not name.startswith("_") else name, [value])
    return values


def by_id(page: Page, identity: str) -> Page:
    return page.get_element_by_id(identity)


def words(element: Page) -> str:
    return " ".join(" ".join(element.itertext()).split())


def section_states(view: FormView) -> dict[str, str]:
    return {s.section.key: s.state_text for s in view.sections if s.section.fields}


class TestFillingIn:
    def test_every_input_has_a_label(self) -> None:
        page = get(an_application())
        for control in page.xpath("//main//input[not(@type='hidden')] | //main//select | //main//textarea"):
            named = control.get("aria-label") or page.xpath("//label[@for=$id]", id=control.get("id"))
            assert named, html.tostring(control)

    def test_numbers_are_grouped_by_thousands_and_years_are_not(self) -> None:
        page = get(an_application())
        assert by_id(page, "f-enterprises.0.output_y1").value == "10,001.50"
        assert by_id(page, "f-established_year").value == "2008"

    def test_units_stand_in_the_header_and_beside_single_numbers(self) -> None:
        page = get(an_application())
        assert "上年产值 （万元）" in words(by_id(page, "f-enterprises").find(".//thead"))
        assert by_id(page, "f-area_km2").getparent().xpath("string(span)") == "平方公里"

    def test_columns_whose_sum_means_something_have_a_total(self) -> None:
        page = get(an_application())
        foot = by_id(page, "f-enterprises").find(".//tfoot")
        assert words(foot) == "合计 2,003 20,004.00"
        assert by_id(page, "f-indicators").find(".//tfoot") is None

    def test_choices_are_radio_buttons_in_a_fieldset_with_a_legend(self) -> None:
        fieldset = by_id(get(an_application()), "f-is_within_county")
        assert fieldset.tag == "fieldset"
        assert "是否全部在县级区划范围内" in words(fieldset.find("legend"))
        assert [r.value for r in fieldset.iter("input") if r.get("checked") is not None] == ["true"]

    def test_what_the_system_fills_cannot_be_typed(self) -> None:
        page = get(an_application())
        assert by_id(page, "f-indicators.0.year").tag == "output"
        assert not page.xpath("//*[@name='indicators.0.year']")

    def test_a_fixed_table_offers_no_rows_to_add_or_delete(self) -> None:
        page = get(an_application())
        assert not page.xpath("//button[@name='_add' and @value='indicators']")
        assert not page.xpath("//button[@name='_delete' and starts-with(@value, 'indicators')]")
        assert page.xpath("//button[@name='_add' and @value='enterprises']")

    def test_an_attachment_shows_name_size_and_hash_and_can_be_removed(self) -> None:
        page = get(an_application())
        [line] = page.xpath("//ul[@class='files']/li")
        assert words(line) == "范围图.pdf 3.2 MB · SHA-256 3f3f3f3f3f3f 移除"
        assert line.xpath(".//button/@value") == ["boundary_file.a1"]

    def test_the_article_and_the_help_stand_beside_the_field(self) -> None:
        page = get(an_application())
        described = by_id(page, "f-cluster_name").get("aria-describedby")
        assert "县（市、区）名＋主导产业＋产业集群" in words(by_id(page, described))
        assert "第十三条" in words(page.xpath("//label[@for='f-cluster_name']")[0])

    def test_a_hidden_field_is_there_for_a_reader_without_a_script_who_is_told_when_it_applies(self) -> None:
        note = by_id(get(an_application()), "f-cross_county_note").getparent()
        assert "is-hidden" in note.get("class")
        assert "“是否全部在县级区划范围内”为“否”时填写" in words(note)

    def test_the_enter_key_saves_and_never_submits(self) -> None:
        first = get(an_application()).xpath("//form[@method='post']//button[@type='submit' or not(@type)]")[0]
        assert pressed({first.get("name"): first.get("value")}) == Button("save", "1")

    def test_text_of_the_form_and_of_people_is_escaped(self) -> None:
        evil = "<img src=x onerror=alert(1)>"
        page = get(an_application(cluster_name=evil, boundary_file=[PLAN | {"name": evil}]))
        assert by_id(page, "f-cluster_name").value == evil
        assert not page.xpath("//main//img")

    def test_two_hundred_rows_are_all_drawn(self) -> None:
        page = get(an_application(enterprises=200))
        assert len(by_id(page, "f-enterprises").xpath(".//tbody/tr")) == 200


class TestStates:
    def test_a_blank_form_is_unfilled_and_shows_no_error(self) -> None:
        view = show_form(demo_form(), demo_form().blank())
        states = section_states(view)
        assert states == {"basics": "未填", "indicators": "选填", "roster": "未填", "proofs": "未填"}
        assert not view.lines

    def test_a_section_that_was_begun_says_how_much_is_missing(self) -> None:
        view = show_form(demo_form(), an_application(commitment=False, cluster_name=None))
        assert section_states(view) == {
            "basics": "待补 1 项",
            "indicators": "已填",
            "roster": "已填",
            "proofs": "待补 1 项",
        }

    def test_after_a_check_it_says_how_many_problems_there_are(self) -> None:
        data = an_application(cluster_name="陇", contact_phone="1")
        view = show_form(demo_form(), data, demo_form().problems(data))
        assert section_states(view)["basics"] == "2 处问题"
        assert section_states(view)["roster"] == "已填"

    def test_what_somebody_else_found_wrong_counts_instead_of_the_forms_own_check(self) -> None:
        view = show_form(
            demo_form(), an_application(overview=None, filled_on=None), [Problem("重名。", "cluster_name")]
        )
        assert section_states(view)["basics"] == "1 处问题"
        assert view.lines[0].text == "重名。"

    def test_in_a_row_the_condition_looks_at_the_row_first(self) -> None:
        reason = hidden_if("=leading != true", field("textfield", "why"))
        form = a_form(field("checkbox", "leading"), table(field("checkbox", "leading"), reason))
        view = show_form(form, {"leading": False, "rows": [{"leading": True}, {"leading": False}]})
        drawn = next(b.table for s in view.sections for b in s.blocks if b.table)
        assert [row.controls[1].hidden for row in drawn.rows] == [False, True]


class TestProblems:
    def test_the_summary_links_to_the_field_and_the_message_stands_beside_it(self) -> None:
        page = post(FormPages(an_application()), contact_phone="12")
        [link] = by_id(page, "problems").xpath(".//a")
        target = by_id(page, link.get("href")[1:])
        assert target.value == "12"
        assert target.get("aria-invalid") == "true"
        assert words(by_id(page, target.get("aria-describedby").split()[0])) == words(link)

    def test_every_link_of_the_summary_leads_somewhere(self) -> None:
        page = post(FormPages(demo_form().blank({"indicators": [{"year": 2023}]})))
        links = by_id(page, "problems").xpath(".//a/@href")
        assert len(links) > 10
        assert all(by_id(page, link[1:]) is not None for link in links)

    def test_a_problem_in_a_table_names_table_and_row(self) -> None:
        page = post(FormPages(an_application()), enterprises__1__employees="-1")
        assert words(by_id(page, "problems").find(".//a")) == "企业名单第 2 行：从业人员不得小于 0 人。"
        assert "is-wrong" in by_id(page, "f-enterprises").xpath(".//tbody/tr")[1].get("class")

    def test_a_refusal_from_elsewhere_is_shown_without_a_link(self) -> None:
        view = show_form(demo_form(), an_application(), [Problem("批次尚未开放。", article="第十四条")])
        assert view.lines == [("批次尚未开放。", None, "第十四条")]

    def test_many_problems_are_cut_short_and_counted(self) -> None:
        problems = [Problem(f"问题 {i}", "cluster_name") for i in range(25)]
        view = show_form(demo_form(), an_application(), problems)
        assert (len(view.lines), view.further_problems) == (20, 5)

    def test_the_summary_leads_to_the_page_of_the_section(self) -> None:
        problems = [Problem("请上传。", "boundary_file")]
        view = show_form(demo_form(), {}, problems, section_url=lambda key: f"/sections/{key}")
        assert view.lines[0].href == "/sections/proofs#f-boundary_file"


class TestPosting:
    def test_a_page_posted_unchanged_gives_the_same_data(self) -> None:
        pages = FormPages(an_application())
        page = post(pages)
        assert not page.xpath("//*[@id='problems']")
        assert pages.form.clean(pages.received) == pages.form.clean(pages.base)

    def test_every_row_can_be_posted_even_when_all_its_boxes_are_empty(self) -> None:
        form = a_form(table(field("checkbox", "a"), allowAddRemove=True))
        posted = MultiDict({"rows.0._row": "1", "rows.1._row": "1", "rows.1.a": "true"})
        assert form.clean(read_form(form, posted, MultiDict()).data, draft=True)["rows"] == [
            {"a": False},
            {"a": True},
        ]

    def test_a_row_is_added_by_a_button(self) -> None:
        pages = FormPages(an_application())
        page = post(pages, _add="enterprises")
        assert [row["name"] for row in pages.received["enterprises"]][2:] == [None]
        assert len(by_id(page, "f-enterprises").xpath(".//tbody/tr")) == 3

    def test_a_row_is_deleted_by_a_button_and_the_rest_move_up(self) -> None:
        pages = FormPages(an_application(enterprises=3))
        post(pages, _delete="enterprises.1")
        names = [row["name"] for row in pages.received["enterprises"]]
        assert names == [an_enterprise(1)["name"], an_enterprise(3)["name"]]

    def test_a_fixed_table_cannot_be_shortened_or_lengthened_by_a_post(self) -> None:
        pages = FormPages(an_application())
        post(pages, _delete="indicators.0", indicators__7__year="1999", indicators__7___row="1")
        assert [row["year"] for row in pages.received["indicators"]] == [2022, 2023]

    def test_what_the_system_fills_cannot_be_forged(self) -> None:
        pages = FormPages(an_application())
        post(pages, indicators__0__year="1999")
        assert pages.received["indicators"][0]["year"] == 2022

    def test_a_single_field_of_the_system_cannot_be_forged(self) -> None:
        form = a_form(field("textfield", "case_no", readonly=True))
        data = read_form(form, MultiDict({"case_no": "乙2"}), MultiDict(), {"case_no": "甲1"}).data
        assert data == {"case_no": "甲1"}

    def test_an_attachment_is_removed_by_a_button_and_not_by_its_neighbour(self) -> None:
        pages = FormPages(an_application())
        post(pages, _remove="boundary_file.a2")
        assert pages.received["boundary_file"] == [PLAN]
        post(pages, _remove="boundary_file.a1")
        assert pages.received["boundary_file"] == []

    def test_a_file_that_the_case_does_not_have_cannot_be_named(self) -> None:
        pages = FormPages(an_application())
        post(pages, boundary_file="somebody-elses")
        assert pages.received["boundary_file"] == []

    def test_a_new_file_finds_its_row_although_rows_before_it_went(self) -> None:
        form = demo_form()
        posted = MultiDict(
            [(f"enterprises.{i}._row", "1") for i in range(3)] + [("_delete", "enterprises.0")]
        )
        files = MultiDict({"enterprises.2.licence": FileStorage(io.BytesIO(b"x"), "执照.pdf")})
        data, [upload] = read_form(form, posted, files, an_application(enterprises=3))
        assert upload.path == "enterprises.1.licence"
        attach(data, upload, {"id": "new"})
        assert [row["licence"] for row in data["enterprises"]] == [[], [{"id": "new"}]]

    def test_a_second_file_is_added_where_several_may_stand_and_replaces_where_one_may(self) -> None:
        form = a_form(field("filepicker", "many", multiple=True), field("filepicker", "one"))
        base = {"many": [{"id": "1"}], "one": [{"id": "1"}]}
        files = MultiDict({k: FileStorage(io.BytesIO(b"x"), "a.pdf") for k in ("many", "one")})
        data, uploads = read_form(form, MultiDict({"many": "1", "one": "1"}), files, base)
        for upload in uploads:
            attach(data, upload, {"id": "2"})
        assert data == {"many": [{"id": "1"}, {"id": "2"}], "one": [{"id": "2"}]}

    def test_an_empty_file_input_is_no_upload(self) -> None:
        files = MultiDict({"value": FileStorage(io.BytesIO(b""), "")})
        assert read_form(a_form(field("filepicker")), MultiDict(), files).uploads == []

    def test_a_page_of_one_section_leaves_the_others_alone(self) -> None:
        form, base = demo_form(), an_application()
        data = read_form(form, MultiDict({"commitment": "true"}), MultiDict(), base, "proofs").data
        assert data["cluster_name"] == base["cluster_name"]
        assert data["aspects"] == []

    @pytest.mark.parametrize(
        "name", ["enterprises.x.name", "enterprises.99999999.name", "enterprises.-1.name"]
    )
    def test_strange_row_numbers_are_ignored(self, name: str) -> None:
        data = read_form(demo_form(), MultiDict({name: "x"}), MultiDict()).data
        assert data["enterprises"] == []

    def test_a_flood_of_rows_is_cut_and_then_refused(self) -> None:
        form: Form = a_form(table(field("textfield", "a", "甲")))
        posted = MultiDict({f"rows.{i}.a": "x" for i in range(2000)})
        data = read_form(form, posted, MultiDict()).data
        assert len(data["rows"]) == 501
        assert [p.message for p in form.problems(form.clean(data))] == ["名单最多 500 行。"]


class TestReading:
    def test_values_are_words_and_nothing_can_be_changed(self) -> None:
        page = get(an_application(), "/read")
        assert not page.xpath("//main//input | //main//select | //main//textarea | //main//button")
        text = words(page.find(".//main"))
        assert "所在县（市、区） 陇西县" in text
        assert "填报日期 2024年5月20日" in text
        assert "占地面积 86.50 平方公里" in text
        assert "电子邮箱 未填" in text

    def test_attachments_can_be_downloaded(self) -> None:
        assert get(an_application(), "/read").xpath("//main//a/@href") == ["/files/a1"]

    def test_hidden_fields_are_left_out(self) -> None:
        assert "跨县情况说明" not in words(get(an_application(), "/read").find(".//main"))
        outside = get(an_application(is_within_county=False), "/read")
        assert "跨县情况说明" in words(outside.find(".//main"))


class TestPrinting:
    def test_the_sheet_carries_case_number_hash_and_time(self) -> None:
        page = get(an_application(), "/print")
        frame = words(page.find(".//body"))
        assert "办件编号：GSJQ-2024-621122-0001" in frame
        assert "SHA-256：ab12ab12ab12" in frame
        assert "打印时间：2024年6月13日 10:00" in frame

    def test_the_chosen_option_is_ticked_among_all(self) -> None:
        text = words(get(an_application(), "/print").find(".//main"))
        assert "☑ 是 ☐ 否" in text

    def test_a_blank_form_prints_as_one_to_fill_in_by_hand(self) -> None:
        page = get({}, "/print?blank")
        text = words(page.find(".//main"))
        assert "☐ 是 ☐ 否" in text
        assert "☑" not in text
        assert "年 月 日" in text
        assert "跨县情况说明" in text
        assert [len(t.xpath(".//tbody/tr")) for t in page.xpath("//main//table")] == [8, 8]

    def test_a_wide_table_is_cut_into_sheets_that_repeat_its_first_column(self) -> None:
        columns = [field("textfield", f"c{i}", f"第{i}栏的名称") for i in range(20)]
        view = show_form(a_form(table(*columns)), {})
        drawn = view.sections[0].blocks[0].table
        assert drawn is not None
        sheets = drawn.sheets()
        assert len(sheets) > 1
        assert all(sheet[0] == 0 for sheet in sheets)
        assert sorted(i for sheet in sheets for i in sheet[1:]) == list(range(1, 20))

    def test_nothing_leaves_the_string_of_the_running_lines(self) -> None:
        client = FormPages({}).app.test_client()
        style = client.get("/paper.css", query_string={"case": '"; } * { color: red } /*\\'}).text
        assert re.findall(r'@top-right \{ content: "[^"]*"; font-size: 9pt; \}', style)
        assert "color" in style
        assert "red }" not in style
