"""Forms: what is allowed in a .form, what becomes of values, what is wrong with them (D17)."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.forms import CHECKS, Form, FormInvalid, Table
from tests.engine.form_builder import a_form, choice, field, hidden_if, messages, required, schema, table

DEMO = Path(__file__).parents[1] / "data" / "demo_application.form"


@pytest.fixture(scope="module")
def demo() -> Form:
    return Form.parse(DEMO.name, DEMO.read_text("utf-8"))


def refusals(text: str) -> list[str]:
    with pytest.raises(FormInvalid) as refused:
        Form.parse("sample", text)
    return [problem.message for problem in refused.value.problems]


class TestWhatAFormMayContain:
    @pytest.mark.parametrize(
        "kind", ["html", "iframe", "image", "table", "expression", "documentPreview", None]
    )
    def test_a_component_outside_the_list_is_refused_and_named(self, kind: str | None) -> None:
        with pytest.raises(FormInvalid) as refused:
            a_form(field("textfield"), {"type": kind, "id": "odd"})
        [problem] = refused.value.problems
        assert problem.element == "odd"
        assert "不支持的组件类型" in problem.message

    def test_every_problem_is_reported_at_once(self) -> None:
        text = schema(field("html", "a"), field("textfield", "typename"), field("textfield", "b", ""))
        assert len(refusals(text)) == 3

    @pytest.mark.parametrize("key", ["typename", "csrf_token", "_action", "a.b", "行业", "", "a" * 65])
    def test_a_key_that_is_reserved_or_not_a_plain_name_is_refused(self, key: str) -> None:
        assert refusals(schema(field("textfield", key)))

    def test_the_same_key_twice_is_refused_even_across_groups(self) -> None:
        group = {"type": "group", "id": "part", "label": "甲", "components": [field("number", "value")]}
        assert refusals(schema(field("textfield"), group)) == ["字段名 value 重复。"]

    def test_a_column_may_have_the_name_of_a_field_outside_its_table(self) -> None:
        assert a_form(field("textfield", "name"), table(field("textfield", "name"))).fields

    def test_the_id_must_be_the_name_of_the_file(self) -> None:
        assert "表单 id 应与文件名一致" in refusals(schema(field("textfield"), name="other"))[0]

    @pytest.mark.parametrize(
        "text", ["", "[]", "{", '{"type": NaN}', "null", '{"type":"default","id":"sample","components":[]}']
    )
    def test_what_is_no_form_is_refused(self, text: str) -> None:
        assert refusals(text)

    def test_deep_nesting_is_refused_without_a_traceback(self) -> None:
        assert refusals('{"components":' + "[" * 100_000 + "]" * 100_000 + "}")
        assert refusals('{"components":' + '{"a":' * 40 + "1" + "}" * 41)

    def test_a_form_of_more_than_a_thousand_components_is_refused(self) -> None:
        many = [field("textfield", f"f{i}") for i in range(1001)]
        assert "组件超过" in refusals(schema(*many))[0]

    def test_a_table_inside_a_table_is_refused(self) -> None:
        assert "列表之中不能再有列表。" in refusals(schema(table(table(field("textfield"), path="inner"))))

    def test_a_group_may_not_nest_the_data(self) -> None:
        group = {"type": "group", "id": "g", "label": "甲", "path": "nested", "components": [field("number")]}
        assert refusals(schema(group)) == ["分组不支持 path：数据是平的。"]

    @pytest.mark.parametrize(
        "more",
        [
            {"label": "=name"},
            {"readonly": "=locked"},
            {"disabled": True},
            {"valuesExpression": "=list"},
            {"properties": {"onclick": "x"}},
            {"validate": {"required": "=a"}},
            {"validate": {"min": "few"}},
            {"validate": {"maxLength": 20_001}},
            {"decimalDigits": -1},
        ],
    )
    def test_expressions_and_unknown_features_are_refused(self, more: dict[str, Any]) -> None:
        assert refusals(schema({**field("number"), **more}))

    def test_time_of_day_is_refused(self) -> None:
        assert refusals(schema(field("datetime", subtype="datetime")))
        assert a_form(field("datetime", subtype="date")).fields

    @pytest.mark.parametrize("kind", ["radio", "select", "checklist", "taglist"])
    def test_a_choice_without_options_is_refused(self, kind: str) -> None:
        assert refusals(schema(field(kind))) == ["选择类组件没有选项（values）。"]

    def test_options_of_the_same_value_are_refused(self) -> None:
        assert refusals(schema(choice("radio", "a", "a"))) == ["选项的值有重复。"]

    def test_a_check_that_nobody_registered_is_refused(self) -> None:
        assert refusals(schema(field("textfield", properties={"check": "horoscope"})))

    def test_a_registered_check_cannot_be_replaced(self) -> None:
        with pytest.raises(ValueError, match="registered twice"):
            CHECKS.register("phone", lambda text: None)

    def test_unique_must_name_a_column(self) -> None:
        assert refusals(schema(table(field("textfield"), properties={"unique": "uscc"})))

    def test_top_level_groups_and_tables_are_sections(self, demo: Form) -> None:
        assert [s.key for s in demo.sections] == ["part_1", "basics", "indicators", "roster", "proofs"]
        assert demo.title == "集群申报书"
        assert demo.section("basics").article == "第十三条"

    def test_a_path_finds_its_field(self, demo: Form) -> None:
        found = demo.field("enterprises.3.uscc")
        assert found is not None
        assert found.label == "统一社会信用代码"
        assert demo.field("nowhere") is None


class TestPatterns:
    @pytest.mark.parametrize(
        "pattern",
        [
            r"^(a+)+$",
            r"^(a|aa)*$",
            r"^(a?){30}a{30}$",
            r"^\d*\d*\d*\d*x$",
            "^" + "a?" * 30 + "a" * 30 + "$",
            r"(x+x+)+y",
            r"^(?=a)b",
            r"(a)\1",
            r"(",
            "a" * 201,
        ],
    )
    def test_a_pattern_that_could_run_for_minutes_is_refused(self, pattern: str) -> None:
        assert refusals(schema(field("textfield", validate={"pattern": pattern})))

    @pytest.mark.parametrize(
        ("pattern", "good", "bad"),
        [
            (r"^0\d{2,3}-?\d{7,8}(-\d{1,6})?$", "0932-6621234", "932-6621234"),
            (r"^ZL\d{4}[18]\d{7}\.[\dX]$", "ZL201910120000.0", "ZL201920120000.0"),
            (r"^[一-龥]+〔\d{4}〕\d+号$", "甘工信发〔2023〕19号", "甘工信发2023年19号"),
            (r"^(国|省|市)级$", "省级", "县级"),
        ],
    )
    def test_ordinary_patterns_work(self, pattern: str, good: str, bad: str) -> None:
        form = a_form(field("textfield", label="编号", validate={"pattern": pattern}))
        assert messages(form, value=good) == []
        assert messages(form, value=bad) == ["编号的格式不正确。"]

    def test_a_text_longer_than_500_characters_never_reaches_the_pattern(self) -> None:
        form = a_form(field("textarea", label="说明", validate={"pattern": "^a+$"}))
        assert messages(form, value="a" * 500) == []
        assert messages(form, value="a" * 501) == ["说明最多 500 个字。"]


class TestCleaning:
    def test_undeclared_keys_are_dropped(self) -> None:
        assert a_form(field("textfield")).clean({"value": "x", "admin": True}) == {"value": "x"}

    def test_full_width_letters_and_digits_become_narrow_and_chinese_punctuation_stays(self) -> None:
        clean = a_form(field("textfield")).clean({"value": "　ＡＢ１２（示例），〔2023〕19号 "})
        assert clean["value"] == "AB12（示例），〔2023〕19号"

    def test_checked_texts_are_normalised_entirely(self) -> None:
        form = a_form(field("textfield", properties={"check": "phone"}))
        assert form.clean({"value": "（０９３２）６６２１２３４"})["value"] == "(0932)6621234"

    def test_lines_stay_in_a_textarea_only(self) -> None:
        form = a_form(field("textfield", "line"), field("textarea", "text"))
        assert form.clean({"line": "a\r\nb", "text": "a\r\nb\x00\n"}) == {"line": "a b", "text": "a\nb"}

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("1,234,567.5", "1234567.50"),
            ("１２３４.５", "1234.50"),
            ("200000.00", "200000.00"),
            (Decimal("86.5"), "86.50"),
            (7, "7.00"),
            ("-0", "0.00"),
            ("0.10000000000", "0.10000000000"),
            ("999999999999999999.99", "999999999999999999.99"),
        ],
    )
    def test_decimals_stay_exact_text(self, typed: Any, kept: str) -> None:
        assert a_form(field("number", decimalDigits=2)).clean({"value": typed}) == {"value": kept}

    @pytest.mark.parametrize(
        "typed", ["1,23", "12,34.5", "1e5", "NaN", "Infinity", "一百", "1.", "1" * 19, "--1"]
    )
    def test_what_is_no_number_is_kept_for_the_person_to_mend(self, typed: str) -> None:
        form = a_form(field("number", label="产值", decimalDigits=2))
        assert form.clean({"value": typed})["value"] == typed
        assert messages(form, value=typed) == [f"产值应为数字，现为“{typed}”。"]

    def test_a_number_without_decimal_places_is_an_int(self) -> None:
        form = a_form(field("number", label="户数"))
        assert form.clean({"value": "1,024"}) == {"value": 1024}
        assert form.clean({"value": "24.0"}) == {"value": 24}
        assert messages(form, value="24.5") == ["户数应为整数。"]

    @pytest.mark.parametrize(
        "typed", ["2024-06-18", "2024年6月18日", "2024/6/18", "20240618", " 2024.06.18 "]
    )
    def test_dates_are_understood_as_people_write_them(self, typed: str) -> None:
        form = a_form(field("datetime"))
        assert form.clean({"value": typed}) == {"value": "2024-06-18"}
        assert messages(form, value=typed) == []

    @pytest.mark.parametrize("typed", ["2023-02-29", "2024年13月1日", "昨天", "2024-6", "0000-01-01"])
    def test_a_date_that_does_not_exist_is_named(self, typed: str) -> None:
        assert "不是有效的日期" in messages(a_form(field("datetime")), value=typed)[0]

    @pytest.mark.parametrize("kind", ["textfield", "textarea", "number", "datetime"])
    def test_blanks_are_nothing(self, kind: str) -> None:
        form = a_form(required(kind))
        assert form.clean({"value": " \u3000\r"}) == {"value": None}
        assert messages(form, value=" ") == ["请填写数值。"]

    def test_a_choice_of_true_and_false_is_a_boolean(self) -> None:
        form = a_form(choice("radio", "true", "false"))
        assert form.clean({"value": "true"}) == {"value": True}
        assert form.clean({"value": False}) == {"value": False}
        assert form.clean({"value": ""}) == {"value": None}
        assert messages(form, value="maybe") == ["数值的选项无效，请重新选择。"]

    def test_a_taglist_with_a_check_takes_free_codes(self) -> None:
        form = a_form(field("taglist", label="邮箱", properties={"check": "email"}))
        assert form.clean({"value": "a@b.cn、c@d.cn，a@b.cn"}) == {"value": ["a@b.cn", "c@d.cn"]}
        assert messages(form, value="a@b.cn c") == ["c：邮箱应为电子邮箱地址（如 name@example.cn）。"]

    def test_files_keep_their_five_facts_and_nothing_else(self) -> None:
        file = {"id": "f1", "name": "a.pdf", "sha256": "00", "size": 3, "media_type": "application/pdf"}
        clean = a_form(field("filepicker")).clean({"value": [{**file, "path": "/etc/passwd"}, "x"]})
        assert clean == {"value": [file]}

    def test_untouched_rows_are_dropped_on_submission_and_kept_in_a_draft(self) -> None:
        form = a_form(table(field("textfield", "name"), field("checkbox", "local"), field("number", "staff")))
        raw = {"rows": [{"name": "甲"}, {"name": " ", "local": False}, {"staff": "0"}]}
        assert [row["name"] for row in form.clean(raw)["rows"]] == ["甲", None]
        assert len(form.clean(raw, draft=True)["rows"]) == 3

    def test_rows_of_a_fixed_table_are_never_dropped(self) -> None:
        form = a_form(table(field("textfield", "name"), allowAddRemove=False))
        assert form.clean({"rows": [{}, {}]}) == {"rows": [{"name": None}, {"name": None}]}

    @given(st.text(max_size=30), st.text(max_size=12), st.text(max_size=12))
    def test_cleaning_twice_changes_nothing(self, text: str, number: str, day: str) -> None:
        form = a_form(
            field("textfield", "text", properties={"check": "idcode"}),
            field("textarea", "long"),
            field("number", "number", decimalDigits=2),
            field("datetime", "day"),
        )
        once = form.clean({"text": text, "long": text, "number": number, "day": day})
        assert form.clean(once) == once

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
    def test_any_json_is_cleaned_and_judged_without_a_traceback(self, value: Any) -> None:
        form = Form.parse(DEMO.name, DEMO.read_text("utf-8"))
        raw = {f.key: value for f in form.fields} | {
            "enterprises": [{"uscc": value, "licence": value}, value]
        }
        assert isinstance(form.problems(form.clean(raw)), list)
        assert isinstance(form.problems(raw), list)
        json.dumps(form.clean(raw))


class TestConditions:
    def test_a_hidden_field_is_neither_asked_nor_kept(self) -> None:
        form = a_form(choice("radio", "a", "b", key="mode"), hidden_if('=mode = "a"', required("textfield")))
        assert messages(form, mode="a") == []
        assert messages(form, mode="b") == ["请填写数值。"]
        assert "value" not in form.clean({"mode": "a", "value": "left over"})
        assert form.clean({"mode": "a", "value": "left over"}, draft=True)["value"] == "left over"

    def test_what_depends_on_a_hidden_field_sees_nothing_there(self) -> None:
        form = a_form(
            choice("radio", "a", "b", key="mode"),
            hidden_if('=mode = "a"', choice("radio", "x", "y", key="second")),
            hidden_if('=second != "x"', required("textfield")),
        )
        assert messages(form, mode="b", second="x") == ["请填写数值。"]
        assert messages(form, mode="a", second="x") == []

    def test_a_hidden_group_hides_everything_in_it(self) -> None:
        group = {"type": "group", "id": "g", "label": "甲", "components": [required("textfield")]}
        form = a_form(field("checkbox", "off"), hidden_if("=off = true", group))
        assert messages(form, off=True) == []
        assert messages(form, off=False) == ["请填写数值。"]

    def test_in_a_row_the_row_speaks_before_the_form(self) -> None:
        form = a_form(
            field("checkbox", "leading"),
            table(field("checkbox", "leading"), hidden_if("=leading != true", required("textfield", "why"))),
        )
        found = form.problems({"leading": False, "rows": [{"leading": True}, {"why": "x"}]})
        assert [p.path for p in found] == ["rows.0.why"]
        assert form.clean({"rows": [{"why": "x", "leading": False}]})["rows"] == [{"leading": False}]

    @pytest.mark.parametrize(
        "condition", ["=a", '=a > "1"', '=a = "x" or b = "y"', "=f(a)", '=missing = "x"']
    )
    def test_any_other_condition_is_refused(self, condition: str) -> None:
        assert refusals(schema(field("textfield", "a"), hidden_if(condition, field("textfield"))))


class TestLimits:
    def test_required_fields_are_asked_for_by_their_label(self) -> None:
        form = a_form(
            required("textfield", "a", "名称"),
            required("datetime", "b", "日期"),
            required("filepicker", "c", "图纸"),
            required("checkbox", "d", "承诺属实"),
        )
        asked = ["请填写名称。", "请填写日期。", "请上传图纸。", "请勾选“承诺属实”。"]
        assert messages(form, d=False) == asked

    @pytest.mark.parametrize(("value", "passes"), [("99.9999", True), ("100", True), ("100.0001", False)])
    def test_the_maximum_itself_is_allowed(self, value: str, passes: bool) -> None:
        area = field(
            "number",
            label="面积",
            decimalDigits=4,
            validate={"max": 100},
            appearance={"suffixAdorner": "平方公里"},
        )
        found = messages(a_form(area), value=value)
        assert found == ([] if passes else ["面积不得大于 100 平方公里。"])

    @pytest.mark.parametrize(("value", "passes"), [("-0.01", False), ("0", True), ("0.01", True)])
    def test_the_minimum_itself_is_allowed(self, value: str, passes: bool) -> None:
        found = messages(a_form(field("number", decimalDigits=2, validate={"min": 0})), value=value)
        assert (found == []) is passes

    def test_more_decimal_places_than_asked_are_refused_not_rounded(self) -> None:
        form = a_form(field("number", label="产值", decimalDigits=2))
        assert messages(form, value="1.005") == ["产值最多保留 2 位小数。"]
        assert form.clean({"value": "1.005"}) == {"value": "1.005"}

    @pytest.mark.parametrize(("length", "passes"), [(3, False), (4, True), (6, True), (7, False)])
    def test_lengths_are_counted_in_characters(self, length: int, passes: bool) -> None:
        form = a_form(field("textfield", validate={"minLength": 4, "maxLength": 6}))
        assert (messages(form, value="陇" * length) == []) is passes

    def test_texts_have_a_length_by_default(self) -> None:
        form = a_form(field("textfield", "line"), field("textarea", "text"))
        assert messages(form, line="a" * 500, text="a" * 5000) == []
        assert len(messages(form, line="a" * 501, text="a" * 5001)) == 2

    @pytest.mark.parametrize(("count", "passes"), [(1, False), (2, True), (3, True), (4, False)])
    def test_tables_have_a_least_and_a_greatest_number_of_rows(self, count: int, passes: bool) -> None:
        form = a_form(table(field("textfield", "name"), properties={"minRows": "2", "maxRows": "3"}))
        rows = [{"name": str(i)} for i in range(count)]
        assert (messages(form, rows=rows) == []) is passes

    def test_no_table_takes_more_than_500_rows(self) -> None:
        form = a_form(table(field("textfield", "name")))
        assert messages(form, rows=[{"name": str(i)} for i in range(500)]) == []
        assert messages(form, rows=[{"name": str(i)} for i in range(100_000)]) == ["名单最多 500 行。"]

    def test_untouched_rows_do_not_count(self) -> None:
        form = a_form(table(required("textfield", "name"), properties={"minRows": "2"}))
        found = form.problems({"rows": [{"name": "甲"}, {"name": ""}]})
        assert [p.message for p in found] == ["名单至少需要 2 行，现有 1 行。"]

    def test_a_repeated_value_in_a_unique_column_points_to_the_later_row(self) -> None:
        form = a_form(
            table(
                field("textfield", "name", "名称"),
                field("textfield", "uscc", "代码"),
                properties={"unique": "uscc"},
            )
        )
        rows = [{"name": n, "uscc": u} for n, u in [("甲", "1"), ("乙", ""), ("丙", "1"), ("丁", "")]]
        [problem] = form.problems({"rows": rows})
        assert (problem.path, problem.row) == ("rows.2.uscc", 3)
        assert problem.message == "代码与第 1 行重复。"

    def test_several_columns_may_be_unique_together(self) -> None:
        columns = [field("textfield", "a", "甲"), field("textfield", "b", "乙")]
        form = a_form(table(*columns, properties={"unique": "a, b"}))
        assert form.problems({"rows": [{"a": "1", "b": "1"}, {"a": "1", "b": "2"}]}) == []
        [problem] = form.problems({"rows": [{"a": "1", "b": "1"}, {"a": "1", "b": "1"}]})
        assert problem.message == "甲、乙与第 1 行重复。"

    def test_a_problem_in_a_table_carries_path_row_and_article(self) -> None:
        form = a_form(
            table(
                required("number", "output", "产值", properties={"article": "附件一"}),
                field("textfield", "x"),
            )
        )
        [problem] = form.problems({"rows": [{"output": "1", "x": "a"}, {"x": "b"}]})
        assert (problem.path, problem.row, problem.article) == ("rows.1.output", 2, "附件一")

    def test_one_section_can_be_checked_alone(self, demo: Form) -> None:
        all_problems = {p.path for p in demo.problems(demo.blank())}
        assert {p.path for p in demo.problems(demo.blank(), "proofs")} == {"boundary_file", "commitment"}
        assert "cluster_name" in all_problems

    @pytest.mark.parametrize(("kind", "value"), [("radio", "c"), ("select", "c"), ("checklist", ["a", "c"])])
    def test_only_listed_options_are_accepted(self, kind: str, value: Any) -> None:
        assert messages(a_form(choice(kind, "a", "b")), value=value) == ["数值的选项无效，请重新选择。"]

    def test_lists_have_a_least_and_a_greatest_number_of_items(self) -> None:
        form = a_form(choice("checklist", "a", "b", "c", "d", properties={"minItems": "2", "maxItems": "3"}))
        passes = [messages(form, value=list("abcd"[:n])) == [] for n in range(1, 5)]
        assert passes == [False, True, True, False]

    def test_files_are_limited_by_number_and_kind(self) -> None:
        form = a_form(field("filepicker", label="图纸", accept=".pdf,.JPG"))
        pdf, exe = {"id": "1", "name": "A.PDF"}, {"id": "2", "name": "a.exe"}
        assert messages(form, value=[pdf]) == []
        assert messages(form, value=[pdf, pdf]) == ["图纸最多上传 1 个文件，现有 2 个。"]
        assert messages(form, value=[exe]) == ["图纸只接受 PDF、JPG 文件：a.exe"]


class TestChecks:
    @pytest.mark.parametrize(
        ("number", "passes"),
        [
            ("13800000000", True),
            ("138 0000 0000", True),
            ("12800000000", False),
            ("0932-6621234", True),
            ("09326621234-801", True),
            ("6621234", False),
        ],
    )
    def test_telephone_numbers(self, number: str, passes: bool) -> None:
        form = a_form(field("textfield", properties={"check": "phone"}))
        assert (messages(form, value=number) == []) is passes

    @pytest.mark.parametrize(
        ("number", "passes"),
        [
            ("11010519491231002X", True),
            ("11010519491231002x", True),
            ("110105194912310020", False),
            ("11010519491331002X", False),
            ("1101051949123100", False),
        ],
    )
    def test_identity_numbers_have_a_date_and_a_check_character(self, number: str, passes: bool) -> None:
        form = a_form(field("textfield", properties={"check": "idcode"}))
        assert (messages(form, value=number) == []) is passes


class TestFilling:
    def test_a_blank_form_holds_defaults_and_prefilled_values(self) -> None:
        form = a_form(
            field("textfield", "county", properties={"prefill": "county"}),
            choice("radio", "a", "b", key="mode", defaultValue="a"),
            table(field("number", "year", properties={"prefill": "year"}), defaultRepetitions=2),
        )
        blank = form.blank({"county": "陇西县", "year": 2023})
        assert blank == {"county": "陇西县", "mode": "a", "rows": [{"year": 2023}, {"year": 2023}]}

    def test_rows_can_be_prefilled(self) -> None:
        form = a_form(table(field("number", "year"), allowAddRemove=False, properties={"prefill": "years"}))
        assert form.blank({"years": [{"year": 2020}, {"year": 2021}]})["rows"] == [
            {"year": 2020},
            {"year": 2021},
        ]
        assert form.blank()["rows"] == []

    def test_nobody_types_over_what_the_system_fills(self) -> None:
        form = a_form(
            field("textfield", "case_no", readonly=True),
            table(field("number", "year", readonly=True), field("number", "output"), allowAddRemove=False),
        )
        base = {"case_no": "甲1", "rows": [{"year": 2020, "output": None}]}
        posted = {"case_no": "乙2", "rows": [{"year": 1999, "output": 5}, {"year": 2000, "output": 6}]}
        assert form.keep_readonly(posted, base) == {"case_no": "甲1", "rows": [{"year": 2020, "output": 5}]}

    def test_choices_can_be_given_when_the_form_is_shown(self) -> None:
        form = a_form({**field("select"), "valuesKey": "batches"})
        bound = form.with_options({"batches": [("b1", "第一批")]})
        assert bound.fields[0].option_label("b1") == "第一批"
        assert messages(bound, value="b1") == []
        assert messages(bound, value="b2") == ["数值的选项无效，请重新选择。"]
        assert messages(form.with_options({"batches": []}), value="b1") != []

    def test_every_attachment_is_found(self) -> None:
        form = a_form(
            field("filepicker", "plan"), table(field("filepicker", "proof"), field("textfield", "name"))
        )
        data = {"plan": [{"id": "1"}], "rows": [{"name": "x"}, {"proof": [{"id": "2"}]}]}
        assert [(path, ref["id"]) for path, ref in form.files(data)] == [("plan", "1"), ("rows.1.proof", "2")]


def test_only_numbers_whose_sum_means_something_are_totalled() -> None:
    def unit(text: str) -> dict[str, Any]:
        return {"appearance": {"suffixAdorner": text}}

    form = a_form(
        table(
            field("number", "output", **unit("万元")),
            field("number", "share", **unit("%")),
            field("number", "year", **unit("年")),
            field("number", "seq"),
            field("number", "price", **unit("元/吨")),
            field("number", "forced", properties={"total": "true"}),
        )
    )
    rows = form.fields[0]
    assert isinstance(rows, Table)
    assert [c.key for c in rows.columns if c.look.total] == ["output", "forced"]
