"""The checks that forms name: what is accepted, what is said, and which spelling is kept."""

import pytest

import clusters.form_checks  # noqa: F401  (registers)
from engine.forms import CHECKS


def said(name: str, typed: str) -> str | None:
    check = CHECKS[name]
    return check.verify(check.tidy(typed))


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("uscc", "91621122ma70000013", "91621122MA70000013"),
        ("uscc", "91621122 MA70 000013", "91621122MA70000013"),
        ("region", "621122", "621122"),
        ("region", "62lzxq", "62LZXQ"),
        ("region", "620200", "620200"),  # 嘉峪关 has no counties (D-14)
        ("region", "440305", "440305"),  # registered elsewhere
        ("gb4754", "2730", "2730"),
        ("gb4754", "C2730", "2730"),
        ("gb4754", "273", "273"),
        ("gb4754", "0111", "0111"),
        ("patent", "ZL201910120000.0", "ZL201910120000.0"),
        ("patent", "zl 2019 1 0120000.x", "ZL201910120000.X"),
        ("patent", "2019101200000", "ZL201910120000.0"),
        ("patent", "ZL201980120000.1", "ZL201980120000.1"),
        ("patent", "ZL98123456.7", "ZL98123456.7"),
    ],
)
def test_codes_are_accepted_in_one_spelling(name: str, typed: str, kept: str) -> None:
    assert CHECKS[name].tidy(typed) == kept
    assert said(name, typed) is None


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("uscc", "91621122MA70000014", "校验位不符"),
        ("uscc", "9162112", "应为 18 位"),
        ("region", "621100", "应填到县（市、区）一级，621100 是定西市"),
        ("region", "620000", "应填到县（市、区）一级，620000 是甘肃省"),
        ("region", "622999", "不是甘肃省的县（市、区）代码"),
        ("region", "440000", "应为 6 位县级行政区划代码"),
        ("region", "陇西县", "应为 6 位县级行政区划代码"),
        ("gb4754", "27", "应为 3 位或 4 位国民经济行业代码"),
        ("gb4754", "27300", "应为 3 位或 4 位国民经济行业代码"),
        ("gb4754", "0011", "应为 3 位或 4 位国民经济行业代码"),
        ("gb4754", "9811", "应为 3 位或 4 位国民经济行业代码"),
        ("patent", "ZL201920120000.0", "不是发明专利号（年份后一位应为 1 或 8）"),
        ("patent", "ZL20191012000.0", "应为发明专利号，如 ZL201910120000.0"),
        ("patent", "见附件", "应为发明专利号，如 ZL201910120000.0"),
    ],
)
def test_codes_are_refused_in_words_that_follow_the_label(name: str, typed: str, words: str) -> None:
    assert said(name, typed) == words
