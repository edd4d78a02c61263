"""Every provision that asks something is carried out and tested; nothing cites one that does not exist."""

import pytest

from clusters import coverage
from clusters.coverage import Place
from qilian.config import PROJECT
from qilian.coverage import as_markdown, citations


@pytest.fixture(scope="module")
def cited():
    return citations()


def test_every_provision_that_asks_something_is_carried_out_and_tested(cited):
    rows, _ = coverage.table(cited)
    assert [row.provision.name for row in rows if row.is_missing] == []


def test_nothing_cites_a_provision_that_does_not_exist(cited):
    _, unknown = coverage.table(cited)
    assert unknown == []


def test_a_wrong_citation_and_a_provision_left_out_are_noticed(cited):
    without = [c for c in cited if c[0] != "第十七条"]
    rows, unknown = coverage.table([*without, ("第九十九条", "steps", Place("x", "x"))])
    assert [row.provision.name for row in rows if row.is_missing] == ["第十七条"]
    assert [name for name, _ in unknown] == ["第九十九条"]


def test_the_table_in_the_docs_is_of_this_state(cited):
    """`scripts/write-coverage` writes it again."""
    rows, _ = coverage.table(cited)
    assert (PROJECT / "docs" / "coverage.md").read_text(encoding="utf-8") == as_markdown(rows)
