"""docs/acceptance.md keeps its word: every test it names is there, for each of the sixteen."""

import ast
import re

import pytest

from qilian.config import PROJECT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
TEXT = (PROJECT / "docs" / "acceptance.md").read_text(encoding="utf-8")
ROWS = {int(line.split("|")[1]): line for line in TEXT.splitlines() if re.match(r"\| \d+ \|", line)}


@pytest.mark.parametrize("number", range(1, 17))
def test_each_of_the_sixteen_has_its_tests(number: int) -> None:
    named = NAMED.findall(ROWS[number])
    assert named
    for path, name in named:
        tree = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
        assert name in {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}, f"{path}::{name}"
