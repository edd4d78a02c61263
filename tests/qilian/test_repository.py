"""The repository keeps its promises: locks that agree, licences written down, links that lead somewhere."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from qilian.config import PROJECT, SEEDS

PINNED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^ ;\\]+)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
DOCUMENTS = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def _lock(name: str) -> dict[str, str]:
    return dict(PINNED.findall((PROJECT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_names_no_server(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--hash=sha256:" in text
    assert not re.search(r"^\s*--(?!hash)", text, re.MULTILINE)


def test_what_checks_runs_on_what_is_shipped() -> None:
    shipped, checked = _lock("requirements.lock"), _lock("requirements-dev.lock")
    assert shipped.items() <= checked.items()


def test_the_locks_satisfy_the_project() -> None:
    shipped, checked = _lock("requirements.lock"), _lock("requirements-dev.lock")
    groups = PYPROJECT["dependency-groups"]
    wanted = [(shipped, PYPROJECT["project"]["dependencies"] + groups["build"]), (checked, groups["dev"])]
    for lock, texts in wanted:
        for requirement in map(Requirement, texts):
            version = lock.get(canonicalize_name(requirement.name))
            assert version, requirement.name
            assert requirement.specifier.contains(version), requirement


def test_every_library_has_its_licence_and_release_written_down() -> None:
    text = (PROJECT / "docs" / "decisions" / "libraries.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([A-Za-z][\w-]*)(?: \([a-z]+\))? \| ([\d.]+) \|", text, re.MULTILINE))
    lock = _lock("requirements.lock")
    names = [Requirement(text).name for text in PYPROJECT["project"]["dependencies"]]
    assert rows == {name: lock[canonicalize_name(name)] for name in names}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_lead_somewhere(document: Path) -> None:
    targets = [t for t in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in t]
    assert [t for t in targets if not (document.parent / t).exists()] == []


def test_the_changelog_tells_law_from_software() -> None:
    releases = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1:]
    assert releases
    for release in releases:
        assert re.findall(r"^### (.+)$", release, re.MULTILINE) == ["Law", "Software"]


@pytest.mark.parametrize("diagram", sorted(SEEDS.glob("*.bpmn")), ids=lambda path: path.stem)
def test_each_diagram_is_drawn_as_it_is_now(diagram: Path) -> None:
    """`make diagrams` draws them again."""
    drawing = PROJECT / "docs" / "diagrams" / f"{diagram.stem}.svg"
    drawn = set(re.findall(r'data-element-id="([^"]+)"', drawing.read_text(encoding="utf-8")))
    shapes = r'<bpmndi:BPMN(?:Shape|Edge)[^>]*? bpmnElement="([^"]+)"'
    planned = set(re.findall(shapes, diagram.read_text(encoding="utf-8")))
    assert {name for name in drawn if not name.endswith("_label")} == planned


def test_the_guided_tour_names_functions_that_exist() -> None:
    text = (PROJECT / "docs" / "follow-one-task.md").read_text(encoding="utf-8")
    stops = re.findall(r"\[`([\w/]+\.py)`\]\([^)]*\)\s+`(\w+)`", text)
    assert len(stops) >= 15
    missing = [
        f"{file} {name}"
        for file, name in stops
        if not re.search(
            rf"^\s*(def|class) {name}\b", (PROJECT / file).read_text(encoding="utf-8"), re.MULTILINE
        )
    ]
    assert missing == []
