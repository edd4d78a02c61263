"""The JavaScript bundles under web/static/vendor are what web/js says, and name what went into them (D19)."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

PROJECT = Path(__file__).resolve().parents[3]
SOURCES = PROJECT / "web" / "js"
VENDOR = PROJECT / "web" / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "bpmn-manifest.json").read_text("utf-8"))
DIAGRAMS = sorted((PROJECT / "processes").glob("*.bpmn"))
SELECT_ONE_OF_EACH_KIND = """() => {
  const registry = editor.get('elementRegistry');
  const kinds = new Map();
  registry.forEach(e => kinds.set(e.type + (e.businessObject.eventDefinitions?.[0]?.$type ?? ''), e));
  for (const element of kinds.values()) editor.get('selection').select(element);
}"""


@pytest.mark.parametrize("name", MANIFEST["files"])
def test_each_bundle_is_the_one_in_the_manifest(name: str) -> None:
    content = (VENDOR / name).read_bytes()
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    assert MANIFEST["files"][name] == {"bytes": len(content), "sha384": digest}


def test_every_package_in_a_bundle_comes_with_its_licence() -> None:
    texts = (VENDOR / "bpmn-licences.txt").read_text("utf-8").split("===== ")[1:]
    named = {text.split(" (")[0]: text.partition("\n")[2].strip() for text in texts}
    assert named.keys() == MANIFEST["packages"].keys()
    declared = {
        name for name, text in named.items() if text.endswith(f"declares {MANIFEST['packages'][name]}.")
    }
    assert {name for name, text in named.items() if len(text) < 200} == declared


def test_versions_are_pinned_exactly_and_the_lock_names_no_host() -> None:
    package = json.loads((SOURCES / "package.json").read_text("utf-8"))
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert [n for n, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    lock = (SOURCES / "package-lock.json").read_text("utf-8")
    assert "resolved" not in lock
    locked = json.loads(lock)["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in versions} == versions
    assert [name for name, entry in locked.items() if name and "integrity" not in entry] == []


@pytest.mark.browser
@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_the_editor_opens_every_diagram_and_speaks_chinese(page: Page, diagram: Path) -> None:
    page.set_content('<div id="canvas"></div><div id="panel"></div>')
    page.add_style_tag(path=VENDOR / "bpmn-editor.css")
    page.add_script_tag(path=VENDOR / "bpmn-editor.js")
    warnings = page.evaluate(
        """async xml => {
          const [canvas, panel] = ['canvas', 'panel'].map(id => document.getElementById(id));
          window.editor = BpmnEditor.createEditor({ canvas, panel });
          return (await editor.importXML(xml)).warnings.map(warning => warning.message);
        }""",
        diagram.read_text("utf-8"),
    )
    assert warnings == []
    page.evaluate(SELECT_ONE_OF_EACH_KIND)
    assert page.evaluate("[...BpmnEditor.untranslated]") == []
