"""From the text of an expression to its words. Knows the spelling, not the grammar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.errors import QilianError


class ExpressionError(QilianError):
    """表达式有误。"""

    def __init__(self, message: str, position: int | None = None, text: str | None = None) -> None:
        super().__init__(message if text is None else f"表达式“{text}”：{message}")
        self.reason, self.position = message, position

    def within(self, text: str) -> "ExpressionError":
        """The same error, naming the expression that was being computed."""
        return ExpressionError(self.reason, self.position, text)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, text, name, symbol or end; operators spelt as words are symbols, too."""

    kind: str
    text: str
    position: int
    value: Any = None


# JUEL's spelling, which Camunda users type, and ours (D3).
SYNONYMS = {"&&": "and", "||": "or"}
OPERATORS = frozenset({"and", "or", "not", "in"})
WORD = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>\d+(?:\.\d+)?(?![\w.]))
      | (?P<text>'(?:[^'\\]|\\['"\\])*'|"(?:[^"\\]|\\['"\\])*")
      | (?P<name>[^\W\d]\w*)
      | (?P<symbol>&&|\|\||==|!=|<=|>=|[-+*<>!.,()\[\]])""",
    re.VERBOSE,
)
ESCAPED = re.compile(r"\\(.)")
MAX_DIGITS = 30
FULL_WIDTH = dict(zip("（），．。＝＜＞！＋－＊【】“”‘’；：｛｝＄", "(),..=<>!+-*[]\"\"'';:{}$", strict=True))


def words(text: str, start: int, end: int) -> Iterator[Token]:
    """The words between two places of a text, closed by one of kind `end`."""
    at = start
    while at < end:
        match = WORD.match(text, at, end)
        if match is None:
            raise ExpressionError(_complaint(text, at), at)
        if match.lastgroup != "space":
            yield _token(match)
        at = match.end()
    yield Token("end", "", end)


def _token(match: re.Match[str]) -> Token:
    kind, text, at = str(match.lastgroup), match[0], match.start()
    if kind == "number" and len(text) > MAX_DIGITS:
        raise ExpressionError("数字太长", at)
    if kind == "number" and not text.isascii():
        raise ExpressionError(f"数字“{text}”应写半角", at)
    if kind == "text":
        return Token(kind, text, at, ESCAPED.sub(r"\1", text[1:-1]))
    if kind == "name" and text.startswith("_"):
        raise ExpressionError(f"名称不能以下划线开头：{text}", at)
    if kind == "name" and not text.isidentifier():
        raise ExpressionError(f"名称“{text}”含有不能用的字符", at)
    if text in OPERATORS or text in SYNONYMS:
        return Token("symbol", SYNONYMS.get(text, text), at)
    return Token(kind, text, at)


def _complaint(text: str, at: int) -> str:
    sign = text[at]
    if sign in FULL_WIDTH:
        return f"“{sign}”是全角符号，请改用半角 {FULL_WIDTH[sign]}"
    if sign in "'\"":
        return "文字的引号没有成对，或含有不认识的转义"
    if sign in "{}$#":
        return "花括号只能出现在整个表达式的外面"
    if sign == "=":
        return "相等请写 =="
    if sign.isdigit():
        return "数字写法有误"
    shown = sign if sign.isprintable() else f"U+{ord(sign):04X}"
    return f"不允许的符号“{shown}”"
