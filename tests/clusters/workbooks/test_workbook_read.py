"""Import: columns by their headers, values by the form, every error with its cell."""

import time
from datetime import date, datetime
from typing import Any

import pytest

from clusters.uscc import check_character
from clusters.workbooks.workbook_open import UnreadableWorkbook
from clusters.workbooks.workbook_read import MAX_SCANNED, read_table
from clusters.workbooks.workbook_write import write_table, write_template
from tests.application_form import application_form, rows_of, table
from tests.clusters.sheets import (
    a_standard,
    a_workbook,
    edited,
    roster,
    roster_table,
    standards,
    told,
)

HEADER = ("标准编号", "标准名称", "类别", "角色", "发布日期", "企业统一社会信用代码")


def one(**changes: Any) -> dict[str, Any]:
    """The row of a list of standards with one row, which must be without errors."""
    result = standards(a_standard(**changes))
    assert told(result) == []
    return result.rows[0]


# --- the example --------------------------------------------------------------------------


def test_a_wrong_check_digit_is_named_by_its_cell() -> None:
    """Row number in A, name in B, credit code in C; the header is row 1."""
    rows = roster()
    rows[15]["uscc"] = "91621122MA7000016X"
    result = read_table(write_table(roster_table(), rows), roster_table())
    assert told(result) == ["C17: 统一社会信用代码校验位不符"]


# --- columns --------------------------------------------------------------------------------------


def test_columns_may_stand_in_any_order() -> None:
    result = standards(a_standard()[::-1], header=HEADER[::-1])
    assert told(result) == []
    assert result.rows == standards(a_standard()).rows


@pytest.mark.parametrize(
    "heading",
    ["标准编号*", " 标准 编号 ", "标准编号（必填）", "std_no", "STD_NO", "“标准编号”", "标准\n编号"],
)
def test_what_people_add_to_a_header_does_not_matter(heading: str) -> None:
    result = standards(a_standard(), header=(heading, *HEADER[1:]))
    assert told(result) == []
    assert result.rows[0]["std_no"] == "DB62/T 1-2021"


def test_a_shortened_header_is_recognised_and_told() -> None:
    result = standards(a_standard(), header=(*HEADER[:-1], "信用代码"))
    assert told(result) == []
    assert result.notes == ["F 列“信用代码”按“企业统一社会信用代码”读取。"]


def test_an_ambiguous_header_is_not_guessed() -> None:
    """单项冠军 is part of two labels that are still open."""

    def shorten(sheet: Any) -> None:
        _rename(sheet, "单项冠军文号", "单项冠军")
        _rename(sheet, "单项冠军有效期止", "到期")

    notes = read_table(edited(roster_workbook(), shorten), roster_table()).notes
    assert notes == ["V 列“单项冠军”不在本表中，没有读取。", "W 列“到期”不在本表中，没有读取。"]


def test_two_headers_that_resemble_one_column_are_both_left_alone() -> None:
    result = standards([*a_standard(), "x"], header=(*HEADER[:-1], "信用代码", "企业统一社会信用代码证号"))
    assert told(result) == ["第 1 行: 缺少“企业统一社会信用代码”一列"]


def test_a_column_of_ones_own_is_left_alone_and_told() -> None:
    result = standards([*a_standard(), "记一下"], header=(*HEADER, "备注"))
    assert told(result) == []
    assert result.notes == ["G 列“备注”不在本表中，没有读取。"]
    assert "备注" not in result.rows[0]


def test_a_missing_required_column_is_named_once_and_not_for_each_row() -> None:
    result = standards(a_standard()[:-1], a_standard(std_no="2")[:-1], header=HEADER[:-1])
    assert told(result) == ["第 1 行: 缺少“企业统一社会信用代码”一列"]
    assert not result.can_be_saved


def test_two_columns_of_one_name_are_refused() -> None:
    result = standards([*a_standard(), "x"], header=(*HEADER, "标准编号"))
    assert told(result) == ["G1: 与前面的列重复，都是“标准编号”"]


