"""The grammar of expressions: from words to functions that compute. Bounded in depth and nodes (D3).

What is not written here does not exist in the language.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.errors import QilianError
from engine.expressions.values import (
    add,
    entry,
    is_equal,
    is_less,
    is_member,
    multiply,
    negate,
    plain,
    subtract,
    truth,
)
from engine.expressions.words import ExpressionError, Token, words

MAX_NODES = 200
MAX_DEPTH = 32
MAX_ITEMS = 100

# Name -> number of arguments. `engine.date_functions` computes all but `count`.
FUNCTIONS: Mapping[str, int] = {
    "count": 1,
    "date": 3,
    "days_after": 2,
    "end_of_february": 1,
    "months_before": 2,
    "next_working_day": 1,
    "term": 1,
    "today": 0,
    "working_days_after": 2,
    "working_days_before": 2,
    "year": 1,
    "years_after": 2,
}

Names = Mapping[str, Any]
Functions = Mapping[str, Callable[..., Any]]
Thunk = Callable[[Names, Functions], Any]
Operation = Callable[[Any, Any], Any]

COMPARISONS: Mapping[str, Operation] = {
    "==": is_equal,
    "!=": lambda a, b: not is_equal(a, b),
    "<": is_less,
    ">": lambda a, b: is_less(b, a),
    "<=": lambda a, b: is_less(a, b) or is_equal(a, b),
    ">=": lambda a, b: is_less(b, a) or is_equal(a, b),
    "in": is_member,
    "not in": lambda a, b: not is_member(a, b),
}
CONSTANTS: Mapping[str, Any] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "null": None,
    "None": None,
}


class Reader:
    """Recursive descent; every method reads one level of precedence and returns what computes it."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._tokens: list[Token] = list(words(text, start, end))
        self._at, self._nodes, self._depth = 0, 0, 0
        self.names: set[str] = set()
        self.functions: set[str] = set()
        self.terms: set[str] = set()

    def read(self) -> Thunk:
        thunk = self._either()
        if self._peek.kind != "end":
            raise ExpressionError(f"“{self._peek.text}”处看不懂", self._peek.position)
        return thunk

    # --- grammar, loosest first -----------------------------------------------------------------

    def _either(self) -> Thunk:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("表达式嵌套太深", self._peek.position)
        sides = [self._both()]
        while self._take("or"):
            sides.append(self._both())
        self._depth -= 1
        return sides[0] if len(sides) == 1 else self._node(lambda n, f: any(truth(s(n, f)) for s in sides))

    def _both(self) -> Thunk:
        sides = [self._denial()]
        while self._take("and"):
            sides.append(self._denial())
        return sides[0] if len(sides) == 1 else self._node(lambda n, f: all(truth(s(n, f)) for s in sides))

    def _denial(self) -> Thunk:
        denials = 0
        while self._take("not"):
            denials += 1
        inner = self._comparison()
        if not denials:
            return inner
        return self._node(lambda n, f: truth(inner(n, f)) != bool(denials % 2))

    def _comparison(self) -> Thunk:
        left = self._sum()
        operator = self._operator()
        if operator is None:
            return left
        right, compare = self._sum(), COMPARISONS[operator]
        if self._operator() is not None:
            raise ExpressionError("不能连续比较，请用 and 连接两个比较", self._peek.position)
        return self._node(lambda n, f: compare(left(n, f), right(n, f)))

    def _operator(self) -> str | None:
        if self._peek.text == "not" and self._tokens[self._at + 1].text == "in":
            self._at += 2
            return "not in"
        return self._take(*COMPARISONS)

    def _sum(self) -> Thunk:
        left = self._product()
        while operator := self._take("+", "-"):
            left = self._operation(add if operator == "+" else subtract, left, self._product())
        return left

    def _product(self) -> Thunk:
        left = self._sign()
        while self._take("*"):
            if "text" in (self._tokens[self._at - 2].kind, self._peek.kind):
                raise ExpressionError("文字不能相乘", self._peek.position)
            left = self._operation(multiply, left, self._sign())
        return left

    def _sign(self) -> Thunk:
        signs = []
        while sign := self._take("-", "!"):
            signs.append(sign)
        inner = self._value()
        for sign in reversed(signs):
            inner = self._signed(sign, inner)
        return inner

    def _signed(self, sign: str, inner: Thunk) -> Thunk:
        if sign == "-":
            return self._node(lambda n, f: negate(inner(n, f)))
        return self._node(lambda n, f: not truth(inner(n, f)))

    def _value(self) -> Thunk:
        token = self._next()
        if token.kind == "number":
            number = Decimal(token.text) if "." in token.text else int(token.text)
            return self._node(lambda n, f: number)
        if token.kind == "text":
            return self._node(lambda n, f: token.value)
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            inner = self._either()
            self._expect(")")
            return inner
        if token.text == "[":
            return self._list()
        raise ExpressionError(f"“{token.text}”处看不懂" if token.text else "表达式没有写完", token.position)

    def _named(self, token: Token) -> Thunk:
        if token.text in CONSTANTS:
            constant = CONSTANTS[token.text]
            return self._node(lambda n, f: constant)
        if self._take("("):
            return self._call(token)
        self.names.add(token.text)
        return self._path(token.text)

    def _path(self, name: str) -> Thunk:
        keys = [name]
        while self._take("."):
            key = self._next()
            if key.kind != "name":
                raise ExpressionError("点号后面应是名称", key.position)
            keys.append(key.text)
        if self._peek.text == "(":
            raise ExpressionError("不能调用对象的方法", self._peek.position)
        return self._node(lambda n, f: entry(n, keys))

    def _call(self, token: Token) -> Thunk:
        name = token.text
        if name not in FUNCTIONS:
            raise ExpressionError(f"没有 {name}(…) 这个函数；可用：{'、'.join(FUNCTIONS)}", token.position)
        arguments = self._arguments(")")
        if len(arguments) != FUNCTIONS[name]:
            raise ExpressionError(f"{name}(…) 需要{FUNCTIONS[name]}个参数", token.position)
        self.functions.add(name)
        if name == "term":
            self._note_term(token)
        return self._node(lambda n, f: _called(name, f, [a(n, f) for a in arguments]))

    def _note_term(self, token: Token) -> None:
        """A period is named by a literal, so that deployment can check that the standard has it."""
        literal = self._tokens[self._at - 2]
        if literal.kind != "text" or self._tokens[self._at - 3].text != "(":
            raise ExpressionError("term(…) 里应直接写期限名称，如 term('notice')", token.position)
        self.terms.add(str(literal.value))

    def _list(self) -> Thunk:
        items = self._arguments("]")
        return self._node(lambda n, f: [item(n, f) for item in items])

    def _arguments(self, closing: str) -> list[Thunk]:
        found: list[Thunk] = []
        if self._take(closing):
            return found
        while True:
            found.append(self._either())
            if len(found) > MAX_ITEMS:
                raise ExpressionError(f"列表超过{MAX_ITEMS}项", self._peek.position)
            if self._take(closing):
                return found
            self._expect(",")

    def _operation(self, operation: Operation, left: Thunk, right: Thunk) -> Thunk:
        return self._node(lambda n, f: operation(left(n, f), right(n, f)))

    # --- tokens -----------------------------------------------------------------------------------

    @property
    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._peek
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _take(self, *texts: str) -> str | None:
        token = self._peek
        if token.kind == "symbol" and token.text in texts:
            self._at += 1
            return token.text
        return None

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise ExpressionError(f"缺少“{text}”", self._peek.position)

    def _node(self, thunk: Thunk) -> Thunk:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise ExpressionError("表达式太复杂", self._peek.position)
        return thunk


def _called(name: str, functions: Functions, arguments: list[Any]) -> Any:
    if name not in functions:
        raise ExpressionError(f"此处不能使用 {name}(…)")
    try:
        return plain(functions[name](*arguments))
    except QilianError:
        raise
    except (ArithmeticError, TypeError, ValueError, LookupError) as error:
        raise ExpressionError(f"{name}(…) 无法计算") from error
