"""Regular expressions that a form may ask for. Knows how much work one may cost; nothing of forms.

A form is data that a process owner uploads (D3), so a pattern is bounded before it is ever tried:
its backtracking paths are counted, and it sees short texts only.
"""

import re
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MAX_LENGTH = 200
MAX_TEXT = 500
MAX_PATHS = 1_000_000
REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
REFUSED = (ops.GROUPREF, ops.GROUPREF_EXISTS, ops.ASSERT, ops.ASSERT_NOT)


class PatternRefused(ValueError):
    """The pattern is not a regular expression, or one that could run for minutes."""


def compile_pattern(source: str) -> re.Pattern[str]:
    """The pattern, once it is known to be cheap on any text of up to MAX_TEXT characters."""
    if len(source) > MAX_LENGTH:
        raise PatternRefused(f"正则表达式不得超过 {MAX_LENGTH} 个字符")
    try:
        pattern = re.compile(source, re.ASCII)
        tree = _parser.parse(source, re.ASCII)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternRefused(f"正则表达式有误：{error}") from error
    starts = 1 if _is_anchored(tree) else MAX_TEXT
    if _paths(tree) * starts > MAX_PATHS:
        raise PatternRefused("正则表达式过于复杂，可能长时间无结果")
    return pattern


def matches(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the pattern occurs in `text`, as form-js tests it. Long texts never match."""
    return len(text) <= MAX_TEXT and pattern.search(text) is not None


def _is_anchored(tree: Any) -> bool:
    return bool(len(tree)) and tree[0] == (ops.AT, ops.AT_BEGINNING)


def _paths(tree: Any) -> int:
    """An upper bound of the ways in which one starting point can be tried."""
    total = 1
    for op, argument in tree:
        if op in REFUSED:
            raise PatternRefused("正则表达式不支持反向引用和断言")
        if op in REPEATS:
            total *= _repeat_paths(argument)
        elif op is ops.BRANCH:
            total *= sum(_paths(branch) for branch in argument[1])
        elif op is ops.SUBPATTERN:
            total *= _paths(argument[3])
        elif op is ops.ATOMIC_GROUP:
            total *= _paths(argument)
    return total


def _repeat_paths(argument: Any) -> int:
    least, most, body = argument
    inner = _paths(body)
    if int(most) > 1 and inner > 1:
        raise PatternRefused("正则表达式不支持重复之中再有重复或选择")
    lengths = min(int(most), MAX_TEXT) - min(int(least), MAX_TEXT) + 1
    return max(lengths, 1) * inner