def test_a_column_in_another_unit_is_refused_and_not_read() -> None:
    """100 meant as 亿元 would become 100 万元."""
    content = edited(
        write_table(table("indicators"), rows_of("indicators")),
        lambda sheet: _rename(sheet, "集群总产值（万元）", "集群总产值（亿元）"),
    )
    result = read_table(content, table("indicators"))
    assert told(result) == ["G1: 集群总产值的单位应为万元，表中为亿元"]
    assert {row["total_output"] for row in result.rows} == {None}


def test_titles_above_the_header_are_skipped() -> None:
    content = a_workbook(["标准汇总表"], [], ["单位：某县工信局"], HEADER, a_standard(published_on="x"))
    result = read_table(content, table("standards_list"))
    assert told(result) == ["E5: 发布日期不是有效的日期，请写作 2024-06-18"]


def test_the_sheet_of_the_tables_name_is_read_before_others() -> None:
    def add(sheet: Any) -> None:
        other = sheet.parent.create_sheet("旧名单", 0)
        other.append(HEADER)
        other.append(a_standard(title="旧的"))
        sheet.title = "标准"

    result = read_table(edited(a_workbook(HEADER, a_standard()), add), table("standards_list"))
    assert [row["title"] for row in result.rows] == ["示例规范"]


def test_hidden_sheets_are_not_read() -> None:
    def hide(sheet: Any) -> None:
        sheet.parent.create_sheet("说明")
        sheet.sheet_state = "hidden"
        sheet.parent.active = 1

    with pytest.raises(UnreadableWorkbook, match="没有找到"):
        read_table(edited(a_workbook(HEADER, a_standard()), hide), table("standards_list"))


def test_a_workbook_without_our_headers_is_refused_with_their_names() -> None:
    with pytest.raises(UnreadableWorkbook, match="标准编号、标准名称"):
        read_table(a_workbook(["甲", "乙"], [1, 2]), table("standards_list"))


def test_a_template_of_another_table_is_told() -> None:
    with pytest.raises(UnreadableWorkbook, match="没有找到“标准制修订清单”的表头"):
        read_table(write_template(table("plan_measures")), table("standards_list"))


def test_an_outdated_template_is_read_and_told() -> None:
    content = edited(write_template(table("standards_list")), _outdate)
    notes = read_table(content, table("standards_list")).notes
    assert "“标准制修订清单”的栏目在模板下载之后有改动；已按列名读取，请核对。" in notes
    assert not any(
        "改动" in n
        for n in read_table(write_template(table("standards_list")), table("standards_list")).notes
    )


def _rename(sheet: Any, old: str, new: str) -> None:
    cell = next(cell for cell in sheet[1] if cell.value == old)
    cell.value = new


def _outdate(sheet: Any) -> None:
    sheet.parent["_qilian"]["A1"] = "0" * 16


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["地方标准", "地", " 地方 标准 ", "“地方标准”"])
def test_choices_by_label_or_code(written: str) -> None:
    assert one(kind=written)["kind"] == "地"


def test_another_choice_is_refused_with_those_there_are() -> None:
    assert told(standards(a_standard(kind="企业标准"))) == [
        "C2: 类别应为下列之一：国际标准、国家标准、行业标准、地方标准、团体标准"
    ]


@pytest.mark.parametrize(
    "written",
    [
        date(2021, 10, 1),
        datetime(2021, 10, 1, 8, 30),
        "2021-10-01",
        "2021/10/1",
        "2021.10.1",
        "2021年10月1日",
        "２０２１－１０－０１",
        "20211001",
        20211001,
    ],
)
def test_dates_as_dates_or_as_text(written: object) -> None:
    assert one(published_on=written)["published_on"] == "2021-10-01"


