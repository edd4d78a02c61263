"""The expression language: what it says, what it refuses, and that nothing gets out of it (D3)."""

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.expressions import ExpressionError, UnknownName, as_expression, compile_expression
from engine.expressions.words import ExpressionError as SameError

DATA: dict[str, Any] = {
    "decision": "approve",
    "passed": True,
    "blocked": None,
    "rounds": 2,
    "share": "70.5000",
    "due": "2024-05-20",
    "codes": ["a", "b"],
    "case": {"city": {"code": "621100"}, "items": "not a method"},
}


def value(text: str, **names: Any) -> Any:
    return compile_expression(text).evaluate({**DATA, **names})


def reason(text: str) -> str:
    with pytest.raises(ExpressionError) as caught:
        value(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${decision == 'approve'}", True),
        ("#{decision != 'approve'}", False),
        ('decision == "approve"', True),
        ("${passed and not blocked}", True),
        ("${passed && !blocked}", True),
        ("${blocked || rounds > 1}", True),
        ("${blocked == null}", True),
        ("${passed == true}", True),
        ("${passed == True and blocked == None}", True),
        ("rounds + 1", 3),
        ("rounds * 3 - 1", 5),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("7 - 2 - 1", 4),
        ("-rounds", -2),
        ("- -rounds", 2),
        ("rounds < 3", True),
        ("rounds <= 2", True),
        ("rounds > 2", False),
        ("rounds >= 2", True),
        ("decision in ['approve', 'return']", True),
        ("decision not in codes", True),
        ("not decision in codes", True),
        ("!passed == false", True),
        ("not passed == false", True),
        ("case.city.code", "621100"),
        ("case.items", "not a method"),
        ("count(codes)", 2),
        ("count(blocked)", 0),
        ("[1, 'x', true]", [1, "x", True]),
        ("[]", []),
        ("'a && b || !c'", "a && b || !c"),
        (r"'it\'s'", "it's"),
        ("'甘肃' == \"甘肃\"", True),
        ("'GSPC-' + '2024'", "GSPC-2024"),
        ("not not passed", True),
    ],
)
def test_the_language(text: str, expected: object) -> None:
    assert value(text) == expected
    assert type(value(text)) is type(expected)


def test_a_variable_may_have_a_chinese_name() -> None:
    assert value("${主导产业 == '装备制造'}", 主导产业="装备制造") is True


def test_not_binds_looser_than_a_comparison_and_the_exclamation_mark_tighter() -> None:
    assert value("not a == b", a=False, b=False) is False
    assert value("!a == b", a=False, b=False) is False
    assert value("not a == b", a=False, b=True) is True
    assert value("!a == b", a=False, b=True) is True
    assert value("not rounds == 3") is True
    assert "不是“是/否”值" in reason("!rounds == 3")


def test_and_binds_tighter_than_or() -> None:
    assert value("true or false and false") is True


def test_decimals_are_exact() -> None:
    assert value("0.1 + 0.2 == 0.3") is True
    assert value("0.1 * 3") == Decimal("0.3")
    assert str(value("70.0000 * 1")) == "70.0000"


def test_exact_numbers_kept_as_text_compare_as_numbers() -> None:
    assert value("share > 70") is True
    assert value("share > 70.5") is False
    assert value("share == 70.5") is True
    assert value("share >= 70.5000") is True


def test_dates_kept_as_text_compare_with_dates() -> None:
    assert value("due < today", today=date(2024, 5, 21)) is True
    assert value("due == today", today=date(2024, 5, 20)) is True
    assert value("today > due", today=date(2024, 5, 20)) is False


def test_iso_dates_compare_as_text_in_the_order_of_days() -> None:
    assert value("due < '2024-05-21'") is True


def test_truth_and_number_are_never_equal() -> None:
    assert value("passed == 1") is False
    assert value("blocked == false") is False
    assert value("0 == false") is False


def test_text_is_neither_true_nor_false() -> None:
    assert "不是“是/否”值" in reason("'false' and passed")


def test_the_right_side_is_not_computed_when_the_left_decides() -> None:
    assert value("passed or missing") is True
    assert value("blocked and missing") is False


def test_an_unknown_variable_is_an_error_that_names_it() -> None:
    with pytest.raises(UnknownName) as caught:
        value("passed and fill_due == 'x'")
    assert caught.value.name == "fill_due"
    assert "fill_due" in str(caught.value)


def test_a_missing_entry_is_an_error_that_names_the_path() -> None:
    with pytest.raises(UnknownName) as caught:
        value("case.city.name")
    assert caught.value.name == "case.city.name"


