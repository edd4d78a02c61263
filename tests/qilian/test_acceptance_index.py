"""docs/acceptance.md keeps its word: each test that it names is there."""

import ast
import re

import pytest

from qilian.config import PROJECT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
TEXT = (PROJECT / "docs" / "acceptance.md").read_text(encoding="utf-8")
REFUSALS = [line for line in TEXT.partition("# Refusals")[2].splitlines() if "::" in line]
ROWS = {int(line.split("|")[1]): line for line in TEXT.splitlines() if re.match(r"\| \d+ \|", line)}


def stands(named: list[tuple[str, str]]) -> None:
    assert named
    for path, name in named:
        tree = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
        assert name in {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}, f"{path}::{name}"


@pytest.mark.parametrize("number", range(1, 17))
def test_each_of_the_sixteen_has_its_tests(number: int) -> None:
    stands(NAMED.findall(ROWS[number]))


def test_each_refusal_has_its_tests() -> None:
    assert len(REFUSALS) >= 10
    for line in REFUSALS:
        stands(NAMED.findall(line))