@pytest.mark.parametrize("written", ["2021-13-01", "2021-02-29", "去年", 44470, 3.5, True])
def test_what_is_no_date_is_refused(written: object) -> None:
    (error,) = told(standards(a_standard(published_on=written)))
    assert error.startswith("E2: 发布日期")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (289000, "289000.00"),
        (289000.5, "289000.50"),
        ("289,000.50", "289000.50"),
        ("289，000.50", "289000.50"),
        (" ２８９０００．５ ", "289000.50"),
        (0.1 + 0.2, "0.30"),
        (211.99999999999997, "212.00"),
        (1e5, "100000.00"),
        (0, "0.00"),
        ("0", "0.00"),
    ],
)
def test_numbers_are_read_exactly(written: object, read: str) -> None:
    assert yearly(export_value=written)[0]["export_value"] == read


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (12.345, "出口额最多保留 2 位小数"),
        ("12.345", "出口额最多保留 2 位小数"),
        (-0.01, "出口额不得小于 0 万元"),
        ("约 12", "出口额应为数字，现为“约 12”"),
        ("1.2e5", "出口额应为数字，现为“1.2e5”"),
        (date(2023, 1, 1), "出口额应为数字，单元格里是日期或其他内容"),
        (True, "出口额应为数字，单元格里是日期或其他内容"),
        (1234567890123456.7, "出口额超过 15 位数字，Excel 无法准确保存，请改为文本格式重新填写"),
        (1e300, "出口额数字过大"),
    ],
)
def test_numbers_that_cannot_be_taken_as_they_are(written: object, message: str) -> None:
    content = edited(years_workbook(), lambda sheet: _set(sheet, "出口额（万元）", 2, written))
    assert [error.message for error in read_table(content, table("indicators")).errors] == [message]


def test_a_count_must_be_whole() -> None:
    content = edited(years_workbook(), lambda sheet: _set(sheet, "中小企业户数（户）", 5, 23.5))
    assert told(read_table(content, table("indicators"))) == ["E5: 中小企业户数应为整数"]


def test_a_share_formatted_as_percent_means_what_is_shown() -> None:
    assert targets(25, "General")[0]["weight"] == "25.00"
    assert targets(0.25, "0%")[0]["weight"] == "25.00"


def test_an_amount_formatted_as_percent_is_refused() -> None:
    def spoil(sheet: Any) -> None:
        _set(sheet, "出口额（万元）", 2, 0.5).number_format = "0.00%"

    result = read_table(edited(years_workbook(), spoil), table("indicators"))
    assert [error.message for error in result.errors] == ["出口额是百分比格式，请改为常规格式后填写"]


@pytest.mark.parametrize("word", ["是", "√", "Y", "true", "１", 1, True])
def test_yes(word: object) -> None:
    assert roster_with("上云", word)["on_cloud"] is True


@pytest.mark.parametrize("word", ["否", "无", "×", "N", "false", 0, False])
def test_no(word: object) -> None:
    assert roster_with("上云", word)["on_cloud"] is False


def test_an_unanswered_question_is_not_a_no() -> None:
    content = edited(roster_workbook(), lambda sheet: _set(sheet, "上云", 3, None))
    result = read_table(content, roster_table())
    assert [error.message for error in result.errors] == ["请填写上云：是或否"]
    assert result.can_be_saved


def test_several_choices_in_one_cell() -> None:
    assert roster_with("绿色制造称号", "绿色工厂、节水型企业")["green_title"] == ["绿色工厂", "节水型企业"]


def test_codes_that_excel_took_for_numbers_are_whole_again() -> None:
    assert roster_with("注册地行政区划代码", 621122)["region_code"] == "621122"
    assert roster_with("国民经济行业代码", 2730.0)["gbt4754"] == "2730"


def test_a_code_that_excel_has_cut_is_refused() -> None:
    content = edited(years_and("patent_list"), lambda s: _set(s, "专利号", 2, 201910120000000000))
    (error,) = told(read_table(content, table("patent_list")))
    assert error == "A2: 专利号超过 15 位，已被 Excel 当作数字截断，请改为文本格式重新填写"


def test_text_that_excel_took_for_a_date_is_refused() -> None:
    assert told(standards(a_standard(std_no=date(2021, 3, 1)))) == [
        "A2: 标准编号应为文字，单元格里是日期或其他内容，请改为文本格式重新填写"
    ]