def test_variables_functions_and_terms_are_reported() -> None:
    expression = compile_expression(
        "${working_days_after(due, term('notice')) > case.day and count(codes) > 1}"
    )
    assert expression.names == {"due", "case", "codes"}
    assert expression.functions == {"working_days_after", "term", "count"}
    assert expression.terms == {"notice"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空"),
        ("   ", "空"),
        ("${}", "空"),
        ("#{  }", "空"),
        ("${passed", "整个写在"),
        ("${passed} and ${blocked}", "花括号"),
        ("${${passed}}", "花括号"),
        ("passed }", "花括号"),
        ("case ${passed}", "花括号"),
        ("rounds = 2", "相等请写 =="),
        ("(passed", "缺少“)”"),
        ("passed)", "“)”处看不懂"),
        ("passed and", "没有写完"),
        ("1 < rounds < 3", "连续比较"),
        ("passed（）", "全角"),
        ("‘a’ == decision", "全角"),
        ("'abc", "引号"),
        (r"'\x41'", "转义"),
        ("rounds 2", "看不懂"),
        ("'a' 'b'", "看不懂"),
        ("unknown(1)", "没有 unknown"),
        ("count()", "1个参数"),
        ("count(codes, codes)", "1个参数"),
        ("term(decision)", "直接写"),
        ("term('no' + 'tice')", "直接写"),
        ("decision > null", "不能比较"),
        ("decision > 3", "不能比较"),
        ("rounds + decision", "不能做"),
        ("decision * 3", "不能做"),
        ("passed + 1", "不能做"),
        ("decision in 'approve'", "in 的右边"),
        ("codes.a", "不是一组数据"),
        ("blocked.a", "不是一组数据"),
        ("today()", "此处不能使用"),
        ("0x10", "数字"),
        ("1_000", "数字"),
        ("1e9", "数字"),
        ("１ + 1", "半角"),
        ("² + 1", "不能用的字符"),
        ("x² + 1", "不能用的字符"),
    ],
)
def test_mistakes_are_explained(text: str, said: str) -> None:
    assert said in reason(text)


ATTACKS = [
    "__import__('os').system('id')",
    "().__class__.__bases__[0].__subclasses__()",
    "case.__class__",
    "case.items()",
    "decision.format(case)",
    "'{0.__class__}'.format(passed)",
    "codes[0]",
    "codes[0:2]",
    "case['city']",
    "{}",
    "{'a': 1}",
    "lambda: 1",
    "[x for x in codes]",
    "(x := 1)",
    "passed if blocked else rounds",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "getattr(case, 'x')",
    "f'{passed}'",
    "b'x'",
    "9 ** 9",
    "9 % 2",
    "'%1000000000d' % 1",
    "1 << 99",
    "1 >> 1",
    "1 / 2",
    "1 // 2",
    "1 & 2",
    "1 | 2",
    "1 ^ 2",
    "~1",
    "passed is passed",
    "count(*codes)",
    "count(x=codes)",
    "passed; blocked",
    "passed\x00",
    "`id`",
    "$(id)",
    "@passed",
    "...",
    "1j",
    "yield 1",
    "await passed",
    "print(1)",
    "_secret",
    "case._secret",
    "T(java.lang.Runtime)",
    "''.getClass()",
    "empty codes",
    "passed ? 1 : 2",
    "decision eq 'approve'",
    "= decision",
    "# comment",
    "passed # comment",
    "passed \\\n and blocked",
]


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("wrapper", ["{}", "${{{}}}", "#{{{}}}"])
def test_attacks_are_refused_when_read(text: str, wrapper: str) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(wrapper.format(text))


@pytest.mark.parametrize("text", ["'a' * 999999999", "2 * 'a'", "x * 'a' * 3"])
def test_a_text_is_not_multiplied_and_deployment_says_so(text: str) -> None:
    with pytest.raises(ExpressionError, match="文字不能相乘"):
        compile_expression(text)


def test_too_long_an_expression_is_refused() -> None:
    assert compile_expression("'" + "x" * 498 + "'")
    with pytest.raises(ExpressionError, match="500"):
        compile_expression("'" + "x" * 499 + "'")


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("[", "]"), ("count(", ")"), ("-", ""), ("!", ""), ("not ", "")]
)
def test_nesting_is_bounded_and_never_breaks_the_reader(opening: str, closing: str) -> None:
    for depth in (1, 40, 100, 240):
        text = opening * depth + "[]" + closing * depth
        try:
            compile_expression(text).evaluate({})
        except ExpressionError:
            continue
        assert depth <= 40


def test_an_expression_of_too_many_parts_is_refused() -> None:
    assert value("1" + "+1" * 90) == 91
    with pytest.raises(ExpressionError, match="太复杂"):
        compile_expression("1" + "+1" * 240)


