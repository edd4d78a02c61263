"""Examine a diagram in a small world: two roles, one form, one topic, one period."""

from engine.bpmn.checks import Report, check_bundle
from tests.diagrams import a_form

FORMS = {"note": a_form("note", "note", "decision", "x"), "broken": "{}", "missing": None}
TOPICS = {"sample.work"}
ROLES = {"county_clerk", "city_clerk"}
ARTICLES = {"第十四条", "附件二"}
TERMS = {"notice", "acceptance"}


def report(data: bytes) -> Report:
    return check_bundle(data, FORMS, TOPICS, ROLES, ARTICLES, TERMS)


def problems(data: bytes) -> set[tuple[str | None, str]]:
    """Element and code of everything that refuses the diagram."""
    return {(f.element, f.code) for f in report(data).problems}


def warnings(data: bytes) -> set[tuple[str | None, str]]:
    return {(f.element, f.code) for f in report(data).warnings}


def assert_accepted(data: bytes) -> None:
    """No problem and no warning."""
    found = report(data)
    assert [*found.problems, *found.warnings] == []


def assert_refused(data: bytes, element: str | None, code: str) -> None:
    """Exactly this is wrong, and it is said in Chinese with the place in the file."""
    found = report(data).problems
    assert {(f.element, f.code) for f in found} == {(element, code)}, found
    for finding in found:
        assert any("一" <= sign <= "鿿" for sign in finding.message)
        assert element is None or (finding.line or 0) > 1