@pytest.mark.parametrize("formula", ["=1+1", "=A1", '=HYPERLINK("http://x","y")', "=SUM(B2:B9)"])
def test_formulas_are_refused_wherever_they_stand(formula: str) -> None:
    assert told(standards(a_standard(title=formula))) == ["B2: 标准名称是公式，请粘贴为数值"]


def test_a_formula_in_a_column_that_is_not_read_does_no_harm() -> None:
    content = edited(roster_workbook(), lambda sheet: _set(sheet, "序号", 3, "=A2+1"))
    assert told(read_table(content, roster_table())) == []


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_error_values_are_named() -> None:
    assert told(standards(a_standard(title="#REF!"))) == ["B2: 标准名称是错误值 #REF!"]


def test_text_is_trimmed_and_narrowed() -> None:
    row = one(std_no="　ＤＢ６２／Ｔ １ ", owner_uscc=" 91621122ma70000013 ")
    assert (row["std_no"], row["owner_uscc"]) == ("DB62／T 1", "91621122MA70000013")


@pytest.mark.parametrize("dash", ["/", "-", "—", "——", " "])
def test_a_dash_means_nothing_is_there(dash: str) -> None:
    result = standards(a_standard(title=dash))
    assert told(result) == ["B2: 请填写标准名称"]
    assert [error.is_blank for error in result.errors] == [True]


# --- rows -----------------------------------------------------------------------------------------


def test_blank_rows_are_skipped_and_addresses_stay_right() -> None:
    result = standards([], a_standard(), [None, "  "], a_standard(std_no=None))
    assert len(result.rows) == 2
    assert told(result) == ["A5: 请填写标准编号"]


def test_what_may_be_filled_in_later_can_be_saved_and_what_is_wrong_cannot() -> None:
    assert standards(a_standard(title=None)).can_be_saved
    assert not standards(a_standard(title=None, role="旁观")).can_be_saved


def test_a_repeated_credit_code_names_the_first_cell() -> None:
    rows = roster()
    rows[4]["uscc"] = rows[1]["uscc"]
    result = read_table(write_table(roster_table(), rows), roster_table())
    assert told(result) == ["C6: 统一社会信用代码与 C3 重复"]


def test_what_a_row_does_not_claim_is_not_asked() -> None:
    """A certificate number is wanted of a champion only."""
    rows = roster()
    rows[0]["champion_level"] = "national"
    result = read_table(write_table(roster_table(), rows), roster_table())
    assert [error.message for error in result.errors] == ["请填写单项冠军文号", "请填写单项冠军有效期止"]


def test_errors_come_by_row_and_then_by_column() -> None:
    result = standards(a_standard(owner_uscc="1", std_no=None), a_standard(kind="x"))
    assert [error.cell for error in result.errors] == ["A2", "F2", "C3"]


def test_each_error_also_names_the_field_of_the_form() -> None:
    (error,) = standards(a_standard(), a_standard(role="x", std_no="2")).errors
    assert error.path == "standards_list.1.role"


@pytest.mark.parametrize(("count", "accepted"), [(200, True), (201, False)])
def test_more_rows_than_the_form_takes_are_refused(count: int, accepted: bool) -> None:
    result = standards(*(a_standard(std_no=f"DB {n}") for n in range(count)))
    assert (told(result) == []) is accepted
    if not accepted:
        assert told(result) == ["标准制修订清单最多 200 行，请分开填报或删去多余的行"]


def test_too_few_rows_are_a_remark() -> None:
    result = read_table(
        write_table(table("plan_measures"), rows_of("plan_measures")[:6]), table("plan_measures")
    )
    assert told(result) == []
    assert result.notes == ["规划措施表至少需要 7 行，表中有 6 行。"]


def test_rows_without_end_are_not_read() -> None:
    content = a_workbook(HEADER, a_standard(), *([[]] * (MAX_SCANNED + 1)), ["x"])
    with pytest.raises(UnreadableWorkbook, match="空行"):
        read_table(content, table("standards_list"))


