"""Templates and exports: columns from the form, drop-downs, text that stays text."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from clusters.applications.starting_rows import starting_rows
from clusters.workbooks.workbook_open import opened
from clusters.workbooks.workbook_read import read_table
from clusters.workbooks.workbook_schema import fingerprint
from clusters.workbooks.workbook_write import write_table, write_template
from engine.forms import Table
from tests.application_form import application_form, rows_of, table
from tests.clusters.sheets import roster, roster_table, told

A4 = 9  # how Excel calls the paper
SHEETS = [f for f in application_form().fields if isinstance(f, Table) and f.sheet]


def book(content: bytes) -> Any:
    return load_workbook(BytesIO(content))


def headings(content: bytes) -> list[str]:
    return [cell.value for cell in book(content).worksheets[0][1]]


# --- template -------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", SHEETS, ids=lambda found: found.key)
def test_every_template_can_be_imported_empty(found: Table) -> None:
    content = write_template(found)
    assert book(content).worksheets[0].title == found.sheet
    result = read_table(content, found)
    assert result.rows == []
    assert told(result) == []


def test_the_roster_begins_with_number_name_and_credit_code() -> None:
    """So that C17 is the credit code of the sixteenth enterprise."""
    assert headings(write_template(roster_table()))[:3] == ["序号", "企业名称", "统一社会信用代码"]


def test_headings_carry_the_unit() -> None:
    assert "上年营业收入（万元）" in headings(write_template(roster_table()))


def test_what_the_city_fills_in_is_not_asked_of_the_county() -> None:
    assert "信用核查结果" not in headings(write_template(roster_table()))
    assert "信用核查结果" in headings(write_table(roster_table(), roster()))


def test_header_stays_in_sight() -> None:
    assert book(write_template(roster_table())).worksheets[0].freeze_panes == "C2"


def test_choices_are_drop_downs_in_chinese_on_every_row() -> None:
    content = write_template(roster_table())
    sheet = book(content).worksheets[0]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    lists = {
        str(rule.sqref): _choices(content, rule.formula1) for rule in _rules(sheet) if rule.type == "list"
    }
    place = letters["产业链环节"]
    assert lists[f"{place}2:{place}501"] == ["上游", "中游", "下游", "配套"]
    assert lists[f"{letters['上云']}2:{letters['上云']}501"] == ["是", "否"]
    asked = [c for c in roster_table().columns if not c.readonly and not c.is_list]
    assert len(lists) == len([c for c in asked if c.options or c.is_boolean])


def test_numbers_are_limited_as_in_the_form() -> None:
    sheet = book(write_template(table("indicators"))).worksheets[0]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    rules = {str(rule.sqref)[0]: rule for rule in _rules(sheet)}
    employees = next(r for r in _rules(sheet) if str(r.sqref).startswith(letters["从业人员期末人数（人）"]))
    assert (employees.type, employees.formula1) == ("whole", "1")
    assert rules[letters["集群总产值（万元）"]].type == "decimal"


def test_a_loss_can_be_typed() -> None:
    sheet = book(write_template(table("indicators"))).worksheets[0]
    profit = next(cell.column_letter for cell in sheet[1] if cell.value == "利润总额（万元）")
    assert not [rule for rule in _rules(sheet) if str(rule.sqref).startswith(profit + "2:")]


def test_codes_are_typed_as_text() -> None:
    sheet = book(write_template(roster_table())).worksheets[0]
    assert sheet.column_dimensions["C"].number_format == "@"


def test_the_guide_explains_each_column() -> None:
    guide = book(write_template(roster_table()))["填写说明"]
    rows = {row[0]: row[1:] for row in guide.iter_rows(min_row=5, values_only=True)}
    assert rows["统一社会信用代码"] == ("必填", "文字，18 字以内", "18 位，名单内不得重复。", "附件一")
    assert rows["单项冠军文号"][0] == "视情况必填"
    assert rows["绿色制造称号"][1].startswith("可填多项")
    assert set(headings(write_template(roster_table()))) == set(rows)


def test_the_hidden_sheet_says_which_state_of_the_form_it_was() -> None:
    workbook = book(write_template(roster_table()))
    hidden = workbook["_qilian"]
    assert hidden.sheet_state == "hidden"
    assert hidden["A1"].value == fingerprint(roster_table())
    assert hidden["A2"].value == "enterprises"
    assert hidden["A4"].value.startswith("seq,name,uscc")


def test_the_yearly_template_holds_the_years_of_the_batch() -> None:
    years = starting_rows(application_form(), (2023, 2021, 2022, 2020))["indicators"]
    result = read_table(write_template(table("indicators"), years), table("indicators"))
    assert [row["year"] for row in result.rows] == [2020, 2021, 2022, 2023]
    assert result.can_be_saved


def _rules(sheet: Any) -> list[Any]:
    return list(sheet.data_validations.dataValidation)


def _choices(content: bytes, reference: str) -> list[str]:
    title, cells = reference.replace("'", "").replace("$", "").split("!")
    return [row[0].value for row in book(content)[title][cells]]


# --- export ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+86", "-x", "@a", '=HYPERLINK("http://x")', "'=1", "0932"])
def test_text_is_never_written_as_a_formula(text: str) -> None:
    rows = [{**rows_of("standards_list")[0], "title": text}]
    content = write_table(table("standards_list"), rows)
    with opened(content) as found:
        assert found.sheets[0].formulas == frozenset()
    cell = book(content).worksheets[0]["B2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert read_table(content, table("standards_list")).rows == rows


@settings(max_examples=5)
@given(st.lists(st.text(max_size=60), min_size=20, max_size=100))
def test_any_text_comes_back_as_the_form_keeps_it(texts: list[str]) -> None:
    raw = {"standards_list": [{"std_no": str(n), "title": text} for n, text in enumerate(texts)]}
    kept = application_form().clean(raw)["standards_list"]
    rows = read_table(write_table(table("standards_list"), kept), table("standards_list")).rows
    dashes = {"/", "-", "--", "—", "——"}
    expected = [None if row["title"] in dashes else row["title"] for row in kept]
    assert [row["title"] for row in rows] == expected


@settings(max_examples=5)
@given(st.lists(st.decimals(0, 99_999_999_999_999, places=2), min_size=20, max_size=100))
def test_any_amount_comes_back_to_the_cent(amounts: list[Decimal]) -> None:
    rows = [{"year": 1000 + number, "export_value": f"{a:.2f}"} for number, a in enumerate(amounts)]
    many = replace(table("indicators"), max_rows=500)
    result = read_table(write_table(many, rows), many)
    assert [row["export_value"] for row in result.rows] == [row["export_value"] for row in rows]


def test_control_characters_do_not_break_an_export() -> None:
    content = write_table(table("standards_list"), [{"std_no": "1\x00\x0b2"}])
    assert book(content).worksheets[0]["A2"].value == "12"


def test_dates_and_numbers_are_real_ones_in_an_export() -> None:
    sheet = book(write_table(table("indicators"), rows_of("indicators"))).worksheets[0]
    cells = {heading.value: cell for heading, cell in zip(sheet[1], sheet[2], strict=True)}
    assert cells["集群总产值（万元）"].value == 212000
    assert cells["集群总产值（万元）"].number_format == "#,##0.00"
    assert cells["年度"].number_format == "0"
    standard = book(write_table(table("standards_list"), rows_of("standards_list"))).worksheets[0]
    assert standard["E2"].is_date


def test_files_are_named_in_an_export() -> None:
    sheet = book(write_table(table("key_tech_list"), rows_of("key_tech_list"))).worksheets[0]
    cells = {heading.value: cell.value for heading, cell in zip(sheet[1], sheet[2], strict=True)}
    assert cells["佐证材料"] == "技术鉴定.pdf"


def test_an_export_prints_on_a4_with_its_header_on_every_page() -> None:
    sheet = book(write_table(roster_table(), roster())).worksheets[0]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (A4, "landscape")
    assert sheet.print_title_rows == "$1:$1"


def test_the_fingerprint_follows_the_form() -> None:
    assert len({fingerprint(found) for found in SHEETS}) == len(SHEETS)
