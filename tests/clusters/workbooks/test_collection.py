"""企业采集表: one page out, many pages in, merged by credit code."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from clusters.annex.roster import merge_by_code, who_has_not_answered
from clusters.workbooks.collection import MOST_FILES, collection_sheet, questions, read_collection_sheets
from engine.errors import Refused
from tests.clusters.sheets import a_workbook, edited, roster, roster_table, saved


def page(row: dict[str, Any] | None = None, **changes: Any) -> bytes:
    """The page of an enterprise as it comes back; changes are retyped answers by label."""
    known = [row if row is not None else roster()[1]]
    return edited(collection_sheet(roster_table(), "示例集群", known), lambda sheet: _answer(sheet, changes))


def collect(*files: tuple[str, bytes]) -> Any:
    return read_collection_sheets(files, roster_table())


def told(collected: Any) -> dict[str, list[str]]:
    return {name: [str(error) for error in errors] for name, errors in collected.problems.items()}


def test_a_blank_page_asks_every_question_of_the_roster_once() -> None:
    sheet = load_workbook(BytesIO(collection_sheet(roster_table(), "示例集群"))).worksheets[0]
    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    labels = [f"{q.label}（{q.look.unit}）" if q.look.unit else q.label for q in questions(roster_table())]
    assert all(texts.count(label) == 1 for label in labels)
    assert "所属集群：示例集群" in texts
    assert "信用核查结果" not in texts


def test_the_page_is_one_sheet_of_a4() -> None:
    sheet = load_workbook(BytesIO(collection_sheet(roster_table()))).worksheets[0]
    assert sheet.page_setup.paperSize == 9  # A4
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_choices_are_drop_downs() -> None:
    sheet = load_workbook(BytesIO(collection_sheet(roster_table()))).worksheets[0]
    asked = [q for q in questions(roster_table()) if (q.options or q.is_boolean) and not q.is_list]
    assert len([r for r in sheet.data_validations.dataValidation if r.type == "list"]) == len(asked)


def test_a_page_for_each_enterprise_comes_back_as_the_roster() -> None:
    pages = collection_sheet(roster_table(), "示例集群", roster())
    collected = collect(("全部.xlsx", pages))
    assert told(collected) == {}
    assert merge_by_code(roster(), collected.rows) == roster()


def test_answers_are_read_wherever_the_page_was_rearranged() -> None:
    def move(sheet: Any) -> None:
        sheet.insert_rows(1, 3)
        sheet.insert_cols(1)

    collected = collect(("a.xlsx", edited(page(), move)))
    assert told(collected) == {}
    assert collected.rows[0]["name"] == roster()[1]["name"]


def test_errors_name_file_and_cell() -> None:
    collected = collect(("好.xlsx", page()), ("坏.xlsx", page(roster()[2], **{"从业人员（人）": "很多"})))
    (error,) = told(collected)["坏.xlsx"]
    assert error.endswith(": 从业人员应为数字，现为“很多”")
    assert error[0] in "BD"
    assert len(collected.rows) == 2


def test_in_a_workbook_of_several_pages_errors_name_the_sheet() -> None:
    pages = collection_sheet(roster_table(), "", roster()[:2])
    spoilt = edited(pages, lambda sheet: _answer(sheet, {"从业人员（人）": "很多"}))
    (error,) = told(collect(("a.xlsx", spoilt)))["a.xlsx"]
    assert error.startswith("1 陇西县岷江药业有限公司（示例）!")


def test_a_page_without_a_valid_credit_code_is_not_merged() -> None:
    for code in (None, "91621122MA70000027"):
        collected = collect(("a.xlsx", page(统一社会信用代码=code)))
        assert collected.rows == []
        assert "统一社会信用代码" in told(collected)["a.xlsx"][0]


def test_of_two_pages_of_one_enterprise_the_later_counts_and_the_difference_is_told() -> None:
    collected = collect(("早.xlsx", page()), ("晚.xlsx", page(**{"从业人员（人）": 88})))
    assert [row["employees"] for row in collected.rows] == [88]
    (note,) = collected.notes
    assert "“晚.xlsx”与“早.xlsx”是同一企业" in note
    assert note.endswith("不同之处：从业人员。")


def test_an_empty_page_is_told() -> None:
    assert told(collect(("空.xlsx", collection_sheet(roster_table())))) == {
        "空.xlsx": ["“企业采集表”没有填写任何内容"]
    }


@pytest.mark.parametrize("content", [b"x", a_workbook(["甲", "乙"])])
def test_a_file_that_is_no_collection_page_is_told_and_the_others_are_read(content: bytes) -> None:
    collected = collect(("别的.xlsx", content), ("a.xlsx", page()))
    assert list(told(collected)) == ["别的.xlsx"]
    assert len(collected.rows) == 1


def test_a_question_cut_from_the_page_is_missed() -> None:
    def cut(sheet: Any) -> None:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == "企业名称":
                    cell.value = None

    assert told(collect(("a.xlsx", edited(page(), cut)))) == {"a.xlsx": ["表中缺少栏目：企业名称"]}


def test_only_what_was_answered_is_handed_on() -> None:
    """A tick nobody answered must not turn a known yes into a no."""
    known = {**roster()[1], "on_cloud": True}
    collected = collect(("a.xlsx", page(上云=None)))
    assert "on_cloud" not in collected.rows[0]
    assert merge_by_code([known], collected.rows)[0]["on_cloud"] is True


def test_formulas_in_answers_are_refused() -> None:
    (error,) = told(collect(("a.xlsx", page(**{"从业人员（人）": "=1+1"}))))["a.xlsx"]
    assert error.endswith("从业人员是公式，请粘贴为数值")


def test_who_has_not_answered() -> None:
    collected = collect(("a.xlsx", page()))
    missing = who_has_not_answered(roster(), collected.rows)
    assert [row["seq"] for row in missing] == [n for n in range(1, 25) if n != 2]


def test_too_many_files_at_once_are_refused() -> None:
    with pytest.raises(Refused, match="分批上传"):
        read_collection_sheets((("a.xlsx", b"") for _ in range(MOST_FILES + 1)), roster_table())


def test_an_answer_that_reads_like_a_label_is_an_answer() -> None:
    collected = collect(("a.xlsx", page(企业名称="企业规模")))
    assert told(collected) == {}
    assert collected.rows[0]["name"] == "企业规模"
    assert "size_class" not in collected.rows[0]


def test_a_title_that_excel_forbids_is_made_one_that_it_takes() -> None:
    named = [{**row, "name": "甲[乙]/丙:丁*有限公司" + "长" * 40} for row in roster()[:2]]
    titles = load_workbook(BytesIO(collection_sheet(roster_table(), "", named))).sheetnames
    assert titles[0].startswith("1 甲乙丙丁有限公司")
    assert max(map(len, titles)) <= 31


def _answer(sheet: Any, answers: dict[str, Any]) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value in answers and cell.column in (1, 3):
                sheet.cell(cell.row, cell.column + 1).value = answers[cell.value]


def test_a_page_survives_saving_in_another_program() -> None:
    assert told(collect(("a.xlsx", saved(load_workbook(BytesIO(page())))))) == {}