def test_values_are_bounded() -> None:
    assert "数值太大" in reason(" * ".join(["9" * 30] * 4))
    assert "10000" in reason_with("a + a", a="x" * 6000)
    assert "数值太大" in reason_with("a", a=1 << 300)
    assert "数值太大" in reason_with("a * a", a=Decimal("1e-60"))
    assert "数字太长" in reason("1" * 31)
    assert "100项" in reason("[" + ",".join("1" * 101) + "]")


def reason_with(text: str, **names: Any) -> str:
    with pytest.raises(ExpressionError) as caught:
        value(text, **names)
    return str(caught.value)


@pytest.mark.parametrize("foreign", [0.5, object(), b"x", {1}, print, 1j, Decimal("NaN"), type])
def test_nothing_but_data_flows_through(foreign: object) -> None:
    with pytest.raises(ExpressionError):
        value("a", a=foreign)


def test_a_dot_reads_entries_and_never_attributes() -> None:
    class Thing:
        secret = "attribute"

    assert "不是一组数据" in reason_with("a.secret", a=Thing())
    assert "不是一组数据" in reason_with("a.year", a=date(2024, 1, 1))


def test_functions_may_return_only_data() -> None:
    with pytest.raises(ExpressionError):
        compile_expression("today()").evaluate({}, {"today": object})


def test_a_function_that_fails_is_an_expression_error() -> None:
    with pytest.raises(ExpressionError, match="无法计算"):
        compile_expression("today()").evaluate({}, {"today": lambda: 1 // 0})


def test_only_listed_functions_are_called_even_if_more_are_supplied() -> None:
    with pytest.raises(ExpressionError, match="没有 evil"):
        compile_expression("evil()").evaluate({}, {"evil": lambda: "called"})


def test_errors_say_where() -> None:
    with pytest.raises(SameError) as caught:
        compile_expression("${rounds = 2}")
    assert caught.value.position == 9


PIECES = [
    *"()[]{}.,'\"$#!=<>+-*&|%^~@:;\\`_ \n\t0a＝（",
    "&&", "||", "==", "!=", "not ", " in ", " and ", " or ", "null", "true", "case", "codes", "decision",
    "rounds", "__class__", "__", "count(", "term('notice')", "${", "}", "lambda ", "'x'", "1.5", "999999",
    "date(", "import ", "\x00", "\u202e", "情况", "\\'", ".items", ".format(", "0x", "1e9", "**", "//",
]  # fmt: skip
SAFE = (int, str, bool, type(None), Decimal, date, list, dict)


def assert_contained(text: str) -> None:
    """Either an ExpressionError or a plain value; nothing else ever comes out."""
    try:
        result = compile_expression(text).evaluate(DATA)
    except ExpressionError:
        return
    assert isinstance(result, SAFE)


@pytest.mark.fuzz
def test_ten_thousand_random_strings_never_escape() -> None:
    dice = random.Random(2023_19)
    for _ in range(10_000):
        assert_contained("".join(dice.choices(PIECES, k=dice.randint(1, 25))))


@pytest.mark.fuzz
@given(st.text(max_size=60))
def test_any_text_is_contained(text: str) -> None:
    assert_contained(text)


@pytest.mark.fuzz
@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_sequence_of_pieces_is_contained(pieces: list[str]) -> None:
    assert_contained("".join(pieces))


PLAIN = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "x", "2024-05-20", "70.5"])


@given(PLAIN, PLAIN)
def test_equality_is_symmetric_and_the_opposite_of_inequality(a: Any, b: Any) -> None:
    assert value("a == b", a=a, b=b) is value("b == a", a=a, b=b)
    assert value("a == b", a=a, b=b) is not value("a != b", a=a, b=b)
    assert value("a in [b]", a=a, b=b) is value("a == b", a=a, b=b)


@given(st.integers(-99, 99), st.integers(-99, 99))
def test_exactly_one_of_less_equal_and_greater_holds(a: int, b: int) -> None:
    assert [value(f"a {sign} b", a=a, b=b) for sign in ("<", "==", ">")].count(True) == 1
    assert value("a <= b", a=a, b=b) is (a <= b)
    assert value("a >= b", a=a, b=b) is (a >= b)


@pytest.mark.parametrize("literal", ["2024-05-20", " 2024-05-20 ", "P10D", "it's", ""])
def test_a_literal_text_can_stand_where_an_expression_is_read(literal: str) -> None:
    assert compile_expression(as_expression(literal)).evaluate({}) == literal.strip().replace("'", "")


@pytest.mark.parametrize("text", ["${due}", "#{due}", "  ${due}"])
def test_an_expression_stays_what_it_is(text: str) -> None:
    assert as_expression(text) == text
