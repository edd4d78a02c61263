"""The look as rules: what no template may contain, contrast of the colours, unchanged vendor files."""

import hashlib
import re
from itertools import product
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
OWN_STYLES = sorted((WEB / "static" / "css").glob("*.css"))
OWN_SCRIPTS = sorted((WEB / "static" / "js").glob("*.js"))
FORBIDDEN = {
    "a style attribute": r"<[a-z][^<>]*\sstyle\s*=",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an inline style sheet": r"<style",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "another machine": r"(src|href)\s*=\s*[\"'](https?:)?//",
}
VENDOR_ROW = re.compile(r"\| `(?P<name>[^`]+)` \| `[^`]+` \| `(?P<digest>[0-9a-f]{64})` \|")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_breaks_the_content_security_policy(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"\|\s*safe\b", text)
    markup = re.sub(r"\{([{%#]).*?[}%#]\}", "", text, flags=re.DOTALL)
    assert not [name for name, pattern in FORBIDDEN.items() if re.search(pattern, markup, re.IGNORECASE)]


@pytest.mark.parametrize("file", [*OWN_STYLES, *OWN_SCRIPTS], ids=lambda path: path.name)
def test_no_style_sheet_or_script_asks_another_machine(file: Path) -> None:
    text = re.sub(r"http://www\.w3\.org/\S+", "", file.read_text("utf-8"))
    assert not re.search(r"https?://|@import|eval\(|innerHTML", text)


def test_the_vendor_files_are_those_that_were_published() -> None:
    folder = WEB / "static" / "vendor"
    rows = list(VENDOR_ROW.finditer((folder / "bootstrap.md").read_text("utf-8")))
    assert len(rows) == 2
    for row in rows:
        assert hashlib.sha256((folder / row["name"]).read_bytes()).hexdigest() == row["digest"]


def tokens() -> dict[str, str]:
    text = (WEB / "static" / "css" / "qilian.css").read_text("utf-8")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", text))
    return {k: "#" + "".join(c * 2 for c in v[1:]) if len(v) == 4 else v for k, v in found.items()}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *product(["ink", "ink-soft", "blue", "red", "green", "amber"], ["paper", "ground", "hover"]),
        ("blue", "blue-tint"),
        ("green", "green-tint"),
        ("amber", "amber-tint"),
        ("red", "red-tint"),
        ("ink", "amber-tint"),
    ],
)
def test_every_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    colours = tokens()
    assert contrast(colours[text], colours[ground]) >= 4.5


def test_the_frame_of_an_input_can_be_seen() -> None:
    assert contrast(tokens()["line-input"], tokens()["paper"]) >= 3
