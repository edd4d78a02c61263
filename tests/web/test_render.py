"""How numbers, sizes and small texts read; and the parts that every page uses."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, render_template_string
from lxml import html

from web.dates import Due, date
from web.frame import CalendarMark
from web.render import filesize, prose, register_filters, short_hash, signed, thousands, wan


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        ("1234567.5", None, "1,234,567.5"),
        ("1234567.5", 2, "1,234,567.50"),
        ("1.005", 2, "1.005"),
        (0, None, "0"),
        (Decimal("-1200"), 2, "-1,200.00"),
        ("999999999999999999.99", None, "999,999,999,999,999,999.99"),
        ("八十", None, "八十"),
        ("NaN", None, "NaN"),
        (None, 2, ""),
    ],
)
def test_numbers_are_grouped_exactly_and_never_rounded(value: Any, digits: int | None, shown: str) -> None:
    assert thousands(value, digits) == shown


def test_fen_are_shown_in_ten_thousand_yuan() -> None:
    assert wan(20_000_000_000) == "20,000.00"
    assert wan(1) == "0.000001"
    assert wan(None) == ""


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0 字节"), (1023, "1023 字节"), (1024, "1.0 KB"), (3355443, "3.2 MB")]
)
def test_sizes(size: int, shown: str) -> None:
    assert filesize(size) == shown


@pytest.mark.parametrize(
    ("margin", "shown"), [("13.5", "+13.5"), ("-0.5", "-0.5"), ("0", "0"), ("0.0000", "0.0000")]
)
def test_a_margin_carries_its_sign_and_zero_has_none(margin: str, shown: str) -> None:
    assert signed(margin) == shown


def test_a_hash_is_cut_for_the_eye() -> None:
    assert short_hash("ab" * 32) == "abababababab"
    assert short_hash(None) == ""


def test_small_markdown_is_drawn_and_everything_else_escaped() -> None:
    shown = prose("## 说明\n请**如实**填写\n\n- 一\n- <b>二</b>\n\n**未完")
    assert shown == (
        "<h3>说明</h3><p>请<strong>如实</strong>填写</p>\n"
        "<ul><li>一</li><li>&lt;b&gt;二&lt;/b&gt;</li></ul>\n<p>**未完</p>"
    )


@pytest.fixture
def draw() -> Any:
    app = Flask("web")
    register_filters(app)
    mark = CalendarMark("暂定", "该年度放假安排尚未公布")
    app.jinja_env.globals["calendar_mark"] = lambda day, provisional=False: mark if provisional else None

    def drawn(text: str, **words: Any) -> str:
        with app.test_request_context():
            page = html.fromstring(
                "<div>"
                + render_template_string('{% import "_macros.html" as ui %}' + text, **words)
                + "</div>"
            )
        return " ".join(" ".join(page.itertext()).split())

    return drawn


@pytest.mark.parametrize(
    ("operator", "word"), [("ge", "不低于"), ("gt", "高于"), ("le", "不超过"), ("lt", "低于")]
)
def test_the_operator_of_a_criterion_is_said_in_words(draw: Any, operator: str, word: str) -> None:
    result = {
        "id": "C1.8", "label": "主导产业产值占比", "article": "附件一", "verdict": "fail", "value": "70.0000",
        "threshold": "70", "operator": operator, "unit": "%", "margin": "0", "note": "恰为 70%。",
    }  # fmt: skip
    text = draw("{{ ui.criteria(results) }}", results=[result])
    assert f"主导产业产值占比 恰为 70%。 附件一 70.0000 % {word} 70 % 0 不符合" in text


def test_a_head_says_whose_turn_it_is_what_to_do_and_until_when(draw: Any) -> None:
    due = Due(date(2024, 6, 18), "逾期 2 个工作日", "late", provisional=True)
    text = draw('{{ ui.page_head("陇西", who="市级经办", what="初审", due=due, state="late") }}', due=due)
    assert text == (
        "陇西 逾期 现在由谁办 市级经办 办什么 初审 到哪天 2024年6月18日（周二） ， 逾期 2 个工作日 暂定"
    )


def test_an_empty_list_says_what_to_do(draw: Any) -> None:
    text = draw('{% call(r) ui.table("清单", ["名称"], [], "没有待办", "到达时会出现在这里") %}{% endcall %}')
    assert text == "没有待办 到达时会出现在这里"
