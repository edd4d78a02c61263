"""Expressions in diagrams: a small language of our own, read and interpreted here (D3).

What the grammar does not name does not exist: no attributes of objects, no methods, no indexing,
no code. A dot reads a dictionary; calls reach the listed functions only. Lengths, depth, numbers
and results are bounded. Knows no process, no calendar and no clock.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.expressions.grammar import FUNCTIONS, Functions, Names, Reader, Thunk
from engine.expressions.values import UnknownName, plain
from engine.expressions.words import ExpressionError

__all__ = [
    "FUNCTIONS",
    "Expression",
    "ExpressionError",
    "UnknownName",
    "as_expression",
    "compile_expression",
]

MAX_LENGTH = 500
WRAPPED = re.compile(r"\s*[$#]\{(.*)\}\s*", re.DOTALL)
OPENED = re.compile(r"\s*[$#]\{")


@dataclass(frozen=True)
class Expression:
    """A checked expression. `names` are the variables it reads, `terms` the periods it names."""

    text: str
    names: frozenset[str]
    functions: frozenset[str]
    terms: frozenset[str]
    _thunk: Thunk

    def evaluate(self, names: Names, functions: Functions | None = None) -> Any:
        """The value: text, whole or exact number, truth value, date, list, dictionary or None."""
        try:
            return plain(self._thunk(names, {"count": _count, **(functions or {})}))
        except ExpressionError as error:
            raise error.within(self.text) from None


@lru_cache(maxsize=2048)
def compile_expression(text: str) -> Expression:
    """Read `${…}`, `#{…}` or the bare text; raises ExpressionError for anything outside the language."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"表达式超过{MAX_LENGTH}个字符")
    start, end = _inside(text)
    reader = Reader(text, start, end)
    thunk = reader.read()
    return Expression(
        text, frozenset(reader.names), frozenset(reader.functions), frozenset(reader.terms), thunk
    )


def as_expression(text: str) -> str:
    """A literal text as the expression of itself, for slots that always hold one."""
    return text if OPENED.match(text) else "${'" + text.strip().replace("'", "") + "'}"


def _inside(text: str) -> tuple[int, int]:
    """Where the expression begins and ends. Braces exist only around the whole."""
    start, end = 0, len(text)
    if OPENED.match(text):
        whole = WRAPPED.fullmatch(text)
        if whole is None:
            raise ExpressionError("表达式应整个写在 ${…} 之中", end)
        start, end = whole.span(1)
    if not text[start:end].strip():
        raise ExpressionError("表达式是空的")
    return start, end


def _count(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, list | tuple | dict):
        return len(value)
    raise ExpressionError("count(…) 只能数列表")