def test_what_the_system_fills_in_stays_with_its_row() -> None:
    """Row numbers follow the order; the city's credit check and files stay with the enterprise."""
    before = roster()
    assert before[0]["credit_check_result"] == "clean"
    content = write_table(roster_table(), [before[2], before[0]])
    rows = read_table(content, roster_table(), before).rows
    assert [(row["seq"], row["uscc"]) for row in rows] == [(1, before[2]["uscc"]), (2, before[0]["uscc"])]
    assert [row["credit_check_result"] for row in rows] == ["clean", "clean"]


def test_a_row_without_a_credit_code_inherits_from_nobody() -> None:
    before = [{**roster()[0], "uscc": None}]
    (row,) = read_table(write_table(roster_table(), before), roster_table(), before).rows
    assert row["credit_check_result"] is None


def test_a_sheet_cannot_write_what_the_city_fills_in() -> None:
    before = [{**row, "credit_check_result": "serious"} for row in roster()]
    tampered = roster_workbook()
    rows = read_table(tampered, roster_table(), before).rows
    assert {row["credit_check_result"] for row in rows} == {"serious"}
    assert {row["credit_check_result"] for row in read_table(tampered, roster_table()).rows} == {None}


def test_targets_keep_their_numbers_and_new_ones_get_the_next_free_one() -> None:
    rows = rows_of("plan_targets")
    rows[1]["target_id"], rows[2]["target_id"] = None, "T9"
    content = write_table(table("plan_targets"), rows)
    numbers = [row["target_id"] for row in read_table(content, table("plan_targets"), rows).rows]
    assert numbers == ["T1", "T2", "T9", "T4", "T5", "T6", "T7"]
    assert len(set(numbers)) == 7


# --- whole tables ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [f.key for f in application_form().fields if getattr(f, "sheet", None) and f.key != "incidents"]
)
def test_a_table_of_the_sample_comes_back_as_it_went_out(name: str) -> None:
    rows = rows_of(name)
    result = read_table(write_table(table(name), rows), table(name), rows)
    if rows:
        assert told(result) == []
        assert result.rows == rows
    else:
        assert result.rows == []


def test_five_hundred_enterprises_are_read_in_seconds() -> None:
    example = roster()[0]
    rows = [{**example, "uscc": code} for code in _codes(500)]
    content = write_table(roster_table(), rows)
    started = time.process_time()
    result = read_table(content, roster_table())
    assert time.process_time() - started < 10
    assert (len(result.rows), told(result)) == (500, [])


def _codes(count: int) -> list[str]:
    bodies = [f"91621122MA7{number:06d}" for number in range(count)]
    return [body + check_character(body) for body in bodies]


def roster_workbook() -> bytes:
    return write_table(roster_table(), roster()[:4])


def years_workbook() -> bytes:
    return write_table(table("indicators"), rows_of("indicators"))


def years_and(name: str) -> bytes:
    return write_table(table(name), rows_of(name))


def yearly(**changes: object) -> list[dict[str, Any]]:
    """The four years with one figure of the first retyped; without errors."""
    ((key, value),) = changes.items()
    column = table("indicators").column(key)
    assert column is not None
    content = edited(
        years_workbook(), lambda sheet: _set(sheet, f"{column.label}（{column.look.unit}）", 2, value)
    )
    result = read_table(content, table("indicators"))
    assert told(result) == []
    return result.rows


def targets(weight: object, number_format: str) -> list[dict[str, Any]]:
    def weigh(sheet: Any) -> None:
        _set(sheet, "权重（%）", 2, weight).number_format = number_format

    return read_table(edited(years_and("plan_targets"), weigh), table("plan_targets")).rows


def roster_with(heading: str, value: object) -> dict[str, Any]:
    content = edited(roster_workbook(), lambda sheet: _set(sheet, heading, 2, value))
    result = read_table(content, roster_table())
    assert told(result) == []
    return result.rows[0]


def _set(sheet: Any, heading: str, row: int, value: object) -> Any:
    place = next(cell.column for cell in sheet[1] if cell.value == heading)
    cell = sheet.cell(row, place)
    cell.value = value
    return cell
